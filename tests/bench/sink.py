"""A mail server that takes everything, as fast as Python can, or after a delay; a process of its own."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: To EHLO, where commands may come together, as with every server of today (RFC 2920).
_TOGETHER = b"250-sink\r\n250 PIPELINING\r\n"


@contextmanager
def sink(delay: float = 0.0, *, together: bool = True) -> Iterator[int]:
    """Run one for the block; gives its port.

    Args:
        delay: seconds it takes over each message.
        together: say that commands may come together; smtplib alone makes no use of it.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sink", str(delay), str(int(together))],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _talk(line: socket.socket, delay: float, together: bool) -> None:
    with line, contextlib.suppress(OSError), line.makefile("rb") as asked:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(b"220 sink\r\n")
        for request in asked:
            verb = request[:4].upper()
            if verb == b"DATA":
                line.sendall(b"354 go on\r\n")
                for part in asked:
                    if part == b".\r\n":
                        break
                time.sleep(delay)
            if verb == b"EHLO" and together:
                line.sendall(_TOGETHER)
            else:
                line.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n")


def main() -> None:
    """Serve until killed."""
    delay, together = float(sys.argv[1]), sys.argv[2] == "1"
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            line, _ = server.accept()
            threading.Thread(target=_talk, args=(line, delay, together), daemon=True).start()


if __name__ == "__main__":
    main()
