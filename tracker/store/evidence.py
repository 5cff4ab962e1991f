"""What stands behind a report: a text, an address, a file in the archive, a quote of a letter."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import FetchError, StoreError
from tracker.store.journal import clip, plain
from tracker.store.tables import CommitmentRow, LetterRow

EvidenceKind = Literal["text", "address", "file", "quote"]

#: What begins as an address. javascript: and data: do too, so that they are refused by name.
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://|(?:javascript|data|vbscript|file|mailto):", re.IGNORECASE
)
#: A shorter quote stands in any letter.
_SHORTEST: Final = 4
_NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """What people read of it, and where it lies.

    `sha256` names the bytes of a file in the archive; `letter_id` is the letter that holds a quote.
    """

    kind: EvidenceKind
    text: str
    sha256: str | None = None
    letter_id: int | None = None


def written(ref: str, text: str | None) -> Evidence | None:
    """A text, or an address where it begins as one; the address is checked and never asked for.

    Args:
        ref: of the commitment, for what is said of a text that is refused.
        text: as a person writes it.

    Raises:
        StoreError: it is no line of text, or no address of the web.
    """
    told = plain(ref, "evidence", text)
    if told is None:
        return None
    if not _ADDRESS.match(told):
        return Evidence("text", told)
    # It brings httpx, which nobody needs who only looks.
    from tracker.fetching.addresses import web_address

    try:
        web_address(told)
    except FetchError as error:
        raise StoreError(f"{ref}: evidence: {error}") from error
    return Evidence("address", told)


def filed(name: str, data: bytes) -> Evidence:
    """A file; whoever records it also keeps its bytes in the archive.

    Args:
        name: the file's own, without its folders.
        data: its bytes.
    """
    return Evidence("file", clip(name, _NAME_LENGTH), sha256=hashlib.sha256(data).hexdigest())


def quoted(session: Session, row: CommitmentRow, text: str) -> Evidence:
    """Words of a letter of the same suggestion, white space apart; the newest that holds them.

    Args:
        session: of `Store.read` or `Store.write`.
        row: the commitment.
        text: the words.

    Returns:
        A plain text where no archived letter holds them.

    Raises:
        StoreError: there are no words, or they hold signs that cannot be seen.
    """
    told = plain(row.ref, "quote", " ".join(text.split()))
    if told is None:
        raise StoreError(f"{row.ref}: the quote holds no words")
    bare = _bare(told)
    if len(bare) >= _SHORTEST:
        query = (
            select(LetterRow.id, LetterRow.text)
            .where(LetterRow.suggestion_id == row.suggestion_id)
            .order_by(LetterRow.id.desc())
        )
        for number, letter in session.execute(query):
            if bare in _bare(letter):
                return Evidence("quote", told, letter_id=number)
    return Evidence("text", told)


def _bare(text: str) -> str:
    return "".join(text.split())
