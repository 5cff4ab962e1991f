"""One commitment in the terminal: what was promised, what is known, what was done about it."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from tracker.reports import asked, phrases
from tracker.reports.clean import inline, one_line
from tracker.reports.details import Change, Detail, Notice
from tracker.reports.items import Item
from tracker.reports.terminal import heading, state, table, text
from tracker.reports.words import WORDS, Wording
from tracker.store.entering import first_told
from tracker.store.following import EVIDENCE


def card(shown: Detail, words: Wording, chart: RenderableType | None = None) -> RenderableType:
    """The view of `tracker show`.

    Args:
        shown: the commitment and its surroundings.
        words: the language.
        chart: of its figures, to stand below the title.
    """
    item = shown.item
    parts: list[RenderableType] = [_title(item, words)]
    if chart is not None:
        parts += [chart, Text()]
    parts.append(_facts(shown, words))
    if item.chain.times:
        parts += [heading(words("head.promised_again")), _promised(item, words)]
    parts += [heading(words("reports")), _reports(item, words)]
    if item.requests:
        parts += [heading(words("requests")), _requests(item, words)]
    if item.ratings:
        parts += [heading(words("ratings")), _ratings(item, words)]
    if shown.notices:
        parts += [heading(words("notices")), _notices(shown.notices, words)]
    parts += [heading(words("history")), _history(shown.history, words)]
    return Group(*parts)


def _title(item: Item, words: Wording) -> Text:
    marks = [state(item, words), text(phrases.marks(item, words))]
    marks.append(text(phrases.days(item, words)))
    marks += [text(words(f"kind.{item.kind}")), text(words(f"strength.{item.strength}"))]
    line = Text(" · ").join(mark for mark in marks if mark.plain)
    return Text.assemble((f"{one_line(item.ref)}  {one_line(item.what)}", "bold"), "\n", line, "\n")


def _facts(shown: Detail, words: Wording) -> Table:
    item = shown.item
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    rows: list[tuple[str, Text]] = [
        ("quote", _quote(shown)),
        ("section", text(" › ".join(item.section))),
        ("owners", text("、".join(item.units))),
        ("target", text(phrases.target(item, words))),
        ("baseline", text(_baseline(item, words))),
        ("deadline", text(phrases.deadline(item, words))),
        ("deadlines", text(phrases.deadlines(item, words))),
        ("why_date", text(_why_date(item, words))),
        ("latest", text(phrases.latest(item, words))),
        ("progress", text(_progress(item, words))),
        ("pace", text(phrases.pace(item, words))),
        ("even", text(phrases.even(item, words))),
        ("outcome", text(phrases.outcome(item, words))),
        ("promised.years", text(phrases.promised(item, words))),
        ("look_back", text(phrases.look_back(item, words))),
        ("review", text(words(f"review.{item.review}"))),
        ("recheck", text(words(f"recheck.{item.recheck}") if item.recheck else "")),
        ("suggestion", text(phrases.suggestion(item, words))),
        ("deputies", text("、".join(item.source.deputies) or words("none.deputy"))),
        ("letter", text(phrases.letter(item, words))),
        *_letter_facts(item, words),
        ("file", text("" if item.source.file == item.source.url else item.source.file)),
        ("link", _link(item)),
    ]
    for key, value in rows:
        if value.plain:
            grid.add_row(words(key), value)
    return grid


def _letter_facts(item: Item, words: Wording) -> list[tuple[str, Text]]:
    """What the letter says of itself; a first reply by one unit says nothing that needs a line."""
    source = item.source
    kind = "" if source.kind == "reply" else words(f"letter_kind.{source.kind}")
    open_ = "" if source.publishable is None else words(f"publishable.{source.publishable}")
    return [
        ("letter_kind", text(kind)),
        ("category", text(phrases.category(item, words))),
        ("publishable", text(open_)),
        ("joint", text("、".join(source.joint))),
        ("assisting", text("、".join(source.assisting))),
    ]


def _link(item: Item) -> Text:
    """The page's address; a click on it leads to the quote, where the terminal knows links."""
    link = phrases.link(item)
    shown = text(item.source.url or "") if link else Text()
    if link:
        shown.stylize(Style(link=link))
    return shown


def _quote(shown: Detail) -> Text:
    """The sentence, the quote in it bold and, for readers without bold, in brackets."""
    before, after = inline(shown.before).lstrip(), inline(shown.after).rstrip()
    quote = (f"【{one_line(shown.item.quote)}】", "bold")
    return Text.assemble((before, "dim"), quote, (after, "dim"))


def _baseline(item: Item, words: Wording) -> str:
    quote = item.baseline.quote if item.baseline else None
    said = phrases.baseline(item, words)
    return f"{said} “{quote}”" if quote else said


def _why_date(item: Item, words: Wording) -> str:
    """Where there is no day, `deadline` says so; that one was taken back is told all the same."""
    known = item.deadline or item.standing.corrections
    return phrases.why_date(item, words) if known else ""


