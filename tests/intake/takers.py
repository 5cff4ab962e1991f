"""Readers that do what no file of ours can be made to do for sure: die, hang, eat memory.

They are passed to a pool by name, as `parts_of` is; the bytes of an item say what happens.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator

from tracker.intake.extracting import Part, parts_of


def take(data: bytes, name: str, declared: str | None) -> Iterator[Part]:
    """Obey the first word of an item; read every other one as a letter."""
    word, _, rest = data.partition(b" ")
    if word == b"exit":
        os._exit(int(rest))
    if word == b"kill":
        os.kill(os.getpid(), int(rest))
        signal.pause()
    if word == b"litter":
        tempfile.mkdtemp()
        time.sleep(float(rest))
    elif word == b"sleep":
        time.sleep(float(rest))
        yield Part(f"slept {rest.decode()}")
    elif word == b"eat":
        eaten = bytearray(int(rest))
        eaten[::4096] = b"x" * len(eaten[::4096])
        yield Part(f"ate {len(eaten)}")
    elif word == b"fault":
        raise KeyError(rest.decode())
    elif word == b"pack":
        for turn in range(int(rest)):
            yield Part(f"member {turn}", f"{turn}.txt", b"x" * 1_000_000)
    elif word == b"drip":
        for turn in range(int(rest)):
            time.sleep(0.05)
            yield Part(f"drop {turn}", f"{turn}.txt", b"")
    elif word == b"half":
        yield Part("first of two", "1.txt", b"")
        os._exit(1)
    else:
        yield from parts_of(data, name, declared)
