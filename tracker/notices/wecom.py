"""企业微信: robots of its groups.

A message holds 4,096 bytes of Markdown at most, a robot takes 20 messages a minute. The key in the
address is all that lets one in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import httpx

from tracker.notices.chat import Dialect, Meaning, RobotChannel
from tracker.robots import Robot

#: Bytes of Markdown.
ROOM: Final = 4096

_MEANINGS: Final[dict[int, Meaning]] = {
    45009: "later",  # too often
    45033: "later",  # too many at once
    93000: "nobody",  # no such key
    93004: "nobody",  # switched off
    93008: "nobody",  # not in the group any more
    40008: "refused",  # no such kind of message
    40058: "refused",  # a value that cannot be
    44004: "refused",  # empty
    45002: "refused",  # too long
}


def fits(subject: str, text: str) -> bool:
    """Whether a message is short enough."""
    return len(_content(subject, text).encode()) <= ROOM


def payload(subject: str, text: str) -> Mapping[str, Any]:
    """A message in Markdown."""
    return {"msgtype": "markdown", "markdown": {"content": _content(subject, text)}}


def _content(subject: str, text: str) -> str:
    return f"### {subject}\n\n{text}"


def _meaning(code: int, words: str) -> Meaning | None:
    if code == 93000 and "exceed" in words:
        return "refused"  # the same code for a message that is too long
    return _MEANINGS.get(code)


def _signed(robot: Robot, body: bytes, now: dt.datetime) -> tuple[httpx.URL, bytes]:
    return httpx.URL(robot.url), body


WECOM: Final = Dialect(
    kind="wecom",
    limits=((20, 60.0),),
    rest=60.0,
    codes=("errcode",),
    meaning=_meaning,
    payload=payload,
    signed=_signed,
)
channel = partial(RobotChannel, WECOM)
