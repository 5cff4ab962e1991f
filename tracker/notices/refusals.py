"""What a refusal of a mail server says of the address: gone, or only this message unwelcome.

Goes by the enhanced status code (RFC 3463) where there is one, else by words: 550 alone is said
of unknown users and of unwelcome senders alike.
"""

from __future__ import annotations

import re
from typing import Final

#: The enhanced code as it stands behind the reply code, or after a # as some servers write it.
_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
#: Subject and detail that say that there is no such mailbox, or none any more: bad mailbox, bad
#: system, bad syntax, moved without a forwarding address, domain that takes no mail (X.1.10,
#: RFC 7505); mailbox disabled; no route to the domain.
_GONE: Final = frozenset(
    {(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (4, 4)},
)
#: Replies that may be about the mailbox where no enhanced code is given.
_ABOUT: Final = frozenset({550, 551, 553})
#: In the words of the servers in use here, in small letters.
_WORDS: Final = re.compile(
    r"(?:user|mailbox|recipient|account|address)[^.;,]{0,40}"
    r"(?:unknown|not found|not exist|doesn't exist|invalid|disabled|inactive|suspended|rejected)"
    r"|(?:unknown|invalid|no such|nonexistent)[^.;,]{0,20}(?:user|mailbox|recipient|account|address|person)"
    r"|no (?:mailbox|such) here"
    r"|(?:用户|邮箱|账号|帐号|收件人|地址)[^。；，;,]{0,10}(?:不存在|未找到|无效|停用|禁用|注销)"
)
#: Words that are about the message or about us, whatever else is said.
_NOT_THEIRS: Final = re.compile(
    r"spam|polic|block|black|list|reputation|spf|dkim|dmarc|relay|content|virus|frequen|too m|quota|full"
    r"|sender|ip address|垃圾|拒收|频率|黑名单|已满"
)
#: Words that are about us, at RCPT TO: whom we may write to, who we are, how often we come.
_ABOUT_US: Final = re.compile(
    r"relay|authenti|log ?in|credential|sender|mail from|spf|dkim|dmarc|ip address|client host"
    r"|black|reputation|frequen|too m|认证|登录|发件|频率|黑名单"
)
#: Replies that ask for a login, whoever is written to (RFC 4954).
_LOGIN: Final = frozenset({530, 534, 535, 538})
#: Subjects of enhanced codes that may speak of the recipient: other, addressing, mailbox, routing,
#: policy; and the two of addressing that speak of the sender.
_SUBJECTS: Final = frozenset({0, 1, 2, 4, 7})
_SENDERS: Final = frozenset({(1, 7), (1, 8)})


def recipient_refused(code: int, text: str) -> bool:
    """Whether a refusal of RCPT TO may be about the recipient: everything for good (RFC 5321,
    4.2.1) that does not speak of us. A server that lets us write to nobody often says no more
    than 550, so that one such answer proves nothing yet (`unreachable.refused_again`).

    Args:
        code: the reply code, 550.
        text: what came behind it.
    """
    if code < 500 or code in _LOGIN or _ABOUT_US.search(text.lower()):
        return False
    enhanced = _ENHANCED.search(text)
    if enhanced is None:
        return True
    subject = int(enhanced[2])
    told = enhanced[1] == "5" and subject in _SUBJECTS
    return told and (subject, int(enhanced[3])) not in _SENDERS


def mailbox_gone(code: int, text: str) -> bool:
    """Whether a refusal means that nobody is at the address any more.

    Args:
        code: the reply code, 550.
        text: what came behind it.
    """
    if code < 500:
        return False
    enhanced = _ENHANCED.search(text)
    if enhanced:
        return status_gone(enhanced[0])
    plain = text.lower()
    return code in _ABOUT and _WORDS.search(plain) is not None and _NOT_THEIRS.search(plain) is None


def status_gone(status: str) -> bool:
    """Whether an enhanced status code (5.1.1) means the same.

    Args:
        status: three numbers with points between.
    """
    found = _ENHANCED.fullmatch(status.strip())
    if found is None or found[1] != "5":
        return False
    return (int(found[2]), int(found[3])) in _GONE
