"""Robots and webhooks on a real server: signatures, error codes, limits, and bad manners."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import pytest

from tests.notices.robots import KEY, NAMES, SECRET, Group, robot_settings
from tests.office import MONDAY, morning, with_office
from tests.post import free_port
from tests.site import Answer, Site, break_off, drip, drip_head, endless, reset, silence, web_site
from tracker.asking import Fetch
from tracker.errors import DeliveryError
from tracker.notices import dingtalk, feishu, webhook, wecom
from tracker.notices.channel import CHANNELS, Channel, InDoubt, Unreachable, open_channel
from tracker.notices.chat import RobotChannel
from tracker.notices.message import Outgoing
from tracker.notices.posting import Pace, Post, hidden
from tracker.robots import Kind, Robot
from tracker.settings import Settings

KINDS: tuple[Kind, ...] = get_args(Kind)
CHATS: tuple[Kind, ...] = ("wecom", "dingtalk", "feishu")
NOW = morning(MONDAY)
DIALECTS = {"wecom": wecom.WECOM, "dingtalk": dingtalk.DINGTALK, "feishu": feishu.FEISHU}


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


def outgoing(kind: Kind, text: str = "**建议第25号**\n\n- 逾期") -> Outgoing:
    return Outgoing(
        1, f"digest:robot:{NAMES[kind]}:2023-12-04", "<d.r.1@yunxi.example>", NAMES[kind],
        f"robot:{NAMES[kind]}", "[承诺督办] 逾期1项", text, "", kind,
    )  # fmt: skip


def made(kind: Kind, settings: Settings, **changes: Any) -> Channel:
    """A channel at a fixed moment that is in no hurry."""
    post = Post(settings.fetch, step=0.5, whole=1.0)
    changes = dict[str, Any](post=post, now=lambda: NOW) | changes
    if kind == "webhook":
        return webhook.WebhookChannel(settings, **changes)
    return RobotChannel(DIALECTS[kind], settings, **changes)


def sent(channel: Channel, kind: Kind, text: str = "正文") -> str:
    return channel.send(channel.prepare(outgoing(kind, text), NOW))


def refused(channel: Channel, kind: Kind) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(channel, kind)
    assert not isinstance(caught.value, Unreachable)
    assert KEY not in str(caught.value)
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_arrives_signed(site: Site, settings: Settings, kind: Kind) -> None:
    site.judge = group = Group(kind, lambda: NOW)
    office = robot_settings(settings, site, kind)
    channel = made(kind, office)
    assert sent(channel, kind, "**建议第25号**") == f"{kind} {NAMES[kind]}"
    channel.close()
    (said,) = group.said
    assert "建议第25号" in json.dumps(said, ensure_ascii=False)
    assert "[承诺督办] 逾期1项" in json.dumps(said, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_registry_opens_it(site: Site, settings: Settings, kind: Kind) -> None:
    """By the clock of the machine."""
    site.judge = group = Group(kind, lambda: dt.datetime.now(dt.UTC))
    channel = open_channel(kind, robot_settings(settings, site, kind))
    sent(channel, kind)
    channel.close()
    assert len(group.said) == 1
    assert set(CHANNELS) == {"mail", "files", *KINDS}


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_one_that_asks_for_no_signature(site: Site, settings: Settings, kind: Kind) -> None:
    names = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    site.judge = lambda head, body: Answer(json.dumps({names[0]: 0, names[1]: "ok"}).encode())
    sent(made(kind, robot_settings(settings, site, kind, secret="")), kind)
    assert "sign" not in site.heads[0].split("\r\n")[0]
    assert "sign" not in json.loads(site.bodies[0])


def test_known_signatures() -> None:
    """Worked out apart with openssl dgst -hmac."""
    assert dingtalk.signature("SECabc", 1701649800000) == DINGTALK_KNOWN
    assert feishu.signature("SECabc", 1701649800) == FEISHU_KNOWN
    assert webhook.signature("SECabc", "1701649800", b'{"a":1}') == WEBHOOK_KNOWN


DINGTALK_KNOWN = "GUVv3O4XURJhkS5fPhANl4049R5LLIcKV/fM9RXqEzs="
FEISHU_KNOWN = "QY16007fl1ujBdOTAdsQv+V2SumEzwfwFrW9GAJWuag="
WEBHOOK_KNOWN = "sha256=5bad615747a2c4aba41c8c1aa1c2aa92abcc7505f6d39e0f00a41f1f3892ed85"


@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "webhook"])
@pytest.mark.parametrize("fault", ["clock", "secret"])
def test_a_signature_that_is_not_taken(
    site: Site, settings: Settings, kind: Kind, fault: str
) -> None:
    site.judge = group = Group(kind, lambda: NOW)
    secret = "SEC-another" if fault == "secret" else SECRET
    late = dt.timedelta(hours=2) if fault == "clock" else dt.timedelta(0)
    channel = made(
        kind, robot_settings(settings, site, kind, secret=secret), now=lambda: NOW - late
    )
    error = refused(channel, kind)
    assert error.permanent
    assert not error.nobody
    if kind != "webhook":
        assert "clock or secret are wrong" in str(error)
    assert group.said == []


#: Kind, code, words → is it for good, is nobody there, seconds to wait.
CODES: list[tuple[Kind, int, str, bool, bool, float | None]] = [
    ("wecom", 45009, "api freq out of limit", False, False, 60),
    ("wecom", 45033, "api concurrent out of limit", False, False, 60),
    ("wecom", -1, "system busy", False, False, None),
    ("wecom", 93000, f"invalid webhook url {KEY}", True, True, None),
    ("wecom", 93000, "Invalid input : content exceed max length.", True, False, None),
    ("wecom", 40058, "markdown.content exceed max length 4096", True, False, None),
    ("dingtalk", 130101, "send too fast, exceed 20 times per minute", False, False, 600),
    ("dingtalk", 410100, "send too fast", False, False, 600),
    ("dingtalk", 660026, "too fast", False, False, 600),
    ("dingtalk", -1, "系统繁忙", False, False, None),
    ("dingtalk", 310000, "keywords not in content", True, False, None),
    ("dingtalk", 310000, "ip X.X.X.X not in whitelist", True, False, None),
    ("dingtalk", 300005, "token is not exist", True, True, None),
    ("dingtalk", 400102, "robot is stopped", True, True, None),
    ("dingtalk", 430104, "unfit", True, False, None),
    ("feishu", 11232, "frequency limited psm", False, False, 60),
    ("feishu", 9499, "too many request", False, False, 60),
    ("feishu", 9499, "Bad Request", True, False, None),
    ("feishu", 19001, "access token invalid", True, True, None),
    ("feishu", 19022, "Ip Not Allowed", True, False, None),
    ("feishu", 19024, "Key Words Not Found", True, False, None),
    ("feishu", 77777, "never heard of", False, False, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "words", "permanent", "nobody", "after"), CODES)
def test_the_code_in_the_body_decides(
    site: Site, settings: Settings, kind: Kind, code: int, words: str, permanent: bool,
    nobody: bool, after: float | None,
) -> None:  # fmt: skip
    names = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    answer = json.dumps({names[0]: code, names[1]: words}).encode()
    site.judge = lambda head, body: Answer(answer, type="application/json")
    error = refused(made(kind, robot_settings(settings, site, kind)), kind)
    assert (error.permanent, error.nobody, error.after) == (permanent, nobody, after)
    assert str(code) in str(error)
    assert not isinstance(error, InDoubt)


def test_the_older_answer_of_feishu(site: Site, settings: Settings) -> None:
    site.judge = lambda head, body: Answer(b'{"StatusCode":0,"StatusMessage":"success"}')
    sent(made("feishu", robot_settings(settings, site, "feishu")), "feishu")


@pytest.mark.parametrize("kind", CHATS)
def test_after_too_many_nothing_more_is_posted(site: Site, settings: Settings, kind: Kind) -> None:
    site.judge = lambda head, body: Answer(b"", 429, headers=(("Retry-After", "900"),))
    channel = made(kind, robot_settings(settings, site, kind))
    assert refused(channel, kind).after == 900
    assert "no more messages for 900 s" in str(refused(channel, kind))
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "after"),
    [
        (200, (), None, None),
        (204, (), None, None),
        (202, (), None, None),
        (302, (("Location", "https://evil.example/"),), True, None),
        (400, (), True, None),
        (401, (), True, None),
        (404, (), True, None),
        (410, (), True, None),
        (408, (), False, None),
        (429, (("Retry-After", "120"),), False, 120.0),
        (429, (("Retry-After", "Mon, 04 Dec 2023 00:40:00 GMT"),), False, 600.0),
        (429, (("Retry-After", "99999999999999999999"),), False, 86400.0),
        (429, (("Retry-After", "soon"),), False, None),
        (500, (), False, None),
        (503, (("Retry-After", "5"),), False, 5.0),
    ],
)
def test_the_status_decides_at_a_webhook(
    site: Site,
    settings: Settings,
    status: int,
    headers: tuple[tuple[str, str], ...],
    permanent: bool | None,
    after: float | None,
) -> None:
    site.judge = lambda head, body: Answer(b"", status, headers=headers)
    channel = made("webhook", robot_settings(settings, site, "webhook"))
    if permanent is None:
        sent(channel, "webhook")
        return
    error = refused(channel, "webhook")
    assert (error.permanent, error.after) == (permanent, after)
    assert error.nobody is (status == 410)
    assert len(site.asked) == 1, "no redirect is followed"


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (Answer(b"<html>gateway</html>", 502), False),
        (Answer(b"no", 403), True),
        (Answer(b"x", 408), False),
    ],
)
def test_an_answer_of_somebody_in_between(
    site: Site, settings: Settings, kind: Kind, answer: Answer, permanent: bool
) -> None:
    site.judge = lambda head, body: answer
    error = refused(made(kind, robot_settings(settings, site, kind)), kind)
    assert error.permanent is permanent
    assert not isinstance(error, InDoubt)


@pytest.mark.parametrize(
    "body",
    [b"", b"ok", b"[]", b"{}", b'{"errcode":"0"}', b'{"errcode":true}', b'{"errcode":null}',
     b"[" * 60000, b"\xff\xfe", b'{"errcode":0' + b" " * 70000 + b"}"],
)  # fmt: skip
@pytest.mark.parametrize("kind", CHATS)
def test_an_answer_without_a_code_leaves_it_in_doubt(
    site: Site, settings: Settings, kind: Kind, body: bytes
) -> None:
    site.judge = lambda head, _: Answer(
        body.replace(b"errcode", b"code") if kind == "feishu" else body
    )
    error = refused(made(kind, robot_settings(settings, site, kind)), kind)
    assert isinstance(error, InDoubt)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("manners", [reset, break_off, drip, drip_head, endless, silence])
def test_bad_manners(site: Site, settings: Settings, kind: Kind, manners: Any) -> None:
    """Whatever was posted and not answered may have arrived; a status alone answers a webhook."""
    office = robot_settings(settings, site, kind)
    site.pages = _Every(manners)
    channel = made(kind, office)
    if kind == "webhook" and manners not in (drip_head, silence):
        sent(channel, kind)
        return
    assert isinstance(refused(channel, kind), InDoubt)


class _Every(dict[str, Any]):
    """The same for every path."""

    def __init__(self, manners: Any) -> None:
        super().__init__()
        self.manners = manners

    def get(self, path: str, default: Any = None) -> Any:
        return self.manners


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_at_the_door(settings: Settings, kind: Kind) -> None:
    away = Site(port=free_port())
    error = refused(made(kind, robot_settings(settings, away, kind)), kind)
    assert "cannot be reached" in str(error)
    assert not error.permanent
    assert not isinstance(error, InDoubt)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]"])
def test_private_networks_are_refused(
    site: Site, settings: Settings, kind: Kind, host: str
) -> None:
    office = robot_settings(settings, site, kind)
    url = office.robots[0].url.replace("127.0.0.1", host)
    closed = replace(office, fetch=Fetch(), robots=(replace(office.robots[0], url=url),))
    error = refused(made(kind, closed), kind)
    assert "this machine" in str(error)
    assert "allow_hosts" in str(error)
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001"])
def test_a_proxy_is_not_asked_for_private_networks(
    site: Site, settings: Settings, host: str
) -> None:
    """It would resolve the name by itself."""
    office = robot_settings(settings, Site(port=80), "wecom")
    url = office.robots[0].url.replace("127.0.0.1", host)
    fetch = Fetch(proxy=site.url(""))
    behind = replace(office, fetch=fetch, robots=(replace(office.robots[0], url=url),))
    assert "this machine" in str(refused(made("wecom", behind), "wecom"))
    assert site.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_settings_lack(site: Site, settings: Settings, kind: Kind) -> None:
    office = robot_settings(settings, site, kind, url="")
    error = refused(made(kind, office), kind)
    assert "has no address: set TRACKER_ROBOT_" in str(error)
    assert not error.permanent
    none = with_office(settings)
    assert "names no robot" in str(refused(made(kind, none), kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_address_is_told_to_nobody(
    site: Site, settings: Settings, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any log however loud, and not where the other side repeats it."""
    names = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")

    def echo(head: str, body: bytes) -> Answer:
        said = f"{head.split()[1]} {SECRET} {KEY.upper()}"
        return Answer(json.dumps({names[0]: 93000, names[1]: said}).encode(), 500)

    site.judge = echo
    office = robot_settings(settings, site, kind)
    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        error = refused(made(kind, office), kind)
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert caplog.records, "httpcore does write"
    heard = caplog.text + str(error) + repr(error) + repr(office)
    for secret in (KEY, KEY.upper(), SECRET):
        assert secret not in heard
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert cause is None or KEY not in str(cause)


