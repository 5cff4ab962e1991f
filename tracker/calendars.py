"""The calendar of every unit and every deputy, as files for a web server to offer: calendar programs
subscribe to them.

    FOLDER/units/云溪市财政局.ics
    FOLDER/deputies/林晚秋.ics
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.errors import SettingsError
from tracker.followup.rounds import mail_domain
from tracker.notices.calendar import calendar, events_of
from tracker.notices.phrases import Phrases
from tracker.reports.clean import one_line
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.database import Store
from tracker.store.revised import revisions
from tracker.store.tables import CommitmentRow
from tracker.whole import write_whole

#: What a file name cannot hold on some system, or what leads out of the folder.
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
#: Of bytes that most file systems take, less the ending.
_LONGEST: Final = 200


def write_calendars(store: Store, settings: Settings, folder: Path) -> tuple[int, int]:
    """Write the calendar of each unit and each deputy that ever had a commitment.

    One that tells nothing new is left as it is; one whose commitments are all gone is written
    empty, so that they vanish from the programs too.

    Args:
        store: the ledger.
        settings: language, zone, office.
        folder: made where it is not there.

    Returns:
        How many files were written, and how many there are.

    Raises:
        SettingsError: the folder cannot be written to.
    """
    written = every = 0
    for path, document in _files(store, settings, folder):
        every += 1
        try:
            if path.is_file() and path.read_bytes() == document:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, document)
        except OSError as error:
            raise SettingsError(
                f"{one_line(str(path))}: cannot be written: {error.strerror}"
            ) from error
        written += 1
    return written, every


def document_of(
    session: Session, settings: Settings, name: str, rows: Sequence[CommitmentRow]
) -> bytes:
    """The deadlines of commitments as a calendar file.

    Args:
        session: of the store.
        settings: language, zone, office.
        name: whose they are.
        rows: the commitments.
    """
    events = events_of(rows, revisions(session, [row.id for row in rows]), settings)
    title = Phrases(settings.language)("calendar.name", name=name)
    return calendar(events, name=title, domain=mail_domain(settings)).encode()


def _files(store: Store, settings: Settings, folder: Path) -> Iterator[tuple[Path, bytes]]:
    with store.read() as session:
        named: list[tuple[str, str]] = [("unit", row.name) for row in queries.units(session)]
        named += dict.fromkeys(("deputy", row.name) for row in queries.deputies(session))
    places = {"unit": folder / "units", "deputy": folder / "deputies"}
    taken: set[Path] = set()
    for kind, name in named:
        path = places[kind] / f"{_safe(name)}.ics"
        number = 2
        while path in taken:
            path, number = places[kind] / f"{_safe(name)}-{number}.ics", number + 1
        taken.add(path)
        asked: dict[str, Any] = {kind: name}
        with store.read() as session:
            rows = queries.commitments(session, **asked)
            if rows or path.exists():
                yield path, document_of(session, settings, name, rows)


def _safe(name: str) -> str:
    plain = _FORBIDDEN.sub("-", one_line(name)).strip(" .") or "-"
    return plain.encode()[:_LONGEST].decode(errors="ignore")
