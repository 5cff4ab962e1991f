"""The words for how a commitment stands: marks, pace, moved deadlines, promises made again."""

from __future__ import annotations

from typing import Final

#: key → (Chinese, English), as in `words.WORDS`, of which these are a part.
STANDING: Final[dict[str, tuple[str, str]]] = {
    "comma": ("，", ", "),
    "overview.on_time": ("按期兑现", "On time"),
    "overview.units": ("另有 {n} 个单位：tracker report", "{n} more units: tracker report"),
    "overview.days": (
        "另有 {n} 项、{days} 个时限：tracker list",
        "{n} more, due on {days} days: tracker list",
    ),
    "overview.later": ("更晚", "later"),
    "overview.past": ("已过 {n} 天", "{n} days ago"),
    "overview.today": ("今天", "today"),
    "overview.ahead": ("还有 {n} 天", "in {n} days"),
    "overview.silent": ("未填报的单位 {n} 个：{units}", "{n} units have not reported: {units}"),
    "overview.waiting": (
        "尚无答复的建议提案：{said}；最急 {code} {days}",
        "suggestions without a reply: {said}; first {code} {days}",
    ),
    "marks": ("标注", "Marks"),
    "mark.extended": ("已延期", "extended"),
    "mark.asked_late": ("逾期后申请", "asked late"),
    "mark.corrected_late": ("逾期后更正", "corrected late"),
    "mark.late": ("逾期完成", "reached late"),
    "mark.reached": ("已达目标", "target reached"),
    "mark.look_back": ("回头看", "look back"),
    "mark.doubted": ("待重新填报", "to report anew"),
    "mark.waiting": ("申请待批", "request waits"),
    "field.renews": ("再次承诺的原承诺", "promise made again"),
    "mark.renewed": ("再次承诺", "promised again"),
    "promised.years": ("历年承诺", "Promised in"),
    "promised.in_a_row": ("{years} 连续{n}年", "{years}, {n} years in a row"),
    "promised.in_all": ("{years} 共{n}年", "{years}, {n} years"),
    "promised.one_year": ("{years} 年内 {n} 次", "{n} times in {years}"),
    "promised.slipped": ("时限推后 {n} 天", "deadline {n} days later"),
    "promised.verbs": ("措辞 {verbs}", "wording {verbs}"),
    "promised.softened": ("措辞 {verbs}（弱化）", "wording {verbs} (softer)"),
    "promised.targets": ("目标 {targets}", "target {targets}"),
    "promised.no_verb": ("（无）", "(none)"),
    "head.promised_again": ("历次承诺", "Every time it was promised"),
    "wording": ("措辞", "Wording"),
    "repeated": (
        "另有 {n} 项未结承诺是再次承诺，随最早的未结一项计一次",
        "{n} more open ones repeat a promise that is open already and is counted once",
    ),
    "note.once": (
        "同一承诺在多份答复件中未结的，只按最早的一项计一次，再次承诺不消除逾期；已销号的各自计数。",
        "A promise that is open in several letters counts once, by the first of them; promising "
        "again takes nothing off what is overdue. Settled ones count each.",
    ),
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
    "deadline.read": ("更正前{day}", "read as {day}"),
    "deadline.times": ("延{n}次", "moved {n}×"),
    "deadline.moved": ("{day}（{moves}）", "{day} ({moves})"),
    # Classes of results.
    "category.meaning": ("{letter}（{meaning}）", "{letter} ({meaning})"),
}
