"""What is measured beside the checkout, in environments of their own: JioNLP, ourselves compiled.

A worker process runs there (`peer_worker.py`), is asked over its standard input, one JSON object
a line, and times itself, so that starting it and talking to it cost it nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

PEER = "JioNLP 1.5.28"
_JIONLP = "jionlp==1.5.28"
_CHECKOUT = Path(__file__).parents[2]
_WORKER = Path(__file__).with_name("peer_worker.py")


class NoPeerError(Exception):
    """A peer cannot be installed or started here; the message is the reason."""


class Peer:
    """A running worker; closed at the end of a `with`."""

    def __init__(self, python: Path) -> None:
        """Start the worker; `jionlp` and `compiled` install what it runs.

        Args:
            python: of the environment that holds what is measured.

        Raises:
            NoPeerError: it does not start.
        """
        self._process = subprocess.Popen(
            [str(python), "-I", str(_WORKER)],  # whatever PYTHONPATH says
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
            raise NoPeerError("the worker does not start") from error
        return answer


def jionlp(folder: Path) -> Path:
    """The Python of an environment in `folder` that holds JioNLP, installed where it is not there.

    Raises:
        NoPeerError: there is no network, or no package for this Python.
    """
    python = _environment(folder)
    installed = [str(python), "-c", "import jionlp"]
    if subprocess.run(installed, capture_output=True, check=False).returncode:
        _install(python, _JIONLP)
    return python


def compiled(folder: Path) -> Path:
    """The Python of an environment in `folder` that holds this checkout, compiled anew.

    Raises:
        NoPeerError: there is no network, or no C compiler.
    """
    python = _environment(folder)
    _install(python, "build")
    # By way of a source archive, so that nothing compiled is left in the checkout.
    with TemporaryDirectory() as wheels:
        _run(python, "build", "--outdir", wheels, str(_CHECKOUT))
        _install(python, "--force-reinstall", *map(str, Path(wheels).glob("*.whl")))
    return python


def _environment(folder: Path) -> Path:
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


def _install(python: Path, *what: str) -> None:
    _run(python, "pip", "install", "--quiet", *what)


def _run(python: Path, *command: str) -> None:
    done = subprocess.run(
        [str(python), "-m", *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"HATCH_BUILD_HOOKS_ENABLE": "1"},
    )
    if done.returncode:
        raise NoPeerError(f"{' '.join(command[:3])} fails (no network, or no compiler?)")
