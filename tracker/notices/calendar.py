"""Deadlines as a calendar file (RFC 5545) that Outlook, Thunderbird, QQ and phones read.

One all-day entry for each commitment, known again by its reference: when its deadline moves, the
entry moves; when it is dropped, the entry is cancelled. No alarms: reminding is what notices do.
The same commitments give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tracker.followup.status import facts_of
from tracker.notices.dates import corrections_text
from tracker.notices.phrases import Phrases
from tracker.notices.wording import suggestion_text, target_text
from tracker.settings import Settings
from tracker.store.revised import Revision
from tracker.store.tables import CommitmentRow

#: RFC 5545, 3.1: no line is longer, its end not counted.
_LINE: Final = 75
#: How often programs that subscribe look again.
_REFRESH: Final = "PT12H"
_MARKS: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
#: What no text of a calendar may hold, beside the line feed, which is written as \n.
_STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Event:
    """One deadline. `changed` is the moment of its last change, `sequence` counts the changes."""

    ref: str
    day: dt.date
    summary: str
    description: str
    cancelled: bool
    sequence: int
    changed: dt.datetime


def events_of(
    rows: Iterable[CommitmentRow], revised: Mapping[int, Revision], settings: Settings
) -> list[Event]:
    """The entries of these commitments, by date.

    Left out is what has no date and what was never confirmed: nobody was promised to be reminded
    of it. What was confirmed once and is not followed any more is cancelled.

    Args:
        rows: with suggestion, owners and reports.
        revised: the revision of each commitment.
        settings: language and zone.
    """
    words = Phrases(settings.language)
    found = []
    for row in {row.id: row for row in rows}.values():  # one may be told of for two reasons
        revision = revised[row.id]
        if row.deadline is None:
            continue
        if row.review != "confirmed" and not revision.was_confirmed:
            continue
        found.append(_event(row, row.deadline, revision, settings, words))
    return sorted(found, key=lambda event: (event.day, event.ref))


def calendar(events: Iterable[Event], *, name: str, domain: str) -> str:
    """The whole file, its lines ended by CRLF.

    Args:
        events: made by `events_of`.
        name: what programs call the calendar.
        domain: right-hand side of the entries' identifiers, the same for every file of an office.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//commitment-tracker//deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",
        f"X-PUBLISHED-TTL:{_REFRESH}",
    ]
    for event in events:
        changed = event.changed.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{text(f'{event.ref}@{domain}')}",
            # Not the moment of writing, so that a file that tells nothing new has the same bytes.
            f"DTSTAMP:{changed}",
            f"LAST-MODIFIED:{changed}",
            f"SEQUENCE:{event.sequence}",
            f"DTSTART;VALUE=DATE:{_date(event.day)}",
            f"DTEND;VALUE=DATE:{_date(event.day + dt.timedelta(days=1))}",
            f"SUMMARY:{text(event.summary)}",
            f"DESCRIPTION:{text(event.description)}",
            f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
            # A deadline keeps nobody from meeting others on that day.
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(map(_folded, lines))


def attached(
    rows: Iterable[CommitmentRow],
    revised: Mapping[int, Revision],
    settings: Settings,
    name: str,
    header_id: str,
) -> str | None:
    """The deadlines of a digest as the file that goes with it; None where there is none.

    Args:
        rows: the commitments that the digest tells of.
        revised: the revision of each.
        settings: language and zone.
        name: of the recipient.
        header_id: the Message-ID, whose domain the entries bear as well.
    """
    events = events_of(rows, revised, settings)
    if not events:
        return None
    title = Phrases(settings.language)("calendar.name", name=name)
    return calendar(events, name=title, domain=header_id.rpartition("@")[2].rstrip(">"))


def text(value: str) -> str:
    """A value of the kind TEXT (RFC 5545, 3.3.11): escaped, and without what steers a display."""
    if not value.isprintable():  # nearly every text is, told at once
        plain = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", value)
        kept = (
            char for char in plain if char == "\n" or unicodedata.category(char) not in _STEERING
        )
        value = "".join(kept)
    return value.translate(_MARKS)


def _folded(line: str) -> str:
    """A line in pieces of at most 75 bytes, the later ones begun by a blank; no character is cut
    (RFC 5545, 3.1)."""
    data = line.encode()
    pieces, start, room = [], 0, _LINE
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        pieces.append(data[start:end])
        start, room = end, _LINE - 1
    pieces.append(data[start:])
    return b"\r\n ".join(pieces).decode() + "\r\n"


def _date(day: dt.date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _event(
    row: CommitmentRow, day: dt.date, revision: Revision, settings: Settings, words: Phrases
) -> Event:
    facts = facts_of(row, ZoneInfo(settings.timezone), promised_on=row.letter.date)
    target = target_text(facts, row.quote, words)
    what = words("calendar.what", what=row.what, target=target) if target else row.what
    cancelled = row.review != "confirmed" or row.outcome == "dropped"
    if row.outcome in ("open", "dropped"):
        summary = words("calendar.due", ref=row.ref, what=what)
    else:
        state = words(f"calendar.{row.outcome}")
        summary = words("calendar.settled", ref=row.ref, what=what, outcome=state)
    fields = [
        ("label.quote", f"“{' '.join(row.quote.split())}”"),
        ("label.target", target),
        ("label.day_text", row.deadline_text),
        ("label.corrected", corrections_text(facts.corrections, words)),
        ("label.owners", words("count.join").join(owner.unit.name for owner in row.owners)),
    ]
    said = [suggestion_text(row.suggestion, words)]
    said += [words("field", label=words(key), value=value) for key, value in fields if value]
    return Event(
        ref=row.ref,
        day=day,
        summary=" ".join(summary.split()),
        description="\n".join(" ".join(line.split()) for line in said),
        cancelled=cancelled,
        sequence=revision.number,
        changed=revision.at,
    )
