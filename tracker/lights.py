"""What config.toml says of the lights: [lights], their thresholds, names and colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Final, Literal, NamedTuple

from tracker.address import printable

#: The longest stretch of days that a rung or a light may look ahead: ten years.
MOST_DAYS: Final = 3650
#: A name longer than this many characters would push the deadlines off a screen of 80 columns.
_LONGEST_NAME: Final = 8

Colour = Literal["red", "orange", "yellow", "green", "blue", "purple", "grey"]


class Paint(NamedTuple):
    """A colour where it is shown: as a style of the terminal, and as ink on a ground (#rrggbb) in
    pages, mails and Word. Ink is dark enough on its ground and on white to be read (4.5 to 1).
    """

    terminal: str
    ink: str
    ground: str


#: What every colour word means. Readers who see no colour have the sign and the word beside it.
PAINTS: Final[dict[str, Paint]] = {
    "red": Paint("bold red", "#b3261e", "#fef3f2"),
    "orange": Paint("dark_orange", "#a0410d", "#fff4ec"),
    "yellow": Paint("yellow", "#8a5a00", "#fffaeb"),
    "green": Paint("green", "#1f6b3a", "#ecfdf3"),
    "blue": Paint("cyan", "#1d5a96", "#eff8ff"),
    "purple": Paint("magenta", "#6b3fa0", "#f6f1fd"),
    "grey": Paint("", "#5b6774", "#f9fafb"),
}


@dataclass(frozen=True, slots=True)
class LightNames:
    """What a place calls its lights (红灯); "" leaves the usual word."""

    overdue: str = ""
    due_soon: str = ""
    extended: str = ""
    on_track: str = ""
    none: str = ""


@dataclass(frozen=True, slots=True)
class LightColours:
    """In which colour a place shows its lights."""

    overdue: Colour = "red"
    due_soon: Colour = "yellow"
    extended: Colour = "blue"
    on_track: Colour = "green"
    none: Colour = "grey"


@dataclass(frozen=True, slots=True)
class Lights:
    """Thresholds, names and colours of the lights (亮灯).

    Attributes:
        due_soon: 临期 from so many days before the deadline on.
        behind: 临期 also where the last figure is more than so many percent of the target behind
            even progress on its day; 0: never for that.
        names: what they are called.
        colours: how they are shown.
    """

    due_soon: int = 30
    behind: int = 0
    names: LightNames = field(default_factory=LightNames)
    colours: LightColours = field(default_factory=LightColours)

    def name(self, light: str) -> str:
        """What the place calls a light, "" where it has no name of its own."""
        return str(getattr(self.names, light, ""))

    def paint(self, light: str) -> Paint:
        """How a light is shown."""
        return PAINTS[getattr(self.colours, light)]


def wrong_lights(lights: Lights) -> Iterator[tuple[str, str]]:
    """Each key of [lights] that cannot be, with what is wrong about it."""
    if not 0 <= lights.due_soon <= MOST_DAYS:
        short = lights.due_soon if abs(lights.due_soon) < 10**9 else "so many"
        yield "lights.due_soon", f"must be 0 to {MOST_DAYS} days, not {short}"
    if not 0 <= lights.behind <= 100:
        yield "lights.behind", "must be 0 to 100 percent of the target; 0 turns it off"
    seen: dict[str, str] = {}
    for item in fields(LightNames):
        name = lights.name(item.name)
        if not name:
            continue
        key = f"lights.names.{item.name}"
        if not printable(name) or name != name.strip():
            yield key, "must be one line without control characters or blanks around it"
        elif len(name) > _LONGEST_NAME:
            yield key, f"{name[:40]!r} is longer than {_LONGEST_NAME} characters"
        elif name in seen:
            yield key, f"is {name!r}, as lights.names.{seen[name]} is; two lights need two names"
        seen.setdefault(name, item.name)
