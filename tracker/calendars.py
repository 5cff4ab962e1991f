"""The calendar of every unit and every deputy, as files for a web server to offer: calendar programs
subscribe to them.

    FOLDER/units/云溪市财政局.ics
    FOLDER/deputies/林晚秋.ics
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

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


@dataclass(frozen=True, slots=True)
class Written:
    """How many files tell something new, how many there are, and a line for each that could not be
    written."""

    new: int = 0
    every: int = 0
    failed: tuple[str, ...] = ()


def write_calendars(
    store: Store, settings: Settings, folder: Path, stop: Callable[[], bool] = lambda: False
) -> Written:
    """Write the calendar of each unit and each deputy that ever had a commitment; those of one name
    share one.

    One that tells nothing new is left as it is; one whose commitments are all gone, or whose unit
    was merged into another, is written empty, so that they vanish from the programs too.

    Args:
        store: the ledger.
        settings: language, zone, office.
        folder: made where it is not there.
        stop: asked before each file.
    """
    new = every = 0
    failed: list[str] = []
    for path, document in _files(store, settings, folder):
        if stop():
            break
        every += 1
        try:
            if path.is_file() and path.read_bytes() == document:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, document)
        except OSError as error:
            failed.append(f"{one_line(str(path))}: cannot be written: {error.strerror}")
            continue
        new += 1
    return Written(new, every, tuple(failed))


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
    taken: set[tuple[str, str]] = set()
    for kind, name in named:
        stem, number = _safe(name), 2
        while (kind, _on_any_disk(stem)) in taken:
            stem, number = f"{_safe(name)}-{number}", number + 1
        taken.add((kind, _on_any_disk(stem)))
        path = places[kind] / f"{stem}.ics"
        asked: dict[str, Any] = {kind: name}
        with store.read() as session:
            rows = queries.commitments(session, **asked)
            if rows or path.exists():
                yield path, document_of(session, settings, name, rows)
    for kind, place in places.items():
        for path in sorted(place.glob("*.ics")):
            if (kind, _on_any_disk(path.stem)) not in taken:
                with store.read() as session:
                    yield path, document_of(session, settings, path.stem, ())


def _on_any_disk(stem: str) -> str:
    """A name as disks compare them that do not tell A from a."""
    return unicodedata.normalize("NFC", stem).casefold()


def _safe(name: str) -> str:
    plain = _FORBIDDEN.sub("-", one_line(name)).strip(" .") or "-"
    return plain.encode()[:_LONGEST].decode(errors="ignore")
