"""Reports and lists for machines: JSON and CSV, keys and columns in a fixed order.
data/schemas/report.schema.json says the same to programs.

JSON of a report: `as_of`, `scope` (all, unit, deputy, suggestion,
session), `name` (null for all),
`pending` (how many await review and are left out), `repeated` (open ones that are not counted,
because a promise counts that they make again), `figures`, `units` (per unit: `unit`, `rank`,
its figures, `on_time_interval` [low, high] in percent and `ambition` {percent, n}), `unanswered`
(suggestions without a reply: `n`, `overdue`, `no_due` and
`suggestions`, the most urgent first), `period` (null without --since, else what happened: `since`,
`until`, `reports` [{ref, on, value, as_of, note, corrected}], `settled` [{ref, on, entered_on, outcome}],
`newly_overdue` [{ref, deadline}], `moved` (deadlines moved to later) [{ref, on, how (extension,
edit), old, new, late, who, why}], `confirmed` [{ref, on}]), `commitments`. JSON of a list: `as_of`, `commitments`. JSON
of one commitment: `as_of`, `commitment`, `deadlines` (its moves, the oldest first: `how` (extension,
edit, letter, correction), `old`, `new`, `at`, `who`, `why`, `late`), `days_slipped`,
`times_moved` (granted, or by a supervisor's own hand), `history` [{at, who, action, field, old, new, why}].

Figures: `n`, `open`, `settled`, `lights`, `outcomes`, `kinds`, `no_report`, `no_progress`,
`no_deadline`, and the shares `reported`, `kept`, `on_time`, each as {count, n, percent}; percent
is null of nothing.

A commitment: `ref`, `suggestion` {code, body, session, number, title, deputies}, `letter`
{issuer, date, document_no, category, category_meaning, kind (reply, supplement, progress,
work_report), publishable
(null where nothing is said), joint, assisting, source, url (null where it is no web page)},
`units`, `quote`, `section`, `what`, `kind`, `strength`, `target` {value, unit, mode, comparator}
or null, `baseline` {value, unit, as_of, quote} or null,
`deadline` {day, original, text, basis, rule, all (every day in force, in turn), slipped_days,
times_extended, asked_late, corrected [{on, read, right, why, late}] (dates read wrongly and put
right)}, `review`, `light`, `marks` (extended, asked_late, corrected_late, late, reached,
look_back, doubted, waiting, renewed: what stands beside the light), `outcome`, `settled_on`, `late` (delivered after
the deadline), `look_back_since`,
`recheck` (missing, changed, kept: what a newer version of the letter makes of a confirmed one; else
null), `reported` (no_report, reported, no_progress), `latest` {value, as_of} or null, `percent`
(of the target), `percent_from_baseline` (of a level's way), `missing`, `pace` {value, per (month,
week)}, `even` {since, today, then, ahead} (even progress by today and by the day of the figure; how
far the figure is ahead of it), each null where no figure gives it,
`days_left`, `promised` (every time that it was promised up to the day, oldest first: {ref, date,
quote, verb, strength, value, unit, deadline, outcome}; empty where once) and `promised_years`,
`reports` [{value, as_of, note, evidence, evidence_kind (text, address, file, quote),
evidence_sha256 (of a file in the archive), corrected (a newer figure of that day counts), reporter,
recorded_on (the day it came in)}],
`requests` [{id, kind (extension, not_ours, wrong_date, wrong_target, drop), reason, evidence,
asked_by, asked_on, deadline (in force then), late (asked after it), until, interim, interim_on,
right_unit, changes {field: value}, state (waiting, approved, refused, lapsed), granted, decided_by,
decided_on, decision}], `ratings` [{deputy, score (satisfied, basically, not), comment, on, counts
(the deputy's last)}], `link` (the page at the quote, or null).

Codes are those of the program in every language; days are ISO dates. Quotes are exact.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.commitments.model import plain
from tracker.followup.pace import Even
from tracker.reports import fairness, phrases
from tracker.reports.asked import rating_json, request_json
from tracker.reports.clean import as_json, cell
from tracker.reports.contents import Contents
from tracker.reports.details import Detail
from tracker.reports.figures import Figures, Share
from tracker.reports.items import Item, Report
from tracker.reports.period import period_json
from tracker.reports.promised import Promised
from tracker.reports.waiting import waiting_json
from tracker.reports.words import Wording


def report_json(contents: Contents, words: Wording) -> str:
    """A report as JSON, with a line break at its end."""
    document = {
        "as_of": contents.today.isoformat(),
        "scope": contents.scope,
        "name": contents.name or None,
        "pending": contents.pending,
        "repeated": contents.repeated,
        "figures": _figures(contents.figures),
        "units": [
            {
                "unit": line.unit,
                "rank": line.rank,
                **_figures(line.figures),
                "on_time_interval": fairness.interval(line.figures.on_time),
                "ambition": _ambition(contents.ambitions[line.unit]),
            }
            for line in contents.units
        ],
        "unanswered": waiting_json(contents.waiting),
        "period": period_json(contents.period) if contents.period else None,
        "commitments": [commitment(item, words) for item in contents.items],
    }
    return as_json(document) + "\n"


def _ambition(of: fairness.Ambition) -> dict[str, int | None]:
    return {"percent": of.percent, "n": of.n}


def list_json(items: Iterable[Item], today: date, words: Wording) -> str:
    """A list of commitments as JSON, with a line break at its end."""
    document = {
        "as_of": today.isoformat(),
        "commitments": [commitment(item, words) for item in items],
    }
    return as_json(document) + "\n"


def detail_json(shown: Detail, today: date, words: Wording) -> str:
    """One commitment as JSON with its deadlines and history, with a line break at its end."""
    document = {
        "as_of": today.isoformat(),
        "commitment": commitment(shown.item, words),
        "deadlines": [
            {
                "how": move.how,
                "old": _day(move.old),
                "new": _day(move.new),
                "at": move.at.isoformat(),
                "who": move.who,
                "why": move.why,
                "late": move.late,
            }
            for move in shown.deadlines.moves
        ],
        "days_slipped": shown.deadlines.days_slipped,
        "times_moved": shown.deadlines.times_moved,
        "history": [
            {
                "at": change.at.isoformat(),
                "who": change.who,
                "action": change.action,
                "field": change.field,
                "old": change.old,
                "new": change.new,
                "why": change.why,
            }
            for change in shown.history
        ],
    }
    return as_json(document) + "\n"


def list_csv(items: Iterable[Item], words: Wording) -> str:
    """A list of commitments as a table for Excel."""
    return table_csv([words(key) for key in _COLUMNS], (_row(item, words) for item in items))


def table_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for Excel: with a BOM, CRLF, and no cell a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([cell(text) for text in row])
    return "\ufeff" + out.getvalue()


_COLUMNS = (
    "ref", "state", "what", "quote", "kind", "target", "baseline", "deadline", "original",
    "slipped", "times_extended", "why_date", "owners", "marks", "latest", "percent", "outcome", "settled_day", "review", "suggestion", "deputies", "letter",
    "category",
)  # fmt: skip


def _row(item: Item, words: Wording) -> tuple[str, ...]:
    percent = item.standing.percent
    return (
        item.ref,
        # The sign is for screens; filters in Excel want the word alone.
        phrases.state_word(item, words),
        item.what,
        item.quote,
        words(f"kind.{item.kind}"),
        phrases.target(item, words) if item.value is not None else "",
        phrases.baseline(item, words) if item.baseline else "",
        _day(item.deadline) or "",
        _day(item.original_deadline) or "",
        str(item.standing.slipped or ""),
        str(item.standing.times_extended or ""),
        phrases.why_date(item, words),
        "、".join(item.units),
        phrases.marks(item, words),
        phrases.latest(item, words),
        "" if percent is None else f"{percent}%",
        words(f"outcome.{item.outcome}"),
        _day(item.settled_on) or "",
        words(f"review.{item.review}"),
        phrases.suggestion(item, words),
        "、".join(item.source.deputies),
        phrases.letter(item, words),
        phrases.category(item, words),
    )


def commitment(item: Item, words: Wording) -> dict[str, Any]:
    """One commitment under the keys of the module's docstring; `words` are those of the place."""
    source, told = item.source, item.standing
    return {
        "ref": item.ref,
        "suggestion": {
            "code": source.code,
            "body": source.body,
            "session": source.session,
            "number": source.number,
            "title": source.title,
            "deputies": list(source.deputies),
        },
        "letter": {
            "issuer": source.issuer,
            "date": _day(source.letter_date),
            "document_no": source.document_no,
            "category": source.category,
            "category_meaning": phrases.meaning(item, words) or None,
            "kind": source.kind,
            "publishable": source.publishable,
            "joint": list(source.joint),
            "assisting": list(source.assisting),
            "source": source.file,
            "url": source.url,
        },
        "units": list(item.units),
        "quote": item.quote,
        "section": list(item.section),
        "what": item.what,
        "kind": item.kind,
        "strength": item.strength,
        "target": _target(item),
        "baseline": _baseline(item),
        "deadline": {
            "day": _day(item.deadline),
            "original": _day(item.original_deadline),
            "text": item.deadline_text,
            "basis": item.deadline_basis,
            "rule": item.deadline_rule,
            "all": [day.isoformat() for day in told.deadlines],
            "slipped_days": told.slipped,
            "times_extended": told.times_extended,
            "asked_late": told.asked_late,
            "corrected": [
                {
                    "on": one.on.isoformat(),
                    "read": _day(one.read),
                    "right": _day(one.right),
                    "why": one.why,
                    "late": one.late,
                }
                for one in told.corrections
            ],
        },
        "review": item.review,
        "light": item.light,
        "marks": list(item.marks),
        "outcome": item.outcome,
        "settled_on": _day(item.settled_on),
        "late": told.late,
        "look_back_since": _day(told.look_back),
        "recheck": item.recheck,
        "reported": told.reported,
        "latest": _latest(item),
        "percent": told.percent,
        "percent_from_baseline": told.gained,
        "missing": _number(told.missing),
        "pace": {"value": plain(told.pace.value), "per": told.pace.per} if told.pace else None,
        "even": _even(told.even),
        "days_left": told.days_left,
        "promised": [_promised(one) for one in item.chain.times],
        "promised_years": list(item.chain.years),
        "reports": [_report(report) for report in item.reports],
        "requests": [request_json(request) for request in item.requests],
        "ratings": [rating_json(rating) for rating in item.ratings],
        "link": phrases.link(item) or None,
    }


