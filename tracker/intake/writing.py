"""Letters → rows: several in one transaction, their bytes safe on the disk before it commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from tracker.commitments.find import find_commitments
from tracker.intake.again import same_letter
from tracker.intake.extracting import Taken
from tracker.letters.letter import read_letter
from tracker.letters.page import Page
from tracker.settings import Settings
from tracker.store import archive, ledger
from tracker.store.book import Names
from tracker.store.database import Store
from tracker.store.faults import explain
from tracker.store.ledger import Imported, Origin
from tracker.store.tables import LetterRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file, at first before it is written.

    Args:
        origin: where it came from, as people are shown it.
        found: the letter; the reason why there is none; or the code of the suggestion that it
            answers, where it is in the ledger already.
        data: the letter's bytes.
        page: where it was published, as far as that is known.
        asked: the address that was asked for, where that may be another than the page's.
    """

    origin: str
    found: Taken | Reason | Known
    data: bytes = b""
    page: Origin | None = None
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file was not imported; where it is only `left_out`, that is no failure."""

    text: str
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The code of the suggestion that a file in the ledger answers."""

    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. It is told when it is safe on the disk, and not before.

    Args:
        origin: where it came from.
        status: "failed" and "left_out" have a `reason`, all others a `code`.
        imported: what was entered, for "new" and "version".
        code: of the suggestion that it answers.
        reason: why it failed.
    """

    origin: str
    status: Literal["new", "version", "known", "failed", "left_out"]
    code: str = ""
    imported: Imported | None = None
    reason: str = ""


class _RefusedError(Exception):
    """The database does not take the letter at a place in the batch, and may take the others."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at, self.reason = at, reason


