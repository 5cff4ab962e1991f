"""`tracker outbox silent`, `revive` and `bounced`: addresses at which nobody is any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.formats import Form, format_option, print_records
from tracker.cli.session import complain, settings_of, shown, store_of, who
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.notices.bounces import Bounce
    from tracker.store.unreachable import Silent

WORDS: Final[Words] = {
    "address": ("地址", "address"),
    "names": ("单位或姓名", "whose"),
    "since": ("自何时起", "since"),
    "error": ("原因", "error"),
    "none": ("没有无法送达的地址", "every address can be reached"),
    "line": (
        "{names} <{address}> 自 {day} 起无法送达：{error}",
        "{names} <{address}> cannot be reached since {day}: {error}",
    ),
    "remedy": (
        "改正：tracker units import（登记新邮箱）；原地址恢复后：tracker outbox revive 地址",
        "to mend: tracker units import (a new address); "
        "once it works again: tracker outbox revive ADDRESS",
    ),
    "revived": ("{address} 恢复投递", "{address} is tried again"),
    "marked": ("{address}：列入静默名单（{error}）", "{address}: on the silent list ({error})"),
    "known": ("{address}：已在静默名单", "{address}: on the silent list already"),
    "noted": (
        "{address}：未列入，地址可能仍有效（{error}）",
        "{address}: left alone, the address may still work ({error})",
    ),
    "stranger": (
        "{address}：不是本系统发过信的地址，未处理",
        "{address}: nothing was ever sent there; left alone",
    ),
}


@click.command()
@format_option
@click.pass_context
def silent(ctx: click.Context, form: Form) -> None:
    """静默名单：无法送达的单位、代表和机器人，自何时起、为何。

    Who cannot be reached, since when and why.
    """
    from tracker.followup.recipients import own_names
    from tracker.store import unreachable

    settings = settings_of(ctx)
    say, zone = speech_of(ctx, WORDS), ZoneInfo(settings.timezone)
    with store_of(ctx).read() as session:
        found = unreachable.listing(session, own_names(settings))
    if form != "table":
        records = [
            {
                "address": item.address,
                "names": list(item.names),
                "since": item.since.astimezone(zone).isoformat(timespec="seconds"),
                "error": item.error,
            }
            for item in found
        ]
        headings = {key: say(key) for key in ("address", "names", "since", "error")}
        print_records(form, "silent", records, headings)
        return
    for item in found:
        click.echo(shown(_line(item, say, zone)))
    click.echo(say("remedy" if found else "none"))


@click.command()
@click.argument("address")
@click.pass_context
def revive(ctx: click.Context, address: str) -> None:
    """地址恢复后重新投递。

    Take an address off the list: it is tried again.
    """
    from tracker import clock
    from tracker.store import unreachable

    with store_of(ctx).write() as session:
        found = unreachable.clear(session, address, who=who(), now=clock.now())
    click.echo(shown(speech_of(ctx, WORDS)("revived", address=found.address)))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def bounced(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """读退信（.eml）：查无此人的地址列入静默名单。

    Read mails that report a failed delivery: addresses at which nobody is go on the list.
    Only addresses that were written to are touched.
    """
    from tracker.notices.bounces import LARGEST, bounces

    say, failed = speech_of(ctx, WORDS), False
    store = store_of(ctx)
    for file in files:
        try:
            with file.open("rb") as stream:
                found = bounces(stream.read(LARGEST + 1))
        except (OSError, ValueError) as error:
            complain(f"{file}: {error.strerror if isinstance(error, OSError) else error}")
            failed = True
            continue
        with store.write() as session:
            lines = [_take(session, bounce, say) for bounce in found]
        for line in lines:
            click.echo(shown(line))
    if failed:
        ctx.exit(2)


def _take(session: Session, bounce: Bounce, say: Speech) -> str:
    from tracker import clock
    from tracker.store import outbox, unreachable

    address, error = bounce.address, bounce.error
    about = outbox.by_header(session, bounce.message_id) if bounce.message_id else None
    if not unreachable.wrote_to(session, address):
        # Where ours was passed on to another address, the one that we wrote to does not work.
        if about is None or not about.address:
            return say("stranger", address=address)
        address = about.address
    if not bounce.gone:
        return say("noted", address=address, error=error)
    message_id = about.id if about is not None else None
    new = unreachable.mark(session, address, error, clock.now(), message_id)
    return say("marked" if new else "known", address=address, error=error)


def _line(item: Silent, say: Speech, zone: ZoneInfo) -> str:
    return say(
        "line",
        names="、".join(item.names),
        address=item.address,
        day=item.since.astimezone(zone).date(),
        error=item.error,
    )
