"""`tracker backup` and `tracker restore`, as people meet them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import call, letter


def _office(folder: Path) -> Path:
    data = folder / "data"
    assert call(data, "import", str(letter(folder / "in"))).status == 0
    return data


def test_an_office_moves_to_another_machine(tmp_path: Path) -> None:
    data, file = _office(tmp_path), tmp_path / "备份.zip"
    made = call(data, "backup", str(file))
    assert (made.status, made.err) == (0, "")
    assert "存档文件 1 个" in made.out
    assert "变更记录末环" in made.out
    new = tmp_path / "new"
    done = call(new, "restore", str(file))
    assert (done.status, done.err) == (0, "")
    assert "之后登记的内容不在备份中" in done.out
    assert call(new, "list").out == call(data, "list").out
    assert call(new, "audit", "verify").status == 0
    assert "力争2023年新增高新技术企业30户" in call(new, "show", "30-1").out


@pytest.mark.parametrize(
    ("folder", "there", "written", "laid", "said"),
    [
        ("data", None, "", "config.toml", "备份中的设置已放到"),
        ("data", "# mine\n", "", None, "现在没有在用的设置；备份中的设置存为"),
        ("other", None, "", None, "现在没有在用的设置；备份中的设置存为"),
        ("other", None, 'data = "other"\n', "config.toml", "备份中的设置已放到"),
        ("data", None, 'database_url = "sqlite:///x.db"\n', None, "请改名为 config.toml"),
    ],
)
def test_settings_come_back_where_none_are(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    there: str | None,
    written: str,
    laid: str | None,
    said: str,
) -> None:
    """They are never put where they would lead to another ledger, nor over anything."""
    file, config = tmp_path / "b.zip", tmp_path / "config.toml"
    config.write_text(f'language = "zh"\n{written}', encoding="utf-8")
    for arguments in (("import", str(letter(tmp_path / "in"))), ("backup", str(file))):
        assert call(tmp_path / "data", "--config", str(config), *arguments).status == 0
    new, here = tmp_path / "new", tmp_path / "here"
    new.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)  # where no settings are in force
    if there is not None:
        (new / "config.toml").write_text(there, encoding="utf-8")
    done = call(new / folder, "restore", str(file))
    assert (done.status, done.err) == (0, "")
    assert said in done.out
    beside = new / "config.toml"
    assert len(list((new / folder).glob("config-restored-*.toml"))) == (laid is None)
    assert beside.exists() is (laid is not None or there is not None)
    if there is not None:
        assert beside.read_text("utf-8") == there


OFFICE = """
[office]
name = "办公室"
supervisor = "督办"
email = "office@yunxi.example"
[review]
confirm_above = 0.0
[[robots]]
name = "群"
kind = "webhook"
for = ["supervisor"]
"""


def test_a_bare_machine_holds_back_by_the_settings_of_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a robot was told after the backup it is not told again."""
    file, config = tmp_path / "b.zip", tmp_path / "config.toml"
    config.write_text(OFFICE, encoding="utf-8")
    for arguments in (("import", str(letter(tmp_path / "in"))), ("backup", str(file))):
        assert call(tmp_path / "data", "--config", str(config), *arguments).status == 0
    held = []
    for name, there in (("bare", False), ("kept", True)):
        home = tmp_path / name
        home.mkdir()
        if there:
            (home / "config.toml").write_text(OFFICE, encoding="utf-8")
        monkeypatch.chdir(home)
        assert call(home / "data", "restore", str(file)).status == 0
        listed = call(home / "data", "outbox", "--state", "cancelled", "--format", "csv")
        held.append(listed.out)
    assert held[0] == held[1]
    assert "群" in held[0]


def test_a_ledger_is_put_aside_only_on_request(tmp_path: Path) -> None:
    data, file = _office(tmp_path), tmp_path / "b.zip"
    assert call(data, "backup", str(file)).status == 0
    assert call(data, "confirm", "30-1").status == 0
    refused = call(data, "restore", str(file))
    assert refused.status == 2
    assert "这里已有台账；要另存旧库，请用：tracker restore --replace" in refused.err
    done = call(data, "restore", str(file), "--replace")
    assert done.status == 0
    assert "原数据库另存为" in done.out
    assert "待审核" in call(data, "show", "30-1").out


def test_backups_that_cannot_be(tmp_path: Path) -> None:
    data, file = _office(tmp_path), tmp_path / "b.zip"
    file.write_text("mine", encoding="utf-8")
    for arguments, said in (
        (("backup", str(file)), "已经存在；请另取文件名"),
        (("backup", str(tmp_path / "b.zip" / "c.zip")), "cannot be written"),
        (("restore", str(tmp_path / "none.zip")), "没有这个文件"),
        (("restore", str(file)), "不是本程序的完整备份"),
    ):
        answer = call(data, *arguments)
        assert answer.status == 2, arguments
        assert said in answer.err or "写不进去" in answer.err, answer.err
    assert file.read_text(encoding="utf-8") == "mine"


def test_what_the_archive_lost_is_told_with_exit_status_one(tmp_path: Path) -> None:
    data = _office(tmp_path)
    for path in (data / "archive").glob("??/*.bin"):
        path.unlink()
    answer = call(data, "--lang", "en", "backup", str(tmp_path / "b.zip"))
    assert answer.status == 1
    assert "1 files that the ledger names are missing" in answer.err