class Writer:
    """The one hand that writes.

    Args:
        store: the ledger.
        settings: name the archive, and the confidence that needs no person.
        who: who imports.
        now: asked for the time of every letter.
        meanwhile: called after every letter, so that who brings the next ones need not wait.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        who: str,
        now: Callable[[], dt.datetime],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._settings, self._who, self._now = store, settings, who, now
        self._meanwhile = meanwhile

    @property
    def archive_dir(self) -> Path:
        """Where the bytes of letters are kept."""
        return self._settings.archive_dir

    def write(self, answers: Sequence[Answer]) -> list[Outcome]:
        """Enter letters in one transaction, in their order.

        A letter that the database does not take fails alone. A crash leaves all of them out, or
        none; bytes in the archive without a row are found again by the next try.

        Raises:
            StoreError: disk or database refuse; nothing of these letters is written.
        """
        if not any(isinstance(answer.found, Taken) for answer in answers):
            return [_settled(answer) for answer in answers]
        # No row without its letter: the bytes are on the disk before the commit. Waiting for the
        # disk takes no processor, so that it is done beside the entering.
        new = [answer.data for answer in answers if isinstance(answer.found, Taken)]
        with ThreadPoolExecutor(1) as beside:
            kept = beside.submit(archive.put_all, self._settings.archive_dir, new)
            return self._entered(answers, kept)

    def enter(self, answers: Sequence[Answer], known: int | None = None) -> list[Outcome]:
        """Enter the letters that an address shows, each once, in whatever bytes it comes.

        What the ledger has in other bytes is met, and not written again; an earlier letter that a
        later version had followed there is in force again ("version"). The rest goes into one
        transaction, or into more where the same letter comes twice.

        Args:
            answers: all that the address shows now.
            known: id of the letter that it showed before.

        Raises:
            StoreError: disk or database refuse.
        """
        done: dict[int, Outcome] = {}
        new: dict[int, Answer] = {}
        words: set[str] = set()
        for at, answer in enumerate(answers):
            if isinstance(answer.found, Taken):
                letter = answer.found.extraction.letter
                said = letter.normal.text[letter.start : letter.end]
                if said in words:  # the same letter once more: it can be met when it is written
                    done |= zip(new, self.write(list(new.values())), strict=True)
                    new.clear()
                    words.clear()
                met = self._meet(answer, known)
                if met is not None:
                    done[at] = met
                    continue
                words.add(said)
            new[at] = answer
        done |= zip(new, self.write(list(new.values())), strict=True)
        shown = {one.imported.letter_id for one in done.values() if one.imported is not None}
        return [self._taken_back(one, done[at], shown) for at, one in enumerate(answers)]

    def _meet(self, answer: Answer, known: int | None) -> Outcome | None:
        """A letter of the web that the ledger has; None: it is to be written.

        Around a letter much changes (a counter, a list of news); it moves, stands in another
        column too, or had come as a file. Where the ledger had it without an address, it takes this
        one over, and the page is kept beside the file.
        """
        taken = answer.found
        if not isinstance(taken, Taken):
            return None
        with self._store.read() as session:
            letter = taken.extraction.letter
            row = same_letter(session, letter, known) if known is not None else None
            row = row or same_letter(session, letter)
            if row is None:
                return None
            done = ledger.known_letter(session, row.sha256)
            nowhere = row.url is None
        page = _origin(answer.page, taken.page)
        if nowhere and page is not None and page.url is not None:
            copy = None
            if taken.sha256 != row.sha256:
                (copy,) = archive.put_all(self._settings.archive_dir, [answer.data])
            with self._store.write() as session:
                ledger.take_over(session, row.id, page, who=self._who, now=self._now(), copy=copy)
        code = done.code if done is not None else ""
        return Outcome(answer.origin, "known", code, done)

    def _taken_back(self, answer: Answer, outcome: Outcome, shown: Collection[int]) -> Outcome:
        """What became of a known letter that a later version had followed at its address."""
        taken, known, page = answer.found, outcome.imported, answer.page
        urls = {url for url in (page.url if page else None, answer.asked) if url is not None}
        if outcome.status != "known" or known is None or not isinstance(taken, Taken) or not urls:
            return outcome
        with self._store.read() as session:
            row = session.get_one(LetterRow, known.letter_id)
            if len(row.suggestion.letters) == 1:
                return outcome
            # In other bytes the quotes stand at other places.
            extraction = (
                taken.extraction
                if row.sha256 == taken.sha256
                else find_commitments(read_letter(row.text))
            )
        with self._store.write() as session:
            again = ledger.take_back(
                session,
                known.letter_id,
                urls=urls,
                beside=shown,
                extraction=extraction,
                who=self._who,
                now=self._now(),
                confirm_above=self._settings.review.confirm_above,
            )
        return outcome if again is None else replace(outcome, status="version", imported=again)

    def _entered(self, answers: Sequence[Answer], kept: Future[list[str]]) -> list[Outcome]:
        refused: dict[int, str] = {}
        while True:
            try:
                with self._store.write() as session:
                    names = Names()
                    outcomes = [
                        self._enter(session, names, at, answer, refused.get(at))
                        for at, answer in enumerate(answers)
                    ]
                    _compare(answers, kept.result(), refused)
                    return outcomes
            except _RefusedError as error:
                refused[error.at] = error.reason

    def _enter(
        self, session: Session, names: Names, at: int, answer: Answer, refused: str | None
    ) -> Outcome:
        taken = answer.found
        if not isinstance(taken, Taken):
            return _settled(answer)
        if refused is not None:
            return Outcome(answer.origin, "failed", reason=refused)
        copied = self._copied(session, answer, taken)
        if copied is not None:
            return copied
        try:
            imported = ledger.import_letter(
                session,
                sha256=taken.sha256,
                source=answer.origin,
                encoding=taken.encoding,
                extraction=taken.extraction,
                who=self._who,
                now=self._now(),
                confirm_above=self._settings.review.confirm_above,
                names=names,
                origin=_origin(answer.page, taken.page),
            )
        except (DataError, IntegrityError) as error:
            raise _RefusedError(at, f"the database does not take it: {explain(error)}") from error
        self._meanwhile()
        return Outcome(answer.origin, imported.status, imported.code, imported)

    def _copied(self, session: Session, answer: Answer, taken: Taken) -> Outcome | None:
        """A letter that the ledger has in another file: .pdf beside .docx; None: it is to be entered."""
        row = same_letter(session, taken.extraction.letter)
        if row is None or row.sha256 == taken.sha256:
            return None
        who, now = self._who, self._now()
        page = _origin(answer.page, taken.page)
        if page is not None and page.url is not None and row.url is None:
            ledger.take_over(session, row.id, page, who=who, now=now, copy=taken.sha256)
        done = ledger.add_copy(session, row.id, taken.sha256, answer.origin, who=who, now=now)
        self._meanwhile()
        return Outcome(answer.origin, "known", done.code, done)


def _compare(answers: Sequence[Answer], names: Sequence[str], refused: Collection[int]) -> None:
    """Refuse a letter whose bytes in the archive are not those that were read."""
    letters = [(at, one.found) for at, one in enumerate(answers) if isinstance(one.found, Taken)]
    for (at, taken), name in zip(letters, names, strict=True):
        if taken.sha256 != name and at not in refused:
            raise _RefusedError(at, "was read from other bytes than it came with; import it again")


def _origin(page: Origin | None, said: Page) -> Origin | None:
    """Where a letter was published: by its address, and by what its page says, whose words go before
    those of the settings.
    """
    if said == Page():
        return page
    page = page or Origin()
    return replace(
        page,
        published=said.published or page.published,
        source_name=said.source_name or page.source_name,
        column_name=said.column or page.column_name,
    )


def _settled(answer: Answer) -> Outcome:
    if isinstance(answer.found, Known):
        return Outcome(answer.origin, "known", answer.found.code)
    assert isinstance(answer.found, Reason)  # noqa: S101 - letters are entered, not settled here
    status: Literal["left_out", "failed"] = "left_out" if answer.found.left_out else "failed"
    return Outcome(answer.origin, status, reason=answer.found.text)
