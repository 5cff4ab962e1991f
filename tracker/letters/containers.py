"""What holds several files – an archive, a mail, an archive in a mail – opened file by file.

Whoever sends it chose every byte: the number of members, what they unpack to, how deep they are
nested and what they are called are bounded, and no name is ever used as a path. A container may
hold containers (a mail with an archive attached, an archive of mails), but those may hold none.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tracker.errors import ReadingError
from tracker.letters import mail, package
from tracker.letters.bodies import bodies_of
from tracker.letters.endings import DOCUMENTS, WITHIN, is_unread, may_be_letter

#: What mail programs call the pictures in a signature.
_IN_TEXT: Final = r"(?i)image\d{1,6}\.\w{3,4}"

#: A container in a container is opened, one in that one is not.
MAX_DEPTH: Final = 2
#: All files together, looked at or not.
MAX_MEMBERS: Final = 20_000
#: One file, and all files together, unpacked.
MAX_MEMBER_BYTES: Final = 64 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 1024 * 1024 * 1024
#: Text packs to a fifth, tables to a fiftieth; what packs better than this was made to.
MAX_RATIO: Final = 150
_RATIO_FROM: Final = 1024 * 1024
#: A name is cut for display.
_LONGEST_NAME: Final = 160

_DAMAGED: Final = "is a ZIP archive that is damaged or cut off; save or fetch it again"
_EMPTY: Final = (
    "holds no file that may be a letter (" + ", ".join((".txt", ".html", *DOCUMENTS, ".eml")) + ")"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file that may be a letter, or the reason why it was not taken out of what holds it.

    Args:
        name: for display only, one clean line; "" stands for the file that was opened itself.
        data: its bytes.
        problem: the reason.
        left_out: it is in a form that is not read, which is no failure.
    """

    name: str
    data: bytes = b""
    problem: str | None = None
    left_out: bool = False


@dataclass(slots=True)
class _Budget:
    """What is left of the bounds, over a container and all that it holds."""

    members: int = field(default_factory=lambda: MAX_MEMBERS)
    bytes: int = field(default_factory=lambda: MAX_TOTAL_BYTES)
    spent: bool = False


def unpack(data: bytes, name: str) -> Iterator[Member]:
    """The letters that a file may hold, one after another; a file that holds none is its own.

    Nothing is raised: what cannot be taken out has its reason.

    Args:
        data: the bytes of a file.
        name: its name; the content decides what it is.
    """
    if not _is_container(data):
        yield Member("", data)
        return
    yield from _members(data, "", name, 1, _Budget())


def _is_container(data: bytes) -> bool:
    if data.startswith(package.ZIP_MAGIC):
        try:
            return package.kind(data) == "archive"
        except ReadingError:
            return False  # the reader of letters says why
    return mail.is_mail(data)


def _members(data: bytes, within: str, name: str, depth: int, budget: _Budget) -> Iterator[Member]:
    """The members of a container.

    Args:
        within: its name for display, "" for the outermost.
        name: its own name.
        depth: 1 for the outermost.
    """
    if depth > MAX_DEPTH:
        yield Member(within, problem=f"is packed more than {MAX_DEPTH} deep; unpack it first")
        return
    found = False
    members = _archived if data.startswith(package.ZIP_MAGIC) else _mailed
    for member in members(data, budget):
        found = found or not member.left_out
        label = (
            f"{within}{WITHIN}{member.name}" if within and member.name else within or member.name
        )
        if member.problem is None and _is_container(member.data):
            yield from _members(member.data, label, member.name, depth + 1, budget)
        else:
            yield Member(label, member.data, member.problem, member.left_out)
        if budget.spent:
            return
    if not found:
        yield Member(within, problem=_EMPTY)


def _archived(data: bytes, budget: _Budget) -> Iterator[Member]:
    try:
        with package.opened(data, _DAMAGED) as archive:
            infos = archive.infolist()
            for info in infos:
                budget.members -= 1
                if budget.members < 0:
                    budget.spent = True
                    yield Member(
                        "",
                        problem=f"holds more than {MAX_MEMBERS} files; import the rest by itself",
                    )
                    return
                name = package.name_of(info)
                if not info.is_dir() and may_be_letter(name):
                    yield _archived_one(archive, info, clean(name), budget)
                elif is_unread(name):
                    yield _left_out(name)
    except ReadingError as error:
        yield Member("", problem=str(error))


