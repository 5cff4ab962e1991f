"""The report as a document of an office, in the form of a 通报 (.docx).

Headings are counted 一、 （一） 1. and the body is that of GB/T 9704-2012; how it looks is the
template's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from tracker.reports import figures, phrases
from tracker.reports.charts import charts_of
from tracker.reports.contents import Contents
from tracker.reports.fairness import ambitious, uncertainty
from tracker.reports.figures import UnitFigures
from tracker.reports.items import Item
from tracker.reports.official import quoted
from tracker.reports.paper import Paper
from tracker.reports.pictures import PIXELS, png_of
from tracker.reports.suggestionpages import Pages
from tracker.reports.words import Wording
from tracker.reports.writing import Writer, cell_day, day_of, number_of

#: How the documents look; an office puts its own into templates/ of its data folder.
_WHOLE: Final = "通报.docx"
_PAGES: Final = "建议落实情况.docx"


def template_of(contents: Contents) -> str:
    """The file name of the template that a report goes into."""
    return _PAGES if _paged(contents) else _WHOLE


def bulletin(contents: Contents, words: Wording, template: bytes, name: str) -> bytes:
    """The report as a .docx file; for a deputy or a suggestion, a page for each suggestion.

    Args:
        contents: what it says.
        words: the language, and what the place calls its lights.
        template: the bytes of a .docx file with the styles of `paper.STYLES`.
        name: of the template, for messages.

    Raises:
        SettingsError: the template is none, or lacks a style.
    """
    title = words(f"bulletin.title.{contents.scope}", name=contents.name)
    day = day_of(contents.today, words)
    told = {"标题": title, "发文机关": contents.office, "成文日期": day}
    paper = Paper(template, name, told)
    writer = (Pages if _paged(contents) else _Bulletin)(paper, words, contents)
    writer.write()
    return paper.written(title, contents.office, contents.today)


def _paged(contents: Contents) -> bool:
    return bool(contents.groups) and contents.scope in ("deputy", "suggestion")


class _Bulletin(Writer):
    """The report on all, a unit or a session."""

    def write(self) -> None:
        """Put everything on paper."""
        r, words = self.contents, self.words
        if r.items:
            self._whole()
        else:
            self.text(words("empty") if r.scope == "all" else words("none.items"))
            self.waiting()
        self.paper.sign(r.office, day_of(r.today, words))

    def _whole(self) -> None:
        r, words = self.contents, self.words
        self.text(words("bulletin.lead", day=day_of(r.today, words), n=r.figures.n))
        self.heading(words("head.figures"))
        self._figures()
        self.period("公文正文")
        self._charts()
        self.heading(words("head.units"))
        self._units(r.units)
        self.heading(words("head.overdue"))
        self._overdue(r.overdue)
        self.heading(words("head.settled"))
        self._settled()
        self.heading(words("head.items.units"))
        self._by_unit()
        self.waiting()
        self.heading(words("head.notes"))
        for number, note in enumerate(self.notes(), 1):
            self.text(words("level.3", n=number, text=note))

    def _charts(self) -> None:
        charts = charts_of(self.contents, self.words)
        if charts:
            self.heading(self.words("head.charts"))
        for number, chart in enumerate(charts, 1):
            self.paper.picture(png_of(chart.svg, PIXELS), chart.alt)
            title = self.words("bulletin.chart", n=number, title=chart.title)
            self.paper.add("公文正文", (title, True), self.close(chart.alt))

    def _figures(self) -> None:
        of, words = self.contents.figures, self.words
        self.text(words("bulletin.counts", n=of.n, open=of.open, settled=of.settled, **of.kinds))
        if of.open:
            self.text(
                words(
                    "bulletin.open", n=of.open, lights=self._each("light", of.lights),
                    silent=of.silent, still=of.no_progress, reported=phrases.share(of.reported, words),
                )
            )  # fmt: skip
        if not of.settled:
            self.text(words("bulletin.settled.none"))
            return
        outcomes = {key: n for key, n in of.outcomes.items() if key != "open"}
        self.text(
            words(
                "bulletin.settled", n=of.settled, outcomes=self._each("outcome", outcomes),
                kept=phrases.share(of.kept, words), on_time=phrases.share(of.on_time, words),
            )
        )  # fmt: skip

    def _each(self, group: str, counts: Mapping[str, int]) -> str:
        words = self.words
        told = (
            words("bulletin.each", name=words(f"{group}.{key}"), n=n)
            for key, n in counts.items()
            if n
        )
        return self.join(told)

    def _units(self, lines: Sequence[UnitFigures]) -> None:
        words, ranked = self.words, self.contents.ranked
        keys = ["unit", "sum", "open", "overdue", "due_soon", "silent", "settled", "on_time_share"]
        keys += ["interval", "ambition"]
        widths = [30, 9, 10, 9, 9, 10, 10, 16, 15, 17]
        rows = []
        for line in lines:
            of = line.figures
            lights = of.lights
            counts = (of.n, of.open, lights["overdue"], lights["due_soon"], of.silent, of.settled)
            row = [
                line.unit, *map(str, counts), phrases.share(of.on_time, words),
                uncertainty(of.on_time, words),
                ambitious(self.contents.ambitions[line.unit], words),
            ]  # fmt: skip
            rows.append([*row, phrases.rank(line, words)] if ranked else row)
        if ranked:
            keys, widths = [*keys, "ranking"], [*widths, 12]
        self.paper.table([words(key) for key in keys], widths, rows, range(1, len(keys)))

    def _overdue(self, items: Sequence[Item]) -> None:
        words = self.words
        if not items:
            self.text(words("bulletin.none"))
            return
        headings = [words(key) for key in ("ref", "what", "owners", "deadline", "latest")]
        headings.insert(4, words("bulletin.over"))
        rows = [
            [
                item.ref, item.what, self.join(item.units), self.deadline(item, cell_day),
                str(item.standing.days_overdue), self.latest(item, cell_day),
            ]
            for item in items
        ]  # fmt: skip
        self.paper.table(headings, [11, 23, 20, 18, 9, 24], rows, {0, 3, 4})

    def _settled(self) -> None:
        words = self.words
        place = {outcome: number for number, outcome in enumerate(figures.OUTCOMES)}
        items = sorted(
            (item for item in self.contents.items if not item.open),
            key=lambda item: (place[item.outcome], item.settled_on or dt.date.max, item.ref),
        )
        if not items:
            self.text(words("bulletin.settled.none"))
            return
        headings = [words(key) for key in ("ref", "what", "owners", "deadline", "outcome")]
        headings += [words("settled_day"), words("latest")]
        rows = [
            [
                item.ref, item.what, self.join(item.units), self.deadline(item, cell_day),
                words(f"outcome.{item.outcome}"), cell_day(item.settled_on, words),
                self.latest(item, cell_day),
            ]
            for item in items
        ]  # fmt: skip
        self.paper.table(headings, [11, 19, 17, 18, 12, 18, 22], rows, {0, 3, 4, 5})

    def _by_unit(self) -> None:
        words = self.words
        first: dict[str, list[Item]] = {}
        shared: dict[str, dict[str, list[str]]] = {}
        named = [line.unit for line in self.contents.units]
        for item in figures.by_urgency(self.contents.items):
            owners = [unit for unit in item.units if unit in named] or list(item.units)
            for place, unit in enumerate(owners):
                first.setdefault(unit, [])
                if place:
                    shared.setdefault(unit, {}).setdefault(owners[0], []).append(item.ref)
                else:
                    first[unit].append(item)
        for unit in sorted(
            first, key=lambda unit: named.index(unit) if unit in named else len(named)
        ):
            others = shared.get(unit, {})
            n = len(first[unit]) + sum(map(len, others.values()))
            self.heading(words("bulletin.unit", unit=unit, n=n), level=2)
            for number, item in enumerate(first[unit], 1):
                self._item(number, item)
            for other, refs in others.items():
                self.text(words("bulletin.joint", units=other, refs=self.join(refs)))

    def _item(self, number: int, item: Item) -> None:
        words = self.words
        told = words(
            "bulletin.item", ref=item.ref, state=self.state(item), quote=quoted(item.quote),
            suggestion=number_of(item.source, words), target=phrases.target(item, words),
            baseline=self.baseline(item), deadline=self.deadline(item),
            latest=self.latest(item),
        )  # fmt: skip
        self.paper.add("公文正文", (words("level.3", n=number, text=item.what), True), told)
