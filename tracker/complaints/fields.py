"""What a field of a commitment is called in Chinese, where a line names the one that is wrong."""

from __future__ import annotations

from typing import Final

#: Field as the store names it → Chinese.
FIELDS: Final[dict[str, str]] = {
    "deadline": "时限",
    "owner": "责任单位",
    "value": "目标值",
    "unit": "计量单位",
    "mode": "目标方式",
    "comparator": "比较方式",
    "kind": "类别",
    "what": "内容",
    "strength": "语气",
    "renews": "原承诺",
    "interim": "阶段目标",
    "note": "进展说明",
    "evidence": "佐证",
    "why": "理由",
    "quote": "原文",
}
