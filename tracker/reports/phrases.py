"""Short texts about one commitment, the same in terminal, page and mail: target, latest figure,
why that date. Foreign text passes through; whoever shows it cleans it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from tracker.commitments.growth import Growth, direction, growth
from tracker.followup.status import LIGHT_SIGNS
from tracker.reports.asked import wanted
from tracker.reports.figures import FEWEST_RANKED, Share, UnitFigures
from tracker.reports.fragments import text_link
from tracker.reports.items import Item
from tracker.reports.waiting import Assigned
from tracker.reports.words import WORDS, Wording

BAR_CELLS = 10

#: Characters of GB2312, as the signs of the lights are.
_FULL, _EMPTY = "■", "□"

#: A sign beside the word, for readers who see no colour.
SIGNS: dict[str, str] = {
    **LIGHT_SIGNS,
    "kept": "√",
    "kept_late": "√",
    "partly_kept": "±",
    "broken": "×",
    "dropped": "－",
    "pending": "？",
    "rejected": "－",
    "superseded": "－",
}


def number(value: Decimal) -> str:
    """A figure as people write it, without trailing zeros or exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: Decimal, unit: str | None, words: Wording) -> str:
    """A number with its unit: 30户, 95%."""
    gap = " " if words.language == "en" and unit and unit != "%" else ""
    return f"{number(value)}{gap}{unit or ''}"


def target(item: Item, words: Wording) -> str:
    """What is to be reached, or that no number was promised."""
    if item.value is None:
        return words("none.target")
    text = figure(item.value, item.unit, words)
    if item.comparator:
        text = words(f"comparator.{item.comparator}", figure=text)
    # "达到……以内" is no Chinese; an upper bound speaks for itself.
    if item.mode and item.comparator != "<=":
        text = words(f"mode.{direction(item.mode, item.quote)}", figure=text)
    return text


def baseline(item: Item, words: Wording) -> str:
    """The level the promise starts from, with its day."""
    base = item.baseline
    if base is None or base.value is None:
        return words("none.baseline")
    text = figure(base.value, base.unit, words)
    if base.as_of:
        text = words("figure.at", figure=text, day=base.as_of)
    if item.value is None or not item.mode:
        return text
    step = growth(
        item.value, item.unit or "", item.mode, base.value, base.unit or "", base.quote or ""
    )
    return text + (growth_text(step, item.unit or "", words) if step else "")


def growth_text(step: Growth, unit: str, words: Wording) -> str:
    """How much a promise adds to its baseline, or how it compares with the last period.

    Args:
        step: the growth promised.
        unit: of the target; a share grows by points.
    """
    if step.times is not None:
        return words("growth.times", times=number(step.times))
    if not step.added:
        return ""
    text = words(
        "growth.more" if step.added > 0 else "growth.less",
        figure=figure(abs(step.added), "个百分点" if unit == "%" else unit, words),
    )
    if step.percent is not None:
        text += words("growth.percent", percent=number(abs(step.percent)))
    return text


def latest(item: Item, words: Wording) -> str:
    """What is known of the progress, with its day: 31户（截至 2023-12-31）."""
    text, day = latest_of(item, words)
    return words("figure.at", figure=text, day=day) if day else text


def latest_of(item: Item, words: Wording) -> tuple[str, date | None]:
    """What is known of the progress, and as of which day: the last figure, else the last text, else
    未填报. A figure keeps its own day where a text came in after it.
    """
    told = item.standing
    if told.reported == "no_report":
        return words("none.report"), None
    if told.figure is not None:
        text, day = figure(told.figure, item.unit, words), told.figure_on
    else:
        text, day = told.note or words("none.figure"), told.reported_on
    if told.reported == "no_progress":
        text = words("none.progress", figure=text) if told.figure else words("light.no_progress")
        day = told.reported_on
    return text, day


def deadline(item: Item, words: Wording) -> str:
    """The day, or that none was stated."""
    return item.deadline.isoformat() if item.deadline else words("none.deadline")


