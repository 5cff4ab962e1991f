"""A made-up county for the views: 30 commitments of 5 units, on 6 suggestions.

Places, units and people are invented. The day to look from is 2024-06-15.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tracker.settings import Office, Settings
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DeputyRow,
    HistoryRow,
    LetterRow,
    MessageRow,
    NoticeRow,
    ProgressReportRow,
    SuggestionRow,
    Table,
    UnitRow,
)

TODAY = dt.date(2024, 6, 15)
IMPORTED = dt.datetime(2023, 9, 20, 1, 0, tzinfo=dt.UTC)

UNITS = (
    "云溪县工业和信息化局",
    "云溪县交通运输局",
    "云溪县教育和体育局",
    "云溪县水务局",
    "云溪县文化广播电视和旅游局",
)

#: number, body, title, deputy, answering unit (by its place above), letter's date
SUGGESTIONS: tuple[tuple[int, str, str, str, int, str], ...] = (
    (25, "npc", "关于加快培育高新技术企业的建议", "陈望舒", 0, "2023-04-18"),
    (31, "npc", "关于改善青石镇至白鹭乡道路通行条件的建议", "林晚秋", 1, "2023-05-06"),
    (47, "cppcc", "关于缓解城区学位紧张的提案", "周予安", 2, "2023-05-22"),
    (52, "npc", "关于推进农村供水保障工程的建议", "陈望舒", 3, "2023-06-09"),
    (68, "cppcc", "关于保护和利用古廊桥的提案", "许知行", 4, "2023-07-03"),
    (73, "npc", "关于开通城乡公交一体化线路的建议", "林晚秋", 1, "2023-08-11"),
)

#: suggestion, quote, what, (value, unit, mode, comparator), (deadline, words, basis), owners,
#: reports [(day of the figure, figure, note)], (outcome, settled on)
Promise = tuple[
    int,
    str,
    str,
    tuple[str, str, str, str] | None,
    tuple[str, str, str] | None,
    tuple[int, ...],
    list[tuple[str, str | None, str | None]],
    tuple[str, str] | None,
]
PROMISES: tuple[Promise, ...] = (
    (25, "力争2023年推动我县新增高新技术企业30户", "新增高新技术企业", ("30", "户", "increase", ">="),
     ("2023-12-31", "2023年", "stated"), (0,), [("2023-09-30", "18", None), ("2023-12-28", "31", None)],
     ("kept", "2024-01-10")),
    (25, "2024年6月底前科技型中小企业力争达65户", "科技型中小企业数量", ("65", "户", "level", ">="),
     ("2024-06-30", "2024年6月底前", "stated"), (0,), [("2024-03-31", "52", "含在审企业3户")], None),
    (25, "年内设立总规模2亿元的产业引导基金", "设立产业引导基金", ("2", "亿元", "amount", "="),
     ("2023-12-31", "年内", "inferred"), (0,), [("2023-12-20", None, "无进展")], ("broken", "2024-02-05")),
    (25, "2024年上半年组织2场政银企对接活动", "政银企对接活动", ("2", "场", "amount", "="),
     ("2024-06-30", "2024年上半年", "stated"), (0,), [("2024-05-20", "1", None)], None),
    (25, "建立科技企业梯度培育库", "建立梯度培育库", None, None, (0,), [], None),
    (31, "2023年底前完成青石镇至白鹭乡12.6公里县道改造", "县道改造", ("12.6", "公里", "amount", "="),
     ("2023-12-31", "2023年底前", "stated"), (1,), [("2023-10-31", "7.4", None), ("2024-04-30", "12.6", None)],
     ("kept_late", "2024-05-08")),
    (31, "2024年5月底前安装波形护栏8.5公里", "安装波形护栏", ("8.5", "公里", "amount", "="),
     ("2024-05-31", "2024年5月底前", "stated"), (1,), [("2024-04-30", "6.2", None)], None),
    (31, "2024年4月底前设置减速带和警示标志46处", "减速带和警示标志", ("46", "处", "amount", "="),
     ("2024-04-30", "2024年4月底前", "stated"), (1,), [], None),
    (31, "力争“十四五”期间开工建设白鹭大桥", "开工建设白鹭大桥", None,
     ("2025-12-31", "“十四五”期间", "stated"), (1,), [("2024-03-31", None, "工程可行性研究已通过评审")], None),
    (31, "将塌方路段纳入2024年养护计划", "纳入养护计划", None,
     ("2024-12-31", "2024年", "stated"), (1,), [], None),
    (47, "2024年秋季开学前新增学位1080个", "新增学位", ("1080", "个", "increase", "="),
     ("2024-08-31", "2024年秋季开学前", "inferred"), (2,), [("2024-05-31", "540", None)], None),
    (47, "2024年内新建公办幼儿园2所", "新建公办幼儿园", ("2", "所", "amount", "="),
     ("2024-12-31", "2024年内", "stated"), (2,), [("2024-05-31", "0", None)], None),
    (47, "城区小学大班额比例控制在3%以内", "小学大班额比例", ("3", "%", "level", "<="),
     ("2024-06-30", "本学年", "inferred"), (2,), [("2024-03-01", "3.4", None)], None),
    (47, "2023年秋季学期起招聘教师120名", "招聘教师", ("120", "名", "amount", "="),
     ("2023-12-31", "2023年秋季学期", "inferred"), (2,), [("2023-11-15", "120", None)], ("kept", "2023-11-30")),
    (47, "适时修编城区学校布局规划", "修编学校布局规划", None, None, (2,), [], None),
    (52, "2023年新建规模化供水工程3处", "规模化供水工程", ("3", "处", "amount", "="),
     ("2023-12-31", "2023年", "stated"), (3,), [("2023-12-15", "2", None)], ("partly_kept", "2024-01-20")),
    (52, "2024年底农村自来水普及率达到95%", "农村自来水普及率", ("95", "%", "level", ">="),
     ("2024-12-31", "2024年底", "stated"), (3,), [("2024-03-31", "92.3", None)], None),
    (52, "投入4500万元更换老旧管网", "更换老旧管网投入", ("4500", "万元", "amount", "="),
     ("2024-05-31", "2024年汛期前", "policy"), (3,), [("2024-05-10", "3860.5", None)], None),
    (52, "2024年6月20日前完成37处水源地标识牌设置", "水源地标识牌", ("37", "处", "amount", "="),
     ("2024-06-20", "2024年6月20日前", "stated"), (3,), [], None),
    (52, "每季度开展一次水质检测并公开结果", "水质检测公开", None, None, (3,),
     [("2024-04-08", None, "一季度结果已公开")], None),
    (68, "2024年3月底前完成9座古廊桥的测绘建档", "古廊桥测绘建档", ("9", "座", "amount", "="),
     ("2024-03-31", "2024年3月底前", "stated"), (4,), [("2024-03-20", "9", None)], ("kept", "2024-04-02")),
    (68, "预计2024年9月完成望仙桥修缮", "望仙桥修缮", None,
     ("2024-09-30", "2024年9月", "stated"), (4,), [("2024-05-12", None, "主体木构架已归安")], None),
    (68, "每年安排保护经费不少于60万元", "古廊桥保护经费", ("60", "万元", "amount", ">="),
     ("2023-12-31", "每年", "inferred"), (4,), [("2023-12-30", "60", None)], ("kept", "2024-01-15")),
    (68, "编制廊桥保护利用专项规划", "专项规划编制", None,
     ("2024-10-31", "2024年一季度", "stated"), (4,), [("2024-03-25", None, "初稿完成，征求意见")], None),
    (68, "组织开展第二届廊桥文化节", "第二届廊桥文化节", None, None, (4, 2), [], ("dropped", "2024-03-01")),
    (73, "2023年底前开通城乡公交线路6条", "城乡公交线路", ("6", "条", "amount", "="),
     ("2023-12-31", "2023年底前", "stated"), (1,), [("2023-12-25", "6", None)], ("kept", "2024-01-05")),
    (73, "2024年购置新能源公交车约40辆", "新能源公交车", ("40", "辆", "amount", "~"),
     ("2024-12-31", "2024年", "stated"), (1, 0), [("2024-05-31", "16", None)], None),
    (73, "建设港湾式停靠站28座", "港湾式停靠站", ("28", "座", "amount", "="),
     ("2024-06-15", "2024年6月中旬", "inferred"), (1,), [("2024-06-01", "25", None)], None),
    (73, "65周岁以上老年人免费乘车2023年10月起实行", "老年人免费乘车", None,
     ("2023-10-31", "2023年10月", "stated"), (1,), [("2023-10-08", None, "已实行")], ("kept", "2023-10-20")),
    (73, "2024年一季度行政村通客车率达100%", "行政村通客车率", ("100", "%", "level", "="),
     ("2024-03-31", "2024年一季度", "stated"), (1,), [("2024-03-31", "97.8", None)], None),
)  # fmt: skip


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings of an installation in a folder."""
    fixed: dict[str, Any] = {
        "data_dir": folder,
        "database_url": f"sqlite:///{folder / 'tracker.db'}",
        "office": Office(name="云溪县人大常委会代表工委"),
    }
    return Settings(**(fixed | changes))


