"""What every part of an office's document needs: headings that are counted, days as documents
write them, and what is said of a commitment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Final

from tracker.notices.phrases import MONTHS
from tracker.reports import figures, phrases
from tracker.reports.contents import Contents
from tracker.reports.items import Item, Source
from tracker.reports.official import chinese_day, numeral
from tracker.reports.paper import Paper
from tracker.reports.period import Period, happened
from tracker.reports.words import Wording

#: A blank beside a figure or a day in a Chinese text.
_APART: Final = re.compile(
    "(?<=[\u3001-\u9fff\uff00-\uffef]) (?=\\d)|(?<=[\\d日]) (?=[\u3400-\u9fff→])|(?<=→) (?=\\d)"
)
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
#: Above so many, headings are counted in figures.
_COUNTED: Final = 999


def day_of(day: dt.date | None, words: Wording) -> str:
    """A day as official documents write it; empty where there is none."""
    if day is None:
        return ""
    if words.language == "zh":
        return chinese_day(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def cell_day(day: dt.date | None, words: Wording) -> str:
    """A day in a table, where lines are short: 2024.6.30 breaks nowhere."""
    if day is None or words.language == "en":
        return day_of(day, words)
    return f"{day.year}.{day.month}.{day.day}"


def number_of(source: Source, words: Wording) -> str:
    """Which suggestion: body and number."""
    no = words("number", n=source.number) if source.number is not None else source.code
    gap = " " if words.language == "en" else ""
    return f"{words(f'body.{source.body}')}{gap}{no}"


#: How a day is written in a language; empty where there is none.
Writes = Callable[[dt.date | None, Wording], str]


class Writer:
    """Puts a report on paper, part by part."""

    def __init__(self, paper: Paper, words: Wording, contents: Contents) -> None:
        self.paper, self.words, self.contents = paper, words, contents
        self._first = self._second = 0

    def restart(self) -> None:
        """Count headings anew."""
        self._first = self._second = 0

    def period(self, style: str) -> None:
        """What happened in the period, a table for each kind of event; nothing without one.

        Args:
            style: of the text around, which says how the headings look.
        """
        r, words = self.contents, self.words
        if r.period is None:
            return
        if style == "公文正文":
            self.heading(self.period_title(r.period))
        for part in happened(r.period, words, lambda day: cell_day(day, words)):
            if style == "公文正文":
                self.heading(self.close(part.title), level=2)
            else:
                self.small(self.close(part.title))
            if part.lines:
                rows = [
                    [item.ref, item.what, self.join(item.units), self.close(text)]
                    for item, text in part.lines
                ]
                keys = ("ref", "what", "owners", "bulletin.happened")
                self.paper.table([words(key) for key in keys], [11, 25, 24, 46], rows, {0})

    def period_title(self, period: Period) -> str:
        """The heading of the period, with its days."""
        words = self.words
        since, until = day_of(period.since, words), day_of(period.until, words)
        return self.close(words("head.period", since=since, until=until))

    def line(self, item: Item, text: str) -> str:
        """What is said of a commitment, behind its reference and name."""
        return self.words("page.line", ref=item.ref, what=item.what, text=self.close(text))

    def close(self, text: str) -> str:
        """Without the blanks beside figures and days, which only screens have in Chinese."""
        return _APART.sub("", text) if self.words.language == "zh" else text

    def waiting(self) -> None:
        """The suggestions without a reply; nothing where there are none."""
        rows, words = self.contents.waiting, self.words
        if not rows:
            return
        self.heading(words("head.waiting"))
        self.text(words("waiting.sentence", told=phrases.waiting(rows, words)))
        keys = ("ref", "suggestion", "lead", "reply_due", "days")
        self.paper.table(
            [words(key) for key in keys],
            [10, 36, 24, 18, 14],
            [
                [
                    row.code, row.title or words("none.title"),
                    self.join(row.lead) or words("none.lead"),
                    cell_day(row.reply_due, words) or words("none.due"),
                    phrases.reply_days(row, words),
                ]
                for row in rows
            ],
            {0, 3, 4},
        )  # fmt: skip

    def notes(self) -> list[str]:
        """How the figures are counted, a sentence each."""
        r, words = self.contents, self.words
        pending = words("pending.note", n=r.pending) if r.pending else ""
        gap = " " if words.language == "en" else ""
        found = [gap.join(filter(None, (words("note.confirmed"), pending))), words("note.silence")]
        if r.repeated:
            found.append(f"{words('note.once')}{gap}{words('repeated', n=r.repeated)}")
        if r.scope not in ("deputy", "suggestion"):
            found += [words("note.joint"), words("note.rank", n=figures.FEWEST_RANKED)]
            found += [words("note.interval"), words("note.ambition")]
        return [*found, words("note.as_of")]

    def heading(self, text: str, level: int = 1) -> None:
        """A heading with its number: 一、 or （一）."""
        if level == 1:
            self._first, self._second = self._first + 1, 0
        else:
            self._second += 1
        style = "一级标题" if level == 1 else "二级标题"
        number = self._first if level == 1 else self._second
        self.paper.add(style, self._counted(level, number, text))

    def small(self, text: str) -> None:
        """A heading on a page that is to hold much, with its number."""
        self._first += 1
        self.paper.add("附页小标题", self._counted(1, self._first, text))

    def _counted(self, level: int, number: int, text: str) -> str:
        chinese = self.words.language == "zh" and number <= _COUNTED
        shown = numeral(number) if chinese else str(number)
        return self.words(f"level.{level}", n=shown, text=text)

    def text(self, text: str) -> None:
        """A paragraph of the body."""
        self.paper.add("公文正文", text)

    def join(self, texts: Iterable[str]) -> str:
        """Several names or numbers in a row."""
        return self.words("unreachable.join").join(texts)

    def deadline(self, item: Item, day: Writes = day_of) -> str:
        """The day in force, with the one promised where it was moved to later."""
        words = self.words
        if item.deadline is None:
            return words("none.deadline")
        text, original = day(item.deadline, words), item.original_deadline
        if item.standing.extended and original:
            return words("bulletin.original", day=text, original=day(original, words))
        return text

    def latest(self, item: Item, day: Writes = day_of) -> str:
        """The last figure or text with the day it speaks of, or that nothing was reported."""
        words = self.words
        text, on = phrases.latest_of(item, words)
        return words("bulletin.at", figure=text, day=day(on, words)) if on else text

    def baseline(self, item: Item) -> str:
        """The baseline as a sentence; empty where the letter gives none."""
        words = self.words
        if item.baseline is None or item.baseline.value is None:
            return ""
        told = _ISO.sub(
            lambda found: day_of(dt.date.fromisoformat(found[0]), words),
            phrases.baseline(item, words),
        )
        return words("bulletin.baseline", baseline=self.close(told))

    def state(self, item: Item) -> str:
        """Light or outcome with its day, and what stands beside it."""
        words = self.words
        state = phrases.state_word(item, words)
        if item.settled_on:
            day = day_of(item.settled_on, words)
            state = words("bulletin.settled_on", outcome=state, day=day)
        marks = [words(f"mark.{mark}") for mark in item.marks]
        return words("comma").join(dict.fromkeys([state, *marks]))
