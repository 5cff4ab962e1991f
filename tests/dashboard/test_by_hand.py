"""Ways through the live screen that people take: undoing, leaving, windows, keys that are named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from textual.pilot import Pilot
from textual.widgets import Footer, Select

from tests.dashboard.screens import NOW, compact, county_store, drive, fill_in, seen, settled
from tracker.dashboard import Dashboard
from tracker.dashboard.grid import Grid
from tracker.store import ledger, outbox, queries
from tracker.store.database import Store
from tracker.store.journal import record
from tracker.store.tables import UnitRow


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = county_store(tmp_path)
    yield store
    store.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_without_colours_the_terminals_own_are_left(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def look(pilot: Pilot[None]) -> None:
        if theme == "light":
            await pilot.press("t")
        for keys in ((), ("enter",), ("e",)):
            await pilot.press(*keys)
            await settled(pilot)
            app = pilot.app
            filters = app.get_line_filters()
            for strip in app.screen._compositor.render_strips():
                for one in filters:
                    strip = strip.apply_filter(one, app.screen.background_colors[1])
                for _, style, _ in strip:
                    colours = (style.color, style.bgcolor) if style else ()
                    assert all(colour is None or colour.is_default for colour in colours)

    drive(store, tmp_path, look)


def test_undo_is_of_the_last_act_or_of_none(store: Store, tmp_path: Path) -> None:
    async def do(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"31-2", "enter", "e")
        await pilot.pause()
        await fill_in(pilot, what="护栏", why="原文如此")
        await pilot.press("s")
        await pilot.pause()
        await fill_in(pilot, outcome="partly_kept", why="完成六成")
        await pilot.press("z")
        await settled(pilot)
        assert "销号不能撤回" in compact(seen(pilot))
        with store.read() as session:
            row = queries.commitment(session, "31-2")
            assert (row.what, row.outcome) == ("护栏", "partly_kept"), "the correction stays"

    drive(store, tmp_path, do, size=(110, 40))


def test_a_request_that_lapses_is_told_before(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        row = queries.commitment(session, "73-5")
        ledger.ask(
            session, row, "drop", why="停办", on=dt.date(2024, 6, 10), who="云溪县交通运输局", now=NOW
        )  # fmt: skip

    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("5", "x")
        await settled(pilot)
        assert "有申请待决定：终止" in compact(seen(pilot))
        await pilot.press("escape", "1", "s")
        await settled(pilot)
        assert "有申请待决定：终止" in compact(seen(pilot))

    drive(store, tmp_path, look, size=(110, 40))


def test_odd_days_and_unknown_units_are_asked_about(store: Store, tmp_path: Path) -> None:
    async def do(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"31-2", "enter", "s")
        await pilot.pause()
        await fill_in(pilot, outcome="kept", on="2001-02-03", why="早已建成")
        await settled(pilot)
        assert "结果日期2001-02-03早于答复件的日期" in compact(seen(pilot))
        await pilot.press("escape", "slash", *"25-2", "enter", "e")
        await pilot.pause()
        await fill_in(pilot, owner="云溪县没有的局", why="转办")
        await settled(pilot)
        assert "已作为新单位加入" in compact(seen(pilot))
        with store.read() as session:
            assert "云溪县没有的局" in session.scalars(select(UnitRow.name)).all()

    drive(store, tmp_path, do, size=(110, 40))


def test_an_empty_choice_has_the_words_too(store: Store, tmp_path: Path) -> None:
    """What had no target is given one without the program's own words for it."""
    with store.read() as session:
        ref = next(
            row.ref for row in queries.commitments(session, review="confirmed") if not row.mode
        )

    async def do(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *ref, "enter", "e")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.query_one("#f-mode", Select).value == ""
        given = {"kind": "measurable", "value": "3", "unit": "个", "mode": "increase"}
        await fill_in(pilot, **given, comparator=">=", why="补目标")
        with store.read() as session:
            row = queries.commitment(session, ref)
            assert (row.mode, row.comparator, row.value) == ("increase", ">=", Decimal(3))

    drive(store, tmp_path, do, size=(110, 40))


