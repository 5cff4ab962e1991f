"""Every word exists in both languages, and every code of the program has a word."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from tracker.cli import outbox
from tracker.commitments.model import Basis, Comparator, Kind, Mode, Strength
from tracker.followup import recheck
from tracker.followup.status import Light
from tracker.letters.model import Kind as LetterKind
from tracker.reports import phrases
from tracker.reports.phrases import SIGNS
from tracker.reports.words import WORDS, Wording
from tracker.store.following import OUTCOMES
from tracker.store.outbox import State

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _faults(zh: str, en: str) -> list[str]:
    """What is wrong with the two texts of a key."""
    # A text that is only a pattern, a mark or a number needs no words.
    bare = re.sub(r"\{\w+\}|[\W\d]", "", zh)
    found = {
        "one is empty": not (zh and en),
        "other {names}": _names(zh) != _names(en),
        "the English is Chinese": bool(_CHINESE.search(en)),
        "the Chinese is English": bool(bare) and not _CHINESE.search(zh),
    }
    return [fault for fault, there in found.items() if there]


def test_each_key_has_both_languages() -> None:
    assert {key: found for key, texts in WORDS.items() if (found := _faults(*texts))} == {}


@pytest.mark.parametrize(
    ("zh", "en", "fault"),
    [
        ("", "late", "one is empty"),
        ("还有 {n} 天", "{days} left", "other {names}"),
        ("逾期", "逾期", "the English is Chinese"),
        ("late", "late", "the Chinese is English"),
    ],
)
def test_a_faulty_translation_is_seen(zh: str, en: str, fault: str) -> None:
    assert fault in _faults(zh, en)


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("light", get_args(Light)),
        ("outcome", ("open", *OUTCOMES)),
        ("review", ("pending", "confirmed", "rejected")),
        ("kind", get_args(Kind)),
        ("mode", get_args(Mode)),
        ("comparator", get_args(Comparator)),
        ("strength", get_args(Strength)),
        ("basis", get_args(Basis)),
        ("message", get_args(State)),
        ("letter_kind", get_args(LetterKind)),
    ],
)
def test_each_code_has_a_word(group: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if f"{group}.{code}" not in WORDS] == []


def test_each_state_of_a_message_can_be_asked_for() -> None:
    assert sorted(outbox.STATES) == sorted(get_args(State))


def test_each_light_and_outcome_has_a_sign_of_its_own_word() -> None:
    """Who sees no colour tells them apart by sign and word; lights by the sign alone."""
    lights = [SIGNS[code] for code in get_args(Light)]
    assert len(set(lights)) == len(lights)
    assert set(OUTCOMES) <= set(SIGNS)


def test_signs_show_on_a_chinese_windows_console() -> None:
    "".join(SIGNS.values()).encode("gb2312")


def test_an_unknown_key_raises() -> None:
    with pytest.raises(KeyError):
        Wording("zh")("light.purple")


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("year-end", "年底", "end of a year"),
        ("within-months", "若干月内", "within months"),
        ("feast-before", "节日", "feast"),
        ("bare-season", "时节", "season"),
        ("day-and-after", "写明日期", "day"),
        ("of-a-newer-grammar", "of-a-newer-grammar", "of-a-newer-grammar"),
    ],
)
def test_rules_of_time_in_words(name: str, zh: str, en: str) -> None:
    assert (phrases.rule(name, Wording("zh")), phrases.rule(name, Wording("en"))) == (zh, en)


@pytest.mark.parametrize(
    ("name", "step", "zh"),
    [
        ("before-30", "临近提醒", "到期前 30 天 临近提醒"),
        ("on-day", "到期催办", "到期当天 到期催办"),
        ("after-14", "逾期督办", "到期后 14 天 逾期督办"),
        ("after-14", "", "到期后 14 天"),
        ("later-2", "", "later-2"),
        ("after-x", "", "after-x"),
    ],
)
def test_rungs_in_words(name: str, step: str, zh: str) -> None:
    assert phrases.rung(name, Wording("zh"), step) == zh


def test_every_reason_to_take_a_notice_back_has_words() -> None:
    source = (Path(recheck.__file__)).read_text(encoding="utf-8")
    reasons = [*re.findall(r'return "([a-z ]+)"', source), "cancelled", "restored"]
    assert len(reasons) > 8
    for why in reasons:
        assert why not in phrases.withdrawn(why, Wording("zh"))
