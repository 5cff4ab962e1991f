"""`tracker dashboard`: the live screen."""

from __future__ import annotations

import sys
from typing import Final

import click

from tracker.cli.session import settings_of, store_of, who
from tracker.cli.words import Words, speech_of
from tracker.errors import SettingsError

WORDS: Final[Words] = {
    "no_terminal": (
        "dashboard 要在终端里运行；在管道里请用 tracker status 或 tracker list",
        "dashboard needs a terminal; in a pipe take tracker status or tracker list",
    ),
}


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """动态总览：承诺、单位、代表、发件箱、待审核；边看边办，? 看按键。

    The live screen: look through everything and act on it; ? lists the keys.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SettingsError(speech_of(ctx, WORDS)("no_terminal"))
    from tracker import clock
    from tracker.dashboard import Dashboard

    Dashboard(store_of(ctx), settings_of(ctx), who=who(), now=clock.now).run()
