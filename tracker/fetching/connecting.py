"""Connections that go where they were checked to go, and end when the time of a fetch is over."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from tracker.errors import FetchError
from tracker.fetching.addresses import Resolve, public_addresses

Ticks = Callable[[], float]


class Watch(threading.local):
    """When the fetch of this thread must be over, in seconds of a clock that only goes forward.

    A read has a timeout of its own; a server that sends one byte in time, again and again, would
    hold it for ever.
    """

    def __init__(self, ticks: Ticks) -> None:
        self.ticks = ticks
        self.end: float | None = None

    @contextmanager
    def during(self, seconds: float) -> Iterator[None]:
        """Let what happens in the block last so long at most."""
        self.end = self.ticks() + seconds
        try:
            yield
        finally:
            self.end = None

    def over(self) -> bool:
        """Whether nothing is left."""
        return self.end is not None and self.ticks() >= self.end

    def left(self, timeout: float | None) -> float | None:
        """The timeout of a step, cut to what is left.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        if self.end is None:
            return timeout
        left = self.end - self.ticks()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for one fetch is over")
        return left if timeout is None else min(timeout, left)


class Stream(httpcore.NetworkStream):
    """A connection whose every step looks at the watch."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch) -> None:
        self._inner, self._watch = inner, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._watch.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._watch.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._watch.left(timeout)
        return Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Network(httpcore.NetworkBackend):
    """Resolves a name once, checks what it gives, and connects to just that."""

    def __init__(self, watch: Watch, allowed: tuple[str, ...], resolve: Resolve) -> None:
        self._watch, self._allowed, self._resolve = watch, allowed, resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception | None = None
        for address in public_addresses(host, port, self._allowed, self._resolve):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._watch.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return Stream(stream, self._watch)
        raise refused or httpcore.ConnectError(f"no way to {host}")


class Transport(httpx.BaseTransport):
    """What httpx sends requests through.

    Args:
        watch: ends what takes too long.
        allowed: hosts that may lie in private networks.
        resolve: asks for the addresses of a name.
        proxy: its address; it then resolves names itself, and only they can be checked.

    Raises:
        FetchError: while connecting, an address is refused or unknown.
    """

    def __init__(
        self, watch: Watch, allowed: tuple[str, ...], resolve: Resolve, proxy: str = ""
    ) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        self._pool: httpcore.ConnectionPool
        if proxy:
            name = httpx.URL(proxy).host
            network = Network(watch, (*allowed, name), resolve)
            self._pool = httpcore.HTTPProxy(proxy, ssl_context=context, network_backend=network)
        else:
            network = Network(watch, allowed, resolve)
            self._pool = httpcore.ConnectionPool(context, network_backend=network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes in."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def reason(error: Exception, watch_over: bool, seconds: float) -> FetchError:
    """What a failed exchange means, and whether trying again may help.

    Args:
        error: of httpcore.
        watch_over: the whole time is over, not only that of one step.
        seconds: the whole time.
    """
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        told = getattr(certificate, "verify_message", "") or str(certificate)
        return FetchError(f"the certificate is not valid: {told}", permanent=True)
    if isinstance(error, httpcore.TimeoutException):
        if watch_over:
            return FetchError(f"takes longer than {seconds:g} s", permanent=False)
        step = "connecting" if isinstance(error, httpcore.ConnectTimeout) else "an answer"
        return FetchError(f"does not answer in time ({step})", permanent=False)
    if isinstance(error, httpcore.ConnectError):
        return FetchError(f"cannot be reached: {_said(error)}", permanent=False)
    if isinstance(error, httpcore.ProxyError):
        return FetchError(f"the proxy refuses: {_said(error)}", permanent=False)
    if isinstance(error, httpcore.RemoteProtocolError | httpcore.NetworkError):
        return FetchError(f"the connection broke off: {_said(error)}", permanent=False)
    return FetchError(f"cannot be asked for: {_said(error)}", permanent=True)


def _cause(error: BaseException | None, kind: type[Exception]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
