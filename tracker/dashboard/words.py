"""The words of the dashboard in both languages; those of the ledger come from `reports.words`, and
what is wrong from `complaints`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tracker.complaints import in_chinese
from tracker.errors import TrackerError
from tracker.reports.clean import one_line
from tracker.reports.words import WORDS as LEDGER
from tracker.reports.words import Language, Wording

#: key → (Chinese, English).
WORDS: Final[dict[str, tuple[str, str]]] = {
    "tab.commitments": ("承诺", "Commitments"),
    "tab.units": ("单位", "Units"),
    "tab.deputies": ("代表", "Deputies"),
    "tab.outbox": ("发件箱", "Outbox"),
    "tab.review": ("待审核", "Review"),
    "filter": (
        "筛选：编号、承诺、单位、代表、标题，多个词用空格分开",
        "filter: reference, promise, unit, deputy, title; several words with blanks",
    ),
    "order.due": ("按时限", "by deadline"),
    "order.ledger": ("按台账", "by suggestion"),
    "order.unit": ("按单位", "by unit"),
    "order.outcome": ("按结果", "by outcome"),
    "order.name": ("按名称", "by name"),
    "order.overdue": ("按逾期", "by overdue"),
    "order.newest": ("新的在前", "newest first"),
    "order.asked": ("先申请，后待审", "requests, then finds"),
    "backwards": ("倒序", "backwards"),
    "only_overdue": ("只看逾期", "overdue only"),
    "place": ("{at}/{n}", "{at}/{n}"),
    "counting": ("正在统计…", "counting …"),
    "nothing": ("没有符合的条目；Esc 清除筛选", "nothing matches; Esc clears the filter"),
    "empty": ("这里还没有内容", "nothing here yet"),
    "request": ("申请 {kind}", "asks: {kind}"),
    "find": ("待审核", "to review"),
    "recheck": ("新版有变", "changed"),
    "commitments": ("承诺", "All"),
    "message_kind.digest": ("提醒", "notices"),
    "message_kind.report": ("报告", "report"),
    "written": ("已写文件", "in a file"),
    "message_id": ("编号", "No."),
    "sent_to": ("收件人", "To"),
    "subject": ("主题", "Subject"),
    "confidence": ("把握", "Sure"),
    "letter_text": ("答复件原文", "The letter"),
    "pace_line": ("● 填报  · 匀速进度  ┄ 目标  │ 时限  ┊ 今天", "● reported  · even progress  ┄ target  │ due  ┊ today"),
    # Keys, as the line at the bottom names them.
    "key.filter": ("筛选", "Filter"),
    "key.order": ("排序", "Sort"),
    "key.overdue": ("只看逾期", "Overdue"),
    "key.help": ("帮助", "Help"),
    "key.quit": ("退出", "Quit"),
    "key.back": ("返回", "Back"),
    "key.next": ("下一项", "Next"),
    "key.previous": ("上一项", "Previous"),
    "key.quote": ("看原文", "Letter"),
    "key.table": ("回到表格", "To the table"),
    "key.clear": ("清除", "Clear"),
    "key.save": ("保存", "Save"),
    "act.confirm": ("确认", "Confirm"),
    "act.reject": ("不跟踪", "Reject"),
    "act.edit": ("更正", "Edit"),
    "act.undo": ("撤回决定", "Undo"),
    "act.progress": ("填报进展", "Progress"),
    "act.settle": ("销号", "Settle"),
    "act.reopen": ("恢复跟踪", "Reopen"),
    "act.decide": ("决定申请", "Decide"),
    "act.retry": ("重新投递", "Retry"),
    "act.cancel": ("取消消息", "Cancel"),
    # As choices of the form, where the ledger's own words have a figure in them.
    "mode.amount": ("完成量", "amount completed"),
    "comparator.=": ("等于", "exactly"),
    "field.why": ("理由", "Reason"),
    "field.note": ("文字说明", "Note"),
    "field.as_of": ("数据截至", "As of"),
    "field.figure": ("完成值", "Figure"),
    "field.evidence": ("佐证（出处或网址）", "Evidence (text or address)"),
    "field.on": ("结果日期", "Day of the outcome"),
    "field.decision": ("决定", "Decision"),
    "field.until": ("准予延至", "Granted until"),
    "decision.approve": ("同意", "approve"),
    "decision.refuse": ("不同意", "refuse"),
    "required": ("必填", "needed"),
    "asked": (
        "申请 {id}：{kind}，{who}，{day}。理由：{why}",
        "Request {id}: {kind}, {who}, {day}. Reason: {why}",
    ),
    "done.confirm": ("{ref} 已确认", "{ref} confirmed"),
    "done.reject": ("{ref} 不跟踪", "{ref} rejected"),
    "done.edit": ("{ref} 已更正", "{ref} corrected"),
    "done.undo": ("{ref} 已撤回上一个决定", "{ref}: the last decision was taken back"),
    "done.progress": ("{ref} 已填报", "{ref} reported"),
    "done.settle": ("{ref} 已销号", "{ref} settled"),
    "done.reopen": ("{ref} 已恢复跟踪", "{ref} is open again"),
    "done.decide": ("申请 {ref} 已答复", "request {ref} answered"),
    "done.retry": ("消息 {ref} 重新排队", "message {ref} queued again"),
    "done.cancel": ("消息 {ref} 已取消", "message {ref} cancelled"),
    "no_change": ("没有改动", "nothing changed"),
    "not_here": ("这里不能{act}", "{act} does not go here"),
    "no_request": ("{ref} 没有待决定的申请", "no request waits on {ref}"),
    "no_undo_of": (
        "{act}不能撤回：填错的可再填一次，销号的可用 a 恢复跟踪；更早的决定请用 tracker undo",
        "{act} cannot be taken back: report again, or reopen with a; for what was decided before it: tracker undo",
    ),
    "quit_by": ("退出请按 q（有窗口时先按 Esc）", "q quits; Esc first where a window is open"),
    "lapses": ("有申请待决定：{kind}。{act}后申请失效，撤回也不恢复", "a request waits: {kind}. It lapses with this, and undo does not bring it back"),
    "new_unit": ("名录中没有 {names}，已作为新单位加入；写错了请再更正", "{names} was not in the registry and was entered as a new unit; correct it if it is misspelt"),
    "effect": ("{field}：{old} → {new}", "{field}: {old} → {new}"),
    "refs": ("所涉承诺", "Commitments"),
    "no_choice": ("（空）", "(none)"),
    "no_undo": ("本次没有可撤回的决定", "nothing to take back in this sitting"),
    "bad_day": ("{field}：{text} 不是日期，请写如 2026-12-31", "{field}: {text} is no date"),
    "help.title": ("按键", "Keys"),
    "help.move": ("↑ ↓ PgUp PgDn Home End  移动；Enter 查看；Esc 返回", "↑ ↓ PgUp PgDn Home End move; Enter opens; Esc goes back"),
    "help.tabs": ("1 – 5 或 ← →  换页：承诺、单位、代表、发件箱、待审核", "1 – 5 or ← → the tabs: commitments, units, deputies, outbox, review"),
    "help.filter": ("/ 筛选（边输边筛）；Esc 清除；Enter 回到表格", "/ filters as you type; Esc clears; Enter back to the table"),
    "help.order": ("o 换排序；r 倒序；v 只看逾期", "o next order; r reverse; v overdue only"),
    "help.acts": (
        "c 确认  x 不跟踪  e 更正；z 撤回其中最近一次。p 填报进展  s 销号  a 恢复跟踪  d 决定申请",
        "c confirm  x reject  e edit; z undoes the last of these. p progress  s settle  a reopen  d decide a request",
    ),
    "help.outbox": ("发件箱：y 重新投递  K 取消", "outbox: y retry  K cancel"),
    "help.other": ("t 明暗；l 看答复件原文；n b 下一项、上一项；q 退出", "t light or dark; l the letter; n b next, previous; q quits"),
    "help.same": (
        "在这里做的，与命令行的 confirm、reject、edit、progress、settle、requests 一样，都记入变更记录。",
        "What is done here is what the commands do, and stands in the history.",
    ),
}  # fmt: skip

#: Words under a key, {names} filled in.
Say = Callable[..., str]


def say_in(language: Language) -> Say:
    """The words of the dashboard, and of the ledger, in a language."""
    ledger = Wording(language)

    def say(key: str, **values: object) -> str:
        if key in WORDS:
            return WORDS[key][language == "en"].format(**values)
        assert key in LEDGER, key  # noqa: S101 - a missing word is our own bug
        return ledger(key, **values)

    return say


#: An option of the command line as the remedy; on the screen there is a field for it.
_OPTIONS: Final = re.compile(r"[:：]\s*--[a-z].*$", re.DOTALL)
#: What a line says of options for which the screen has fields: in its words.
_ON_THE_SCREEN: Final = (
    (
        "delivered in time: --on DAY, else kept_late",
        "give the day of delivery, or choose “kept late”",
    ),
    (
        "按期兑现的请用 --on 写明兑现日期，否则用 kept_late（逾期兑现）",
        "按期兑现的请写明兑现日期，否则选逾期兑现",
    ),
)
_NAMES: Final = "value|unit|mode|comparator|kind|what|strength|deadline|owner"
_OPTION: Final = re.compile(rf"--({_NAMES}) …")
#: A field as the program calls it, among Chinese words.
_FIELD: Final = re.compile(rf"(?<![\w-])(?:{_NAMES})(?![\w-])")


def wrong_in(language: Language, error: TrackerError) -> str:
    """What is wrong, on one line, in a language, without the options of the command line.

    Args:
        language: "zh" or "en".
        error: as the ledger raised it.
    """
    return plainly(language, in_chinese(str(error)) if language == "zh" else str(error))


def plainly(language: Language, said: str) -> str:
    """A line in the words of the screen, which has fields where the command line has options.

    Args:
        language: of the line.
        said: as the command line has it.
    """
    for option, words in _ON_THE_SCREEN:
        said = said.replace(option, words)
    said = _OPTION.sub(lambda found: LEDGER[f"field.{found[1]}"][language == "en"], said)
    if language == "zh":
        said = _FIELD.sub(lambda found: LEDGER[f"field.{found[0]}"][0], said)
    clauses = re.split(r"(?<=[;；])", _OPTIONS.sub("", said))
    kept = [clause for clause in clauses if "--" not in clause] or clauses
    return one_line("".join(kept).strip(" ;；"))
