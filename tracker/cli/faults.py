"""What is wrong with a line of a table, and what to do: reasons of store and intake in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.cli.words import Speech, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.store.entries import Fault

WORDS: Final[Words] = {
    "field.name": ("名称", "name"),
    "field.alias": ("简称", "other name"),
    "field.aliases": ("简称", "other names"),
    "field.merged": ("并入", "merged"),
    "field.contact": ("联系人", "contact"),
    "field.email": ("邮箱", "mail"),
    "field.head": ("分管负责人", "head"),
    "field.head_email": ("负责人邮箱", "head's mail"),
    "field.parent": ("上级单位", "superior"),
    "field.session": ("届次", "session"),
    "field.region": ("地方", "place"),
    "field.year": ("年份", "year"),
    "field.number": ("编号", "number"),
    "field.title": ("标题", "title"),
    "field.link": ("链接", "link"),
    "field.body": ("类型", "body"),
    "field.deputies": ("提出人", "deputies"),
    "field.lead": ("主办单位", "lead unit"),
    "field.assist": ("协办单位", "assisting units"),
    "field.assisting": ("协办单位", "assisting units"),
    "field.reply_due": ("答复时限", "reply due"),
    "field.category": ("类别", "class"),
    "field.listed_in": ("清单", "list"),
    "fault.empty": ("为空；请补填", "is empty; fill it in"),
    "fault.unprintable": (
        "含换行、控制符或看不见的字符；请删去",
        "holds a line break, control or invisible character; take it out",
    ),
    "fault.long": ("超过 {n} 个字；请缩短", "is longer than {n} characters; shorten it"),
    "fault.formula": (
        "{value}：公式没有算出值；请在表格软件中改成文字再存",
        "{value}: a formula without a value; save it as plain text",
    ),
    "fault.ditto": ("“{value}”；请写出内容", "{value!r}; write it out"),
    "fault.mail": ("“{value}”不是邮箱地址；请写成 zhang@example.gov.cn 这样的地址", "{value!r} is no mail address; write one such as zhang@example.org"),
    "fault.number": ("“{value}”认不出编号；请写成 25 或 第25号 这样，一行一件", "{value!r} is no number; write one such as 25, one a row"),
    "fault.person": ("“{value}”不是姓名；姓名之间用顿号", "{value!r} is no name; write names with 、 between"),
    "fault.day": ("“{value}”认不出日期；请写成 2023-05-31 这样的日期", "{value!r} is no day; write one such as 2023-05-31"),
    "fault.year": ("“{value}”没有年份；请用 --year 写明是哪一年，如 --year 2023", "{value!r} has no year; add the one that is meant, such as --year 2023"),
    "fault.body": (
        "看不出是人大建议还是政协提案；请加 --body npc 或 --body cppcc",
        "NPC or CPPCC is not said; add --body npc or --body cppcc",
    ),
    "fault.merged": (
        "与合并单元格所在的第 {other} 行不一致；请拆开写",
        "contradicts row {other}, with which it is merged; part them",
    ),
    "fault.twice": (
        "与第 {other} 行重复；只导入第 {other} 行，请合成一行",
        "is row {other} over again; only row {other} is taken, make one row of them",
    ),
    "fault.other_title": (
        "台账中 {code} 号是《{title}》，题目不同；请核对编号",
        "{code} is 《{title}》 in the ledger, another title; check the number",
    ),
    "fault.several": (
        "名录中同名的有 {n} 人；请写明届次：{sessions}",
        "there are {n} of that name; write the 届次 out: {sessions}",
    ),
    "fault.alias_listed": (
        "简称 {name} 是第 {other} 行的单位；请去掉一处",
        "{name} is the unit of row {other}; take one of them out",
    ),
    "fault.alias_taken": (
        "{name} 是名录中另一单位的名称；请核对",
        "{name} is the name of another unit of the registry; check it",
    ),
    "fault.is_alias": (
        "{name} 是 {unit} 的简称；请用全称，或先改简称",
        "{name} is a short name of {unit}; write the full name",
    ),
    "fault.below": ("{name} 是它的下级，不能作上级；请核对", "{name} stands below it; check which is above"),
}  # fmt: skip


def fault_line(fault: Fault, columns: Mapping[str, str], say: Speech) -> str:
    """One fault: the row, the column as the table names it, what is wrong, what to do.

    Args:
        fault: the fault.
        columns: field → the word over its column.
        say: words of a table that holds these and "row".
    """
    column = columns.get(fault.field) or say(f"field.{fault.field}")
    reason = say(f"fault.{fault.reason}", **fault.values)
    return f"{say('row', n=fault.line)} {column}: {reason}"
