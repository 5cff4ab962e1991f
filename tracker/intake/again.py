"""Whether a letter just read stands in the ledger already, in whatever bytes it came.

The bytes of a page change with every visit (counters, lists of news), a letter moves, and the
office may have had it as a file before, or as two: the Word document and the PDF printed from it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from tracker.letters.letter import read_letter
from tracker.letters.model import Letter
from tracker.letters.text import normalise
from tracker.store import pages
from tracker.store.tables import LetterRow

#: Longer texts, in characters, are told by their bytes alone: this is done in the process that
#: writes, where nothing bounds it, and no letter is as long.
_LONGEST: Final = 200_000


def same_letter(session: Session, letter: Letter, known: int | None = None) -> LetterRow | None:
    """The letter of the ledger that a letter is, word by word, wherever its lines and cells end.

    Args:
        session: of `Store.read` or `Store.write`.
        letter: just read.
        known: id of the one letter that it may be; None: any that says the same of itself.
    """
    words = _words(letter.normal.text[letter.start : letter.end])
    if len(words) > _LONGEST:
        return None
    if known is not None:
        candidates = [session.get_one(LetterRow, known)]
    else:
        candidates = pages.letters_like(session, letter.header)
    for row in candidates:
        # Reading a letter costs far more than looking for its words in what was read before.
        if len(row.text) <= _LONGEST and words in _words(normalise(row.text).text):
            before = read_letter(row.text)
            same = _words(before.normal.text[before.start : before.end]) == words
            if same and before.header == letter.header:
                return row
    return None


def _words(text: str) -> str:
    """What is printed, without the blanks, line ends and walls of cells that differ by form."""
    return "".join(text.split()).replace("|", "")
