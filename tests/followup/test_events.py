"""What happens is told once, to whom it concerns, beside the ladder; and recipients by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.notices.test_delivery import Recorder
from tests.office import MONDAY, YEAR_END, Ledger, add_unit, morning, reopen, report, with_office
from tracker.errors import UnknownReference
from tracker.followup.mirrors import with_mirrors
from tracker.followup.proposals import proposal
from tracker.followup.recheck import obsolete
from tracker.followup.rounds import decide
from tracker.followup.status import facts_of
from tracker.ladders import LADDER, Step
from tracker.lights import Lights
from tracker.notices.delivery import deliver
from tracker.notices.phrases import Phrases
from tracker.notices.reasons import reason
from tracker.notices.wording import digest_of, text_of
from tracker.robots import Robot
from tracker.settings import Settings
from tracker.store import following, outbox, subscriptions
from tracker.store.database import Store
from tracker.store.evidence import Evidence
from tracker.store.following import settle
from tracker.store.rating import rate
from tracker.store.requests import approve
from tracker.store.requests import ask as ask_for
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DeputyRow,
    HistoryRow,
    MessageRow,
    NoticeRow,
    RatingRow,
    RequestRow,
    SubscriptionRow,
    UnitRow,
)

DAY = dt.timedelta(days=1)
LATE = dt.date(2024, 1, 15)
#: Nothing but events is told of a promise that is due so late.
FAR = dt.date(2026, 12, 31)


@dataclass
class Case:
    """One commitment of a unit, filed by one deputy with an address and one without."""

    store: Store
    office: Settings
    today: dt.date = MONDAY

    def round(self, days: int = 0) -> None:
        self.today += DAY * days
        with self.store.write() as session:
            for row in session.scalars(select(MessageRow).where(MessageRow.state == "queued")):
                row.state = "sent"  # yesterday's, else they would all be one
            session.flush()
            decide(session, self.today, morning(self.today), self.office)

    def told(self) -> list[tuple[str, str]]:
        """Recipient and rung of what was decided on today; ids in rungs left out."""
        with self.store.read() as session:
            rows = session.scalars(
                select(NoticeRow).where(NoticeRow.decided_on == self.today).order_by(NoticeRow.id)
            )
            return sorted(
                (row.recipient.partition(":")[0], row.rung.rstrip("0123456789")) for row in rows
            )

    def change(self, what: Callable[[Session, CommitmentRow], None]) -> None:
        with self.store.write() as session:
            what(session, session.scalars(select(CommitmentRow)).one())


@pytest.fixture
def case(any_store: Store, settings: Settings) -> Case:
    return case_of(any_store, settings)


def case_of(store: Store, settings: Settings, **changes: Any) -> Case:
    with store.write() as session:
        row = Ledger(session).commitment(
            add_unit(session, "县经信局"), **({"deadline": FAR} | changes)
        )
        row.suggestion.deputies = [
            DeputyRow(name="王强", session="", email="wang@yunxi.example"),
            DeputyRow(name="李敏", session=""),
        ]
    return Case(store, with_office(settings))


def kept(session: Session, row: CommitmentRow) -> None:
    on = row.deadline if row.deadline and row.deadline < MONDAY else MONDAY
    settle(session, row, "kept", on=on, why="已验收", who="督查室", now=morning(MONDAY, 9))


def broken(session: Session, row: CommitmentRow) -> None:
    settle(session, row, "broken", on=MONDAY, why="未建成", who="督查室", now=morning(MONDAY, 10))


def taken_back(session: Session, row: CommitmentRow) -> None:
    reopen(session, row, MONDAY, morning(MONDAY, 11))


def test_an_outcome_is_told_to_the_deputies_once(case: Case) -> None:
    case.round()
    assert case.told() == []
    case.change(kept)
    case.round()
    assert case.told() == [("deputy", "kept-")]
    case.round(1)
    assert case.told() == []


def test_an_outcome_that_is_corrected_or_taken_back_is_told_again(case: Case) -> None:
    case.change(kept)
    case.round()
    case.change(broken)
    case.round(1)
    assert case.told() == [("deputy", "broken-")]
    case.change(taken_back)
    case.round(1)
    assert case.told() == [("deputy", "reopened-"), ("unit", "reopened-")]
    case.change(kept)
    case.round(1)
    assert case.told() == [("deputy", "kept-")], "settled twice, told twice"


def test_who_never_heard_of_an_outcome_does_not_hear_that_it_is_taken_back(case: Case) -> None:
    case.change(kept)
    case.change(taken_back)
    case.round()
    assert case.told() == [("unit", "reopened-")]


def test_an_outcome_of_long_ago_is_no_news(case: Case) -> None:
    case.change(kept)
    case.round(70)
    assert case.told() == []


def ask(session: Session, row: CommitmentRow) -> None:
    row.requests.append(
        RequestRow(
            kind="extension", reason="汛期停工", asked_by="县经信局", asked_at=morning(MONDAY),
            asked_on=MONDAY, new_deadline=FAR, state="waiting",
        )
    )  # fmt: skip


def decided(state: str) -> Callable[[Session, CommitmentRow], None]:
    def write(_session: Session, row: CommitmentRow) -> None:
        request = row.requests[0]
        request.state, request.decided_at = state, morning(MONDAY, 12)

    return write


@pytest.mark.parametrize(
    ("state", "told"), [("approved", True), ("refused", True), ("lapsed", False)]
)
def test_a_request_asks_the_supervisor_and_its_decision_is_told(
    case: Case, state: str, told: bool
) -> None:
    case.change(ask)
    case.round()
    assert case.told() == [("supervisor", "waits-")]
    case.round(1)
    assert case.told() == [], "asked once"
    case.change(decided(state))
    case.round(1)
    assert case.told() == ([("unit", "decided-")] if told else [])
    case.round(1)
    assert case.told() == []


@pytest.mark.parametrize("state", ["refused", "lapsed"])
def test_chasing_pauses_while_a_request_waits(store: Store, settings: Settings, state: str) -> None:
    case = case_of(store, settings, deadline=YEAR_END)
    case.round()
    assert case.told() == [("unit", "before-")]
    case.change(ask)
    case.today = LATE
    case.round()
    assert case.told() == [("deputy", "fell-due"), ("supervisor", "waits-")], "nobody is chased"
    case.change(decided(state))
    case.round(1)
    assert [item for item in case.told() if item[1] == "after-"] == [
        ("supervisor", "after-"), ("unit", "after-")
    ], "and goes on with what is true then"  # fmt: skip


@pytest.mark.parametrize("deadline", [FAR, None])
def test_a_report_that_reaches_the_target_is_told_to_the_supervisor_once(
    any_store: Store, settings: Settings, deadline: dt.date | None
) -> None:
    case = case_of(any_store, settings, deadline=deadline)
    case.change(lambda _, row: report(row, MONDAY, 29))
    case.round()
    assert case.told() == []
    case.change(lambda _, row: report(row, MONDAY, 30))
    case.round(1)
    assert case.told() == [("supervisor", "reached")]
    case.change(lambda _, row: report(row, MONDAY + DAY, 31))
    case.round(1)
    assert case.told() == []


@pytest.mark.parametrize(
    ("score", "told"),
    [
        ("not", [("supervisor", "rated-"), ("unit", "unsatisfied-")]),
        ("basically", []),
        ("satisfied", []),
    ],
)
def test_a_deputy_who_is_not_satisfied(
    store: Store, settings: Settings, score: str, told: list[tuple[str, str]]
) -> None:
    case = case_of(store, settings)

    def rated(_session: Session, row: CommitmentRow) -> None:
        row.ratings.append(
            RatingRow(
                deputy=row.suggestion.deputies[0], score=score, rated_on=MONDAY, recorder="张工",
                recorded_at=morning(MONDAY),
            )
        )  # fmt: skip

    case.change(rated)
    case.round()
    assert case.told() == told
    case.round(1)
    assert case.told() == []


def test_after_a_not_the_unit_owes_a_new_report_as_of_an_open_promise(
    any_store: Store, settings: Settings
) -> None:
    case = case_of(any_store, settings, deadline=YEAR_END, original_deadline=YEAR_END)
    case.change(lambda _, row: report(row, MONDAY, 30))
    case.change(kept)
    case.today = LATE

    def not_satisfied(session: Session, row: CommitmentRow) -> None:
        now = morning(LATE)
        by: dict[str, Any] = {"deputy": "王强", "on": LATE, "who": "张工", "now": now}
        assert rate(session, row, "not", comment="钱没到账", **by)

    case.change(not_satisfied)
    case.round()
    assert ("unit", "unsatisfied-") in case.told()
    assert ("unit", "reopened-") in case.told()
    with any_store.read() as session:
        row = session.scalars(select(CommitmentRow)).one()
        assert proposal(facts_of(row, dt.UTC), LATE) is None, "the report is older than the rating"
        told = [one for one in row.notices if one.recipient.startswith("unit:")]
        words = Phrases("zh")
        why = [reason(one.rung, row, one.recipient, case.office, words) for one in told]
        assert why[-2:] == [
            "已重新办理，回头看",
            "代表评价：不满意（钱没到账），请核实后重新填报",
        ]  # fmt: skip
        text = text_of(digest_of([row], LATE, case.office, name="县经信局"), case.office)
        assert "已达目标" not in text
        assert "此后代表评价不满意，待重新填报" in text
    for _ in range(60):
        case.round(1)
        if ("unit", "after-") in case.told():
            break
    else:
        raise AssertionError("it is left out of the unit's digests")
    case.change(lambda _, row: report(row, case.today, 30))
    case.round(1)
    assert ("supervisor", "reached") in case.told(), "the new report speaks for an outcome again"


@pytest.mark.parametrize(
    ("why", "evidence", "said"),
    [
        ("72户", None, "结果已定：部分兑现（72户）"),
        ("72户", "认定公告", "结果已定：部分兑现（72户 · 佐证：认定公告）"),
        (
            None,
            Evidence("file", "公告.pdf", sha256="a" * 64),
            "结果已定：部分兑现（佐证：公告.pdf）",
        ),
    ],
)
def test_an_outcome_is_told_with_its_reason_and_evidence(
    store: Store, settings: Settings, why: str | None, evidence: Evidence | None, said: str
) -> None:
    case = case_of(store, settings)
    by: dict[str, Any] = {"who": "督查室", "now": morning(MONDAY)}

    def partly(session: Session, row: CommitmentRow) -> None:
        settle(session, row, "partly_kept", on=MONDAY, why=why, evidence=evidence, **by)

    case.change(partly)
    case.round()
    with store.read() as session:
        notice = session.scalars(select(NoticeRow)).one()
        found = reason(notice.rung, notice.commitment, notice.recipient, case.office, Phrases("zh"))
    assert found == said


def test_why_it_was_reopened_is_told(case: Case) -> None:
    case.change(kept)

    def looked_at(session: Session, row: CommitmentRow) -> None:
        by: dict[str, Any] = {"who": "督查室", "now": morning(MONDAY, 11)}
        following.reopen(session, row, on=MONDAY, why="抽查未见", **by)

    case.change(looked_at)
    with case.store.read() as session:
        row = session.scalars(select(CommitmentRow)).one()
        lines = select(HistoryRow).where(HistoryRow.action == "reopen")
        line = session.scalars(lines.order_by(HistoryRow.id.desc())).first()
        assert line is not None
        said = reason(f"reopened-{line.id}", row, "unit:1", case.office, Phrases("zh"))
        assert said == "已重新办理，回头看（抽查未见）"


def test_the_day_a_promise_falls_due_unkept(store: Store, settings: Settings) -> None:
    case = case_of(store, settings, deadline=YEAR_END)
    case.round()
    case.today = dt.date(2023, 12, 29)
    case.round()
    assert ("deputy", "fell-due") not in case.told()
    case.round(4)
    assert case.told() == [("deputy", "fell-due")], "2 January, the first working day after it"
    case.round(1)
    assert case.told() == []


def test_what_fell_due_before_anybody_looked_is_no_news(store: Store, settings: Settings) -> None:
    case = case_of(store, settings, deadline=dt.date(2023, 6, 30))
    case.round()
    assert case.told() == [("supervisor", "after-"), ("unit", "after-")]


def test_who_ended_it_hears_no_more(store: Store, settings: Settings) -> None:
    case, box = case_of(store, settings), Recorder()
    case.change(kept)
    case.round()
    deliver(store, case.office, MONDAY, lambda: morning(MONDAY), channel=box)
    (mail,) = box.mails
    body = mail.get_body(("plain",))
    assert body is not None
    with store.write() as session:
        token = session.scalars(select(MessageRow.unsubscribe)).one()
        assert token is not None
        assert f"退订 {token}" in body.get_content()
        new = outbox.new_token
        for _ in range(2):  # a second click changes nothing
            done = subscriptions.unsubscribe(session, token, morning(MONDAY), new, who="张工")
            assert done.deputy == "王强"
    case.change(broken)
    case.round(1)
    assert case.told() == []
    with store.write() as session:
        subscriptions.subscribe(session, "王强", "1", morning(MONDAY), lambda: "t", who="张工")
        lines = session.scalars(select(HistoryRow).where(HistoryRow.field == "deputy")).all()
        assert [(line.action, line.old, line.new, line.why, line.who) for line in lines] == [
            ("unsubscribe", "王强", None, "1", "张工"),
            ("subscribe", None, "王强", "1", "张工"),
        ]
    case.change(kept)
    case.round(1)
    assert case.told() == [("deputy", "kept-")]
    with store.write() as session:
        for token in ("", "nobody's"):
            with pytest.raises(UnknownReference, match="no subscription has the token"):
                subscriptions.unsubscribe(
                    session, token, morning(MONDAY), outbox.new_token, who="张工"
                )
        with pytest.raises(UnknownReference, match="no suggestion 99"):
            subscriptions.subscribe(session, "王强", "99", morning(MONDAY), lambda: "t", who="张工")
        with pytest.raises(UnknownReference, match="no deputy 张三 filed 1"):
            subscriptions.subscribe(session, "张三", "1", morning(MONDAY), lambda: "t", who="张工")


def test_a_message_of_several_suggestions_ends_them_all(store: Store, settings: Settings) -> None:
    case, box = case_of(store, settings), Recorder()
    with store.write() as session:
        deputy = session.scalars(select(DeputyRow).where(DeputyRow.name == "王强")).one()
        other = Ledger(session, 1).commitment(deadline=FAR)
        other.suggestion.deputies = [deputy]
        for row in session.scalars(select(CommitmentRow)):
            kept(session, row)
    case.round()
    deliver(store, case.office, MONDAY, lambda: morning(MONDAY), channel=box)
    with store.write() as session:
        token = session.scalars(select(MessageRow.unsubscribe)).one()
        assert token is not None
        done = subscriptions.unsubscribe(
            session, token, morning(MONDAY), outbox.new_token, who="张工"
        )
        assert done.suggestions == ("1", "2")
        ended = session.scalars(select(SubscriptionRow.ended_at)).all()
        assert ended == [morning(MONDAY)] * 2


@pytest.mark.parametrize(
    ("head", "parent", "expected"),
    [
        ("h@yunxi.example", True, ["head", "supervisor", "unit", "unit"]),
        ("h@yunxi.example", False, ["head", "supervisor", "unit"]),
        (None, True, ["supervisor", "unit", "unit"]),
        (" ", False, ["supervisor", "unit"]),
    ],
)
def test_who_leads_and_who_stands_above(
    store: Store, settings: Settings, head: str | None, parent: bool, expected: list[str]
) -> None:
    """Without an address the head is told through the contact, without a unit above the
    supervisor is told; neither is told twice."""
    with store.write() as session:
        unit = add_unit(session, "县经信局")
        unit.head, unit.head_email = "周副局长", head
        unit.parent = add_unit(session, "县政府") if parent else None
        Ledger(session).commitment(unit, deadline=dt.date(2023, 10, 30))
    case = Case(store, with_office(settings), dt.date(2024, 1, 8))
    case.round()
    assert [recipient for recipient, _ in case.told()] == expected
    with store.read() as session:
        names = dict(session.execute(select(MessageRow.recipient, MessageRow.recipient_name)).all())
        assert names.get("head:1", "县经信局 周副局长") == "县经信局 周副局长"
        rungs = {row.rung for row in session.scalars(select(NoticeRow))}
    assert rungs == {"after-70"}


def test_a_changed_ladder_says_nothing_of_the_past(any_store: Store, settings: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"), deadline=dt.date(2023, 9, 28))
    case = Case(any_store, with_office(settings))
    case.round()
    assert case.told() == [("supervisor", "after-"), ("unit", "after-")]
    daily = (*LADDER, Step("每日", every=1, to=("contact", "head", "parent", "supervisor")))
    case.office = with_office(settings, ladder=daily)
    case.round(1)
    assert case.told() == [("supervisor", "after-"), ("unit", "after-")], "of today, as every day"
    case.office = with_office(settings, ladder=(Step("一次", days=(10, 60)),))
    case.round(1)
    assert case.told() == [], "its days are over"
    case.office = with_office(settings, ladder=())
    case.round(1)
    assert case.told() == []
    case.office = with_office(settings)
    case.round(1)
    assert case.told() == [], "a ladder that comes back is new too"


def test_an_hour_is_kept_to(store: Store, settings: Settings) -> None:
    with store.write() as session:
        unit = add_unit(session, "县经信局")
        ledger = Ledger(session)
        ledger.commitment(unit)
        ledger.commitment(unit, kind="action", deadline=dt.date(2023, 12, 11))
    ladder = (
        Step("早", days=(-7,), hour=10),
        Step("晚", days=(-30,), kinds=("measurable",), hour=15),
    )
    with store.write() as session:
        decide(session, MONDAY, morning(MONDAY), with_office(settings, ladder=ladder))
    with store.read() as session:
        (message,) = session.scalars(select(MessageRow))
        assert message.not_before == morning(MONDAY, 10) - dt.timedelta(minutes=30)
        assert len(session.scalars(select(NoticeRow)).all()) == 2, "one digest, at the earlier hour"


def test_a_step_for_a_light_waits_for_the_light(store: Store, settings: Settings) -> None:
    ladder = (Step("临期", days=(-60,), lights=("due_soon",)),)
    case = case_of(store, settings, deadline=dt.date(2024, 1, 31))
    case.office = with_office(settings, ladder=ladder)
    case.round()
    assert case.told() == [], "58 days before: passed, and still on track"
    case.today = dt.date(2024, 1, 2)
    case.round()
    assert case.told() == [("unit", "before-")], "the light turned"


@pytest.mark.parametrize(("behind", "told"), [(0, []), (40, [("unit", "before-")])])
def test_a_figure_far_behind_lights_the_step_early(
    store: Store, settings: Settings, behind: int, told: list[tuple[str, str]]
) -> None:
    case = case_of(store, settings, deadline=dt.date(2024, 1, 31))
    ladder = (Step("临期", days=(-60,), lights=("due_soon",)),)
    case.office = with_office(settings, ladder=ladder, lights=Lights(behind=behind))
    case.change(lambda _, row: report(row, dt.date(2023, 11, 30), 1))
    case.round()
    assert case.told() == told


ROBOTS = (Robot("督查群", "wecom", ("supervisor",)), Robot("经信群", "feishu", ("县经信局",)))


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        (["supervisor"], ["robot:督查群"]),
        (["unit:2"], ["robot:经信群"]),
        (["unit:1"], []),
        (["head:2", "deputy:1"], []),
        ([], []),
    ],
)
def test_robots_hear_what_their_readers_are_told(
    store: Store, recipients: list[str], expected: list[str]
) -> None:
    with store.write() as session:
        above = add_unit(session, "县政府")
        unit = add_unit(session, "县经信局")
        unit.parent = above
        row = Ledger(session).commitment(unit)
        assert with_mirrors(recipients, row, ROBOTS) == recipients + expected
        assert with_mirrors(recipients, row, ()) == recipients


def test_what_waits_for_a_robot_follows_the_settings(store: Store, settings: Settings) -> None:
    case = case_of(store, settings, deadline=LATE)
    robot = Robot("经信群", "wecom", ("县经信局",))

    def seen(*robots: Robot) -> tuple[str, str]:
        case.office = replace(case.office, robots=robots)
        with store.write() as session:
            decided = decide(session, case.today, morning(case.today), case.office)
        with store.read() as session:
            query = select(MessageRow).where(MessageRow.recipient == "robot:经信群")
            row = session.scalars(query).one()
        # It is no unit without an address: the remedy is another.
        gone = (row.recipient_name,) if row.state == "undeliverable" else ()
        assert (decided.unreachable, decided.robots) == ((), gone)
        return row.channel, row.state

    case.today = LATE - 7 * DAY
    assert seen(robot) == ("wecom", "queued")
    assert seen(replace(robot, kind="feishu")) == ("feishu", "queued")
    assert seen() == ("feishu", "undeliverable"), "there is no robot of that name any more"
    assert seen(robot) == ("wecom", "queued")


def test_a_group_reads_the_name_of_the_step(store: Store, settings: Settings) -> None:
    case = case_of(store, settings, deadline=LATE)
    office = replace(case.office, ladder=(Step("临期提醒", days=(-7,)),))
    with store.read() as session:
        row = session.scalars(select(CommitmentRow)).one()
        said = reason("before-7", row, "robot:经信群", office, Phrases("zh"))
    assert said == "到期前7天 临期提醒"


#: A promise that has been due for 84 days on the day the request is decided.
LONG_DUE = MONDAY - 84 * DAY


def transfer(case: Case, *, among: tuple[str, ...] = (), hour: int = 7) -> None:
    """县经信局 asks to be rid of the promise; 县水利局 gets it on the day of the case."""
    with case.store.write() as session:
        row = session.scalars(select(CommitmentRow)).one()
        for name in ("县水利局", *among):
            unit = add_unit(session, name)
            unit.head, unit.head_email = "周宁", "zhou@yunxi.example"
        for name in among:
            unit = session.scalars(select(UnitRow).where(UnitRow.name == name)).one()
            row.owners.append(CommitmentUnitRow(unit=unit, written=name))
        session.flush()
        at = morning(case.today, hour)
        words: dict[str, Any] = {"on": case.today, "now": at}
        asked = ask_for(
            session,
            row,
            "not_ours",
            why="职能已划转",
            unit="县水利局",
            who="县经信局/张三",
            **words,
        )
        approve(session, asked.id, who="督查室", **words)


def names_told(case: Case) -> list[tuple[str, str]]:
    """The unit's name, or its head's, and the rung of what was decided on today."""
    with case.store.read() as session:
        units = {str(unit.id): unit.name for unit in session.scalars(select(UnitRow))}
        rows = session.scalars(select(NoticeRow).where(NoticeRow.decided_on == case.today))
        told = [(*row.recipient.partition(":"), row.rung.rstrip("0123456789")) for row in rows]
        return sorted(
            ((role if role == "head" else "") + units[unit], rung)
            for role, _, unit, rung in told
            if role in ("unit", "head")
        )


def test_who_asked_hears_that_it_went_and_who_got_it_owes_nothing_of_before(
    any_store: Store, settings: Settings
) -> None:
    case = case_of(any_store, settings, deadline=LONG_DUE)
    transfer(case)
    case.round()
    assert names_told(case) == [("县水利局", "transferred-"), ("县经信局", "decided-")]
    told: list[tuple[str, str]] = []
    for _ in range(30):
        case.round(1)
        told += names_told(case)
    assert ("县水利局", "after-") in told, "what falls from then on is its own"
    assert ("head县水利局", "after-") in told
    assert {name for name, _ in told} == {"县水利局", "head县水利局"}


def test_a_rung_of_the_very_day_that_chases_nobody_is_told(
    any_store: Store, settings: Settings
) -> None:
    case = case_of(any_store, settings, deadline=MONDAY)
    transfer(case)
    case.round()
    assert ("县水利局", "on-day") in names_told(case)


def test_of_several_owners_only_who_went_and_who_came_are_told(
    any_store: Store, settings: Settings
) -> None:
    case = case_of(any_store, settings)
    transfer(case, among=("县教育局",))
    case.round()
    assert names_told(case) == [("县水利局", "transferred-"), ("县经信局", "decided-")]


def test_the_mail_says_from_whom_it_came(any_store: Store, settings: Settings) -> None:
    case = case_of(any_store, settings, deadline=LONG_DUE)
    transfer(case)
    case.round()
    with any_store.write() as session:
        row = session.scalars(select(CommitmentRow)).one()
        for language, said in (
            ("zh", "由县经信局转来，今后由贵单位办理"),
            ("en", "passed on by 县经信局; it is yours from now on"),
        ):
            why = reason("transferred-1", row, "unit:2", settings, Phrases(language))
            assert why == said
        notice = session.scalars(
            select(NoticeRow).where(NoticeRow.rung.startswith("transferred"))
        ).one()
        zone = dt.timezone(dt.timedelta(hours=8))
        assert obsolete(notice, case.today, zone) is None
        row.owners[0].written = "县林业局"
        assert obsolete(notice, case.today, zone) == "other owner"
