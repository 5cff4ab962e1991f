"""Every word of a command exists in both languages, asks for the same values, and is used."""

from __future__ import annotations

import importlib
import inspect
import string

import pytest

MODULES = [
    "imports",
    "watch",
    "changes",
    "source",
    "rosters",
    "units",
    "deputies",
    "review",
    "decide",
    "follow",
    "history",
    "migrate",
    "explain",
    "extract",
    "when",
    "check",
]


@pytest.mark.parametrize("name", MODULES)
def test_both_languages_say_the_same(name: str) -> None:
    module = importlib.import_module(f"tracker.cli.{name}")
    for key, pair in module.WORDS.items():
        chinese, english = (
            {part[1] for part in string.Formatter().parse(text) if part[1]} for text in pair
        )
        assert chinese == english, key
        assert all(text.strip() for text in pair), key


@pytest.mark.parametrize("name", [name for name in MODULES if name != "history"])
def test_no_word_is_left_over(name: str) -> None:
    module = importlib.import_module(f"tracker.cli.{name}")
    source = inspect.getsource(module)
    for key in module.WORDS:
        # "new", "version" and "known" are asked for by the state of an import, the kinds and
        # fields of a change by what has changed.
        asked = ("new", "version", "known", "missing", "added", "field.deadline", "field.owner")
        used = source.count(f'"{key}"') > 1 or key in asked
        assert used, key


def test_every_action_of_the_ledger_has_its_word() -> None:
    from tracker.cli.history import WORDS
    from tracker.store import deciding, entering, following, importing, pages

    sources = "".join(
        inspect.getsource(item) for item in (deciding, entering, following, importing, pages)
    )
    for action in WORDS:
        if action in ("at", "who", "action", "change", "why", "none") or "." in action:
            continue
        assert f'"{action}"' in sources
    for action in ("follow", "differs", "missing", "undo", "report", "settle", "reopen"):
        assert action in WORDS
