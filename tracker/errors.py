"""What can go wrong, as one short tree.

    TrackerError            one clear line for the user; exit status 2
    ├── SettingsError       config.toml, environment or command line says something unusable
    ├── FetchError          an address gives no page; says whether for good
    ├── ReadingError        a file cannot be read as a reply letter
    ├── LexiconError        a word list in data/lexicon is malformed
    ├── StoreError          the database refuses, is locked, too old or too new
    │   └── UnknownReference   no commitment, unit or deputy of that name
    └── DeliveryError       a message was not delivered; says whether for good

Odd input inside a letter is never an exception: it is returned as a low confidence or a problem
beside the results. A caller's mistake raises.
"""

from __future__ import annotations


class TrackerError(Exception):
    """Base of everything this program raises on purpose; `str(error)` is one line for people."""


class SettingsError(TrackerError):
    """A setting is missing, unknown or of the wrong kind."""


class FetchError(TrackerError):
    """An address gave nothing that could be read.

    Args:
        message: the reason only, not the address.
        permanent: True when asking again cannot help (no such page, refused network).
        status: the HTTP status where there was an answer.
        after: seconds that the server asks to wait before the next try.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        status: int | None = None,
        after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status = status
        self.after = after


class ReadingError(TrackerError):
    """A file cannot be read as a reply letter; the message names the reason, not the file."""


class LexiconError(TrackerError):
    """A word list is malformed; the message names file and entry."""


class StoreError(TrackerError):
    """The database cannot do what was asked."""


class UnknownReference(StoreError):
    """Nothing in the store answers to the reference or name given."""


class DeliveryError(TrackerError):
    """A message could not be handed over.

    Args:
        message: one line for the outbox list.
        permanent: True when trying again cannot help (unknown user, refused sender).
        nobody: nobody is at the address any more (no such mailbox, robot taken out of the group);
            no other message will get there either.
        refused: the recipient himself was refused for good, without a word that nobody is there;
            other messages to him may fare the same.
        after: seconds that the other side asks to wait before the next try.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        nobody: bool = False,
        refused: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.nobody = nobody
        self.refused = refused
        self.after = after
