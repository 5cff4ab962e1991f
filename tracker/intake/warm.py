"""Loaded once by the process that workers are forked from: they begin with every pattern compiled.

That takes a second, which each worker, and each that replaces one, would take again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from tracker.errors import TrackerError
from tracker.intake.extracting import parts_of

_LETTER: Final = """关于市第一届人大第一次会议第1号建议的答复
甲乙代表：
您提出的《关于修路的建议》（第1号）收悉。现答复如下：
2022年新修道路18公里。力争2023年6月底前新修道路30公里，由市财政局拨付300万元。
云溪市交通运输局
2023年5月15日
"""

# A malformed word list is told by the worker that meets it; here nobody would hear it.
with suppress(TrackerError):
    list(parts_of(_LETTER.encode(), "warm.txt"))
