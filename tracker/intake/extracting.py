"""Bytes → letters read and searched. Pure: no clock, no network, no database.

It runs in worker processes and on clusters, so that this module loads nothing of the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from tracker.commitments.find import find_commitments
from tracker.commitments.model import Extraction
from tracker.errors import ReadingError
from tracker.letters.containers import unpack
from tracker.letters.endings import WITHIN
from tracker.letters.letter import read_letter, why_not_a_reply
from tracker.letters.mail import is_mail
from tracker.letters.openings import further_letters
from tracker.letters.page import Page
from tracker.letters.reading import Source, read_bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter read and searched, not yet written.

    `encoding` is how its bytes, whose SHA-256 is given, became text; `page` what a web page says of
    itself. `further` letters stand behind it in the same file and are not read.
    """

    sha256: str
    encoding: str
    extraction: Extraction
    page: Page
    further: int = 0


def place_of(origin: str, member: str | None) -> str:
    """Where a part of an item lies, as people are shown it.

    Args:
        origin: the item's own.
        member: the name inside a container; None for what is one file itself.
    """
    return origin if member is None else f"{origin}{WITHIN}{member}"


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one file inside an item: a letter, or the reason why it is none.

    Args:
        found: the letter, or the reason only.
        member: the file's name inside a container; None for an item that is one file itself, and
            for the text of a mail.
        data: the bytes of a letter inside; None where they are the item's own.
        page: what a page says of itself that can be read and is no letter; None of all others.
        left_out: it is in a form that is not read, which is no failure.
    """

    found: Taken | str
    member: str | None = None
    data: bytes | None = None
    page: Page | None = None
    left_out: bool = False

    def place(self, origin: str) -> str:
        """Where it lies, as people are shown it: the item's origin, and the name inside."""
        return place_of(origin, self.member)


#: Why not all of a file is in the ledger.
SEVERAL: Final = "holds {} letters, and only the first is read; put each into a file of its own"


class NoReplyError(ReadingError):
    """A text that can be read and is something else; `page` is what it says of itself."""

    def __init__(self, reason: str, page: Page) -> None:
        super().__init__(reason)
        self.page = page


#: Reads one item: bytes, name and declared character set → what it holds.
Take = Callable[[bytes, str, str | None], Iterable[Part]]


def parts_of(
    data: bytes, name: str, declared: str | None = None, *, ocr: bool = False
) -> Iterator[Part]:
    """Everything that an item holds, one after another; a bad one stops no other.

    Here, and nowhere else, one item becomes several.

    Args:
        data: the item's bytes.
        name: the item's name.
        declared: the character set that a server named with them.
        ocr: whether the text of scanned pages is recognised.
    """
    for member in unpack(data, name):
        inside = member.name or None
        if member.problem is not None:
            yield Part(member.problem, inside, left_out=member.left_out)
            continue
        if member.data is data:
            part = _part(data, name, declared, ocr, inside)
        else:
            part = _part(member.data, member.name or name, None, ocr, inside)
            part = replace(part, data=member.data) if isinstance(part.found, Taken) else part
        yield part
        if isinstance(part.found, Taken) and part.found.further:
            yield Part(SEVERAL.format(1 + part.found.further), inside)


def reader(*, ocr: bool) -> Take:
    """`parts_of` as the settings want it; goes to other processes by its name.

    Args:
        ocr: whether the text of scanned pages is recognised.
    """
    return partial(parts_of, ocr=ocr)


def extract(data: bytes, name: str, declared: str | None = None, *, ocr: bool = False) -> Taken:
    """Read bytes as a letter and find its promises.

    Args:
        data: of one file.
        name: the file's name.
        declared: the character set that a server named with them.
        ocr: whether the text of scanned pages is recognised.

    Raises:
        ReadingError: it is no reply letter; the message is the reason only. NoReplyError where it
            can be read.
    """
    source = read_bytes(data, name, declared=declared, ocr=ocr)
    letter = read_letter(source.text)
    reason = why_not_a_reply(letter)
    if reason is not None:
        raise NoReplyError(reason, source.page)
    sha256 = hashlib.sha256(source.data).hexdigest()
    further = further_letters(letter.normal.text, letter.start)
    return Taken(sha256, source.encoding, find_commitments(letter), source.page, further)


def source_of(data: bytes, name: str, *, ocr: bool = False) -> Source:
    """The text of a file that is to be one letter, for who wants to see that one.

    Args:
        data: of one file.
        name: the file's name.
        ocr: whether the text of scanned pages is recognised.

    Raises:
        ReadingError: it cannot be read, or may hold several; the message is the reason only.
    """
    if is_mail(data):
        raise ReadingError("is a mail; `tracker import` takes the letters out of it")
    return read_bytes(data, name, ocr=ocr)


def extraction_of(data: bytes, name: str, *, ocr: bool = False) -> Extraction:
    """The promises of a file that is to be one letter, be it a reply or not; as `source_of`."""
    return find_commitments(read_letter(source_of(data, name, ocr=ocr).text))


def _part(data: bytes, name: str, declared: str | None, ocr: bool, inside: str | None) -> Part:
    try:
        return Part(extract(data, name, declared, ocr=ocr), inside)
    except NoReplyError as error:
        return Part(str(error), inside, page=error.page)
    except ReadingError as error:
        return Part(str(error), inside)
