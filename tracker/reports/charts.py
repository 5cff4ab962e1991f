"""The charts of a report as SVG, drawn by pygal: no script, no address, ids that are always the same,
and what they show in words and as a table beside them.

Colours are told apart by colour-blind readers as well (after Okabe and Ito, 2008), bars and lines
by their place and legend too.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import Any, Final

import pygal
from lxml import etree
from pygal.style import Style
from rich.cells import cell_len, set_cell_size

from tracker.reports.clean import inline
from tracker.reports.contents import Contents
from tracker.reports.figures import once
from tracker.reports.series import Series, series_of
from tracker.reports.words import Wording

# The library hooks itself into every import that follows, for plugins of its own: Python 3.11 warns of
# the form of the hook, and nothing here is a plugin.
sys.meta_path[:] = [hook for hook in sys.meta_path if type(hook).__module__ != "pygal"]

_WIDTH: Final = 520
_HEIGHT: Final = 290
#: Cells of a row in charts whose bars lie, and what stands above and below them.
_ROW, _AROUND = 32, 110
#: Percents from which on the quarters below a hundred stand too close to be named.
_FAR: Final = 160
_FONT: Final = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif'
#: Column → its colour.
_COLOURS: Final = {
    "kept": "#009e73",
    "not_kept": "#56b4e9",
    "overdue": "#b3261e",
    "open": "#b8bec6",
    "actual": "#0072b2",
    "promised": "#d55e00",
    "reached": "#0072b2",
    "even": "#e69f00",
    "on_time": "#009e73",
    "moved": "#cc79a7",
}
#: Pixels of a label's character.
_LABEL: Final = 13
#: A label beside its bar is cut behind so many cells, the reference in front of it never.
_LONGEST_LABEL: Final = 30
_COUNTS: Final = re.compile(r" \(\d+/\d+\)$")
_SVG: Final = "{http://www.w3.org/2000/svg}"
#: Nodes that are nothing without a script or a mouse.
_DEAD: Final = (f"{_SVG}script", f"{_SVG}desc")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes:
        name: which one; part of the ids in its SVG.
        title: what it shows.
        svg: the picture, to stand in a page as it is.
        alt: what it tells, in a sentence.
        headings: of the table that tells the same.
        rows: the table, its first cell the label.
    """

    name: str
    title: str
    svg: str
    alt: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def charts_of(contents: Contents, words: Wording) -> tuple[Chart, ...]:
    """The charts of a report that have anything to show.

    Args:
        contents: of `contents.gather`.
        words: the language.
    """
    single = once(contents.items)
    return tuple(
        _chart(series, words) for series in series_of(single, contents.units, contents.today)
    )


def _chart(series: Series, words: Wording) -> Chart:
    title = words(f"chart.{series.name}")
    columns = {key: words(f"chart.column.{key}") for key in series.values}
    drawn = _DRAWN[series.name](series, columns)
    alt = _alt(series, words)
    headings = [words(f"chart.label.{series.name}"), *columns.values()]
    rows = []
    for at, label in enumerate(series.labels):
        cells = [label]
        for numbers in series.values.values():
            number = numbers[at]
            cells.append("—" if number is None else str(number))
        if series.bounds:
            bounds = series.bounds[at]
            cells.append(f"{bounds[0]}–{bounds[1]}" if bounds else "—")
        rows.append(tuple(cells))
    if series.bounds:
        headings.append(words("chart.column.interval"))
    svg = _finished(drawn, series.name, title, alt)
    return Chart(series.name, title, svg, alt, tuple(headings), tuple(rows))


def _alt(series: Series, words: Wording) -> str:
    """What the chart tells, with its numbers."""
    sums = {
        key: sum(number for number in numbers if number is not None)
        for key, numbers in series.values.items()
    }
    last = [number for number in series.values.get("actual", ()) if number is not None]
    told = words(
        f"chart.alt.{series.name}",
        n=len(series.labels), first=series.labels[0], last=series.labels[-1],
        now=last[-1] if last else 0, **sums,
    )  # fmt: skip
    for key, n in (("left_out", series.left_out), ("undated", series.undated)):
        told += words(f"chart.{key}", n=n) if n else ""
    return told


def _style(series: Series) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        font_family=_FONT,
        label_font_family=_FONT,
        major_label_font_family=_FONT,
        legend_font_family=_FONT,
        value_font_family=_FONT,
        title_font_family=_FONT,
        label_font_size=_LABEL,
        major_label_font_size=13,
        legend_font_size=14,
        value_font_size=12,
        foreground="#1d2733",
        foreground_strong="#1d2733",
        foreground_subtle="#5b6774",
        guide_stroke_color="#d9dee4",
        major_guide_stroke_color="#d9dee4",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=tuple(_COLOURS[key] for key in series.values),
        value_colors=("#1d2733",) * len(series.values),
    )


