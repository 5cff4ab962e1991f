"""Word lists of data/lexicon compiled once, on first use."""

from __future__ import annotations

import re
from functools import cache

from tracker.commitments.trie import searching
from tracker.errors import LexiconError
from tracker.resources import load_lexicon


@cache
def words(name: str, group: str) -> tuple[str, ...]:
    """The words of one group of a list, longest first.

    Raises:
        LexiconError: the list has no such group, or the group no words.
    """
    found = load_lexicon(name).get(group, {}).get("words")
    if not isinstance(found, list) or not all(isinstance(word, str) and word for word in found):
        raise LexiconError(f"data/lexicon/{name}.toml: [{group}] needs a list of words")
    return tuple(sorted(set(found), key=lambda word: (-len(word), word)))


@cache
def pattern(name: str, group: str) -> re.Pattern[str]:
    """The compiled pattern for any word of a group."""
    return re.compile(searching(words(name, group)))


@cache
def classes(
    name: str, groups: tuple[str, ...], passed_over: tuple[tuple[str, str], ...]
) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for the words of several groups, and the group that each word belongs to.

    A word that stands in two groups belongs to the one named first. What `passed_over` matches
    is matched too, so that no word inside it is: pairs of a first character and what follows it.
    """
    home: dict[str, str] = {}
    for group in reversed(groups):
        home |= dict.fromkeys(words(name, group), group)
    return re.compile(searching(home, dict(passed_over))), home
