"""`tracker sweep` and `tracker outbox`, as people call them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from tests.office import Ledger, add_unit
from tracker.cli.main import tracker
from tracker.errors import UnknownReference
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.tables import MessageRow, NoticeRow, UnitRow

CONFIG = """
[office]
name = "云溪县人大代工委"
email = "{email}"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(email="office@yunxi.example"), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _filled(store: Store) -> None:
    with store.write() as session:
        ledger = Ledger(session)
        ledger.commitment(add_unit(session, "县经信局"))
        ledger.commitment(add_unit(session, "县交通局", None))


def call(settings: Settings, config: Path, *words: str, lang: str = "zh") -> Result:
    options = ["--config", str(config), "--data", str(settings.data_dir), "--lang", lang]
    return CliRunner().invoke(tracker, [*options, *words])


def rows(store: Store) -> tuple[int, int]:
    with store.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (MessageRow, NoticeRow)
        ]
    return counts[0] or 0, counts[1] or 0


def test_a_sweep_says_what_it_did(settings: Settings, config: Path, store: Store) -> None:
    done = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert done.exit_code == 0, done.output
    assert "2023-12-04 巡查：新增提醒 2 条，新建消息 2 封；送出 2 封" in done.stdout
    assert str(settings.outbox_dir) in done.stdout
    assert len(list(settings.outbox_dir.glob("*.eml"))) == 2
    again = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert "新增提醒 0 条，新建消息 0 封；送出 0 封" in again.stdout
    assert rows(store) == (2, 2)


def test_in_english(settings: Settings, config: Path) -> None:
    done = call(settings, config, "sweep", "--as-of", "2023-12-04", lang="en")
    assert "2023-12-04: 2 new notices, 2 new messages; 2 sent" in done.stdout


def test_a_day_off(settings: Settings, config: Path, store: Store) -> None:
    done = call(settings, config, "sweep", "--as-of", "2023-12-03")
    assert "不是工作日" in done.stdout
    assert rows(store) == (0, 0)


def test_a_dry_run_shows_and_writes_nothing(settings: Settings, config: Path, store: Store) -> None:
    done = call(settings, config, "sweep", "--as-of", "2023-12-04", "--dry-run")
    assert done.exit_code == 0, done.output
    for expected in (
        "不写入、不发送",
        "县经信局 <unit@yunxi.example> [承诺跟踪] 临期1项 — 12月4日",
        "县交通局 <office@yunxi.example, 代收> [承诺跟踪·代收]",
        "\n  ◆ 1-1 临期，还有 27 天 新增高新技术企业 [before-30]\n",
    ):
        assert expected in done.stdout
    assert rows(store) == (0, 0)
    assert not settings.outbox_dir.exists()


def test_a_dry_run_with_nothing_owed(settings: Settings, config: Path) -> None:
    assert (
        "没有应发的提醒"
        in call(settings, config, "sweep", "--as-of", "2023-06-05", "--dry-run").stdout
    )
    assert (
        "不是工作日" in call(settings, config, "sweep", "--as-of", "2023-12-03", "--dry-run").stdout
    )


def test_unknown_holidays_are_warned_of(settings: Settings, config: Path) -> None:
    done = call(settings, config, "sweep", "--as-of", "2998-12-03", "--dry-run")
    assert "2998、2999 年的节假日安排未知" in done.stderr


def test_a_wrong_day(settings: Settings, config: Path) -> None:
    assert call(settings, config, "sweep", "--as-of", "12月4日").exit_code == 2


def test_nobody_to_write_to(settings: Settings, config: Path, store: Store) -> None:
    config.write_text(CONFIG.format(email=""), encoding="utf-8")
    done = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert done.exit_code == 0
    assert "县交通局没有邮箱" in done.stderr
    assert "2 无地址 2023-12-04 县交通局" in call(settings, config, "outbox").stdout
    with store.write() as session:
        session.execute(update(UnitRow).values(email="new@yunxi.example"))
    assert "送出 1 封" in call(settings, config, "sweep", "--as-of", "2023-12-05").stdout


def test_a_failure_names_its_remedy(settings: Settings, config: Path, store: Store) -> None:
    with store.write() as session:
        session.execute(update(UnitRow).where(UnitRow.id == 1).values(email="nobody"))
    done = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert done.exit_code == 2
    assert "送出 1 封" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "tracker outbox retry 1" in done.stderr
    assert (
        "1 失败 2023-12-04 县经信局" in call(settings, config, "outbox", "--state", "failed").stdout
    )
    with store.write() as session:
        session.execute(update(UnitRow).where(UnitRow.id == 1).values(email="right@yunxi.example"))
    assert "1 封消息重新排队" in call(settings, config, "outbox", "retry", "1").stdout
    assert "送出 1 封" in call(settings, config, "sweep", "--as-of", "2023-12-04").stdout
    assert "没有失败的消息" in call(settings, config, "outbox", "retry").stdout


def test_the_outbox(settings: Settings, config: Path) -> None:
    assert "发件箱是空的" in call(settings, config, "outbox").stdout
    call(settings, config, "sweep", "--as-of", "2023-12-04")
    listed = call(settings, config, "outbox").stdout
    assert "1 已发 2023-12-04 县经信局 [承诺跟踪] 临期1项 — 12月4日" in listed
    assert "2 已发 2023-12-04 县交通局 (代收)" in listed
    assert "共 2 封：已发 2" in listed
    assert "没有这样的消息" in call(settings, config, "outbox", "--state", "failed").stdout
    shown = call(settings, config, "outbox", "show", "1").stdout
    for expected in ("县经信局 <unit@yunxi.example>", "1-1  before-30  2023-12-31", "送达服务器",
                     "\n  最近填报：未填报"):  # fmt: skip
        assert expected in shown


def test_cancelling_by_hand(settings: Settings, config: Path) -> None:
    config.write_text(CONFIG.format(email=""), encoding="utf-8")
    call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert "消息 2 已取消" in call(settings, config, "outbox", "cancel", "2").stdout
    assert "撤回：cancelled" in call(settings, config, "outbox", "show", "2").stdout


@pytest.mark.parametrize("words", [("retry", "9"), ("show", "9"), ("cancel", "9")])
def test_no_such_message(settings: Settings, config: Path, words: tuple[str, str]) -> None:
    found = call(settings, config, "outbox", *words)
    assert isinstance(found.exception, UnknownReference)
    assert str(found.exception) == "no message 9; see: tracker outbox"


def test_foreign_text_does_not_steer_the_terminal(
    settings: Settings, config: Path, store: Store
) -> None:
    with store.write() as session:
        session.execute(update(UnitRow).values(name=UnitRow.name + "\x1b[31m\u202e"))
    for words in (("sweep", "--as-of", "2023-12-04", "--dry-run"),
                  ("sweep", "--as-of", "2023-12-04"), ("outbox",), ("outbox", "show", "1")):  # fmt: skip
        done = call(settings, config, *words)
        assert not {"\x1b", "\u202e"} & set(done.output), words
