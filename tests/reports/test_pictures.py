"""The READMEs' pictures: each is there, of a size that a page can carry, and asks nothing of the web."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pictures import FOLDER

TOP = FOLDER.parents[1]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_picture_is_shown_and_there(readme: str) -> None:
    named = re.findall(r"!\[[^\]]+\]\((data/pictures/[^)]+)\)", (TOP / readme).read_text("utf-8"))
    assert {Path(name).name for name in named} == {path.name for path in FOLDER.iterdir()}
    for name in named:
        assert (TOP / name).stat().st_size < 250_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.name)
def test_they_ask_nothing_of_the_web(path: Path) -> None:
    drawn = path.read_text("utf-8")
    assert not re.search(r"(?:href|src|url\()[^>]{0,4}https?:", drawn)
    assert "@font-face" not in drawn
