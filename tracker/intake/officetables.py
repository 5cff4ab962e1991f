"""An office's table of units, deputies or suggestions → checked entries, and the lines that are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Generic, TypeVar

from tracker.errors import ReadingError
from tracker.intake import cells
from tracker.intake.cells import CellError
from tracker.intake.columns import (
    NEEDED,
    SEVERAL,
    Heading,
    Table,
    find_heading,
    how_much,
    is_heading,
    is_nothing,
    is_remark,
    no_heading,
)
from tracker.intake.sheets import Line, read_sheets
from tracker.letters.model import Body
from tracker.letters.subjects import find_session
from tracker.store.entries import DeputyEntry, Fault, SuggestionEntry, UnitEntry
from tracker.store.sessions import session_key

Entry = TypeVar("Entry", UnitEntry, DeputyEntry, SuggestionEntry)

_PLACE: Final = re.compile(
    r"(?:[一-龥]{2,6}?(?:自治区|自治州|自治县|省|市|州|盟|县|旗|区|镇|乡)){1,3}(?=人大|政协|人民|第?[一二三四五六七八九十百\d]+届|20\d\d|[^一-龥]|$)"
)
_YEAR: Final = re.compile(r"(20\d\d)\s*年")
#: Hundreds of names fit; more is no cell of a list, and is not looked into.
_LONGEST_CELL: Final = 10_000
#: Lines above may have been sorted, left out or refused: what these mean nobody can tell.
_DITTO: Final = frozenset({"同上", "〃", "″", '"', "″″", "同左"})


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a list of suggestions where it does not say so itself."""

    body: Body | None = None
    session: str = ""
    region: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class OfficeTable(Generic[Entry]):
    """What a table holds.

    `columns` pairs the fields read with the words over them, `unused` are columns that are not
    read, `lacking` fields that have no column, `passed` the lines that are no entries (number,
    text), `sheets` other sheets of the workbook that hold a table and were not read. `told` is what
    a list of suggestions says of all its lines.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    passed: tuple[tuple[int, str], ...] = ()
    sheets: tuple[str, ...] = ()
    told: Given | None = None


def read_units(path: Path, sheet: str = "") -> OfficeTable[UnitEntry]:
    """A table of units.

    Args:
        path: the file.
        sheet: of a workbook, by its name; "" is the first one with a heading.

    Raises:
        ReadingError: the file cannot be read or has no column for their names, or no such sheet.
    """
    return _read("units", path, sheet, lambda *_: _unit)


def read_deputies(path: Path, sheet: str = "") -> OfficeTable[DeputyEntry]:
    """A table of deputies.

    Args:
        path: the file.
        sheet: as for `read_units`.

    Raises:
        ReadingError: the file cannot be read or has no column for their names, or no such sheet.
    """
    return _read("deputies", path, sheet, lambda *_: _deputy)


def read_suggestions(
    path: Path, given: Given | None = None, sheet: str = ""
) -> OfficeTable[SuggestionEntry]:
    """A list of suggestions (交办清单).

    Args:
        path: the file.
        given: what holds for lines that do not say it; what stands above the heading holds else.
        sheet: as for `read_units`; its name may tell the body (政协提案).

    Raises:
        ReadingError: the file cannot be read or has neither numbers nor titles, or no such sheet.
    """
    told: list[Given] = []

    def builder(heading: Heading, name: str) -> Callable[[_Cells], SuggestionEntry]:
        told.append(_told(heading, name, given or Given()))
        return partial(_suggestion, told=told[0], headed=_headed(heading))

    return replace(_read("suggestions", path, sheet, builder), told=told[0])


class _Cells:
    """One line's cells by field; asking for a field notes which one is at fault."""

    def __init__(self, table: Table, line: Line, heading: Heading) -> None:
        self.number = line.number
        self.asked = ""
        self._texts = {
            name: "\n".join(
                dict.fromkeys(
                    line.cells[at]
                    for at in places
                    if at < len(line.cells) and not is_nothing(table, line.cells[at])
                )
            )
            for name, places in heading.columns.items()
        }

    def __call__(self, name: str) -> str:
        self.asked = name
        text = self._texts.get(name, "")
        if len(text) > _LONGEST_CELL:
            raise CellError("long", n=_LONGEST_CELL)
        if text in _DITTO:
            raise CellError("ditto", value=text)
        return text

    def goes_on(self, line: _Cells) -> None:
        """Take what a line adds that is one entry with this: another unit, another deputy."""
        for name, text in line._texts.items():
            mine = self._texts.get(name, "")
            if not text or text == mine:
                continue
            line.asked = name
            if len(mine) + len(text) > _LONGEST_CELL:
                raise CellError("long", n=_LONGEST_CELL)
            if text in mine.split("\n"):
                continue
            if mine and name not in SEVERAL:
                raise CellError("merged", other=self.number)
            self._texts[name] = f"{mine}\n{text}" if mine else text


