"""Which column of a table holds what: the heading found by the words of data/lexicon/columns.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from tracker.errors import LexiconError, ReadingError
from tracker.intake.sheets import Line
from tracker.resources import load_lexicon

Table = Literal["suggestions", "units", "deputies", "links"]

#: Fields of each table; of those in the first set one must have a column.
FIELDS: Final[dict[Table, tuple[str, ...]]] = {
    "suggestions": (
        "number", "title", "session", "body", "deputies", "lead", "assisting", "reply_due",
        "category",
    ),
    "units": ("name", "aliases", "contact", "email", "head", "head_email", "parent"),
    "deputies": ("name", "session", "email"),
    "links": ("title", "link"),
}  # fmt: skip
NEEDED: Final[dict[Table, tuple[str, ...]]] = {
    "suggestions": ("number", "title"), "units": ("name",), "deputies": ("name",),
    "links": ("title", "link"),
}  # fmt: skip
#: Fields that may have several columns (领衔代表, 附议代表), whose values are put together.
SEVERAL: Final = frozenset({"deputies", "lead", "assisting", "aliases"})
#: A word that begins so stands for every heading that ends with it: …邮箱 is 联系邮箱 too.
_ANY: Final = "…"
#: Words of these before such an ending say that the column is of somebody else, and which field
#: that is, if any: 上级单位邮箱 is none, 分管领导邮箱 is the head's.
_OTHERS: Final[dict[str | None, str | None]] = {"parent": None, "head": "head_email"}
#: What stands around a word that says that a cell is empty, and what says so by itself.
_EDGES: Final = " \u3000\t\r\n()（）[]【】。.、，,;；:："
_STROKES: Final = " -—–－_/／\\*·~"
_LONGEST_NOTHING: Final = 30
#: How far down a heading is looked for; titles of lists take a few lines.
_DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a table begins.

    `columns` are the places of each field's columns, the most trusted first; `words` what stands
    over a place; `above` the texts of the lines over the heading; `first` the index of the first
    line below it; `unused` the headings of columns that are not read; `lacking` the fields that
    have no column.
    """

    columns: dict[str, tuple[int, ...]]
    words: dict[int, str]
    above: tuple[str, ...]
    first: int
    unused: tuple[str, ...]
    lacking: tuple[str, ...]


def find_heading(table: Table, lines: Sequence[Line]) -> Heading | None:
    """The line with the most words of the table's columns, two lines where the heading has two.

    Args:
        table: which one.
        lines: of a sheet, from its top.
    """
    best = max(range(min(len(lines), _DEEPEST)), key=lambda at: _found(table, lines[at]), default=0)
    if not lines or not set(NEEDED[table]) & set(_fields(table, lines[best].cells)):
        return None
    words = dict(enumerate(lines[best].cells))
    first = best + 1
    if first < len(lines) and _goes_on(table, lines[best], lines[first]):
        lower = dict(enumerate(lines[first].cells))
        words |= {at: text for at, text in lower.items() if _field(table, text)}
        first += 1
    columns: dict[str, list[int]] = {}
    for at, text in words.items():
        field = _field(table, text)
        if field:
            columns.setdefault(field, []).append(at)
    for places in columns.values():
        places.sort(key=lambda at: (_home(table, words[at])[1], at))
    return Heading(
        {
            field: tuple(places) if field in SEVERAL else tuple(places[:1])
            for field, places in columns.items()
        },
        {at: " ".join(text.split()) for at, text in words.items()},
        tuple(text for line in lines[:best] for text in dict.fromkeys(line.cells) if text),
        first,
        tuple(
            text
            for at, text in words.items()
            if text and not any(at in columns.get(field, ())[: None if field in SEVERAL else 1] for field in columns)
        ),
        tuple(field for field in FIELDS[table] if field not in columns),
    )  # fmt: skip


def how_much(table: Table, lines: Sequence[Line]) -> int:
    """How many columns a table has by its best heading; tells one way of parting from another."""
    return max((_found(table, line) for line in lines[:_DEEPEST]), default=0)


def is_heading(table: Table, line: Line) -> bool:
    """Whether a line is the heading over again, as on the next printed page."""
    texts = [text for text in line.cells if text]
    return len(texts) > 1 and all(_field(table, text) for text in texts)


def is_remark(text: str) -> bool:
    """Whether a line that begins with a text is no entry: 备注：… 合计 3件."""
    return re.match(rf"(?:{_remarks()})(?:$|[:：、.\s\d(（])", text) is not None


