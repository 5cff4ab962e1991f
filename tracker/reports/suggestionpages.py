"""A page for each suggestion, for the deputy who filed it: what was asked, what was promised, what
was reported and when, what is overdue, what may be asked next.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.reports import phrases
from tracker.reports.contents import Group
from tracker.reports.items import Item, Report, Source
from tracker.reports.official import quoted
from tracker.reports.writing import Writer, cell_day, day_of, number_of


class Pages(Writer):
    """The report for a deputy or on a suggestion."""

    def write(self) -> None:
        """Put everything on paper; who wrote it and when takes one line, so that a page is enough."""
        r, words = self.contents, self.words
        for place, group in enumerate(r.groups):
            self._page(group, new_page=place > 0)
        if r.period:
            self.restart()
            self.paper.add("附页标题", self.period_title(r.period))
            self.period("附页正文")
        self.waiting()
        self.paper.add("附页正文", words("page.notes", notes="".join(self.notes())))
        day = day_of(r.today, words)
        self.paper.add("附页正文", words("page.signed", office=r.office, day=day).strip())

    def _page(self, group: Group, *, new_page: bool) -> None:
        r, words, of = self.contents, self.words, group.figures
        self.restart()
        title = f"{number_of(group.source, words)} {group.source.title or words('none.title')}"
        self.paper.add("附页标题", title, new_page=new_page)
        lead = words(
            "bulletin.lead.page", day=day_of(r.today, words), n=of.n, open=of.open,
            settled=of.settled, overdue=of.lights["overdue"], silent=of.silent,
        )  # fmt: skip
        self.paper.add("附页正文", lead)
        self.small(words("head.asked"))
        self.paper.add("附页正文", *self._asked(group))
        self.small(words("head.promised"))
        self.paper.table(
            [words(key) for key in ("ref", "quote", "target", "deadline", "latest", "state")],
            [10, 33, 14, 17, 20, 17],
            [self._promise(item) for item in group.items],
            {0, 3, 5},
        )
        self.small(words("head.told"))
        self._reports(group.items)
        late = [(item, self._late(item)) for item in group.items if item.light == "overdue"]
        self._lines("head.overdue", late)
        self._lines("head.ask", [(item, self._question(item)) for item in group.asking])

    def _asked(self, group: Group) -> list[str]:
        source, words = group.source, self.words
        letters = [self._letter(item.source) for item in group.letters]
        told = [
            words("page.title", title=source.title or words("none.title")),
            words("page.session", session=source.session) if source.session else "",
            words("page.deputies", names=self.join(source.deputies) or words("none.deputy")),
            words("page.letters", letters=words("semicolon").join(letters)),
        ]
        category = phrases.category(group.items[0], words)
        return [*told, words("page.category", category=category) if category else ""]

    def _letter(self, source: Source) -> str:
        day = day_of(source.letter_date, self.words) or self.words("none.date")
        parts = (source.issuer, day, source.document_no)
        return self.words("comma").join(part for part in parts if part)

    def _promise(self, item: Item) -> list[str]:
        words = self.words
        quote = words("page.quote", what=item.what, quote=quoted(item.quote))
        return [
            item.ref, quote, phrases.target(item, words), self.deadline(item, cell_day),
            self.latest(item, cell_day), self.state(item),
        ]  # fmt: skip

    def _late(self, item: Item) -> str:
        words = self.words
        return words(
            "page.late", deadline=self.deadline(item), days=phrases.days(item, words),
            latest=self.latest(item),
        )  # fmt: skip

    def _question(self, item: Item) -> str:
        words, key = self.words, phrases.question_key(item)
        days = {
            "day": day_of(item.deadline, words), "original": day_of(item.original_deadline, words)
        }  # fmt: skip
        wanted = phrases.awaited(item, words)
        return words(key, latest=self.latest(item), wanted=wanted, **days) if key else ""

    def _lines(self, key: str, lines: Sequence[tuple[Item, str]]) -> None:
        """A heading and its lines; where there are none, that stands in the heading."""
        words = self.words
        self.small(words(key) if lines else words("page.none", heading=words(key)))
        for item, text in lines:
            self.paper.add("附页正文", self.line(item, text))

    def _reports(self, items: Sequence[Item]) -> None:
        words = self.words
        rows = [
            [
                item.ref, cell_day(report.recorded_on, words), cell_day(report.as_of, words),
                self._told(item, report),
            ]
            for item in items
            for report in item.reports
        ]  # fmt: skip
        if not rows:
            self.paper.add("附页正文", words("page.silent"))
            return
        keys = ("ref", "page.came", "page.as_of", "page.told")
        self.paper.table([words(key) for key in keys], [10, 17, 17, 67], rows, {0, 1, 2})

    def _told(self, item: Item, report: Report) -> str:
        words = self.words
        shown = "" if report.value is None else phrases.figure(report.value, item.unit, words)
        text = words("comma").join(part for part in (shown, report.note or "") if part)
        if report.corrected:
            text += words("corrected")
        return text + (words("told.evidence", text=report.evidence) if report.evidence else "")
