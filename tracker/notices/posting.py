"""Posts to robots and webhooks: one request, bounded in time, to public networks only.

An address here is a secret. Requests go through the connections of `fetching`, not through
httpx's client, which writes every address into the log; and what is said of a failure never
repeats an address, even where the other side does.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpcore
import httpx

from tracker.asking import Fetch
from tracker.errors import DeliveryError, FetchError
from tracker.fetching.addresses import Resolve, refuse_literal, system_resolve
from tracker.fetching.bodies import read_body
from tracker.fetching.client import retry_after, user_agent
from tracker.fetching.connecting import Transport, Watch, reason
from tracker.notices.channel import InDoubt
from tracker.notices.message import one_line
from tracker.robots import Robot, variables
from tracker.settings import Settings

#: An answer says a few words; whoever sends more is not the robot we know.
_MOST: Final = 64 * 1024
#: Seconds for any one step, and for a post as a whole.
_STEP: Final = 10.0
_WHOLE: Final = 20.0
#: Shorter parts of an address are words that may stand in any sentence.
_SECRET: Final = 8
#: The longest that another side's wish for patience is kept.
_LONGEST: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `after` are the seconds that the other side asks to wait."""

    status: int
    data: bytes
    after: float | None = None


class Post:
    """Posts JSON.

    Args:
        rules: hosts in private networks that may be asked, and the proxy.
        ticks: seconds of a clock that only goes forward.
        resolve: asks for the addresses of a name.
        step: seconds for any one step.
        whole: seconds for all of a post.
    """

    def __init__(
        self,
        rules: Fetch,
        *,
        ticks: Callable[[], float] = time.monotonic,
        resolve: Resolve = system_resolve,
        step: float = _STEP,
        whole: float = _WHOLE,
    ) -> None:
        self._rules, self._step, self._whole = rules, step, whole
        self._watch = Watch(ticks)
        self._transport = Transport(self._watch, rules.allow_hosts, resolve, rules.proxy)

    def close(self) -> None:
        """End the connections."""
        self._transport.close()

    def __call__(
        self,
        robot: Robot,
        url: httpx.URL,
        body: bytes,
        headers: Mapping[str, str],
        now: dt.datetime,
    ) -> Answer:
        """One post, and its answer of any status. No redirect is followed.

        Args:
            robot: whose address and secret stand in no message of an error.
            url: where to.
            body: JSON.
            headers: beside those that every post has.
            now: the moment, for an answer that names one.

        Raises:
            DeliveryError: it was not sent.
            InDoubt: it was sent, and no answer came.
        """
        request = httpx.Request(
            "POST",
            url,
            content=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": user_agent(self._rules.contact),
                "Accept": "application/json",
                # A connection that was kept may be closed already: a post would be in doubt.
                "Connection": "close",
                **headers,
            },
            extensions={"timeout": httpx.Timeout(self._step).as_dict()},
        )
        with self._watch.during(self._whole):
            try:
                refuse_literal(url.host, self._rules.allow_hosts)
                answer = self._transport.handle_request(request)
            except FetchError as error:
                raise DeliveryError(hidden(str(error), robot), permanent=False) from None
            except _BEFORE as error:
                said = reason(error, self._watch.over(), self._whole)
                raise DeliveryError(hidden(str(said), robot), permanent=False) from None
            except _ERRORS as error:
                said = reason(error, self._watch.over(), self._whole)
                raise InDoubt(hidden(str(said), robot)) from None
            try:
                data = read_body(
                    answer.iter_raw(), answer.headers.get("content-encoding", ""), _MOST
                )
            except _ERRORS:
                data = b""  # a status without a body is an answer too
            except FetchError:
                data = b""
            finally:
                answer.close()
        after = retry_after(answer.headers.get("retry-after", ""), now)
        return Answer(answer.status_code, data, None if after is None else min(after, _LONGEST))


#: Nothing of the message has left.
_BEFORE: Final = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.LocalProtocolError,
)
_ERRORS: Final = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


class Pace:
    """How often a robot may speak; whoever would be too early is told when.

    Args:
        limits: so many posts in so many seconds.
        ticks: seconds of a clock that only goes forward.
    """

    def __init__(
        self, limits: Iterable[tuple[int, float]], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = tuple(limits)
        self._ticks = ticks
        self._lock = threading.Lock()
        self._posts: dict[str, deque[float]] = {}
        self._held: dict[str, float] = {}

    def turn(self, name: str) -> float:
        """Take a turn.

        Returns:
            0, or the seconds until there is one; then none was taken.
        """
        with self._lock:
            now, most = self._ticks(), max(number for number, _ in self._limits)
            posts = self._posts.setdefault(name, deque(maxlen=most))
            full = [(number, span) for number, span in self._limits if len(posts) >= number]
            waits = [posts[-number] + span - now for number, span in full]
            wait = max([*waits, self._held.get(name, now) - now])
            if wait > 0:
                return wait
            posts.append(now)
            return 0.0

    def hold(self, name: str, seconds: float) -> None:
        """Give no turn for so long: the other side has asked for it."""
        with self._lock:
            self._held[name] = self._ticks() + seconds


def robot_of(settings: Settings, address: str, kind: str) -> Robot:
    """The robot that an address ("robot:NAME") means.

    Raises:
        DeliveryError: the settings have none, or not its address; tried again, since settings are
            mended.
    """
    name = address.removeprefix("robot:")
    for robot in settings.robots:
        if robot.name == name and robot.kind == kind:
            if not robot.url:
                raise DeliveryError(
                    f"robot {name} has no address: set {_named(settings, robot)}", permanent=False
                )
            return robot
    raise DeliveryError(f"config.toml names no robot {name} of the kind {kind}", permanent=False)


def _named(settings: Settings, robot: Robot) -> str:
    return variables(robot, settings.robots.index(robot) + 1, "URL")[0]


def code_of(data: bytes, *keys: str) -> tuple[int | None, str]:
    """The error code in an answer, and its words.

    Args:
        data: the body; hostile or cut, it has no code.
        keys: names that the code may have, the first one found counts.
    """
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(found, dict):
        return None, ""
    said = next((found[key] for key in ("errmsg", "msg", "StatusMessage") if found.get(key)), "")
    for key in keys:
        if type(found.get(key)) is int:
            return found[key], str(said)
    return None, str(said)


def hidden(text: str, robot: Robot) -> str:
    """A text for logs and lists: one short line, and nothing of the robot's address in it."""
    parts = urlsplit(robot.url)
    secrets = {robot.url, robot.secret, f"{parts.path}?{parts.query}", parts.query, parts.path}
    secrets |= {value for _, value in parse_qsl(parts.query)} | {
        *re.split("[/&=]", f"{parts.path}&{parts.query}")
    }
    secrets |= {unquote(secret) for secret in secrets}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SECRET:
            text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
    return one_line(text)[:200]


def with_query(url: str, **values: str) -> httpx.URL:
    """An address with more in its query: what stood there stays (httpx would drop it)."""
    return httpx.URL(url).copy_merge_params(values)
