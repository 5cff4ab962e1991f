"""Every word exists in both languages, and every code of the program has a word."""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from tracker.commitments.model import Basis, Comparator, Kind, Mode, Strength
from tracker.followup.status import Light
from tracker.reports.phrases import SIGNS
from tracker.reports.words import WORDS, Wording
from tracker.store.following import OUTCOMES
from tracker.store.outbox import STATES

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_each_key_has_both_languages_with_the_same_names(key: str) -> None:
    zh, en = WORDS[key]
    assert zh
    assert en
    assert _names(zh) == _names(en)
    assert not _CHINESE.search(en), "the English of a key is Chinese"


@pytest.mark.parametrize("key", WORDS)
def test_chinese_texts_are_chinese(key: str) -> None:
    """A text that is only a pattern, a mark or a number needs no words."""
    zh, _ = WORDS[key]
    bare = re.sub(r"\{\w+\}|[\W\d]", "", zh)
    assert not bare or _CHINESE.search(zh)


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
        ("message", STATES),
    ],
)
def test_each_code_has_a_word(group: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if f"{group}.{code}" not in WORDS] == []


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
