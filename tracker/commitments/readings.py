"""What a clause is once it has been read: who speaks in it, of when, how firmly."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Strength
from tracker.letters.clauses import Clause


class Voice(Enum):
    """What a clause does."""

    DONE = "done"  # a result, a state, background
    PLAN = "plan"  # a promise by its own words or date
    NEUTRAL = "neutral"  # nothing of its own: the section decides
    REQUEST = "request"  # the deputies' own words
    QUOTED = "quoted"  # a rule or plan of others
    REFUSED = "refused"
    REASON = "reason"  # why, or on what assumption
    EFFECT = "effect"  # what a measure is good for


#: The voices by name alone: every clause is asked for them, and a constant is read sooner than a
#: member of its class.
DONE: Final = Voice.DONE
PLAN: Final = Voice.PLAN
NEUTRAL: Final = Voice.NEUTRAL
REQUEST: Final = Voice.REQUEST
QUOTED: Final = Voice.QUOTED
REFUSED: Final = Voice.REFUSED
REASON: Final = Voice.REASON
EFFECT: Final = Voice.EFFECT


class Hit(NamedTuple):
    """A deciding word, its class and its place."""

    start: int
    end: int
    word: str
    group: str


class Reading(NamedTuple):
    """A clause with its voice, the strength of its promise and the words that decided both.

    `own` is true where the voice comes from the clause's own words or date, not from around it.
    `waited` is true where a later clause of the sentence tells what the promise waits for.
    `frame` is what the next clause goes on with: an aside on a project's size does not break it.
    """

    clause: Clause
    voice: Voice
    strength: Strength
    own: bool
    frame: Voice
    hits: tuple[Hit, ...]
    dates: tuple[DateSpan, ...]
    waited: bool = False
