"""`tracker audit`: what was changed behind the program's back is told, with exit status 1."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import call, letter
from tracker.cli.audit import WORDS
from tracker.store.seals import TABLES


def _office(folder: Path) -> Path:
    data = folder / "data"
    assert call(data, "import", str(letter(folder / "in"))).status == 0
    assert call(data, "confirm", "30-1").status == 0
    return data


def _by_hand(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "tracker.db")) as ledger:
        ledger.execute(statement)
        ledger.commit()


def test_an_untouched_ledger_is_whole(tmp_path: Path) -> None:
    data = _office(tmp_path)
    found = call(data, "audit", "verify")
    assert (found.status, found.err) == (0, "")
    assert re.search(r"变更记录 \d+ 条环环相扣，未见改动；末环 [0-9a-f]{64}", found.out)
    assert "台账与变更记录一致" in found.out


def test_the_head_that_was_noted_is_looked_up(tmp_path: Path) -> None:
    data = _office(tmp_path)
    said = call(data, "audit", "head").out
    match = re.search(r"verify --link (\d+) --head ([0-9a-f]{64})", said)
    assert match
    link, noted = match.groups()
    assert call(data, "confirm", "30-2").status == 0
    assert (
        f"与所抄第 {link} 环相符"
        in call(data, "audit", "verify", "--link", link, "--head", noted).out
    )
    wrong = call(data, "audit", "verify", "--link", link, "--head", "0" * 64)
    assert wrong.status == 1
    assert f"自第 {link} 环起不可信" in wrong.err
    beyond = call(data, "audit", "verify", "--link", "999", "--head", "ab" * 32)
    assert beyond.status == 1
    assert "已不见" in beyond.err


def test_a_head_needs_its_link(tmp_path: Path) -> None:
    found = call(tmp_path / "data", "audit", "verify", "--head", "ab")
    assert found.status == 2
    assert found.err == "tracker: --head 与 --link 须同时给出，如 tracker audit head 所示\n"


def test_a_deadline_moved_by_hand_is_told(tmp_path: Path) -> None:
    data = _office(tmp_path)
    _by_hand(data, "UPDATE commitments SET deadline = '2025-12-31' WHERE ref = '30-1'")
    found = call(data, "audit", "verify")
    assert found.status == 1
    assert "30-1 时限：台账为“2025-12-31”，变更记录为“2023-12-31”" in found.err


def test_a_line_of_the_history_changed_by_hand_is_told(tmp_path: Path) -> None:
    data = _office(tmp_path)
    _by_hand(data, "UPDATE history SET who = '别人\x1b[31m' WHERE action = 'confirm'")
    found = call(data, "--lang", "en", "audit", "verify")
    assert found.status == 1
    assert re.search(r"broken at link \d+: this entry was changed", found.err)
    assert "confirm" in found.err
    assert "\x1b" not in found.err


def test_a_ledger_without_history_has_no_head(tmp_path: Path) -> None:
    assert call(tmp_path / "data", "audit", "head").out == "尚无变更记录\n"
    assert call(tmp_path / "data", "audit", "verify").status == 0


def test_archived_files_that_were_changed_or_are_gone_are_named(tmp_path: Path) -> None:
    data = _office(tmp_path)
    assert call(data, "import", str(letter(tmp_path / "in", 31))).status == 0
    assert "存档文件 2 个与存档时相同" in call(data, "audit", "verify").out
    one, two = sorted((data / "archive").glob("??/*.bin"))
    one.write_bytes(one.read_bytes() + b"!")
    found = call(data, "audit", "verify")
    assert found.status == 1
    assert f"{one}：内容与存档时不同" in found.err
    assert two.name not in found.err
    assert "与存档时相同" not in found.out
    made = call(data, "backup", str(tmp_path / "b.zip"))
    assert made.status == 2
    assert made.err.startswith(f"tracker: {one}：内容与存档时不同；请从以前的备份中取回此文件")
    assert not (tmp_path / "b.zip").exists()
    two.unlink()
    found = call(data, "audit", "verify")
    assert f"{two}：不见了" in found.err
    assert f"{one}：内容与存档时不同" in found.err
    one.unlink()
    _by_hand(data, "UPDATE letters SET sha256 = '../../x\x1b' || id")
    found = call(data, "audit", "verify")
    assert found.status == 1
    assert "\x1b" not in found.err


def test_a_head_or_link_that_was_copied_wrongly_is_bad_input(tmp_path: Path) -> None:
    data = _office(tmp_path)
    said = call(data, "audit", "head").out
    match = re.search(r"verify --link (\d+) --head ([0-9a-f]{64})", said)
    assert match
    link, noted = match.groups()
    for head in ("xyz", noted[:-1], noted + "0", "g" * 64, ""):
        found = call(data, "audit", "verify", "--link", link, "--head", head)
        assert (found.status, found.out) == (2, ""), head
        assert "不是末环校验值；请照 tracker audit head 所示抄全 64 位" in found.err
        assert found.err.count("\n") == 1
    found = call(data, "audit", "verify", "--link", "999", "--head", noted)
    assert (found.status, found.out) == (2, "")
    assert found.err == f"tracker: --link 999：所给校验值属于第 {link} 环，请核对环号\n"
    right = call(data, "audit", "verify", "--link", link, "--head", f" {noted.upper()} ")
    assert right.status == 0
    # Who cuts the end off cannot pass it for a slip by writing the noted hash to another row.
    _by_hand(data, "DELETE FROM history WHERE link = (SELECT max(link) FROM history)")
    forged = f"UPDATE history SET hash = '{noted}' WHERE link = (SELECT max(link) FROM history)"  # noqa: S608 - ours
    _by_hand(data, forged)
    assert call(data, "audit", "verify", "--link", link, "--head", noted).status == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE commitments SET mode = 'level' WHERE ref = '30-1'", "承诺事项 第 1 (30-1) 行"),
        ("UPDATE units SET email = 'x@y.example'", "单位名录 第 1 ("),
        ("UPDATE suggestions SET title = '别的'", "建议提案 第 1 (30) 行：被绕过程序改动"),
        ("DELETE FROM achievements", "已完成情况：有 1 行被绕过程序删除"),
        ("INSERT INTO unit_aliases (alias, unit_id) VALUES ('x', 1)", "1 行并非由本程序写入"),
        ("UPDATE commitments SET value = 'neun'", "承诺事项：有的值不是本程序写入的"),
    ],
)
def test_a_row_changed_by_hand_is_told(tmp_path: Path, statement: str, said: str) -> None:
    data = _office(tmp_path)
    assert "各表逐行与写入时的封印相符" in call(data, "audit", "verify").out
    _by_hand(data, statement)
    found = call(data, "audit", "verify")
    assert found.status == 1
    assert said in found.err
    assert "封印相符" not in found.out


def test_every_sealed_table_has_its_word() -> None:
    assert {f"table.{name}" for name in TABLES} <= set(WORDS)
