"""`python -m tests.pictures`: the README's pictures, of the made-up county, into data/pictures.

The terminal's are SVG, as rich and Textual export them. The report's is a photograph of the page by
a browser: `chromium` or `google-chrome`; without one the old picture stays.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console

from tests.county import TODAY, fill, settings_in
from tracker.dashboard import Dashboard
from tracker.reports import reads
from tracker.reports.contents import Filters, gather
from tracker.reports.engine import Line
from tracker.reports.overview import Office, overview
from tracker.reports.render import render_report
from tracker.reports.words import Wording
from tracker.settings import Settings
from tracker.store.database import Store, open_store

FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "pictures"
_FONT: Final = '"Noto Sans Mono CJK SC","Sarasa Mono SC",Menlo,Consolas,monospace'
_NOW: Final = dt.datetime.combine(TODAY, dt.time(2), tzinfo=dt.UTC)


def main() -> int:
    """Make them anew; 1 where no browser could be found for the report."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        store = open_store(settings)
        with store.write() as session:
            fill(session)
        (FOLDER / "status.svg").write_text(_plain(status(store, settings)), encoding="utf-8")
        for name, keys in (("dashboard", ()), ("commitment", ("slash", *"25-2", "enter", "enter"))):
            drawn = asyncio.run(screen(store, settings, keys))
            (FOLDER / f"{name}.svg").write_text(_plain(drawn), encoding="utf-8")
        with store.read() as session:
            page = render_report(session, settings, TODAY, format="html")
        store.close()
        return photograph(page, FOLDER / "report.png")


def status(store: Store, settings: Settings) -> str:
    """The screen of `tracker status`."""
    with store.read() as session:
        contents = gather(session, settings, TODAY, Filters())
        changed = reads.last_change(session)
    engine = (Line("常驻进程 1 个在运行，最近心跳 06-15 10:00"), Line("下次：巡查 06-16 08:30"))
    office = Office(Counter(), changed, ZoneInfo(settings.timezone), engine=engine)
    console = Console(record=True, width=96, height=26, file=io.StringIO(), force_terminal=True)
    console.print(overview(contents, office, Wording.of(settings), 96, 26))
    return console.export_svg(title="tracker status")


async def screen(store: Store, settings: Settings, keys: tuple[str, ...]) -> str:
    """A screen of `tracker dashboard`, after some keys."""
    app = Dashboard(store, settings, who="李督查", now=lambda: _NOW)
    async with app.run_test(size=(100, 28)) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="tracker dashboard")


def photograph(page: str, target: Path) -> int:
    """A page as a picture, of what a screen shows of it first."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if browser is None:
        sys.stderr.write(f"no chromium here: {target} stays as it is\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(page, encoding="utf-8")
        shot = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        subprocess.run(
            [browser, *shot, "--window-size=1040,1500", f"--screenshot={target}", file.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    return 0


def _plain(svg: str) -> str:
    """Without fonts from the web, and without ids that are others each time."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)
    svg = re.sub(r"Fira Code(, monospace)?", _FONT.replace('"', "'"), svg)
    svg = re.sub(
        r'<text class="(terminal-\d+-r\d+)" x="([\d.]+)"([^>]*?) textLength="([\d.]+)"([^>]*)>([^<]*)</text>',
        _apart,
        svg,
    )
    return re.sub(r"terminal-\d+", "terminal", svg)


def _apart(found: re.Match[str]) -> str:
    """The export gives every character one cell, and blanks the width that a font has for them: each
    run of characters of one width stands for itself, where it belongs."""
    kind, x, before, length, after, said = found.groups()
    text = html.unescape(said)
    cell, at, parts = float(length) / max(len(text), 1), float(x), []
    for run in re.findall(
        r"[\xa0 ]+|[^\x00-\u2e7f\xa0 ]+|[\x00-\u2e7f]+?(?=[\xa0 ]|[^\x00-\u2e7f]|$)", text
    ):
        width = cell * cell_len(run)
        if run.strip("\xa0 "):
            parts.append(
                f'<text class="{kind}" x="{at:.1f}"{before} textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"{after}>'
                f"{html.escape(run)}</text>"
            )
        at += width
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main())
