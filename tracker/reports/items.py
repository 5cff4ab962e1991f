"""A commitment as it stood on a day, ready to be counted and shown.

Only this module reads rows. What happened after the day is left out: reports recorded later are
not counted, outcomes decided later are shown as open, a later extension is not yet granted, what was
corrected or rejected later stands as it did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from tracker.followup.status import (
    Facts,
    Light,
    Mark,
    Standing,
    facts_of,
    light,
    marks,
    standing,
)
from tracker.reports.asked import Rating, Request, ratings_of, requests_of
from tracker.reports.promised import Chain
from tracker.settings import Settings
from tracker.store.following import corrected
from tracker.store.tables import (
    CommitmentRow,
    LetterRow,
    ProgressReportRow,
    RatingRow,
    RequestRow,
    SuggestionRow,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One report on progress.

    `evidence_kind` is text, address, file (its bytes lie in the archive under `evidence_sha256`) or
    quote. `corrected`: a newer figure of the same day counts in its place. `recorded_on` is the day
    it came in.
    """

    value: Decimal | None
    as_of: dt.date
    note: str | None
    evidence: str | None
    reporter: str
    recorded_on: dt.date
    evidence_kind: str | None = None
    evidence_sha256: str | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """The same measure as last reached before the promise."""

    value: Decimal | None
    unit: str | None
    as_of: dt.date | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """The suggestion that was answered, and the letter that answers it."""

    code: str
    body: str
    session: str
    number: int | None
    title: str | None
    deputies: tuple[str, ...]
    issuer: str | None
    letter_date: dt.date | None
    document_no: str | None
    category: str | None
    kind: str
    publishable: bool | None
    joint: tuple[str, ...]
    assisting: tuple[str, ...]
    file: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One commitment on one day.

    `light` is "none" where there is nothing to light: settled, undated, not tracked; `marks` stand
    beside it or beside the outcome. `units` are the owners' names in the registry.
    """

    ref: str
    source: Source
    units: tuple[str, ...]
    quote: str
    section: tuple[str, ...]
    what: str
    kind: str
    strength: str
    value: Decimal | None
    unit: str | None
    mode: str | None
    comparator: str | None
    baseline: Baseline | None
    deadline: dt.date | None
    original_deadline: dt.date | None
    deadline_text: str | None
    deadline_basis: str | None
    deadline_rule: str | None
    review: str
    outcome: str
    settled_on: dt.date | None
    recheck: str | None
    light: Light
    marks: tuple[Mark, ...]
    standing: Standing
    reports: tuple[Report, ...]
    chain: Chain
    requests: tuple[Request, ...] = ()
    ratings: tuple[Rating, ...] = ()

    @property
    def reported(self) -> bool:
        """Whether anything was reported, a figure or a text."""
        return bool(self.reports)

    @property
    def no_progress(self) -> bool:
        """Whether the last report says that there is none."""
        return self.standing.reported == "no_progress"

    @property
    def on_time(self) -> bool:
        """Whether it was kept, and no extension that was asked for late made it so."""
        return self.standing.on_time

    @property
    def earlier(self) -> tuple[str, ...]:
        """References of the promises that it makes again, the first one first."""
        return self.chain.before(self.ref)

    @property
    def open(self) -> bool:
        """Whether it had no outcome yet."""
        return self.outcome == "open"


@dataclass(frozen=True, slots=True)
class Later:
    """What was changed after the day, by the ids of commitments, so that it can be taken back:
    `deadlines` then in force, `originals` before a wrong date was put right, `outcomes` of those
    that were settled, reopened or settled otherwise since, with the days on which they had been
    `settled`, `owners` by their names in the registry, `reviews`, and what was `read` in the letter
    before a person corrected it, by field. `absent` came in with a newer version of a letter.
    """

    deadlines: Mapping[int, dt.date | None] = field(default_factory=dict)
    originals: Mapping[int, dt.date | None] = field(default_factory=dict)
    owners: Mapping[int, Sequence[str]] = field(default_factory=dict)
    outcomes: Mapping[int, str] = field(default_factory=dict)
    settled: Mapping[int, dt.date | None] = field(default_factory=dict)
    reviews: Mapping[int, str] = field(default_factory=dict)
    read: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What belongs to many commitments, read once for all of them: by ids, as a ledger has tens of
    thousands. `units` are the owners' names, `sources` grows as it is asked.
    """

    letters: Mapping[int, LetterRow]
    suggestions: Mapping[int, SuggestionRow]
    units: Mapping[int, Sequence[str]]
    reports: Mapping[int, Sequence[ProgressReportRow]]
    requests: Mapping[int, Sequence[RequestRow]]
    chains: Mapping[int, Chain]
    ratings: Mapping[int, Sequence[RatingRow]] = field(default_factory=dict)
    sources: dict[tuple[int, int], Source] = field(default_factory=dict)

    def source(self, row: CommitmentRow) -> Source:
        """The suggestion and the letter of a commitment; one object for all of a letter."""
        key = row.letter_id, row.suggestion_id
        if key not in self.sources:
            letter, answered = self.letters[row.letter_id], self.suggestions[row.suggestion_id]
            self.sources[key] = _source(letter, answered)
        return self.sources[key]