def moves(item: Item, words: Wording) -> list[str]:
    """How the deadline was put right and moved to later, in few words: 原2023-12-31, 延1次."""
    told = item.standing
    read = told.corrections[0].read if told.corrections else None
    found = [words("deadline.read", day=read)] if read else []
    if not told.slipped:
        return found
    found.append(words("deadline.was", day=told.deadlines[0]))
    if told.times_extended:
        found.append(words("deadline.times", n=told.times_extended))
    return found


def moved_deadline(item: Item, words: Wording) -> str:
    """The day, and in brackets how it was moved: 2024-06-30（原2023-12-31，延1次）."""
    moved = moves(item, words)
    day = deadline(item, words)
    return words("deadline.moved", day=day, moves=words("comma").join(moved)) if moved else day


def deadlines(item: Item, words: Wording) -> str:
    """Every deadline there was, and by how much it slipped; empty where it never did."""
    told = item.standing
    if not told.slipped:
        return ""
    parts = [" → ".join(day.isoformat() for day in told.deadlines)]
    parts.append(words("deadlines.slipped", n=told.slipped))
    if told.times_extended:
        parts.append(words("deadlines.times", n=told.times_extended))
    if told.asked_late:
        parts.append(words("deadlines.asked_late"))
    return words("comma").join(parts)


def marks(item: Item, words: Wording) -> str:
    """What stands beside the light: 已延期 · 逾期后申请; empty where nothing does."""
    return " · ".join(words(f"mark.{mark}") for mark in item.marks)


def progress(item: Item, words: Wording) -> str:
    """How far the last figure has come, a level also from its baseline; empty without one."""
    told = item.standing
    if told.percent is None:
        return ""
    if told.gained is None:
        return words("percent.of_target", percent=told.percent)
    return words("percent.gained", gained=told.gained, percent=told.percent)


def done(item: Item) -> int | None:
    """The whole percent that a bar shows: of a level the way from its baseline, where known."""
    told = item.standing
    return told.percent if told.gained is None else told.gained


def pace(item: Item, words: Wording) -> str:
    """What is missing and how fast it must come; empty where nothing is missing or known."""
    told = item.standing
    if not item.open or not told.missing or told.figure_on is None:
        return ""
    text = words("pace.missing", figure=_difference(told.missing, item.unit, words))
    if told.pace is not None:
        each = _difference(told.pace.value, item.unit, words)
        deed = "done" if item.mode == "amount" else "more"
        text += words(f"pace.{told.pace.per}.{deed}", figure=each)
    return text + words("pace.source", day=told.figure_on)


def even(item: Item, words: Wording) -> str:
    """What even progress would have brought, beside the figure; empty where nobody can say, and
    once the time is over."""
    run, told = item.standing.even, item.standing
    over = told.days_left is not None and told.days_left < 0
    if run is None or told.figure is None or told.complete or over:
        return ""

    def shown(value: Decimal) -> str:
        return figure(value, item.unit, words)

    key = "level" if not run.ahead else "ahead" if run.ahead > 0 else "behind"
    place = words(f"even.{key}", figure=_difference(abs(run.ahead), item.unit, words))
    return words(
        "even.told", since=run.since, today=shown(run.today), day=told.figure_on,
        then=shown(run.then), figure=shown(told.figure), place=place,
    )  # fmt: skip


def _difference(value: Decimal, unit: str | None, words: Wording) -> str:
    """A number of the target's unit; between shares it is one of points."""
    return figure(value, "个百分点" if unit == "%" else unit, words)


def look_back(item: Item, words: Wording) -> str:
    """Since when it is followed again; empty where it is not."""
    since = item.standing.look_back
    return words("look_back.since", day=since) if since else ""


def promised(item: Item, words: Wording) -> str:
    """In which years it was promised, and how date, verb and target have moved; empty where it was
    promised once."""
    chain = item.chain
    if not chain.times:
        return ""
    years, n = chain.years, len(chain.years)
    row = n > 1 and years[-1] - years[0] == n - 1
    key = "one_year" if n == 1 else "in_a_row" if row else "in_all"
    shown = "、".join(map(str, years)) if words.language == "zh" else ", ".join(map(str, years))
    parts = [words(f"promised.{key}", years=shown, n=n if n > 1 else len(chain.times))]
    if chain.slipped > 0:
        parts.append(words("promised.slipped", n=chain.slipped))
    verbs = _steps(one.verb or words("promised.no_verb") for one in chain.times)
    if len(verbs) > 1:
        key = "softened" if chain.softened else "verbs"
        parts.append(words(f"promised.{key}", verbs=" → ".join(verbs)))
    targets = _steps(
        figure(one.value, one.unit, words) for one in chain.times if one.value is not None
    )
    if len(targets) > 1:
        parts.append(words("promised.targets", targets=" → ".join(targets)))
    return words("semicolon").join(parts)


