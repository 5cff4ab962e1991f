"""Words for what happened in a period: a part of the table in words.py."""

from __future__ import annotations

from typing import Final

#: key → (Chinese, English).
PERIOD: Final[dict[str, tuple[str, str]]] = {
    "head.period": ("本期情况（{since} 至 {until}）", "In the period ({since} to {until})"),
    "period.reports": ("收到填报 {n} 条", "Reports received: {n}"),
    "period.settled": ("销号 {n} 项", "Settled: {n}"),
    "period.overdue": ("新增逾期 {n} 项", "Newly overdue: {n}"),
    "period.moved": ("时限延后 {n} 次", "Deadlines moved to later: {n}"),
    "period.confirmed": ("新确认承诺 {n} 项", "New commitments confirmed: {n}"),
    "told.report": ("{day} 填报{figure}（截至 {as_of}）", "{day}: {figure} (as of {as_of})"),
    "told.words": ("{day} 填报（截至 {as_of}）", "{day}: reported (as of {as_of})"),
    "told.note": ("，{note}", ", {note}"),
    "told.evidence": ("；佐证：{text}", "; evidence: {text}"),
    "told.settled": ("{day} {outcome}", "{day}: {outcome}"),
    "told.entered": ("（{day} 登记）", " (entered {day})"),
    "told.overdue": ("时限 {day}，{days}，{latest}", "deadline {day}, {days}, {latest}"),
    "told.extension": (
        "{day} 同意延期，{old} → {new}",
        "{day}: extension granted, {old} → {new}",
    ),
    "told.edit": ("{day} 督办改期，{old} → {new}", "{day}: moved by a supervisor, {old} → {new}"),
    "told.late": ("（逾期后提出）", " (asked for after the deadline)"),
    "told.why": ("，理由：{why}", ", because: {why}"),
    "told.confirmed": ("{day} 确认，时限 {deadline}", "{day}: confirmed, deadline {deadline}"),
    "title.session": ("承诺落实情况 · {name}", "Commitments of {name}"),
}
