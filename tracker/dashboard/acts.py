"""What can be done on the screen: what is asked for, and the function of the ledger that does it.

The functions are those that the commands call, so that checks and history are the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.dashboard.words import Say
from tracker.errors import StoreError
from tracker.followup.doubts import doubts
from tracker.followup.proposals import proposal
from tracker.followup.status import facts_of
from tracker.letters.dates import typed_day
from tracker.reports.typed import check_figure, doubt_line, early_line, figure_of
from tracker.store import asked, evidence, fields, ledger, queries
from tracker.store.tables import CommitmentRow, RequestRow, UnitRow

Act = Literal["confirm", "reject", "edit", "progress", "settle", "reopen", "decide"]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and when: `today` is the office's day in its `zone`."""

    who: str
    now: dt.datetime
    today: dt.date
    zone: dt.tzinfo


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a line of text, or one of some choices (code, words)."""

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is done: what is to be known, and the fields."""

    told: str
    fields: Sequence[Field]

    def typed(self, given: Mapping[str, str]) -> dict[str, str]:
        """Those of the values that are not as the fields had them to begin with."""
        return {one.name: given[one.name] for one in self.fields if given[one.name] != one.value}


def question(
    session: Session, act: Act, ref: str, today: dt.date, zone: dt.tzinfo, say: Say
) -> Question:
    """What is asked for.

    Args:
        session: of `Store.read`.
        act: what is to be done.
        ref: the commitment.
        today: the office's day.
        zone: that it is the day of.
        say: the words.

    Raises:
        StoreError: that cannot be done here.
    """
    row = queries.commitment(session, ref)
    why = Field("why", say("field.why"))
    day = today.isoformat()
    if act == "reject":
        told = "\n".join((row.what, *_lapsing(row, act, say)))
        return Question(told, [Field("why", say("field.why"), required=True)])
    if act == "edit":
        return Question(row.quote, [*_editable(row, say), why])
    if act == "progress":
        figure = [Field("value", f"{say('field.figure')} {row.unit or ''}")] if row.value else []
        return Question(
            _target(row, say),
            [
                *figure,
                Field("as_of", say("field.as_of"), day, required=True),
                Field("note", say("field.note")),
                Field("evidence", say("field.evidence")),
            ],
        )
    if act == "settle":
        outcomes = tuple((code, say(f"outcome.{code}")) for code in ledger.OUTCOMES)
        # What a report speaks for stands there already; it is a person who sets it.
        ready = proposal(facts_of(row, zone), today)
        return Question(
            "\n".join((_target(row, say), *_lapsing(row, act, say))),
            [
                Field("outcome", say("outcome"), ready.outcome if ready else "", choices=outcomes),
                Field("on", say("field.on"), str(ready.on) if ready else day, required=True),
                why,
                Field("evidence", say("field.evidence")),
            ],
        )
    if act == "decide":
        return _to_decide(session, row, say)
    return Question(row.what, [Field("why", say("field.why"), required=act == "reopen")])


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a line, and what is odd about it, a line each."""

    said: str
    odd: tuple[str, ...] = ()


def perform(
    session: Session, act: Act, ref: str, given: Mapping[str, str], hand: Hand, say: Say
) -> Done:
    """Do it, in the transaction of the caller.

    Args:
        session: of `Store.write`.
        act: what is to be done.
        ref: the commitment.
        given: the fields of `question`, as typed; of a correction only those that were changed.
        hand: who, and when.
        say: the words.

    Raises:
        StoreError: it is refused; the caller's transaction is to be given up.
    """
    changed = _DO[act](session, queries.commitment(session, ref), given, hand, say)
    if not changed:
        return Done(say("no_change"))
    named, *odd = changed
    return Done(say(f"done.{act}", ref=named), tuple(odd))


# What each does: nothing where nothing changed; else what it is called by, and what is odd about it.

_Given = Mapping[str, str]
_Changed = tuple[str, ...]


def _confirm(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    why = given.get("why") or None
    done = ledger.confirm(session, row, who=hand.who, now=hand.now, why=why)
    return (row.ref,) if done else ()


def _reject(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    done = ledger.reject(session, row, why=given["why"], who=hand.who, now=hand.now)
    return (row.ref,) if done else ()


def _edit(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    changes = {name: given[name] for name in ledger.EDITABLE if name in given}
    check_figure(changes)
    why = given.get("why") or None
    known = session.scalar(select(func.max(UnitRow.id))) or 0
    done = changes and ledger.edit(session, row, changes, who=hand.who, now=hand.now, why=why)
    session.flush()
    fresh = session.scalars(select(UnitRow.name).where(UnitRow.id > known)).all()
    odd = (say("new_unit", names="、".join(fresh)),) if fresh else ()
    return (row.ref, *odd) if done else ()


def _progress(
    session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say
) -> _Changed:
    typed, day = given.get("value", ""), _day(given["as_of"], say("field.as_of"), say)
    figure = figure_of(typed, row, say) if typed else None
    odd = doubts(facts_of(row, hand.zone, promised_on=row.letter.date), figure, day)
    ledger.record_progress(
        session,
        row,
        as_of=day,
        value=figure,
        note=given.get("note") or None,
        evidence=evidence.written(row.ref, given.get("evidence") or None),
        who=hand.who,
        now=hand.now,
    )
    return row.ref, *(doubt_line(one, figure, day, row, say) for one in odd)


def _settle(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    day = _day(given["on"], say("field.on"), say)
    early = early_line(row, day, say)
    done = ledger.settle(
        session,
        row,
        given["outcome"],
        on=day,
        why=given.get("why") or None,
        evidence=evidence.written(row.ref, given.get("evidence") or None),
        who=hand.who,
        now=hand.now,
    )
    return (row.ref, *filter(None, (early,))) if done else ()


def _reopen(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    ledger.reopen(session, row, on=hand.today, why=given["why"], who=hand.who, now=hand.now)
    return (row.ref,)


def _decide(session: Session, row: CommitmentRow, given: _Given, hand: Hand, say: Say) -> _Changed:
    one = _waiting(row, say)
    why = given.get("why") or None
    if given["decision"] == "refuse":
        ledger.refuse(session, one.id, why=why, who=hand.who, now=hand.now)
    else:
        until = _day(given["until"], say("field.until"), say) if given.get("until") else None
        ledger.approve(
            session, one.id, on=hand.today, who=hand.who, now=hand.now, until=until, why=why
        )
    return (str(one.id),)


_DO: Final[Mapping[Act, Callable[[Session, CommitmentRow, _Given, Hand, Say], _Changed]]] = {
    "confirm": _confirm,
    "reject": _reject,
    "edit": _edit,
    "progress": _progress,
    "settle": _settle,
    "reopen": _reopen,
    "decide": _decide,
}


def _editable(row: CommitmentRow, say: Say) -> list[Field]:
    choices: dict[str, tuple[str, ...]] = {
        "kind": ("measurable", "milestone", "action"),
        "strength": ("firm", "target", "conditional"),
        "mode": ("increase", "level", "amount"),
        "comparator": (">=", "<=", "=", "~"),
    }
    found = []
    for name in ledger.EDITABLE:
        if name == "renews":
            continue
        value = fields.shown(row, name) or ""
        codes = tuple((code, say(f"{name}.{code}", figure="…")) for code in choices.get(name, ()))
        if codes and not value:
            codes = (("", say("no_choice")), *codes)
        found.append(Field(name, say(f"field.{name}"), value, codes))
    return found


def _to_decide(session: Session, row: CommitmentRow, say: Say) -> Question:
    one = _waiting(row, say)
    lines = [
        say(
            "asked", id=one.id, kind=say(f"request.{one.kind}"), who=one.asked_by,
            day=one.asked_on, why=one.reason,
        )
    ]  # fmt: skip
    lines += [
        say(
            "effect",
            field=say(f"field.{effect.field}"),
            old=effect.old or "—",
            new=effect.new or "—",
        )
        for effect in asked.effects(row, one)
    ]
    decisions = tuple((code, say(f"decision.{code}")) for code in ("approve", "refuse"))
    until = []
    if one.kind == "extension":
        wanted = one.new_deadline.isoformat() if one.new_deadline else ""
        until = [Field("until", say("field.until"), wanted)]
    return Question(
        "\n".join(lines),
        [
            Field("decision", say("field.decision"), choices=decisions),
            *until,
            Field("why", say("field.why")),
        ],
    )


def _lapsing(row: CommitmentRow, act: Act, say: Say) -> list[str]:
    """What to know of a request that ends with the act."""
    return [
        say("lapses", kind=say(f"request.{one.kind}"), act=say(f"act.{act}"))
        for one in row.requests
        if one.state == "waiting"
    ]


def _waiting(row: CommitmentRow, say: Say) -> RequestRow:
    for one in row.requests:
        if one.state == "waiting":
            return one
    raise StoreError(say("no_request", ref=row.ref))


def _target(row: CommitmentRow, say: Say) -> str:
    figure = "" if row.value is None else f" · {say('target')} {row.value:f}{row.unit or ''}"
    due = f" · {row.deadline}" if row.deadline else ""
    return f"{row.what}{figure}{due}"


def _day(text: str, label: str, say: Say) -> dt.date:
    found = typed_day(text)
    if found is None:
        raise StoreError(say("bad_day", field=label, text=text[:40]))
    return found
