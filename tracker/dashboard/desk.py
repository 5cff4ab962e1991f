"""Where things are done: each act in a transaction of its own, by one person, who can take back what
he has decided here, as long as nobody has decided otherwise since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from tracker.dashboard import acts
from tracker.dashboard.acts import Act, Done, Hand, Question
from tracker.dashboard.words import Say
from tracker.store import ledger, outbox, queries
from tracker.store.database import Store


class Desk:
    """One person's desk.

    Args:
        store: the ledger.
        say: the words.
        who: stands in the history.
        now: the moment.
        zone: the office's.
    """

    def __init__(
        self, store: Store, say: Say, who: str, now: Callable[[], dt.datetime], zone: ZoneInfo
    ) -> None:
        self._store, self._say, self._who, self._now, self._zone = store, say, who, now, zone
        self._decided: list[tuple[str, int | None]] = []
        #: What was done last, where that cannot be taken back.
        self.last_act: Act | None = None

    def today(self) -> dt.date:
        """The office's day."""
        return self._now().astimezone(self._zone).date()

    def question(self, act: Act, ref: str) -> Question | None:
        """What is asked before an act; None where it is done at once.

        Raises:
            StoreError: it does not go here.
        """
        if act == "confirm":
            return None
        with self._store.read() as session:
            return acts.question(session, act, ref, self.today(), self._zone, self._say)

    def do(self, act: Act, ref: str, given: Mapping[str, str]) -> Done:
        """Do it.

        Raises:
            StoreError: it is refused; nothing was changed.
        """
        with self._store.write() as session:
            row = queries.commitment(session, ref)
            before = ledger.last_decision(session, row)
            done = acts.perform(session, act, ref, given, self._hand(), self._say)
            session.flush()
            decision = ledger.last_decision(session, row)
        if act not in ("confirm", "reject", "edit"):
            self.last_act = act
        elif decision != before:
            self._decided.append((ref, decision))
            self.last_act = None
        return done

    def undo(self) -> tuple[Done, int] | None:
        """Take back the last decision made here; what was done, and the id of its commitment. None
        where there is nothing to take back, or where something else was done since (`last_act`):
        nobody who has just settled one means another one that he corrected before.

        Raises:
            StoreError: somebody has decided otherwise since.
        """
        if not self._decided or self.last_act is not None:
            return None
        ref, decision = self._decided[-1]
        hand = self._hand()
        with self._store.write() as session:
            row = queries.commitment(session, ref)
            ledger.undo(session, row, who=hand.who, now=hand.now, expected=decision)
            number = row.id
        self._decided.pop()
        return Done(self._say("done.undo", ref=ref)), number

    def retry(self, number: int) -> Done:
        """Queue a failed message again.

        Raises:
            StoreError: there is none.
        """
        with self._store.write() as session:
            done = outbox.retry(session, number, self._now())
        return Done(self._say("done.retry", ref=number) if done else self._say("no_change"))

    def cancel(self, number: int) -> Done:
        """Take a message back that has not begun to go out.

        Raises:
            StoreError: there is none, or it is too late.
        """
        with self._store.write() as session:
            outbox.cancel_by_hand(session, number, self._now(), self._who)
        return Done(self._say("done.cancel", ref=number))

    def _hand(self) -> Hand:
        return Hand(self._who, self._now(), self.today(), self._zone)
