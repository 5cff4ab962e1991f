"""Names and colours of the lights, and what the classes of results mean."""

from __future__ import annotations

from dataclasses import fields

import pytest
from rich.style import Style

from tracker.classes import Classes, Results
from tracker.lights import PAINTS, LightColours, LightNames, Lights


def _brightness(colour: str) -> float:
    """Relative luminance, by the Web Content Accessibility Guidelines 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", PAINTS)
def test_every_colour_can_be_read(colour: str) -> None:
    paint = PAINTS[colour]
    Style.parse(paint.terminal)
    ink = _brightness(paint.ink)
    for ground in (paint.ground, "#ffffff"):
        assert (_brightness(ground) + 0.05) / (ink + 0.05) >= 4.5, ground


def test_every_light_has_a_colour_and_may_have_a_name() -> None:
    lights = [item.name for item in fields(LightColours)]
    assert lights == [item.name for item in fields(LightNames)]
    assert len({Lights().paint(light) for light in lights}) == len(lights)
    own = Lights(names=LightNames(overdue="红灯"), colours=LightColours(on_track="blue"))
    assert (own.name("overdue"), own.name("on_track"), own.name("kept")) == ("红灯", "", "")
    assert own.paint("on_track") == PAINTS["blue"]


@pytest.mark.parametrize(
    ("body", "letter", "english", "said"),
    [
        ("npc", "A", False, "已解决或基本解决"),
        ("npc", "C", False, "留作参考"),
        ("npc", "C", True, "留作参考"),
        ("cppcc", "C", False, "因条件限制或其他原因待以后解决"),
        ("cppcc", "D", True, "noted for reference"),
        ("other", "B", False, "正在解决或已列入规划逐步解决"),
        ("npc", "E", False, ""),
        ("npc", "已办结", False, ""),
        ("npc", "", False, ""),
    ],
)
def test_what_a_class_means(body: str, letter: str, english: bool, said: str) -> None:
    results = Results(npc=Classes(C="留作参考"))
    assert results.meaning(body, letter, english=english) == said