def _read(
    table: Table,
    path: Path,
    wanted: str,
    builder: Callable[[Heading, str], Callable[[_Cells], Entry]],
) -> OfficeTable[Entry]:
    sheets = read_sheets(path, partial(how_much, table))
    if wanted:
        names = [name for name, _ in sheets if name]
        if wanted not in names:
            known = (
                f"its sheets: {'、'.join(name[:40] for name in names)}"
                if names
                else "it has none, being a text"
            )
            raise ReadingError(f"has no sheet {wanted!r}; {known}")
        sheets = [(name, lines) for name, lines in sheets if name == wanted]
    found = [(name, lines, find_heading(table, lines)) for name, lines in sheets]
    chosen = next((item for item in found if item[2] is not None), None)
    if chosen is None:
        raise no_heading(table, sheets[0][1] if sheets else [])
    name, lines, heading = chosen
    assert heading is not None  # noqa: S101 - asked for above
    build = builder(heading, name)
    rows, passed, faults = _rows(table, lines[heading.first :], heading)
    entries: list[Entry] = []
    for row in rows:
        try:
            entries.append(replace(build(row), line=row.number))
        except CellError as error:
            faults.append(Fault(row.number, row.asked, error.reason, error.values))
    entries, twice = _once(entries)
    return OfficeTable(
        tuple(entries),
        tuple(sorted(faults + twice, key=lambda fault: fault.line)),
        tuple(
            (column, heading.words[at])
            for column, places in heading.columns.items()
            for at in places
        ),
        heading.unused,
        heading.lacking,
        tuple(passed),
        tuple(other for other, _, head in found if head is not None and other != name),
    )


def _rows(
    table: Table, lines: Sequence[Line], heading: Heading
) -> tuple[list[_Cells], list[tuple[int, str]], list[Fault]]:
    """The lines that are entries, those that are none, and those that contradict a merged one."""
    rows: list[_Cells] = []
    passed: list[tuple[int, str]] = []
    faults: list[Fault] = []
    keys = [at for name in NEEDED[table] for at in heading.columns.get(name, ())]
    used = [at for places in heading.columns.values() for at in places]
    for line in lines:
        row = _Cells(table, line, heading)
        if is_heading(table, line):
            continue
        if _no_entry(table, line, keys, used):
            passed.append((line.number, next(text for text in line.cells if text)))
        elif rows and keys and line.above.issuperset(keys):
            try:
                rows[-1].goes_on(row)
            except CellError as error:
                faults.append(Fault(line.number, row.asked, error.reason, error.values))
        else:
            rows.append(row)
    return rows, passed, faults


def _no_entry(table: Table, line: Line, keys: Sequence[int], used: Sequence[int]) -> bool:
    """A remark, a sum, a heading of a group, a number that stands ready for an entry."""
    told = [(at, text) for at, text in enumerate(line.cells) if not is_nothing(table, text)]
    if not told or is_remark(told[0][1]) or not any(at in used for at, _ in told):
        return True
    if len({text for _, text in told}) > 1:
        return False
    if len(told) > 1:
        return True  # one text over merged columns
    at = told[0][0]
    if at not in keys:
        return True
    # Lists are numbered and grouped in advance; a name or title alone is an entry.
    return table == "suggestions" and at == keys[0] and len(keys) > 1


