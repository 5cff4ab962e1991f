"""What newer versions of letters did to their commitments, as watch and review show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.session import settings_of
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.store.database import Store
    from tracker.store.newer import Difference

WORDS: Final[Words] = {
    "head": ("{at}  {code}  {issuer}  {source}", "{at}  {code}  {issuer}  {source}"),
    "none": ("还没有新版答复件", "no letter has a newer version"),
    "same": ("          承诺没有变化", "          no commitment changed"),
    "added": ("          + {ref}  {quote}", "          + {ref}  {quote}"),
    "missing": ("          - {ref}  {quote}", "          - {ref}  {quote}"),
    "changed": (
        "          * {ref}  {field} {old} → {new}",
        "          * {ref}  {field} {old} → {new}",
    ),
    "kept": ("（人工核定的内容未动）", " (kept as a person decided)"),
    "nothing": ("（无）", "(none)"),
    "field.quote": ("原文", "quote"),
    "field.target": ("目标", "target"),
    "field.deadline": ("时限", "deadline"),
    "field.owner": ("责任单位", "owner"),
}

#: So many versions are listed, the newest first.
_MOST: Final = 50


def show_changes(ctx: click.Context, store: Store) -> None:
    """List the newest versions of letters with their differences.

    Args:
        ctx: of the command.
        store: the ledger.
    """
    from tracker.store import newer

    say = speech_of(ctx, WORDS)
    zone = ZoneInfo(settings_of(ctx).timezone)
    with store.read() as session:
        letters = newer.newer_versions(session, most=_MOST)
        found = [newer.differences(session, letter.id) for letter, _ in letters]
    if not letters:
        click.echo(say("none"))
    for (letter, since), differences in zip(letters, found, strict=True):
        at = f"{since.astimezone(zone):%Y-%m-%d %H:%M}"
        code, issuer = letter.suggestion.code, letter.issuer or ""
        click.echo(say("head", at=at, code=code, issuer=issuer, source=letter.source))
        for line in difference_lines(differences, say):
            click.echo(line)


def difference_lines(differences: Iterable[Difference], say: Speech) -> list[str]:
    """What a new version did to the commitments of its letter, a line each.

    Args:
        differences: as the store tells them.
        say: the words above in a language.
    """
    lines = []
    for one in differences:
        if one.kind != "changed":
            lines.append(say(one.kind, ref=one.ref, quote=one.quote))
            continue
        key = f"field.{one.field}"
        field = say(key) if key in WORDS else one.field
        old, new = (value or say("nothing") for value in (one.old, one.new))
        line = say("changed", ref=one.ref, field=field, old=old, new=new)
        lines.append(line + (say("kept") if one.kept else ""))
    return lines or [say("same")]
