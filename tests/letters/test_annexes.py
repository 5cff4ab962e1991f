"""Lists of tasks behind the signature, and what else may stand there."""

from __future__ import annotations

import pytest

from tracker.commitments.find import find_commitments
from tracker.letters.letter import read_letter

LETTER = """关于市六届人大二次会议第141号建议的答复

石田生代表：

您提出的《关于支持企业技术改造的建议》收悉，现答复如下：

我局将于年底前新增规上企业11户。

感谢您的关心。

{mention}

溪州市工业和信息化局
2023年5月20日

{behind}
"""

TASKS = """1.组织实施技改项目60项，完成投资95亿元。（牵头单位：市工信局；配合单位：市统计局；完成时限：2023年12月）
2．新建5G基站1400个。（牵头单位：市通信办；完成时限：2024年6月）
3、制定数据开放管理办法。（牵头单位：市数据局）"""


def promised(behind: str, mention: str = "") -> list[tuple[str, str | None, tuple[str, ...]]]:
    found = find_commitments(read_letter(LETTER.format(behind=behind, mention=mention)))
    return [
        (
            f"{item.target.value}{item.target.unit}" if item.target else item.kind,
            str(item.deadline.day) if item.deadline else None,
            item.owner,
        )
        for item in found.commitments
    ][1:]


LISTED = [
    ("60项", "2023-12-31", ("市工信局", "市统计局")),
    ("95亿元", "2023-12-31", ("市工信局", "市统计局")),
    ("1400个", "2024-06-30", ("市通信办",)),
    ("action", None, ("市数据局",)),
]


@pytest.mark.parametrize(
    ("behind", "mention"),
    [
        (f"附件\n重点任务清单\n\n{TASKS}", ""),
        (f"附件：\n建议办理工作任务分解表\n{TASKS}", "附件：建议办理工作任务分解表"),
        (f"附件1 支持技术改造工作措施清单\n\n{TASKS}\n\n打印本页  关闭窗口", ""),
        (f"附：\n重点项目责任表\n一、产业发展\n{TASKS}\n抄送：市政府督查室", ""),
    ],
)
def test_tasks_behind_the_signature_are_promised(behind: str, mention: str) -> None:
    assert promised(behind, mention) == LISTED


@pytest.mark.parametrize(
    "behind",
    [
        "附件\n办理情况征询意见表\n\n1.对答复是否满意\n2.建成5处是否属实",
        f"相关阅读\n重点任务清单\n\n{TASKS}",
        "附件\n重点任务清单\n\n（另发）",
        "附件：重点任务清单.docx",
        f"附件\n2022年获奖名单\n\n{TASKS}",
    ],
)
def test_other_annexes_promise_nothing(behind: str) -> None:
    assert promised(behind) == []


def test_quotes_of_an_annex_stand_at_their_offsets() -> None:
    raw = LETTER.format(behind=f"附件\n重点任务清单\n\n{TASKS}", mention="")
    for item in find_commitments(read_letter(raw)).commitments:
        assert raw[item.start : item.end] == item.quote
