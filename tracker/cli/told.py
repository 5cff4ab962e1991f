"""What an import tells of files that did not fail: a line for each of a few, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

import click

from tracker.cli.words import Speech
from tracker.letters.endings import TABLES, WITHIN

#: Batches of more files than this tell what is remarkable, not every file.
FEW: Final = 20
#: So many names stand for all that was left out.
_NAMED: Final = 3

_WORDS: Final = {
    "unread": (
        "另有 {n} 个文件的格式不读，未导入：{names}；文稿请另存为 .docx 或 .pdf，压缩包请改为 .zip",
        "{n} files are in forms that are not read and were left out: {names}; save documents as .docx or .pdf, archives as .zip",
    ),
    "tables": (
        "另有 {n} 个表格未读：{names}；如是答复件链接的列表，请直接写出文件名：tracker import 表格；交办清单：tracker suggestions import 表格",
        "{n} tables were left out: {names}; name one that lists links to letters itself (tracker import TABLE), one that lists suggestions with tracker suggestions import",
    ),
    "undated": (
        "{n} 封没有落款日期，“年底前”“两年内”之类的时限无法推算：{names}；请在审核时写明时限，或在文件末尾补上日期后再导入一次",
        "{n} without a date, so that 年底前 and the like cannot be told: {names}; give the deadlines in review, or add the "
        "date at the end of the file and import it again",
    ),
    "more": (" 等", " and others"),
}  # fmt: skip


class Lines:
    """A line for every file, where there are few. A container of many counts as its many files.

    Args:
        total: how many files there are, a container counted as one.
        verbose: a line for every file whatever their number.
    """

    def __init__(self, total: int, *, verbose: bool) -> None:
        self._verbose = verbose
        self._many = total > FEW
        self._count = 0
        # Lines wait from the first file within a container on: nobody knows how many it holds.
        self._waiting: list[str] | None = None

    def add(self, origin: str, line: str, *, remarkable: bool) -> None:
        """One file that did not fail.

        Args:
            origin: where it came from.
            line: what is told of it.
            remarkable: it is told in any case.
        """
        self._count += 1
        if self._count > FEW:
            self._many, self._waiting = True, None
        if self._waiting is None and not self._many and WITHIN in origin:
            self._waiting = []
        if self._verbose or remarkable or not (self._many or self._waiting is not None):
            click.echo(line)
        elif self._waiting is not None:
            self._waiting.append(line)

    def end(self) -> None:
        """There are no more: tell what waited, as there are few in all."""
        for line in self._waiting or ():
            click.echo(line)


class Remarks:
    """Files in forms that are not read, and letters without a date. They are no failures, and one
    line names those of a sort."""

    def __init__(self) -> None:
        self._counts = {"tables": 0, "unread": 0, "undated": 0}
        self._names: dict[str, list[str]] = {sort: [] for sort in self._counts}

    def left_out(self, origin: str) -> None:
        """A file that is not read, by where it lies."""
        self._add(
            "tables" if PurePath(origin).suffix.strip().lower() in TABLES else "unread", origin
        )

    def undated(self, origin: str) -> None:
        """A letter without a date, by where it lies."""
        self._add("undated", origin)

    def _add(self, sort: str, origin: str) -> None:
        self._counts[sort] += 1
        if len(self._names[sort]) < _NAMED:
            self._names[sort].append(origin)

    def lines(self, say: Speech) -> Iterator[str]:
        """What is told of them, in the language of `say`."""
        words = Speech(_WORDS, say.language)
        for sort, names in self._names.items():
            if names:
                more = words("more") if self._counts[sort] > len(names) else ""
                listed = ("、" if say.language == "zh" else ", ").join(names)
                yield words(sort, n=self._counts[sort], names=listed + more)
