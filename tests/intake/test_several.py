"""A file that holds several letters: the first is read, and the others are told of."""

from __future__ import annotations

import pytest

from tests.letters.letters import letter_of
from tracker.intake.extracting import SEVERAL, Taken, parts_of


def test_further_letters_in_a_file_are_told() -> None:
    first = letter_of()
    text = "\n\n".join((first, first, first))
    taken, told = list(parts_of(text.encode(), "汇编.txt"))
    assert isinstance(taken.found, Taken)
    assert taken.found.further == 2
    assert told.found == SEVERAL.format(3)


@pytest.mark.parametrize(
    "behind",
    [
        "",
        "\n抄送:县人大代工委,县政府督查室。\n",
        "\n附件:\n县水利局,县财政局:\n请按上述安排抓紧落实。\n",
        "\n各位代表:\n感谢监督。\n",
    ],
)
def test_what_stands_behind_one_letter_is_no_other(behind: str) -> None:
    (taken,) = parts_of((letter_of() + behind).encode(), "答复.txt")
    assert isinstance(taken.found, Taken)
    assert taken.found.further == 0
