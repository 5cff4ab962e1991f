"""The words for how a commitment stands: marks, pace, moved deadlines, promises made again."""

from __future__ import annotations

from typing import Final

#: key → (Chinese, English), as in `words.WORDS`, of which these are a part.
STANDING: Final[dict[str, tuple[str, str]]] = {
    "comma": ("，", ", "),
    "marks": ("标注", "Marks"),
    "mark.extended": ("已延期", "extended"),
    "mark.asked_late": ("逾期后申请", "asked late"),
    "mark.late": ("逾期完成", "reached late"),
    "mark.reached": ("已达目标", "target reached"),
    "mark.look_back": ("回头看", "look back"),
    "mark.waiting": ("申请待批", "request waits"),
    "look_back": ("回头看", "Look back"),
    "look_back.since": ("自 {day} 起重新跟踪", "followed again since {day}"),
    # How far, how fast.
    "percent.gained": (
        "由基数起完成 {gained}%，为目标值的 {percent}%",
        "{gained}% of the way from the baseline, {percent}% of the target",
    ),
    "pace": ("所需进度", "Pace needed"),
    "pace.missing": ("还差{figure}", "{figure} missing"),
    "pace.month.done": ("，到期前每月须完成{figure}", "; {figure} a month until the deadline"),
    "pace.month.more": ("，到期前每月须增加{figure}", "; {figure} more a month until the deadline"),
    "pace.week.done": ("，到期前每周须完成{figure}", "; {figure} a week until the deadline"),
    "pace.week.more": ("，到期前每周须增加{figure}", "; {figure} more a week until the deadline"),
    "pace.source": ("（据 {day} 的填报）", " (by the figure of {day})"),
    "even": ("时间进度", "Even progress"),
    "even.told": (
        "自 {since} 匀速推进，今天应为{today}；{day} 应为{then}，填报{figure}，{place}",
        "evenly from {since}: {today} by today; {then} on {day}, reported {figure}, {place}",
    ),
    "even.ahead": ("超前{figure}", "{figure} ahead"),
    "even.behind": ("落后{figure}", "{figure} behind"),
    "even.level": ("持平", "just even"),
    # Deadlines.
    "original": ("原时限", "Original deadline"),
    "slipped": ("推迟天数", "Days slipped"),
    "times_extended": ("延期次数", "Times extended"),
    "deadlines": ("时限变更", "Deadlines"),
    "deadlines.slipped": ("推迟 {n} 天", "{n} days later"),
    "deadlines.times": ("延期 {n} 次", "extended {n} times"),
    "deadlines.asked_late": ("其中有逾期后申请", "asked for after a deadline"),
    "deadline.was": ("原{day}", "was {day}"),
    "deadline.times": ("延{n}次", "moved {n}×"),
    "deadline.moved": ("{day}（{moves}）", "{day} ({moves})"),
    # Classes of results.
    "category.meaning": ("{letter}（{meaning}）", "{letter} ({meaning})"),
}
