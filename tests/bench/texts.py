"""What is measured on: whole sample letters, many of them, and one giant letter made of them."""

from __future__ import annotations

from functools import cache
from itertools import cycle
from pathlib import Path

from tests.hostile import letter
from tracker.letters.letter import read_letter
from tracker.letters.reading import read_file

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
#: The length of a long reply letter, in characters.
LETTER_LENGTH = 4_700


@cache
def samples() -> dict[str, str]:
    """The sample letters by name."""
    return {path.stem: read_file(path).text for path in sorted(SAMPLES.glob("*.txt"))}


def contest_letters() -> dict[str, str]:
    """Whole sample letters that make up one long letter, taken in order while they fit."""
    picked: dict[str, str] = {}
    length = 0
    for name, text in samples().items():
        if length + len(text) <= LETTER_LENGTH:
            picked[name] = text
            length += len(text)
    return picked


def many_letters(size: int) -> list[str]:
    """Sample letters over and over, until they hold `size` bytes of UTF-8."""
    texts: list[str] = []
    length = 0
    for text in cycle(sorted(samples().values(), key=len)):
        texts.append(text)
        length += len(text.encode())
        if length >= size:
            return texts
    return texts


def giant_letter(size: int) -> str:
    """One letter whose body is the bodies of the samples, over and over, of `size` bytes."""
    body = "\n".join(_body(text) for text in samples().values()).encode()
    whole = body * (size // len(body) + 1)
    return letter(whole[:size].decode(errors="ignore"))


def _body(text: str) -> str:
    read = read_letter(text)
    return read.normal.raw_quote(read.start, read.end)
