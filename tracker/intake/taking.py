"""One file's way into the ledger, in two halves: what is pure, and what is written."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from tracker.commitments.find import find_commitments
from tracker.commitments.model import Extraction
from tracker.errors import ReadingError
from tracker.letters.letter import read_letter, why_not_a_reply
from tracker.letters.reading import Source
from tracker.settings import Settings
from tracker.store import archive, ledger
from tracker.store.database import Store
from tracker.store.ledger import Imported, Origin


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter read and searched, not yet written. Holds no open thing: processes may pass it on."""

    source: Source
    sha256: str
    extraction: Extraction


def extract(source: Source) -> Taken:
    """Read a source as a letter and find its promises. Pure.

    Args:
        source: as `read_bytes` gives it.

    Raises:
        ReadingError: it is no reply letter; the message is the reason only.
    """
    letter = read_letter(source.text)
    reason = why_not_a_reply(letter)
    if reason is not None:
        raise ReadingError(reason)
    sha256 = hashlib.sha256(source.data).hexdigest()
    return Taken(source, sha256, find_commitments(letter))


def known(store: Store, data: bytes) -> Imported | None:
    """The answer for bytes that are in the ledger already; None for new ones."""
    with store.read() as session:
        return ledger.known_letter(session, hashlib.sha256(data).hexdigest())


def enter(
    store: Store,
    settings: Settings,
    taken: Taken,
    origin: str,
    *,
    who: str,
    now: dt.datetime,
    page: Origin | None = None,
) -> Imported:
    """Keep a letter's bytes and enter what was found, in one transaction.

    The bytes are kept before the rows are written, so that no row is ever without its letter; a
    crash in between leaves bytes that the next try finds again.

    Args:
        store: the ledger; `settings` name the archive and the confidence that needs no person.
        taken: as `extract` gives it.
        origin: a path or address, as people are shown it.
        who: who imports; `now` is when.
        page: where it was published, as far as that is known.

    Raises:
        StoreError: disk or database refuse; nothing half-written is left.
    """
    archive.put(settings.archive_dir, taken.source.data)
    with store.write() as session:
        return ledger.import_letter(
            session,
            sha256=taken.sha256,
            source=origin,
            encoding=taken.source.encoding,
            extraction=taken.extraction,
            who=who,
            now=now,
            confirm_above=settings.review.confirm_above,
            origin=page,
        )
