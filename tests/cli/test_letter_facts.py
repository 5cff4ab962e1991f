"""What a letter's head says, as people see it; whom to ask about it is shown to nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import call
from tests.letters.letters import letter_of

#: A further reply of two units, asked a third, with a contact.
LETTER = letter_of(
    head="青水函〔2023〕14号　　办理结果：正在解决　　公开属性：主动公开",
    title="青禾县水利局关于县十七届人大三次会议第19号建议的补充答复",
    opening="您提出的《关于整治南溪河道的建议》收悉。经商县住房和城乡建设局（以下简称县住建局），现补充答复如下：",
    body="一、清淤。我局将于今年年底前完成清淤3公里。由县住建局负责，10月底前新建泵站2座。",
    signature="青禾县水利局　青禾县林业局",
    tail="（联系人：周立，联系电话：0800-5550100）",
)
PRIVATE = ("周立", "5550100")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the letter imported and confirmed."""
    (tmp_path / "19.txt").write_text(LETTER, encoding="utf-8")
    call(tmp_path, "import", str(tmp_path / "19.txt"))
    call(tmp_path, "confirm", "--all")
    return tmp_path


def test_extract_prints_all_fields_of_the_head(office: Path) -> None:
    done = call(office, "extract", "--format", "jsonl", str(office / "19.txt"))
    head = json.loads(done.out)["letter"]
    assert (head["kind"], head["category"], head["publishable"]) == ("supplement", "B", True)
    assert head["joint"] == ["青禾县水利局", "青禾县林业局"]
    assert head["assisting"] == ["县住房和城乡建设局"]
    assert head["contact"] == {"name": "周立", "phone": "0800-5550100"}
    assert head["short_names"] == {"县住建局": "县住房和城乡建设局"}


def test_extract_says_null_where_a_letter_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(letter_of(tail=""), encoding="utf-8")
    head = json.loads(call(tmp_path, "extract", "--format", "jsonl", str(tmp_path / "1.txt")).out)[
        "letter"
    ]
    assert (head["kind"], head["publishable"], head["contact"]) == ("reply", None, None)
    assert (head["joint"], head["assisting"], head["short_names"]) == ([], [], {})


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("补充答复", "办理结果", "可公开", "青禾县林业局", "县住房和城乡建设局")),
        ("en", ("further reply", "Class", "may be published", "青禾县林业局", "Assisting units")),
    ],
)
def test_show_and_explain_tell_what_the_head_says(
    office: Path, language: str, told: tuple[str, ...]
) -> None:
    shown = call(office, "--lang", language, "show", "19-1").out
    explained = call(office, "--lang", language, "explain", str(office / "19.txt")).out
    for words in told:
        assert words in shown
        assert words in explained
    assert "县住建局 = 县住房和城乡建设局" in explained


def test_show_of_a_plain_letter_has_no_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(letter_of(), encoding="utf-8")
    call(tmp_path, "import", str(tmp_path / "1.txt"))
    shown = call(tmp_path, "show", "19-1").out
    assert not [word for word in ("答复类型", "公开属性", "联合答复", "协办单位") if word in shown]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "19-1"), ("list",), ("list", "--format", "json"), ("status",),
        ("report", "--format", "json"), ("report", "--format", "html"), ("report", "--format", "md"),
        ("history", "19-1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_view_shows_whom_to_ask(office: Path, arguments: tuple[str, ...]) -> None:
    done = call(office, *arguments)
    assert done.status == 0
    assert done.out
    assert not [word for word in PRIVATE if word in done.out]


def test_a_short_name_is_written_as_the_letter_does_and_meant_in_full(office: Path) -> None:
    (pump,) = [
        item
        for item in json.loads(call(office, "report", "--format", "json").out)["commitments"]
        if "泵站" in item["quote"]
    ]
    assert pump["units"] == ["青禾县住房和城乡建设局"]
    assert pump["letter"]["publishable"] is True
    assert pump["letter"]["kind"] == "supplement"