@contextmanager
def empty_session() -> Iterator[Session]:
    """A session on an empty database in memory."""
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def fill(session: Session) -> None:
    """Write the county into a database."""
    units = [UnitRow(name=name) for name in UNITS]
    names = dict.fromkeys(deputy for _, _, _, deputy, _, _ in SUGGESTIONS)
    deputies = {name: DeputyRow(name=name, session="云溪县十八届人大二次会议") for name in names}
    session.add_all([*units, *deputies.values()])
    session.flush()
    letters = {
        line[0]: _letter(session, line, units[line[4]], deputies[line[3]]) for line in SUGGESTIONS
    }
    for promise in PROMISES:
        _commitment(session, promise, letters[promise[0]], units)
    session.flush()
    _particulars(session)
    session.flush()


def _letter(
    session: Session,
    line: tuple[int, str, str, str, int, str],
    unit: UnitRow,
    deputy: DeputyRow,
) -> LetterRow:
    no, body, title, _, _, date = line
    answered = SuggestionRow(
        code=str(no), body=body, session="云溪县十八届人大二次会议", number=no, title=title,
        deputies=[deputy],
    )  # fmt: skip
    quotes = "。\n".join(f"我局高度重视，{promise[1]}" for promise in PROMISES if promise[0] == no)
    letter = LetterRow(
        sha256=f"{no:064d}", source=f"letters/{no}.txt", encoding="utf-8", imported_at=IMPORTED,
        suggestion=answered, issuing_unit=unit, issuer=unit.name, date=dt.date.fromisoformat(date),
        document_no=f"云函〔2023〕{no}号", category="A", text=f"{title}收悉。{quotes}。特此答复。",
    )  # fmt: skip
    session.add(letter)
    session.flush()
    return letter


