"""A real web server on the loopback interface, whose answers, and bad manners, a test decides."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Sends whatever it likes to a connection: (socket, request head) → None.
Misbehave = Callable[[socket.socket, str], None]


@dataclass(frozen=True)
class Answer:
    """What one request gets."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Site:
    """Path → what is answered there: one answer, several one after another, or worse.

    Of several answers the last one stays. A page with an ETag answers 304 where it is unchanged.
    """

    port: int = 0
    pages: dict[str, Answer | list[Answer] | Misbehave] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, text: str | bytes, **changes: str) -> None:
        """Publish a page with an ETag made of its bytes."""
        body = text.encode() if isinstance(text, str) else text
        tag = f'"{len(body)}-{sum(body) % 99991}"'
        kind = changes.get("type", "text/html; charset=utf-8")
        self.pages[path] = Answer(body, type=kind, headers=(("ETag", tag),))

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return self.asked.count(path)


@contextmanager
def web_site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site that runs for the block, without robots.txt unless one is put there.

    Args:
        tls: speak TLS with this certificate.
    """
    site = Site()
    listener = socket.create_server(("127.0.0.1", 0))
    site.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_serve, args=(site, connection, tls), daemon=True)
            thread.start()
            threads.append(thread)

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield site
    finally:
        site.stop.set()
        # close() alone does not wake a thread that waits in accept().
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)
        for thread in threads:
            thread.join(5)


def _serve(site: Site, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
    if tls is not None:
        try:
            connection = tls.wrap_socket(connection, server_side=True)
        except OSError:  # the other side does not trust us
            connection.close()
            return
    with connection:
        connection.settimeout(0.1)
        while head := _head(site, connection):
            path = head.split(" ", 2)[1]
            with site.lock:
                site.asked.append(path)
                site.heads.append(head)
                found = site.pages.get(path, Answer(b"nothing here", 404))
                if isinstance(found, list):
                    found = found.pop(0) if len(found) > 1 else found[0]
            try:
                if not isinstance(found, Answer):
                    found(connection, head)
                    return
                connection.settimeout(10)
                connection.sendall(_message(found, head))
                connection.settimeout(0.1)
            except OSError:
                return


def _head(site: Site, connection: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        if site.stop.is_set():
            return ""
        try:
            chunk = connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            return ""
        if not chunk:
            return ""
        data += chunk
    return data.decode("latin-1")


def _message(answer: Answer, head: str) -> bytes:
    tags = [value for key, value in answer.headers if key == "ETag"]
    status, body = answer.status, answer.body
    if tags and f"if-none-match: {tags[0].lower()}" in head.lower():
        status, body = 304, b""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {answer.type}"] if answer.type else []
    lines += [f"{key}: {value}" for key, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def reset(connection: socket.socket, head: str) -> None:
    """Promise a thousand bytes, send ten, and cut the connection as a crashed server does."""
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n"
    )
    connection.sendall(b"<html>....")
    time.sleep(0.05)
    # SO_LINGER with no time: close() sends RST instead of FIN.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def break_off(connection: socket.socket, head: str) -> None:
    """Promise a thousand bytes, send ten, and end in good order."""
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n"
    )
    connection.sendall(b"<html>....")


def drip(connection: socket.socket, head: str) -> None:
    """One byte of the body every 30 ms, for ever: each read is in time, the whole never."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    _for_ever(connection, b"x", 0.03)


def drip_head(connection: socket.socket, head: str) -> None:
    """The same, before the head of the answer is over."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    _for_ever(connection, b"X", 0.03)


def endless(connection: socket.socket, head: str) -> None:
    """A body without end, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    _for_ever(connection, b"<p>" * 20000, 0)


def silence(connection: socket.socket, head: str) -> None:
    """Nothing at all."""
    _for_ever(connection, b"", 0.03)


def _for_ever(connection: socket.socket, data: bytes, pause: float) -> None:
    """Until the other side goes away, for 20 s at most."""
    connection.settimeout(5)
    end = time.monotonic() + 20
    try:
        while time.monotonic() < end:
            if data:
                connection.sendall(data)
            elif connection.recv(1) == b"":
                return
            time.sleep(pause)
    except OSError:
        return
