"""Which refusals mean that nobody is at an address any more, and which do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notices.test_mail import mail_settings, mail_to
from tests.post import post_office
from tracker.errors import DeliveryError
from tracker.notices.mail import MailChannel
from tracker.notices.refusals import mailbox_gone, recipient_refused, status_gone
from tracker.settings import Settings


@pytest.mark.parametrize(
    ("code", "text", "gone", "why"),
    [
        (550, "5.1.1 <a@b.example>: Recipient address rejected: User unknown", True, "Postfix"),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", True, "Exchange"),
        (550, "5.2.1 The email account that you tried to reach is disabled", True, "disabled"),
        (550, "#5.1.0 Address rejected.", True, "a gateway writes # before the code"),
        (556, "5.1.10 Domain does not accept mail", True, "null MX"),
        (550, "User not found: jxj@163.example", True, "163"),
        (550, "Mailbox not found. http://service.mail.example/cgi-bin/help", True, "QQ"),
        (550, "no such user here", True, "plain words"),
        (550, "Requested action not taken: mailbox unavailable, user does not exist", True, ""),
        (550, "Invalid recipient jxj@yunxi.example", True, ""),
        (550, "Account disabled", True, ""),
        (551, "User unknown; please try elsewhere", True, ""),
        (550, "用户不存在", True, "Coremail in Chinese"),
        (553, "sorry, this recipient is unknown here", True, "qmail"),
        # The message or the sender is not wanted; the mailbox is there.
        (554, "5.7.1 Message rejected as spam by content filtering", False, "content"),
        (550, "5.7.1 Unable to relay", False, "policy"),
        (550, "5.7.26 This mail is unauthenticated", False, "policy"),
        (552, "5.3.4 Message size exceeds fixed limit", False, "too big"),
        (552, "5.2.2 Mailbox full", False, "full"),
        (550, "5.2.2 mailbox full", False, "full"),
        (550, "5.2.3 Message too large", False, "too big"),
        (554, "DT:SPM 126 smtp3, please see http://mail.163.example/help", False, "163's filter"),
        (550, "Mail content denied. http://service.mail.example", False, "QQ's filter"),
        (550, "Connection frequency limited", False, "QQ's limit"),
        (550, "Ip frequency limited", False, ""),
        (550, "Domain frequency limited [MaFlag]", False, ""),
        (550, "user unknown: sender address blacklisted", False, "in doubt for the address"),
        (550, "SPF check failed, sender rejected", False, ""),
        (550, "rejected", False, "says nothing"),
        (550, "", False, "says nothing"),
        (553, "Mail from must equal authorized user", False, "163: the sender"),
        (554, "no such user", False, "554 is no reply about a mailbox"),
        (450, "4.1.1 User unknown in local table", False, "may be back"),
        (451, "greylisted, user unknown yet", False, ""),
        (550, "4.1.1 user unknown", False, "the enhanced code says: for now"),
        (550, "at 10.5.1.1 nothing", False, "an address is no code"),
    ],
)  # fmt: skip
def test_what_a_refusal_says(code: int, text: str, gone: bool, why: str) -> None:
    assert mailbox_gone(code, text) is gone, why


@pytest.mark.parametrize(
    ("status", "gone"),
    [
        ("5.1.1", True), (" 5.1.1 ", True), ("5.2.1", True), ("5.4.4", True),
        ("5.0.0", False), ("5.7.1", False), ("4.1.1", False), ("2.1.5", False),
        ("5.1", False), ("", False), ("5.1.1.1", False), ("٥.1.1", False), ("5.1.1x", False),
    ],
)  # fmt: skip
def test_enhanced_codes(status: str, gone: bool) -> None:
    assert status_gone(status) is gone


@pytest.mark.parametrize(
    ("code", "text", "theirs", "why"),
    [
        (550, "mailbox unavailable", True, "the words of RFC 5321"),
        (550, "", True, "says nothing"),
        (550, "5.7.1", True, "policy, of whom nobody says"),
        (550, "5.7.1 RESOLVER.RST.RestrictedToRecipientsPermission", True, "Exchange: a list"),
        (552, "5.2.2 Mailbox full", True, ""),
        (554, "5.7.1 <a@b.example>: Relay access denied", False, "Postfix: our own rights"),
        (550, "5.7.1 Client host blocked using a blacklist", False, "our address"),
        (550, "5.7.26 This mail is unauthenticated", False, "our domain"),
        (530, "5.7.0 Must issue a STARTTLS command first", False, "a login is asked for"),
        (553, "5.1.8 Domain does not exist", False, "of the sender"),
        (552, "5.3.4 Message size exceeds fixed limit", False, "the message"),
        (503, "5.5.1 Bad sequence of commands", False, "the protocol"),
        (550, "Connection frequency limited", False, "our pace"),
        (550, "4.2.1 busy", False, "the enhanced code says: for now"),
        (450, "mailbox unavailable", False, "for now"),
    ],
)
def test_whom_a_refusal_of_rcpt_is_about(code: int, text: str, theirs: bool, why: str) -> None:
    assert recipient_refused(code, text) is theirs, why


@given(st.integers(200, 599), st.text(max_size=300))
def test_any_words_are_judged(code: int, text: str) -> None:
    assert mailbox_gone(code, text) in (True, False)
    assert not (mailbox_gone(code, text) and code < 500)


@pytest.mark.parametrize(
    ("stage", "answer", "gone", "theirs"),
    [
        ("rcpt", "550 5.1.1 User unknown", True, True),
        ("rcpt", "550 5.7.1 Policy", False, True),
        ("rcpt", "550 5.7.1 Relaying denied", False, False),
        ("data", "554 5.7.1 Spam", False, False),
        ("data", "550 5.1.1 No such mailbox", True, False),
        ("rcpt", "450 4.2.1 busy", False, False),
    ],
)
def test_the_mail_channel_tells(
    settings: Settings, stage: str, answer: str, gone: bool, theirs: bool
) -> None:
    with post_office() as post:
        getattr(post, stage)["no@yunxi.example"] = answer
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        with pytest.raises(DeliveryError) as refused:
            channel.send(mail_to("no@yunxi.example", office))
        channel.close()
    assert refused.value.nobody is gone
    assert refused.value.refused is theirs