@pytest.mark.parametrize(
    "text",
    [
        f"https://x.example/send?key={KEY}",
        f"key={KEY} and {SECRET}",
        f"/send?key={KEY}",
        "tok%2Ben-0123 and tok+en-0123",
    ],
)
def test_hidden(text: str) -> None:
    robot = Robot(
        "a", "wecom", url=f"https://x.example/send?key={KEY}&t=tok%2Ben-0123", secret=SECRET
    )
    found = hidden(text, robot)
    for secret in (KEY, SECRET, "tok%2Ben-0123", "tok+en-0123"):
        assert secret not in found
    assert len(hidden("\n" * 5 + "长" * 5000, robot)) == 200


def test_a_query_in_the_address_stays(site: Site, settings: Settings) -> None:
    """httpx drops it when it is given more."""
    site.judge = Group("dingtalk", lambda: NOW)
    sent(made("dingtalk", robot_settings(settings, site, "dingtalk")), "dingtalk")
    assert f"access_token={KEY}&timestamp=" in site.asked[0]


def test_what_is_posted_may_be_posted_again(site: Site, settings: Settings) -> None:
    """The same id and body, a signature of its own moment."""
    site.judge = Group("webhook", lambda: NOW + dt.timedelta(seconds=60))
    office = robot_settings(settings, site, "webhook")
    prepared = made("webhook", office).prepare(outgoing("webhook"), NOW)
    for seconds in (0, 90):
        moment = NOW + dt.timedelta(seconds=seconds)
        made("webhook", office, now=lambda moment=moment: moment).send(prepared)
    assert site.bodies[0] == site.bodies[1]
    ids = [line for head in site.heads for line in head.split("\r\n") if "X-Tracker-Id" in line]
    assert ids == ["X-Tracker-Id: d.r.1@yunxi.example"] * 2
    signed = {line for head in site.heads for line in head.split("\r\n") if "Signature" in line}
    assert len(signed) == 2
    assert json.loads(site.bodies[0])["id"] == "d.r.1@yunxi.example"


