"""`tracker status`: one screen, whatever the size of the ledger. What is late and due next as a line
of days, the units with most to answer for, who is silent, and whether the daemon still looks.

What does not fit is counted and named by the command that lists it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tracker.reports import phrases
from tracker.reports.contents import Contents
from tracker.reports.engine import BETWEEN, Line
from tracker.reports.figures import LIGHTS, UnitFigures
from tracker.reports.items import Item
from tracker.reports.terminal import style, text
from tracker.reports.words import Wording

#: From so many columns on, the days stand beside the units.
_WIDE: Final = 120
#: Lines that a list has at least, wherever it has that many.
_LEAST: Final = 3
#: So many cells for the number of commitments of a day.
_BAR: Final = 10
_GAP: Final = 3
#: So many are named beside the first of a day.
_SAME_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class Office:
    """What the screen tells of the installation itself.

    `messages` counts the outbox by state; `changed` is the moment the ledger last changed;
    `silent` names who cannot be reached; `engine` says how the daemon does.
    """

    messages: Counter[str]
    changed: dt.datetime | None
    zone: ZoneInfo
    silent: tuple[str, ...] = ()
    engine: tuple[Line, ...] = ()


def overview(
    contents: Contents, office: Office, words: Wording, width: int = 80, height: int = 24
) -> RenderableType:
    """The state of everything on a day.

    Args:
        contents: of `contents.gather`, for everybody.
        office: messages, daemon and age of the data.
        words: the language.
        width: of the terminal, in columns.
        height: of the terminal, in lines; the last one stays free for the prompt.
    """
    top = [_head(contents, office, words)]
    end = _end(contents, office, words, width)
    if not contents.items:
        return Group(*top, text(words("empty")), *end)
    top += _totals(contents, words, width)
    days = _days(contents)
    left = height - 1 - len(top) - len(end)
    if width >= _WIDE:
        half = (width - _GAP) // 2
        rows = max(left - 2, _LEAST)
        beside = Table.grid(padding=(0, _GAP, 0, 0))
        beside.add_column(width=half)
        beside.add_column(width=width - _GAP - half)
        beside.add_row(
            _units(contents.units, words, rows),
            _coming(days, contents.today, words, width - _GAP - half, rows),
        )
        return Group(*top, Text(), beside, *end)
    # A line that is empty and one with headings for each of the two.
    few, many = _shared(len(contents.units), len(days), max(left - 4, 2 * _LEAST))
    return Group(
        *top,
        Text(),
        _units(contents.units, words, few),
        Text(),
        _coming(days, contents.today, words, width, many),
        *end,
    )


def _shared(first: int, second: int, lines: int) -> tuple[int, int]:
    """How many lines two lists have that want so many; what one does not need, the other gets."""
    half = lines // 2
    if first <= half:
        return first, lines - first
    if second <= lines - half:
        return lines - second, second
    return half, lines - half


def _head(contents: Contents, office: Office, words: Wording) -> Text:
    day = words("as_of", day=contents.today)
    title = (words("title.status"), "bold")
    return _line([Text.assemble(title, "  ", day, " · ", _age(office, contents.today, words))])


def _age(office: Office, today: dt.date, words: Wording) -> str:
    if office.changed is None:
        return words("data_age.none")
    local = office.changed.astimezone(office.zone)
    days = (today - local.date()).days
    key = "later" if days < 0 else "today" if days == 0 else "days"
    return words(f"data_age.{key}", n=days, moment=f"{local:%Y-%m-%d %H:%M}")


def _totals(contents: Contents, words: Wording, width: int) -> list[Text]:
    of = contents.figures
    counts = (("total", of.n), ("open", of.open), ("settled", of.settled), ("silent", of.silent))
    shares = (
        ("reported_share", of.reported), ("kept_share", of.kept), ("on_time_share", of.on_time)
    )  # fmt: skip
    first = [text(f"{words(key)} {n}") for key, n in counts]
    lights = [
        text(
            f"{phrases.SIGNS[key]} {words(f'light.{key}')} {of.lights[key]}",
            style(key, words) if of.lights[key] else "dim",
        )
        for key in LIGHTS
    ]
    rates = [
        text(f"{words(key)} {phrases.share(share, words) if share.n else '—'}")
        for key, share in shares
    ]
    if sum(line.cell_len + _GAP for line in first + rates) <= width:
        return [_line(first + rates), _line(lights)]
    return [_line(first), _line(lights), _line(rates)]


def _line(parts: Sequence[Text]) -> Text:
    line = Text(" " * _GAP).join(parts)
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _units(units: Sequence[UnitFigures], words: Wording, lines: int) -> RenderableType:
    """Those with most that is overdue first, in so many lines under the heading."""
    keys = ("sum", "overdue", "due_soon", "silent", "settled", "overview.on_time")
    drawn = _table()
    drawn.add_column(text(words("head.units")), ratio=1, no_wrap=True)
    for key in keys:
        drawn.add_column(text(words(key)), justify="right", min_width=cell_len(words(key)))
    for line in units[: _cut(len(units), lines)]:
        of = line.figures
        late, soon = of.lights["overdue"], of.lights["due_soon"]
        drawn.add_row(
            text(line.unit),
            str(of.n),
            Text(str(late), style("overdue", words) if late else ""),
            Text(str(soon), style("due_soon", words) if soon else ""),
            str(of.silent),
            str(of.settled),
            f"{of.on_time.count}/{of.on_time.n}" if of.on_time.n else "—",
        )
    if len(units) > lines:
        more = words("overview.units", n=len(units) - _cut(len(units), lines))
        return Group(drawn, text(more, "dim"))
    return drawn


def _days(contents: Contents) -> list[tuple[dt.date | None, list[Item]]]:
    """What is due by days, the next one first; before it, under None, all that is overdue."""
    coming = [item for item in contents.next if item.deadline is not None]
    days: list[tuple[dt.date | None, list[Item]]] = [
        (day, list(items)) for day, items in groupby(coming, key=lambda item: item.deadline)
    ]
    if contents.overdue:
        days.insert(0, (None, list(contents.overdue)))
    return days


def _coming(
    days: Sequence[tuple[dt.date | None, list[Item]]],
    today: dt.date,
    words: Wording,
    width: int,
    lines: int,
) -> Table:
    """The days as a line of time: how far off, how many, and the first of them by name."""
    drawn = _table()
    drawn.add_column(text(words("head.next")), min_width=10)
    drawn.add_column("", justify="right")
    drawn.add_column("")
    drawn.add_column("", justify="right")
    drawn.add_column("", ratio=1, no_wrap=True)
    most = max((len(items) for _, items in days), default=1)
    bar = _BAR * 2 if width > _WIDE else _BAR
    shown = days[: _cut(len(days), lines)]
    spare = lines - len(shown) - (len(days) > lines)
    for day, items in shown:
        first = items[0]
        colour = style(first.light, words)
        title = words("light.overdue") if day is None else day.isoformat()
        since = (first.deadline or today) if day is None else day
        drawn.add_row(
            text(f"{phrases.SIGNS[first.light]} {title}", colour),
            text(_distance((since - today).days, words)),
            text("▇" * max(1, round(bar * len(items) / most)), colour),
            text(str(len(items))),
            _named(first),
        )
        # Where there is room, also those that are due on the same day.
        others = items[1 : 1 + min(spare, _SAME_DAY)]
        spare -= len(others)
        for item in others:
            drawn.add_row("", "", "", "", _named(item))
    if len(days) > lines:
        rest = days[_cut(len(days), lines) :]
        left = words("overview.days", days=len(rest), n=sum(len(items) for _, items in rest))
        later = Text.assemble("  ", text(words("overview.later"), "dim"))
        drawn.add_row(later, "", "", "", text(left, "dim"))
    return drawn


def _named(item: Item) -> Text:
    return text(f"{item.ref} {item.what} · {'、'.join(item.units)}")


def _distance(days: int, words: Wording) -> str:
    key = "past" if days < 0 else "today" if days == 0 else "ahead"
    return words(f"overview.{key}", n=abs(days))


def _cut(there: int, lines: int) -> int:
    """How many are shown: one less where a line says how many are not."""
    return there if there <= lines else max(lines - 1, 1)


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=True)


def _end(contents: Contents, office: Office, words: Wording, width: int) -> list[RenderableType]:
    """A line each: who is silent, what waits for a person, how the daemon does."""
    lines: list[Text] = []
    quiet = sorted(
        (line for line in contents.units if line.figures.silent),
        key=lambda line: (-line.figures.silent, line.unit),
    )
    if quiet:
        named = "、".join(f"{line.unit} {line.figures.silent}" for line in quiet)
        lines.append(text(words("overview.silent", n=len(quiet), units=named)))
    if contents.waiting:
        said = phrases.waiting(contents.waiting, words)
        late = style("overdue", words) if any(row.overdue for row in contents.waiting) else ""
        first = contents.waiting[0]
        days = phrases.reply_days(first, words)
        lines.append(text(words("overview.waiting", said=said, code=first.code, days=days), late))
    lost = {state: office.messages[state] for state in ("undeliverable", "failed")}
    if contents.pending:
        lines.append(text(words("pending", n=contents.pending), "yellow"))
    if contents.repeated:
        lines.append(text(words("repeated", n=contents.repeated), "dim"))
    if contents.rechecks:
        lines.append(text(words("recheck.count", n=contents.rechecks), "yellow"))
    if any(lost.values()):
        lines.append(text(words("messages", **lost), "yellow"))
    if office.silent:
        lines.append(text(silent_line(office.silent, words), "yellow"))
    lines += [
        text(part, "yellow" if line.warn else "dim")
        for line in office.engine
        for part in _folded(line.text, width)
    ]
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    return [Text(), *lines] if lines else []


def _folded(line: str, width: int) -> list[str]:
    """A line of jobs in as many as it needs, parted between two of them."""
    first, *others = line.split(BETWEEN)
    found = [first]
    for part in others:
        longer = f"{found[-1]}{BETWEEN}{part}"
        if cell_len(longer) <= width:
            found[-1] = longer
        else:
            found.append(f"  {part}")
    return found


def silent_line(names: Sequence[str], words: Wording) -> str:
    """How many cannot be reached, and the first of them by name."""
    first = words("unreachable.join").join(names[:5])
    more = "…" if len(names) > 5 else ""
    return words("unreachable", n=len(names), names=first + more)