def _archived_one(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: _Budget
) -> Member:
    reason = _why_not(info, budget)
    if reason is not None:
        return Member(name, problem=reason)
    try:
        data = package.unpacked(archive, info, min(MAX_MEMBER_BYTES, budget.bytes))
    except package.TooLargeError:
        return Member(name, problem=_too_large())
    except package.DAMAGE:
        return Member(name, problem="is damaged in its archive; fetch the archive again")
    budget.bytes -= len(data)
    return Member(name, data)


def _why_not(info: zipfile.ZipInfo, budget: _Budget) -> str | None:
    """The reason why a member is not unpacked, as far as its own entry tells."""
    if info.flag_bits & 0x1:
        return "is encrypted; unpack the archive with its password and import the files"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file, not a file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a rare way; unpack the archive and import the files"
    if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"unpacks to more than {MAX_RATIO} times its size; no letter does"
    if info.file_size > min(MAX_MEMBER_BYTES, budget.bytes):
        return _too_large()
    return None


def _too_large() -> str:
    return (
        f"unpacks to more than {MAX_MEMBER_BYTES // 1024 // 1024} MB, or the archive to more than "
        f"{MAX_TOTAL_BYTES // 1024 // 1024} MB; unpack it and import the files"
    )


def _mailed(data: bytes, budget: _Budget) -> Iterator[Member]:
    """The attachments of a mail that may be letters, and its texts where they are letters.

    The text of a mail with attachments mostly says 见附件, which is no failure. Mails that are
    attached are opened with it, however deep.
    """
    try:
        mails = mail.read_mail(data)
    except ReadingError as error:
        yield Member("", problem=str(error))
        return
    if (alone := _only_text(mails)) is not None:
        yield Member("", alone)
        return
    found, note = False, None
    for one in mails:
        within = clean(one.name) if one.name else ""
        for name, content in one.attachments:
            budget.members -= 1
            budget.bytes -= len(content)
            if budget.members < 0 or budget.bytes < 0:
                budget.spent = True
                yield Member(
                    "",
                    problem="holds more attachments than a mail has; save them and import the files",
                )
                return
            if not name or may_be_letter(name):
                found = True
                label = clean(name)
                yield Member(f"{within}{WITHIN}{label}" if within else label, content)
            elif is_unread(name) and not re.fullmatch(_IN_TEXT, name):
                yield _left_out(f"{within}{WITHIN}{name}" if within else name)
        for name in one.damaged:
            found = True
            label = clean(name)
            yield Member(f"{within}{WITHIN}{label}" if within else label, problem=mail.DAMAGED)
        for body in bodies_of(one.texts):
            if body.is_letter:
                found = True
                yield Member(within, body.data)
            else:
                note = note or Member(within, body.data)
    if note is not None and not found:
        yield note


def _only_text(mails: list[mail.Mail]) -> bytes | None:
    """The text of a mail that holds nothing else: whether it is a letter, its reader tells."""
    first = mails[0]
    if len(mails) > 1 or len(first.texts) != 1 or first.attachments or first.damaged:
        return None
    (text,) = first.texts
    return None if text.plain and text.page else text.plain or text.page


def _left_out(name: str) -> Member:
    return Member(clean(name), problem="is in a form that is not read", left_out=True)


def clean(name: str) -> str:
    """A name from outside as one line for display; what steers a display or climbs is taken out.

    Args:
        name: as the container has it: with line ends, direction overrides, ".." or a drive.
    """
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in name.replace("\\", "/")
        if unicodedata.category(char) not in ("Cf", "Cs")
    )
    steps = [" ".join(step.split()) for step in kept.split("/")]
    shown = "/".join(step for step in steps if step not in ("", ".", "..") and step[1:] != ":")
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[: _LONGEST_NAME // 2]}…{shown[-_LONGEST_NAME // 2 :]}"
    return shown or "?"
