"""Word lists as regular expressions that share beginnings.

An alternation of two hundred words costs `re` two hundred trials at every place; as a trie it
costs one per letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_NOTHING: Final[Mapping[str, Iterable[str]]] = {}
_NONE_BESIDE: Final[Mapping[str, str]] = {}


def alternation(words: Iterable[str], unless: Mapping[str, Iterable[str]] = _NOTHING) -> str:
    """A group that matches any of the words, the longest that fits first.

    Args:
        words: what to match; none may be empty.
        unless: for a word what must not follow it: {"家": ["庭"]} does not read 家 in 家庭.
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = "|".join(re.escape(other) for other in unless.get(word, ()))
    heads = sorted(char for char in root if char)
    if len(heads) > 2 * _GROUP:
        # Many first characters: a look at which group it is spares trying each.
        groups = [heads[at : at + _GROUP] for at in range(0, len(heads), _GROUP)]
        return f"(?:{'|'.join(_group(root, group) for group in groups)})"
    rendered = _render(root)
    return _grouped(rendered)


def beginning(words: Iterable[str]) -> str:
    """Where one of the words may begin: its first two characters, each looked up in a class.

    Looser than the words (提交 begins as 提出 and 上交 do), and small: for a look ahead in a pattern
    that stands in many others.
    """
    known = list(words)
    alone = re.escape("".join(sorted({word for word in known if len(word) == 1})))
    heads = re.escape("".join(sorted({word[0] for word in known})))
    seconds = re.escape("".join(sorted({word[1] for word in known if len(word) > 1})))
    return f"(?:[{alone}]|[{heads}][{seconds}])"


def searching(words: Iterable[str], beside: Mapping[str, str] = _NONE_BESIDE) -> str:
    """Any of the words, the longest that fits first, for a search through text.

    One character of a class is consumed before anything else, so that `re` skips through text at C
    speed. Where it stands, a look at the second character spares most words, and the rest is tried
    by that character: a literal, which `re` compares without ado, as it does not the first one,
    that has been consumed and is looked back at.

    Args:
        words: what to look for; none may be empty.
        beside: further branches, as `guarded` takes them; their characters begin none of the words.
    """
    known = set(words)
    alone = "".join(sorted(word for word in known if len(word) == 1))
    by_second: dict[str, dict[str, list[str]]] = {}  # what follows both, by second and by first
    for word in sorted(known):
        if len(word) > 1:
            by_second.setdefault(word[1], {}).setdefault(word[0], []).append(word[2:])
    seconds = sorted(by_second)
    tried = [f"(?<=[{heads}]){rest}" for heads, rest in beside.items()]
    if seconds:
        groups = [seconds[at : at + _GROUP] for at in range(0, len(seconds), _GROUP)]
        few = [_one_of(group, by_second) for group in groups]
        tried.append(few[0] if len(few) == 1 else f"(?=[{_class(seconds)}])(?:{'|'.join(few)})")
    if alone:
        tried.append(f"(?<=[{_class(alone)}])")
    heads = "".join((*beside, *sorted({word[0] for word in known})))
    return f"[{_class(heads)}](?:{'|'.join(tried)})"


def _one_of(seconds: list[str], by_second: Mapping[str, Mapping[str, list[str]]]) -> str:
    """The words whose second character is one of these, behind their first character."""
    branches = []
    for second in seconds:
        alike: dict[str, str] = {}  # the first characters that go on in the same way
        for first, rests in by_second[second].items():
            rest = _rests(rests)
            alike[rest] = alike.get(rest, "") + first
        ways = [f"(?<=[{_class(firsts)}]{second}){rest}" for rest, firsts in alike.items()]
        branches.append(second + (ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"))
    return f"(?=[{_class(seconds)}])(?:{'|'.join(branches)})"


def _rests(rests: Iterable[str]) -> str:
    """The ends of words, the longest that fits first; an empty one matches nothing more."""
    ends = set(rests)
    if ends == {""}:
        return ""
    longer = alternation(end for end in ends if end)
    return f"(?:{longer}|)" if "" in ends else longer


def _class(characters: Iterable[str]) -> str:
    return re.escape("".join(characters))


#: Characters in a group of words that are tried together.
_GROUP: Final = 24


def guarded(branches: Mapping[str, str]) -> str:
    """Branches that each begin with one of some characters, so that `re` skips between them.

    `re` skips text by a class that a pattern begins with, but not by an alternation.

    Args:
        branches: what follows, by the characters that may stand before it; a look behind in it
            sees that character last. A character stands in one branch only.
    """
    heads = "".join(branches)
    if len(set(heads)) != len(heads):
        raise ValueError(f"two branches begin with one character: {heads}")
    return f"[{heads}](?:{trial(branches)})"


def trial(branches: Mapping[str, str]) -> str:
    """The alternatives of `guarded`, each behind a look back at the character that it is for."""
    tried = [(heads, f"(?<=[{heads}]){rest}") for heads, rest in branches.items()]
    if len(tried) <= _FEW:
        return "|".join(branch for _, branch in tried)
    # Many branches: a look at which few it can be spares trying each.
    few = [tried[at : at + _FEW] for at in range(0, len(tried), _FEW)]
    return "|".join(
        f"(?<=[{''.join(heads for heads, _ in some)}])(?:{'|'.join(branch for _, branch in some)})"
        for some in few
    )


#: Branches in a group that are tried together.
_FEW: Final = 5


def _group(root: dict[str, Any], heads: list[str]) -> str:
    branches = {head: root[head] for head in heads}
    return f"(?=[{re.escape(''.join(heads))}]){_grouped(_render(branches))}"


def _grouped(rendered: str) -> str:
    return rendered if rendered.startswith("(?:") else f"(?:{rendered})"


def _render(node: dict[str, Any]) -> str:
    branches = [re.escape(char) + _render(node[char]) for char in sorted(node) if char]
    if "" in node:
        branches.append(f"(?!{node['']})" if node[""] else "")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
