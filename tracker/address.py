"""What counts as a mail address and as a name: one rule for registry, settings and messages."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: The part of RFC 5321's Mailbox that offices use: a dot-atom in ASCII and a domain of labels.
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX: Final = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*{_LABEL}")
#: RFC 5321, 4.5.3.1.3: a path has at most 256 octets, angle brackets included.
_LONGEST: Final = 254
#: Controls, format characters (right-to-left overrides), line separators, surrogates, unassigned.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Cn"})


def mail_address(text: str) -> str:
    """An address as typed, without the white space around it.

    Raises:
        ValueError: it is not of the form name@host in ASCII, or too long.
    """
    plain = text.strip()
    if len(plain) > _LONGEST or not _MAILBOX.fullmatch(plain):
        raise ValueError(f"{plain[:80]!r} is no mail address; write name@host")
    return plain


def printable(text: str) -> bool:
    """Whether a name or note can be shown anywhere: no controls, overrides or line separators."""
    return not any(unicodedata.category(char) in _UNPRINTABLE for char in text)
