"""The tables, in SQLAlchemy's typed form; import the rows from here.

`ledger` writes letters, suggestions, deputies, units, commitments, what is said of them and the
history; `outbox` and `claims` write notices, messages and attempts, `pages` the pages of sites.
`queries` reads for people; what only one job asks for (rounds, recipients, figures) that job
selects itself.

    pages >── letters
    suggestions ──< letters ──< commitments ──< progress_reports, requests, ratings
        │                           │  └──< commitment_units >── units ──< unit_aliases
        ├──< suggestion_units       └──< notices >── messages ──< attempts
        │        >── units          history (append only, a chain of hashes)
        ├──< suggestion_deputies
        │        >── deputies       official_letters >── units
        └──< subscriptions          unreachable, rungs, seals, daemons, runs
                 >── deputies

Days are DATE, moments are UTC. Figures are decimal texts of at most 30 characters in NUMERIC
columns (SQLite keeps them as text through `Figure`), so that nothing is rounded.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.store.tables.columns import Figure, Moment, Table
from tracker.store.tables.commitments import (
    PENDING,
    ChainRow,
    CommitmentRow,
    CommitmentUnitRow,
    HistoryRow,
    SealRow,
)
from tracker.store.tables.daemons import DaemonRow, RunRow
from tracker.store.tables.followed import (
    OfficialLetterRow,
    ProgressReportRow,
    RatingRow,
    RequestRow,
)
from tracker.store.tables.letters import AchievementRow, LetterRow, PageRow
from tracker.store.tables.looked import look_again
from tracker.store.tables.post import (
    AttemptRow,
    MessageRow,
    NoticeRow,
    RungRow,
    SubscriptionRow,
    UnreachableRow,
    WordsRow,
)
from tracker.store.tables.sealed import add_seals
from tracker.store.tables.suggestions import (
    DeputyRow,
    SuggestionDeputyRow,
    SuggestionRow,
    SuggestionUnitRow,
    UnitAliasRow,
    UnitRow,
)

add_seals(Table.metadata)
#: Whoever uses the tables has it so.
event.listen(Session, "after_flush", look_again)

__all__ = [
    "PENDING",
    "AchievementRow",
    "AttemptRow",
    "ChainRow",
    "CommitmentRow",
    "CommitmentUnitRow",
    "DaemonRow",
    "DeputyRow",
    "Figure",
    "HistoryRow",
    "LetterRow",
    "MessageRow",
    "Moment",
    "NoticeRow",
    "OfficialLetterRow",
    "PageRow",
    "ProgressReportRow",
    "RatingRow",
    "RequestRow",
    "RunRow",
    "RungRow",
    "SealRow",
    "SubscriptionRow",
    "SuggestionDeputyRow",
    "SuggestionRow",
    "SuggestionUnitRow",
    "Table",
    "UnitAliasRow",
    "UnitRow",
    "UnreachableRow",
    "WordsRow",
]
