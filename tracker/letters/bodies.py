"""The texts of a mail → the letters among them, as files of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.errors import ReadingError
from tracker.letters.letter import read_letter, why_not_a_reply
from tracker.letters.mail import Text
from tracker.letters.reading import read_bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A text of a mail as a file in UTF-8, and whether it is a letter."""

    data: bytes
    is_letter: bool


def bodies_of(texts: Iterable[Text]) -> list[Body]:
    """Put together what a mail program has taken apart, and keep apart what are two letters.

    A picture in the middle of a letter, or the line that a mailing list adds, makes several parts
    of one text: what begins no letter of its own belongs to the letter before it.

    Args:
        texts: of one mail, in their order.
    """
    groups: list[list[Text]] = []
    for text in map(_better, texts):
        letter = _is_letter(_data([text]))
        same = bool(groups) and (groups[-1][0].page is None) == (text.page is None)
        if same and not letter:
            groups[-1].append(text)
        else:
            groups.append([text])
    return [Body(data := _data(group), _is_letter(data)) for group in groups]


def _better(text: Text) -> Text:
    """The one form of a text to be read: plain, but for a stub beside a page that is a letter."""
    if text.plain is None or text.page is None:
        return text
    if not _is_letter(text.plain) and _is_letter(text.page):
        return Text(page=text.page)
    return Text(plain=text.plain)


def _data(group: Iterable[Text]) -> bytes:
    return b"\n\n".join(text.plain or text.page or b"" for text in group)


def _is_letter(data: bytes) -> bool:
    try:
        return why_not_a_reply(read_letter(read_bytes(data, "").text)) is None
    except ReadingError:
        return False
