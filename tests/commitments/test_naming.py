"""What a promise is called: the clause without its date, its figure and who answers for it."""

from __future__ import annotations

import pytest

from tracker.commitments.find import find_commitments
from tracker.letters.letter import read_letter

LETTER = """澜坪县水利局
关于县十七届人大四次会议第17号建议的答复
王小明代表:
您提出的建议收悉,现答复如下:
下一步,我局将做好以下工作。{}
感谢您的关心。
澜坪县水利局
2026年3月5日
"""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("补助资金由县民政局于2026年8月底前发放到位。", "补助资金发放到位"),
        ("整改方案由县住建局在2026年6月底前报送。", "整改方案报送"),
        ("验收报告由县交通运输局于2026年10月底前归档。", "验收报告归档"),
        ("位于城南的泵站2026年8月底前建成。", "位于城南的泵站建成"),
        ("2026年底前完成柳塘水库除险加固工程。", "柳塘水库除险加固工程"),
    ],
)
def test_what_is_promised(text: str, what: str) -> None:
    found = find_commitments(read_letter(LETTER.format(text))).commitments
    assert [one.what for one in found] == [what]
