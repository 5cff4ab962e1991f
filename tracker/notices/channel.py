"""Ways to hand over a message: one file and one line of the registry each."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable

from tracker.errors import DeliveryError
from tracker.settings import Settings

if TYPE_CHECKING:
    from tracker.notices.message import Outgoing


class Unreachable(DeliveryError):
    """The way itself is barred (server away, login refused, disk full): never the fault of the
    message, and no other message will fare better now."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class InDoubt(DeliveryError):
    """The way broke in the middle of a message: it may have arrived, nobody knows."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message as it goes out: nothing is left to be done but to hand it over.

    Attributes:
        key: the message's key in the outbox, for file names and logs.
        address: where to, as the channel understands it.
        content: every byte of it, the same at every try.
    """

    key: str
    address: str
    content: bytes


class Channel(Protocol):
    """What delivery needs. Made once for a batch and closed after it."""

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """Build the message. Talks to nobody, so that it may be done ahead, in another thread,
        while `send` hands over the one before.

        Args:
            outgoing: words and recipient.
            moment: when it is sent, in the office's zone.

        Raises:
            Unreachable: the settings are wrong, and every message would fail alike.
            DeliveryError: this one can never be sent.
        """
        ...

    def send(self, prepared: Prepared) -> str:
        """Hand over one message; called by one thread at a time.

        Args:
            prepared: by this kind of channel.

        Returns:
            Where it went, for the log.

        Raises:
            DeliveryError: it was not handed over; says whether for good.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Announcing(Channel, Protocol):
    """A channel whose other side can be told ahead that a message comes."""

    def announce(self, prepared: Prepared) -> None:
        """Say whom the next message is for, and wait for no answer; `send` hears it. Nothing that
        could count as the message itself leaves. What is announced need not be sent.

        Args:
            prepared: the very one that is about to be sent.
        """
        ...

    def send(self, prepared: Prepared, meanwhile: Callable[[], None] | None = None) -> str:
        """As `Channel.send`; `meanwhile` is called once after the last byte has left, before the
        answer is waited for. It must not raise."""
        ...


#: Kind → module and what makes one, imported when it is used.
CHANNELS: Final[dict[str, tuple[str, str]]] = {
    "mail": ("tracker.notices.mail", "MailChannel"),
    "files": ("tracker.notices.files", "FilesChannel"),
    "wecom": ("tracker.notices.wecom", "channel"),
    "dingtalk": ("tracker.notices.dingtalk", "channel"),
    "feishu": ("tracker.notices.feishu", "channel"),
    "webhook": ("tracker.notices.webhook", "WebhookChannel"),
}


def kind_of(channel: str, settings: Settings) -> str:
    """The kind of channel that carries a message: mail becomes files where no server is named.

    Args:
        channel: what the message says (`MessageRow.channel`).
        settings: the mail server.
    """
    return "files" if channel == "mail" and not settings.mail.host else channel


def open_channel(kind: str, settings: Settings) -> Channel:
    """A channel of a kind; it connects when the first message is sent.

    Args:
        kind: a key of `CHANNELS`.
        settings: server, sender, folder.
    """
    module, name = CHANNELS[kind]
    return cast(Channel, getattr(importlib.import_module(module), name)(settings))