def item_of(
    row: CommitmentRow,
    settings: Settings,
    today: dt.date,
    around: Surroundings,
    later: Later | None = None,
) -> Item:
    """A row of the ledger as it stood on a day.

    Args:
        row: the commitment; only its own columns are read.
        settings: zone and thresholds of the lights.
        today: the day to look from.
        around: what belongs to it.
        later: what was changed since.
    """
    zone = ZoneInfo(settings.timezone)
    every = around.reports.get(row.id, ())
    known = [report for report in every if _known(report, zone, today)]
    source = around.source(row)
    facts = facts_of(
        row, zone, known,
        requests=around.requests.get(row.id, ()), ratings=around.ratings.get(row.id, ()),
        promised_on=source.letter_date, today=today,
    )  # fmt: skip
    later = later or Later()
    facts = _facts_on(facts, row.id, later, today)
    shown, told = light(facts, today, settings.lights), standing(facts, today)
    gone = corrected(known)
    chain = around.chains.get(row.id, Chain())
    read = later.read.get(row.id, {})
    again: tuple[Mark, ...] = ("renewed",) if chain.before(row.ref) else ()
    return Item(
        ref=row.ref,
        source=source,
        units=tuple(later.owners.get(row.id) or around.units.get(row.id, ())),
        quote=read.get("quote") or row.quote,
        section=tuple(row.section),
        what=read.get("what") or row.what,
        kind=facts.kind,
        strength=read.get("strength") or row.strength,
        value=facts.value,
        unit=facts.unit,
        mode=facts.mode,
        comparator=facts.comparator,
        baseline=_baseline(row),
        deadline=facts.deadline,
        original_deadline=facts.original_deadline,
        deadline_text=row.deadline_text,
        deadline_basis=row.deadline_basis,
        deadline_rule=row.deadline_rule,
        review=facts.review,
        outcome=facts.outcome,
        settled_on=facts.settled_on,
        recheck=row.recheck if facts.review == "confirmed" else None,
        light=shown,
        marks=marks(facts, today, shown, told) + again,
        standing=told,
        reports=tuple(_report(report, gone, zone) for report in known),
        requests=requests_of(around.requests.get(row.id, ()), zone, today),
        ratings=ratings_of(around.ratings.get(row.id, ()), today),
        chain=chain,
    )


def items_of(
    rows: Iterable[CommitmentRow],
    settings: Settings,
    today: dt.date,
    around: Surroundings,
    later: Later | None = None,
) -> tuple[Item, ...]:
    """Rows as they stood on a day, in their order."""
    return tuple(item_of(row, settings, today, around, later) for row in rows)


def _known(report: ProgressReportRow, zone: dt.tzinfo, today: dt.date) -> bool:
    """Whether it had come in by that day, and does not speak of a later one."""
    return report.recorded_at.astimezone(zone).date() <= today and report.as_of <= today


def _facts_on(facts: Facts, row_id: int, later: Later, today: dt.date) -> Facts:
    if row_id in later.outcomes:
        # Given the same outcome for another reason since, it keeps its day.
        day = later.settled.get(row_id, facts.settled_on)
        facts = replace(facts, outcome=later.outcomes[row_id], settled_on=day)
        if facts.outcome == "open" or (day is not None and day > today):
            facts = replace(facts, outcome="open", settled_on=None)
    elif facts.settled_on is not None and facts.settled_on > today:
        facts = replace(facts, outcome="open", settled_on=None)
    if row_id in later.deadlines:
        facts = replace(facts, deadline=later.deadlines[row_id])
    if row_id in later.originals:
        facts = replace(facts, original_deadline=later.originals[row_id])
    if row_id in later.reviews:
        facts = replace(facts, review=later.reviews[row_id])
    return _as_read(facts, later.read[row_id]) if row_id in later.read else facts


def _as_read(facts: Facts, read: Mapping[str, str | None]) -> Facts:
    """The target as it stood in the ledger before it was corrected."""
    figure = read.get("value")
    value = Decimal(figure) if figure else None
    return replace(
        facts,
        kind=read.get("kind") or facts.kind,
        value=value if "value" in read else facts.value,
        unit=read.get("unit", facts.unit),
        mode=read.get("mode", facts.mode),
        comparator=read.get("comparator", facts.comparator),
    )


def _report(row: ProgressReportRow, gone: Container[int], zone: dt.tzinfo) -> Report:
    return Report(
        row.value,
        row.as_of,
        row.note,
        row.evidence,
        row.reporter,
        row.recorded_at.astimezone(zone).date(),
        row.evidence_kind,
        row.evidence_sha256,
        row.id in gone,
    )


def _baseline(row: CommitmentRow) -> Baseline | None:
    if row.baseline_value is None and row.baseline_quote is None:
        return None
    return Baseline(row.baseline_value, row.baseline_unit, row.baseline_as_of, row.baseline_quote)


def _source(letter: LetterRow, answered: SuggestionRow) -> Source:
    return Source(
        code=answered.code,
        body=answered.body,
        session=answered.session,
        number=answered.number,
        title=answered.title,
        deputies=tuple(deputy.name for deputy in answered.deputies),
        issuer=letter.issuer,
        letter_date=letter.date,
        document_no=letter.document_no,
        category=letter.category,
        kind=letter.kind,
        publishable=letter.publishable,
        joint=tuple(letter.joint),
        assisting=tuple(letter.assisting),
        file=letter.source,
        url=letter.url,
    )
