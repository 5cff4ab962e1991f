"""`tracker sweep` and `tracker outbox`, as people call them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from tests.office import MONDAY, Ledger, add_unit, morning, with_office
from tracker import clock, jobs
from tracker.cli import sweep as cli_sweep
from tracker.cli.main import tracker
from tracker.cli.words import Speech
from tracker.errors import SettingsError, UnknownReference
from tracker.followup.rounds import decide
from tracker.notices.delivery import Delivered
from tracker.settings import Settings
from tracker.store import claims
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
    assert "新增提醒 2 条，新建消息 2 封；写成文件 2 封，尚未寄出" in done.stdout
    assert str(settings.outbox_dir) in done.stdout
    assert len(list(settings.outbox_dir.glob("*.eml"))) == 2
    again = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert "新增提醒 0 条，新建消息 0 封；写成文件 0 封" in again.stdout
    assert rows(store) == (2, 2)


def test_in_english(settings: Settings, config: Path) -> None:
    done = call(settings, config, "sweep", "--as-of", "2023-12-04", lang="en")
    assert (
        "2023-12-04: 2 new notices, 2 new messages; 2 written to files, not mailed" in done.stdout
    )


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
        "\n  ◆ 1-1 临期，还有 27 天 新增高新技术企业 [到期前30天 临近提醒]\n",
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
    done = call(settings, config, "sweep", "--as-of", "2098-12-03", "--dry-run")
    assert "2098、2099 年的节假日安排未知" in done.stderr


def test_mail_from_the_future_is_refused(
    settings: Settings, config: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: morning(MONDAY))
    refused = call(settings, config, "sweep", "--as-of", "2023-12-05")
    assert isinstance(refused.exception, SettingsError)
    assert str(refused.exception).startswith("2023-12-05 还没有到")
    assert "\n" not in str(refused.exception)
    assert rows(store) == (0, 0)
    assert call(settings, config, "sweep", "--as-of", "2023-12-05", "--dry-run").exit_code == 0
    assert call(settings, config, "sweep", "--as-of", "2023-12-04").exit_code == 0


@pytest.mark.parametrize(
    ("day", "served", "refused"),
    [("2023-12-01", True, True), ("2023-12-04", True, False), ("2023-12-01", False, False)],
    ids=["a past day", "today itself", "into files"],
)
def test_a_mail_that_speaks_from_a_past_day_is_refused(
    settings: Settings,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    served: bool,
    refused: bool,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: morning(MONDAY, 10))
    calls: list[Delivered] = []

    def delivered(*_: object, **__: object) -> Delivered:
        calls.append(Delivered())
        return calls[-1]

    monkeypatch.setattr(jobs, "deliver", delivered)
    if served:
        # Nothing listens there; nothing is delivered in this test.
        server = '\n[mail]\nhost = "127.0.0.1"\nsender = "tracker@yunxi.example"\n'
        config.write_text(config.read_text("utf-8") + server, "utf-8")
    done = call(settings, config, "sweep", "--as-of", day)
    if refused:
        assert isinstance(done.exception, SettingsError)
        assert str(done.exception).startswith(f"{day} 已过")
        assert "\n" not in str(done.exception)
        assert call(settings, config, "sweep", "--as-of", day, "--dry-run").exit_code == 0
    else:
        assert done.exception is None
    assert bool(calls) != refused


def test_a_dry_run_says_that_it_lists_a_part(
    settings: Settings, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(CONFIG.format(email=""), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "deliver", lambda *_, **__: Delivered())
        call(settings, config, "sweep", "--as-of", "2023-12-04")
    whole = call(settings, config, "sweep", "--as-of", "2023-12-04", "--dry-run").stdout
    assert whole.count("待发：") == 2
    assert "只列出" not in whole
    monkeypatch.setattr(cli_sweep, "_LISTED", 1)
    part = call(settings, config, "sweep", "--as-of", "2023-12-04", "--dry-run").stdout
    assert part.count("待发：") == 1
    assert "待发消息共 2 封，只列出最新的 1 封" in part


def test_what_was_left_and_what_lost_its_address_is_told(
    settings: Settings, config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(CONFIG.format(email=""), encoding="utf-8")
    with store.write() as session:
        session.execute(update(UnitRow).values(email="a@b.example"))
        decide(session, MONDAY, morning(MONDAY), with_office(settings))
        assert claims.claim(session, "crashed", morning(MONDAY), MONDAY) is not None
    done = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert "1 封上次中断的消息重新投递" in done.stdout
    told = jobs.Swept(delivered=Delivered(undeliverable=1))
    cli_sweep._tell(told, with_office(settings), MONDAY, Speech(cli_sweep.WORDS, "zh"))
    assert "1 封消息的收件人已没有邮箱" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [("show", "0"), ("show", str(2**63)), ("retry", "-1"), ("retry", str(2**64)), ("cancel", "0")],
)
def test_a_number_that_no_message_has(
    settings: Settings, config: Path, words: tuple[str, str]
) -> None:
    assert call(settings, config, "outbox", *words).exit_code == 2


def test_a_limit_is_at_least_one(settings: Settings, config: Path) -> None:
    for limit in ("0", "-1", "9" * 30):
        assert call(settings, config, "outbox", "--limit", limit).exit_code == 2
    assert call(settings, config, "outbox", "--limit", "1").exit_code == 0


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
    assert "写成文件 1 封" in call(settings, config, "sweep", "--as-of", "2023-12-05").stdout


def test_a_failure_names_its_remedy(settings: Settings, config: Path, store: Store) -> None:
    with store.write() as session:
        session.execute(update(UnitRow).where(UnitRow.id == 1).values(email="nobody"))
    done = call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert done.exit_code == 2
    assert "写成文件 1 封" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "tracker outbox retry 1" in done.stderr
    assert (
        "1 失败 2023-12-04 县经信局" in call(settings, config, "outbox", "--state", "failed").stdout
    )
    with store.write() as session:
        session.execute(update(UnitRow).where(UnitRow.id == 1).values(email="right@yunxi.example"))
    assert "1 封消息重新排队" in call(settings, config, "outbox", "retry", "1").stdout
    assert "写成文件 1 封" in call(settings, config, "sweep", "--as-of", "2023-12-04").stdout
    assert "没有失败的消息" in call(settings, config, "outbox", "retry").stdout


def test_the_outbox(settings: Settings, config: Path) -> None:
    assert "发件箱是空的" in call(settings, config, "outbox").stdout
    call(settings, config, "sweep", "--as-of", "2023-12-04")
    listed = call(settings, config, "outbox").stdout
    assert "1 已写成文件，未寄出 2023-12-04 县经信局 [承诺跟踪] 临期1项 — 12月4日" in listed
    assert "2 已写成文件，未寄出 2023-12-04 县交通局 (代收)" in listed
    assert "共 2 封：已写成文件，未寄出 2" in listed
    assert "没有这样的消息" in call(settings, config, "outbox", "--state", "失败").stdout
    shown = call(settings, config, "outbox", "show", "1").stdout
    for expected in ("县经信局 <unit@yunxi.example>", "1-1  到期前 30 天 临近提醒  2023-12-31",
                     "写成文件 ", "digest-unit-1-2023-12-04.eml", "写成文件时间: ", "\n  最近填报：未填报"):  # fmt: skip
        assert expected in shown


def test_cancelling_by_hand(settings: Settings, config: Path) -> None:
    config.write_text(CONFIG.format(email=""), encoding="utf-8")
    call(settings, config, "sweep", "--as-of", "2023-12-04")
    assert "消息 2 已取消" in call(settings, config, "outbox", "cancel", "2").stdout
    shown = call(settings, config, "outbox", "show", "2").stdout
    assert "已撤回：消息已取消" in shown
    assert "原因: 由测试员取消" in shown


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
