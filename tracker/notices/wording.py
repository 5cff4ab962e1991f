"""From commitments to the words of a digest: subject, plain text and HTML.

Most urgent first, grouped by suggestion. Every item says what was promised, why the date is what
it is, what was last reported and how much time is left. Nothing is said that was not reported.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker.commitments.growth import direction
from tracker.followup.recipients import is_deputy
from tracker.followup.status import LIGHT_SIGNS, Facts, Light, Standing, facts_of, light, standing
from tracker.ladders import told_from
from tracker.lights import Lights
from tracker.notices.answers import answers, is_above, opening, to_rate
from tracker.notices.dates import deadline_text
from tracker.notices.phrases import Phrases, long_day, short_day
from tracker.notices.reasons import reason
from tracker.settings import Settings
from tracker.store.tables import CommitmentRow, SuggestionRow

_TEMPLATES: Final = Path(__file__).resolve().parent / "templates"

#: So many of those who cannot be reached are named.
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One commitment as a digest shows it."""

    ref: str
    light: Light
    days: int
    state: str
    sign: str
    ink: str
    ground: str
    what: str
    quote: str
    target: str | None
    deadline: str
    latest: str
    owners: str | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one suggestion."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient is told on a day; `silent` names who cannot be reached (静默名单)."""

    name: str
    supervisor: bool
    stand_in: bool
    day: dt.date
    counts: str
    groups: tuple[Group, ...]
    answers: tuple[str, ...]
    silent: tuple[str, ...] = ()
    deputy: bool = False
    opening: str = ""

    @property
    def size(self) -> int:
        """How many commitments it speaks of."""
        return sum(len(group.items) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in words; `html` is empty where its channel takes none."""

    subject: str
    text: str
    html: str


def digest_of(
    rows: Iterable[CommitmentRow],
    today: dt.date,
    settings: Settings,
    *,
    name: str,
    supervisor: bool = False,
    stand_in: bool = False,
    silent: tuple[str, ...] = (),
    owners: bool = False,
    recipient: str = "",
    rungs: Mapping[int, Sequence[str]] | None = None,
    unsubscribe: str | None = None,
) -> Digest:
    """What to tell a recipient about these commitments.

    Args:
        rows: with suggestion, reports and owners; each is told once.
        today: the day to look from.
        settings: language and lights.
        name: the recipient.
        supervisor: told as the one who supervises, with the owners named.
        stand_in: the office gets it for a unit without an address.
        silent: who cannot be reached; the supervisor is told.
        owners: name them to others too: a group has readers of several units.
        recipient: as the outbox names it; a deputy is spoken to as one.
        rungs: commitment → why it is told.
        unsubscribe: what a deputy ends it with.
    """
    words = Phrases(settings.language)
    deputy = is_deputy(recipient)
    unique = sorted({row.id: row for row in rows}.values(), key=_urgency)
    groups: dict[int, tuple[SuggestionRow, list[Item]]] = {}
    for row in unique:
        _, items = groups.setdefault(row.suggestion_id, (row.suggestion, []))
        why = words("latest.join").join(
            dict.fromkeys(
                reason(rung, row, recipient, settings, words)
                for rung in (rungs or {}).get(row.id, ())
            )
        )
        named = supervisor or deputy or owners or is_above(row, recipient)
        shown = _item(row, today, settings, words, owners=named)
        items.append(replace(shown, why=why or None))
    every = [item for _, items in groups.values() for item in items]
    counts = _counts(every, words, settings.lights)
    return Digest(
        name=name,
        supervisor=supervisor,
        stand_in=stand_in,
        day=today,
        counts=counts,
        groups=tuple(
            Group(suggestion_text(row, words), tuple(items)) for row, items in groups.values()
        ),
        opening=opening(unique, today, words, counts, supervisor=supervisor, deputy=deputy),
        answers=to_rate(unsubscribe, words)
        if deputy
        else answers(unique, today, words, recipient=recipient, supervisor=supervisor),
        silent=silent if supervisor else (),
        deputy=deputy,
    )


def word(digest: Digest, settings: Settings) -> Worded:
    """The digest as subject, plain text and HTML.

    Args:
        digest: made by `digest_of`.
        settings: language and office.
    """
    return Worded(
        subject=subject(digest, settings),
        text=text_of(digest, settings),
        html=_rendered("digest.html.j2", digest, settings),
    )


def text_of(digest: Digest, settings: Settings) -> str:
    """The digest as plain text alone.

    Args:
        digest: made by `digest_of`.
        settings: language and office.
    """
    return _rendered("digest.txt.j2", digest, settings)


def subject(digest: Digest, settings: Settings) -> str:
    """The subject alone, where nobody reads the rest.

    Args:
        digest: made by `digest_of`.
        settings: language.
    """
    return " ".join(_subject(digest, Phrases(settings.language)).split())


def report_subject(day: dt.date, language: str) -> str:
    """The subject of the weekly report."""
    words = Phrases(language)
    return words("subject.report", day=short_day(day, words))


def target_text(facts: Facts, quote: str, words: Phrases) -> str | None:
    """The target in words: 新增 30 户, 达到 65 户以上; None where there is no figure."""
    if facts.value is None:
        return None
    figure = figure_text(facts.value, facts.unit, words)
    if facts.comparator == "<=":
        return words("target.at_most", figure=figure)
    bounded = words(f"figure.{facts.comparator or '='}", figure=figure)
    return words(f"target.{direction(facts.mode or 'amount', quote)}", figure=bounded)


def figure_text(value: Decimal, unit: str | None, words: Phrases) -> str:
    """A figure with its unit, written plainly: 30 户, 95%."""
    number = f"{value:f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number}{unit}" if unit in ("%", "%", "‰") else f"{number} {unit or ''}".rstrip()


def _rendered(template: str, digest: Digest, settings: Settings) -> str:
    words = Phrases(settings.language)
    named = words("count.join").join(digest.silent[:_NAMED])
    return _ENVIRONMENT.get_template(template).render(
        d=digest,
        t=words,
        day=long_day(digest.day, words),
        office=settings.office,
        silent=named + ("…" if len(digest.silent) > _NAMED else ""),
    )


def _urgency(row: CommitmentRow) -> tuple[bool, dt.date, str]:
    # What is settled is news, and urgent no more.
    return row.outcome != "open", row.deadline or dt.date.max, row.ref


def _item(
    row: CommitmentRow, today: dt.date, settings: Settings, words: Phrases, *, owners: bool
) -> Item:
    facts = facts_of(row, ZoneInfo(settings.timezone), promised_on=row.letter.date)
    shown, where = light(facts, today, settings.lights), standing(facts, today)
    # The sign and the word stand beside the colour, never colour alone.
    sign, paint = LIGHT_SIGNS[shown], settings.lights.paint(shown)
    # Without an address nobody is told.
    told = bool(settings.office.email.strip())
    after = told_from(settings.ladder, "supervisor", row.kind)
    late = after is not None and where.days_overdue >= after
    supervised = told and late and not owners
    return Item(
        ref=row.ref,
        light=shown,
        days=abs(where.days_left or 0),
        state=_state(shown, where, words, settings.lights.name(shown), supervised=supervised)
        if row.outcome == "open"
        else _marked(words(f"outcome.{row.outcome}"), where, words),
        sign=sign,
        ink=paint.ink,
        ground=paint.ground,
        what=row.what,
        quote=" ".join(row.quote.split()),
        target=target_text(facts, row.quote, words),
        deadline=deadline_text(row, where, words),
        latest=_latest(facts, where, today, words),
        owners=words("count.join").join(owner.unit.name for owner in row.owners)
        if owners
        else None,
        why=None,
    )


def _state(shown: Light, where: Standing, words: Phrases, name: str, *, supervised: bool) -> str:
    """The light with its days, before it what the place calls it (红灯)."""
    if where.days_left == 0:
        state = words("light.today")
    else:
        state = words.counted(f"light.{shown}", abs(where.days_left or 0))
    if name:
        state = words("light.named", name=name, state=state)
    state = _marked(state, where, words)
    return words("light.supervised", state=state) if supervised else state


def _marked(state: str, where: Standing, words: Phrases) -> str:
    """A light or an outcome, and what was asked for only after the deadline."""
    if where.asked_late:
        state = words("light.asked_late", state=state)
    if any(one.late for one in where.corrections):
        state = words("light.corrected_late", state=state)
    return state


def _latest(facts: Facts, where: Standing, today: dt.date, words: Phrases) -> str:
    """The last report; where it gives no figure, the last figure after it."""
    if where.reported == "no_report":
        return words("latest.none")
    last = [report for report in facts.reports if report.as_of <= today][-1]
    said = []
    if where.reported == "no_progress":
        said.append(words("latest.no_progress", day=where.reported_on))
    elif last.value is None:
        said.append(words("latest.figure", figure=where.note or "", day=where.reported_on))
    if where.figure is not None and (last.value is None or not said):
        said.append(_figure(facts, where, words))
    if where.doubted:
        said.append(words("latest.doubted"))
    return words("latest.join").join(said)


def _figure(facts: Facts, where: Standing, words: Phrases) -> str:
    assert where.figure is not None  # noqa: S101 - asked by the caller
    text = words(
        "latest.figure" if where.percent is None else "latest.percent",
        figure=figure_text(where.figure, facts.unit, words),
        day=where.figure_on,
        percent=where.percent,
    )
    return words("latest.met", text=text) if where.complete else text


def suggestion_text(row: SuggestionRow, words: Phrases) -> str:
    """A suggestion by number, title and session."""
    body = words(row.body if row.body in ("npc", "cppcc") else "other")
    text = words("suggestion.number", body=body, number=row.number) if row.number else body
    if row.title:
        text += words("suggestion.title", title=" ".join(row.title.split()).strip("《》"))
    if row.session:
        text += words("suggestion.session", session=row.session)
    return text


def _counts(items: list[Item], words: Phrases, lights: Lights) -> str:
    counted = Counter(
        item.light if item.light in ("overdue", "due_soon") else "other" for item in items
    )
    parts = [
        words("count.named", name=name, n=counted[key])
        if (name := lights.name(key))
        else words(f"count.{key}", n=counted[key])
        for key in ("overdue", "due_soon", "other")
        if counted[key]
    ]
    return words("count.join").join(parts)


def _subject(digest: Digest, words: Phrases) -> str:
    key = "subject"
    if digest.supervisor:
        key = "subject.supervisor"
    elif digest.deputy:
        key = "subject.deputy"
    elif digest.stand_in:
        key = "subject.stand_in"
    day = short_day(digest.day, words)
    return words(key, counts=digest.counts, day=day, name=digest.name)


def printable(value: object) -> object:
    """Letters and reports are other people's text: what steers a terminal or turns the direction
    of reading is taken out, and white space is one blank, so that no line break of theirs can
    open a section of ours. Markup, and what is no text, passes."""
    if type(value) is not str:
        return value
    if value.isprintable() and "  " not in value:
        return value  # nearly every text, told at once
    kept = (char for char in value if char.isspace() or unicodedata.category(char) not in _STEERING)
    return re.sub(r"\s+", " ", "".join(kept))


_STEERING: Final = {"Cc", "Cf", "Cs"}

# The templates are the package's own, and what is put into them is never one: there is nothing that
# a sandbox would keep out.
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    finalize=printable,
    trim_blocks=True,
    lstrip_blocks=True,
)
