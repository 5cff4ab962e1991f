"""Suggestions from the office's list (交办清单): who is to answer what, by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.errors import StoreError, UnknownReference
from tracker.store.book import deputy_of, take_turns
from tracker.store.entries import (
    Change,
    FieldChange,
    Refused,
    Registered,
    SuggestionEntry,
    take_each,
)
from tracker.store.journal import clip, record
from tracker.store.journal import entry as history
from tracker.store.listed import ListedUnits
from tracker.store.queries import suggestions
from tracker.store.sessions import same_session, session_key
from tracker.store.suggested import Match, enter, match_of, same_meeting, same_title, titles_differ
from tracker.store.tables import (
    HistoryRow,
    SubscriptionRow,
    SuggestionRow,
    SuggestionUnitRow,
    UnitRow,
)


@dataclass(slots=True)
class _ListImport:
    """One list on its way in."""

    session: Session
    source: str
    who: str
    now: dt.datetime
    seen: dict[int, int] = field(default_factory=dict)
    #: The lines taken, by body and number, or title where there is none.
    taken: dict[tuple[str, int | str | None], list[SuggestionEntry]] = field(default_factory=dict)
    units: ListedUnits = field(init=False)

    def __post_init__(self) -> None:
        self.units = ListedUnits(self.session)

    def once(self, entry: SuggestionEntry) -> None:
        """Refuse what a line taken before says already, whatever the ledger holds."""
        alike = self.taken.get(_key(entry), ())
        for other in alike:
            if same_session(
                session_key(other.session),
                session_key(entry.session),
                regions=(other.region, entry.region),
                years=(other.year, entry.year),
            ):
                raise Refused("number", "twice", other=other.line)


def import_suggestions(
    session: Session,
    entries: Sequence[SuggestionEntry],
    *,
    source: str,
    who: str,
    now: dt.datetime,
) -> Registered:
    """Enter the suggestions of a list, before or after their replies.

    Args:
        session: of `Store.write`.
        entries: checked lines.
        source: the list's name, as people are shown it.
        who: who imports.
        now: when.

    Returns:
        What became of each line. Refused are a second line for one suggestion, and a line whose
        title is not the one that the ledger has under that number.
    """
    take_turns(session)
    job = _ListImport(session, source, who, now)
    done = take_each(session, entries, lambda entry: _take(job, entry))
    alike = job.units.settle(who=who, now=now)
    changes = [
        replace(change, doubtful=change.doubtful + alike.get(change.line, ()))
        for change in done.changes
    ]
    return replace(done, changes=tuple(changes), entered=job.units.entered)


def _key(entry: SuggestionEntry) -> tuple[str, int | str | None]:
    return entry.body, entry.title if entry.number is None else entry.number


def _take(job: _ListImport, entry: SuggestionEntry) -> Change:
    job.once(entry)
    wanted = SuggestionRow(
        body=entry.body,
        region=clip(entry.region, 80),
        session=clip(entry.session, 120),
        year=0 if entry.session else entry.year,
        number=entry.number,
        title=entry.title,
    )
    match = match_of(job.session, wanted)
    again = _line_again(job, match.doubtful, entry)
    match = Match(again) if again is not None else match
    row, new = match.row, match.row is None
    if row is not None:
        # Whatever refuses a line does so before anything is entered for it.
        if row.id in job.seen:
            raise Refused("number", "twice", other=job.seen[row.id])
        if titles_differ(row.title, entry.title):
            raise Refused("title", "other_title", code=row.code, title=row.title)
    else:
        row = enter(job.session, wanted, entry.number)
    changes = [FieldChange("number", None, row.code)] if new else []
    changes += [] if new else _where(row, entry)
    changes += _fields(row, entry, new=new)
    changes += _units(job, row, entry)
    changes += _deputies(job, row, entry)
    if row.listed_in is None or (changes and row.listed_in != job.source):
        changes.append(FieldChange("listed_in", row.listed_in, job.source))
        row.listed_in = job.source
    job.session.flush()
    if changes:
        told = [
            history("suggestion", None, None, job.who, job.now, *change_of, row.code)
            for change_of in ((item.field, item.old, item.new) for item in changes)
        ]
        job.session.execute(insert(HistoryRow), told)
    job.seen[row.id] = entry.line
    job.taken.setdefault(_key(entry), []).append(entry)
    doubtful = tuple(other.code for other in match.doubtful)
    for code in doubtful:
        record(job.session, "doubt", who=job.who, now=job.now, old=code, new=row.code)
    return Change(
        entry.line,
        " ".join(part for part in (row.code, entry.title or row.title) if part),
        "new" if new else "changed" if changes else "same",
        tuple(changes),
        doubtful=doubtful,
    )


def _line_again(
    job: _ListImport, doubtful: Sequence[SuggestionRow], entry: SuggestionEntry
) -> SuggestionRow | None:
    """The line without a title that this very list brought before, without place or session."""
    if len(doubtful) != 1 or entry.title or not (entry.reply_due and entry.lead):
        return None
    (row,) = doubtful
    known = (row.listed_in, row.title, row.reply_due)
    leads = {link.written for link in row.units if link.role == "lead"}
    same = (
        known == (job.source, None, entry.reply_due)
        and leads == {clip(name, 120) for name in entry.lead}
        and {deputy.name for deputy in row.deputies} == {clip(name, 80) for name in entry.deputies}
    )
    return row if same and not row.letters else None


def _where(row: SuggestionRow, entry: SuggestionEntry) -> list[FieldChange]:
    """Fill in what was left out of place and session before; what is known stays as it is."""
    found = []
    if entry.region and not row.region:
        row.region = clip(entry.region, 80)
        found.append(FieldChange("region", None, row.region))
    if entry.session and not row.session:
        row.session, row.year = clip(entry.session, 120), 0
        found.append(FieldChange("session", None, row.session))
    elif entry.year and not row.year and not row.session:
        row.year = entry.year
        found.append(FieldChange("year", None, str(row.year)))
    return found


def _fields(row: SuggestionRow, entry: SuggestionEntry, *, new: bool) -> list[FieldChange]:
    found = []
    if entry.title and (new or not same_title(row.title, entry.title)):
        found.append(FieldChange("title", None if new else row.title, entry.title))
        row.title = entry.title
    if entry.reply_due and entry.reply_due != row.reply_due:
        old = row.reply_due.isoformat() if row.reply_due else None
        found.append(FieldChange("reply_due", old, entry.reply_due.isoformat()))
        row.reply_due = entry.reply_due
    if entry.category and entry.category != row.category:
        found.append(FieldChange("category", row.category, entry.category))
        row.category = entry.category
    return found


def _units(job: _ListImport, row: SuggestionRow, entry: SuggestionEntry) -> list[FieldChange]:
    """Make these the units that answer; a role that the line leaves empty stays as it is."""
    region = row.region or entry.region
    job.units.look_up([*entry.lead, *entry.assisting], region)
    found = []
    for role, names in (("lead", entry.lead), ("assist", entry.assisting)):
        named = [(job.units.of(name, region, entry.line), clip(name, 120)) for name in names]
        job.session.flush()  # new units have their numbers from here on
        meant: dict[int, tuple[UnitRow, str]] = {}
        for unit, name in named:
            meant.setdefault(unit.id, (unit, name))
        old = [link for link in row.units if link.role == role]
        if role == "assist":
            # Who leads does not assist itself.
            for link in row.units:
                if link.role == "lead":
                    meant.pop(link.unit_id, None)
        if not meant or {link.unit_id for link in old} == set(meant):
            continue
        before = "、".join(link.unit.name for link in old) or None
        gone = [link for link in row.units if link.role == role or link.unit_id in meant]
        for link in gone:
            row.units.remove(link)
        if gone:
            # They must be gone before the new ones come: (suggestion, unit) is unique.
            job.session.flush()
        row.units.extend(
            SuggestionUnitRow(unit=unit, unit_id=unit.id, written=name, role=role)
            for unit, name in meant.values()
        )
        after = "、".join(unit.name for unit, _ in meant.values())
        found.append(FieldChange(role, before, after))
    return found


def _deputies(job: _ListImport, row: SuggestionRow, entry: SuggestionEntry) -> list[FieldChange]:
    """Add who filed it; nobody is taken off, as lists often name the first only."""
    known = [deputy.name for deputy in row.deputies]
    added = [name for name in entry.deputies if clip(name, 80) not in known]
    for name in added:
        deputy = deputy_of(job.session, name, entry.session or row.session, row.region)
        if deputy not in row.deputies:
            row.deputies.append(deputy)
    if not added:
        return []
    return [FieldChange("deputies", "、".join(known) or None, "、".join([*known, *added]))]


def contradictions(session: Session, code: str, into: str) -> tuple[FieldChange, ...]:
    """What two suggestions say otherwise of the same field, so that they are hardly one.

    Args:
        session: of `Store.read` or `Store.write`.
        code: one of them; what it says is `old`.
        into: the other; what it says is `new`.

    Raises:
        UnknownReference: there is no such code.
    """
    one, other = _by_code(session, code), _by_code(session, into)
    found = []
    if titles_differ(one.title, other.title):
        found.append(FieldChange("title", one.title, other.title))
    for name, old, new in (
        ("number", _told(one.number), _told(other.number)),
        ("reply_due", _told(one.reply_due), _told(other.reply_due)),
    ):
        if old and new and old != new:
            found.append(FieldChange(name, old, new))
    leads, others = (
        [link.unit.name for link in row.units if link.role == "lead"] for row in (one, other)
    )
    # 市水利局 is 资阳市水利局 where a list does not say its place.
    alike = (left.endswith(right) or right.endswith(left) for left in leads for right in others)
    if leads and others and not any(alike):
        found.append(FieldChange("lead", "、".join(leads), "、".join(others)))
    if same_meeting(one, other) is False:
        found.append(FieldChange("session", one.session or None, other.session or None))
    return tuple(found)


def _told(value: object) -> str | None:
    return None if value is None else str(value)


def merge_suggestions(
    session: Session, code: str, into: str, *, who: str, now: dt.datetime
) -> SuggestionRow:
    """Make two suggestions one, where a person knows what could not be told for sure.

    Args:
        session: of `Store.write`.
        code: the one that goes; it has no reply of its own.
        into: the one that stays, with what only the other knew.
        who: who decides.
        now: when.

    Raises:
        UnknownReference: there is no such code.
        StoreError: they are the same, of two bodies, or the one that goes has a reply.
    """
    take_turns(session)
    old, new = _by_code(session, code), _by_code(session, into)
    if old is new or old.body != new.body:
        raise StoreError(f"{old.code} and {new.code} cannot be one suggestion")
    if old.letters:
        turned = "" if new.letters else f"; merge {new.code} into {old.code}"
        raise StoreError(f"{old.code} has a reply of its own{turned}")
    gained: list[tuple[str, str]] = []
    for name in ("title", "reply_due", "category", "listed_in"):
        value = getattr(old, name)
        if value and not getattr(new, name):
            setattr(new, name, value)
            gained.append((name, str(value)))
    units = {link.unit_id for link in new.units}
    for link in [link for link in old.units if link.unit_id not in units]:
        new.units.append(SuggestionUnitRow(unit=link.unit, role=link.role, written=link.written))
        gained.append((link.role, link.unit.name))
    for deputy in [deputy for deputy in old.deputies if deputy not in new.deputies]:
        new.deputies.append(deputy)
        gained.append(("deputies", deputy.name))
    old.deputies = []
    _pass_subscriptions(session, old, new)
    session.delete(old)
    session.flush()
    record(
        session, "suggestion", who=who, now=now, field="merged", old=old.code, new=new.code,
        why=new.code,
    )  # fmt: skip
    for name, value in gained:
        record(
            session, "suggestion", who=who, now=now, field=name, old=None, new=value, why=new.code
        )
    return new


def _pass_subscriptions(session: Session, old: SuggestionRow, new: SuggestionRow) -> None:
    """What a deputy chose for one he chose for the other; the choice made for it stands."""
    both = select(SubscriptionRow.deputy_id).where(SubscriptionRow.suggestion_id == new.id)
    chosen = set(session.scalars(both))
    for row in session.scalars(
        select(SubscriptionRow).where(SubscriptionRow.suggestion_id == old.id)
    ).all():
        if row.deputy_id in chosen:
            session.delete(row)
        else:
            row.suggestion = new
    session.flush()


def _by_code(session: Session, code: str) -> SuggestionRow:
    found = [row for row in suggestions(session, code) if row.code == code.strip()]
    if not found:
        raise UnknownReference(f"no suggestion {code.strip()!r}; see: tracker suggestions list")
    return found[0]
