"""The published JSON Schema, held against real reports: each key in it, and no other."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.county import TODAY
from tests.reports.test_render import poison
from tracker.commitments.model import Basis, Comparator, Kind, Mode, Strength
from tracker.followup.status import Light, Mark, Reported
from tracker.letters.model import Body
from tracker.letters.model import Kind as LetterKind
from tracker.reports.contents import Scope
from tracker.reports.render import render_report
from tracker.resources import data_path
from tracker.settings import Settings
from tracker.store.asked import REQUEST_KINDS, REQUEST_STATES
from tracker.store.evidence import EvidenceKind
from tracker.store.following import OUTCOMES
from tracker.store.rating import SCORES
from tracker.store.tables import (
    CommitmentRow,
    DeputyRow,
    RatingRow,
    RequestRow,
    SuggestionRow,
)

SCHEMA: dict[str, Any] = json.loads(
    data_path("schemas", "report.schema.json").read_text(encoding="utf-8")
)


def _faults(document: Any) -> list[str]:
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:80]}" for error in validator.iter_errors(document)]


@pytest.fixture
def document(county: Session, settings: Settings) -> dict[str, Any]:
    """A report that has one of everything."""
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "73-2")).one()
    noon = dt.datetime(2024, 6, 10, 4, tzinfo=dt.UTC)
    county.add(RequestRow(
        commitment_id=row.id, kind="wrong_target", reason="笔误", asked_by="市交通局", asked_at=noon,
        asked_on=noon.date(), changes={"value": "30"},
    ))  # fmt: skip
    deputy = county.scalars(select(DeputyRow)).first()
    county.add(RatingRow(
        commitment_id=row.id, deputy=deputy, score="not", rated_on=noon.date(), recorder="张工",
        recorded_at=noon,
    ))  # fmt: skip
    row.renews_id = county.scalars(
        select(CommitmentRow.id).where(CommitmentRow.ref == "73-1")
    ).one()
    county.add(SuggestionRow(
        code="99", body="npc", session="云溪县十八届人大二次会议", number=99, listed_in="交办清单.xlsx",
    ))  # fmt: skip
    county.flush()
    county.expire_all()
    text = render_report(county, settings, TODAY, format="json", since=dt.date(2024, 3, 1))
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_reports_are_as_the_schema_says(document: dict[str, Any]) -> None:
    assert _faults(document) == []
    (one,) = (item for item in document["commitments"] if item["ref"] == "73-2")
    assert all(one[key] for key in ("requests", "ratings", "reports", "promised"))
    assert document["unanswered"]["n"] == 1


@pytest.mark.parametrize(
    "asked",
    [{"unit": "水务"}, {"deputy": "陈望舒"}, {"suggestion": "68"}, {"sitting": "十八届"}],
)
def test_reports_of_hostile_texts_are_as_the_schema_says(
    county: Session, settings: Settings, asked: dict[str, Any]
) -> None:
    poison(county)
    text = render_report(county, settings, dt.date(2023, 12, 31), format="json", **asked)
    assert _faults(json.loads(text)) == []


def _objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every object of a document, of alike ones in a list the first."""
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            yield from _objects(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _objects(value[0], (*path, 0))


def test_an_unknown_or_missing_key_is_told_wherever_it_is(document: dict[str, Any]) -> None:
    first = [item for item in document["commitments"] if item["ref"] in ("73-2", "25-2")]
    document["commitments"] = [first[1] | {"baseline": first[0]["baseline"]}]
    paths = [path for path in _objects(document) if path[-1:] != ("changes",)]
    assert len(paths) > 25
    for path in paths:
        for spoil in ("more", "fewer"):
            spoilt = copy.deepcopy(document)
            place: Any = spoilt
            for step in path:
                place = place[step]
            if spoil == "more":
                place["unheard_of"] = None
            else:
                place.pop(next(iter(place)))
            assert _faults(spoilt), (path, spoil)


def _enums(value: Any) -> Iterator[frozenset[str]]:
    if isinstance(value, dict) and "enum" in value:
        yield frozenset(code for code in value["enum"] if code is not None)
    inside = value.values() if isinstance(value, dict) else value
    for inner in inside if isinstance(value, dict | list) else ():
        yield from _enums(inner)


@pytest.mark.parametrize(
    "codes",
    [
        get_args(Light), get_args(Mark), get_args(Reported), get_args(Scope), get_args(Body),
        get_args(LetterKind), get_args(Kind), get_args(Mode), get_args(Comparator),
        get_args(Strength), get_args(Basis), get_args(EvidenceKind), REQUEST_KINDS, REQUEST_STATES,
        SCORES, OUTCOMES, ("open", *OUTCOMES),
    ],
)  # fmt: skip
def test_the_codes_of_the_schema_are_those_of_the_program(codes: tuple[str, ...]) -> None:
    assert frozenset(codes) in set(_enums(SCHEMA))
