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
#: Looks at a request that no page answers: (request head, body) → what it gets.
Judge = Callable[[str, bytes], "Answer"]


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
    bodies: list[bytes] = field(default_factory=list)
    judge: Judge | None = None
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
            head, body = _body(head, connection)
            path = head.split(" ", 2)[1]
            with site.lock:
                site.asked.append(path)
                site.heads.append(head)
                site.bodies.append(body)
                found = site.pages.get(path, Answer(b"nothing here", 404))
                if site.judge is not None and path not in site.pages:
                    found = site.judge(head, body)
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


def _body(head: str, connection: socket.socket) -> tuple[str, bytes]:
    """The head alone, and as much of a body as it announces."""
    head, _, begun = head.partition("\r\n\r\n")
    body = begun.encode("latin-1")
    told = [line for line in head.split("\r\n") if line.lower().startswith("content-length:")]
    length = int(told[0].split(":")[1]) if told else 0
    connection.settimeout(5)
    while len(body) < length and (chunk := connection.recv(65536)):
        body += chunk
    connection.settimeout(0.1)
    return head + "\r\n\r\n", body


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


#: A reply of our own as a page of a site; place, unit and people are invented.
_REPLY = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/index.html">人大建议答复</a></div>
<div id="zoom">
<h1>云溪市市场监督管理局关于市第五届人大第三次会议第{number}号建议的答复</h1>
<p>王远山代表:</p>
<p>您提出的《关于培育本地企业的建议》(第{number}号)收悉。现答复如下:</p>
<p>一、工作开展情况</p>
<p>2022年,全市新增高新技术企业18户。</p>
<p>二、下一步工作打算</p>
<p>力争2023年新增高新技术企业{target}户。市财政局将于2023年6月底前拨付奖补资金300万元。</p>
<p>感谢您对我们工作的关心和支持!</p>
<p>云溪市市场监督管理局</p>
<p>2023年5月15日</p>
</div>
<div class="foot">浏览次数:{visits} <a href="/about.html">关于我们</a></div>
</body></html>
"""


def reply(number: int = 30, target: int = 30, *, visits: int = 1, charset: str = "utf-8") -> str:
    """A page that holds the reply to a suggestion, and promises so many firms.

    Args:
        number: of the suggestion.
        target: the figure promised.
        visits: what the counter at the foot says.
        charset: what the page declares, whatever its bytes are.
    """
    title = f"关于市第五届人大第三次会议第{number}号建议的答复"
    return _REPLY.format(number=number, target=target, visits=visits, charset=charset, title=title)


def index_page(paths: list[str], more: str = "") -> str:
    """A page that lists letters, among links that lead elsewhere."""
    items = "".join(
        f'<li><a href="{path}" title="第{at}件建议的答复">第{at}件…</a><span>2023-05-15</span></li>'
        for at, path in enumerate(paths, 1)
    )
    return (
        '<html><body><a href="/">首页</a><a href="javascript:void(0)">分享</a>'
        f'<a href="/news/1.html">要闻</a><ul>{items}</ul>{more}</body></html>'
    )
