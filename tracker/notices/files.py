"""Messages as .eml files, where no mail server is set: any mail program opens them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from tracker.notices.channel import Prepared, Unreachable
from tracker.notices.message import Outgoing, build
from tracker.settings import Settings
from tracker.whole import write_whole

#: Everything else is replaced: a name must hold on any system and never leave the folder.
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class FilesChannel:
    """Writes each message to a file of its own; the same message again replaces its file.

    Args:
        settings: names the folder, and what a mail says of the office.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.outbox_dir

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """The mail as `message.build` has it."""
        content = build(outgoing, self._settings, moment)
        return Prepared(outgoing.key, outgoing.address, content)

    def send(self, prepared: Prepared) -> str:
        """Write the file, whole or not at all.

        Raises:
            Unreachable: the folder cannot be written.
        """
        path = self._folder / f"{safe_name(prepared.key)}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, prepared.content)
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror or error}") from error
        return str(path)

    def close(self) -> None:
        """Nothing is held open."""


def safe_name(key: str) -> str:
    """A file name for a key: "digest:unit:7:2023-12-24" gives "digest-unit-7-2023-12-24"."""
    return _UNSAFE.sub("-", key).strip("-.")[:120] or "message"
