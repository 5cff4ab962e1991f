"""[[ladder]] in config.toml: what may stand there, and what is said of what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import SettingsError
from tracker.ladders import LADDER, Step, step_of, told_from
from tracker.settings import load_settings


def load(folder: Path, toml: str) -> tuple[Step, ...]:
    (folder / "config.toml").write_text(toml, encoding="utf-8")
    return load_settings(folder / "config.toml", environ={}).ladder


STEP = '[[ladder]]\nname = "催办"\n'


@pytest.mark.parametrize(
    ("toml", "step"),
    [
        (f"{STEP}days = [-3650, 0, 3650]", Step("催办", days=(-3650, 0, 3650))),
        (f"{STEP}every = 7", Step("催办", every=7)),
        (f"{STEP}every = 7\nfirst = 14\nlast = 14", Step("催办", every=7, first=14, last=14)),
        (f"{STEP}days = [1]\nevery = 30", Step("催办", days=(1,), every=30)),
        (
            f'{STEP}days = [0]\nto = ["head", "parent", "supervisor", "deputies"]',
            Step("催办", days=(0,), to=("head", "parent", "supervisor", "deputies")),
        ),
        (
            f'{STEP}days = [0]\nkinds = ["measurable"]\nlights = ["overdue", "extended"]',
            Step("催办", days=(0,), kinds=("measurable",), lights=("overdue", "extended")),
        ),
        (f"{STEP}days = [0]\nhour = 0", Step("催办", days=(0,), hour=0)),
    ],
)
def test_a_step(tmp_path: Path, toml: str, step: Step) -> None:
    assert load(tmp_path, toml) == (step,)


def test_no_file_no_step_and_several(tmp_path: Path) -> None:
    assert load(tmp_path, "") == LADDER
    assert load(tmp_path, "ladder = []") == ()
    assert [step.name for step in load(tmp_path, f"{STEP}days = [0]\n{STEP}days = [7]")] == [
        "催办"
    ] * 2


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (STEP, "ladder 1: days or every must say when"),
        ("[[ladder]]\ndays = [0]", "ladder 1: name must be a name on one line"),
        ('[[ladder]]\ndays = [0]\nname = " "', "ladder 1: name must be a name"),
        (f'[[ladder]]\ndays = [0]\nname = "{"长" * 21}"', "of 20 characters at most"),
        ('[[ladder]]\ndays = [0]\nname = "a\\nb"', "ladder 1: name must be a name on one line"),
        (
            f"{STEP}days = [0]\n{STEP}days = [3651]",
            "ladder 2: days must be -3650 to 3650, not 3651",
        ),
        (f"{STEP}days = [-3651]", "ladder 1: days must be -3650 to 3650"),
        (f"{STEP}days = [1{'0' * 4000}]", "not so many"),
        (f"{STEP}days = 7", "ladder.days must be a list"),
        (f'{STEP}days = ["7"]', "ladder.days must be a whole number"),
        (f"{STEP}days = [0.5]", "ladder.days must be a whole number"),
        (f"{STEP}days = {list(range(61))}", "ladder 1: days must be 60 at most"),
        (f"{STEP}every = -7", "ladder 1: every must be 1 to 3650"),
        (f"{STEP}every = 3651", "ladder 1: every must be 1 to 3650"),
        (f"{STEP}days = [0]\nfirst = 7", "ladder 1: every is missing"),
        (f"{STEP}days = [0]\nlast = 7", "ladder 1: every is missing"),
        (
            f"{STEP}every = 7\nlast = 6",
            "ladder 1: last must not be before the first day, which is 7",
        ),
        (f"{STEP}every = 7\nfirst = 9\nlast = 8", "ladder 1: last must not be before"),
        (f"{STEP}days = [0]\nto = []", "ladder 1: to must name who is told"),
        (f'{STEP}days = [0]\nto = ["boss"]', "ladder.to must be one of contact, head, parent"),
        (f'{STEP}days = [0]\nkinds = ["target"]', "ladder.kinds must be one of measurable"),
        (f'{STEP}days = [0]\nlights = ["red"]', "ladder.lights must be one of on_track"),
        (f"{STEP}days = [0]\nhour = 24", "ladder 1: hour must be 0 to 23, not 24"),
        (f"{STEP}days = [0]\nhour = -1", "ladder 1: hour must be 0 to 23"),
        (f"{STEP}days = [0]\nwhen = 1", "unknown key 'ladder.when'"),
        (f"{STEP}days = [0]\n" * 41, "ladder must have 40 steps at most"),
        ("ladder = 1", "ladder must be a list"),
        ("[ladder]\nbefore = [30]", "[ladder] is now one [[ladder]] for each step"),
        ("[ladder]", "supervisor_after = 14 is every = 7, first = 14"),
    ],
)
def test_what_may_not_be_names_key_and_remedy(tmp_path: Path, toml: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, toml)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path / 'config.toml'}: ")
    assert says in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("offset", "roles", "name"),
    [
        (-30, {"contact"}, "临近提醒"),
        (0, {"contact"}, "到期催办"),
        (7, {"contact"}, "到期催办"),
        (14, {"contact"}, "逾期督办"),
        (14, {"head"}, "逾期督办"),
        (21, {"head"}, None),
        (70, {"parent"}, "通报"),
        (70, {"contact"}, "逾期督办"),
        (1, {"contact"}, None),
        (-30, {"supervisor"}, None),
    ],
)
def test_the_step_of_a_rung(offset: int, roles: set[str], name: str | None) -> None:
    found = step_of(LADDER, sorted(roles), "measurable", offset)
    assert (found.name if found else None) == name


def test_a_step_ends_with_its_last_day() -> None:
    step = Step("催办", every=7, first=10, last=24)
    assert [day for day in range(-5, 60) if step.has(day)] == [10, 17, 24]


def test_since_when_a_role_is_told() -> None:
    assert told_from(LADDER, "supervisor", "action") == 14
    assert told_from(LADDER, "contact", "action") == 7
    assert told_from(LADDER, "deputies", "action") is None
    assert told_from((Step("x", days=(9,), kinds=("action",)),), "contact", "milestone") is None
