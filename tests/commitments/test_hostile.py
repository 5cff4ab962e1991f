"""Texts and pages built to choke a pattern: each is read to its end, and quotes stay in place.

How fast is not for a test to say (`python -m tests.bench --hostile` does). A text that is not read
within the patience below is not read at all: a pattern runs away.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import bodies, letter, lexicon, pages, pieces
from tracker.commitments.find import find_commitments
from tracker.errors import ReadingError
from tracker.letters.letter import read_letter
from tracker.letters.reading import read_bytes

#: About 100 KB of Chinese text.
SIZE = 33_000
#: Seconds; the slowest of these takes a twentieth of it.
PATIENCE = 20.0


def misplaced(text: str) -> list[str]:
    """Quotes that do not stand in the text where their offsets say."""
    found = find_commitments(read_letter(text))
    items = [(item.start, item.end, item.quote) for item in found.commitments]
    items += [(item.start, item.end, item.quote) for item in found.achievements]
    return [quote for start, end, quote in items if text[start:end] != quote or not quote]


def read_all(questions: Connection) -> None:
    """Read what comes until nothing more does; runs in a process that can be given up."""
    while True:
        try:
            text, page = questions.recv()
        except EOFError:
            return
        try:
            text = read_bytes(text.encode(), "page.html").text if page else text
        except ReadingError:
            text = ""  # refused in one line: all of it stands in a comment left open
        questions.send(misplaced(text))


class Reader:
    """A process that reads texts; one that does not answer is ended and replaced."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._answers, questions = context.Pipe()
        self._process = context.Process(target=read_all, args=(questions,), daemon=True)
        self._process.start()
        questions.close()

    def read(self, text: str, *, page: bool) -> list[str]:
        """What is misplaced in a text; fails the test where no answer comes in time."""
        self._answers.send((text, page))
        if not self._answers.poll(PATIENCE):
            self.close()
            self._start()
            pytest.fail(f"not read within {PATIENCE:g} seconds")
        answer: list[str] = self._answers.recv()
        return answer

    def close(self) -> None:
        """End the process, wherever it is."""
        self._process.kill()
        self._process.join()
        self._answers.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    process = Reader()
    process.read(letter(""), page=False)  # words and patterns are loaded
    yield process
    process.close()


@pytest.mark.parametrize("name", [name for name, _ in bodies(100)])
def test_a_hostile_text_is_read_to_its_end(reader: Reader, name: str) -> None:
    assert reader.read(letter(dict(bodies(SIZE))[name]), page=False) == []


@pytest.mark.parametrize("name", [name for name, _ in bodies(100)])
def test_so_it_is_without_a_letter_around_it(reader: Reader, name: str) -> None:
    assert reader.read(dict(bodies(SIZE // 4))[name], page=False) == []


@pytest.mark.parametrize("name", [name for name, _ in pages(100)])
def test_a_hostile_page_is_read_to_its_end(reader: Reader, name: str) -> None:
    assert reader.read(dict(pages(SIZE))[name], page=True) == []


@pytest.mark.parametrize("name", ["units", "sums", "tails", "from to", "compared", "one clause"])
def test_what_once_took_minutes_is_read(reader: Reader, name: str) -> None:
    """Quadratic once, in the length of a clause, a sentence or a paragraph: three times as long."""
    assert reader.read(letter(dict(bodies(3 * SIZE))[name]), page=False) == []


RUNS = st.tuples(st.sampled_from([*pieces(), *lexicon()]), st.sampled_from((1, 1, 1, 2, 7, 60)))


@settings(max_examples=60, deadline=None)
@given(st.lists(RUNS, max_size=25))
def test_runs_of_any_words_are_read_to_their_end(runs: list[tuple[str, int]]) -> None:
    assert misplaced(letter("".join(piece * count for piece, count in runs))) == []
