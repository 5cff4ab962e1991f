"""`tracker watch`: look at the sites of the settings; enter what is new, show what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from tracker.cli.changes import WORDS as CHANGES
from tracker.cli.changes import difference_lines
from tracker.cli.imports import WORDS as IMPORTED
from tracker.cli.session import complain, settings_of, store_of, who
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import SettingsError, TrackerError

if TYPE_CHECKING:
    from tracker.intake.visits import Event, Watched
    from tracker.settings import Settings
    from tracker.sites import Site

WORDS: Final[Words] = {
    "none": ("config.toml 中没有 [[sources]]", "config.toml has no [[sources]]"),
    "site": ("{name}  {url}", "{name}  {url}"),
    "new": ("  新增    {code:<8} {count} 项承诺  {title}", "  new      {code:<8} {count} commitments  {title}"),
    "changed": ("  有变化  {code:<8} {title}", "  changed  {code:<8} {title}"),
    "missing": ("  找不到  {url}（下次仍找不到即记为已撤）", "  missing  {url} (noted as vanished if not found again)"),
    "vanished": ("  已撤    {url}（存档副本保留）", "  vanished {url} (the archived copy stays)"),
    "moved": ("  移址    {url} → {to}（存档副本保留）", "  moved    {url} → {to} (the archived copy stays)"),
    "replaced": (
        "  已换    {url}（网址现为其他内容，存档副本保留）",
        "  replaced {url} (something else is there now; the archived copy stays)",
    ),
    "returned": ("  重现    {url}", "  returned {url}"),
    "total": (
        "  目录 {pages} 页；新增 {new}，有变化 {changed}，未变 {unchanged}，已撤 {vanished}，失败 {failed}",
        "  index of {pages} pages; {new} new, {changed} changed, {unchanged} unchanged, {vanished} vanished, {failed} failed",
    ),
    "no_next": (
        "  目录只有一页：未找到 next 所指的下一页；目录确有多页时，请检查 next",
        "  the index has one page: next leads to no other; check it where there are more",
    ),
    "problem": (
        "  另有 {n} 个网页或附件仍读不出答复件：{urls}",
        "  {n} pages or documents still hold no readable letter: {urls}",
    ),
    "left": (
        "网站多次没有应答，余下 {n} 个网页留待下次",
        "the site did not answer again and again; {n} pages are left for the next run",
    ),
    "review": ("待审核 {n} 项：tracker review；新旧差异：tracker review --changes", "{n} to review: tracker review; differences: tracker review --changes"),
}  # fmt: skip

#: Of what still cannot be read so much is named.
_MOST_NAMED: Final = 10


@click.command()
@click.argument("names", nargs=-1)
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...]) -> None:
    """查看 config.toml 中 [[sources]] 所列网站：导入新的答复件，列出改动，记下已撤的网页。

    Look at the sites of the settings, all or those named. New letters are imported, a changed
    letter becomes a new version, a page that vanished is noted. Exit status 2 if anything failed.
    """
    from tracker import clock
    from tracker.fetching.client import Client
    from tracker.intake.batch import taker
    from tracker.intake.extracting import reader
    from tracker.intake.pool import Pool
    from tracker.intake.watch import watch

    settings, say = settings_of(ctx), speech_of(ctx, WORDS)
    sites = _chosen(settings, names, say)
    store = store_of(ctx)
    done: list[Watched] = []
    failed = False
    with (
        Client(settings.fetch, now=clock.now) as client,
        Pool(1, take=reader(ocr=settings.reading.ocr)) as pool,
    ):
        for site in sites:
            click.echo(say("site", name=site.name, url=site.index))
            now = clock.now()
            try:
                seen = watch(
                    store, settings, client, site, who=who(), now=now,
                    take=taker(pool), tell=lambda event: _tell(event, say),
                )  # fmt: skip
            except TrackerError as error:  # the next site may fare better
                complain(f"{site.name}: {error}")
                failed = True
                continue
            _total(seen, say)
            done.append(seen)
    if any(seen.counts["new"] or seen.counts["changed"] for seen in done):
        from tracker.store import queries

        with store.read() as session:
            waiting = queries.tally(session)["review"]["pending"]
        click.echo(say("review", n=waiting))
    if failed or any(seen.failed for seen in done):
        ctx.exit(2)


def _chosen(settings: Settings, names: tuple[str, ...], say: Speech) -> list[Site]:
    """The sites named, else all.

    Raises:
        SettingsError: there are none, or none of that name.
    """
    known = {site.name: site for site in settings.sources}
    if not known:
        raise SettingsError(say("none"))
    for name in names:
        if name not in known:
            raise SettingsError(f"no source {name!r}; known: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _tell(event: Event, say: Speech) -> None:
    """One line for what a person may want to look at; nothing for pages that are as they were."""
    if event.returned:
        click.echo(say("returned", url=event.url))
    if event.kind == "failed":
        complain(f"{event.url}: {event.reason}")
    elif event.kind in ("missing", "vanished"):
        key = "replaced" if event.kind == "vanished" and event.reason else event.kind
        if event.moved is None:
            click.echo(say(key, url=event.url))
        else:
            click.echo(say("moved", url=event.url, to=event.moved))
    elif event.letter is not None and event.kind in ("new", "changed"):
        title = event.title or event.url
        count = len(event.letter.refs)
        code, doubtful = event.letter.code, event.letter.doubtful
        click.echo(say(event.kind, code=code, count=count, title=title))
        imported = Speech(IMPORTED, say.language)
        for old in doubtful:
            click.echo(imported("doubtful", old=old, code=code))
        if event.kind == "changed":
            for line in difference_lines(event.differences, Speech(CHANGES, say.language)):
                click.echo(line)


def _total(seen: Watched, say: Speech) -> None:
    counts = seen.counts
    if not seen.goes_on:
        click.echo(say("no_next"))
    click.echo(
        say(
            "total",
            pages=seen.index_pages,
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["unchanged"] + counts["known"],
            vanished=counts["vanished"],
            failed=counts["failed"],
        )
    )
    if seen.problems:
        urls = " ".join(seen.problems[:_MOST_NAMED])
        more = " …" if len(seen.problems) > _MOST_NAMED else ""
        click.echo(say("problem", n=len(seen.problems), urls=urls + more))
    if seen.left:
        left = say("left", n=seen.left)
        complain(f"{seen.site}: {left}")
