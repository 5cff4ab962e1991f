"""The words of a command in the language of this call.

A command keeps its own words in a small table beside it; names of outcomes, kinds and states come
from the one table that reports use too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import click

from tracker.cli.session import settings_of

#: key → (Chinese, English); {name} is filled in.
Words = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Speech:
    """Words in one language."""

    words: Words
    language: Literal["zh", "en"]

    def __call__(self, key: str, **values: object) -> str:
        """The words under a key, its {names} filled in.

        Args:
            key: of the command's own table, or such as "outcome.kept".
            values: what stands for the names.
        """
        if key in self.words:
            return self.words[key][self.language == "en"].format(**values)
        from tracker.reports.words import Wording

        return Wording(self.language)(key, **values)


def speech_of(ctx: click.Context, words: Words) -> Speech:
    """A command's words in the language that settings or --lang say."""
    return Speech(words, settings_of(ctx).language)
