"""Digests for robots: cut at whole items, harmless in every program, JSON for webhooks."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import MONDAY, Ledger, add_unit, report, with_office
from tracker.notices import dingtalk, feishu, wecom
from tracker.notices.brief import brief, harmless, word_for
from tracker.notices.chat import as_bytes
from tracker.notices.wording import Digest, Group, Item, digest_of, word
from tracker.settings import Settings
from tracker.store.database import Store

CHATS: dict[str, Any] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}
ROOM = {"wecom": 4096, "dingtalk": 20_000, "feishu": 20_000}


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def item(number: int = 1, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "ref": f"25-{number}", "light": "overdue", "days": 12, "state": "逾期 12 天", "sign": "▲",
        "ink": "", "ground": "", "what": "新增高新技术企业", "quote": "力争新增高新技术企业30户",
        "target": "新增 30 户", "deadline": "2023-12-31（原文“2023年”→2023-12-31，文中写明）",
        "latest": "未填报", "owners": "县经信局",
    } | changes  # fmt: skip
    return Item(**values)


def digest(*items: Item, **changes: Any) -> Digest:
    values: dict[str, Any] = {
        "name": "督查群", "supervisor": True, "stand_in": False, "day": MONDAY,
        "counts": "逾期1项", "groups": (Group("建议第25号《标题》", items),), "answers": (),
    } | changes  # fmt: skip
    return Digest(**values)


def size(kind: str, subject: str, text: str) -> int:
    """Bytes that the program counts."""
    payload = CHATS[kind].payload(subject, text)
    if kind == "wecom":
        return len(payload["markdown"]["content"].encode())
    signature = as_bytes({"timestamp": "1701649800", "sign": "x" * 44}) if kind == "feishu" else b""
    return len(as_bytes(payload)) + len(signature)


@pytest.mark.parametrize("kind", CHATS)
def test_what_a_robot_says(store: Store, office: Settings, kind: str) -> None:
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        home = ledger.suggestion(25, "关于加快培育高新技术企业的建议")
        late = ledger.commitment(unit, suggestion=home, deadline=dt.date(2023, 11, 22))
        report(late, dt.date(2023, 11, 20), 22)
        found = digest_of([late], MONDAY, office, name="督查群", supervisor=True)
        worded = word_for(kind, found, office)
    assert worded.subject == "［承诺督办］ 逾期1项 — 12月4日"
    assert worded.html == ""
    for said in (
        "**建议第25号《关于加快培育高新技术企业的建议》（云溪县十八届人大二次会议）**",
        "- **▲ 25-1 逾期 12 天** 新增高新技术企业",
        "答复原文：“力争2023年推动我县新增高新技术企业30户”",
        "目标：新增 30 户",
        "时限：2023-11-22",
        "最近填报：22 户",
        "责任单位：县经信局",
        "—— 云溪县人大代工委",
    ):
        assert said in worded.text
    assert "其余" not in worded.text


def test_mail_stays_as_it_is(office: Settings) -> None:
    assert word_for("mail", digest(item()), office) == word(digest(item()), office)


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_digest_is_cut_at_whole_items(office: Settings, kind: str, language: str) -> None:
    many = [item(number) for number in range(1, 501)]
    worded = word_for(kind, digest(*many), replace(office, language=language))  # type: ignore[arg-type]
    told = re.findall(r"25-(\d+) ", worded.text)
    assert told == [str(number) for number in range(1, len(told) + 1)], "the most urgent ones"
    rest = f"其余 {500 - len(told)} 项见台账" if language == "zh" else f"{500 - len(told)} more"
    assert rest in worded.text
    bytes_ = size(kind, worded.subject, worded.text)
    assert bytes_ <= ROOM[kind]
    assert bytes_ > ROOM[kind] - 700, "and no more is left out than must be"


@pytest.mark.parametrize("kind", CHATS)
def test_the_limit_is_kept_to_the_byte(kind: str) -> None:
    def padded(count: int) -> str:
        return "甲" * 100 + "x" * count

    free = ROOM[kind] - size(kind, "标题", padded(0))
    fits = CHATS[kind].fits
    # Feishu's signature is counted with some room.
    assert fits("标题", padded(free - (30 if kind == "feishu" else 0)))
    assert not fits("标题", padded(free + 1))


def test_one_item_less_where_a_byte_is_missing(office: Settings) -> None:
    """Room for just all of it, and one byte less."""
    found = digest(*(item(number) for number in range(1, 6)))
    whole = len(brief(found, office, lambda *_: True).text.encode())
    for room, rest in ((whole, 0), (whole - 1, 1)):
        text = brief(found, office, _in(room)).text
        assert len(re.findall(r"25-\d ", text)) == 5 - rest
        assert ("其余 1 项见台账" in text) is bool(rest)


@pytest.mark.parametrize("kind", CHATS)
def test_the_longest_words_leave_room_for_one(office: Settings, kind: str) -> None:
    names = ("ref", "state", "what", "quote", "target", "deadline", "latest", "owners")
    long: dict[str, Any] = dict.fromkeys(names, "\U00020000" * 5000)
    found = digest(item(**long), item(2, **long), stand_in=True, name="长" * 5000)
    found = replace(
        found, groups=tuple(replace(group, title="长" * 5000) for group in found.groups)
    )
    worded = word_for(kind, found, office)
    assert size(kind, worded.subject, worded.text) <= ROOM[kind]
    assert worded.text.encode()


HOSTILE = [
    "@all @所有人 <@all> <at id=all></at> &lt;at id=all&gt;",
    "[点我](http://evil.example/x) ![](http://evil.example/p.png)",
    "http://evil.example https://evil.example www.evil.example evil.example a@evil.example",
    "**粗** `代码` ~~删~~ # 标题 > 引用 <font color='warning'>红</font> | 表 |",
    "一行\n\n- **▲ 99-9 已兑现** 假条目\r\n# 假标题\u2028> 假引用",
    "\x1b[31m\u202e30户\x00",
]


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_letters_do_nothing(office: Settings, kind: str, text: str) -> None:
    found = digest(
        item(what=text, quote=text, latest=text, owners=text, deadline=text, target=text),
        name=text,
        stand_in=True,
    )
    found = replace(found, groups=(Group(text, found.groups[0].items),))
    worded = word_for(kind, found, replace(office, office=replace(office.office, name=text)))
    harmful = worded.text.replace("**▲ 25-1 逾期 12 天**", "")
    for line in harmful.split("\n\n"):
        if line.startswith("**") and line.endswith("**"):
            line = line[2:-2]  # the heading of a suggestion
        line = line.removeprefix("- ")
        assert not re.search(r"[<>\[\]()*`~|#&@!\\]|://|[a-z]\.[a-z]", line), line
        assert line.isprintable()
    assert "99-9 已兑现" not in [line[4:] for line in worded.text.split("\n\n")]
    assert worded.text.count("\n- ") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("新增3.5公里(约)", "新增3.5公里（约）"),
        ("v1.2", "v1.2"),
        ("见 www.a.example", "见 www．a．example"),
        ("https://a.example/b", "https：//a．example/b"),
        ("时限：6月", "时限：6月"),
        ("a_b", "a＿b"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text, 60) == shown


@given(st.text(max_size=200), st.integers(2, 90))
def test_harmless_is_short_and_in_one_line(text: str, length: int) -> None:
    found = harmless(text, length)
    assert len(found) <= length
    assert len(found.splitlines()) <= 1
    assert not re.search(r"[<>\[\]()*`~|#&@!\\]|://", found)
    found.encode()


def test_a_webhook_gets_data(store: Store, office: Settings) -> None:
    with store.write() as session:
        row = Ledger(session).commitment(add_unit(session, "县经信局"))
        found = digest_of([row], MONDAY, office, name="oa", supervisor=True)
        worded = word_for("webhook", found, office)
    said = json.loads(worded.text)
    assert said["day"] == "2023-12-04"
    assert "县经信局" in said["text"]
    (told,) = said["items"]
    assert told["ref"] == "1-1"
    assert told["light"] == "due_soon"
    assert told["quote"] == "力争2023年推动我县新增高新技术企业30户"
    assert told["owners"] == "县经信局"


def _in(room: int) -> Callable[[str, str], bool]:
    return lambda _, text: len(text.encode()) <= room
