"""Running the command line in tests: in this process for speed, as a program where that matters."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from click.testing import CliRunner

from tracker.cli.main import run

CTRL_C = "\x03"

#: A reply of our own; place, unit and people are invented.
LETTER = """云溪市市场监督管理局
关于市第五届人大第三次会议第{number}号建议的答复

王远山代表:

您提出的《关于培育本地企业的建议》(第{number}号)收悉。现答复如下:

一、工作开展情况

2022年,全市新增高新技术企业18户。

二、下一步工作打算

力争2023年新增高新技术企业{number}户。市财政局将于2023年6月底前拨付奖补资金300万元。

感谢您对我们工作的关心和支持!

云溪市市场监督管理局
2023年5月15日
"""


class Answer:
    """What a call printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


class _Main(click.Command):
    """What `CliRunner` calls in place of a command: our own way from arguments to exit status."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        sys.exit(run(args or ()))


def call(folder: Path, *arguments: str, typed: str | None = None) -> Answer:
    """Call the command line in this process, as `main` does.

    Args:
        folder: of database and archive.
        arguments: after `tracker --data FOLDER`.
        typed: what a person types.
    """
    result = CliRunner().invoke(_Main("tracker"), ["--data", str(folder), *arguments], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def program(
    folder: Path, *arguments: str, typed: str | None = None, code: str | None = None
) -> Answer:
    """Run `python -m tracker` as a program of its own.

    Args:
        folder: of database and archive.
        arguments: after `tracker --data FOLDER`.
        typed: what comes in; its end is the end of the input.
        code: Python to run in place of the module; it calls `main` itself.
    """
    start = ["-c", code] if code else ["-m", "tracker"]
    done = subprocess.run(
        [sys.executable, *start, "--data", str(folder), *arguments],
        input=typed or "",
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        timeout=120,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def on_terminal(folder: Path, *arguments: str, typed: str = "") -> tuple[str, int]:
    """Run the program on a terminal of its own; what it said, and its exit status.

    Args:
        folder: of database and archive.
        arguments: after `tracker --data FOLDER`.
        typed: what a person types once the program asks.
    """
    ours, its = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "tracker", "--data", str(folder), *arguments],
        stdin=its, stdout=its, stderr=its, start_new_session=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", "TERM": "xterm"},
        preexec_fn=_take_terminal,
    )  # fmt: skip
    os.close(its)
    said = b""
    patience = 0.5
    while True:
        # A signal that comes just before the program waits for a key would wait for the next key;
        # one that comes while it ends would end it otherwise than it does.
        while (
            typed == CTRL_C and b"[y/N]" in said and not select.select([ours], [], [], patience)[0]
        ):
            os.write(ours, typed.encode())
            patience = 5.0
        try:
            piece = os.read(ours, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        if not piece:
            break
        said += piece
        if typed not in ("", CTRL_C) and b"[y/N]" in said:
            os.write(ours, typed.encode())
            typed = ""
    os.close(ours)
    return said.decode(errors="replace"), started.wait(60)


def _take_terminal() -> None:
    """In the program before it begins: the terminal is its own, and Ctrl-C ends it.

    Whoever started the tests in the background has had them ignore it.
    """
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def letter(folder: Path, number: int = 30, name: str | None = None, text: str = LETTER) -> Path:
    """Write a letter to a folder.

    Args:
        folder: where to.
        number: of the suggestion, and the figure promised.
        name: of the file.
        text: with {number} where it goes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{number:03}.txt")
    path.write_text(text.format(number=number), encoding="utf-8")
    return path
