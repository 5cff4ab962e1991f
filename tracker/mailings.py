"""What config.toml says of reports that are sent by themselves: one [[reports]] for each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tracker.address import mail_address, printable
from tracker.cron import check_cron

#: The recipient that stands for the supervision office; all units and all deputies that have an
#: address, each of which gets its own.
OFFICE: Final = "supervisor"
UNITS: Final = "units"
DEPUTIES: Final = "deputies"
_LONGEST: Final = 60
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Mailing:
    """A report that is sent by itself.

    Attributes:
        name: in the subject, and what tells it from the others; the weekly one has none.
        to: "supervisor", "units", "deputies", mail addresses, units and deputies by their names in
            the registry.
        when: cron expression, in the office's zone; of several moments of a day the first counts.
        format: "html": in the mail, with its charts as pictures; "docx": attached.
        unit: only of this unit; and so `deputy`, `suggestion`, `session`, one of them at most.
        own: each unit and deputy that `to` names gets what concerns it; a deputy's own is without
            what he has ended. Whatever says when, a deputy has one report in seven days at most: of
            several the rarer one.
        days: the report also tells what happened in so many days before, or since the last one where
            that was earlier; 0: it does not.
    """

    name: str = ""
    to: tuple[str, ...] = ()
    when: str = "0 9 * * mon"
    format: Literal["html", "docx"] = "html"
    unit: str = ""
    deputy: str = ""
    suggestion: str = ""
    session: str = ""
    own: bool = False
    days: int = 7

    @property
    def mark(self) -> str:
        """What stands for the name in the keys of its messages."""
        return _mark(self.name) if self.name else ""


def weekly(when: str) -> Mailing:
    """The report that the supervisor gets where the settings name none.

    Args:
        when: cron expression.
    """
    return Mailing(to=(OFFICE,), when=when)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def address_mark(address: str) -> str:
    """What stands for a plain mail address among recipients: an address may be longer than they."""
    return _mark(address.strip().lower())


def wrong_mailings(mailings: tuple[Mailing, ...]) -> Iterator[tuple[str, str]]:
    """Each key of [[reports]] that cannot be, with what is wrong about it."""
    for number, mailing in enumerate(mailings, 1):
        at = f"reports {mailing.name or number}:"
        if not mailing.name.strip() or not printable(mailing.name) or len(mailing.name) > _LONGEST:
            yield f"{at} name", f"must be a name on one line, of {_LONGEST} characters at most"
        if not mailing.to or len(mailing.to) > _MOST:
            yield f"{at} to", f'must name 1 to {_MOST} recipients: "supervisor", addresses, names'
        for one in mailing.to:
            if not one.strip() or not printable(one):
                yield f"{at} to", "must be names on one line"
            elif "@" in one:
                try:
                    mail_address(one)
                except ValueError as error:
                    yield f"{at} to", str(error)
        try:
            check_cron(mailing.when)
        except ValueError as error:
            yield f"{at} when", str(error)
        named = [mailing.unit, mailing.deputy, mailing.suggestion, mailing.session]
        if sum(map(bool, named)) + mailing.own > 1:
            yield f"{at} own", "or unit, deputy, suggestion, session: one of them at most"
        if not all(map(printable, named)):
            yield f"{at} unit", "and the others must be names on one line"
        if not 0 <= mailing.days <= 3660:
            yield f"{at} days", "must be 0 to 3660"
    for name, count in Counter(mailing.name for mailing in mailings).items():
        if name and count > 1:
            yield "reports", f"two are named {name}"