def _commitment(
    session: Session, promise: Promise, letter: LetterRow, units: list[UnitRow]
) -> None:
    no, quote, what, target, due, owners, reports, settled = promise
    value, unit, mode, comparator = target or (None, None, None, None)
    deadline, words, basis = due or (None, None, None)
    start = letter.text.index(quote)
    seq = len(letter.commitments) + 1
    row = CommitmentRow(
        ref=f"{no}-{seq}", seq=seq, suggestion=letter.suggestion, letter=letter, quote=quote,
        start=start, end=start + len(quote), what=what, section=["二、下一步工作"],
        kind="measurable" if target else "milestone" if due else "action",
        value=Decimal(value) if value else None, unit=unit, mode=mode, comparator=comparator,
        deadline=_day(deadline), original_deadline=_day(deadline), deadline_text=words,
        deadline_basis=basis, deadline_rule="year" if due else None,
        strength="target" if "力争" in quote or "预计" in quote else "firm",
        confidence=0.9, review="confirmed", reasons=[],
        outcome=settled[0] if settled else "open", settled_on=_day(settled[1]) if settled else None,
    )  # fmt: skip
    row.owners = [CommitmentUnitRow(unit=units[at], written=units[at].name) for at in owners]
    for as_of, figure, note in reports:
        day = dt.date.fromisoformat(as_of)
        recorded = dt.datetime(day.year, day.month, day.day, 2, tzinfo=dt.UTC) + dt.timedelta(
            days=2
        )
        row.reports.append(
            ProgressReportRow(
                value=Decimal(figure) if figure else None, as_of=day, note=note, evidence=None,
                reporter="联络员", recorded_at=recorded,
            )
        )  # fmt: skip
    session.add(row)
    session.flush()


def _particulars(session: Session) -> None:
    """One of each of the rarer things: pending, baseline, extension, notices, a failed message."""
    rows = {row.ref: row for row in session.query(CommitmentRow)}
    rows["52-5"].review = "pending"
    rows["31-5"].review = "pending"
    high = rows["25-2"]
    high.baseline_quote, high.baseline_value = "2022年科技型中小企业47户", Decimal(47)
    high.baseline_unit, high.baseline_as_of = "户", dt.date(2022, 12, 31)
    rows["68-4"].original_deadline = dt.date(2024, 3, 31)
    session.add(
        HistoryRow(
            at=dt.datetime(2024, 3, 28, 3, tzinfo=dt.UTC), who="张工", commitment_id=rows["68-4"].id,
            action="edit", field="deadline", old="2024-03-31", new="2024-10-31",
            why="部门意见尚未收齐",
        )
    )  # fmt: skip
    session.add(
        HistoryRow(
            at=IMPORTED, who="张工", commitment_id=rows["31-3"].id, action="confirm",
            field="review", old="pending", new="confirmed", why=None,
        )
    )  # fmt: skip
    for no, state in enumerate(("sent", "failed", "undeliverable")):
        message = MessageRow(
            key=f"digest:unit:2:{no}", kind="digest", recipient="unit:2", recipient_name=UNITS[1],
            address=None, day=dt.date(2024, 5, 1 + no), state=state, header_id=f"<{no}@example>",
            not_before=IMPORTED, error="550 no such user" if state == "failed" else None,
        )  # fmt: skip
        session.add(message)
        notice = NoticeRow(
            commitment=rows["31-3"], recipient="unit:2", rung=f"after-{7 * (no + 1)}",
            deadline=dt.date(2024, 4, 30), decided_on=dt.date(2024, 5, 7 + 7 * no), message=message,
        )  # fmt: skip
        session.add(notice)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