def _target(item: Item) -> dict[str, Any] | None:
    if item.value is None:
        return None
    return {
        "value": plain(item.value),
        "unit": item.unit,
        "mode": item.mode,
        "comparator": item.comparator,
    }


def _baseline(item: Item) -> dict[str, Any] | None:
    base = item.baseline
    if base is None:
        return None
    return {
        "value": _number(base.value),
        "unit": base.unit,
        "as_of": _day(base.as_of),
        "quote": base.quote,
    }


def _latest(item: Item) -> dict[str, Any] | None:
    told = item.standing
    if told.figure is None:
        return None
    return {"value": plain(told.figure), "as_of": _day(told.figure_on)}


def _promised(one: Promised) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "date": one.on.isoformat(),
        "quote": one.quote,
        "verb": one.verb or None,
        "strength": one.strength,
        "value": _number(one.value),
        "unit": one.unit,
        "deadline": _day(one.deadline),
        "outcome": one.outcome,
    }


def _even(run: Even | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "since": run.since.isoformat(),
        "today": plain(run.today),
        "then": plain(run.then),
        "ahead": plain(run.ahead),
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "value": _number(report.value),
        "as_of": report.as_of.isoformat(),
        "note": report.note,
        "evidence": report.evidence,
        "evidence_kind": report.evidence_kind,
        "evidence_sha256": report.evidence_sha256,
        "corrected": report.corrected,
        "reporter": report.reporter,
        "recorded_on": report.recorded_on.isoformat(),
    }


def _figures(of: Figures) -> dict[str, Any]:
    return {
        "n": of.n,
        "open": of.open,
        "settled": of.settled,
        "lights": dict(of.lights),
        "outcomes": dict(of.outcomes),
        "kinds": dict(of.kinds),
        "no_report": of.silent,
        "no_progress": of.no_progress,
        "no_deadline": of.undated,
        "reported": _share(of.reported),
        "kept": _share(of.kept),
        "on_time": _share(of.on_time),
    }


def _share(of: Share) -> dict[str, int | None]:
    return {"count": of.count, "n": of.n, "percent": of.percent}


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else plain(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
