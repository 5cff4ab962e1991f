"""The charts: what they count, how sure a share of few is, and that a page can hold them as they are."""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree
from rich.cells import cell_len
from sqlalchemy.orm import Session

from tests.county import TODAY
from tests.reports.test_render import poison
from tracker.reports import reads, series
from tracker.reports.charts import Chart, charts_of
from tracker.reports.contents import Filters, gather
from tracker.reports.fairness import ambition, interval
from tracker.reports.figures import Share, once
from tracker.reports.items import Baseline, Item
from tracker.reports.pictures import png_of
from tracker.reports.words import Wording
from tracker.settings import Settings


@pytest.fixture
def items(county: Session, settings: Settings) -> Sequence[Item]:
    return once(reads.items(county, settings, TODAY, review="confirmed"))


def _charts(county: Session, settings: Settings) -> tuple[Chart, ...]:
    return charts_of(gather(county, settings, TODAY, Filters()), Wording.of(settings))


# Uncertainty. The bounds are those of the score interval as published tables have them.


@pytest.mark.parametrize(
    ("count", "n", "bounds"),
    [
        (0, 5, (0, 44)),
        (5, 5, (56, 100)),
        (1, 2, (9, 91)),
        (6, 9, (35, 88)),
        (50, 100, (40, 60)),
        (0, 0, None),
    ],
)
def test_the_interval_of_a_share(count: int, n: int, bounds: tuple[int, int] | None) -> None:
    assert interval(Share(count, n)) == bounds


def test_more_cases_make_it_narrower() -> None:
    widths = []
    for n in (2, 4, 10, 50, 200):
        low, high = interval(Share(n // 2, n)) or (0, 0)
        assert low <= 50 <= high
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("changes", "base", "percent"),
    [
        ({"mode": "increase", "value": Decimal(30)}, ("120", "户"), 25),
        ({"mode": "level", "value": Decimal(150)}, ("120", "户"), 25),
        ({"mode": "increase", "value": Decimal(1000)}, ("800", "户", "去年新增企业800户"), 25),
        ({"mode": "amount", "value": Decimal(30)}, ("40", "户", "去年培训40户"), -25),
        ({"mode": "level", "value": Decimal(90), "comparator": "<="}, ("120", "户"), 25),
        ({"mode": "level", "value": Decimal(100)}, ("120", "户"), -17),
        ({"mode": "level", "value": Decimal(150)}, ("12", "万户"), None),
        ({"mode": "level", "value": Decimal(95), "unit": "%"}, ("90", "%"), None),
        ({"mode": "level", "value": Decimal(5)}, ("0", "户"), None),
        ({"mode": "level", "value": Decimal(5)}, None, None),
    ],
)
def test_how_ambitious_a_promise_is(
    items: Sequence[Item],
    changes: dict[str, object],
    base: tuple[str, ...] | None,
    percent: int | None,
) -> None:
    quote = base[2] if base and len(base) > 2 else None
    baseline = Baseline(Decimal(base[0]), base[1], None, quote) if base else None
    item = replace(items[0], **{"unit": "户", "comparator": "=", "baseline": baseline, **changes})  # type: ignore[arg-type]
    assert ambition([item]).percent == percent
    assert ambition([item]).n == (percent is not None)


# Counts.


def test_what_is_due_is_counted_once(items: Sequence[Item]) -> None:
    told = series.deadlines(items, TODAY)
    assert told.labels[0] == "2023-12"
    assert told.labels[-1] == "2024-12"
    inside = [
        item
        for item in items
        if item.deadline and dt.date(2023, 12, 1) <= item.deadline <= dt.date(2024, 12, 31)
        and item.outcome != "dropped"
    ]  # fmt: skip
    assert sum(n or 0 for numbers in told.values.values() for n in numbers) == len(inside)
    overdue = sum(item.light == "overdue" for item in inside)
    assert sum(n or 0 for n in told.values["overdue"]) == overdue


def test_the_months_ahead_have_no_past(items: Sequence[Item]) -> None:
    told = series.burn_down(items, TODAY)
    actual = told.values["actual"]
    at = told.labels.index("2024-06")
    assert None not in actual[: at + 1]
    assert set(actual[at + 1 :]) == {None}
    assert actual[at] == sum(item.open for item in items)


def test_few_settled_are_not_compared(county: Session, settings: Settings) -> None:
    contents = gather(county, settings, TODAY, Filters())
    assert all(line.figures.on_time.n < 5 for line in contents.units)
    assert series.on_time(contents.units).empty
    assert "on_time" not in [chart.name for chart in _charts(county, settings)]
    first = contents.units[0]
    enough = replace(first, figures=replace(first.figures, on_time=Share(4, 6)))
    told = series.on_time([enough, *contents.units[1:]])
    assert told.values["on_time"] == (67,)
    assert told.bounds == (interval(Share(4, 6)),)


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31), TODAY])
def test_any_day_can_be_looked_from(items: Sequence[Item], day: dt.date) -> None:
    for told in (series.deadlines(items, day), series.burn_down(items, day)):
        assert all(len(numbers) == len(told.labels) for numbers in told.values.values())


