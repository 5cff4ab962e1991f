"""`python -m tests.bench [--letter FILE …] [--forms] [--growth] [--hostile] [--intake [N]] [--delivery] [--export [N]] [--dashboard [N]] [--report [N]] [--crashes K D S] [--sweep [N]] [--years [N]] [--compiled] [--peer-venv DIR | --no-peer]`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from tests.bench.contest import show_contest
from tests.bench.crashes import show_crashes
from tests.bench.dashboard import show_dashboard
from tests.bench.delivery import show_delivery
from tests.bench.export import show_export, time_export
from tests.bench.forms import show_forms
from tests.bench.growth import show_growth, show_hostile, time_one
from tests.bench.intake import show_intake
from tests.bench.peer import NoPeerError, Peer, compiled, jionlp
from tests.bench.report import show_report
from tests.bench.sweep import show_first, show_sweep
from tests.bench.texts import contest_letters
from tests.bench.years import show_years
from tracker.letters.reading import read_file


def main() -> int:
    """Measure what is asked for; 1 where a hostile input takes too long."""
    options = _options()
    if options.one:
        sys.stdout.write(json.dumps(time_one(options.one, options.size)))
        return 0
    console = Console(width=None if sys.stdout.isatty() else 110)
    if options.one_export:
        sys.stdout.write(json.dumps(time_export(options.one_export)))
        return 0
    if options.export:
        show_export(console, (1_000, 10_000, options.export))
        return 0
    if options.report:
        show_report(console, (1_000, 10_000, options.report))
        return 0
    if options.dashboard:
        show_dashboard(console, (1_000, 10_000, options.dashboard))
        return 0
    if options.intake:
        show_intake(console, options.intake)
        return 0
    if options.delivery:
        show_delivery(console)
        return 0
    if options.crashes:
        show_crashes(console, *options.crashes)
        return 0
    if options.years:
        show_years(console, options.years, options.days)
        return 0
    if options.sweep:
        show_sweep(console, options.sweep)
        show_first(console, options.sweep * 42 // 1000)
        return 0
    if options.forms:
        show_forms(console, options.rounds)
    if options.growth:
        show_growth(console)
    if options.hostile:
        return 1 if show_hostile(console, options.size, options.only) else 0
    if not options.growth and not options.forms:
        with ExitStack() as stack:
            folder = options.peer_venv or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            peer = own = None
            try:
                if not options.no_peer:
                    peer = stack.enter_context(Peer(jionlp(folder / "jionlp")))
                if options.compiled:
                    own = stack.enter_context(Peer(compiled(folder / "compiled")))
            except NoPeerError as reason:
                console.print(f"left out: {reason}")
            named = {path.stem: read_file(path).text for path in options.letter}
            show_contest(console, named or contest_letters(), peer, own, options.rounds)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="of the contest (20)")
    parser.add_argument(
        "--letter", type=Path, nargs="+", default=[], metavar="FILE",
        help="the contest over these (whole sample letters of together 4,700 characters)",
    )  # fmt: skip
    parser.add_argument("--peer-venv", type=Path, metavar="DIR", help="keep the peers there")
    parser.add_argument("--compiled", action="store_true", help="ourselves compiled beside it")
    parser.add_argument("--no-peer", action="store_true", help="without JioNLP")
    parser.add_argument("--forms", action="store_true", help="reading beside the bare libraries")
    parser.add_argument("--growth", action="store_true", help="1 KB to 1 MB of letters")
    parser.add_argument("--hostile", action="store_true", help="inputs that patterns choke on")
    parser.add_argument(
        "--intake", type=int, nargs="?", const=10_000, metavar="N", help="import N letters (10,000)"
    )
    parser.add_argument("--delivery", action="store_true", help="digests and claims a second")
    parser.add_argument(
        "--crashes",
        type=int,
        nargs=3,
        metavar=("KILLS", "DIGESTS", "SHARED"),
        help="kill a daemon at random while it delivers, and have four share an outbox "
        "(200 2000 20000)",
    )
    parser.add_argument(
        "--sweep", type=int, nargs="?", const=1_000_000, metavar="N",
        help="a round with 10,000 and with N commitments stored (1,000,000)",
    )  # fmt: skip
    parser.add_argument(
        "--years", type=int, nargs="?", const=2000, metavar="N",
        help="three years of N promises (2,000) beside a plain model",
    )  # fmt: skip
    parser.add_argument("--days", type=int, default=1095, help="so many days of them")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of a hostile input")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="WORD", help="hostile inputs named so"
    )
    parser.add_argument(
        "--export", type=int, nargs="?", const=100_000, metavar="N",
        help="the ledger of N commitments as a workbook (100,000)",
    )  # fmt: skip
    parser.add_argument(
        "--dashboard", type=int, nargs="?", const=100_000, metavar="N",
        help="the live screen over N commitments (100,000)",
    )  # fmt: skip
    parser.add_argument(
        "--report", type=int, nargs="?", const=100_000, metavar="N",
        help="a report on N commitments in each format (100,000)",
    )  # fmt: skip
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--one-export", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
