"""Every word of a command exists in both languages, asks for the same values, and is used."""

from __future__ import annotations

import importlib
import inspect
import re
import string
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "tracker"

MODULES = [
    "imports",
    "watch",
    "changes",
    "source",
    "tableimport",
    "faults",
    "suggestions",
    "units",
    "deputies",
    "review",
    "decide",
    "follow",
    "proof",
    "request",
    "requests",
    "rate",
    "history",
    "migrate",
    "explain",
    "extract",
    "when",
    "check",
]


#: What stands before the part of a key that a code of the program gives.
_ASKED = ("field.", "fault.", "taken.", "doubt.", "column.", "answered.")


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
        # Asked for by the state of an import, the kind of a change, a reason, a field, or what is
        # wrong with a path.
        states = ("new", "changed", "version", "known", "added")
        problems = ("missing", "nothing", "outside", "dangling", "unreadable")
        asked = key in states or key in problems or key.startswith(_ASKED)
        used = source.count(f'"{key}"') > 1 or asked
        assert used, key


def test_every_reason_and_field_of_a_table_has_its_words() -> None:
    from tracker.cli.faults import WORDS
    from tracker.intake import cells, columns, officetables
    from tracker.store import assigned, merging, registry

    sources = "".join(
        inspect.getsource(item) for item in (cells, officetables, assigned, merging, registry)
    )
    reasons = set(re.findall(r'CellError\(\s*"(\w+)"', sources))
    reasons |= set(re.findall(r'Refused\("\w+", "(\w+)"', sources))
    # What the pattern does not see: a choice of two, and faults that are made at once.
    reasons |= {"year", "day", "twice"}
    assert {f"fault.{reason}" for reason in reasons} == {
        key for key in WORDS if key.startswith("fault.")
    }
    fields = {field for known in columns.FIELDS.values() for field in known}
    fields |= set(re.findall(r'FieldChange\("(\w+)"', sources)) | {"assist", "lead"}
    assert {f"field.{field}" for field in fields} == {
        key for key in WORDS if key.startswith("field.")
    }


def test_every_action_of_the_ledger_has_its_word() -> None:
    from tracker.cli.history import WORDS

    rooms = [PACKAGE / "store", PACKAGE / "followup"]
    sources = "".join(
        path.read_text(encoding="utf-8") for room in rooms for path in sorted(room.glob("*.py"))
    )
    for action in WORDS:
        if action in ("at", "who", "action", "change", "why", "none", "evidence") or "." in action:
            continue
        assert f'"{action}"' in sources
    # Of no commitment.
    of_tables = {"unit", "deputy", "suggestion", "subscribe", "unsubscribe", "revive"}
    for action in set(re.findall(r'record\(\s*session,\s*"(\w+)"', sources)) - of_tables:
        assert action in WORDS
    for action in ("follow", "differs", "missing", "undo", "report", "settle", "reopen"):
        assert action in WORDS
