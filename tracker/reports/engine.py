"""Whether somebody still looks: the daemons, their next runs, and how the last ones ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.complaints import in_chinese
from tracker.store.daemons import JOBS, Daemon, daemons, last_runs
from tracker.store.tables import RunRow

#: key → (Chinese, English).
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "job.sweep": ("巡查", "sweep"),
    "job.deliver": ("投递", "deliver"),
    "job.reports": ("报告", "reports"),
    "job.watch": ("看网站", "watch"),
    "job.housekeeping": ("维护", "housekeeping"),
    "alive": (
        "常驻进程 {n} 个在运行，最近心跳 {seen}",
        "daemons running: {n}, last heard of {seen}",
    ),
    "silent": (
        "没有常驻进程在运行，最后一次心跳 {seen}；请启动：tracker run",
        "no daemon runs, the last was heard of {seen}; start one: tracker run",
    ),
    "next": ("下次：{jobs}", "next: {jobs}"),
    "last": ("上次：{jobs}", "last: {jobs}"),
    "failed": ("失败", "failed"),
    "runs": ("未结束", "not ended"),
    "why": ("{job}失败：{said}", "{job} failed: {said}"),
}


#: Between two jobs of a line.
BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class Engine:
    """What is known of the daemons and of the last run of each job."""

    daemons: tuple[Daemon, ...]
    runs: Mapping[str, RunRow]

    @property
    def alive(self) -> list[Daemon]:
        """The daemons that were heard of lately."""
        return [daemon for daemon in self.daemons if daemon.alive]

    @property
    def next_runs(self) -> dict[str, dt.datetime]:
        """Job → when the first of the living daemons runs it next."""
        found: dict[str, dt.datetime] = {}
        for daemon in self.alive:
            for job, at in daemon.next_runs.items():
                found[job] = min(at, found.get(job, at))
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the status, and whether a person should look into it."""

    text: str
    warn: bool = False


def engine_of(session: Session, now: dt.datetime) -> Engine:
    """The daemons and the last runs.

    Args:
        session: of `Store.read`.
        now: the moment.
    """
    return Engine(tuple(daemons(session, now)), last_runs(session))


def engine_lines(engine: Engine, zone: ZoneInfo, language: Literal["zh", "en"]) -> list[Line]:
    """The engine in words; nothing where nothing has ever run.

    Args:
        engine: of `engine_of`.
        zone: the office's.
        language: of the words.
    """

    def say(key: str, **values: object) -> str:
        return WORDS[key][language == "en"].format(**values)

    def when(moment: dt.datetime) -> str:
        return moment.astimezone(zone).strftime("%m-%d %H:%M")

    lines: list[Line] = []
    if engine.daemons:
        alive = engine.alive
        seen = when(max(daemon.seen_at for daemon in alive or engine.daemons))
        key = "alive" if alive else "silent"
        lines.append(Line(say(key, n=len(alive), seen=seen), warn=not alive))
    due = engine.next_runs
    parts = [f"{say(f'job.{job}')} {when(due[job])}" for job in JOBS if job in due]
    if parts:
        lines.append(Line(say("next", jobs=BETWEEN.join(parts))))
    parts = []
    for job in JOBS:
        run = engine.runs.get(job)
        if run is not None:
            mark = "" if run.ended_at else f" ({say('runs')})"
            mark = f" ({say('failed')})" if run.failed else mark
            parts.append(f"{say(f'job.{job}')} {when(run.started_at)}{mark}")
    if parts:
        lines.append(Line(say("last", jobs=BETWEEN.join(parts))))
    for job in JOBS:
        run = engine.runs.get(job)
        if run is not None and run.failed:
            said = run.said or ""
            said = said if language == "en" else in_chinese(said)
            lines.append(Line(say("why", job=say(f"job.{job}"), said=said), warn=True))
    return lines
