"""Every letter field on the annotated letters that lie beside the checkout and in data/samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.letters.letter import read_letter, why_not_a_reply

_ROOT = Path(__file__).parents[2]
_FOLDERS = {
    "gold": _ROOT.parent / "shared" / "gold" / "letters",
    "samples": _ROOT / "data" / "samples",
}
_FIELDS = (
    "issuer",
    "date",
    "suggestion_no",
    "session",
    "body",
    "recipients",
    "category",
    "complete",
    "script",
)
_LEAST = 0.95


def _pairs(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    pairs = []
    for path in sorted(_FOLDERS[name].glob("*.json")):
        # newline="": a carriage return is part of the text that offsets count.
        with path.with_suffix(".txt").open(encoding="utf-8", newline="") as file:
            text = file.read()
        pairs.append((path.stem, text, json.loads(path.read_text(encoding="utf-8"))))
    if not pairs:
        pytest.skip(f"no annotated letters in {_FOLDERS[name].name}")
    return pairs


@pytest.mark.parametrize("folder", _FOLDERS)
@pytest.mark.parametrize("field", _FIELDS)
def test_letter_fields(folder: str, field: str) -> None:
    pairs = [pair for pair in _pairs(folder) if field in pair[2]]
    wrong = []
    for name, text, annotated in pairs:
        found = read_letter(text).header.as_json()[field]
        if found != annotated[field] and (found or annotated[field]):
            wrong.append(f"{name}: got {found!r}, annotated {annotated[field]!r}")
    assert len(wrong) <= (1 - _LEAST) * len(pairs), "\n".join(wrong)


@pytest.mark.parametrize("folder", _FOLDERS)
def test_annotated_letters_are_replies(folder: str) -> None:
    refused = {name: why_not_a_reply(read_letter(text)) for name, text, annotated in _pairs(folder)}
    assert not {name: reason for name, reason in refused.items() if reason}


@pytest.mark.parametrize("folder", _FOLDERS)
def test_the_reply_proper_holds_every_annotated_quote(folder: str) -> None:
    outside = []
    for name, text, annotated in _pairs(folder):
        letter = read_letter(text)
        body = letter.normal.raw_quote(letter.start, letter.end)
        quotes = [item["quote"] for item in annotated["commitments"] if not item.get("arguable")]
        outside += [f"{name}: {quote}" for quote in quotes if quote not in body]
    assert not outside, "\n".join(outside)
