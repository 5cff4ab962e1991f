"""Messages as files: whole, safely named, readable by any mail program."""

from __future__ import annotations

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.office import MONDAY, morning, with_office
from tracker.notices.channel import Unreachable, kind_of, open_channel
from tracker.notices.files import FilesChannel, safe_name
from tracker.notices.message import Outgoing
from tracker.settings import Settings

OUTGOING = Outgoing(
    1, "digest:unit:7:2023-12-04", "<1@yunxi.example>", "县经信局", "a@b.example", "主题", "正文\n",
    "<p>正文</p>",
)  # fmt: skip


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def test_without_a_server_messages_become_files(office: Settings) -> None:
    assert kind_of("mail", office) == "files"
    channel = open_channel("files", office)
    path = Path(channel.send(channel.prepare(OUTGOING, morning(MONDAY))))
    channel.close()
    assert path == office.outbox_dir / "digest-unit-7-2023-12-04.eml"
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "主题"
    assert [item.name for item in office.outbox_dir.iterdir()] == [path.name]


def test_the_same_message_again_replaces_its_file(office: Settings) -> None:
    channel = FilesChannel(office)
    mail = channel.prepare(OUTGOING, morning(MONDAY))
    first = Path(channel.send(mail)).read_bytes()
    assert Path(channel.send(mail)).read_bytes() == first
    assert len(list(office.outbox_dir.iterdir())) == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("digest:unit:7:2023-12-04", "digest-unit-7-2023-12-04"),
        ("../../etc/passwd", "etc-passwd"),
        ('a\\b:c*?"<>|\x00\n', "a-b-c"),
        ("局", "message"),
        ("..", "message"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_holds_on_any_system(key: str, name: str) -> None:
    assert safe_name(key) == name


def test_a_write_that_fails_leaves_nothing_half_written(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    channel = FilesChannel(office)
    mail = channel.prepare(OUTGOING, morning(MONDAY))
    whole = Path(channel.send(mail)).read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unreachable, match="No space left"):
        channel.send(mail)
    (path,) = office.outbox_dir.iterdir()
    assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_made(office: Settings) -> None:
    office.data_dir.mkdir(parents=True)
    office.outbox_dir.write_text("a file stands where the folder should")
    channel = FilesChannel(office)
    with pytest.raises(Unreachable, match="outbox"):
        channel.send(channel.prepare(OUTGOING, morning(MONDAY)))
