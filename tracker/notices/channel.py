"""Ways to hand over a message: one file and one line of the registry each."""

from __future__ import annotations

import importlib
from email.message import EmailMessage
from typing import Final, Protocol, cast

from tracker.errors import DeliveryError
from tracker.settings import Settings


class Unreachable(DeliveryError):
    """The way itself is barred (server away, login refused, disk full): never the fault of the
    message, and no other message will fare better now."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class InDoubt(DeliveryError):
    """The way broke in the middle of a message: it may have arrived, nobody knows."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class Channel(Protocol):
    """What delivery needs. Made once for a batch and closed after it."""

    def send(self, message: EmailMessage, key: str) -> str:
        """Hand over one message.

        Args:
            message: complete, with its Message-ID.
            key: the message's key in the outbox.

        Returns:
            Where it went, for the log.

        Raises:
            DeliveryError: it was not handed over; says whether for good.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


#: Kind → module and class, imported when it is used.
CHANNELS: Final[dict[str, tuple[str, str]]] = {
    "mail": ("tracker.notices.mail", "MailChannel"),
    "files": ("tracker.notices.files", "FilesChannel"),
}


def kind_of(settings: Settings) -> str:
    """Which channel the settings ask for: mail where a server is named, else files."""
    return "mail" if settings.mail.host else "files"


def open_channel(kind: str, settings: Settings) -> Channel:
    """A channel of a kind; it connects when the first message is sent.

    Args:
        kind: a key of `CHANNELS`.
        settings: server, sender, folder.
    """
    module, name = CHANNELS[kind]
    return cast(Channel, getattr(importlib.import_module(module), name)(settings))
