"""The one client: an address → its bytes with their origin, or one clear reason why not."""

from __future__ import annotations

import datetime as dt
import hashlib
import random as chance
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Final

import httpcore
import httpx

from tracker.asking import Fetch
from tracker.errors import FetchError
from tracker.fetching.addresses import Resolve, refuse_literal, system_resolve, web_address
from tracker.fetching.bodies import ACCEPTED, read_body, too_large
from tracker.fetching.connecting import Transport, Watch, reason
from tracker.fetching.kinds import file_name, named_by
from tracker.fetching.pacing import Pacing
from tracker.fetching.robots import ROBOT, Robots

#: The first pause before another try, at most; it doubles with every try (seconds).
FIRST_PAUSE: Final = 1.0
#: No pause is longer; a server that asks for more is left for the next run.
LONGEST_PAUSE: Final = 60.0

#: Answers that another try may turn into better ones.
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NAMES: Final = {
    401: "asks for a password",
    403: "refuses access",
    404: "no such page",
    410: "the page has been taken away",
    429: "asks to be asked less often",
}
#: Headers that are not kept: they are tokens of a visit, and say nothing about the page.
_NOT_KEPT: Final = frozenset({"set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: `data` unpacked, `url` after redirects, `headers` in small letters."""

    url: str
    name: str
    data: bytes = field(repr=False)
    status: int
    headers: Mapping[str, str]
    fetched_at: dt.datetime
    sha256: str

    def validator(self, name: str) -> str | None:
        """What the page may be asked by next time (ETag, Last-Modified), where it can be sent.

        Args:
            name: of the header, in small letters.
        """
        value = self.headers.get(name)
        return value if value is not None and _is_sendable(value) else None

    @property
    def charset(self) -> str | None:
        """The character set that the server names, as it spells it."""
        found = re.search(
            r"charset\s*=\s*[\"']?([\w.:-]{1,40})", self.headers.get("content-type", ""), re.I
        )
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the page is as it was (304)."""

    url: str
    fetched_at: dt.datetime


class Client:
    """Asks for pages: paced, within limits of time and size, and only in public networks.

    It may be used by several threads at once.

    Args:
        rules: [fetch] of the settings.
        now: gives the moment that a page is kept under.
        ticks: seconds of a clock that only goes forward.
        sleep: waits so many seconds.
        random: a number from 0 to 1, for pauses that differ.
        resolve: host and port → addresses.
    """

    def __init__(
        self,
        rules: Fetch,
        *,
        now: Callable[[], dt.datetime],
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._rules, self._now, self._sleep, self._random = rules, now, sleep, random
        self._watch = Watch(ticks)
        self._pacing = Pacing(rules.delay, rules.per_host, ticks, sleep)
        self._robots = Robots(self._robots_file)
        self._http = httpx.Client(
            transport=Transport(self._watch, rules.allow_hosts, resolve, rules.proxy),
            trust_env=False,
            follow_redirects=False,
            headers={
                "User-Agent": user_agent(rules.contact),
                "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
                "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
                "Accept-Encoding": ACCEPTED,
            },
            timeout=httpx.Timeout(
                rules.read_timeout, connect=rules.connect_timeout, pool=rules.total_timeout
            ),
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections that are kept for the next request."""
        self._http.close()

    def fetch(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched | Unchanged:
        """Ask for a page, again where that may help.

        Args:
            address: http or https; what stands behind "#" is left out.
            etag: as the page had it when it was last fetched.
            last_modified: likewise.

        Returns:
            The page, or `Unchanged` where etag or last_modified were given and still hold.

        Raises:
            FetchError: there is none to be had; the message is the reason only.
        """
        url = web_address(address)
        conditions = {
            name: value
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value and _is_sendable(value)
        }
        for turn in range(self._rules.retries + 1):
            try:
                return self._page(url, conditions)
            except FetchError as error:
                if error.permanent or turn == self._rules.retries:
                    raise
                if error.after is None:
                    self._sleep(self._pause(turn))
                elif error.after > LONGEST_PAUSE:
                    raise
                else:
                    self._pacing.hold(url.host, error.after)
        raise AssertionError("unreachable")  # the last turn returns or raises

    def _pause(self, turn: int) -> float:
        """Any time up to a bound that doubles with every try (full jitter)."""
        bound: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2**turn)
        return self._random() * bound

    def _page(self, url: httpx.URL, conditions: Mapping[str, str]) -> Fetched | Unchanged:
        """One try, through its redirects, each of which is looked at anew."""
        for _ in range(self._rules.redirects + 1):
            delay = self._robots.delay(url)
            with self._pacing.turn(url.host, delay):
                answer = self._ask(url, conditions)
            if not isinstance(answer, httpx.URL):
                return answer
            url = answer
        raise FetchError(f"redirects more than {self._rules.redirects} times", permanent=True)

    def _robots_file(self, url: httpx.URL) -> bytes:
        """One try at a robots.txt, whatever its type; every redirect is followed."""
        for _ in range(self._rules.redirects + 1):
            with self._pacing.turn(url.host):
                answer = self._ask(url, {}, document=False)
            if isinstance(answer, Fetched):
                return answer.data
            if isinstance(answer, httpx.URL):
                url = answer
        raise FetchError(f"redirects more than {self._rules.redirects} times", permanent=True)

    def _ask(
        self, url: httpx.URL, conditions: Mapping[str, str], *, document: bool = True
    ) -> Fetched | Unchanged | httpx.URL:
        """One request: the page, that it is unchanged, or where it has gone to."""
        refuse_literal(url.host, self._rules.allow_hosts)
        seconds = self._rules.total_timeout
        with self._watch.during(seconds):
            try:
                answer = self._sent(url, conditions)
                try:
                    return self._read(answer, conditions, document=document)
                finally:
                    answer.close()
            except (
                httpcore.TimeoutException,
                httpcore.NetworkError,
                httpcore.ProtocolError,
                httpcore.ProxyError,
                httpcore.UnsupportedProtocol,
            ) as error:
                raise reason(error, self._watch.over(), seconds) from error

    def _sent(self, url: httpx.URL, conditions: Mapping[str, str]) -> httpx.Response:
        """The answer to a request, its body not yet read.

        httpx looks at where a redirect leads even when it is told not to follow it, and what it
        cannot read there comes out as an error of its own or of the library it asks about names.
        """
        try:
            request = self._http.build_request("GET", url, headers=dict(conditions))
            return self._http.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.InvalidURL) as error:
            raise FetchError("redirects to no usable address", permanent=True) from error
        except ValueError as error:
            said = f"the name or the answer of its host cannot be read: {type(error).__name__}"
            raise FetchError(said, permanent=True) from error

    def _read(
        self, answer: httpx.Response, conditions: Mapping[str, str], *, document: bool
    ) -> Fetched | Unchanged | httpx.URL:
        status, url = answer.status_code, answer.request.url
        if status in _REDIRECTS and "location" in answer.headers:
            return _target(url, answer.headers["location"])
        if status == 304 and conditions:
            return Unchanged(str(url), self._now())
        if status != 200:
            raise self._refused(answer)
        headers = {key.lower(): value for key, value in answer.headers.items()}
        name = file_name(url, headers) if document else "robots.txt"
        limit = self._rules.max_bytes
        length = headers.get("content-length", "")
        if length.isdecimal() and (len(length) > 15 or int(length) > limit):
            raise too_large(limit)
        data = read_body(answer.iter_raw(), headers.get("content-encoding", ""), limit)
        return Fetched(
            url=str(url),
            name=named_by(name, data) if document else name,
            data=data,
            status=status,
            headers={key: value for key, value in headers.items() if key not in _NOT_KEPT},
            fetched_at=self._now(),
            sha256=hashlib.sha256(data).hexdigest(),
        )

    def _refused(self, answer: httpx.Response) -> FetchError:
        status = answer.status_code
        said = _NAMES.get(status) or ("the server fails" if status >= 500 else "is refused")
        after = None
        if status in (429, 503):
            after = retry_after(answer.headers.get("retry-after", ""), self._now())
            if after is not None and after > LONGEST_PAUSE:
                said = f"{said}; asks to wait {after:.0f} s"
        return FetchError(
            f"{said} ({status})", permanent=status not in _AGAIN, status=status, after=after
        )


def user_agent(contact: str = "") -> str:
    """What we call ourselves: our name, our version, and whom to write to."""
    about = f" (+{contact})" if contact else ""
    return f"{ROBOT}/{version('commitment-tracker')}{about}"


def _is_sendable(value: str) -> bool:
    """Whether a value of a header may go back as it came (RFC 9110, 5.5: visible ASCII)."""
    return value.isascii() and value.isprintable()


def _target(url: httpx.URL, location: str) -> httpx.URL:
    try:
        return web_address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("redirects to no usable address", permanent=True) from error


def retry_after(text: str, now: dt.datetime) -> float | None:
    """What Retry-After says, as seconds or as a date (RFC 9110, 10.2.3)."""
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        when = parsedate_to_datetime(text)
        if when.tzinfo is None:
            when = when.replace(tzinfo=dt.UTC)
        return max((when - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
