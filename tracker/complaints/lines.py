"""The commonest lines on what is wrong, in Chinese.

Errors are raised in English by code that knows no language. Before one is printed it is looked up
here; a line that stands in no row is printed as it is, whole. A row's English is the line as the
code writes it, with {names} for what changes; a test holds every row against the sources. Why files
and lists are not taken has a table of its own, reasons.py, and so have what stands against the
database, database.py, and what the system says, system.py.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.complaints.database import DATABASE
from tracker.complaints.fields import FIELDS
from tracker.complaints.reasons import REASONS
from tracker.complaints.system import SYSTEM

#: English as raised → Chinese.
LINES: Final[dict[str, str]] = {
    # What is named and not there.
    "no commitment {ref}; {remedy}": "没有编号为 {ref} 的承诺；{remedy}",
    "no unit {name}; {remedy}": "没有单位 {name}；{remedy}",
    "no unit {name}; did you mean {names}? or enter it: {command}": (
        "没有单位 {name}；是不是 {names}？如确是新的单位，请先登记：{command}"
    ),
    "no deputy {name}; {remedy}": "没有代表 {name}；{remedy}",
    "no unit or deputy has the name {name}; {remedy}": "没有名为 {name} 的单位或代表；{remedy}",
    "more than one unit or deputy has the name {name}; {remedy}": (
        "名为 {name} 的单位或代表不止一个；{remedy}"
    ),
    "no suggestion {code}; {remedy}": "没有编号为 {code} 的建议提案；{remedy}",
    "no session {name}; there are: {names}": "没有届次 {name}；已有：{names}",
    "--since {day} is after --as-of {until}; give an earlier day": (
        "--since {day} 晚于 --as-of {until}；请写更早的日期"
    ),
    "is no template: it must be a .docx file": "不是模板；须为 .docx 文件",
    "the template has no style {styles}": "模板缺少样式：{styles}",
    "no deputy {name} filed {code}; see: {command}": "没有代表 {name} 提出过 {code}；请查：{command}",
    "no subscription has the token {token}; it stands at the end of the message": (
        "没有口令为 {token} 的订阅；口令写在消息末尾"
    ),
    "message {id} is {state}; it cannot be cancelled": "消息 {id} {state}，不能取消",
    "message {id} is {state}; only failed, unknown and queued ones can be retried": (
        "消息 {id} {state}；只有失败、送达不明和排队中的可以重新投递"
    ),
    "sent": "已发送",
    "sending": "正在发送",
    "undeliverable": "无地址",
    "cancelled": "已取消",
    "{key}: another tracker run, or another program, holds this port; end it, or name another port": (
        "{key}：端口已被占用：另有 tracker run 或别的程序正在使用；请先结束它，或换一个端口"
    ),
    "no message {id}; see: {command}": "没有编号为 {id} 的消息；请查：{command}",
    "did you mean {names}?": "是不是 {names}？",
    "see: {command}": "请查：{command}",
    "enter it: {command}": "请先登记：{command}",
    "nothing has been imported yet: tracker import FILE": "还没有导入任何答复件：tracker import 文件",
    # What a decision lacks, or what stands against it.
    "{ref}: say why it is rejected: --why TEXT": "{ref}：请写明不跟踪的理由：--why 理由",
    "{ref}: say why the deadline moves: --why TEXT": "{ref}：请写明时限为何变更：--why 理由",
    "{ref}: say why it is reopened: --why TEXT": "{ref}：请写明恢复跟踪的理由：--why 理由",
    "{ref}: say why, or with what evidence: --why TEXT or --evidence TEXT": (
        "{ref}：请写明理由或佐证：--why 理由 或 --evidence 佐证"
    ),
    "{ref}: say what was reached: --value NUMBER or --note TEXT": (
        "{ref}：请写明进展：--value 数值 或 --note 说明"
    ),
    "{ref} is settled; reopen it first: {command}": "{ref} 已销号；请先恢复跟踪：{command}",
    "{ref}: renews {name} is no commitment; see: {command}": (
        "{ref}：没有编号为 {name} 的承诺，不能记为它的再次承诺；请查：{command}"
    ),
    "{ref}: {name} stands in no earlier letter, so it is not made again": (
        "{ref}：{name} 不在更早的答复件中，不是再次承诺"
    ),
    "{ref} is open already": "{ref} 本来就在跟踪",
    "{ref} is not followed; confirm it first: {command}": "{ref} 没有跟踪；请先确认：{command}",
    "{ref} is not confirmed; confirm it first: {command}": "{ref} 尚未确认；请先确认：{command}",
    "{ref} has no target figure; report with --note TEXT": "{ref} 没有量化目标；请用 --note 写文字说明",
    "{ref}: {day} is still to come": "{ref}：{day} 还没有到",
    "{ref}: {day} is still to come; --as-of is the day of the figure": (
        "{ref}：{day} 还没有到；--as-of 是数据截至的日期"
    ),
    "{ref} was due on {day}; delivered in time: --on DAY, else kept_late": (
        "{ref} 的时限是 {day}；按期兑现的请用 --on 写明兑现日期，否则用 kept_late（逾期兑现）"
    ),
    "{ref} was due on {day}; on {on} it is kept, not kept_late": (
        "{ref} 的时限是 {day}；{on} 兑现是 kept（已兑现），不是 kept_late（逾期兑现）"
    ),
    "{ref}: {value} is below zero; report what was reached": "{ref}：{value} 小于零；请填已完成的数值",
    "{ref}: there is nothing to take back": "{ref}：没有可撤销的决定",
    "{ref}: somebody has decided since; nothing is taken back: {command}": (
        "{ref}：其后已有人另作决定，没有撤销：{command}"
    ),
    "{ref}: a measurable commitment also needs {options}": "{ref}：量化承诺还须写明 {options}",
    "{ref}: only a measurable commitment has a {field}; add --kind measurable": (
        "{ref}：只有量化承诺才有 {field}；请加 --kind measurable"
    ),
    "{ref}: no field {name}; fields: {names}": "{ref}：没有字段 {name}；可更正的字段：{names}",
    "{ref}: {field} must be one of {names}, not {value}": "{ref}：{field} 只能是 {names}，不能是 {value}",
    "{ref}: {field} {value} is no number; write 30 or 2733.5": "{ref}：{field} {value} 不是数值；请写如 30 或 2733.5",
    "{ref}: {field} {value} is out of range; write 30 or 2733.5": "{ref}：{field} {value} 超出范围；请写如 30 或 2733.5",
    "{field} {value} is out of range; write 30 or 2733.5": "{field} {value} 超出范围；请写如 30 或 2733.5",
    "{ref}: {value} is no date; write 2023-12-31, or none": "{ref}：{value} 不是日期；请写成 2023-12-31，无时限写 none",
    "{ref}: {field} must be one line without control characters": "{ref}：{field} 只能是一行文字，不能含控制符",
    "{ref}: {field} must be one line of up to 200 characters": "{ref}：{field} 只能是一行文字，至多 200 字",
    # What a unit asks for, and what deputies say.
    "no request {id}; see: {command}": "没有编号为 {id} 的申请；请查：{command}",
    "{ref}: say why it is asked for: --why TEXT": "{ref}：请写明申请的理由：--why 理由",
    "{ref}: request {id} asks for this already; to ask anew: {command}": (
        "{ref}：申请 {id} 已提出同样的事项；要重新提出，请先撤回：{command}"
    ),
    "{ref} has no deadline that could be extended": "{ref} 没有时限，无从延期",
    "{ref}: say until when: --until DATE": "{ref}：请写明延至哪一天：--until 日期",
    "{ref}: an extension must end after {day}, not on {until}": "{ref}：延期须延至 {day} 之后，不能是 {until}",
    "{ref}: an interim target needs --interim and --interim-on": "{ref}：阶段目标须同时写 --interim 和 --interim-on",
    "{ref} has no target figure; leave --interim out": "{ref} 没有量化目标；请去掉 --interim",
    "{ref}: an interim target falls between {first} and {last}": "{ref}：阶段目标的日期须在 {first} 与 {last} 之间",
    "{ref}: name the right unit: --unit NAME": "{ref}：请写明应办单位：--unit 单位",
    "{ref} is of {owners}; say which of them asks: --who UNIT": "{ref} 的责任单位有 {owners}；请写明是哪一个申请：--who 单位",
    "{ref}: {name} is too long for the name of a unit": "{ref}：{name} 太长，不像单位名称",
    "{ref} is of {unit} already": "{ref} 的责任单位本来就是 {unit}",
    "{ref} is not of {unit} any more; refuse, or correct the owners: {command}": (
        "{ref} 的责任单位里已没有 {unit}；请不予同意，或更正责任单位：{command}"
    ),
    "{ref}: say what is right: {options}": "{ref}：请写明正确的内容：{options}",
    "{ref} says so already": "{ref} 本来就是这样",
    "request {id} asks for no extension; leave --until out": "申请 {id} 不是延期申请；请去掉 --until",
    "{ref} is due on {day}; grant a later day with --until, or refuse": (
        "{ref} 的时限是 {day}；请用 --until 准予更晚的一天，或不予同意"
    ),
    "request {id}: say why it is refused: --why TEXT": "申请 {id}：请写明不同意的理由：--why 理由",
    "request {id} is decided already: {state} by {name}": "申请 {id} 已有结果：{state}（{name}）",
    "approved": "已同意",
    "refused": "未同意",
    "lapsed": "已失效",
    "{ref} has no deadline; it can be rated once it is settled": "{ref} 没有时限，销号后才能评价",
    "{ref} is due on {day}; it can be rated from that day on": "{ref} 的时限是 {day}，自那天起才能评价",
    "{ref}: {name} did not file it; {told}": "{ref}：{name} 不是提出人；{told}",
    "it was filed by {names}": "提出人是 {names}",
    "its deputies are not known": "提出人不详",
    "--who must be a name on one line, not {name}": "--who 须是一行以内的单位或姓名，不能是 {name}",
    "{ref}: the quote holds no words": "{ref}：原文是空的",
    "{ref}: {field} is longer than {n} characters; attach it as a file": "{ref}：{field} 超过 {n} 字；请作为文件附上",
    # What is typed.
    "{value} is no date; write it as 2023-12-31 or 2023年12月31日": "{value} 不是日期；请写成 2023-12-31 或 2023年12月31日",
    "{value} is out of range; years go from {first} to {last}": "{value} 超出范围；年份须在 {first} 至 {last} 之间",
    "{value} is none of: {choice}": "{value} 不在可选之列：{choice}",
    "{value} is not one of {choice}": "{value} 不在可选之列：{choice}",
    "Invalid value for {option}: {reason}": "{option} 的值不对：{reason}",
    "No such option: {option}": "没有选项 {option}",
    "No such option: {option} Did you mean {names}?": "没有选项 {option}；是不是 {names}",
    "No such option {option}": "没有选项 {option}",
    "No such option {option}. Did you mean {names}?": "没有选项 {option}；是不是 {names}",
    "No such command {command}": "没有命令 {command}",
    "No such command {command}. Did you mean {names}?": "没有命令 {command}；是不是 {names}",
    "Missing argument {name}": "缺少参数 {name}",
    "Missing option {name}": "缺少选项 {name}",
    "Option {name} requires an argument": "选项 {name} 后面要写值",
    "Got unexpected extra argument ({words})": "多出了参数（{words}）",
    "Got unexpected extra arguments ({words})": "多出了参数（{words}）",
    "give one of --unit, --deputy, --suggestion": "--unit、--deputy、--suggestion 只能写一个",
    "give one of --unit, --deputy, --all; --all without --output":
        "--unit、--deputy、--all 写一个，也只能写一个；写了 --all 就不写 --output",
    "{address} is not on the list; see: {command}": "{address} 不在静默名单上；请查：{command}",
    # Bounces.
    "is larger than {size} MB": "超过 {size} MB",
    "is no report of a delivery that failed (RFC 3464)": "不是退信报告（RFC 3464）",
    "names nobody whom a mail failed to reach": "没有写明哪个收件人无法送达",
    "cannot be read as a mail: {kind}": "不是能读的邮件：{kind}",
    "--changes shows every letter; leave the other options out": "--changes 列出全部答复件，请去掉其他选项",
    "--output must name a file": "--output 请写文件名",
    "there is no folder {folder}; make it, or name another": "没有文件夹 {folder}；请先建好，或换一处",
    "there is no folder {folder}; make it, or correct database_url": "没有文件夹 {folder}；请先建好，或改正 database_url",
    "what was typed is no UTF-8": "输入的不是 UTF-8 文字",
    # Files and folders.
    "no such file or directory": "没有这个文件",
    "no such file": "没有这个文件",
    "permission denied": "没有权限",
    "file name too long": "文件名太长",
    "cannot be written: {reason}": "写不进去：{reason}",
    "cannot write: {reason}": "写不进去：{reason}",
    "the archived copy is missing; restore it from a backup": "存档副本不见了；请从备份恢复",
    # Settings and database.
    "no such settings file": "没有这个设置文件",
    "is not in UTF-8; save it again, with the encoding UTF-8": (
        "不是 UTF-8 编码；请用记事本打开，“另存为”时编码选 UTF-8"
    ),
    "line {line}, column {column}: {sign} is a sign of the Chinese keyboard; write {right} in its place": (
        "第 {line} 行第 {column} 列：{sign} 是中文（全角）符号；请改用英文（半角）符号 {right}"
    ),
    "line {line}, column {column}: {reason}; write key = \"text\" or key = 5 on a line of its own": (
        "第 {line} 行第 {column} 列写法不对（{reason}）；请一行写一项，如 key = \"文字\" 或 key = 5"
    ),
    "at the end: {reason}; write key = \"text\" or key = 5 on a line of its own": (
        "文件末尾写法不对（{reason}）；请一行写一项，如 key = \"文字\" 或 key = 5"
    ),
    "Invalid value": "值写得不对",
    "Invalid statement": "这一行看不懂",
    "Unterminated string": "引号没有收尾",
    "Unclosed array": "方括号没有收尾",
    "Cannot overwrite a value": "同一项写了两次",
    "Expected newline or end of document after a statement": "一项写完后还有多余的字",
    "Expected {what} after a key in a key/value pair": "名称后面缺 {what}",
    "Expected {what} at the end of a table declaration": "节名后面缺 {what}",
    "Cannot declare {name} twice": "{name} 这一节写了两次",
    "cannot be read: {reason}": "读不了：{reason}",
    "{key} must be a name on one line, of {n} characters at most": "{key} 应为一行以内的名称，至多 {n} 字",
    "{key} must have {n} steps at most, not {count}": "{key} 至多 {n} 级，现有 {count} 级",
    "{key} must name who is told: {names}": "{key} 请写明发给谁：{names}",
    "{key} or every must say when: days = [-7, 0], or every = 7": (
        "{key} 或 every 须写明何时催办：days = [-7, 0] 或 every = 7"
    ),
    "{key} must be {n} at most; every = 7 comes again and again": "{key} 至多写 {n} 个；反复催办请用 every = 7",
    "{key} must be 1 to {n} days after the deadline, not {value}": "{key} 应为时限后 1 至 {n} 天，不能是 {value}",
    "{key} is missing: first and last bound what comes again": "缺少 {key}：first、last 只限定按 every 反复的催办",
    "{key} must not be before the first day, which is {day}": "{key} 不能早于首日，首日是 {day}",
    "[ladder] is now one [[ladder]] for each step: {step}; before = [30] is {before}, on_day is {day}, after_every = 7 is {after}supervisor_after = 14 is {supervisor}": (
        "[ladder] 已改为每级一节 [[ladder]]：{step}；before = [30] 改写为 {before}，on_day 改写为 {day}，after_every = 7 改写为 {after}supervisor_after = 14 改写为 {supervisor}"
    ),
    "{key} must be {low} to {high}, not {value}": "{key} 应在 {low} 至 {high} 之间，不能是 {value}",
    "{key} must be {low} to {high} days, not {value}": "{key} 应在 {low} 至 {high} 天之间，不能是 {value}",
    "{key} must be {low} to {high} seconds, not {value}": "{key} 应在 {low} 至 {high} 秒之间，不能是 {value}",
    "{key} must be {low} to {high} seconds": "{key} 应在 {low} 至 {high} 秒之间",
    "{key} must be more than 0 and at most {n} seconds": "{key} 应大于 0 秒，至多 {n} 秒",
    "{key} must be 0 to 100 percent of the target; 0 turns it off": "{key} 应为目标的百分之 0 至 100;0 为不用",
    "{key} {name} is longer than {n} characters": "{key} 的 {name} 超过 {n} 字",
    "{key} is {name}, as {other} is; two lights need two names": "{key} 与 {other} 都叫 {name}；两种灯须有两个名称",
    "{key} must be one line without control characters or blanks around it": (
        "{key} 只能是一行文字，首尾没有空格，不含控制符"
    ),
    "{key} must be one line without control characters": "{key} 只能是一行文字，不含控制符",
    "{key} {n} fields; write five: minute hour day month weekday": "{key} 有 {n} 段；须写五段：分 时 日 月 星期",
    "{key} {field}: {part} is not from {low} to {high}": "{key} 的 {field}：{part} 不在 {low} 至 {high} 之间",
    "{key} {field}: {part} runs backwards": "{key} 的 {field}：{part} 前后颠倒",
    "{key} {field}: {part} has no step": "{key} 的 {field}：{part} 的步长应为 1 以上",
    "{key} {field}: {part} is none": "{key} 的 {field}：{part} 写法不对",
    "{key} no month of these has a day {day}": "{key} 所写的月份都没有 {day} 日",
    "{key} must be 1 to 65535, or 0 for none": "{key} 应为 1 至 65535，不用写 0",
    "{key} is missing: the address that messages come from": "缺少 {key}：请写发件的邮箱地址",
    "{key} must be a plain mail address: {reason}": "{key} 应为单纯的邮箱地址：{reason}",
    "{address} is no mail address; write name@host": "{address} 不是邮箱地址；请写成 name@host",
    "{key} has blanks around it": "{key} 首尾有空格",
    "{key} {host} is no name of a server; write such as mail.example.gov": (
        "{key} 的 {host} 不是服务器名；请写如 mail.example.gov"
    ),
    '{key} "none" is allowed to this machine only; use starttls or tls': (
        "{key} 的 none 只限本机；请用 starttls 或 tls"
    ),
    "{key} {name} is unknown; write such as Asia/Shanghai": "{key} 没有时区 {name}；请写如 Asia/Shanghai",
    "{key} must be 0 or more; above 1 nothing is confirmed by itself": "{key} 应为 0 以上；大于 1 即不自动确认",
    '{key} must say whose digests it gets: ["supervisor"], or units by name': (
        '{key} 请写明收谁的汇总：["supervisor"]，或单位名称'
    ),
    "{key} must hold names on one line": "{key} 中的名称只能是一行文字",
    "{key} two are named {name}": "{key} 有两个都叫 {name}",
    "unknown key {key}; known: {names}": "没有设置项 {key}；可用：{names}",
    "{key} must be one of {names}, not {value}": "{key} 只能是 {names}，不能是 {value}",
    "{key} must be a list": "{key} 应为列表",
    "{key} must be a table: {form}": "{key} 应为一节：{form}",
    "{variable} must be an https address, as the program gives it; http only to hosts in {table}": (
        "{variable} 须为 https 地址（照软件给出的填写）；http 只限 {table} 中的主机"
    ),
    "{variable} is missing: it signs what a webhook is sent": "缺少 {variable}：发往 webhook 的消息须签名",
    "{variable} must be plain letters, digits and signs": "{variable} 只能是英文字母、数字和符号",
    "the current folder does not exist any more; change to another one": "当前文件夹已不存在；请换一个文件夹",
    "nobody is logged in by a name; set TRACKER_USER": "不知道是谁在操作；请设环境变量 TRACKER_USER",
    "the database has schema {found}, this program knows {known}; install the newer version: {command}": (
        "数据库版本是 {found}，本程序只认到 {known}；请升级程序：{command}"
    ),
    # Audit, backup, letters of supervision.
    "--head and --link go together, as tracker audit head prints them": (
        "--head 与 --link 须同时给出，如 tracker audit head 所示"
    ),
    "--head {text} is no head; copy the 64 digits as tracker audit head prints them": (
        "--head {text} 不是末环校验值；请照 tracker audit head 所示抄全 64 位"
    ),
    "--link {n}: this head is of link {link}": "--link {n}：所给校验值属于第 {link} 环，请核对环号",
    "is there already; name another file": "已经存在；请另取文件名",
    "is no backup of this program": "不是本程序的备份",
    "is no whole backup of this program: {reason}": "不是本程序的完整备份：{reason}",
    "File is not a zip file": "不是 zip 文件",
    "does not hold what its manifest says": "内容与清单不符",
    "{name} in the backup is damaged; take another backup": "备份中的 {name} 已损坏；请换一份备份",
    "is not what was archived under this name; put it back from an earlier backup, or move it away, and back up again": (
        "内容与存档时不同；请从以前的备份中取回此文件，或将其移走，再重新备份"
    ),
    "the database in the backup is damaged: {reason}": "备份中的数据库已损坏：{reason}",
    "there is a ledger already; put it aside with: tracker restore --replace": (
        "这里已有台账；要另存旧库，请用：tracker restore --replace"
    ),
    "a program has the ledger open; end it first (tracker run, tracker review)": (
        "有程序正在使用台账；请先结束（tracker run、tracker review）"
    ),
    "the ledger is on a PostgreSQL server: back it up with pg_dump --format=custom, and with it the folder {folder}": (
        "台账在 PostgreSQL 服务器上：请用 pg_dump --format=custom 备份，并一并备份文件夹 {folder}"
    ),
    "{ref} is settled; there is nothing to urge": "{ref} 已销号，无需催办",
    "{ref} has no deadline; there is nothing to urge": "{ref} 没有时限，无从催办",
    "{ref} is due on {day}; a letter urges what is overdue": "{ref} 的时限是 {day}，尚未逾期，不能发函",
    "{ref}: a request of the unit waits for a decision; decide it first": (
        "{ref}：单位的申请尚待批复；请先批复"
    ),
    "{ref}: {unit} does not owe it": "{ref}：{unit} 不是它的责任单位",
    "{refs} are owed by different units; write one letter a unit": "{refs} 的责任单位不同；请按单位分别发函",
    "{refs}: owed by {names}; name one with --unit": "{refs}：责任单位有 {names}；请用 --unit 写明一个",
    "{text} is no number of a letter; write 云人办函〔2026〕12号": "{text} 不是发文字号；请写如 云人办函〔2026〕12号",
    "{number} was given to the letter of {day} to {unit}": "{number} 已用于 {day} 给 {unit} 的函",
    "cannot make the data folder: {reason}": "建不了数据文件夹：{reason}",
    "cannot keep the file: {reason}": "文件存不了档：{reason}",
    "cannot be copied: {reason}": "复制不了：{reason}",
    "cannot be followed to a folder": "找不到它指向的文件夹",
    "{key} must be {kind}, not {value}": "{key} 应为{kind}，不能是 {value}",
    "a text": "文字",
    "a whole number": "整数",
    "a number": "数值",
    "true or false": " true 或 false",
    "{key} must be a text": "{key} 应为文字",
    "{key} is out of range": "{key} 超出范围",
    "database_url holds a password; give the whole address in TRACKER_DATABASE_URL, secrets come from the environment": (
        "database_url 中写有密码；请把整个地址写入环境变量 TRACKER_DATABASE_URL"
    ),
    "{named} must begin with sqlite:/// or postgresql+psycopg://, as in sqlite:///tracker.db or postgresql+psycopg://user@host/tracker": (
        "{named} 应以 sqlite:/// 或 postgresql+psycopg:// 开头，如 sqlite:///tracker.db 或 postgresql+psycopg://user@host/tracker"
    ),
    "database_url is unusable: {reason}": "database_url 无法使用：{reason}",
    "the database driver {name} is missing; install it with: {command}": "缺少数据库驱动 {name}；请安装：{command}",
    "no WAL on this file system ({mode}); move the data folder to a local disk": (
        "这个文件系统不支持 WAL（{mode}）；请把数据文件夹移到本机磁盘"
    ),
    "no source {name}; known: {names}": "没有名为 {name} 的来源；已有：{names}",
    "TRACKER_USER must be a name in UTF-8 on one line, not {name}": "TRACKER_USER 应为一行 UTF-8 文字的姓名，不能是 {name}",
    "the ledger has changed meanwhile; try again": "台账刚被改动；请再试一次",
    "{old} and {new} cannot be one suggestion": "{old} 和 {new} 不可能是同一件",
    "{old} has a reply of its own": "{old} 已有自己的答复",
    "{old} has a reply of its own; {remedy}": "{old} 已有自己的答复；{remedy}",
    "merge {new} into {into}": "请反过来，把 {new} 并入 {into}",
    "--engine dask needs Dask; install it with: {command}": "--engine dask 需要 Dask；请安装：{command}",
    "no Dask scheduler answers at {address}; start one with: {command}": "{address} 没有 Dask 调度器应答；请启动：{command}",
    "the Dask scheduler has gone away; run the command again": "Dask 调度器已退出；请再次运行同一命令",
    "no worker process can be started (the last one ended: {how})": "启动不了工作进程（最后一个的结束原因：{how}）",
    **DATABASE,
    **REASONS,
    **SYSTEM,
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
            return f"{': '.join(parts[:place])}：{found}"
    return line


def _looked_up(line: str) -> str | None:
    for fixed, pattern, chinese in _patterns():
        match = pattern.fullmatch(line) if all(words in line for words in fixed) else None
        if match:
            return chinese.format(
                **{name: _part(name, text) for name, text in match.groupdict().items()}
            )
    return None


def _part(name: str, text: str) -> str:
    """What changes in a line: a value in Chinese marks, a field by its name, or a line of its own."""
    if name == "field" and text in FIELDS:
        return FIELDS[text]
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
