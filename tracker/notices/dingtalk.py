"""钉钉: robots of its groups, signed (加签).

A robot takes 20 messages a minute and turns everybody away for ten minutes after that. A message
holds 20,000 bytes at most.
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
from tracker.notices.posting import with_query
from tracker.robots import Robot

#: Bytes of the whole message.
ROOM: Final = 20_000

_MEANINGS: Final[dict[int, Meaning]] = {
    130101: "later",  # more than 20 a minute
    410100: "later",
    660026: "later",
    90030: "later",  # the quota is used up
    300001: "nobody",  # no such token
    300005: "nobody",
    400013: "nobody",  # the group is dissolved
    400101: "nobody",
    400102: "nobody",  # switched off
    400106: "nobody",  # no such robot
    40035: "refused",  # something lacks
    43004: "refused",  # no JSON
    400105: "refused",  # no such kind of message
    430101: "refused",  # a link that is held for unsafe
    430102: "refused",  # words, a picture, a message that are held for unfit
    430103: "refused",
    430104: "refused",
    460101: "refused",  # too long
}


def fits(subject: str, text: str) -> bool:
    """Whether a message is short enough."""
    return len(as_bytes(payload(subject, text))) <= ROOM


def payload(subject: str, text: str) -> Mapping[str, Any]:
    """A message in Markdown; the subject stands in the list of conversations. Calls nobody."""
    return {
        "msgtype": "markdown",
        "markdown": {"title": subject, "text": f"### {subject}\n\n{text}"},
        "at": {"isAtAll": False},
    }


def signature(secret: str, moment: int) -> str:
    """What signs a moment, in milliseconds, for an hour around it."""
    text = f"{moment}\n{secret}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), text, hashlib.sha256)).decode()


def _meaning(code: int, words: str) -> Meaning | None:
    if code == 310000:  # one code for all that the safety settings of a robot refuse
        return "signature" if "sign" in words or "timestamp" in words else "refused"
    return _MEANINGS.get(code)


def _signed(robot: Robot, body: bytes, now: dt.datetime) -> tuple[httpx.URL, bytes]:
    if not robot.secret:
        return httpx.URL(robot.url), body
    moment = int(now.timestamp() * 1000)
    sign = signature(robot.secret, moment)
    return with_query(robot.url, timestamp=str(moment), sign=sign), body


DINGTALK: Final = Dialect(
    kind="dingtalk",
    limits=((20, 60.0),),
    rest=600.0,
    codes=("errcode",),
    meaning=_meaning,
    payload=payload,
    signed=_signed,
)
channel = partial(RobotChannel, DINGTALK)