def _steps(every: Iterable[str]) -> list[str]:
    """Each text once where it follows itself."""
    found: list[str] = []
    for text in every:
        if not found or found[-1] != text:
            found.append(text)
    return found


def category(item: Item, words: Wording) -> str:
    """The class of the result as the letter gives it, with what it means."""
    letter, means = item.source.category or "", meaning(item, words)
    return words("category.meaning", letter=letter, meaning=means) if means else letter


def meaning(item: Item, words: Wording) -> str:
    """What the class of the result means for the body; empty where the letter gives none."""
    source = item.source
    return words.results.meaning(source.body, source.category or "", english=words.language == "en")


def days(item: Item, words: Wording) -> str:
    """How long there is still, or how long it is past; nothing once settled or without a day."""
    left = item.standing.days_left
    if not item.open or left is None:
        return ""
    return _days_left(left, words)


def reply_days(row: Assigned, words: Wording) -> str:
    """How long until the reply is due; missing where no day is set."""
    if row.answered:
        return words("answered")
    if row.days_left is None:
        return words("none.days")
    return _days_left(row.days_left, words)


def reply_due(row: Assigned, words: Wording) -> str:
    """The day the reply is due; missing where none is set."""
    return row.reply_due.isoformat() if row.reply_due else words("none.due")


def waiting(rows: Sequence[Assigned], words: Wording) -> str:
    """How many suggestions have no reply, how many of them late or without a due day."""
    late = sum(row.overdue for row in rows)
    undated = sum(row.reply_due is None for row in rows)
    return words("waiting", n=len(rows), late=late, undated=undated)


def _days_left(left: int, words: Wording) -> str:
    if left == 0:
        return words("days.today")
    return words("days.left", n=left) if left > 0 else words("days.over", n=-left)


def why_date(item: Item, words: Wording) -> str:
    """In one line why this date: the letter's words, how they were read, what moved it."""
    if item.standing.corrections:
        return _corrected(item, words)
    if item.deadline is None:
        unread = item.deadline_text
        return words("why.unresolved", text=unread) if unread else words("none.deadline")
    text = words(f"basis.{item.deadline_basis}") if item.deadline_basis else words("why.unknown")
    if item.deadline_text:
        text = words("why.words", text=item.deadline_text, basis=text)
    if item.standing.extended:
        text += words("why.extended", day=item.original_deadline)
    return text


def _corrected(item: Item, words: Wording) -> str:
    """How a date that was read wrongly was put right: the letter's words are no reason for it."""
    none = words("none.deadline")
    text = words("semicolon").join(
        words(
            "why.corrected", read=one.read or none, on=one.on, right=one.right or none, why=one.why
        )
        for one in item.standing.corrections
    )
    if item.deadline_text:
        text += words("why.corrected.words", text=item.deadline_text)
    if item.standing.extended:
        text += words("why.extended", day=item.original_deadline)
    return text


def rung(name: str, words: Wording, step: str = "") -> str:
    """A step of the ladder or an event in words, "after-14", "kept-3"; another one by its name.

    Args:
        name: of the rung.
        words: the language.
        step: what the ladder calls it; empty: it has no name.
    """
    side, _, days = name.partition("-")
    if name == "on-day":
        return words("rung.on_day", step=step).strip()
    if side in ("before", "after"):
        return words(f"rung.{side}", n=int(days), step=step).strip() if days.isdecimal() else name
    for event in (name, side):
        if f"rung.{event}" in WORDS:
            return words(f"rung.{event}")
    return name


