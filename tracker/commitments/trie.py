"""Word lists as regular expressions that share beginnings.

An alternation of two hundred words costs `re` two hundred trials at every place; as a trie it
costs one per letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_NOTHING: Final[Mapping[str, Iterable[str]]] = {}


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
    rendered = _render(root)
    return rendered if rendered.startswith("(?:") else f"(?:{rendered})"


def _render(node: dict[str, Any]) -> str:
    branches = [re.escape(char) + _render(node[char]) for char in sorted(node) if char]
    if "" in node:
        branches.append(f"(?!{node['']})" if node[""] else "")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
