"""Robots of chat groups and webhooks, which hear what others are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from tracker.followup.recipients import SUPERVISOR, robot_recipient, unit_recipient
from tracker.settings import Settings
from tracker.store.tables import CommitmentRow


class Robot(Protocol):
    """What is asked of a robot of the settings: `for_` holds "supervisor" and names of units."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def for_(self) -> tuple[str, ...]: ...


def robots_of(settings: Settings) -> Sequence[Robot]:
    """The robots of the settings."""
    found: Sequence[Robot] = getattr(settings, "robots", ())
    return found


def channel_of(settings: Settings, recipient: str) -> str | None:
    """The channel of a robot's messages; None for whom mail is written to."""
    kinds = {robot_recipient(robot.name): robot.kind for robot in robots_of(settings)}
    return kinds.get(recipient)


def with_mirrors(
    recipients: Iterable[str], row: CommitmentRow, robots: Sequence[Robot]
) -> list[str]:
    """Recipients, and the robots that hear what these are told.

    Args:
        recipients: of one rung or event.
        row: the commitment, with owners and their units.
        robots: of the settings.
    """
    told = list(recipients)
    if not robots:
        return told
    names = {SUPERVISOR: SUPERVISOR}
    for owner in row.owners:
        for unit in (owner.unit, owner.unit.parent):
            if unit is not None:
                names[unit_recipient(unit.id)] = unit.name
    heard = {names[one] for one in told if one in names}
    return told + [robot_recipient(robot.name) for robot in robots if heard & set(robot.for_)]