class Time:
    """A clock that goes on while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("kind", "many"), [("wecom", 20), ("dingtalk", 20), ("feishu", 100)])
def test_the_pace_of_a_robot(site: Site, settings: Settings, kind: Kind, many: int) -> None:
    names = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    site.judge = lambda head, body: Answer(json.dumps({names[0]: 0}).encode())
    time = Time()
    channel = made(kind, robot_settings(settings, site, kind), ticks=time, sleep=time.sleep)
    for _ in range(many):
        sent(channel, kind)
    assert sum(time.slept) < 60
    assert len(time.slept) == (19 if kind == "feishu" else 0), "five a second"
    with pytest.raises(DeliveryError, match="no more messages") as early:
        sent(channel, kind)
    assert len(site.asked) == many
    assert early.value.after is not None
    time.now += early.value.after
    sent(channel, kind)


def test_robots_have_a_pace_of_their_own() -> None:
    time = Time()
    pace = Pace(((2, 60.0),), time)
    assert [pace.turn("甲"), pace.turn("甲"), pace.turn("乙")] == [0, 0, 0]
    time.now += 59
    assert pace.turn("甲") == 1
    assert pace.turn("乙") == 0
    time.now += 1
    assert pace.turn("甲") == 0
    pace.hold("乙", 600)
    assert pace.turn("乙") == 600


def test_what_no_channel_can_be_told(site: Site, settings: Settings) -> None:
    """Text that is no JSON goes as text, whatever it looks like."""
    site.judge = group = Group("webhook", lambda: NOW)
    channel = made("webhook", robot_settings(settings, site, "webhook"))
    for text in ("正文", "[1]", "null", '"x"'):
        sent(channel, "webhook", text)
    assert [said["text"] for said in group.said] == ["正文", "[1]", "null", '"x"']
    sent(channel, "webhook", '{"id":"forged","items":[]}')
    assert group.said[-1]["id"] == "d.r.1@yunxi.example"
