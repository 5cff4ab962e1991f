"""JioNLP in an environment of its own: it is measured beside the project and no part of it.

A worker process runs there (`peer_worker.py`), is asked over its standard input, one JSON object
a line, and times itself, so that starting it and talking to it cost it nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PEER = "JioNLP 1.5.28"
_REQUIREMENT = "jionlp==1.5.28"
_WORKER = Path(__file__).with_name("peer_worker.py")


class NoPeerError(Exception):
    """JioNLP cannot be installed or started here; the message is the reason."""


class Peer:
    """A running worker; closed at the end of a `with`."""

    def __init__(self, folder: Path) -> None:
        """Install JioNLP into `folder` where it is not there yet, and start the worker.

        Raises:
            NoPeerError: there is no network, or no package for this Python.
        """
        python = _environment(folder)
        self._process = subprocess.Popen(
            [str(python), str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        try:
            self._ask({"kind": "hello", "texts": []})
        except NoPeerError:
            self._process.kill()
            self._process.wait()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()  # the end of its input ends the worker

    def runner(self, kind: str) -> Callable[[Sequence[str]], tuple[float, int]]:
        """What runs one kind of extraction ("time", "money") over texts."""

        def run(texts: Sequence[str]) -> tuple[float, int]:
            answer = self._ask({"kind": kind, "texts": list(texts)})
            return float(answer["seconds"]), int(answer["finds"])

        return run

    def _ask(self, question: dict[str, object]) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            answer: dict[str, float] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:
            raise NoPeerError(f"{PEER} does not start") from error
        return answer


def _environment(folder: Path) -> Path:
    """The Python of an environment that holds JioNLP."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    installed = [str(python), "-c", "import jionlp"]
    if subprocess.run(installed, capture_output=True, check=False).returncode:
        install = [str(python), "-m", "pip", "install", "--quiet", _REQUIREMENT]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPeerError(f"pip cannot install {_REQUIREMENT} (no network?)")
    return python