def _once(entries: Sequence[Entry]) -> tuple[list[Entry], list[Fault]]:
    """Two lines for one thing: the first is taken, the second is reported."""
    first: dict[object, int] = {}
    kept: list[Entry] = []
    faults: list[Fault] = []
    for entry in entries:
        key: object = entry.name if isinstance(entry, UnitEntry) else None
        if isinstance(entry, DeputyEntry):
            key = (entry.name, entry.session)
        if key is not None and key in first:
            faults.append(Fault(entry.line, "name", "twice", {"other": first[key]}))
        else:
            first[key] = entry.line
            kept.append(entry)
    return kept, faults


# One line ------------------------------------------------------------------------------------


def _unit(row: _Cells) -> UnitEntry:
    contact, head, parent = row("contact"), row("head"), row("parent")
    return UnitEntry(
        name=_name(row("name"), 120),
        aliases=cells.other_names(row("aliases").replace("\n", "、")),
        contact=cells.plain(row("contact"), 80) if contact else None,
        email=cells.mail(row("email")),
        head=cells.plain(head, 80) if head else None,
        head_email=cells.mail(row("head_email")),
        parent=cells.plain(row("parent"), 120) if parent else None,
    )


def _deputy(row: _Cells) -> DeputyEntry:
    return DeputyEntry(
        name=cells.person(_name(row("name"), 80)),
        session=cells.joined(row("session"), 120),
        email=cells.mail(row("email")),
    )


def _name(text: str, longest: int) -> str:
    if not text:
        raise CellError("empty")
    return cells.plain(text, longest)


def _suggestion(row: _Cells, *, told: Given, headed: Body | None) -> SuggestionEntry:
    session = cells.joined(row("session"), 120) or told.session
    key = session_key(session)
    title = cells.joined(row("title"), 300).strip("《》") or None
    deputies = cells.people(row("deputies"))
    lead, marked = cells.units(row("lead"))
    also, assisting = cells.units(row("assisting"))
    year = told.year or key.year or 0
    due = cells.day(row("reply_due"), year)
    category = cells.joined(row("category"), 80) or None
    number = cells.number(row("number"))
    if number is None and title is None:
        raise CellError("empty")
    body = (
        cells.body_of(cells.plain(row("body"), 80))
        or _session_body(key.body)
        or headed
        or cells.body_of((title or "")[-2:])
        or told.body
    )
    if body is None:
        row("body")
        raise CellError("body")
    place = key.place if len(key.place) > 1 and key.place != "全国" else ""
    return SuggestionEntry(
        body=body,
        number=number,
        title=title,
        session=session,
        region=told.region or place,
        year=0 if session else year,
        deputies=deputies,
        lead=lead,
        assisting=tuple(dict.fromkeys([*marked, *also, *assisting])),
        reply_due=due,
        category=category,
    )


def _session_body(body: str) -> Body | None:
    return "npc" if body == "npc" else "cppcc" if body == "cppcc" else None


def _headed(heading: Heading) -> Body | None:
    """What the words over the columns call the papers and who files them."""
    places = [
        at for name in ("number", "title", "deputies") for at in heading.columns.get(name, ())
    ]
    bodies = {cells.body_of(heading.words[at]) for at in places} - {None}
    return bodies.pop() if len(bodies) == 1 else None


def _told(heading: Heading, sheet: str, given: Given) -> Given:
    """What the lines over the heading, and the name of the sheet, say of all that stands below."""
    above = ["".join(cells.half(text).split()) for text in heading.above]
    session = given.session
    for text in above:
        span = find_session(text) if not session and len(text) <= 200 else None
        session = text[slice(*span)] if span else session
    place = session_key(session).place
    places = [match[0] for text in above if (match := _PLACE.match(text))]
    years = [int(match[1]) for text in above if (match := _YEAR.search(text))]
    bodies = {cells.body_of(text) for text in above if len(text) <= 200} - {None}
    body = given.body or (bodies.pop() if len(bodies) == 1 else cells.body_of(sheet))
    region = given.region or (place if len(place) > 1 and place != "全国" else "")
    return Given(
        body=body,
        session=session,
        region=region or next(iter(places), ""),
        year=given.year or next(iter(years), 0),
    )
