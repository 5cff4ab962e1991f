"""What units ask for: accepted, refused, decided once, and nothing changed by asking."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import WHO
from tests.store.ledgers import DUE, NOW, TODAY, confirmed
from tracker.errors import StoreError, UnknownReference
from tracker.store import asked, ledger, queries
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow, RequestRow

MAY = dt.date(2024, 5, 31)
UNIT = "市科技局/张三"


@pytest.fixture
def session(undone: Session) -> Session:
    """A write block with 25-1 and 25-2."""
    return undone


@pytest.fixture
def row(promise: CommitmentRow) -> CommitmentRow:
    """The measurable one."""
    return promise


def ask(session: Session, row: CommitmentRow, kind: str, **what: Any) -> RequestRow:
    """A request with a reason, from a unit."""
    values: dict[str, Any] = {"why": "雨季无法施工", "on": TODAY, "who": UNIT, "now": NOW}
    return ledger.ask(session, row, kind, **(values | what))


def extend(session: Session, row: CommitmentRow, **what: Any) -> RequestRow:
    """A request to extend until May."""
    return ask(session, row, "extension", **({"until": MAY} | what))


def approve(session: Session, request: RequestRow, **what: Any) -> list[asked.Effect]:
    """A supervisor says yes."""
    values: dict[str, Any] = {"on": TODAY, "who": WHO, "now": NOW}
    return ledger.approve(session, request.id, **(values | what))[1]


def facts(row: CommitmentRow) -> tuple[Any, ...]:
    """What a request may change."""
    owners = tuple(owner.unit.name for owner in row.owners)
    figure = row.value, row.unit, row.mode, row.comparator, row.kind, row.what
    return row.deadline, row.original_deadline, row.outcome, owners, figure


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("extension", {"until": MAY, "interim": Decimal(20), "interim_on": dt.date(2024, 3, 1)}),
    ("not_ours", {"unit": "市科技局"}),
    ("wrong_date", {"changes": {"deadline": "2024-12-31"}}),
    ("wrong_target", {"changes": {"value": "20"}}),
    ("drop", {}),
]


@pytest.mark.parametrize(("kind", "what"), KINDS)
def test_asking_changes_nothing_but_waits(
    session: Session, row: CommitmentRow, kind: str, what: dict[str, Any]
) -> None:
    before = facts(row)
    request = ask(session, row, kind, **what)
    session.expire_all()
    assert facts(row) == before
    assert [item.state for item in row.requests] == ["waiting"]
    assert (request.asked_by, request.asked_on, request.asked_at) == (UNIT, TODAY, NOW)
    assert request.deadline == DUE
    assert asked.requests(session) == [request]
    change = queries.history(session, "25-1")[-1]
    assert (change.action, change.field, change.who, change.why) == (
        "request",
        kind,
        UNIT,
        "雨季无法施工",
    )


@pytest.mark.parametrize(("kind", "what"), KINDS)
def test_refusing_changes_nothing_and_says_why(
    session: Session, row: CommitmentRow, kind: str, what: dict[str, Any]
) -> None:
    before = facts(row)
    request = ask(session, row, kind, **what)
    with pytest.raises(StoreError, match="say why it is refused"):
        ledger.refuse(session, request.id, why=" ", who=WHO, now=NOW)
    ledger.refuse(session, request.id, why="理由不充分", who=WHO, now=NOW)
    assert facts(row) == before
    assert (request.state, request.decided_by, request.decision) == ("refused", WHO, "理由不充分")
    assert asked.requests(session) == []
    assert asked.requests(session, waiting=False) == [request]
    change = queries.history(session, "25-1")[-1]
    assert (change.action, change.field, change.why) == ("refuse", kind, "理由不充分")


APPROVED: list[tuple[str, dict[str, Any], list[tuple[str, str | None, str]]]] = [
    ("extension", {"until": MAY}, [("deadline", "2023-12-31", "2024-05-31")]),
    ("not_ours", {"unit": "市科技局"}, [("owner", "资阳市市场监督管理局", "市科技局")]),
    (
        "wrong_date",
        {"changes": {"deadline": "2024-12-31"}},
        [
            ("original_deadline", "2023-12-31", "2024-12-31"),
            ("deadline", "2023-12-31", "2024-12-31"),
        ],
    ),
    ("wrong_target", {"changes": {"value": "20"}}, [("value", "30", "20")]),
    (
        "wrong_target",
        {"changes": {"value": "65", "mode": "level"}},
        [("value", "30", "65"), ("mode", "increase", "level")],
    ),
    ("drop", {}, [("outcome", "open", "dropped")]),
]


@pytest.mark.parametrize(("kind", "what", "effects"), APPROVED)
def test_approving_writes_what_was_shown(
    session: Session,
    row: CommitmentRow,
    kind: str,
    what: dict[str, Any],
    effects: list[tuple[str, str | None, str]],
) -> None:
    request = ask(session, row, kind, **what)
    shown = asked.effects(row, request)
    assert [(one.field, one.old, one.new) for one in shown] == effects
    assert approve(session, request, why="同意") == shown
    session.expire_all()
    assert asked.effects(row, request) == []
    assert (request.state, request.decision, request.decided_by) == ("approved", "同意", WHO)
    written = [
        (change.field, change.old, change.new)
        for change in queries.history(session, "25-1")
        if (change.action, change.field) not in (("request", kind), ("approve", kind))
        and change.at == NOW
        and change.field not in (None, "review", "settled_on")
    ]
    assert written == effects


def test_an_extension_keeps_the_day_promised(session: Session, row: CommitmentRow) -> None:
    approve(session, extend(session, row))
    assert (row.deadline, row.original_deadline) == (MAY, DUE)
    again = dt.date(2024, 9, 30)
    second = extend(session, row, until=dt.date(2024, 12, 31))
    approve(session, second, until=again)
    assert (row.deadline, row.original_deadline, second.granted) == (again, DUE, again)
    assert second.new_deadline == dt.date(2024, 12, 31)


@pytest.mark.parametrize(("days", "late"), [(-1, False), (0, False), (1, True)])
def test_the_day_of_asking_tells_whether_it_was_late(
    session: Session, row: CommitmentRow, days: int, late: bool
) -> None:
    request = extend(session, row, on=DUE + dt.timedelta(days=days))
    assert asked.asked_late(request) is late


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("holiday", {}, "must be one of"),
    ("extension", {"why": " "}, "say why"),
    ("extension", {"why": "一\n二"}, "one line"),
    ("extension", {"why": "一\u202e二"}, "one line"),
    ("extension", {"why": "长" * 2001}, "longer than 2000"),
    ("extension", {}, "say until when"),
    ("extension", {"until": DUE}, "must end after 2023-12-31"),
    ("extension", {"until": dt.date(1, 1, 1)}, "must end after"),
    ("extension", {"until": MAY, "on": MAY}, "must end after 2024-05-31"),
    ("extension", {"until": MAY, "interim": Decimal(20)}, "needs --interim and"),
    ("extension", {"until": MAY, "interim_on": DUE}, "needs --interim and"),
    ("extension", {"until": MAY, "interim": Decimal("NaN"), "interim_on": DUE}, "out of range"),
    ("extension", {"until": MAY, "interim": Decimal("1e40"), "interim_on": DUE}, "out of range"),
    ("extension", {"until": MAY, "interim": Decimal(-1), "interim_on": DUE}, "out of range"),
    ("extension", {"until": MAY, "interim": Decimal(1), "interim_on": MAY}, "falls between"),
    ("extension", {"until": MAY, "interim": Decimal(1), "interim_on": TODAY}, "falls between"),
    ("not_ours", {}, "name the right unit"),
    ("not_ours", {"unit": "局" * 101}, "too long"),
    ("not_ours", {"unit": "市科技局\x1b[31m"}, "one line"),
    ("wrong_date", {}, "say what is right: --deadline"),
    ("wrong_date", {"changes": {"value": "2"}}, "say what is right: --deadline"),
    ("wrong_date", {"changes": {"deadline": "0000-01-01"}}, "is no date"),
    ("wrong_date", {"changes": {"deadline": "2023-12-31"}}, "says so already"),
    ("wrong_target", {"changes": {}}, "say what is right: --value"),
    ("wrong_target", {"changes": {"deadline": "2024-01-01"}}, "say what is right"),
    ("wrong_target", {"changes": {"value": "30"}}, "says so already"),
    ("wrong_target", {"changes": {"value": "9" * 40}}, "out of range"),
    ("wrong_target", {"changes": {"value": "1'; DROP TABLE requests; --"}}, "is no number"),
    ("drop", {"evidence": "javascript:alert(1)"}, "only http and https"),
]


@pytest.mark.parametrize(("kind", "what", "reason"), WRONG)
def test_what_cannot_be_asked_is_refused(
    session: Session, row: CommitmentRow, kind: str, what: dict[str, Any], reason: str
) -> None:
    before = facts(row)
    with pytest.raises(StoreError, match=reason):
        ask(session, row, kind, **what)
    session.expire_all()
    assert (row.requests, facts(row)) == ([], before)


def test_what_has_no_date_or_figure_cannot_be_moved(session: Session) -> None:
    plan = queries.commitment(session, "25-2")
    with pytest.raises(StoreError, match="no deadline that could be extended"):
        extend(session, plan)
    plan.deadline = DUE
    with pytest.raises(StoreError, match="leave --interim out"):
        extend(session, plan, interim=Decimal(2), interim_on=dt.date(2024, 3, 1))


def test_only_what_is_followed_is_asked_about(session: Session, row: CommitmentRow) -> None:
    ledger.settle(session, row, "broken", on=TODAY, why="核查", who=WHO, now=NOW)
    with pytest.raises(StoreError, match="is settled"):
        extend(session, row)
    plan = queries.commitment(session, "25-2")
    ledger.reject(session, plan, why="不可核查", who=WHO, now=NOW)
    with pytest.raises(StoreError, match="not confirmed"):
        ask(session, plan, "drop")


def test_one_waits_of_each_kind(session: Session, row: CommitmentRow) -> None:
    first = extend(session, row)
    with pytest.raises(StoreError, match=f"tracker requests withdraw {first.id}"):
        extend(session, row, until=dt.date(2024, 6, 30))
    ask(session, row, "drop")
    ledger.withdraw(session, first.id, who=UNIT, now=NOW)
    assert (first.state, first.decision, first.decided_by) == ("lapsed", "withdrawn", UNIT)
    assert extend(session, row, until=dt.date(2024, 6, 30)).state == "waiting"


def _settled(session: Session, row: CommitmentRow) -> None:
    ledger.settle(session, row, "kept", on=TODAY, why="公报", who=WHO, now=NOW)


def _rejected(session: Session, row: CommitmentRow) -> None:
    ledger.reject(session, row, why="不可核查", who=WHO, now=NOW)


def _undone(session: Session, row: CommitmentRow) -> None:
    ledger.undo(session, row, who=WHO, now=NOW)


def _dropped(session: Session, row: CommitmentRow) -> None:
    approve(session, ask(session, row, "drop"))


@pytest.mark.parametrize("end", [_settled, _rejected, _undone, _dropped])
def test_what_nobody_has_to_decide_any_more_lapses(
    session: Session, row: CommitmentRow, end: Any
) -> None:
    request = extend(session, row)
    end(session, row)
    session.flush()
    session.expire_all()
    assert request.state == "lapsed"
    assert asked.requests(session) == []
    lapses = [change for change in queries.history(session, "25-1") if change.action == "lapse"]
    assert [change.field for change in lapses] == ["extension"]
    with pytest.raises(StoreError, match="decided already: lapsed"):
        approve(session, request)


def test_deciding_twice_tells_what_the_first_decided(session: Session, row: CommitmentRow) -> None:
    request = extend(session, row)
    approve(session, request)
    for again in (
        lambda: approve(session, request),
        lambda: ledger.refuse(session, request.id, why="不", who="另一人", now=NOW),
        lambda: ledger.withdraw(session, request.id, who=UNIT, now=NOW),
    ):
        with pytest.raises(StoreError, match=f"decided already: approved by {WHO}"):
            again()


@pytest.mark.parametrize("number", [0, 99, 2**31, 10**30])
def test_a_number_of_no_request(session: Session, number: int) -> None:
    with pytest.raises(UnknownReference, match="no request"):
        ledger.refuse(session, number, why="x", who=WHO, now=NOW)


def test_a_deadline_that_has_moved_past_the_day_asked_for(
    session: Session, row: CommitmentRow
) -> None:
    request = extend(session, row)
    ledger.edit(session, row, {"deadline": "2024-06-30"}, who=WHO, now=NOW, why="来函")
    with pytest.raises(StoreError, match="grant a later day"):
        approve(session, request)
    with pytest.raises(StoreError, match="leave --until out"):
        approve(session, ask(session, row, "drop"), until=dt.date(2024, 9, 30))
    approve(session, request, until=dt.date(2024, 9, 30))
    assert row.deadline == dt.date(2024, 9, 30)


def test_a_misread_date_corrects_the_original_and_leaves_an_extension(
    session: Session, row: CommitmentRow
) -> None:
    approve(session, extend(session, row))
    changes = {"deadline": "2024-01-31"}
    approve(session, ask(session, row, "wrong_date", changes=changes))
    assert (row.original_deadline, row.deadline) == (dt.date(2024, 1, 31), MAY)
    changes = {"deadline": "2024-12-31"}
    approve(session, ask(session, row, "wrong_date", changes=changes))
    assert (row.original_deadline, row.deadline) == (dt.date(2024, 12, 31),) * 2


def test_a_date_that_the_letter_does_not_give(session: Session, row: CommitmentRow) -> None:
    approve(session, ask(session, row, "wrong_date", changes={"deadline": "none"}))
    assert (row.original_deadline, row.deadline) == (None, None)


def test_of_several_owners_only_the_one_that_asks_goes(
    session: Session, row: CommitmentRow
) -> None:
    ledger.edit(session, row, {"owner": "市财政局、市科技局"}, who=WHO, now=NOW)
    assert [owner.unit.name for owner in row.owners] == ["资阳市财政局", "资阳市科技局"]
    with pytest.raises(StoreError, match="say which of them asks"):
        ask(session, row, "not_ours", unit="市教育局", who="张三")
    with pytest.raises(StoreError, match="is of 市科技局 already"):
        ask(session, row, "not_ours", unit="市科技局", who="市科技局")
    request = ask(session, row, "not_ours", unit="市教育局", who="财政局/李四")
    approve(session, request)
    assert [owner.unit.name for owner in row.owners] == ["资阳市教育局", "资阳市科技局"]
    owners = [change for change in queries.history(session, "25-1") if change.field == "owner"]
    assert (owners[-1].old, owners[-1].new) == ("市财政局、市科技局", "市教育局、市科技局")


def test_an_owner_that_has_gone_meanwhile_takes_no_other_along(
    session: Session, row: CommitmentRow
) -> None:
    ledger.edit(session, row, {"owner": "市财政局、市科技局"}, who=WHO, now=NOW)
    request = ask(session, row, "not_ours", unit="市教育局", who="市财政局")
    ledger.edit(session, row, {"owner": "市水务局、市科技局"}, who=WHO, now=NOW)
    assert asked.effects(row, request) == []
    with pytest.raises(StoreError, match="is not of 市财政局 any more"):
        approve(session, request)
    assert [owner.written for owner in row.owners] == ["市水务局", "市科技局"]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("市财政局", "市财政局"),
        ("资阳市财政局/张三", "市财政局"),
        ("财政局／张三", "市财政局"),
        ("科技局", "市科技局"),
        ("局", None),
        ("", None),
        ("/张三", None),
        ("政局", "市财政局"),
        ("市教育局", None),
    ],
)
def test_which_owner_asks(
    session: Session, row: CommitmentRow, who: str, found: str | None
) -> None:
    ledger.edit(session, row, {"owner": "市财政局、市科技局"}, who=WHO, now=NOW)
    owner = asked.asking_owner(row, who)
    assert (owner and owner.written) == found


def test_undo_does_not_reach_behind_an_approval(session: Session, row: CommitmentRow) -> None:
    ledger.edit(session, row, {"deadline": "2024-01-31"}, who=WHO, now=NOW, why="来函")
    approve(session, extend(session, row))
    with pytest.raises(StoreError, match="nothing to take back"):
        ledger.undo(session, row, who=WHO, now=NOW)
    ledger.edit(session, row, {"deadline": "2024-07-31"}, who=WHO, now=NOW, why="来函")
    assert ledger.undo(session, row, who=WHO, now=NOW) == "edit"
    assert (row.deadline, row.original_deadline, row.review) == (MAY, DUE, "confirmed")


def test_a_target_that_was_edited_meanwhile_is_checked_again(
    session: Session, row: CommitmentRow
) -> None:
    request = ask(session, row, "wrong_target", changes={"value": "20"})
    ledger.edit(session, row, {"kind": "milestone"}, who=WHO, now=NOW)
    with pytest.raises(StoreError, match="only a measurable commitment"):
        approve(session, request)


def test_requests_hold_on_either_database(any_store: Store) -> None:
    with any_store.write() as session:
        row = confirmed(session)
        extend(session, row, interim=Decimal("20.50"), interim_on=dt.date(2024, 3, 1))
        ask(session, row, "not_ours", unit="市科技局", evidence="http://a.example/1")
        ask(session, row, "wrong_target", changes={"value": "20"})
    for number in (1, 2, 3):
        with any_store.write() as session:
            ledger.approve(session, number, on=TODAY, who=WHO, now=NOW)
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
        states = [request.state for request in row.requests]
    assert states == ["approved"] * 3
    assert str(row.requests[0].interim_value) == "20.50"
    assert row.requests[0].granted == MAY
    assert row.requests[1].evidence == "http://a.example/1"
    assert (row.deadline, row.value) == (MAY, Decimal(20))
    assert [owner.unit.name for owner in row.owners] == ["资阳市科技局"]


def test_of_two_supervisors_at_once_one_is_told(any_store: Store) -> None:
    """Ten requests, each decided by two at the same moment, one saying yes and one no."""
    with any_store.write() as session:
        confirmed(session)
    told: list[str] = []
    for turn in range(10):
        with any_store.write() as session:
            row = queries.commitment(session, "25-1")
            number = extend(session, row, until=MAY + dt.timedelta(days=turn)).id
        start = threading.Barrier(2)

        def yes(number: int = number, start: threading.Barrier = start) -> None:
            start.wait()
            with any_store.write() as session:
                ledger.approve(session, number, on=TODAY, who="甲", now=NOW)

        def no(number: int = number, start: threading.Barrier = start) -> None:
            start.wait()
            with any_store.write() as session:
                ledger.refuse(session, number, why="不", who="乙", now=NOW)

        def decide(how: Any) -> None:
            try:
                how()
            except StoreError as error:
                told.append(str(error))

        threads = [threading.Thread(target=decide, args=(how,)) for how in (yes, no)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(told) == 10
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
        decisions = [
            change for change in queries.history(session, "25-1")
            if change.action in ("approve", "refuse") and change.field == "extension"
        ]  # fmt: skip
    assert len(decisions) == 10
    granted = [request.granted for request in row.requests if request.state == "approved"]
    assert row.deadline == (granted[-1] if granted else DUE)
    for request, line in zip(row.requests, told, strict=True):
        assert line.endswith(f"decided already: {request.state} by {request.decided_by}")
