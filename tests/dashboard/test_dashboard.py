"""The live screen, driven by its keys: looking through, filtering, opening, acting; what it does is
what the commands do."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from tests.county import settings_in
from tests.dashboard.screens import NOW, compact, county_store, drive, fill_in, seen, settled
from tests.reports.views import assert_snapshot
from tracker.dashboard import Dashboard
from tracker.dashboard import app as app_module
from tracker.dashboard.grid import Grid
from tracker.dashboard.tally import tally
from tracker.dashboard.words import WORDS, wrong_in
from tracker.errors import StoreError
from tracker.reports import figures, reads
from tracker.reports.words import Language
from tracker.store import browsing, ledger, outbox, queries
from tracker.store.database import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = county_store(tmp_path)
    yield store
    store.close()


def _ref(pilot: Pilot[None]) -> str | None:
    app = pilot.app
    assert isinstance(app, Dashboard)
    return app._ref(app.grid.here) if app.grid.here is not None else None


# Looking.


@pytest.mark.parametrize(
    ("keys", "name"), [((), "commitments"), (("2",), "units"), (("5",), "review")]
)
def test_snapshots(store: Store, tmp_path: Path, keys: tuple[str, ...], name: str) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await settled(pilot)
        assert_snapshot(f"dashboard.{name}.txt", seen(pilot), tmp_path)

    drive(store, tmp_path, look)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 15)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(
    store: Store, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    async def look(pilot: Pilot[None]) -> None:
        for key in ("1", "2", "3", "4", "5", "question_mark", "escape", "1", "enter"):
            await pilot.press(key)
            await settled(pilot)
            lines = seen(pilot).splitlines()
            assert len(lines) <= size[1]
            assert max(cell_len(line) for line in lines) <= size[0]
            assert "Traceback" not in seen(pilot)

    drive(store, tmp_path, look, size=size, lang=lang)


def test_it_opens_on_what_is_overdue_and_walks(store: Store, tmp_path: Path) -> None:
    async def walk(pilot: Pilot[None]) -> None:
        with store.read() as session:
            ids = browsing.browse(session, review=("confirmed",))
            rows = queries.rows(session, ids)
        assert _ref(pilot) == rows[0].ref == "73-5", "the longest overdue"
        await pilot.press("down", "down")
        assert _ref(pilot) == rows[2].ref
        await pilot.press("end")
        assert _ref(pilot) == rows[-1].ref
        await pilot.press("home", "pagedown")
        grid = pilot.app.query_one(Grid)
        assert 0 < grid.cursor < len(ids)
        assert f"{grid.cursor + 1}/{len(ids)}" in seen(pilot)

    drive(store, tmp_path, walk)


def test_the_first_screen_of_a_large_ledger_comes_before_all_of_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "_AT_FIRST", 3)
    monkeypatch.setattr(app_module, "_WHOLE_AFTER", 3.0)

    async def look(pilot: Pilot[None]) -> None:
        with store.read() as session:
            ids = browsing.browse(session, review=("confirmed",))
        grid = pilot.app.query_one(Grid)
        await pilot.pause()
        assert grid.length == 3
        assert "1/…" in seen(pilot)
        await pilot.press("down")
        for _ in range(50):
            await pilot.pause(0.2)
            if grid.length > 3:
                break
        assert (grid.length, grid.cursor, grid.here) == (len(ids), 1, ids[1])
        assert f"2/{len(ids)}" in seen(pilot)

    drive(store, tmp_path, look)


def test_the_filter_narrows_while_it_is_typed(store: Store, tmp_path: Path) -> None:
    async def narrow(pilot: Pilot[None]) -> None:
        grid = pilot.app.query_one(Grid)
        every = grid.length
        await pilot.press("slash", *"水务")
        await pilot.pause()
        some = grid.length
        assert 0 < some < every
        await pilot.press("space", *"管网")
        await pilot.pause()
        assert 0 < grid.length < some
        await pilot.press("enter")
        assert pilot.app.focused is grid
        assert _ref(pilot) == "52-3"
        await pilot.press("escape")
        assert grid.length == every
        await pilot.press("slash", *"100%_")
        await pilot.pause()
        assert grid.length == 0
        assert "没有符合的条目" in seen(pilot)

    drive(store, tmp_path, narrow)


def test_orders_and_overdue_only(store: Store, tmp_path: Path) -> None:
    async def order(pilot: Pilot[None]) -> None:
        grid = pilot.app.query_one(Grid)
        every = grid.length
        orders = []
        for _ in browsing.ORDERS:
            orders.append(list(grid._ids))
            await pilot.press("o")
            assert sorted(grid._ids) == sorted(orders[0])
        assert list(grid._ids) == orders[0], "round the circle"
        assert len({tuple(order) for order in orders}) == len(orders)
        await pilot.press("r")
        assert list(grid._ids) == orders[0][::-1]
        await pilot.press("r", "v")
        assert 0 < grid.length < every
        assert "只看逾期" in seen(pilot)
        assert seen(pilot).count("▲ 逾期") == grid.length

    drive(store, tmp_path, order)


def test_a_unit_leads_to_its_commitments(store: Store, tmp_path: Path) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "云溪县交通运输局" in seen(pilot).splitlines()[-2]
        with store.read() as session:
            (unit,) = queries.units(session, "云溪县交通运输局")
            wanted = browsing.browse(session, review=("confirmed",), unit_id=unit.id)
        assert list(pilot.app.query_one(Grid)._ids) == wanted

    drive(store, tmp_path, go)


def test_one_is_shown_with_its_chart_and_its_letter(store: Store, tmp_path: Path) -> None:
    async def open_it(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"25-2", "enter", "enter")
        await settled(pilot)
        text = seen(pilot)
        assert "25-2  科技型中小企业数量" in text
        assert "●" in text
        assert "·" in text
        await pilot.press("l")
        await pilot.pause()
        with store.read() as session:
            quote = queries.commitment(session, "25-2").quote
        assert f"【{quote}】" in compact(seen(pilot))
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("escape")
        assert pilot.app.focused is pilot.app.query_one(Grid)

    drive(store, tmp_path, open_it, size=(100, 30))


def test_help_names_every_key(store: Store, tmp_path: Path) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "换排序" in seen(pilot)
        await pilot.press("escape")
        assert "换排序" not in seen(pilot)

    drive(store, tmp_path, ask)


def test_it_follows_the_ledger(store: Store, tmp_path: Path) -> None:
    """What another one records is there at the next look, and the cursor stays."""

    async def follow(pilot: Pilot[None]) -> None:
        await pilot.press("down", "down")
        here = _ref(pilot)
        assert here is not None
        with store.write() as session:
            row = queries.commitment(session, here)
            ledger.record_progress(
                session, row, as_of=dt.date(2024, 6, 14), note="已全部完成招标", who="单位", now=NOW
            )
        app = pilot.app
        assert isinstance(app, Dashboard)
        app._look()
        await settled(pilot)
        assert _ref(pilot) == here
        await pilot.press("enter")
        await settled(pilot)
        assert "已全部完成招标" in seen(pilot)

    drive(store, tmp_path, follow, size=(100, 60))


# Acting.


def test_review_confirms_rejects_and_takes_back(store: Store, tmp_path: Path) -> None:
    async def review(pilot: Pilot[None]) -> None:
        await pilot.press("5")
        await settled(pilot)
        first = _ref(pilot)
        assert first is not None
        await pilot.press("c")
        await settled(pilot)
        assert _state(store, first) == "confirmed"
        await pilot.press("z")
        await settled(pilot)
        assert _state(store, first) == "pending"
        await pilot.press("x")
        await pilot.pause()
        await pilot.press("ctrl+s")
        assert "必填" in seen(pilot), "no reason, no rejection"
        assert _state(store, first) == "pending"
        await fill_in(pilot, why="不是承诺")
        assert _state(store, first) == "rejected"
        with store.read() as session:
            last = queries.history(session, first)[-1]
        assert (last.who, last.action, last.why) == ("李督查", "reject", "不是承诺")

    drive(store, tmp_path, review)


def _state(store: Store, ref: str) -> str:
    with store.read() as session:
        return queries.commitment(session, ref).review


def test_progress_with_doubts_and_refusals(store: Store, tmp_path: Path) -> None:
    async def report(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"25-2", "enter", "p")
        await pilot.pause()
        await fill_in(pilot, value="很多")
        assert "不是数值" in seen(pilot), "the form stays, and says why"
        await fill_in(pilot, value="9000", as_of="2024/6/14", note="据统计口径")
        with store.read() as session:
            row = queries.commitment(session, "25-2")
            last = row.reports[-1]
            assert (str(last.value), last.as_of, last.note) == (
                "9000",
                dt.date(2024, 6, 14),
                "据统计口径",
            )
        await pilot.pause(0.5)
        assert "10倍以上" in compact(seen(pilot)), "a figure that is odd is asked about"

    drive(store, tmp_path, report, size=(100, 30))


def test_edit_settle_reopen(store: Store, tmp_path: Path) -> None:
    async def follow(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"31-2", "enter", "enter")
        await settled(pilot)
        await pilot.press("e")
        await pilot.pause()
        await fill_in(pilot, what="安装波形护栏和警示标志", why="原文如此")
        await pilot.press("s")
        await pilot.pause()
        await fill_in(pilot, outcome="partly_kept", why="完成六成")
        with store.read() as session:
            row = queries.commitment(session, "31-2")
            assert (row.what, row.outcome) == ("安装波形护栏和警示标志", "partly_kept")
        assert "部分兑现" in seen(pilot)
        await pilot.press("a")
        await pilot.pause()
        await fill_in(pilot, why="再看一次")
        with store.read() as session:
            assert queries.commitment(session, "31-2").outcome == "open"

    drive(store, tmp_path, follow, size=(100, 40))


def test_a_correction_leaves_what_others_changed_meanwhile(store: Store, tmp_path: Path) -> None:
    """The form had every field as it was when it was opened; only what is typed is written."""

    async def correct(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"25-2", "enter", "e")
        await pilot.pause()
        with store.write() as session:
            row = queries.commitment(session, "25-2")
            ledger.edit(session, row, {"value": "70"}, who="另一人", now=NOW, why="更正")
        await fill_in(pilot, what="科技型中小企业总数", why="名称有误")
        with store.read() as session:
            row = queries.commitment(session, "25-2")
            assert (row.what, str(row.value)) == ("科技型中小企业总数", "70")

    drive(store, tmp_path, correct, size=(100, 40))


def test_what_somebody_else_decided_since_is_not_taken_back(store: Store, tmp_path: Path) -> None:
    async def undo(pilot: Pilot[None]) -> None:
        await pilot.press("5")
        await settled(pilot)
        first = _ref(pilot)
        assert first is not None
        await pilot.press("c")
        await settled(pilot)
        with store.write() as session:
            row = queries.commitment(session, first)
            ledger.reject(session, row, why="不是承诺", who="另一人", now=NOW)
        await pilot.press("z")
        await settled(pilot)
        assert _state(store, first) == "rejected"

    drive(store, tmp_path, undo)


def test_a_request_is_decided(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        row = queries.commitment(session, "73-5")
        ledger.ask(
            session, row, "extension", why="征地未完成", on=dt.date(2024, 6, 10),
            until=dt.date(2024, 12, 31), who="云溪县交通运输局", now=NOW,
        )  # fmt: skip

    async def decide(pilot: Pilot[None]) -> None:
        await pilot.press("5")
        await settled(pilot)
        assert _ref(pilot) == "73-5", "requests stand first"
        assert "申请 延期" in seen(pilot)
        await pilot.press("d")
        await pilot.pause()
        assert "征地未完成" in seen(pilot)
        await fill_in(pilot, decision="approve", until="2024-11-30", why="情况属实")
        with store.read() as session:
            row = queries.commitment(session, "73-5")
            assert row.deadline == dt.date(2024, 11, 30)
            assert [one.state for one in row.requests] == ["approved"]

    drive(store, tmp_path, decide)


def test_the_outbox_is_read_and_retried(store: Store, tmp_path: Path) -> None:
    async def post(pilot: Pilot[None]) -> None:
        await pilot.press("4")
        await settled(pilot)
        with store.read() as session:
            (failed,) = [row for row in outbox.listing(session) if row.state == "failed"]
        grid = pilot.app.query_one(Grid)
        while grid.here != failed.id:
            await pilot.press("down")
        await pilot.press("enter")
        await settled(pilot)
        assert failed.recipient_name in seen(pilot)
        await pilot.press("escape", "y")
        await settled(pilot)
        with store.read() as session:
            assert outbox.message(session, failed.id).state == "queued"

    drive(store, tmp_path, post)


def test_nothing_that_steers_a_terminal_reaches_it(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        row = queries.commitment(session, "25-2")
        row.what = "[red]\x1b[31m坏\u202e"
        row.letter.text = row.letter.text.replace(row.quote, row.quote) + "\x1b]0;x\x07\u202e"
        row.owners[0].unit.name = "[b]局\x07"

    async def look(pilot: Pilot[None]) -> None:
        for keys in (("slash", *"25-2", "enter", "enter"), ("escape", "2"), ("1", "p")):
            await pilot.press(*keys)
            await settled(pilot)
            text = seen(pilot)
            assert not any(ord(char) < 32 and char != "\n" for char in text)
            assert "\u202e" not in text

    drive(store, tmp_path, look, size=(100, 60))


# What it counts.


def test_units_are_counted_as_the_reports_count_them(store: Store, tmp_path: Path) -> None:
    settings, day = settings_in(tmp_path), dt.date(2024, 6, 15)
    with store.read() as session:
        counted = tally(session, settings, day)
        items = figures.once(reads.items(session, settings, day, review="confirmed"))
        names = dict(browsing.units(session))
    for line in figures.by_unit(items):
        (unit,) = [id_ for id_, name in names.items() if name == line.unit]
        ours = counted.units[unit]
        for name in ("n", "open", "silent", "settled", "on_time"):
            assert getattr(ours, name) == getattr(line.figures, name), (line.unit, name)
        for light in ("overdue", "due_soon"):
            assert ours.lights[light] == line.figures.lights[light], (line.unit, light)


def test_every_word_is_there_in_both_languages() -> None:
    for key, (chinese, english) in WORDS.items():
        assert chinese, key
        assert english, key
        assert {name for name in ("{ref}", "{n}", "{name}", "{kind}") if name in chinese} == {
            name for name in ("{ref}", "{n}", "{name}", "{kind}") if name in english
        }, key


def test_every_word_is_used() -> None:
    rooms = Path(inspect.getfile(Dashboard)).parent.glob("*.py")
    code = "".join(path.read_text("utf-8") for path in rooms if path.name != "words.py")
    # The choices of the form are named by their field.
    groups = set(re.findall(r'f"(\w+)\.\{', code)) | {"mode", "comparator"}
    unused = [key for key in WORDS if f'"{key}"' not in code and key.split(".")[0] not in groups]
    assert [key for key in unused if f"say('{key}')" not in code] == []


# What is wrong.


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
def test_what_the_ledger_refuses_is_said_in_chinese(
    store: Store, tmp_path: Path, size: tuple[int, int]
) -> None:
    async def move(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await settled(pilot)
        pilot.app.screen.query_one("#f-deadline", Input).value = "2031-12-31"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "请写明时限为何变更" in seen(pilot)
        assert "Ctrl+S" in seen(pilot)
        assert "--why" not in seen(pilot)

    drive(store, tmp_path, move, size=size)


@pytest.mark.parametrize(
    ("lang", "raised", "said"),
    [
        ("zh", "41-1: say why the deadline moves: --why TEXT", "41-1：请写明时限为何变更"),
        ("en", "41-1: say why the deadline moves: --why TEXT", "41-1: say why the deadline moves"),
        ("en", "41-1 is settled; reopen it first: x", "41-1 is settled; reopen it first: x"),
        ("zh", "a\nb\x1b", "a b"),
        (
            "zh",
            "41-1: 2030-01-01 is still to come; --as-of is the day of the figure",
            "41-1：2030-01-01 还没有到",
        ),
        (
            "zh",
            "41-4 was due on 2022-12-31; delivered in time: --on DAY, else kept_late",
            "41-4 的时限是 2022-12-31；按期兑现的请写明兑现日期，否则选逾期兑现",
        ),
        (
            "zh",
            "41-5: value 'abc' is no number; write 30 or 2733.5",
            "41-5：目标值 “abc” 不是数值；请写如 30 或 2733.5",
        ),
        (
            "zh",
            "41-5: only a measurable commitment has a value; add --kind measurable",
            "41-5：只有量化承诺才有 目标值",
        ),
        (
            "en",
            "41-2: a measurable commitment also needs --unit …",
            "41-2: a measurable commitment also needs unit of measure",
        ),
    ],
)
def test_a_line_names_no_options(lang: Language, raised: str, said: str) -> None:
    assert wrong_in(lang, StoreError(raised)).strip() == said


def test_a_database_that_goes_away_is_one_line(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, Dashboard)

        def away() -> None:
            raise StoreError("the moon is full")

        with monkeypatch.context() as patch:
            patch.setattr(store, "read", away)
            app._look()
            app._count()
            for key in ("down", "enter", "2", "enter", "4", "enter", "5", "1", "e"):
                await pilot.press(key)
                await settled(pilot)
            assert "the moon is full" in seen(pilot)
        app._look()
        await settled(pilot)
        assert "the moon is full" not in seen(pilot).splitlines()[-2]
        assert app.grid.length > 0

    drive(store, tmp_path, lose)


def test_the_bottom_names_what_goes_on_the_tab(store: Store, tmp_path: Path) -> None:
    async def look(pilot: Pilot[None]) -> None:
        for tab, words, others in (
            ("2", "排序", "销号"),
            ("4", "重新投递", "填报进展"),
            ("5", "不跟踪", "销号"),
            ("1", "销号", "重新投递"),
        ):
            await pilot.press(tab)
            await settled(pilot)
            bottom = seen(pilot).splitlines()[-1]
            assert words in bottom, tab
            assert others not in bottom, tab

    drive(store, tmp_path, look)
