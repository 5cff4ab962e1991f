"""The words of messages, Chinese and English side by side; placeholders are filled by name."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

#: As English days have them.
MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # subject
    "subject": ("[承诺跟踪] {counts} — {day}", "[Commitments] {counts} — {day}"),
    "subject.supervisor": ("[承诺督办] {counts} — {day}", "[Supervision] {counts} — {day}"),
    "subject.deputy": ("[承诺反馈] {counts} — {day}", "[Your suggestions] {counts} — {day}"),
    "subject.stand_in": (
        "[承诺跟踪·代收] {name}：{counts} — {day}",
        "[Commitments, please forward] {name}: {counts} — {day}",
    ),
    "subject.mailing": ("[承诺跟踪] {name} — {day}", "[Commitments] {name} — {day}"),
    "mailing.attached": (
        "报告《{name}》见附件（截至 {day}）。",
        "The report “{name}” is attached (as of {day}).",
    ),
    "subject.report": ("[承诺跟踪] 每周情况 — {day}", "[Commitments] weekly report — {day}"),
    "count.overdue": ("逾期{n}项", "{n} overdue"),
    "count.due_soon": ("临期{n}项", "{n} due soon"),
    "count.named": ("{name}{n}项", "{n} {name}"),
    "count.other": ("提醒{n}项", "{n} to note"),
    "count.join": ("、", ", "),
    # opening
    "hello": ("{name}：", "To {name}:"),
    "opening": (
        "截至{day}，答复代表建议、委员提案时作出的承诺中，有 {n} 项需要贵单位关注：{counts}。",
        "As of {day}, {n} of your commitments in replies to deputies need attention: {counts}.",
    ),
    "opening.news": (
        "截至{day}，有 {n} 项答复承诺有新情况，请予处理：{counts}。",
        "As of {day}, there is news of {n} commitments for you to deal with: {counts}.",
    ),
    "opening.some": (
        "截至{day}，有 {n} 项答复承诺需要处理，其中 {past} 项到期后尚未销号，请予督办：{counts}。",
        "As of {day}, {n} commitments need you, {past} of them past their date and not closed: {counts}.",
    ),
    "opening.past": (
        "截至{day}，有 {n} 项答复承诺到期后尚未销号，请予督办：{counts}。",
        "As of {day}, {n} commitments are past their date and not closed: {counts}.",
    ),
    "opening.deputy": (
        "截至{day}，答复您所提建议、提案时作出的承诺中，有 {n} 项有新情况：{counts}。",
        "As of {day}, there is news of {n} commitments in replies to your suggestions: {counts}.",
    ),
    "stand_in": (
        "代收：{name}未登记邮箱或邮箱无法送达，此信由贵办代收，请转交该单位，并在单位名录中更正邮箱。",
        "Please forward: {name} has no address on record that works, so this message comes to you. "
        "Please pass it on and enter an address in the registry of units.",
    ),
    "silent": (
        "静默名单：以下收件方无法送达（单位的提醒由办公室代收），请核实并更正地址（tracker outbox silent）：{names}。",
        "Cannot be reached (the office gets the notices of units); please check and correct the "
        "addresses (tracker outbox silent): {names}.",
    ),
    # suggestion
    "npc": ("建议", "Suggestion"),
    "cppcc": ("提案", "Proposal"),
    "other": ("来件", "Case"),
    "suggestion.number": ("{body}第{number}号", "{body} no. {number}"),
    "suggestion.title": ("《{title}》", " “{title}”"),
    "suggestion.session": ("（{session}）", " ({session})"),
    # item: labels
    "label.quote": ("答复原文", "Promised"),
    "label.target": ("目标", "Target"),
    "label.deadline": ("时限", "Deadline"),
    "label.latest": ("最近填报", "Last report"),
    "label.owners": ("责任单位", "Responsible"),
    "label.why": ("提醒依据", "Told because"),
    # item: why it is told
    "why.before": ("到期前{n}天 {step}", "{n} days before the deadline: {step}"),
    "why.on_day": ("到期当天 {step}", "on the day: {step}"),
    "why.after": ("到期后第{n}天 {step}", "{n} days after the deadline: {step}"),
    "why.fell-due": ("到期未兑现", "fell due and is not kept"),
    "why.reached": ("填报已达目标，请核实销号", "a report reaches the target: check and close"),
    "why.outcome": ("结果已定：{outcome}", "settled: {outcome}"),
    "why.reopened": ("已重新办理，回头看", "reopened, to be looked back at"),
    "why.waits": ("有申请待审批", "a request waits for your decision"),
    "why.waits.for": ("申请{kind}，待审批：{reason}", "asks for {kind}, to be decided: {reason}"),
    "why.decided": ("申请已有结果", "the request is decided"),
    "why.approved": ("申请{kind}，已批准", "{kind}: approved"),
    "why.refused": ("申请{kind}，未批准", "{kind}: refused"),
    "why.transferred": (
        "由{unit}转来，今后由贵单位办理",
        "passed on by {unit}; it is yours from now on",
    ),
    "why.transferred.unit": ("其他单位", "another unit"),
    "why.said": ("（{text}）", " ({text})"),
    "why.rated": ("代表评价：不满意", "a deputy is not satisfied"),
    "why.rated.comment": ("代表评价：不满意（{comment}）", "a deputy is not satisfied ({comment})"),
    "why.unsatisfied": (
        "{text}，请核实后重新填报",
        "{text}; please look into it and report anew",
    ),
    "request.extension": ("延期", "an extension"),
    "request.not_ours": ("退办", "being not theirs"),
    "request.wrong_date": ("更正时限", "another date"),
    "request.wrong_target": ("更正目标", "another target"),
    "request.drop": ("终止", "dropping it"),
    "outcome.kept": ("已兑现", "Kept"),
    "outcome.kept_late": ("逾期兑现", "Kept late"),
    "outcome.partly_kept": ("部分兑现", "Partly kept"),
    "outcome.broken": ("未兑现", "Broken"),
    "outcome.dropped": ("终止", "Dropped"),
    # item: light, with days
    "light.overdue": ("逾期 {n} 天", "{n} days overdue"),
    "light.overdue.1": ("逾期 1 天", "1 day overdue"),
    "light.none": ("未定时限", "no deadline"),
    "light.today": ("今天到期", "due today"),
    "light.due_soon": ("临期，还有 {n} 天", "due soon, {n} days left"),
    "light.due_soon.1": ("临期，还有 1 天", "due soon, 1 day left"),
    "light.on_track": ("正常，还有 {n} 天", "on track, {n} days left"),
    "light.extended": ("已延期，还有 {n} 天", "extended, {n} days left"),
    "light.named": ("{name} · {state}", "{name} · {state}"),
    "light.asked_late": ("{state}，逾期后申请延期", "{state}, extension asked for late"),
    "light.corrected_late": ("{state}，逾期后更正时限", "{state}, date corrected late"),
    "light.supervised": ("{state}，已报督办", "{state}, reported to the supervisor"),
    # item: target
    "target.increase": ("新增{figure}", "{figure} more"),
    "target.decrease": ("降低{figure}", "{figure} less"),
    "target.level": ("达到{figure}", "reach {figure}"),
    "target.amount": ("完成{figure}", "complete {figure}"),
    "target.at_most": ("不超过 {figure}", "at most {figure}"),
    "figure.>=": (" {figure}以上", "at least {figure}"),
    "figure.~": ("约 {figure}", "about {figure}"),
    "figure.=": (" {figure}", "{figure}"),
    # item: why that date
    "field": ("{label}：{value}", "{label}: {value}"),
    "day.words": ("{day}（原文“{text}”→{day}，{basis}）", "{day} (“{text}” → {day}, {basis})"),
    "day.moved": (
        "{day}（原文“{text}”→{original}，{basis}；已改期）",
        "{day} (“{text}” → {original}, {basis}; moved since)",
    ),
    "day.slipped": (
        "{day}（原文“{text}”→{original}，{basis}；时限 {days}，推迟 {n} 天）",
        "{day} (“{text}” → {original}, {basis}; deadline {days}, {n} days later)",
    ),
    "day.extended": (
        "{day}（原文“{text}”→{original}，{basis}；时限 {days}，推迟 {n} 天，延期 {times} 次）",
        "{day} (“{text}” → {original}, {basis}; deadline {days}, {n} days later, extended {times}×)",
    ),
    "day.corrected": ("{day}（{told}；原文“{text}”）", "{day} ({told}; the words: “{text}”)"),
    "day.corrected.bare": ("{day}（{told}）", "{day} ({told})"),
    "day.correction": (
        "原读作 {read}，{on} 更正为 {right}：{why}",
        "read as {read}, put right on {on}: {right}, {why}",
    ),
    "day.slip": ("时限 {days}，推迟 {n} 天", "deadline {days}, {n} days later"),
    "day.slip.times": (
        "时限 {days}，推迟 {n} 天，延期 {times} 次",
        "deadline {days}, {n} days later, extended {times}×",
    ),
    "day.set": (
        "{day}（人工登记；原文只写“{text}”）",
        "{day} (entered by hand; the letter only says “{text}”)",
    ),
    "day.none": ("未定", "none"),
    "day.bare": ("{day}（人工登记）", "{day} (entered by hand)"),
    "basis.stated": ("文中写明", "stated in the letter"),
    "basis.inferred": ("由上下文推定", "inferred from the context"),
    "basis.policy": ("按规定设定", "set by policy"),
    # item: latest figure
    "latest.none": ("未填报", "no report yet"),
    "latest.figure": ("{figure}（截至 {day}）", "{figure} (as of {day})"),
    "latest.percent": (
        "{figure}（截至 {day}，完成目标的 {percent}%）",
        "{figure} (as of {day}, {percent}% of the target)",
    ),
    "latest.join": ("；", "; "),
    "latest.no_progress": ("无进展（截至 {day}）", "no progress (as of {day})"),
    "latest.met": ("{text}，已达目标，待销号", "{text}; target reached, to be closed"),
    "latest.doubted": (
        "此后代表评价不满意，待重新填报",
        "a deputy was not satisfied since: to be reported anew",
    ),
    # how to answer
    "answer": ("怎样答复（直接回复本邮件即可）", "How to answer (simply reply to this message)"),
    "answer.next": ("下一步", "What to do next"),
    "answer.figure": (
        "报进展：写明编号和数字，如“{ref}：{example}，截至{day}”，并附依据。",
        "Progress: give the reference and the figure, such as “{ref}: {example} as of {day}”, "
        "with its evidence.",
    ),
    "answer.text": (
        "报进展：写明编号和办理情况，如“{ref}：已完成，见附件”。",
        "Progress: give the reference and what was done, such as “{ref}: done, see attachment”.",
    ),
    "answer.date": (
        "时限不对：写明编号和依据，核实后更正。",
        "The date is wrong: give the reference and why; it is checked and corrected.",
    ),
    "answer.owner": (
        "不是本单位承担：写明编号和应由谁承担。",
        "Not ours: give the reference and who is responsible.",
    ),
    "answer.extend": (
        "需要延期：请在到期之前提出，写明原因和新的时限；原时限仍会保留显示。",
        "An extension: ask before the date, with the reason and a new date; "
        "the original date stays visible.",
    ),
    "answer.extend.late": (
        "需要延期：写明原因和新的时限；时限已过，会标明逾期后申请，原时限仍会保留显示。",
        "An extension: give the reason and a new date; the date has passed, so it is marked as asked "
        "for late, and the original date stays visible.",
    ),
    "answer.above": (
        "以上事项由所列责任单位负责；请予督促，情况可直接回复本邮件",
        "the units named are responsible; please see to it, and answer this mail if need be",
    ),
    "answer.none": (
        "以上事项都不需要贵单位再填报；有不同意见的，写明编号和理由。",
        "Nothing of this asks you to report; where you see it otherwise, give the reference and why.",
    ),
    "answer.request": (
        "更正时限、退办、延期由督办单位登记（tracker request {ref}），审批期间不再催办。",
        "The office enters such requests (tracker request {ref}); nobody is urged until it decides.",
    ),
    "answer.supervisor": (
        "已兑现的请凭佐证销号；确需延期的请批复（tracker requests）；其余请催办责任单位。",
        "Close what was kept, with its evidence; decide on requests (tracker requests); urge the rest.",
    ),
    "answer.rate": (
        "到期后可评价落实情况：满意、基本满意或不满意，并写明意见；直接回复本邮件即可。",
        "From the deadline on you may rate the delivery: satisfied, basically or not, with a comment.",
    ),
    "answer.unsubscribe": (
        "不想再收到这些建议、提案的消息：请回复“退订 {token}”。",
        "To hear no more of these suggestions: reply with “unsubscribe {token}”.",
    ),
    # robots
    "brief.rest": ("其余 {n} 项见台账", "{n} more: see the ledger"),
    "brief.silent": (
        "静默名单：{n} 个收件方无法送达，请核实地址",
        "{n} cannot be reached; please check their addresses",
    ),
    # calendar
    "calendar.what": ("{what}（{target}）", "{what} ({target})"),
    "calendar.due": ("承诺到期 {ref}：{what}", "Due {ref}: {what}"),
    "calendar.settled": ("{outcome} {ref}：{what}", "{outcome} {ref}: {what}"),
    "calendar.name": ("{name} 承诺时限", "{name}: deadlines"),
    "label.corrected": ("时限更正", "Date corrected"),
    "label.day_text": ("时限原文", "Deadline as written"),
    "calendar.kept": ("已兑现", "Kept"),
    "calendar.kept_late": ("逾期兑现", "Kept late"),
    "calendar.partly_kept": ("部分兑现", "Partly kept"),
    "calendar.broken": ("未兑现", "Broken"),
    # foot
    "footer": (
        "此信由承诺跟踪系统自动发出；对同一收件单位，每个工作日最多一封。"
        "填报后，到下一个提醒时点之前不再提醒；销号后不再提醒。",
        "Sent automatically by the commitment tracker: at most one message a working day to each "
        "recipient. Once a report is in, none until the next date on which one is due; "
        "none at all once the commitment is closed.",
    ),
    "page.lang": ("zh-CN", "en"),
}

_COLUMNS: Final = {"zh": 0, "en": 1}


class Phrases:
    """The words of one language.

    Args:
        language: "zh" or "en".
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = _COLUMNS[language]

    def __call__(self, key: str, **values: Any) -> str:
        """The phrase of a key, its placeholders filled."""
        return _WORDS[key][self._column].format(**values)

    def counted(self, key: str, n: int) -> str:
        """The phrase for a number of things; English says one apart."""
        single = f"{key}.1"
        return self(single if n == 1 and single in _WORDS else key, n=n)


def long_day(day: dt.date, words: Phrases) -> str:
    """A day written out."""
    if words.language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: dt.date, words: Phrases) -> str:
    """A day without its year, for a subject."""
    if words.language == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}"
