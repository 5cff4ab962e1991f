"""`tracker outbox silent`, `revive`, `bounced`, and who cannot be reached in `tracker status`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.cli.running import call
from tests.notices.dsn import dsn
from tests.office import add_unit, morning
from tracker.settings import load_settings
from tracker.store import outbox, unreachable
from tracker.store.database import open_store

GONE = "jxj@yunxi.example"
KEY = "<digest.unit.1.2023-12-04.abc@yunxi.example>"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger with one unit, which was written to once."""
    folder = tmp_path / "data"
    store = open_store(load_settings(data=folder, folder=tmp_path))
    with store.write() as session:
        unit = add_unit(session, "云溪县经信局", GONE)
        message, _ = outbox.queue(
            session, kind="digest", recipient=f"unit:{unit.id}", name=unit.name, address=GONE,
            day=dt.date(2023, 12, 4), now=morning(dt.date(2023, 12, 4)), domain="yunxi.example",
        )  # fmt: skip
        message.header_id = KEY
    store.close()
    return folder


def bounce(folder: Path, data: bytes, name: str = "bounce.eml") -> str:
    path = folder.parent / name
    path.write_bytes(data)
    return str(path)


def test_a_bounce_lists_the_unit_until_it_is_revived(data: Path) -> None:
    done = call(data, "outbox", "bounced", bounce(data, dsn(message_id=KEY)))
    assert (done.status, done.err) == (0, "")
    assert f"{GONE}：列入静默名单" in done.out
    listed = call(data, "outbox", "silent").out
    assert f"云溪县经信局 <{GONE}> 自 " in listed
    assert "User unknown" in listed
    assert "静默名单：1 个收件方无法送达（云溪县经信局）" in call(data, "status").out
    assert "已在静默名单" in call(data, "outbox", "bounced", bounce(data, dsn())).out
    store = open_store(load_settings(data=data, folder=data))
    with store.read() as session:
        assert unreachable.names(session, {}) == ("云溪县经信局",)
    store.close()
    assert call(data, "outbox", "revive", GONE.upper()).out == f"{GONE} 恢复投递\n"
    assert call(data, "outbox", "silent").out == "没有无法送达的地址\n"
    assert "静默名单" not in call(data, "status").out
    again = call(data, "outbox", "revive", GONE)
    assert again.status == 2
    assert "不在静默名单上；请查：tracker outbox silent" in again.err


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (dsn("stranger@x.example", message_id="<x@y>"), "不是本系统发过信的地址"),
        (dsn(status="5.2.2", diagnostic="smtp; 552 full"), "未列入"),
        (dsn(action="delayed", status="4.4.1"), "未列入"),
    ],
)
def test_what_lists_nobody(data: Path, report: bytes, said: str) -> None:
    done = call(data, "outbox", "bounced", bounce(data, report))
    assert done.status == 0
    assert said in done.out
    assert call(data, "outbox", "silent").out == "没有无法送达的地址\n"


def test_where_ours_was_passed_on_the_one_written_to_is_meant(data: Path) -> None:
    report = dsn("passed.on@else.example", message_id=KEY)
    assert f"{GONE}：列入" in call(data, "outbox", "bounced", bounce(data, report)).out


def test_one_bad_file_of_several(data: Path) -> None:
    files = [
        bounce(data, b"Subject: hello\r\n\r\nhello", "a.eml"),
        str(data / "missing.eml"),
        bounce(data, dsn(), "b.eml"),
    ]
    done = call(data, "outbox", "bounced", *files)
    assert done.status == 2
    first, second = done.err.splitlines()
    assert first.endswith("a.eml：不是退信报告（RFC 3464）")
    assert second.endswith("missing.eml：没有这个文件")
    assert f"{GONE}：列入" in done.out


def test_words_of_a_server_steer_no_terminal(data: Path) -> None:
    hostile = dsn(diagnostic="smtp; 550 5.1.1 \x1b[31m\x1b]0;x\x07gone")
    call(data, "outbox", "bounced", bounce(data, hostile))
    assert "\x1b" not in call(data, "outbox", "silent").out
