"""The client against a real server that lies, stalls, floods, fails and recovers."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.post import certificate
from tests.site import (
    Answer,
    Misbehave,
    Site,
    break_off,
    drip,
    drip_head,
    endless,
    reset,
    silence,
    web_site,
)
from tracker.asking import Fetch
from tracker.errors import FetchError
from tracker.fetching.client import LONGEST_PAUSE, Client, Fetched, Unchanged, user_agent
from tracker.fetching.pacing import Pacing

NOW = dt.datetime(2023, 12, 4, 0, 30, tzinfo=dt.UTC)
PAGE = "<html><body><p>关于第7号建议的答复</p></body></html>".encode()


@dataclass
class Pauses:
    """Instead of sleeping: what would have been slept."""

    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as opened:
        yield opened


def client(pauses: Pauses | None = None, **changes: Any) -> Client:
    """A client that may ask this machine, without a delay unless told otherwise."""
    extra = {key: changes.pop(key) for key in ("resolve", "ticks", "random") if key in changes}
    values: dict[str, Any] = {"allow_hosts": ("127.0.0.1",), "delay": 0.0, "retries": 0}
    rules = Fetch(**(values | changes))
    return Client(rules, now=lambda: NOW, sleep=pauses or Pauses(), **extra)


def get(address: str, pauses: Pauses | None = None, **changes: Any) -> Fetched:
    with client(pauses, **changes) as asking:
        found = asking.fetch(address)
    assert isinstance(found, Fetched)
    return found


def refused(address: str, pauses: Pauses | None = None, **changes: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(address, pauses, **changes)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_page_with_its_origin(site: Site) -> None:
    site.pages["/a.html"] = Answer(PAGE, headers=(("ETag", '"1"'), ("Set-Cookie", "visit=7")))
    found = get(site.url("/a.html#part"))
    assert (found.data, found.status, found.name) == (PAGE, 200, "a.html")
    assert found.url == site.url("/a.html")
    assert found.fetched_at == NOW
    assert found.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert found.headers["etag"] == '"1"'
    assert "set-cookie" not in found.headers


def test_who_asks_says_so(site: Site) -> None:
    site.put("/a.html", PAGE)
    get(site.url("/a.html"), contact="office@yunxi.example")
    head = site.heads[-1].lower()
    assert "user-agent: commitment-tracker/" in head
    assert "(+office@yunxi.example)" in head
    assert user_agent().startswith("commitment-tracker/")


def test_an_unchanged_page_is_not_sent_again(site: Site) -> None:
    site.put("/a.html", PAGE)
    with client() as asking:
        first = asking.fetch(site.url("/a.html"))
        assert isinstance(first, Fetched)
        again = asking.fetch(site.url("/a.html"), etag=first.headers["etag"])
        assert again == Unchanged(site.url("/a.html"), NOW)
        site.put("/a.html", PAGE + b"<!-- -->")
        assert isinstance(asking.fetch(site.url("/a.html"), etag=first.headers["etag"]), Fetched)


def test_both_conditions_are_sent(site: Site) -> None:
    site.put("/a.html", PAGE)
    when = "Mon, 04 Dec 2023 00:00:00 GMT"
    with client() as asking:
        asking.fetch(site.url("/a.html"), etag='"x"', last_modified=when)
    head = site.heads[-1].lower()
    assert 'if-none-match: "x"' in head
    assert f"if-modified-since: {when}".lower() in head


def test_a_304_that_nobody_asked_for_is_no_page(site: Site) -> None:
    site.pages["/a.html"] = Answer(status=304)
    assert "304" in str(refused(site.url("/a.html")))


@pytest.mark.parametrize("tag", ['"答"', '"\xe9"', '"a\tb"'])
def test_a_tag_that_cannot_be_sent_back_is_not(site: Site, tag: str) -> None:
    raw = tag.encode("utf-8").decode("latin-1")  # as the bytes stand in the answer
    site.pages["/a.html"] = Answer(PAGE, headers=(("ETag", raw), ("Last-Modified", raw)))
    with client() as asking:
        first = asking.fetch(site.url("/a.html"))
        assert isinstance(first, Fetched)
        assert first.validator("etag") is None
        again = asking.fetch(  # a ledger may hold such a tag from earlier
            site.url("/a.html"), etag=first.headers["etag"], last_modified=tag
        )
        assert isinstance(again, Fetched)
    assert "if-none-match" not in site.heads[-1].lower()
    assert "if-modified-since" not in site.heads[-1].lower()


def test_a_tag_that_can_be_sent_back_is(site: Site) -> None:
    site.put("/a.html", PAGE)
    found = get(site.url("/a.html"))
    assert found.validator("etag") == found.headers["etag"]
    assert found.validator("last-modified") is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=idna''%41.html", "a.html"),
        ("attachment; filename*=no-such''%41.html", "a.html"),
        ("attachment; filename*=undefined''%41.html", "a.html"),
        ("attachment; filename*=UTF-8''%E7%AD%94.html", "答.html"),
        ("attachment; filename*=idna''%41.html; filename=b.html", "b.html"),
    ],
)
def test_names_of_downloads_in_encodings_of_every_kind(site: Site, header: str, name: str) -> None:
    site.pages["/a.html"] = Answer(PAGE, headers=(("Content-Disposition", header),))
    assert get(site.url("/a.html")).name == name


# What takes too long, or too much


@pytest.mark.parametrize("manner", [drip, drip_head])
def test_a_slow_drip_ends_with_the_time_of_a_fetch(site: Site, manner: Misbehave) -> None:
    site.pages["/a.html"] = manner
    begun = time.monotonic()
    error = refused(site.url("/a.html"), total_timeout=0.4, read_timeout=5.0)
    assert "longer than 0.4 s" in str(error)
    assert not error.permanent
    assert time.monotonic() - begun < 4, "the time for a fetch does not end it"


def test_a_server_that_says_nothing(site: Site) -> None:
    site.pages["/a.html"] = silence
    error = refused(site.url("/a.html"), read_timeout=0.3)
    assert "does not answer in time" in str(error)


def test_an_endless_body_is_cut_off(site: Site) -> None:
    site.pages["/a.html"] = endless
    error = refused(site.url("/a.html"), max_bytes=300_000, retries=3)
    assert (str(error), error.permanent) == ("is larger than 300000 bytes", True)
    assert site.times("/a.html") == 1, "asked again in vain"


def test_a_body_that_says_how_large_it_is_is_not_begun(site: Site) -> None:
    site.pages["/a.html"] = Answer(b"x" * 2_000_000)
    assert "larger than 1 MB" in str(refused(site.url("/a.html"), max_bytes=1024 * 1024))


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_bomb_never_lies_in_memory(site: Site, packing: str) -> None:
    level = 9
    bomb = zlib.compress(bytes(200_000_000), level)
    if packing == "gzip":
        bomb = gzip.compress(bytes(200_000_000), level)
    site.pages["/a.html"] = Answer(bomb, headers=(("Content-Encoding", packing),))
    with client(max_bytes=1024 * 1024) as asking:
        tracemalloc.start()
        with pytest.raises(FetchError, match="larger than 1 MB"):
            asking.fetch(site.url("/a.html"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8_000_000


PACKED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "x-gzip": gzip.compress(PAGE[:20], mtime=0) + gzip.compress(PAGE[20:], mtime=0),
    "deflate": zlib.compress(PAGE),
    "Deflate": zlib.compressobj(wbits=-15).compress(b"") or b"",
    "identity": PAGE,
}
_bare = zlib.compressobj(wbits=-15)
PACKED["Deflate"] = _bare.compress(PAGE) + _bare.flush()


@pytest.mark.parametrize("packing", PACKED)
def test_packed_pages(site: Site, packing: str) -> None:
    site.pages["/a.html"] = Answer(PACKED[packing], headers=(("Content-Encoding", packing),))
    assert get(site.url("/a.html")).data == PAGE


WRONGLY_PACKED = [
    ("gzip", b"no gzip at all", "packed wrongly", True),
    ("gzip", gzip.compress(PAGE, mtime=0)[:-12], "breaks off", False),
    ("gzip, gzip", gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0), "not asked for", True),
    ("br", PAGE, "not asked for", True),
]


@pytest.mark.parametrize(("packing", "body", "reason", "permanent"), WRONGLY_PACKED)
def test_pages_that_are_packed_wrongly(
    site: Site, packing: str, body: bytes, reason: str, permanent: bool
) -> None:
    site.pages["/a.html"] = Answer(body, headers=(("Content-Encoding", packing),))
    error = refused(site.url("/a.html"))
    assert reason in str(error)
    assert error.permanent is permanent


# What fails, and may recover


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_server_that_recovers(site: Site, status: int) -> None:
    site.pages["/a.html"] = [Answer(status=status), Answer(status=status), Answer(PAGE)]
    pauses = Pauses()
    found = get(site.url("/a.html"), pauses, retries=3, random=lambda: 0.5)
    assert found.data == PAGE
    assert pauses.slept == [0.5, 1.0], "half of 1 s, then half of 2 s"


@pytest.mark.parametrize("manner", [reset, break_off])
def test_a_connection_cut_in_the_middle(site: Site, manner: Misbehave) -> None:
    calls = []

    def once(connection: Any, head: str) -> None:
        calls.append(head)
        if len(calls) == 1:
            manner(connection, head)
        else:
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"
            )

    site.pages["/a.html"] = manner
    assert "broke off" in str(refused(site.url("/a.html")))
    site.pages["/a.html"] = once
    assert get(site.url("/a.html"), retries=1).data == b"ok"


def test_tries_come_to_an_end(site: Site) -> None:
    site.pages["/a.html"] = Answer(status=503)
    pauses = Pauses()
    error = refused(site.url("/a.html"), pauses, retries=2, random=lambda: 1.0)
    assert (error.status, error.permanent, pauses.slept) == (503, False, [1.0, 2.0])
    assert site.times("/a.html") == 3


@pytest.mark.parametrize("asked", ["7", "Mon, 04 Dec 2023 00:30:07 GMT"])
def test_what_the_server_asks_to_wait_is_waited(site: Site, asked: str) -> None:
    busy = Answer(status=429, headers=(("Retry-After", asked),))
    site.pages["/a.html"] = [busy, Answer(PAGE)]
    pauses = Pauses()
    get(site.url("/a.html"), pauses, retries=1, ticks=lambda: 100.0)
    assert pauses.slept == [7.0]


def test_a_host_that_asks_for_a_rest_has_it_from_all_threads() -> None:
    pauses = Pauses()
    pacing = Pacing(1.0, 2, lambda: 100.0, pauses)
    pacing.hold("a.example", 7.0)
    for host in ("a.example", "a.example", "b.example"):
        with pacing.turn(host):
            pass
    assert pauses.slept == [7.0, 8.0]


@pytest.mark.parametrize(
    "asked",
    [
        "soon",
        "",
        "-5",
        "Mon, 04 Dec 2023 00:00:00 +99999999999999999",
        "Mon, 99 Dec 2023 00:00:00 GMT",
    ],
)
def test_a_wait_that_cannot_be_read_is_our_own(site: Site, asked: str) -> None:
    site.pages["/a.html"] = [Answer(status=503, headers=(("Retry-After", asked),)), Answer(PAGE)]
    pauses = Pauses()
    get(site.url("/a.html"), pauses, retries=1, random=lambda: 0.25)
    assert pauses.slept == [0.25]


def test_a_server_that_asks_for_an_hour_is_left_for_the_next_run(site: Site) -> None:
    site.pages["/a.html"] = Answer(status=429, headers=(("Retry-After", "3600"),))
    pauses = Pauses()
    error = refused(site.url("/a.html"), pauses, retries=3)
    assert (pauses.slept, site.times("/a.html")) == ([], 1)
    assert "asks to wait 3600 s" in str(error)
    assert LONGEST_PAUSE < 3600


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 501, 204])
def test_answers_that_another_try_does_not_change(site: Site, status: int) -> None:
    site.pages["/a.html"] = Answer(status=status)
    error = refused(site.url("/a.html"), retries=3)
    assert (error.status, error.permanent, site.times("/a.html")) == (status, True, 1)


def test_nobody_listens(site: Site) -> None:
    with web_site() as gone:
        address = gone.url("/a.html")
    pauses = Pauses()
    error = refused(address, pauses, retries=2, random=lambda: 0.0)
    assert "cannot be reached" in str(error)
    assert pauses.slept == [0.0, 0.0]


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with web_site(context) as site:
        error = refused(site.url("/").replace("http:", "https:"), retries=2)
    assert "the certificate is not valid" in str(error)
    assert error.permanent
    assert site.asked == []


# Redirects


def test_redirects_are_followed(site: Site) -> None:
    site.pages["/a"] = Answer(status=302, headers=(("Location", "b/c.html?x=1"),))
    site.pages["/b/c.html?x=1"] = Answer(status=301, headers=(("Location", "/d.html"),))
    site.put("/d.html", PAGE)
    assert get(site.url("/a")).url == site.url("/d.html")


def test_a_redirect_loop_ends(site: Site) -> None:
    site.pages["/a"] = Answer(status=302, headers=(("Location", "/b"),))
    site.pages["/b"] = Answer(status=302, headers=(("Location", "/a"),))
    error = refused(site.url("/a"), redirects=5, retries=3)
    assert (str(error), error.permanent) == ("redirects more than 5 times", True)
    assert site.times("/a") + site.times("/b") == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://localhost/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "http://user:pw@127.0.0.1/",
        "http://[::1",
        "http://a b/",
        "http://xn--a/",
        "http://xn--/",
        "//xn--a/b.html",
        "/" + "a" * 65_529,
        "http://.example/",
        "http://" + "a" * 64 + ".example/",
    ],
)
def test_redirects_that_lead_astray(site: Site, target: str) -> None:
    site.pages["/a"] = Answer(status=302, headers=(("Location", target),))
    error = refused(site.url("/a"), retries=2)
    assert error.permanent
    assert site.times("/a") == 1


def test_a_redirect_to_a_name_that_resolves_to_a_private_network(site: Site) -> None:
    site.pages["/a"] = Answer(
        status=302, headers=(("Location", site.url("/b.html", "inner.example")),)
    )
    site.put("/b.html", PAGE)
    names = {"127.0.0.1": ["127.0.0.1"], "inner.example": ["127.0.0.1"]}
    error = refused(site.url("/a"), resolve=lambda host, _: names[host])
    assert "inner.example leads to this machine" in str(error)
    assert site.times("/b.html") == 0


# Names and networks


def test_a_name_of_a_private_network_is_asked_only_where_it_is_allowed(site: Site) -> None:
    site.put("/a.html", PAGE)
    address = site.url("/a.html", "letters.example")
    error = refused(address, allow_hosts=(), resolve=lambda *_: ["127.0.0.1"])
    assert "letters.example leads to this machine" in str(error)
    assert site.asked == []
    found = get(address, allow_hosts=("letters.example",), resolve=lambda *_: ["127.0.0.1"])
    assert found.data == PAGE
    assert f"host: letters.example:{site.port}" in site.heads[-1].lower()


def test_a_name_that_changes_its_mind_is_asked_once_for_a_connection(site: Site) -> None:
    """DNS rebinding: public when it is checked, private when it is connected to."""
    site.put("/a.html", PAGE)
    answers = [["192.0.2.1"], ["127.0.0.1"]]
    seen: list[list[str]] = []

    def rebinding(host: str, port: int) -> list[str]:
        seen.append(answers[min(len(seen), 1)])
        return seen[-1]

    with client(allow_hosts=(), resolve=rebinding, connect_timeout=0.2) as asking:
        for _ in range(3):
            with pytest.raises(FetchError):
                asking.fetch(site.url("/a.html", "letters.example"))
    assert site.asked == [], "the second answer was connected to without a check"


def test_the_next_address_of_a_name_is_tried(site: Site) -> None:
    site.put("/a.html", PAGE)
    found = get(
        site.url("/a.html", "letters.example"),
        allow_hosts=("letters.example",),
        resolve=lambda *_: ["127.0.0.77", "127.0.0.1"],
    )
    assert found.data == PAGE


def test_the_environment_names_no_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/a.html", PAGE)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(site.url("/a.html")).data == PAGE


def test_the_proxy_of_the_settings_is_used(site: Site) -> None:
    """The proxy resolves names; hosts that tell by their name are refused all the same."""
    site.put("http://letters.example/a.html", PAGE)

    def nobody(host: str, port: int) -> list[str]:
        assert host == "127.0.0.1", "only the proxy is looked up"
        return [host]

    proxy = f"http://127.0.0.1:{site.port}"
    found = get("http://letters.example/a.html", allow_hosts=(), proxy=proxy, resolve=nobody)
    assert found.data == PAGE
    for host in ("10.0.0.1", "167772161", "0x0a.1", "10.1"):
        error = refused(f"http://{host}/", allow_hosts=(), proxy=proxy, resolve=nobody)
        assert "private network" in str(error)
    assert len(site.asked) == 2, "robots.txt and the page"


# What it is


KINDS = [
    ("/a.html", "text/html; charset=gb2312", "", "a.html"),
    ("/a", "text/html", "", "a.html"),
    ("/", "TEXT/HTML", "", "page.html"),
    ("/col/art.jsp?id=7", "text/html", "", "art.jsp.html"),
    ("/a.pdf", "application/pdf", "", "a.pdf"),
    ("/down?id=1", "application/msword", "", "down.doc"),
    ("/a.docx", "application/octet-stream", "", "a.docx"),
    ("/a.ofd", "", "", "a.ofd"),
    ("/d", "application/octet-stream", 'attachment; filename="b.docx"', "b.docx"),
    ("/d", "application/octet-stream", "attachment; filename*=UTF-8''%E5%A4%8D.doc", "复.doc"),
    ("/d", "application/pdf", 'attachment; filename="../../etc/x.pdf"', "etc x.pdf"),
    ("/d", "application/pdf", 'attachment; filename="a\tb.pdf"', "a b.pdf"),
]


@pytest.mark.parametrize(("path", "kind", "disposition", "name"), KINDS)
def test_documents_get_a_name(
    site: Site, path: str, kind: str, disposition: str, name: str
) -> None:
    headers = (("Content-Disposition", disposition),) if disposition else ()
    site.pages[path] = Answer(PAGE, type=kind, headers=headers)
    assert get(site.url(path)).name == name


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("/a.png", "image/png", "no page or document but image/png"),
        ("/a.js", "application/javascript", "no page or document"),
        ("/a.json", "application/json", "no page or document"),
        ("/a.exe", "application/octet-stream", "does not say what it is"),
        ("/a.html", "video/mp4", "no page or document"),
    ],
)
def test_what_is_no_document_is_not_read(site: Site, path: str, kind: str, reason: str) -> None:
    site.pages[path] = Answer(PAGE, type=kind)
    error = refused(site.url(path))
    assert reason in str(error)
    assert error.permanent


#: Path, bytes → name, or "" where it is not read: what says neither type nor ending begins so.
BEGINNINGS: list[tuple[str, bytes, str]] = [
    ("/pdf", b"%PDF-1.7 ...", "pdf.pdf"),
    ("/dl3?id=5", b"PK\x03\x04...", "dl3.docx"),
    ("/down.do?id=5", b"\xd0\xcf\x11\xe0\xa1\xb1", "down.do.doc"),
    ("/", b"%PDF-1.7 ...", "page.pdf"),
    ("/p.jsp", b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "p.jsp.html"),
    ("/pic", b"\x89PNG\r\n\x1a\n", ""),
    ("/json", b'{"html": "<html>"}', ""),
    ("/none", b"", ""),
    ("/a.mp4", b"%PDF-1.7 ...", ""),
]


@pytest.mark.parametrize("kind", ["application/octet-stream", ""])
@pytest.mark.parametrize(("path", "data", "name"), BEGINNINGS)
def test_first_bytes_tell_what_nothing_else_says(
    site: Site, path: str, data: bytes, name: str, kind: str
) -> None:
    site.pages[path] = Answer(data, type=kind)
    if name:
        assert get(site.url(path)).name == name
    else:
        assert "does not say what it is" in str(refused(site.url(path)))


# Manners


def test_robots_are_respected(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /secret/\nAllow: /secret/open\n", type="text/plain"
    )
    for path in ("/a.html", "/secret/a.html", "/secret/open.html"):
        site.put(path, PAGE)
    with client() as asking:
        asking.fetch(site.url("/a.html"))
        asking.fetch(site.url("/secret/open.html"))
        with pytest.raises(FetchError, match=r"robots\.txt does not allow"):
            asking.fetch(site.url("/secret/a.html"))
    assert site.times("/robots.txt") == 1
    assert site.times("/secret/a.html") == 0


def test_robots_are_asked_at_each_redirect(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /secret/\n", type="text/plain")
    site.pages["/a"] = Answer(status=302, headers=(("Location", "/secret/a.html"),))
    site.put("/secret/a.html", PAGE)
    assert "robots.txt" in str(refused(site.url("/a")))
    assert site.times("/secret/a.html") == 0


def test_robots_that_are_meant_for_us(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow:\n\nUser-agent: commitment-tracker\nDisallow: /\n"
    )
    site.put("/a.html", PAGE)
    assert "robots.txt" in str(refused(site.url("/a.html")))


def test_a_page_in_place_of_robots_forbids_nothing(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(PAGE)
    site.put("/a.html", PAGE)
    assert get(site.url("/a.html")).data == PAGE


def test_robots_that_fail_stop_us_until_they_recover(site: Site) -> None:
    site.pages["/robots.txt"] = [Answer(status=503), Answer(status=404)]
    site.put("/a.html", PAGE)
    error = refused(site.url("/a.html"))
    assert "robots.txt cannot be read" in str(error)
    assert not error.permanent
    site.pages["/robots.txt"] = [Answer(status=503), Answer(status=404)]
    assert get(site.url("/a.html"), retries=1).data == PAGE


def test_the_delay_that_robots_ask_for(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 9\nDisallow: /x\n")
    site.put("/a.html", PAGE)
    pauses = Pauses()
    with client(pauses, delay=1.0, ticks=lambda: 100.0) as asking:
        for _ in range(3):
            asking.fetch(site.url("/a.html"))
    assert pauses.slept == [1.0, 10.0, 19.0]


def test_requests_to_a_host_keep_their_distance(site: Site) -> None:
    site.put("/a.html", PAGE)
    pauses = Pauses()
    with client(pauses, delay=2.0, ticks=lambda: 100.0) as asking:
        for _ in range(2):
            asking.fetch(site.url("/a.html"))
    assert pauses.slept == [2.0, 4.0], "after robots.txt, which went first"


def test_so_many_at_once_and_no_more(site: Site) -> None:
    lock = threading.Lock()
    at_once = [0, 0]

    def slow(connection: Any, head: str) -> None:
        with lock:
            at_once[0] += 1
            at_once[1] = max(at_once)
        time.sleep(0.05)
        with lock:
            at_once[0] -= 1
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n"
            b"Connection: close\r\n\r\nok"
        )

    site.pages["/a.html"] = slow
    with client(per_host=2, delay=0.0) as asking:
        threads = [
            threading.Thread(target=asking.fetch, args=(site.url("/a.html"),)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert at_once == [0, 2]
