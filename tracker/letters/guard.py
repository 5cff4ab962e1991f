"""A command that ends with the process that asked for it, even where that one is killed.

`office` starts this file as a program of its own: python guard.py FOLDER COMMAND…. It loads nothing
of the tracker. The command runs in a group of its own; when it is over, or when whoever started
this is gone, the group is ended with all that it has started. Standard input tells of that: nothing
is ever written to it, and the system closes it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading


def main(folder: str, command: list[str]) -> int:
    """Run the command.

    Args:
        folder: removed where whoever started this cannot do so any more.
        command: program and arguments.

    Returns:
        The exit status of the command.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603
    gone = threading.Event()

    def watch() -> None:
        os.read(0, 1)
        gone.set()
        _end(process)

    threading.Thread(target=watch, daemon=True).start()
    status = process.wait()
    _end(process)
    if gone.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _end(process: subprocess.Popen[bytes]) -> None:
    if not hasattr(os, "killpg"):
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
