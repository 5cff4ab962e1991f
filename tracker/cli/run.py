"""`tracker run`: the daemon. Sweeps, deliveries and the weekly report by the clock."""

from __future__ import annotations

import logging
import sys

import click

from tracker.cli.session import settings_of, store_of


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """常驻运行：按设定时间巡查、投递、发周报；收到 SIGTERM 或 Ctrl-C 后停止。

    Run until stopped: sweep, deliver and report by the clock, with one line a job on standard
    error. Several may run on one database.
    """
    from tracker import clock
    from tracker.schedule import run

    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    # Its own lines say nothing that ours do not; its errors are kept.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    run(store_of(ctx), settings_of(ctx), clock.now)
