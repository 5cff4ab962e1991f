"""An ordinary letter, of which a test changes only what it is about."""

from __future__ import annotations

from typing import Final

PIECES: Final = {
    "head": "",
    "title": "青禾县水利局关于县十七届人大三次会议第19号建议的答复",
    "salutation": "马成林代表：",
    "opening": "　　您提出的《关于整治南溪河道的建议》收悉，现答复如下：",
    "body": "　　一、关于河道清淤。我局将于今年年底前完成南溪清淤3公里。\n"
    "　　感谢您对水利工作的关心！",
    "signature": "　　　　　　　　青禾县水利局",
    "day": "　　　　　　　　2023年7月10日",
    "tail": "（联系人：周立，电话：0800-5550100）",
}


def letter_of(**pieces: str) -> str:
    """The letter with some pieces changed; an empty piece is left out.

    Args:
        pieces: by the names of `PIECES`.
    """
    unknown = pieces.keys() - PIECES.keys()
    if unknown:
        raise TypeError(f"no such piece of a letter: {', '.join(sorted(unknown))}")
    every = PIECES | pieces
    upper = [every[name] for name in ("head", "title", "salutation") if every[name]]
    lower = [every[name] for name in ("opening", "body") if every[name]]
    signed = [every[name] for name in ("signature", "day", "tail") if every[name]]
    return "\n\n".join(["\n\n".join(upper), "\n".join(lower), "\n".join(signed)]) + "\n"
