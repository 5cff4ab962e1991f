"""`tracker check`: what a clerk reads before the reply is signed, and the exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from tests.cli.running import Answer, call
from tests.letters import forms
from tests.letters.letters import letter_of
from tracker import clock
from tracker.letters.reading import read_file

BODY = """一、下一步工作打算
今年年底前更换路灯310盏。
尽快增设公交站点。
由相关部门于6月底前施划标线12公里。
资金到位后，启动东门市场改造工程。
2022年底前建成公厕3座。
今年年底前新增停车泊位。
进一步加强组织领导，不断提高管理水平。"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft without a date; the first promise stands on line 7."""
    return written(tmp_path, BODY)


def written(folder: Path, body: str, day: str = "") -> Path:
    path = folder / "草稿.txt"
    path.write_text(letter_of(body=body, day=day), encoding="utf-8")
    return path


def in_word(text_file: Path) -> Path:
    document = Document()
    for line in text_file.read_text(encoding="utf-8").splitlines():
        document.add_paragraph(line)
    path = text_file.with_suffix(".docx")
    document.save(str(path))
    return path


def checked(draft: Path, *arguments: str) -> Answer:
    return call(draft.parent / "data", "check", str(draft), *arguments)


def test_the_view_says_what_is_tracked_and_what_lacks(draft: Path) -> None:
    done = checked(draft, "--date", "2023-05-10")
    assert (done.status, done.err) == (0, "")
    lines = [line.strip() for line in done.out.splitlines() if line.strip()]
    for wanted in (
        "草稿检查：草稿.txt",
        "相对时间从 2023-05-10 起算（--date 指定）",
        "会被跟踪的承诺 4 项",
        "第 7 行     今年年底前更换路灯310盏",
        "量化 310盏 · 2023-12-31 · 由本单位负责 · 明确承诺",
        "✓ 数量、时限、责任单位齐全",
        "✗ 缺数量：“增设”没有数字，请写明多少",
        "✗ 缺时限：“尽快”推不出具体日期",
        "✗ 缺责任单位：“相关部门”是哪个单位，请写名称",
        "? “6月底前”没有写年份，按 2023-06-30 计",
        "? 附条件：“资金到位后”，请写明条件预计何时具备",
        "时限已过、会被读成旧事的 1 处",
        "✗ “2022年底前”早于落款日期 2023-05-10",
        "像承诺、但不会被跟踪的 2 处",
        "✗ 缺数量：“新增”没有数字，请写明多少",
        "? 只表明态度：加强组织领导、进一步加强、不断提高",
        "小结：缺数量 2 项，缺时限 2 项，缺责任单位 1 项，时限已过 1 处，只表态 1 处",
    ):
        assert wanted in lines
    assert not (draft.parent / "data").exists(), "no database is needed"


def test_english(draft: Path) -> None:
    out = call(draft.parent, "--lang", "en", "check", str(draft), "--date", "2023-05-10").out
    assert "Promises that will be tracked: 4" in out
    assert "no owner: which unit is “相关部门”?" in out
    assert not [word for word in ("缺", "承诺", "小结", "本单位") if word in out]


@pytest.mark.parametrize(
    ("body", "arguments", "status"),
    [
        (BODY, (), 0),
        (BODY, ("--strict",), 1),
        (BODY, ("--strict", "--format", "json"), 1),
        ("今年年底前更换路灯310盏。", ("--strict",), 0),
        ("不断提高管理水平。", ("--strict",), 0),
        ("感谢您的关心。", ("--strict",), 0),
    ],
)
def test_exit_status(tmp_path: Path, body: str, arguments: tuple[str, ...], status: int) -> None:
    done = checked(written(tmp_path, body), "--date", "2023-05-10", *arguments)
    assert (done.status, done.err) == (status, "")


@pytest.mark.parametrize(
    ("day", "option", "wanted", "origin"),
    [
        ("2023年7月10日", (), "2023-12-31", "letter"),
        ("2023年7月10日", ("--date", "2024-01-05"), "2024-12-31", "given"),
        ("", ("--date", "2024-01-05"), "2024-12-31", "given"),
        ("    年  月  日", (), None, "today"),
    ],
)
def test_the_day_that_relative_words_count_from(
    tmp_path: Path, day: str, option: tuple[str, ...], wanted: str | None, origin: str
) -> None:
    path = written(tmp_path, "今年年底前更换路灯310盏。", day)
    found = json.loads(checked(path, "--format", "json", *option).out)
    this_year = f"{clock.today('Asia/Shanghai').year}-12-31"
    assert found["date_from"] == origin
    assert found["commitments"][0]["deadline"] == (wanted or this_year)
    assert checked(path, *option).out.count("起算") == 1


def test_json_names_every_place(draft: Path) -> None:
    found = json.loads(checked(draft, "--date", "2023-05-10", "--format", "json").out)
    text = draft.read_text(encoding="utf-8")
    assert (found["date"], found["line_means"], found["not_a_reply"]) == (
        "2023-05-10",
        "line",
        None,
    )
    assert [item["line"] for item in found["commitments"]] == [7, 8, 9, 10]
    assert found["commitments"][1]["lacks"] == [
        {"code": "number", "words": "增设"},
        {"code": "date", "words": "尽快"},
    ]
    assert found["commitments"][3]["doubts"] == [{"code": "condition", "words": "资金到位后"}]
    assert [item["reason"] for item in found["untracked"]] == ["number", "attitude"]
    assert found["lapsed"][0]["day"] == "2022-12-31"
    assert found["lacking"] == {"number": 2, "date": 2, "owner": 1}
    for item in (*found["commitments"], *found["untracked"], *found["lapsed"]):
        assert text[item["start"] : item["end"]] == item["quote"]
        assert item["quote"] in text.splitlines()[item["line"] - 1]


def test_a_word_document_is_checked_by_paragraph(draft: Path) -> None:
    path = in_word(draft)
    found = json.loads(checked(path, "--date", "2023-05-10", "--format", "json").out)
    assert found["line_means"] == "paragraph"
    assert [item["line"] for item in found["commitments"]] == [5, 6, 7, 8]
    assert "第 5 段" in checked(path, "--date", "2023-05-10").out


@pytest.mark.parametrize(
    ("name", "made", "place"),
    [("a.doc", forms.doc, "paragraph"), ("a.docx", forms.docx, "paragraph"), ("a.pdf", forms.pdf, "line")],
)  # fmt: skip
def test_what_a_place_counts_in_each_form(
    tmp_path: Path, name: str, made: Callable[[], bytes], place: str
) -> None:
    path = tmp_path / name
    path.write_bytes(made())
    source = read_file(path)
    found = json.loads(checked(path, "--format", "json").out)
    assert (found["line_means"], len(found["commitments"]) > 30) == (place, True)
    places = source.text.split(source.parted_by)
    for item in found["commitments"]:
        assert item["quote"] in places[item["line"] - 1]


def test_a_fragment_is_checked_and_told_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("今年年底前更换路灯310盏。", encoding="utf-8")
    done = checked(path, "--date", "2023-05-10")
    assert done.status == 0
    assert "还不像一份完整的答复件" in done.out
    assert "会被跟踪的承诺 1 项" in done.out


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "已加密；请用密码打开"),
        (b"PK\x03\x04", "已损坏或不完整"),
        (b"", "是空文件"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    done = checked(path)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(f"tracker: {path}：")
    assert reason in done.err
