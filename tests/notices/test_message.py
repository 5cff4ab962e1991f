"""The mail that is built from words: headers, parts, and what cannot get into them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import MONDAY, morning, with_office
from tracker.errors import DeliveryError
from tracker.notices.calendar import Event, calendar
from tracker.notices.channel import Unreachable
from tracker.notices.message import Outgoing, _folded, _mailbox_header, build, mailbox, one_line
from tracker.settings import Mail, Office, Settings

OUTGOING = Outgoing(
    id=1,
    key="digest:unit:7:2023-12-04",
    header_id="<digest.unit.7.2023-12-04@yunxi.example>",
    name="云溪县经济和信息化局",
    address="jxj@yunxi.example",
    subject="[承诺跟踪] 逾期1项 — 12月4日",
    text="正文\n",
    html="<p>正文</p>\n",
)
DATE = morning(MONDAY)


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def read_back(sent: bytes) -> EmailMessage:
    return message_from_bytes(sent, policy=default)


def by_the_library(full: Outgoing) -> EmailMessage:
    """The same mail as the standard library alone puts it together."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("云溪县人大代工委", addr_spec="tracker@yunxi.example")
    message["To"] = Address(full.name, addr_spec=full.address)
    message["Reply-To"] = Address("云溪县人大代工委", addr_spec="office@yunxi.example")
    message["Subject"] = full.subject
    message["Date"] = DATE
    message["Message-ID"] = full.header_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(full.text)
    if full.html is not None:
        message.add_alternative(full.html, subtype="html")
    if full.calendar is not None:
        message.add_attachment(
            full.calendar.encode(), maintype="text", subtype="calendar", filename="deadlines.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )  # fmt: skip
    return message


def told(part: EmailMessage) -> tuple[Any, ...]:
    """What a program that reads mail has of a part: its kind, and its content or its parts."""
    kind = part.get_content_type(), part.get_content_charset(), part.get_content_disposition()
    if part.is_multipart():
        return *kind, *(told(each) for each in part.iter_parts() if isinstance(each, EmailMessage))
    return *kind, part.get_filename(), part.get_param("method"), part.get_payload(decode=True)


@pytest.mark.parametrize("html", [None, "<p>正文</p>\n" * 90, "a"])
@pytest.mark.parametrize("calendar", [None, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
@pytest.mark.parametrize("text", ["正文\n", "", "x", ".\n..\r\n--\rFrom a\n\n末", "长" * 3000])
@pytest.mark.parametrize("name", ["局", "Bureau of Yunxi", "很长的名称" * 30, 'a "b" <c@d.e>, f'])
def test_as_the_standard_library_has_it(
    office: Settings, html: str | None, calendar: str | None, text: str, name: str
) -> None:
    full = replace(OUTGOING, html=html, calendar=calendar, text=text, name=name)
    ours, theirs = read_back(build(full, office, DATE)), read_back(by_the_library(full).as_bytes())
    assert told(ours) == told(theirs)
    assert not ours.defects
    names = {key for key in theirs if not key.startswith("Content-")}
    assert {key for key in ours if not key.startswith("Content-")} == names
    assert {key: ours[key] for key in names} == {key: theirs[key] for key in names}
    assert build(full, office, DATE) == build(full, office, DATE)


def test_headers_and_parts_survive_the_wire(office: Settings) -> None:
    found = read_back(build(OUTGOING, office, DATE))
    assert found["Subject"] == OUTGOING.subject
    assert found["To"].addresses[0].addr_spec == "jxj@yunxi.example"
    assert found["To"].addresses[0].display_name == "云溪县经济和信息化局"
    assert found["From"].addresses[0].addr_spec == "tracker@yunxi.example"
    assert found["From"].addresses[0].display_name == "云溪县人大代工委"
    assert found["Reply-To"].addresses[0].addr_spec == "office@yunxi.example"
    assert found["Message-ID"] == OUTGOING.header_id
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == DATE
    assert found["Date"].datetime.utcoffset() == dt.timedelta(hours=8)
    assert found.get_content_type() == "multipart/alternative"
    bodies = {kind: found.get_body((kind,)) for kind in ("plain", "html")}
    contents = {kind: body.get_content().strip() for kind, body in bodies.items() if body}
    assert contents == {"plain": "正文", "html": "<p>正文</p>"}


def test_the_wire_carries_only_ascii_and_crlf(office: Settings) -> None:
    sent = build(OUTGOING, office, DATE)
    assert sent.isascii()
    assert sent.count(b"\n") == sent.count(b"\r\n")
    assert max(map(len, sent.split(b"\r\n"))) <= 998


def test_the_same_message_gives_the_same_bytes(office: Settings) -> None:
    assert build(OUTGOING, office, DATE) == build(OUTGOING, office, DATE)


ICS = calendar(
    [
        Event(
            "25-1", dt.date(2023, 12, 31), "承诺到期，新增高新技术企业" * 9, "原文", False, 2, DATE
        )
    ],
    name="县经信局",
    domain="yunxi.example",
)


def test_the_deadlines_are_attached(office: Settings) -> None:
    found = read_back(build(replace(OUTGOING, calendar=ICS), office, DATE))
    assert found.get_content_type() == "multipart/mixed"
    both, file = found.iter_parts()
    assert isinstance(file, EmailMessage)
    assert both.get_content_type() == "multipart/alternative"
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "PUBLISH"
    assert file.get_content_charset() == "utf-8"
    assert file.get_filename() == "deadlines.ics"
    assert file.get_content_disposition() == "attachment"
    assert file.get_payload(decode=True) == ICS.encode(), "to the byte, CRLF and folds"
    bodies = {kind: found.get_body((kind,)) for kind in ("plain", "html")}
    contents = {kind: body.get_content().strip() for kind, body in bodies.items() if body}
    assert contents == {"plain": "正文", "html": "<p>正文</p>"}


def test_with_attachment_and_all_the_bytes_stay_the_same(office: Settings) -> None:
    full = replace(OUTGOING, calendar=ICS, unsubscribe="0123456789abcdef")
    sent = build(full, office, DATE)
    assert sent == build(full, office, DATE)
    assert sent.isascii()
    assert sent.count(b"\n") == sent.count(b"\r\n")
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    alone = read_back(build(replace(full, html=None), office, DATE))
    assert [part.get_content_type() for part in alone.iter_parts()] == [
        "text/plain", "text/calendar"
    ]  # fmt: skip


TOKEN = "0123456789abcdef0123456789abcdef01234567"


def test_a_deputy_can_end_it_by_mail(office: Settings) -> None:
    sent = build(replace(OUTGOING, unsubscribe=TOKEN), office, DATE)
    found = message_from_bytes(sent, policy=default)
    assert (
        found["List-Unsubscribe"] == f"<mailto:office@yunxi.example?subject=unsubscribe%20{TOKEN}>"
    )
    assert found["List-Unsubscribe-Post"] is None, "one click needs an https address"
    assert read_back(build(OUTGOING, office, DATE))["List-Unsubscribe"] is None


def test_one_click_where_something_answers_it(office: Settings) -> None:
    address = "https://tracker.yunxi-county-government.example/notices/unsubscribe/{token}"
    mail = replace(office.mail, unsubscribe=address)
    sent = build(replace(OUTGOING, unsubscribe=TOKEN), replace(office, mail=mail), DATE)
    head = sent.split(b"\r\n\r\n")[0].decode("ascii")
    assert "=?" not in head.split("List-Unsubscribe:")[1].split("MIME")[0], "no encoded words"
    found = message_from_bytes(sent, policy=default)
    assert found["List-Unsubscribe"] == (
        f"<{address.replace('{token}', TOKEN)}>, "
        f"<mailto:office@yunxi.example?subject=unsubscribe%20{TOKEN}>"
    )
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "token", ["a>\r\nBcc: evil@x.example", "a, <mailto:evil@x>", "密 码", "?&#"]
)
def test_no_token_opens_a_header(office: Settings, token: str) -> None:
    mail = replace(office.mail, unsubscribe="https://tracker.example/u/{token}")
    sent = build(replace(OUTGOING, unsubscribe=token), replace(office, mail=mail), DATE)
    found = read_back(sent)
    assert found["Bcc"] is None
    assert len(re.findall("<[^<>, ]+>", found["List-Unsubscribe"])) == 2
    assert found["List-Unsubscribe"].isascii()


def test_without_an_office_the_sender_takes_it(settings: Settings) -> None:
    named = replace(settings, mail=Mail(sender="a@b.example"))
    found = read_back(build(replace(OUTGOING, unsubscribe=TOKEN), named, DATE))
    assert found["List-Unsubscribe"].startswith("<mailto:a@b.example?subject=")


def test_text_alone(office: Settings) -> None:
    found = read_back(build(replace(OUTGOING, html=None), office, DATE))
    assert found.get_content_type() == "text/plain"


def test_without_office_or_sender(settings: Settings) -> None:
    found = read_back(build(OUTGOING, settings, DATE))
    assert found["Reply-To"] is None
    assert found["From"].addresses[0].addr_spec == "tracker@tracker.invalid"
    named = replace(settings, mail=Mail(sender="督办 <a@b.example>"), office=Office())
    assert read_back(build(OUTGOING, named, DATE))["From"].addresses[0].addr_spec == "a@b.example"


INJECTIONS = ["\r\nBcc: evil@x.example", "\nBcc: evil@x.example", "\rBcc: e@x.example",
              "\u2028Bcc: e@x.example", "\x00", "\x1b[31m"]  # fmt: skip


@pytest.mark.parametrize("injected", INJECTIONS)
def test_no_header_can_be_injected(office: Settings, injected: str) -> None:
    hostile = replace(
        OUTGOING, name="局" + injected, subject="逾期" + injected, header_id="<a@b>" + injected
    )
    named = replace(office, office=replace(office.office, name="办" + injected))
    found = read_back(build(hostile, named, DATE))
    assert found["Bcc"] is None
    assert set(found.keys()) == set(read_back(build(OUTGOING, office, DATE)).keys())


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "a",
        "@b.example",
        "a@",
        "",
        "局@b.example",
        "a@b@c.example",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_no_address_is_refused_for_good(office: Settings, address: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        build(replace(OUTGOING, address=address), office, DATE)
    assert refused.value.permanent
    assert "\n" not in str(refused.value)


def test_an_address_is_trimmed() -> None:
    assert mailbox("局", " a@b.example\n").addr_spec == "a@b.example"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mail": Mail(sender="tracker")}, "mail.sender: 'tracker' is no mail address"),
        ({"mail": Mail(sender="督办 <tracker>")}, "mail.sender"),
        ({"mail": Mail(sender="<")}, "mail.sender"),
        ({"office": Office(email="办公室")}, "office.email: '办公室' is no mail address"),
    ],
)
def test_a_fault_of_the_settings_condemns_no_message(
    office: Settings, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Unreachable, match=said) as fault:
        build(OUTGOING, replace(office, **changes), DATE)
    assert not fault.value.permanent


def test_a_wrong_address_of_the_office_stands_in_for_nobody(office: Settings) -> None:
    wrong = replace(office, office=Office(email="nobody"))
    with pytest.raises(Unreachable, match=r"office\.email"):
        build(replace(OUTGOING, address="nobody"), wrong, DATE)


@given(st.text(), st.text())
def test_any_name_and_subject_stay_in_their_line(name: str, subject: str) -> None:
    assert len(one_line(subject).splitlines()) <= 1
    settings = Settings(data_dir=None, database_url="")  # type: ignore[arg-type]
    built = build(replace(OUTGOING, name=name, subject=subject), settings, DATE)
    assert built.isascii()
    head = built.split(b"\r\n\r\n", 1)[0]
    starts = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1].strip()]
    assert len(starts) == len(set(starts)) == len(read_back(built).keys())


_SIGNS = st.sampled_from('局第县人一鿿0123456789 aé=?<>"(,·\U00020000')
_HOSTS = st.sampled_from(["b.example", "xn--fiq.example", "b-c.d.example", "localhost"])


@given(st.text(_SIGNS, max_size=24), st.text("ab1.+-_'", min_size=1, max_size=12), _HOSTS)
def test_a_recipient_is_written_as_the_library_writes_it(name: str, user: str, host: str) -> None:
    try:
        theirs = _folded("To", mailbox(name, f"{user}@{host}"))
    except ValueError:
        with pytest.raises(ValueError, match="no mail address"):
            _mailbox_header("To", name, f"{user}@{host}")
    else:
        assert _mailbox_header("To", name, f"{user}@{host}") == theirs


@pytest.mark.parametrize("count", range(2, 30))
def test_a_long_name_is_folded_as_the_library_folds_it(count: int) -> None:
    name, address = "局" * count, "jxj@yunxi.example"
    assert _mailbox_header("To", name, address) == _folded("To", mailbox(name, address))
