"""Every write on letters, suggestions, deputies, units, commitments and reports.

Each takes the session of one `Store.write()`, who acts and now, and adds to the history.

    importing   a letter enters, once, or as a new version
    registry    units and deputies from an office's table
    assigned    suggestions from an office's list
    deciding    a person confirms, rejects, corrects, takes back
    following   progress, outcome
    requests    a unit asks, a supervisor decides
    rating      deputies rate the delivery
"""

from __future__ import annotations

from tracker.store.asked import REQUEST_KINDS, REQUEST_STATES
from tracker.store.assigned import import_suggestions, merge_suggestions
from tracker.store.deciding import confirm, edit, last_decision, reject, undo
from tracker.store.entries import DeputyEntry, Registered, SuggestionEntry, UnitEntry
from tracker.store.evidence import Evidence
from tracker.store.fields import EDITABLE
from tracker.store.following import OUTCOMES, Outcome, record_progress, reopen, settle
from tracker.store.importing import (
    Imported,
    Origin,
    add_copy,
    import_letter,
    known_codes,
    known_letter,
    take_back,
    take_over,
)
from tracker.store.rating import SCORES, rate
from tracker.store.registry import import_deputies, import_units
from tracker.store.requests import TARGET_FIELDS, approve, ask, refuse, withdraw

__all__ = [
    "EDITABLE",
    "OUTCOMES",
    "REQUEST_KINDS",
    "REQUEST_STATES",
    "SCORES",
    "TARGET_FIELDS",
    "DeputyEntry",
    "Evidence",
    "Imported",
    "Origin",
    "Outcome",
    "Registered",
    "SuggestionEntry",
    "UnitEntry",
    "add_copy",
    "approve",
    "ask",
    "confirm",
    "edit",
    "import_deputies",
    "import_letter",
    "import_suggestions",
    "import_units",
    "known_codes",
    "known_letter",
    "last_decision",
    "merge_suggestions",
    "rate",
    "record_progress",
    "refuse",
    "reject",
    "reopen",
    "settle",
    "take_back",
    "take_over",
    "undo",
    "withdraw",
]