def is_nothing(table: Table, text: str) -> bool:
    """Whether a cell says that it is empty: 无, —, 待定, 无协办单位."""
    bare = text.strip(_EDGES) if len(text) <= _LONGEST_NOTHING else text
    if bare.lower() in _nothing() or not bare.strip(_STROKES):
        return True
    return bare.startswith("无") and _field(table, bare[1:]) is not None


def no_heading(table: Table, lines: Sequence[Line]) -> ReadingError:
    """What to say of a table without a heading that is known."""
    if not any(text for line in lines for text in line.cells):
        return ReadingError("the table is empty")
    words = _words(table)
    wanted = " or ".join(words[field][0] for field in NEEDED[table])
    known = "、".join(words[field][0] for field in FIELDS[table])
    return ReadingError(
        f"no column {wanted}; columns: {known}; other words go into data/lexicon/columns.toml"
    )


def _found(table: Table, line: Line) -> int:
    found = _fields(table, line.cells)
    return len(set(found)) + (1 if set(NEEDED[table]) & set(found) else 0)


def _goes_on(table: Table, upper: Line, lower: Line) -> bool:
    """Whether a line is the second of a heading: 主办 | 协办 below 承办单位."""
    told = [
        (at, text)
        for at, text in enumerate(lower.cells)
        if text and not (at < len(upper.cells) and text == upper.cells[at])
    ]
    return bool(told) and all(_field(table, text) for _, text in told)


def _fields(table: Table, cells: Sequence[str]) -> list[str]:
    return [field for field in (_field(table, text) for text in cells) if field]


def _field(table: Table, text: str) -> str | None:
    return _home(table, text)[0]


def _home(table: Table, text: str) -> tuple[str | None, int]:
    """The field that a heading names, and which of its words that is."""
    plain = _plain(text) if text and len(text) <= 60 else ""
    homes = _homes(table)
    if not plain or plain in homes:
        return homes.get(plain, (None, 0))
    for word, home in homes.items():
        ending = word.removeprefix(_ANY)
        if ending != word and plain.endswith(ending):
            before = homes.get(plain.removesuffix(ending), (None, 0))[0]
            return (_OTHERS[before], len(homes)) if before in _OTHERS else home
    return None, 0


def _plain(text: str) -> str:
    """A heading without blanks, marks and brackets: 主办单位（牵头）* is 主办单位."""
    bare = re.sub(r"[(（【\[][^()（）【】\[\]]*[)）】\]]", "", text)
    return re.sub(r"[\s*＊:：.。、,，/／\u3000]", "", bare).lower()


@cache
def _words(table: Table) -> dict[str, tuple[str, ...]]:
    """The words of each field of a table, checked.

    Raises:
        LexiconError: a field is missing, unknown or has no words, or a word stands twice.
    """
    found = load_lexicon("columns").get(table)
    where = f"data/lexicon/columns.toml: [{table}]"
    if not isinstance(found, dict):
        raise LexiconError(f"{where} is missing")
    lists = {field: words for field, words in found.items() if field not in ("meaning", "example")}
    if set(lists) != set(FIELDS[table]):
        raise LexiconError(f"{where} must have the lists {', '.join(FIELDS[table])} and no other")
    homes: dict[str, str] = {}
    for field, words in lists.items():
        if not isinstance(words, list) or not words:
            raise LexiconError(f"{where} {field} must be a list of words")
        for word in words:
            if not isinstance(word, str) or not _plain(word):
                raise LexiconError(f"{where} {field} must be a list of words, not {word!r}")
            if _plain(word) in homes:
                raise LexiconError(f"{where} {word} stands in {homes[_plain(word)]} and {field}")
            homes[_plain(word)] = field
    return {field: tuple(_plain(word) for word in words) for field, words in lists.items()}


@cache
def _homes(table: Table) -> dict[str, tuple[str | None, int]]:
    return {
        word: (field, trust)
        for field, words in _words(table).items()
        for trust, word in enumerate(words)
    }


@cache
def _remarks() -> str:
    return "|".join(map(re.escape, sorted(_list("remarks"), key=len, reverse=True)))


@cache
def _nothing() -> frozenset[str]:
    return frozenset(word.lower() for word in _list("nothing"))


def _list(table: str) -> list[str]:
    words = load_lexicon("columns").get(table, {}).get("words")
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise LexiconError(f"data/lexicon/columns.toml: [{table}] words must be a list of words")
    return words