def _options(series: Series, **more: Any) -> dict[str, Any]:
    return {
        "style": _style(series),
        "js": (),
        "width": _WIDTH,
        "height": _HEIGHT,
        "margin": 8,
        "margin_bottom": 44,
        "spacing": 12,
        "show_legend": len(series.values) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 2,
        "truncate_legend": -1,
        "truncate_label": -1,
        "max_scale": 8,
        "disable_xml_declaration": True,
        "xml_filters": [],
        **more,
    }


#: Every second month is named, upright: a slanted name stands below the month behind it.
_MONTHS: Final[dict[str, Any]] = {"x_labels_major_every": 2, "show_minor_x_labels": False}


def _columns(series: Series, columns: dict[str, str]) -> Any:
    chart = pygal.StackedBar(**_options(series, value_formatter=_whole, **_MONTHS))
    return _filled(chart, series, columns)


def _lines(series: Series, columns: dict[str, str]) -> Any:
    options = _options(
        series, value_formatter=_whole, dots_size=3, stroke_style={"width": 2.5},
        include_x_axis=True, margin_right=24, **_MONTHS,
    )  # fmt: skip
    return _filled(pygal.Line(**options), series, columns)


def _bars(series: Series, columns: dict[str, str]) -> Any:
    height = _AROUND + _ROW * len(series.labels)
    series = replace(series, labels=tuple(_cut(label) for label in series.labels))
    # The library takes every character for a narrow one.
    wide = max(cell_len(label) - 1.2 * len(label) for label in series.labels)
    options = _options(
        series, height=height, value_formatter=_percent,
        margin_right=28, margin_left=16 + round(max(wide, 0) * _LABEL / 2),
    )  # fmt: skip
    most = max(100, *((n or 0) for numbers in series.values.values() for n in numbers))
    marks = [0, 25, 50, 75, 100] if most < _FAR else [0, 100, most]
    options |= {"range": (0, most), "y_labels": marks}
    chart = pygal.HorizontalBar(**options)
    # The first one stands on top, where people begin to read.
    return _filled(chart, series, columns, backwards=True)


def _cut(label: str) -> str:
    """A label as far as there is room for it; the counts that may stand behind it are kept."""
    label = inline(label)
    if cell_len(label) <= _LONGEST_LABEL:
        return label
    counts = _COUNTS.search(label)
    kept = counts[0] if counts else ""
    return set_cell_size(label, _LONGEST_LABEL - 2 - len(kept)).rstrip() + "…" + kept


def _few(series: Series, columns: dict[str, str]) -> Any:
    chart = pygal.Bar(**_options(series, value_formatter=_whole, print_values=True))
    return _filled(chart, series, columns)


_DRAWN: Final = {
    "deadlines": _columns,
    "burn_down": _lines,
    "reached": _bars,
    "on_time": _bars,
    "slippage": _few,
}


def _filled(chart: Any, series: Series, columns: dict[str, str], *, backwards: bool = False) -> Any:
    order = -1 if backwards else 1
    chart.uuid = series.name
    chart.x_labels = [inline(label) for label in series.labels][::order]
    for key, numbers in series.values.items():
        values: list[Any] = list(numbers)
        if series.bounds:
            values = [
                {"value": number, "ci": {"low": bounds[0], "high": bounds[1]}} if bounds else number
                for number, bounds in zip(numbers, series.bounds, strict=True)
            ]
        chart.add(columns[key], values[::order])
    return chart


def _whole(number: float) -> str:
    """Counts are whole: a half on the axis is left without a label."""
    return f"{number:.0f}" if abs(number - round(number)) < 0.01 else ""


def _percent(number: float) -> str:
    return f"{number:.0f}%"


def _finished(chart: Any, name: str, title: str, alt: str) -> str:
    """The SVG without script, comments and what only a mouse finds, with its title and text."""
    root = etree.fromstring(chart.render().encode(), etree.XMLParser(resolve_entities=False))
    for node in list(root.iter()):
        named = isinstance(node.tag, str)
        if not named or node.tag in _DEAD or node.get("class", "").startswith("tooltip"):
            if node.getparent() is not None:
                node.getparent().remove(node)
        elif node.get("id", "").startswith("activate-"):
            del node.attrib["id"]  # the same in every chart of a page
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for at, (tag, said) in enumerate((("title", title), ("desc", alt))):
        told = etree.Element(f"{_SVG}{tag}", id=f"{name}-{tag}")
        told.text = inline(said)
        root.insert(at, told)
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))
