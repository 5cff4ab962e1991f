"""The status report as Markdown, HTML, JSON or .docx: the public verbs of this package.

Everything that comes from letters, names or notes is cleaned where a template prints it (the
environment's `finalize`), so that a template cannot forget it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.orm import Session

from tracker.errors import SettingsError
from tracker.reports import clean, fairness, figures, phrases
from tracker.reports.contents import Contents, Filters, gather
from tracker.reports.machine import report_json
from tracker.reports.period import happened
from tracker.reports.words import Wording
from tracker.settings import Settings

Format = Literal["md", "html", "json"]


def render_report(
    session: Session,
    settings: Settings,
    today: dt.date,
    *,
    format: Format = "md",
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    since: dt.date | None = None,
) -> str:
    """The state of the commitments on a day, as one document.

    For a unit or for everybody: figures, a table of units, each commitment. For a deputy or a
    suggestion: grouped by suggestion, with what may be asked next.

    Args:
        session: of the store; only read from.
        settings: language, zone, lights and the office's name.
        today: the day to look from; what was recorded later is left out.
        format: "md", "html" (one self-contained page) or "json" (keys: `machine`).
        unit: only commitments of this unit.
        deputy: only commitments on this deputy's suggestions.
        suggestion: only commitments on this suggestion, by code or number.
        sitting: only those on suggestions of this session of the congress (届次), by its name or
            a part.
        since: the first day of a period; the report tells what happened from it to `today`.

    Raises:
        UnknownReference: a filter names nothing in the store.
        SettingsError: the period ends before it begins.
    """
    filters = Filters(unit, deputy, suggestion, sitting)
    contents = gather(session, settings, today, filters, since)
    words = Wording.of(settings)
    if format == "json":
        return report_json(contents, words)
    template = _environment(format).get_template(f"report.{format}.j2")
    verbs = _verbs(words)
    if format == "html":
        from tracker.reports.charts import charts_of

        verbs |= {"charts": charts_of(contents, words), "mail": False}
    return template.render(r=contents, w=words, title=_title(contents, words), **verbs)


@dataclass(frozen=True, slots=True)
class MailPage:
    """A report as a mail has it: plain text, HTML, and the pictures that the HTML shows as
    `cid:` and their name, as PNG."""

    text: str
    html: str
    pictures: dict[str, bytes]


def render_mail(
    session: Session,
    settings: Settings,
    today: dt.date,
    filters: Filters,
    since: dt.date | None = None,
    ends: Sequence[str] = (),
) -> MailPage:
    """The report as a mail. Mail programs show no SVG, so that charts are pictures.

    Args:
        session: of the store; only read from.
        settings: language, zone, lights and the office's name.
        today: the day to look from.
        filters: whose commitments.
        since: the first day of a period, as for `render_report`.
        ends: lines below everything else: how one ends it.

    Raises:
        UnknownReference: a filter names nothing in the store.
    """
    from tracker.reports.charts import charts_of
    from tracker.reports.pictures import PIXELS, png_of

    contents = gather(session, settings, today, filters, since)
    words = Wording.of(settings)
    charts = charts_of(contents, words)
    told = {"r": contents, "w": words, "title": _title(contents, words), **_verbs(words)}
    text = _environment("md").get_template("report.md.j2").render(told)
    told |= {"charts": charts, "mail": True, "ends": ends}
    return MailPage(
        "\n".join([text, *ends]) + "\n" if ends else text,
        _environment("html").get_template("report.html.j2").render(told),
        {f"{chart.name}.png": png_of(chart.svg, PIXELS) for chart in charts},
    )


def render_docx(
    session: Session,
    settings: Settings,
    today: dt.date,
    filters: Filters,
    since: dt.date | None = None,
) -> bytes:
    """The same as a document for Word and WPS, in the form of a 通报.

    Args:
        session: of the store; only read from.
        settings: language, zone, lights, the office's name, and its own template.
        today: the day to look from; what was recorded later is left out.
        filters: whose commitments.
        since: the first day of a period, as for `render_report`.

    Raises:
        UnknownReference: a filter names nothing in the store.
        SettingsError: the period ends before it begins, or the template cannot be used.
    """
    # Loaded here: pages and mails need no documents.
    from tracker.reports.bulletin import bulletin, template_of
    from tracker.reports.official import template_file

    contents = gather(session, settings, today, filters, since)
    path = template_file(settings.data_dir, template_of(contents))
    try:
        template = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    return bulletin(contents, Wording.of(settings), template, str(path))


@cache
def _environment(format: Format) -> Environment:
    # Markdown is escaped by `finalize`; HTML escaping would show in it as it stands.
    return Environment(
        loader=PackageLoader("tracker.reports"),
        autoescape=format == "html",  # noqa: S701
        undefined=StrictUndefined,
        finalize=_for_html if format == "html" else _for_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _for_html(value: Any) -> Any:
    """Steering characters out; escaping is the environment's. Markup made here passes."""
    return clean.inline(value) if type(value) is str else value


def _for_markdown(value: Any) -> Any:
    return clean.markdown(value) if type(value) is str else value


def _title(contents: Contents, words: Wording) -> str:
    if contents.scope == "all":
        return words("title.report")
    return words(f"title.{contents.scope}", name=contents.name)


def _verbs(words: Wording) -> dict[str, Any]:
    """The phrases as templates call them, the language already chosen."""
    told = (
        phrases.target,
        phrases.baseline,
        phrases.latest,
        phrases.deadline,
        phrases.deadlines,
        phrases.marks,
        phrases.progress,
        phrases.pace,
        phrases.even,
        phrases.look_back,
        phrases.category,
        phrases.promised,
        phrases.days,
        phrases.why_date,
        phrases.state,
        phrases.outcome,
        phrases.share,
        fairness.uncertainty,
        fairness.ambitious,
        phrases.rank,
        phrases.suggestion,
        phrases.letter,
        phrases.question,
        phrases.reply_due,
        phrases.reply_days,
        phrases.waiting,
    )
    verbs: dict[str, Any] = {verb.__name__: partial(verb, words=words) for verb in told}
    return verbs | {
        "happened": partial(happened, words=words),
        "link": phrases.link,
        # Inside <…> Markdown knows no escapes, and the address holds nothing that needs one.
        "plain_link": lambda item: Markup(phrases.link(item)),  # noqa: S704
        "state_key": phrases.state_key,
        "bar": phrases.bar,
        "done": phrases.done,
        "paint": words.lights.paint,
        "signs": phrases.SIGNS,
        "by_urgency": figures.by_urgency,
        "fewest": figures.FEWEST_RANKED,
        "lights": figures.LIGHTS,
        "outcomes": figures.OUTCOMES,
        "kinds": figures.KINDS,
    }