def _progress(item: Item, words: Wording) -> str:
    said = phrases.progress(item, words)
    return f"{phrases.bar(phrases.done(item))} {said}" if said else ""


def _reports(item: Item, words: Wording) -> RenderableType:
    if not item.reports:
        return text(words("none.report"))
    keys = ("day", "figure", "note", "evidence", "reporter")
    drawn = table(*(words(key) for key in keys), shares=(0, 0, 3, 3, 2))
    for report in item.reports:
        value = report.value
        figure = "" if value is None else phrases.figure(value, item.unit, words)
        if report.corrected:
            figure += words("corrected")
        evidence = report.evidence
        if evidence and report.evidence_kind in ("file", "quote"):
            evidence = words(f"evidence.{report.evidence_kind}", text=evidence)
        told = (report.as_of.isoformat(), figure, report.note, evidence, report.reporter)
        drawn.add_row(*(text(cell or "") for cell in told))
    return drawn


def _requests(item: Item, words: Wording) -> Table:
    drawn = table(
        words("day"), words("asked_for"), words("reason"), words("who"), words("decision"),
        shares=(0, 3, 3, 2, 3),
    )  # fmt: skip
    for one in item.requests:
        told = (
            one.asked_on.isoformat(),
            asked.wanted(one, item.unit, words),
            one.reason,
            one.asked_by,
            asked.fate(one, words),
        )
        drawn.add_row(*(text(cell) for cell in told))
    return drawn


def _ratings(item: Item, words: Wording) -> Table:
    keys = ("day", "rated_by", "score", "comment")
    drawn = table(*(words(key) for key in keys), shares=(0, 0, 0, 1))
    for rating in item.ratings:
        score = words(f"rating.{rating.score}")
        score += "" if rating.counts else words("corrected")
        told = (rating.on.isoformat(), rating.deputy, score, rating.comment or "")
        drawn.add_row(*(text(cell) for cell in told))
    return drawn


def _promised(item: Item, words: Wording) -> Table:
    keys = ("day", "ref", "wording", "target", "deadline", "outcome", "quote")
    drawn = table(*(words(key) for key in keys), shares=(0, 0, 0, 0, 0, 0, 1))
    for one in item.chain.times:
        drawn.add_row(
            text(one.on.isoformat()),
            text(one.ref, "bold" if one.ref == item.ref else ""),
            text(one.verb or words("promised.no_verb")),
            text("" if one.value is None else phrases.figure(one.value, one.unit, words)),
            text(one.deadline.isoformat() if one.deadline else ""),
            text(words(f"outcome.{one.outcome}")),
            text(one.quote),
        )
    return drawn


def _notices(notices: tuple[Notice, ...], words: Wording) -> Table:
    keys = ("day", "rung", "recipient", "state")
    drawn = table(*(words(key) for key in keys), shares=(0, 0, 1, 1))
    for notice in notices:
        fate = _known("message", notice.state, words)
        if notice.withdrawn:
            fate = phrases.withdrawn(notice.withdrawn, words)
        rung = phrases.rung(notice.rung, words, notice.step)
        told = (notice.day.isoformat(), rung, notice.recipient, fate)
        drawn.add_row(*(text(cell) for cell in told))
    return drawn


def _history(history: tuple[Change, ...], words: Wording) -> RenderableType:
    if not history:
        return text(words("none.history"))
    drawn = table(words("moment"), words("who"), words("change"), shares=(0, 0, 1))
    for change in history:
        who = text(change.who)
        drawn.add_row(text(f"{change.at:%Y-%m-%d %H:%M}"), who, text(_changed(change, words)))
    return drawn


def _changed(change: Change, words: Wording) -> str:
    told = _known("action", change.action, words)
    field = change.field if change.action != "report" else None  # of a report: where it came from
    if field:
        told += f" {_known('field', field, words)}"
    values = [
        _known(field or "", value, words) if value else words("none.value")
        for value in (change.old, change.new)
    ]
    if change.old or change.new:
        both = field or (change.old and change.new)
        known = " → ".join(values) if both else values[1 if change.new else 0]
        told += words("colon") + known
    if not change.why:
        return told
    if change.action == "found" and (first := first_told(change.why)):
        return told + words("first", facts=_first(first, words))
    if change.action == "report":
        return told + words("on_evidence", text=change.why)
    if change.why.startswith(EVIDENCE):
        return told + words("on_evidence", text=change.why.removeprefix(EVIDENCE))
    return told + words("because", why=change.why)


def _first(told: Mapping[str, str], words: Wording) -> str:
    """What a letter said of it when it came in, in the words of the reader."""
    parts = [
        f"{words('first.unit' if name == 'unit' else f'field.{name}')} "
        + (_known("kind", value, words) if name == "kind" else value)
        for name, value in told.items()
        if value
    ]
    return words("first.between").join(parts)


def _known(group: str, code: str, words: Wording) -> str:
    """The word for a code of the store; a code that is newer than the table stays as it is."""
    key = f"{group}.{code}"
    return words(key) if key in WORDS else code
