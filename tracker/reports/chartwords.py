"""The words of the charts."""

from __future__ import annotations

from typing import Final

#: key → (Chinese, English), as in `words.WORDS`, of which these are a part.
CHARTS: Final[dict[str, tuple[str, str]]] = {
    "head.charts": ("图示", "Charts"),
    "chart.data": ("数据", "Data"),
    "chart.deadlines": ("各月到期情况", "What falls due, by month"),
    "chart.burn_down": ("未结承诺数", "Open commitments"),
    "chart.reached": ("完成值与匀速进度", "Reached, beside even progress"),
    "chart.on_time": ("各单位按期兑现率", "Kept on time, by unit"),
    "chart.slippage": ("时限推后的天数", "Days by which deadlines were moved"),
    "chart.label.deadlines": ("月份", "Month"),
    "chart.label.burn_down": ("月末", "End of month"),
    "chart.label.reached": ("承诺", "Commitment"),
    "chart.label.on_time": ("承办单位（按期/已销号）", "Unit (on time/settled)"),
    "chart.label.slippage": ("推后天数", "Days"),
    "chart.column.kept": ("已兑现", "kept"),
    "chart.column.not_kept": ("部分或未兑现", "in part or not kept"),
    "chart.column.overdue": ("逾期未结", "overdue"),
    "chart.column.open": ("尚未到期", "not yet due"),
    "chart.column.actual": ("实际未结", "open"),
    "chart.column.promised": ("如按原时限兑现", "if kept by the first deadline"),
    "chart.column.reached": ("完成 %", "reached, %"),
    "chart.column.even": ("匀速应达 %", "even progress, %"),
    "chart.column.on_time": ("按期兑现率 %", "kept on time, %"),
    "chart.column.interval": ("95% 区间", "95 % interval"),
    "chart.column.moved": ("项数", "commitments"),
    "chart.alt.deadlines": (
        "{first} 至 {last} 到期的承诺：已兑现 {kept} 项，部分或未兑现 {not_kept} 项，逾期未结 {overdue} 项，尚未到期 {open} 项。",
        "Due from {first} to {last}: {kept} kept, {not_kept} in part or not kept, {overdue} overdue, {open} not yet due.",
    ),
    "chart.alt.burn_down": (
        "{first} 至 {last} 各月末未结的承诺；最近为 {now} 项。",
        "Open at the end of each month from {first} to {last}; {now} at the last.",
    ),
    "chart.alt.reached": (
        "{n} 项有填报数值的未结承诺完成目标的百分比，与到填报日匀速应达的百分比对照，先到期的在上。",
        "How far {n} open commitments are, in percent of their targets, beside even progress; first due on top.",
    ),
    "chart.alt.on_time": (
        "{n} 个单位的按期兑现率及 95% 区间，按名称排列；已销号不足 5 项的单位不作比较。",
        "The share kept on time by {n} units with its 95 % interval, by name; units with fewer than 5 settled are not compared.",
    ),
    "chart.alt.slippage": (
        "时限推后过的承诺共 {moved} 项，按推后的总天数分组。",
        "{moved} commitments had their deadlines moved, by days in all.",
    ),
    "chart.undated": (
        "另有 {n} 项出自没有日期的答复，不知从何时算起，未计入。",
        " {n} more come from letters without a date and are not counted.",
    ),
    "chart.left_out": ("另有 {n} 项未画出。", " {n} more are not drawn."),
    "ambition": ("目标比基数", "Target to baseline"),
    "ambition.told": ("{sign}{percent}%（{n} 项）", "{sign}{percent} % ({n})"),
    "ambition.none": ("—", "—"),
    "interval": ("95% 区间", "95 % interval"),
    "note.interval": (
        "按期兑现率后的区间表示样本少带来的不确定（Wilson 95% 区间）：区间重叠的单位，差别可能只是偶然。",
        "The interval behind a share shows how uncertain few cases leave it (Wilson, 95 %): where "
        "intervals overlap, a difference may be chance.",
    ),
    "note.ambition": (
        "“目标比基数”是该单位有基数的量化承诺的目标比基数高（或低）多少的中位数，括号内为项数；没有基数的不计。"
        "承诺越高越难兑现，比较时请一并看。",
        "“Target to baseline” is the median distance of a unit's targets from their baselines, with how "
        "many had one. Higher promises are harder to keep.",
    ),
}  # fmt: skip
