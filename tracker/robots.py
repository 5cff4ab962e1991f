"""What config.toml says of robots in chat groups and of webhooks: one [[robots]] for each.

Their addresses are secrets, as is what signs a message: both come from the environment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from tracker.address import printable

Kind = Literal["wecom", "dingtalk", "feishu", "webhook"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

#: Who is meant by this word of `for`; all other words are names of units.
SUPERVISOR: Final = "supervisor"
#: A recipient "robot:NAME" fits its column.
_LONGEST_NAME: Final = 30


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot of a group, or a webhook, that gets the digests of others as well.

    Args:
        name: what it is called in lists; "robot:NAME" is the recipient.
        kind: 企业微信, 钉钉, 飞书, or a webhook of any program.
        for_: whose digests it gets: "supervisor", or units by their names in the registry.
        url: from TRACKER_ROBOT_…_URL.
        secret: from TRACKER_ROBOT_…_SECRET; what signs (加签), where the robot asks for it.
    """

    name: str = ""
    kind: Kind = "webhook"
    for_: tuple[str, ...] = (SUPERVISOR,)
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


def is_supervising(robots: tuple[Robot, ...], recipient: str) -> bool:
    """Whether a recipient ("robot:NAME") gets the supervisor's digests.

    Args:
        robots: of the settings.
        recipient: of a message.
    """
    return any(recipient == f"robot:{robot.name}" and SUPERVISOR in robot.for_ for robot in robots)


def with_secrets(robots: tuple[Robot, ...], environ: Mapping[str, str]) -> tuple[Robot, ...]:
    """The robots with their addresses and secrets.

    Args:
        robots: as the file has them.
        environ: the environment.
    """
    found = []
    for number, robot in enumerate(robots, 1):
        url, secret = (
            next((environ[key].strip() for key in keys if environ.get(key)), "")
            for keys in (variables(robot, number, "URL"), variables(robot, number, "SECRET"))
        )
        found.append(replace(robot, url=url, secret=secret))
    return tuple(found)


def variables(robot: Robot, number: int, what: Literal["URL", "SECRET"]) -> tuple[str, ...]:
    """What a variable of the environment may be called: by the name where that is plain letters,
    by the number in any case.

    Args:
        robot: with its name.
        number: its place in the file, from 1.
        what: address or secret.
    """
    by_number = f"TRACKER_ROBOT_{number}_{what}"
    plain = re.sub(r"[^A-Z0-9]+", "_", robot.name.upper()).strip("_")
    if not robot.name.isascii() or not plain or plain.isdecimal():
        return (by_number,)
    return f"TRACKER_ROBOT_{plain}_{what}", by_number


def wrong_robots(robots: tuple[Robot, ...], hosts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each key of [[robots]] that cannot be, with what is wrong about it.

    Nothing of an address or a secret is repeated. One that is missing is no fault of the file: a
    command that sends nothing needs none.

    Args:
        robots: with their addresses and secrets.
        hosts: those in private networks that may be asked.
    """
    for number, robot in enumerate(robots, 1):
        at = f"robots {robot.name or number}:"
        if not robot.name or not printable(robot.name) or len(robot.name) > _LONGEST_NAME:
            yield f"{at} name", f"must be a name on one line, of {_LONGEST_NAME} characters at most"
        if robot.name != robot.name.strip():
            yield f"{at} name", "has blanks around it"
        if not robot.for_:
            yield f"{at} for", 'must say whose digests it gets: ["supervisor"], or units by name'
        for reader in robot.for_:
            if not reader.strip() or not printable(reader):
                yield f"{at} for", "must hold names on one line"
        url, secret = (variables(robot, number, what)[0] for what in ("URL", "SECRET"))
        if robot.url and not _is_safe(robot.url, hosts):
            yield (
                f"{at} {url}",
                "must be an https address, as the program gives it; http only to hosts in "
                "[fetch] allow_hosts",
            )
        if robot.secret and not (robot.secret.isascii() and robot.secret.isprintable()):
            yield f"{at} {secret}", "must be plain letters, digits and signs"
        if robot.kind == "webhook" and robot.url and not robot.secret:
            yield f"{at} {secret}", "is missing: it signs what a webhook is sent"
    for name, count in Counter(robot.name.casefold() for robot in robots).items():
        if name and count > 1:
            yield "robots", f"two are named {name}"


def _is_safe(address: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        plain = parts.scheme == "https" or (
            parts.scheme == "http" and host.lower() in {name.lower() for name in hosts}
        )
        return (
            plain
            and bool(host)
            and not (parts.username or parts.password)
            and (parts.port or 443) > 0
            and address.isascii()
            and address.isprintable()
            and " " not in address
        )
    except ValueError:
        return False
