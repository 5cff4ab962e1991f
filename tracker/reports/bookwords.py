"""The words of the ledger's workbook, in both languages."""

from __future__ import annotations

from typing import Final

BOOK: Final[dict[str, tuple[str, str]]] = {
    "book.cover": ("说明", "Read me"),
    "book.ledger": ("台账", "Ledger"),
    "book.no_unit": ("未定单位", "No unit"),
    "book.title": ("{office}承诺事项台账", "{office} Ledger of commitments"),
    "book.as_of": ("数据截至", "As of"),
    "book.count": ("承诺事项", "Commitments"),
    "book.how": ("怎样填报", "How to fill it in"),
    "book.how.1": (
        "只填黄色各列（“填：”开头），其余各列只供查看，改了也不读取。",
        "Fill in the yellow columns only (“Fill in:”). The others are for reading; what is changed there is not taken.",
    ),
    "book.how.2": (
        "填：完成值 —— 数字，单位与“目标单位”相同；目标是“新增”的填承诺期内新增的数，“达到”的填现状，其余填完成的数量。百分比填 95，不填 95%。",
        "Figure: a number in the unit of the target: what was added within the period, the level reached, or the amount done. Of a percentage write 95, not 95%.",
    ),
    "book.how.3": (
        "填：截至日期 —— 完成值和进展所说的日期，如 2023-11-30；不填按导入当天计。",
        "As of: the day that figure and text speak of; empty means the day of the import.",
    ),
    "book.how.4": (
        "填：进展说明、填：佐证 —— 文字，或佐证的网址、文件名、文号。",
        "Progress, evidence: a text, or an address, file name or document number.",
    ),
    "book.how.5": (
        "填：申请 —— 从下拉列表选：延期（另填“延至”）、退办（另填“应由单位”）、时限有误（另填“正确时限”）、目标有误（另填“正确目标值”）、终止；都要填申请理由。由督办人决定，其间不催办。",
        "Request: choose from the list: extension (and until when), not ours (and whose), wrong date (and the right one), wrong target (and the right figure), drop; each with its reason. A supervisor decides; nobody is chased meanwhile.",
    ),
    "book.how.6": (
        "可以排序、筛选、删去不填的行、移动或增加列；请保留“编号”列和隐藏的“校验码”列。",
        "Rows may be sorted, filtered and deleted, columns moved and added; keep “Ref” and the hidden check column.",
    ),
    "book.how.7": (
        "填好后发回督办部门，由其导入：tracker import-progress 文件名。文件可以留着，下次改了再发回；其间台账另有变动的事项不会导入，请用新导出的台账填报。",
        "Send it back; the office takes it with: tracker import-progress FILE. Keep the file, change it and send it again; what others have changed in the ledger meanwhile is left out and needs a new export.",
    ),
    "book.target_value": ("目标值", "Target value"),
    "book.target_unit": ("目标单位", "Target unit"),
    "book.latest_value": ("最近完成值", "Last figure"),
    "book.latest_day": ("最近填报截至", "Last as of"),
    "book.latest_text": ("最近进展", "Last progress"),
    "book.wrong": ("填写有误", "Please check"),
    "book.wrong.request": ("请从列表中选一项", "Choose from the list"),
    "book.wrong.day": ("请填日期，如 2023-11-30", "Write a day, such as 2023-11-30"),
    "book.wrong.value": ("请填数字，不带单位", "Write a number without its unit"),
}