# Pictures.


def test_a_page_can_hold_them_as_they_are(county: Session, settings: Settings) -> None:
    poison(county)
    charts = _charts(county, settings)
    assert [chart.name for chart in charts] == ["deadlines", "burn_down", "reached"]
    ids: list[str] = []
    for chart in charts:
        root = etree.fromstring(chart.svg.encode())
        ids += [node.get("id") for node in root.iter() if node.get("id")]
        tags = {etree.QName(node).localname for node in root.iter() if isinstance(node.tag, str)}
        assert not tags & {"script", "a", "image", "foreignObject", "animate"}
        assert not re.search(r"https?://(?!www\.w3\.org)|url\(|href|on\w+=", chart.svg)
        assert root.get("role") == "img"
        assert root.findtext("{*}title") == chart.title
        assert root.findtext("{*}desc") == chart.alt
        assert len(chart.headings) == len(chart.rows[0])
    assert len(ids) == len(set(ids))


def test_labels_keep_reference_and_counts_and_stay_in_the_picture(
    county: Session, settings: Settings
) -> None:
    contents = gather(county, settings, TODAY, Filters())
    long = "每万人口高价值发明专利拥有量和技术合同成交总额" * 3
    items = tuple(replace(item, what=long) for item in contents.items)
    first = contents.units[0]
    unit = replace(
        first, unit="国家税务总局" + long, figures=replace(first.figures, on_time=Share(12, 18))
    )
    drawn = {
        chart.name: chart
        for chart in charts_of(replace(contents, items=items, units=(unit,)), Wording("zh"))
    }
    for name in ("reached", "on_time"):
        root = etree.fromstring(drawn[name].svg.encode())
        plot = next(node for node in root.iter() if "plot" in node.get("class", "").split())
        (room,) = re.findall(r"translate\((\d+)", plot.get("transform"))
        labels = [node.text for node in root.iter("{*}text") if "…" in (node.text or "")]
        assert len(labels) == len(drawn[name].rows)
        for label in labels:
            assert 13 / 2 * cell_len(label) < int(room), "all of it stands beside the bars"
            assert re.match(r"\d+-\d+ " if name == "reached" else r"国家.*… \(12/18\)$", label)


def test_months_stand_below_their_own_bar(county: Session, settings: Settings) -> None:
    for chart in _charts(county, settings)[:2]:
        assert "rotate(" not in chart.svg
        assert "2024-06" in chart.svg, "the month of the report has its name"


def test_letters_without_a_date_are_told_to_be_left_out(
    county: Session, settings: Settings, items: Sequence[Item]
) -> None:
    assert series.burn_down(items, TODAY).undated == 0
    undated = [replace(item, source=replace(item.source, letter_date=None)) for item in items[:2]]
    assert series.burn_down([*undated, *items[2:]], TODAY).undated == 2
    contents = gather(county, settings, TODAY, Filters())
    told = charts_of(replace(contents, items=(*undated, *items[2:])), Wording("zh"))
    assert "另有 2 项出自没有日期的答复" in told[1].alt


def test_they_are_the_same_each_time(county: Session, settings: Settings) -> None:
    assert _charts(county, settings) == _charts(county, settings)


def test_mails_get_them_as_png_with_chinese() -> None:
    """The shipped font has what names need, characters beyond GB2312 too; nothing stands as a box."""

    def drawn(text: str) -> bytes:
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40">'
            f'<text x="5" y="30" font-size="30" font-family="sans-serif">{text}</text></svg>'
        )
        return png_of(svg, 200)

    png = drawn("喆堃珺玥")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (200, 40)
    assert len({drawn(char) for char in "喆堃珺玥云县▲"}) == 7, "each is drawn as itself"
    assert drawn("") != png
