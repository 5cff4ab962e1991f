"""`tracker units`, `tracker deputies`, `tracker migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import CTRL_C, call, letter, on_terminal, program
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
    done = program(data, "units", "import", table, "--yes")
    assert done.status == 0
    assert done.out.endswith("已导入：新增 2 条，更新 0 条，无变化 0 条\n")
    listed = program(data, "units", "list")
    assert "市财政局、财局" in listed.out
    assert "1 个单位没有邮箱，办公室也没有" in listed.out
    config = tmp_path / "config.toml"
    config.write_text('[office]\nemail = "office@yx.example"\n', encoding="utf-8")
    told = program(data, "--config", str(config), "units", "list").out
    assert "1 个单位没有邮箱，它们的提醒将发给办公室" in told
    assert "云溪市科技局" not in program(data, "units", "list", "财局").out


def test_a_wrong_row_is_named_and_the_rest_done(tmp_path: Path) -> None:
    table = _table(tmp_path, "单位,邮箱\n云溪市财政局,nobody\n云溪市科技局,kj@yx.example\n")
    done = call(tmp_path / "data", "units", "import", table, "--yes")
    assert done.status == 2
    assert (
        f"tracker: {table}: 第 2 行 邮箱: “nobody”不是邮箱地址；请写成 zhang@example.gov.cn 这样的地址"
        in done.err
    )
    assert "已导入：新增 1 条" in done.out
    english = call(tmp_path / "other", "--lang", "en", "units", "import", table, "--yes")
    assert (
        f"{table}: row 2 邮箱: 'nobody' is no mail address; write one such as zhang@example.org"
        in english.err
    )


def test_without_a_terminal_and_without_yes_it_is_a_preview(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = _table(tmp_path, "单位,邮箱\n云溪市财政局,old@yx.example\n")
    done = program(data, "units", "import", table, typed="y\n")
    assert done.status == 0
    assert "这只是预览，尚未写入；确认请加 --yes" in done.out
    assert "名录为空" in call(data, "units", "list").out
    call(data, "units", "import", table, "--yes")
    changed = _table(tmp_path, "单位,邮箱\n云溪市财政局,new@yx.example\n")
    shown = call(data, "units", "import", changed).out
    assert "邮箱 old@yx.example → new@yx.example" in shown
    assert "新增 0 条，更新 1 条，无变化 0 条，有误 0 行" in shown
    assert "old@yx.example" in call(data, "units", "list").out


@pytest.mark.parametrize(
    ("typed", "written"), [("y\n", True), ("n\n", False), ("\n", False), (CTRL_C, False)]
)
def test_on_a_terminal_it_asks(tmp_path: Path, typed: str, written: bool) -> None:
    data = tmp_path / "data"
    table = _table(tmp_path, "单位\n云溪市财政局\n")
    said, status = on_terminal(data, "units", "import", table, typed=typed)
    assert "写入以上内容？" in said
    assert status == (130 if typed == CTRL_C else 0)
    assert ("云溪市财政局" in call(data, "units", "list").out) is written


def test_nothing_new_asks_nothing(tmp_path: Path) -> None:
    table = _table(tmp_path, "单位\n云溪市财政局\n")
    call(tmp_path / "data", "units", "import", table, "--yes")
    said, status = on_terminal(tmp_path / "data", "units", "import", table)
    assert ("没有需要写入的内容" in said, status) == (True, 0)


def test_a_unit_of_letters_is_shown_as_the_same(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "import", str(letter(tmp_path, 30)))
    table = _table(tmp_path, "单位,简称\n云溪市财政和税务局,市财政局\n")
    assert "同一单位，合并：云溪市财政局" in call(data, "units", "import", table).out
    assert "云溪市财政局" in call(data, "units", "list").out
    call(data, "units", "import", table, "--yes")
    assert "云溪市财政和税务局" in call(data, "list", "--unit", "云溪市财政局").out


def test_a_long_list_shows_its_first_lines_and_all_on_request(tmp_path: Path) -> None:
    table = _table(tmp_path, "单位\n" + "".join(f"云溪市第{n}局\n" for n in range(1, 51)))
    shown = call(tmp_path / "data", "units", "import", table).out
    assert "另有 20 条新增" in shown
    assert "云溪市第31局" not in shown
    every = call(tmp_path / "data", "units", "import", table, "--all").out
    assert "云溪市第50局" in every


def test_a_table_that_is_none_is_one_line(tmp_path: Path) -> None:
    done = program(tmp_path / "data", "units", "import", _table(tmp_path, "品名\n云溪市财政局\n"))
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "没有“单位”列" in done.err


def test_deputies_get_their_addresses_after_the_letters(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "import", str(letter(tmp_path, 30)))
    table = _table(tmp_path, "姓名,届次,邮箱\n王远山,云溪市五届人大,wys@yx.example\n", "utf-8-sig")
    done = call(data, "deputies", "import", table, "--yes")
    assert done.out.endswith("已导入：新增 0 条，更新 1 条，无变化 0 条\n")
    listed = call(data, "--lang", "en", "deputies", "list", "王")
    assert "wys@yx.example" in listed.out
    assert "30" in listed.out


def test_empty_registries_say_what_to_do(tmp_path: Path) -> None:
    assert "tracker units import" in call(tmp_path, "units", "list").out
    assert "tracker deputies import" in call(tmp_path, "deputies", "list").out


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    done = call(tmp_path, "units", "list", "某局")
    assert (done.status, "没有单位 “某局”" in done.err) == (2, True)


def test_migrate_says_what_it_found(tmp_path: Path) -> None:
    assert call(tmp_path, "migrate").out.startswith(f"已建立数据库，版本 {HEAD}")
    assert call(tmp_path, "migrate").out.startswith(f"数据库已是最新版本 {HEAD}")
    assert f"at version {HEAD}" in call(tmp_path, "--lang", "en", "migrate").out


def test_deputies_whose_names_are_padded_meet_those_of_a_list(tmp_path: Path) -> None:
    data = tmp_path / "data"
    listed = _table(
        tmp_path, "编号,标题,提出人\n30,关于修路的建议,李  梅\n31,关于治水的建议,李　华\n"
    )
    call(data, "suggestions", "import", listed, "--yes")
    table = _table(
        tmp_path, "姓名,届次,邮箱\n李  梅,云溪市五届人大,lm@yx.example\n李　华,云溪市五届人大,\n"
    )
    done = call(data, "deputies", "import", table, "--yes")
    assert "已导入：新增 0 条，更新 2 条，无变化 0 条" in done.out
    assert "届次 — → 云溪市五届人大" in done.out
    told = call(data, "deputies", "list").out
    assert told.count("云溪市五届人大") == 2
    assert "无变化 2 条" in call(data, "deputies", "import", table).out
