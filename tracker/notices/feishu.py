"""飞书: robots of its groups, signed.

A robot takes 100 messages a minute, 5 of them a second; a message holds 20 KB at most. Times at
which everybody sends (10:00, 17:30) are refused now and then as too many (11232).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import httpx

from tracker.notices.chat import Dialect, Meaning, RobotChannel, as_bytes
from tracker.robots import Robot

#: Bytes of the whole message, the signature included.
ROOM: Final = 20_000
#: What the signature and its moment take.
_SIGNATURE: Final = 100

_MEANINGS: Final[dict[int, Meaning]] = {
    11232: "later",
    99991400: "later",
    19001: "nobody",  # no such token
    19021: "signature",
    11246: "refused",  # a card that cannot be shown
    19002: "refused",  # a value that cannot be
    19022: "refused",  # not from this address
    19024: "refused",  # without the word that the robot wants
}


def fits(subject: str, text: str) -> bool:
    """Whether a message is short enough."""
    return len(as_bytes(payload(subject, text))) <= ROOM - _SIGNATURE


def payload(subject: str, text: str) -> Mapping[str, Any]:
    """A card with the subject at its head."""
    return {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {"title": {"tag": "plain_text", "content": subject}, "template": "blue"},
            "elements": [{"tag": "markdown", "content": text}],
        },
    }


def signature(secret: str, moment: int) -> str:
    """What signs a moment, in seconds, for an hour around it. The signed text is empty: moment
    and secret are the key."""
    key = f"{moment}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


def _meaning(code: int, words: str) -> Meaning | None:
    if code == 9499:  # one code for too many requests and for one that is malformed
        return "refused" if "bad request" in words.lower() else "later"
    return _MEANINGS.get(code)


def _signed(robot: Robot, body: bytes, now: dt.datetime) -> tuple[httpx.URL, bytes]:
    url = httpx.URL(robot.url)
    if not robot.secret:
        return url, body
    moment = int(now.timestamp())
    head = as_bytes({"timestamp": str(moment), "sign": signature(robot.secret, moment)})
    return url, head[:-1] + b"," + body[1:]


FEISHU: Final = Dialect(
    kind="feishu",
    limits=((100, 60.0), (5, 1.0)),
    rest=60.0,
    codes=("code", "StatusCode"),
    meaning=_meaning,
    payload=payload,
    signed=_signed,
)
channel = partial(RobotChannel, FEISHU)