def test_escape_leads_back_to_the_unit(store: Store, tmp_path: Path) -> None:
    async def do(pilot: Pilot[None]) -> None:
        await pilot.press("2", "down", "enter")
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, Dashboard)
        assert (app._tab, app.view.of is not None) == ("commitments", True)
        await pilot.press("slash", *"x", "escape")
        assert (app._tab, app.view.of is not None) == ("commitments", True), "the filter first"
        await pilot.press("escape")
        await settled(pilot)
        assert app._tab == "units"
        await pilot.press("1")
        await settled(pilot)
        assert app.view.of is None

    drive(store, tmp_path, do)


def test_the_bottom_line_names_only_what_goes(store: Store, tmp_path: Path) -> None:
    async def look(pilot: Pilot[None]) -> None:
        def bottom() -> str:
            return seen(pilot).splitlines()[-1]

        for tab in ("4", "5"):
            await pilot.press(tab)
            await settled(pilot)
            assert "排序" not in bottom(), "there is one order only"
        await pilot.press("1", "slash")
        await settled(pilot)
        assert "回到表格" in bottom()
        assert "清除" in bottom()
        await pilot.press("enter", "enter", "p")
        await settled(pilot)
        assert not any(
            footer.visible for screen in pilot.app.screen_stack for footer in screen.query(Footer)
        )
        await pilot.press("escape")
        await settled(pilot)
        assert "返回" in bottom()
        assert "恢复跟踪" not in bottom()
        await pilot.press("s")
        await settled(pilot)
        await fill_in(pilot, outcome="broken", why="未办")
        await settled(pilot)
        assert "恢复跟踪" in bottom()
        await pilot.press("escape")
        await settled(pilot)
        assert "恢复跟踪" not in bottom()

    drive(store, tmp_path, look, size=(110, 30))


def test_control_c_says_how_to_leave(store: Store, tmp_path: Path) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert "退出请按q" in compact(seen(pilot))

    drive(store, tmp_path, look)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_scrolls_on_a_low_screen(store: Store, tmp_path: Path, lang: str) -> None:
    last = "history." if lang == "en" else "变更记录"

    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await settled(pilot)
        assert last not in compact(seen(pilot))
        await pilot.press("end")
        await settled(pilot)
        assert last in compact(seen(pilot))
        await pilot.press("q")
        await settled(pilot)
        assert pilot.app.focused is pilot.app.query_one(Grid)

    drive(store, tmp_path, look, size=(60, 15), lang=lang)


def test_what_is_refused_in_the_outbox_is_said_in_chinese(store: Store, tmp_path: Path) -> None:
    async def do(pilot: Pilot[None]) -> None:
        await pilot.press("4")
        await settled(pilot)
        with store.read() as session:
            sent = next(row.id for row in outbox.listing(session) if row.state == "sent")
        grid = pilot.app.query_one(Grid)
        while grid.here != sent:
            await pilot.press("down")
        await pilot.press("y")
        await settled(pilot)
        assert "可以重新投递" in compact(seen(pilot))

    drive(store, tmp_path, do, size=(110, 40))


@pytest.mark.parametrize(("lang", "kind"), [("zh", "类别 量化"), ("en", "kind measurable")])
def test_the_history_speaks_the_language(
    store: Store, tmp_path: Path, lang: str, kind: str
) -> None:
    with store.write() as session:
        row = queries.commitment(session, "31-2")
        told = "目标 8公里;时限 2023-12-31;责任单位 无;登记单位 云溪县交通运输局;类别 measurable;内容 护栏"

        record(session, "found", who="系统", now=NOW, commitment=row, new=row.quote, why=told)

    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"31-2", "enter", "enter")
        await settled(pilot)
        assert kind.replace(" ", "") in compact(seen(pilot))
        assert ("登记单位" in seen(pilot)) is (lang == "zh")

    drive(store, tmp_path, look, size=(120, 60), lang=lang)
