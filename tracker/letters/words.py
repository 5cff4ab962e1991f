"""The word lists of head and tail, as patterns; loaded and compiled at the first letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from tracker.errors import LexiconError
from tracker.resources import load_lexicon


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled at its first use: importing a module costs nothing."""
    return re.compile(pattern)


@cache
def words(lexicon: str, *keys: str) -> tuple[str, ...]:
    """One list of a lexicon file, e.g. ``words("header", "labels", "date")``.

    Raises:
        LexiconError: there is no such list of words.
    """
    found: object = load_lexicon(lexicon)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(word, str) and word for word in found):
        raise LexiconError(f"data/lexicon/{lexicon}.toml: {'.'.join(keys)} must be a list of words")
    return tuple(found)


def either(choices: Iterable[str]) -> str:
    """A pattern fragment for any of some words, the longer before the shorter."""
    return "(?:" + "|".join(map(re.escape, sorted(choices, key=len, reverse=True))) + ")"


def pattern_of(lexicon: str, *keys: str) -> str:
    """The pattern fragment for one list of a lexicon file."""
    return either(words(lexicon, *keys))
