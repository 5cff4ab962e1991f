"""Robots of chat groups and webhooks, which hear what others are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.followup.recipients import SUPERVISOR, robot_recipient, unit_recipient
from tracker.robots import Robot
from tracker.settings import Settings
from tracker.store.tables import CommitmentRow


def channel_of(settings: Settings, recipient: str) -> str | None:
    """The channel of a robot's messages; None for whom mail is written to."""
    kinds = {robot_recipient(robot.name): robot.kind for robot in settings.robots}
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
