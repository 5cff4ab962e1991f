"""LibreOffice, where it is installed, for documents that nothing else here reads.

It runs without a window, in a profile of its own that is thrown away, with macros and links off,
for a bounded time; nothing that it starts outlives it, or the process that asked for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tracker.errors import ReadingError
from tracker.letters import guard

#: A letter takes one or two seconds, and the first start of a profile as many.
SECONDS: Final = 15.0
_FAILED: Final = "is an old Word or WPS document that LibreOffice cannot read either; open it and save it as .docx"
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def office_program() -> str | None:
    """The path of LibreOffice, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def docx_by_office(data: bytes, *, seconds: float = SECONDS) -> bytes:
    """An old Word document saved as .docx.

    Args:
        data: its bytes.
        seconds: how long it may take.

    Raises:
        ReadingError: it is not installed, takes too long or fails; the message is the reason only.
    """
    program = office_program()
    if program is None:
        raise ReadingError("needs LibreOffice (soffice) to be read; install it, or save as .docx")
    with tempfile.TemporaryDirectory(prefix="tracker-office-") as folder:
        source = Path(folder, "in.doc")
        source.write_bytes(data)
        profile = Path(folder, "profile")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        _run(
            [
                program, "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault",
                f"-env:UserInstallation={profile.as_uri()}",
                "--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source),
            ],
            folder,
            seconds,
        )  # fmt: skip
        try:
            return Path(folder, "in.docx").read_bytes()
        except OSError as error:
            raise ReadingError(_FAILED) from error


def _run(command: list[str], folder: str, seconds: float) -> None:
    """Run a command to its end or to the end of its time, and everything that it started.

    A guard stands between, as this process may be killed itself: soffice is a script that starts
    the program, and both would stay.
    """
    guarded = [sys.executable, "-I", "-S", guard.__file__, folder, *command]
    with subprocess.Popen(  # noqa: S603 - a fixed command, and names of our own
        guarded,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8"},
        start_new_session=True,
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ReadingError(
                f"takes LibreOffice longer than {seconds:g} s; open it and save it as .docx"
            ) from error
        # To leave the block closes the pipe, which the guard hears, and waits for it.
