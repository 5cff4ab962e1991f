"""The commonest lines on what is wrong, in Chinese.

Errors are raised in English by code that knows no language. Before one is printed it is looked up
here; a line that stands in no row is printed as it is, whole. A row's English is the line as the
code writes it, with {names} for what changes; a test holds every row against the sources. Why files
and lists are not taken has a table of its own, reasons.py.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.cli.reasons import REASONS

#: English as raised → Chinese.
LINES: Final[dict[str, str]] = {
    # What is named and not there.
    "no commitment {ref}; {remedy}": "没有编号为 {ref} 的承诺;{remedy}",
    "no unit {name}; {remedy}": "没有单位 {name};{remedy}",
    "no deputy {name}; {remedy}": "没有代表 {name};{remedy}",
    "no suggestion {code}; {remedy}": "没有编号为 {code} 的建议提案;{remedy}",
    "no message {id}; see: {command}": "没有编号为 {id} 的消息;请查:{command}",
    "did you mean {names}?": "是不是 {names}?",
    "see: {command}": "请查:{command}",
    "nothing has been imported yet: tracker import FILE": "还没有导入任何答复件:tracker import 文件",
    # What a decision lacks, or what stands against it.
    "{ref}: say why it is rejected: --why TEXT": "{ref}:请写明不跟踪的理由:--why 理由",
    "{ref}: say why the deadline moves: --why TEXT": "{ref}:请写明时限为何变更:--why 理由",
    "{ref}: say why it is reopened: --why TEXT": "{ref}:请写明恢复跟踪的理由:--why 理由",
    "{ref}: say why, or with what evidence: --why TEXT or --evidence TEXT": (
        "{ref}:请写明理由或佐证:--why 理由 或 --evidence 佐证"
    ),
    "{ref}: say what was reached: --value NUMBER or --note TEXT": (
        "{ref}:请写明进展:--value 数值 或 --note 说明"
    ),
    "{ref} is settled; reopen it first: {command}": "{ref} 已销号;请先恢复跟踪:{command}",
    "{ref}: renews {name} is no commitment; see: {command}": (
        "{ref}:没有编号为 {name} 的承诺,不能记为它的再次承诺;请查:{command}"
    ),
    "{ref}: {name} stands in no earlier letter, so it is not made again": (
        "{ref}:{name} 不在更早的答复件中,不是再次承诺"
    ),
    "{ref} is open already": "{ref} 本来就在跟踪",
    "{ref} is not followed; confirm it first: {command}": "{ref} 没有跟踪;请先确认:{command}",
    "{ref} is not confirmed; confirm it first: {command}": "{ref} 尚未确认;请先确认:{command}",
    "{ref} has no target figure; report with --note TEXT": "{ref} 没有量化目标;请用 --note 写文字说明",
    "{ref}: {day} is still to come": "{ref}:{day} 还没有到",
    "{ref}: {day} is still to come; --as-of is the day of the figure": (
        "{ref}:{day} 还没有到;--as-of 是数据截至的日期"
    ),
    "{ref} was due on {day}; delivered in time: --on DAY, else kept_late": (
        "{ref} 的时限是 {day};按期兑现的请用 --on 写明兑现日期,否则用 kept_late(逾期兑现)"
    ),
    "{ref} was due on {day}; on {on} it is kept, not kept_late": (
        "{ref} 的时限是 {day};{on} 兑现是 kept(已兑现),不是 kept_late(逾期兑现)"
    ),
    "{ref}: {value} is below zero; report what was reached": "{ref}:{value} 小于零;请填已完成的数值",
    "{ref}: there is nothing to take back": "{ref}:没有可撤销的决定",
    "{ref}: somebody has decided since; nothing is taken back: {command}": (
        "{ref}:其后已有人另作决定,没有撤销:{command}"
    ),
    "{ref}: a measurable commitment also needs {options}": "{ref}:量化承诺还须写明 {options}",
    "{ref}: only a measurable commitment has a {field}; add --kind measurable": (
        "{ref}:只有量化承诺才有 {field};请加 --kind measurable"
    ),
    "{ref}: no field {name}; fields: {names}": "{ref}:没有字段 {name};可更正的字段:{names}",
    "{ref}: {name} must be one of {names}, not {value}": "{ref}:{name} 只能是 {names},不能是 {value}",
    "{ref}: {name} {value} is no number; write {example}": "{ref}:{name} {value} 不是数值;请写如 {example}",
    "{what} {value} is out of range; write 30 or 2733.5": "{what} {value} 超出范围;请写如 30 或 2733.5",
    "{ref}: {value} is no date; write 2023-12-31, or none": "{ref}:{value} 不是日期;请写成 2023-12-31,无时限写 none",
    "{ref}: {name} must be one line without control characters": "{ref}:{name} 只能是一行文字,不能含控制符",
    "{ref}: {name} must be one line of up to 200 characters": "{ref}:{name} 只能是一行文字,至多 200 字",
    # What is typed.
    "{value} is no date; write it as 2023-12-31 or 2023年12月31日": "{value} 不是日期;请写成 2023-12-31 或 2023年12月31日",
    "{value} is out of range; years go from {first} to {last}": "{value} 超出范围;年份须在 {first} 至 {last} 之间",
    "{value} is none of: {choice}": "{value} 不在可选之列:{choice}",
    "{value} is not one of {choice}": "{value} 不在可选之列:{choice}",
    "Invalid value for {option}: {reason}": "{option} 的值不对:{reason}",
    "No such option: {option}": "没有选项 {option}",
    "No such option: {option} Did you mean {names}?": "没有选项 {option};是不是 {names}?",
    "No such option {option}": "没有选项 {option}",
    "No such option {option}. Did you mean {names}?": "没有选项 {option};是不是 {names}?",
    "No such command {command}": "没有命令 {command}",
    "No such command {command}. Did you mean {names}?": "没有命令 {command};是不是 {names}?",
    "Missing argument {name}": "缺少参数 {name}",
    "Missing option {name}": "缺少选项 {name}",
    "Option {name} requires an argument": "选项 {name} 后面要写值",
    "Got unexpected extra argument ({words})": "多出了参数({words})",
    "Got unexpected extra arguments ({words})": "多出了参数({words})",
    "give one of --unit, --deputy, --suggestion": "--unit、--deputy、--suggestion 只能写一个",
    "--changes shows every letter; leave the other options out": "--changes 列出全部答复件,请去掉其他选项",
    "--output must name a file": "--output 请写文件名",
    "what was typed is no UTF-8": "输入的不是 UTF-8 文字",
    # Files and folders.
    "No such file or directory": "没有这个文件",
    "no such file or directory": "没有这个文件",
    "no such file": "没有这个文件",
    "Permission denied": "没有权限",
    "permission denied": "没有权限",
    "Not a directory": "不是文件夹",
    "File name too long": "文件名太长",
    "file name too long": "文件名太长",
    "Read-only file system": "磁盘只能读,不能写",
    "cannot be written: {reason}": "写不进去:{reason}",
    "cannot write: {reason}": "写不进去:{reason}",
    "No space left on device": "磁盘已满",
    "Is a directory": "是文件夹,不是文件",
    "the archived copy is missing; restore it from a backup": "存档副本不见了;请从备份恢复",
    # Settings and database.
    "no such settings file": "没有这个设置文件",
    "unknown key {key}; known: {names}": "没有设置项 {key};可用:{names}",
    "{key} must be one of {names}, not {value}": "{key} 只能是 {names},不能是 {value}",
    "{key} must be a list": "{key} 应为列表",
    "{key} must be a table: {form}": "{key} 应为一节:{form}",
    "the current folder does not exist any more; change to another one": "当前文件夹已不存在;请换一个文件夹",
    "nobody is logged in by a name; set TRACKER_USER": "不知道是谁在操作;请设环境变量 TRACKER_USER",
    "the database has schema {found}, this program knows {known}; install the newer version: {command}": (
        "数据库版本是 {found},本程序只认到 {known};请升级程序:{command}"
    ),
    **REASONS,
}  # fmt: skip

#: Longer lines are no rows of the table: a pattern with three names costs the square of a line.
_LONGEST: Final = 800
#: So many colons stand before the reason at most: those of a path and of an address.
_DEEPEST: Final = 6

_QUOTED: Final = re.compile(r"'(.*)'|\"(.*)\"", re.DOTALL)
_NAME: Final = re.compile(r"\{(\w+)\}")


def in_chinese(line: str) -> str:
    """A line on what is wrong in Chinese, as far as the table has it.

    Args:
        line: as raised: the reason, or "FILE: reason".

    Returns:
        The Chinese for it, or the line itself.
    """
    if len(line) > _LONGEST:
        return line
    found = _looked_up(line)
    if found is not None:
        return found
    # What is wrong follows what it is wrong with: "config.toml: unknown key …".
    parts = line.split(": ", _DEEPEST)
    for place in range(1, len(parts)):
        found = _looked_up(": ".join(parts[place:]))
        if found is not None:
            return f"{': '.join(parts[:place])}:{found}"
    return line


def _looked_up(line: str) -> str | None:
    for fixed, pattern, chinese in _patterns():
        match = pattern.fullmatch(line) if all(words in line for words in fixed) else None
        if match:
            return chinese.format(**{name: _part(text) for name, text in match.groupdict().items()})
    return None


def _part(text: str) -> str:
    """What changes in a line: a value in Chinese marks, or a line of its own."""
    quoted = _QUOTED.fullmatch(text)
    if quoted and not {"'", '"'} & set(quoted[1] or quoted[2] or ""):
        return f"“{quoted[1] if quoted[1] is not None else quoted[2]}”"
    return _looked_up(text) or text


@cache
def _patterns() -> list[tuple[list[str], re.Pattern[str], str]]:
    """The rows, those with the most fixed words first: these words, the pattern, the Chinese."""
    rows = sorted(LINES.items(), key=lambda row: -len(_NAME.sub("", row[0])))
    return [
        (_NAME.split(english)[::2], re.compile(_pattern(english), re.DOTALL), chinese)
        for english, chinese in rows
    ]


def _pattern(english: str) -> str:
    parts = _NAME.split(english)
    return "".join(
        f"(?P<{part}>(?:{_sign(place, parts)})+?)" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    )


def _sign(place: int, parts: list[str]) -> str:
    """What a value is made of: one that begins a line takes in no file that stands before it."""
    return "(?!: )." if place == 1 and not parts[0] else "."
