"""Robots of chat groups: what 企业微信, 钉钉 and 飞书 have in common.

They answer HTTP 200 to errors, so that the code in the body decides.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx

from tracker import clock
from tracker.errors import DeliveryError
from tracker.notices.channel import InDoubt, Prepared
from tracker.notices.message import Outgoing
from tracker.notices.posting import Answer, Pace, Post, code_of, hidden, robot_of
from tracker.robots import Kind, Robot
from tracker.settings import Settings

#: What an error code means: to come again later; that the robot is gone; that this will never be
#: taken as it is; that clock or secret are wrong, which people must mend.
Meaning = Literal["later", "nobody", "refused", "signature"]

#: A wait for a turn that is shorter is waited; a longer one is for the next run.
_PATIENCE: Final = 5.0
_HINTS: Final[dict[Meaning, str]] = {
    "later": "too many messages: {said}",
    "nobody": "the robot is gone, or its address is wrong: {said}",
    "refused": "the robot refused it: {said}",
    "signature": "clock or secret are wrong: {said}",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of robot is spoken to.

    Attributes:
        kind: of the settings.
        limits: so many messages in so many seconds.
        rest: seconds that it turns everybody away once the limit is passed.
        codes: names that the error code has in an answer.
        meaning: of a code and its words; None: it may be better later.
        payload: subject and Markdown → the message.
        signed: robot, address, message and moment → address and bytes as they are posted.
    """

    kind: Kind
    limits: tuple[tuple[int, float], ...]
    rest: float
    codes: tuple[str, ...]
    meaning: Callable[[int, str], Meaning | None]
    payload: Callable[[str, str], Mapping[str, Any]]
    signed: Callable[[Robot, bytes, dt.datetime], tuple[httpx.URL, bytes]]


class RobotChannel:
    """Posts digests to the robots of one kind, each at its own pace.

    Args:
        dialect: how they are spoken to.
        settings: the robots, and the hosts in private networks that may be asked.
        post: instead of one of its own.
        now: gives the moment that is signed.
        ticks: seconds of a clock that only goes forward.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        dialect: Dialect,
        settings: Settings,
        *,
        post: Post | None = None,
        now: Callable[[], dt.datetime] = clock.now,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._dialect, self._settings = dialect, settings
        self._post = post or Post(settings.fetch)
        self._now, self._sleep = now, sleep
        self._pace = Pace(dialect.limits, ticks)

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """The message as JSON; what signs it is added at the last moment."""
        payload = self._dialect.payload(outgoing.subject, outgoing.text)
        return Prepared(outgoing.key, outgoing.address, as_bytes(payload))

    def send(self, prepared: Prepared) -> str:
        """Post the message.

        Raises:
            DeliveryError: it was not taken; for good where the robot is gone or refuses it.
            InDoubt: it was posted, and no answer that can be read came back.
        """
        dialect = self._dialect
        robot = robot_of(self._settings, prepared.address, dialect.kind)
        self._wait(robot)
        now = self._now()
        url, body = dialect.signed(robot, prepared.content, now)
        self._judge(robot, self._post(robot, url, body, {}, now))
        return f"{dialect.kind} {robot.name}"

    def close(self) -> None:
        """End the connections."""
        self._post.close()

    def _wait(self, robot: Robot) -> None:
        wait = self._pace.turn(robot.name)
        while wait > 0:
            if wait > _PATIENCE:
                raise DeliveryError(
                    f"the robot takes no more messages for {wait:.0f} s",
                    permanent=False,
                    after=wait,
                )
            self._sleep(wait)
            wait = self._pace.turn(robot.name)

    def _judge(self, robot: Robot, answer: Answer) -> None:
        code, words = code_of(answer.data, *self._dialect.codes)
        if code == 0:
            return
        if code is None:
            self._judge_status(robot, answer)
            return
        meaning = self._dialect.meaning(code, words)
        said = hidden(f"{code} {words}", robot)
        if meaning is None:
            raise DeliveryError(said, permanent=False, after=answer.after)
        if meaning == "later":
            rest = max(answer.after or 0.0, self._dialect.rest)
            self._pace.hold(robot.name, rest)
            raise DeliveryError(_HINTS[meaning].format(said=said), permanent=False, after=rest)
        raise DeliveryError(
            _HINTS[meaning].format(said=said), permanent=True, nobody=meaning == "nobody"
        )

    def _judge_status(self, robot: Robot, answer: Answer) -> None:
        status = answer.status
        if 200 <= status < 300:
            raise InDoubt("the answer holds no code")
        if status == 429:
            rest = max(answer.after or 0.0, self._dialect.rest)
            self._pace.hold(robot.name, rest)
            raise DeliveryError("too many messages (429)", permanent=False, after=rest)
        again = status >= 500 or status == 408
        said = "the server fails" if again else "refused"
        raise DeliveryError(f"{said} ({status})", permanent=not again, after=answer.after)


def as_bytes(payload: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, as short as it can be: Chinese as it is."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
