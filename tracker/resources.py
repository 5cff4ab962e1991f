"""Where the program's own data lies: beside the package in a wheel, at the top of a checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tracker.errors import LexiconError

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """The path of a shipped data file or folder, e.g. ``data_path("lexicon", "units.toml")``."""
    shipped = _PACKAGE / "data"
    return (shipped if shipped.is_dir() else _PACKAGE.parent / "data").joinpath(*parts)


def load_lexicon(name: str) -> dict[str, Any]:
    """One word list of data/lexicon as TOML gives it.

    Args:
        name: the file's name without its ending.

    Raises:
        LexiconError: the list is missing or is not TOML.
    """
    path = data_path("lexicon", f"{name}.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError(f"data/lexicon/{name}.toml: {error}") from error
