"""The options that say what stands behind a report or a request, and keeping a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import settings_of, shown
from tracker.cli.words import Words, speech_of
from tracker.errors import ReadingError, StoreError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.store.evidence import Evidence
    from tracker.store.tables import CommitmentRow

WORDS: Final[Words] = {
    "one": (
        "--evidence、--file、--quote 只能写一个",
        "give one of --evidence, --file, --quote",
    ),
    "filed": ("  佐证已存档：{name}  {path}", "  evidence kept: {name}  {path}"),
    "quoted": ("  佐证原文见于存档的答复件", "  the quote stands in an archived letter"),
    "unquoted": (
        "存档的答复件里没有这段原文，按文字佐证保存",
        "no archived letter holds these words; kept as a text",
    ),
}

file_option = click.option(
    "--file", type=click.Path(), help="佐证文件，存入档案 · A file, kept in the archive."
)
quote_option = click.option("--quote", metavar="TEXT", help="答复件原文 · Words of the letter.")


class Proof:
    """What one call gives as evidence: read at once, looked up and kept within the transaction.

    Args:
        ctx: of the command.
        evidence: a text or an address.
        file: where a file lies.
        quote: words of a letter.

    Raises:
        UsageError: more than one of them is given.
        StoreError: the file cannot be taken.
    """

    def __init__(
        self, ctx: click.Context, evidence: str | None, file: str | None, quote: str | None
    ) -> None:
        self._say = speech_of(ctx, WORDS)
        if sum(item is not None for item in (evidence, file, quote)) > 1:
            raise click.UsageError(self._say("one"))
        self._written, self._quote = evidence, quote
        self._archive = settings_of(ctx).archive_dir
        self._data: bytes | None = None
        self._found: Evidence | None = None
        if file is not None:
            from tracker.intake.attached import attached
            from tracker.store.evidence import filed

            try:
                name, self._data = attached(Path(file))
            except ReadingError as error:
                raise StoreError(f"{shown(file)}: {error}") from error
            self._found = filed(shown(name) or "?", self._data)

    def of(self, session: Session, row: CommitmentRow) -> Evidence | None:
        """The evidence, for a commitment.

        Raises:
            StoreError: it is refused.
        """
        from tracker.store.evidence import quoted, written

        if self._quote is not None:
            self._found = quoted(session, row, self._quote)
        elif self._written is not None:
            self._found = written(row.ref, self._written)
        return self._found

    def keep(self) -> None:
        """Put a file's bytes into the archive; called before the transaction ends.

        Raises:
            StoreError: the disk refuses.
        """
        from tracker.store import archive

        if self._data is not None:
            archive.put(self._archive, self._data)

    def tell(self) -> None:
        """Say where a file lies now, and whether a quote was found."""
        from tracker.store import archive

        found = self._found
        if found is not None and found.sha256 is not None:
            path = archive.path_of(self._archive, found.sha256)
            click.echo(self._say("filed", name=found.text, path=path))
        elif self._quote is not None and found is not None:
            if found.kind == "quote":
                click.echo(self._say("quoted"))
            else:
                click.echo(self._say("unquoted"), err=True)
