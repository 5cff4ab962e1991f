"""Charts as PNG, for mail programs and Word, which show no SVG, or not all of them. The font is shipped: a server has none with
Chinese characters, and boxes would stand for them."""

from __future__ import annotations

from typing import Final

import resvg_py

from tracker.resources import data_path

#: Pixels across: twice what the page gives a chart, for sharp screens.
PIXELS: Final = 1040

_FONT: Final = data_path("fonts", "NotoSansSC-GBK.otf")
#: The name that the font itself has.
_FAMILY: Final = "Noto Sans CJK SC"


def png_of(svg: str, width: int) -> bytes:
    """A chart as PNG on white.

    Args:
        svg: of `charts.charts_of`.
        width: in pixels; the height follows.
    """
    made = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(_FONT)],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )
    return bytes(made)
