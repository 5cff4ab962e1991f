"""`tracker backup`, `tracker restore`: the whole installation in one file, and back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.session import refuse_stray, settings_of, store_of, who
from tracker.cli.words import Words, speech_of
from tracker.settings import CONFIG_NAME

if TYPE_CHECKING:
    from tracker.settings import Settings
    from tracker.store.database import Store

WORDS: Final[Words] = {
    "made": (
        "已备份到 {path}（{size}）：数据库、存档文件 {files} 个{config}；已逐一核验",
        "backed up to {path} ({size}): database, {files} archived files{config}; verified",
    ),
    "config": ("、设置", ", settings"),
    "head": ("变更记录末环：第 {link} 环 {hash}", "head of the history: link {link} {hash}"),
    "broken": (
        "注意：变更记录自第 {link} 环起不可信，详见 tracker audit verify；备份照常写成",
        "the history is broken at link {link}: tracker audit verify; the backup is written all the same",
    ),
    "missing": (
        "注意：台账引用的 {n} 个存档文件不见了，备份中也没有，如 {name}",
        "{n} files that the ledger names are missing from the archive, such as {name}",
    ),
    "restored": (
        "已恢复 {made_at} 的备份到 {place}：存档文件 {files} 个",
        "restored the backup of {made_at} to {place}: {files} archived files",
    ),
    "in_place": (
        "备份中的设置已放到 {path}，在该文件夹中运行 tracker 即可生效",
        "the settings in the backup are now {path}; they hold for tracker run from that folder",
    ),
    "unused": (
        "现在没有在用的设置；备份中的设置存为 {path}，核对其中的 data、database_url 后，"
        "请改名为 config.toml，放到运行 tracker 的文件夹",
        "no settings are in force; those in the backup are {path}: look at data and database_url in "
        "it, then put it as config.toml into the folder tracker is run from",
    ),
    "aside": ("原数据库另存为 {aside}", "the ledger that was there is now {aside}"),
    "settings": (
        "备份中的设置与现用的不同，存为 {path}，请人工比对",
        "the settings in the backup differ from those in force: see {path}",
    ),
    "held": (
        "备份之后可能已经送出的 {n} 封消息不再发送（见 tracker outbox --state cancelled）；"
        "若确未送出，请加 --send-again 重新恢复",
        "{n} messages that may have gone out since the backup are not sent (tracker outbox --state "
        "cancelled); if none did, restore once more with --send-again",
    ),
    "again": (
        "备份中待发的 {n} 封消息已撤下，下次巡查按当日情况重新判定",
        "{n} waiting messages were taken out; the next sweep decides anew what is owed",
    ),
    "lost": (
        "{made_at} 之后登记的内容不在备份中，请补录",
        "what was entered after {made_at} is not in the backup; enter it again",
    ),
}

_FILE: Final = click.Path(path_type=Path)


def _size(count: int) -> str:
    """A number of bytes as people say it."""
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(count // 2**10, 1)} KB"


@click.command()
@click.argument("file", type=_FILE)
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """备份到一个文件：数据库、存档、设置；不必停止其他程序。

    Write everything into one file while others go on working.
    """
    from tracker import clock
    from tracker.store.backup import CONFIG, back_up

    say = speech_of(ctx, WORDS)
    made = back_up(store_of(ctx), settings_of(ctx), file, clock.now())
    members = made.manifest.members
    config = CONFIG in members
    click.echo(
        say(
            "made",
            path=made.path,
            size=_size(made.size),
            files=sum(name.startswith("archive/") for name in members),
            config=say("config") if config else "",
        )
    )
    head = made.manifest.head
    if head.link:
        click.echo(say("head", link=head.link, hash=head.hash))
    if made.chain.broken is not None:
        click.echo(say("broken", link=made.chain.broken.link), err=True)
    if made.missing:
        click.echo(say("missing", n=len(made.missing), name=made.missing[0]), err=True)
    if made.missing or made.chain.broken is not None:
        ctx.exit(1)


def _theirs(config: Path | None, settings: Settings) -> Settings | None:
    """The settings that a backup brings along; None where it has none that this program can read:
    until a person has mended them nothing goes out by them either."""
    from tracker.errors import SettingsError
    from tracker.settings import load_settings

    if config is None:
        return None
    try:
        return load_settings(config, data=settings.data_dir)
    except SettingsError:
        return None


@click.command()
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="已有台账时另存旧库 · Put a ledger there aside.")
@click.option(
    "--send-again",
    is_flag=True,
    help="备份之后确未送出任何消息 · Nothing went out since the backup.",
)
@click.pass_context
def restore(ctx: click.Context, file: Path, replace: bool, send_again: bool) -> None:
    """从备份恢复；先核验，再换入，旧库另存。

    Verify a backup and put it in the place of the ledger.
    """
    from tracker import clock
    from tracker.followup.restored import hold_back
    from tracker.store.restoring import restore as put_back

    say, settings = speech_of(ctx, WORDS), settings_of(ctx)
    refuse_stray(ctx)
    name, now = who(), clock.now()

    def ready(store: Store, made_at: dt.datetime, config: Path | None) -> int:
        # On a bare machine those of the backup are about to hold, with their robots and ladder.
        held = _theirs(config, settings) or settings
        with store.write() as session:
            return hold_back(
                session, held, clock.today(held.timezone), now,
                who=name, made_at=made_at, again=send_again,
            )  # fmt: skip

    done = put_back(settings, file, now, ready=ready, over=replace)
    moment = f"{done.manifest.made_at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d %H:%M}"
    files = sum(item.startswith("archive/") for item in done.manifest.members)
    click.echo(say("restored", made_at=moment, place=done.place, files=files))
    if done.aside is not None:
        click.echo(say("aside", aside=done.aside))
    if done.config is not None:
        placed = done.config.name == CONFIG_NAME
        key = "in_place" if placed else "unused" if settings.config_path is None else "settings"
        click.echo(say(key, path=done.config))
    if done.held:
        click.echo(say("again" if send_again else "held", n=done.held))
    click.echo(say("lost", made_at=moment))
