"""The words of a command in the language of this call.

A command keeps its own words in a small table beside it; names of outcomes, kinds and states come
from the one table that reports use too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from tracker.cli.session import legible, settings_of
from tracker.reports.figures import KINDS, LIGHTS, OUTCOMES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

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
            values: what stands for the names; texts and paths come from outside, so that what
                steers a terminal is taken out of them.
        """
        from tracker.reports.clean import inline

        values = {
            name: inline(legible(os.fspath(value)))
            if isinstance(value, (str, os.PathLike))
            else value
            for name, value in values.items()
        }
        if key in self.words:
            return self.words[key][self.language == "en"].format(**values)
        from tracker.reports.words import Wording

        return Wording(self.language)(key, **values)


def speech_of(ctx: click.Context, words: Words) -> Speech:
    """A command's words in the language that settings or --lang say."""
    return Speech(words, settings_of(ctx).language)


class Code(click.ParamType[str]):
    """A code of the program, written as such or as its word in either language: 逾期."""

    name = "code"

    def __init__(self, group: str, *codes: str) -> None:
        self.group = group
        self.codes = codes

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The codes that begin so, each with its word."""
        from click.shell_completion import CompletionItem

        from tracker.reports.words import WORDS

        return [
            CompletionItem(code, help=WORDS[f"{self.group}.{code}"][0])
            for code in self.codes
            if code.startswith(incomplete)
        ]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from tracker.reports.words import WORDS

        known = {word: code for code in self.codes for word in WORDS[f"{self.group}.{code}"]}
        if self.group == "light" and ctx is not None:
            names = settings_of(ctx).lights
            known |= {names.name(code): code for code in self.codes if names.name(code)}
        written = value.strip()
        found = written if written in self.codes else known.get(written)
        if found is None:
            choice = ", ".join(f"{code} {WORDS[f'{self.group}.{code}'][0]}" for code in self.codes)
            self.fail(f"{value!r} is none of: {choice}", param, ctx)
        return found

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "|".join(self.codes)


LIGHT: Final = Code("light", *LIGHTS)
OUTCOME: Final = Code("outcome", *OUTCOMES)
REVIEW: Final = Code("review", "pending", "confirmed", "rejected", "superseded")
KIND: Final = Code("kind", *KINDS)
