"""`tracker units`, `tracker deputies`, `tracker migrate`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import call, letter, program
from tracker.store.schema import HEAD


def _table(folder: Path, text: str, encoding: str = "gb18030") -> str:
    path = folder / "table.csv"
    path.write_text(text, encoding=encoding)
    return str(path)


def test_units_from_a_table_and_in_a_list(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = _table(
        tmp_path, "单位,简称,邮箱\n云溪市财政局,市财政局、财局,cz@yx.example\n,,\n云溪市科技局,,\n"
    )
    done = program(data, "units", "import", table)
    assert (done.status, done.out) == (0, "新增 2 条,更新 0 条,无变化 0 条\n")
    listed = program(data, "units", "list")
    assert "市财政局、财局" in listed.out
    assert "1 个单位没有邮箱" in listed.out
    assert "云溪市科技局" not in program(data, "units", "list", "财局").out


def test_a_wrong_row_is_named_and_the_rest_done(tmp_path: Path) -> None:
    table = _table(tmp_path, "单位,邮箱\n云溪市财政局,nobody\n云溪市科技局,kj@yx.example\n")
    done = call(tmp_path / "data", "units", "import", table)
    assert done.status == 2
    assert f"tracker: {table}: row 2: 邮箱 'nobody' is no mail address" in done.err
    assert done.out.startswith("新增 1 条")


def test_a_table_that_is_none_is_one_line(tmp_path: Path) -> None:
    done = program(tmp_path / "data", "units", "import", _table(tmp_path, "名称\n云溪市财政局\n"))
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "no column 单位" in done.err


def test_deputies_get_their_addresses_after_the_letters(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "import", str(letter(tmp_path, 30)))
    table = _table(tmp_path, "姓名,届次,邮箱\n王远山,云溪市五届人大,wys@yx.example\n", "utf-8-sig")
    assert call(data, "deputies", "import", table).out == "新增 0 条,更新 1 条,无变化 0 条\n"
    listed = call(data, "--lang", "en", "deputies", "list", "王")
    assert "wys@yx.example" in listed.out
    assert "30" in listed.out


def test_empty_registries_say_what_to_do(tmp_path: Path) -> None:
    assert "tracker units import" in call(tmp_path, "units", "list").out
    assert "tracker deputies import" in call(tmp_path, "deputies", "list").out


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    done = call(tmp_path, "units", "list", "某局")
    assert (done.status, "no unit '某局'" in done.err) == (2, True)


def test_migrate_says_what_it_found(tmp_path: Path) -> None:
    assert call(tmp_path, "migrate").out.startswith(f"已建立数据库,版本 {HEAD}")
    assert call(tmp_path, "migrate").out.startswith(f"数据库已是最新版本 {HEAD}")
    assert f"at version {HEAD}" in call(tmp_path, "--lang", "en", "migrate").out
