"""Figures as people type them, and what is odd about one, in a line."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from tracker.commitments.magnitudes import base
from tracker.errors import StoreError
from tracker.followup.doubts import Doubt
from tracker.store.tables import CommitmentRow

if TYPE_CHECKING:
    from tracker.reports.items import Item

#: Places of a figure before and behind its point; more would only fill the screen.
_MOST_DIGITS: Final = 30

#: Magnitudes are powers of ten: with so many places nothing is rounded.
_EXACT: Final = Context(prec=4 * _MOST_DIGITS)
_RAISED: Final = str.maketrans({"²": "^2", "³": "^3"})
#: A number and a unit; of digits a unit has only the power of a metre, m2 or km², so that 28-3 and
#: 28户3 are none.
_FIGURE: Final = re.compile(r"(-?\d+(?:\.\d+)?)\s*(\D*|\D*[mM]\^?[23])")

#: Words under a key, {names} filled in.
Say = Callable[..., str]

#: key → (Chinese, English), as in `words.WORDS`, of which these are a part.
TYPED: Final[dict[str, tuple[str, str]]] = {
    "doubt.below_baseline": (
        "请核对：{value} 低于基数 {figure}{day}；目标说的是总数，请填达到的总数，不是新增数",
        "please check: {value} is below the baseline {figure}{day}; the target is a level, not what was added",
    ),
    "doubt.level": (
        "请核对：{value} 像是总数（基数 {figure}{day}）；目标说的是新增，请填新增的数量",
        "please check: {value} looks like the level (baseline {figure}{day}); the target is what is added",
    ),
    "doubt.fewer": (
        "请核对：{value} 少于此前填报的 {figure}{day}；请填累计数，不是当期数",
        "please check: {value} is less than {figure}{day} reported before; the figure is cumulative",
    ),
    "doubt.before_letter": (
        "请核对：{as_of} 早于答复件的日期 {letter}；请用 --as-of 写明数据截至的日期",
        "please check: {as_of} is before the letter's date {letter}; --as-of is the day of the figure",
    ),
    "doubt.over_all": (
        "请核对：{value} 超过 {figure}；请填达到的百分比",
        "please check: {value} is more than {figure}; report the percentage reached",
    ),
    "doubt.far_above": (
        "请核对：{value}是目标{figure}的 10 倍以上，单位或位数是否有误？填错了，请以同一截至日期重新填报",
        "please check: {value} is ten times the target of {figure} or more; is the unit right? If not, report that day again",
    ),
    "doubt.settled": (
        "请注意：该项已于{letter}销号，填报已记录，不再跟踪；要继续跟踪，请由督办员执行：tracker settle {ref} open --why …",
        "please note: it was settled on {letter}; the report is kept and nobody follows it. To follow it again: tracker settle {ref} open --why …",
    ),
    "early": (
        "请核对：{ref} 的结果日期 {day} 早于答复件的日期 {letter}",
        "please check: the outcome of {ref} is of {day}, before the letter's date {letter}",
    ),
    "doubt.on": ("（{day}）", " ({day})"),
    "figure.number": (
        "{ref}：{text} 不是数值，请写如 28 或 28{unit}",
        "{ref}: {text} is no number; write 28 or 28{unit}",
    ),
    "figure.range": (
        "{ref}：{text} 超出范围，请写如 28 或 28{unit}",
        "{ref}: {text} is out of range; write 28 or 28{unit}",
    ),
    "figure.unit": (
        "{ref}：目标以“{unit}”计，不是“{given}”，请换算后填报",
        "{ref}: the target counts in {unit}, not in {given}; convert the figure",
    ),
    "figure.no_unit": (
        "{ref}：目标没有单位，“{given}”无从折算，请只写数值，位数写全",
        "{ref}: the target has no unit to convert {given} to; write the whole number alone",
    ),
}  # fmt: skip


def figure_of(text: str, row: CommitmentRow | Item, say: Say) -> Decimal:
    """A figure, bare or with a unit, in the unit of the target.

    28㎡ and 28平方米 are the same, and 28万平方米 are 280000平方米, as a clerk reads them; another
    unit, 亩 for 平方米, is no figure of this target. Nothing is guessed: 28万 is refused where the
    target counts in 万元, and so is 28万户 where it names no unit.

    Args:
        text: as a person types it.
        row: the commitment.
        say: the words of `reports.words`.

    Raises:
        StoreError: it is none.
    """
    plain = _folded(text).replace(",", "").strip()
    match = _FIGURE.fullmatch(plain)
    try:
        number = Decimal(match[1] if match else plain)
    except InvalidOperation as error:
        raise StoreError(
            say("figure.number", ref=row.ref, text=text, unit=row.unit or "")
        ) from error
    if given := match[2] if match else "":
        written = re.sub(r"^[-\d.,\s]+", "", text).strip()  # 28㎡ is told as ㎡, not as m2
        number = _converted(number, given, written, row, say)
    if number.is_finite() and not fits(number):
        raise StoreError(say("figure.range", ref=row.ref, text=text, unit=row.unit or ""))
    return number


def _converted(
    number: Decimal, given: str, written: str, row: CommitmentRow | Item, say: Say
) -> Decimal:
    """A figure in a given unit, in that of the target; `written` is how a complaint names it.

    Raises:
        StoreError: the units cannot be set side by side.
    """
    factor, plain = base(Decimal(1), given.replace("^", ""))
    if not row.unit:
        if factor != 1:
            raise StoreError(say("figure.no_unit", ref=row.ref, given=written))
        return number
    target, wanted = base(Decimal(1), _folded(row.unit).replace("^", ""))
    if plain != wanted:
        raise StoreError(say("figure.unit", ref=row.ref, unit=row.unit, given=written))
    if factor == target:
        return number
    return _EXACT.normalize(_EXACT.divide(_EXACT.multiply(number, factor), target))


def _folded(text: str) -> str:
    """Full-width signs as plain ones; a raised digit keeps its sign, or 28² would be 282."""
    return unicodedata.normalize("NFKC", text.translate(_RAISED))


def check_figure(changes: Mapping[str, str]) -> None:
    """Refuse a figure that nobody could write out; what is no figure at all the ledger says.

    Raises:
        StoreError: it has too many places.
    """
    text = changes.get("value", "")
    try:
        number = Decimal(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    except InvalidOperation:
        return
    if number.is_finite() and not fits(number):
        raise StoreError(f"value {text!r} is out of range; write 30 or 2733.5")


def fits(number: Decimal) -> bool:
    """Whether a figure has so few places that it can be written out: 1e999999999 does not."""
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int)
        and number.adjusted() <= _MOST_DIGITS
        and exponent >= -_MOST_DIGITS
    )


def early_line(row: CommitmentRow, day: dt.date, say: Say) -> str | None:
    """What is odd about the day of an outcome: that it was reached before it was promised.

    Args:
        row: the commitment.
        day: of the outcome.
        say: the words of `reports.words`.
    """
    promised = row.letter.date
    if promised is None or day >= promised:
        return None
    return say("early", ref=row.ref, day=day, letter=promised)


def doubt_line(
    doubt: Doubt, value: Decimal | None, day: dt.date, row: CommitmentRow, say: Say
) -> str:
    """What is odd about a figure, in one line.

    Args:
        doubt: as `doubts` tells it.
        value: the figure.
        day: the day it speaks of.
        row: the commitment.
        say: the words of `reports.words`.
    """
    unit = row.unit or ""
    on = say("doubt.on", day=doubt.on) if doubt.on else ""
    figure, told = (
        "" if number is None else f"{number:f}{unit}" for number in (doubt.figure, value)
    )
    return say(
        f"doubt.{doubt.reason}", value=told, figure=figure, day=on, as_of=day, letter=doubt.on,
        ref=row.ref,
    )  # fmt: skip
