"""Words of the report in the form of a 通报: a part of the table in words.py."""

from __future__ import annotations

from typing import Final

#: key → (Chinese, English).
BULLETIN: Final[dict[str, tuple[str, str]]] = {
    "bulletin.title.all": (
        "关于建议提案答复承诺落实情况的通报",
        "Bulletin on the commitments in replies to suggestions",
    ),
    "bulletin.title.unit": (
        "关于{name}建议提案答复承诺落实情况的通报",
        "Bulletin on the commitments of {name}",
    ),
    "bulletin.title.session": (
        "关于{name}建议提案答复承诺落实情况的通报",
        "Bulletin on the commitments in replies to suggestions of {name}",
    ),
    "bulletin.title.deputy": (
        "{name}所提建议提案答复承诺落实情况",
        "Commitments in replies to suggestions of {name}",
    ),
    "bulletin.title.suggestion": ("{name}答复承诺落实情况", "Commitments in the reply on {name}"),
    "bulletin.chart": ("图{n} {title}。", "Figure {n}: {title}. "),
    "bulletin.lead": (
        "截至{day}，纳入跟踪的建议提案答复承诺共{n}项。现将落实情况通报如下。",
        "As of {day}, {n} commitments from replies to suggestions are followed. They stand as follows.",
    ),
    "bulletin.lead.page": (
        "截至{day}，答复中纳入跟踪的承诺共{n}项：进行中{open}项，已销号{settled}项，逾期{overdue}项，未填报{silent}项。",
        "As of {day}, {n} commitments are followed: {open} open, {settled} settled, {overdue} overdue, {silent} without a report.",
    ),
    "level.1": ("{n}、{text}", "{n}. {text}"),
    "level.2": ("（{n}）{text}", "({n}) {text}"),
    "level.3": ("{n}.{text}", "{n}. {text}"),
    "bulletin.counts": (
        "{n}项承诺中，量化{measurable}项、节点{milestone}项、事项{action}项；进行中{open}项，已销号{settled}项。",
        "Of {n} commitments, {measurable} are measurable, {milestone} milestones, {action} actions; "
        "{open} are open, {settled} settled.",
    ),
    "bulletin.open": (
        "进行中的{n}项：{lights}；未填报{silent}项，填报无进展{still}项，已填报{reported}。",
        "Of the {n} open: {lights}; {silent} without a report, {still} reported without progress, "
        "{reported} reported.",
    ),
    "bulletin.settled": (
        "已销号的{n}项：{outcomes}。兑现（含逾期兑现）的为{kept}；有时限的按期兑现为{on_time}。",
        "Of the {n} settled: {outcomes}. Kept (late included): {kept}; with a deadline, kept on time: {on_time}.",
    ),
    "bulletin.settled.none": ("尚无销号事项。", "Nothing is settled yet."),
    "bulletin.each": ("{name}{n}项", "{name} {n}"),
    "bulletin.none": ("无。", "None."),
    "bulletin.joint": (
        "与{units}共同负责的{refs}，列在该单位之下。",
        "Shared with {units}, listed there: {refs}.",
    ),
    "bulletin.unit": ("{unit}（{n}项）", "{unit} ({n})"),
    "bulletin.item": (
        "（{ref}，{state}）。{suggestion}答复原文：“{quote}”。目标：{target}。{baseline}时限：{deadline}。"
        "最新进展：{latest}。",
        " ({ref}, {state}). {suggestion}, in the words of the reply: “{quote}”. Target: {target}. "
        "{baseline}Deadline: {deadline}. Latest: {latest}.",
    ),
    "bulletin.baseline": ("基数：{baseline}。", "Baseline: {baseline}. "),
    "bulletin.settled_on": ("{outcome}，{day}销号", "{outcome}, settled {day}"),
    "bulletin.original": ("{day}（原定{original}）", "{day} (originally {original})"),
    "bulletin.at": ("{figure}（截至{day}）", "{figure} (as of {day})"),
    "bulletin.happened": ("情况", "What happened"),
    "bulletin.over": ("逾期天数", "Days over"),
    "head.items.units": ("各项承诺（按责任单位）", "Each commitment, by unit"),
    "head.settled": ("已销号事项", "Settled"),
    "head.asked": ("提出了什么", "What was asked"),
    "head.told": ("何时填报了什么", "What was reported, and when"),
    "waiting.sentence": ("{told}。", "{told}."),
    "page.session": ("届次：{session}。", "Session: {session}. "),
    "page.title": ("案由：{title}。", "Subject: {title}. "),
    "page.deputies": ("提出人：{names}。", "Filed by: {names}. "),
    "page.letters": ("答复件：{letters}。", "Replies: {letters}. "),
    "page.category": ("办理结果：{category}。", "Class: {category}."),
    "page.quote": ("{what}：“{quote}”", "{what}: “{quote}”"),
    "page.notes": ("说明：{notes}", "Notes: {notes}"),
    "page.signed": ("{office} {day}", "{office} {day}"),
    "page.none": ("{heading}：无", "{heading}: none"),
    "page.silent": ("未收到填报。", "No report came in."),
    "page.came": ("填报日", "Came in"),
    "page.as_of": ("截至", "As of"),
    "page.told": ("进展", "Progress"),
    "page.line": ("{ref} {what}：{text}", "{ref} {what}: {text}"),
    "page.late": ("时限{deadline}，{days}，{latest}。", "deadline {deadline}, {days}, {latest}."),
}