def withdrawn(why: str, words: Wording) -> str:
    """Why a notice was taken back before it was sent."""
    key = f"withdrawn.{why.replace(' ', '_')}"
    return words("withdrawn", why=words(key) if key in WORDS else why)


def rule(name: str, words: Wording) -> str:
    """A rule of the time grammar in words, "year-end"; one without a word by its name."""
    core = name.removesuffix("-before").removesuffix("-and-after").removeprefix("bare-")
    return words(f"rule.{core}") if f"rule.{core}" in WORDS else name


def state(item: Item, words: Wording) -> str:
    """The light of an open commitment, the outcome of a settled one: a sign and a word."""
    return f"{SIGNS[state_key(item)]} {state_word(item, words)}"


def state_word(item: Item, words: Wording) -> str:
    """The word of `state` alone."""
    group = "review" if item.review != "confirmed" else "light" if item.open else "outcome"
    return words(f"{group}.{state_key(item)}")


def state_key(item: Item) -> str:
    """The code's value behind `state`: a light, an outcome or a review."""
    if item.review != "confirmed":
        return item.review
    return item.light if item.open else item.outcome


def outcome(item: Item, words: Wording) -> str:
    """The outcome, with the day it was settled."""
    text = words(f"outcome.{item.outcome}")
    return words("settled_on", outcome=text, day=item.settled_on) if item.settled_on else text


def bar(percent: int | None) -> str:
    """A bar of ten cells; nothing where there is no percentage. A begun cell is not full."""
    if percent is None:
        return ""
    full = max(0, min(BAR_CELLS, percent * BAR_CELLS // 100))
    return _FULL * full + _EMPTY * (BAR_CELLS - full)


def share(of: Share, words: Wording) -> str:
    """Count and number always, the rate where there are enough cases for one."""
    if of.n == 0:
        return words("none.share")
    key = "share" if of.n >= FEWEST_RANKED else "share.small"
    return words(key, k=of.count, n=of.n, percent=of.percent)


def rank(unit: UnitFigures, words: Wording) -> str:
    """The unit's place, or that it has none."""
    return words("rank.none") if unit.rank is None else words("rank", n=unit.rank)


def suggestion(item: Item, words: Wording) -> str:
    """What was answered: body, number and title in one line."""
    source = item.source
    no = words("number", n=source.number) if source.number is not None else source.code
    return f"{words(f'body.{source.body}')} {no} {source.title or words('none.title')}"


def letter(item: Item, words: Wording) -> str:
    """Which letter promised it: who wrote it, when, under which number."""
    source = item.source
    day: date | None = source.letter_date
    parts = (source.issuer, source.document_no, day.isoformat() if day else words("none.date"))
    return " ".join(part for part in parts if part)


def link(item: Item) -> str:
    """The address that opens the letter's page at the quote; empty where none is known."""
    url = item.source.url or ""
    # Whatever an old database holds: it goes into markup, and only what leads to the web may.
    return text_link(url, item.quote) if re.fullmatch(r"https?://[^\s<>\"']+", url) else ""


def question_key(item: Item) -> str | None:
    """Which question its state raises, if any; each follows from a fact shown beside it."""
    if item.outcome in ("broken", "partly_kept", "dropped"):
        return f"ask.{item.outcome}"
    if not item.open:
        return None
    if "waiting" in item.marks:
        return "ask.waiting"
    if item.standing.complete:
        return "ask.complete"
    if item.deadline is None:
        return "ask.undated"
    if item.light in ("overdue", "due_soon"):
        return f"ask.{item.light}_{'reported' if item.reported else 'silent'}"
    return "ask.extended" if item.standing.extended else None


def question(item: Item, words: Wording) -> str:
    """What a deputy may ask next about it; empty where nothing needs asking."""
    key = question_key(item)
    if key is None:
        return ""
    facts = {"original": item.original_deadline, "latest": latest(item, words)}
    return words(key, day=item.deadline, wanted=awaited(item, words), **facts)


def awaited(item: Item, words: Wording) -> str:
    """What is asked for and not decided yet."""
    waiting = (wanted(one, item.unit, words) for one in item.requests if one.state == "waiting")
    return words("semicolon").join(waiting)
