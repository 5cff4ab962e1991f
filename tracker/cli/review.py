"""`tracker review`: walk what waits for review or newer versions have put in doubt, one key a decision, at a plain prompt.

Every decision is a transaction of its own: whatever ends the walk, what was decided stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.changes import show_changes
from tracker.cli.decide import entered_lines
from tracker.cli.session import console_of, shown, store_of, told, who
from tracker.cli.words import KIND, Speech, Words, speech_of
from tracker.commitments.growth import direction
from tracker.errors import StoreError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
    from sqlalchemy.orm import Session

    from tracker.store.database import Store
    from tracker.store.tables import CommitmentRow

WORDS: Final[Words] = {
    "none": ("没有待审核的承诺", "nothing waits for review"),
    "keys": (
        "a 确认  e 更正  r 不跟踪  s 跳过  u 撤销上一步  q 退出 > ",
        "a accept  e edit  r reject  s skip  u undo  q quit > ",
    ),
    "unknown": ("请按 a、e、r、s、u 或 q", "press a, e, r, s, u or q"),
    "why": ("理由：", "why: "),
    "change": (
        "更正，如 deadline=2023-12-31（空行结束）：",
        "correct, e.g. deadline=2023-12-31 (empty line ends): ",
    ),
    "form": ("请写成 字段=值；字段：{fields}", "write field=value; fields: {fields}"),
    "why_edit": ("理由（可空）：", "why (may be empty): "),
    "undone": ("已撤销 {ref}", "{ref} taken back"),
    "no_undo": ("本次还没有可撤销的决定", "nothing has been decided yet"),
    "end": (
        "确认 {confirmed} 项，不跟踪 {rejected} 项，更正 {edited} 项；还有 {left} 项待审核",
        "{confirmed} confirmed, {rejected} rejected, {edited} corrected; {left} wait for review",
    ),
    "head": ("{ref}  [{turn}/{all}]  {issuer}  {date}", "{ref}  [{turn}/{all}]  {issuer}  {date}"),
    "target": ("目标", "target"),
    "deadline": ("时限", "deadline"),
    "owner": ("责任单位", "owner"),
    "kind": ("类别", "kind"),
    "what": ("内容", "what"),
    "sure": ("把握", "confidence"),
    "nothing": ("（无）", "(none)"),
    "nobody": ("（答复单位）", "(the replying unit)"),
}

#: So much of the letter is shown on either side of the promise.
_CONTEXT: Final = 90


class _Ended(Exception):
    """The input is over, or the person wants to leave."""


@dataclass
class _Walk:
    """One sitting: what is left to look at, and what was decided, for undo and the last line."""

    store: Store
    console: Console
    say: Speech
    refs: list[str]
    turn: int = 0
    #: Reference and decision, as `ledger.last_decision` names it.
    decided: list[tuple[str, int | None]] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: {"confirmed": 0, "rejected": 0, "edited": 0}
    )


@click.command()
@click.option("--suggestion", help="只审这件建议 · Of one suggestion.")
@click.option("--unit", help="只审这个单位的 · Of one unit.")
@click.option("--kind", type=KIND, help="只审这一类 · Of one kind.")
@click.option("--changes", is_flag=True, help="列出新版答复件的改动 · What newer versions changed.")
@click.pass_context
def command(
    ctx: click.Context, suggestion: str | None, unit: str | None, kind: str | None, changes: bool
) -> None:
    """逐条审核提取出的承诺：确认、更正或不跟踪；新版答复件中不再出现或有改动的已确认事项也在其中。

    随时可退出，已作的决定都已保存。
    Walk the commitments that wait for review, and confirmed ones that a newer version changed. Leave at any time; what was decided is kept.
    """
    from tracker.store import queries

    say, store = speech_of(ctx, WORDS), store_of(ctx)
    if changes:
        if suggestion or unit or kind:
            raise click.UsageError("--changes shows every letter; leave the other options out")
        show_changes(ctx, store)
        return
    with store.read() as session:
        rows = queries.to_review(session, suggestion=suggestion, unit=unit, kind=kind)
    if not rows:
        click.echo(say("none"))
        return
    walk = _Walk(store, console_of(ctx), say, [row.ref for row in rows])
    try:
        while walk.turn < len(walk.refs):
            _step(walk)
    except _Ended:
        pass
    with store.read() as session:
        left = queries.tally(session)["review"]["pending"]
    click.echo(say("end", left=left, **walk.counts))


def _step(walk: _Walk) -> None:
    """Show one commitment and do what the key says."""
    ref = walk.refs[walk.turn]
    if not _show(walk, ref):
        walk.turn += 1  # somebody else has decided it meanwhile
        return
    try:
        key = _ask(walk.say("keys")).strip().lower()[:1]
        if key == "a":
            _accept(walk, ref)
        elif key == "r":
            _reject(walk, ref)
        elif key == "e":
            _edit(walk, ref)
        elif key == "s":
            walk.turn += 1
        elif key == "u":
            _undo(walk)
        elif key == "q":
            raise _Ended
        else:
            click.echo(walk.say("unknown"))
    except StoreError as error:
        click.echo(
            f"tracker: {shown(told(str(error), walk.say.language))}"
        )  # the same commitment again


def _ask(prompt: str) -> str:
    """One line; the end of the input or Ctrl-C ends the walk.

    Raises:
        StoreError: what was typed are bytes that are no words.
    """
    try:
        line = input(prompt)
        line.encode()  # what a terminal could not decode comes as half characters
    except UnicodeError as error:
        raise StoreError("what was typed is no UTF-8") from error
    except (EOFError, KeyboardInterrupt) as error:
        click.echo()
        raise _Ended from error
    return line


def _accept(walk: _Walk, ref: str) -> None:
    from tracker import clock
    from tracker.store import ledger, queries

    with walk.store.write() as session:
        row = queries.commitment(session, ref)
        mine = ledger.confirm(session, row, who=who(), now=clock.now())
        decision = ledger.last_decision(session, row)
    _decided(walk, ref, "confirmed", decision, mine=mine)


def _reject(walk: _Walk, ref: str) -> None:
    from tracker import clock
    from tracker.store import ledger, queries

    why = _ask(walk.say("why"))
    with walk.store.write() as session:
        row = queries.commitment(session, ref)
        mine = ledger.reject(session, row, why=why, who=who(), now=clock.now())
        decision = ledger.last_decision(session, row)
    _decided(walk, ref, "rejected", decision, mine=mine)


def _decided(walk: _Walk, ref: str, what: str, decision: int | None, *, mine: bool) -> None:
    """Go on; what somebody else had decided alike already is neither counted nor taken back."""
    if mine:
        walk.decided.append((ref, decision))
        walk.counts[what] += 1
    walk.turn += 1


def _edit(walk: _Walk, ref: str) -> None:
    """Ask for field=value lines and correct them together; the commitment is then shown again."""
    from tracker import clock
    from tracker.reports.typed import check_figure
    from tracker.store import ledger, queries
    from tracker.store.naming import refuse_strangers

    changes: dict[str, str] = {}
    while line := _ask(walk.say("change")).strip():
        name, sign, value = line.replace("＝", "=").partition("=")
        if not sign or name.strip() not in ledger.EDITABLE:
            click.echo(walk.say("form", fields=" ".join(ledger.EDITABLE)))
            continue
        changes[name.strip()] = value
    if not changes:
        return
    check_figure(changes)
    why = _ask(walk.say("why_edit")).strip() or None
    with walk.store.write() as session:
        row = queries.commitment(session, ref)
        strangers = refuse_strangers(session, row, changes.get("owner", ""))
        changed = ledger.edit(session, row, changes, who=who(), now=clock.now(), why=why)
        decision = ledger.last_decision(session, row)
    if changed:
        walk.decided.append((ref, decision))
        walk.counts["edited"] += 1
        for entered in entered_lines(strangers, walk.say.language):
            click.echo(entered)


def _undo(walk: _Walk) -> None:
    """Take back the last decision of this sitting and go back to its commitment."""
    from tracker import clock
    from tracker.store import ledger, queries

    if not walk.decided:
        click.echo(walk.say("no_undo"))
        return
    ref, decision = walk.decided[-1]
    with walk.store.write() as session:
        row = queries.commitment(session, ref)
        what = ledger.undo(session, row, who=who(), now=clock.now(), expected=decision)
    walk.decided.pop()
    walk.counts[{"confirm": "confirmed", "reject": "rejected", "edit": "edited"}[what]] -= 1
    walk.turn = walk.refs.index(ref)
    click.echo(walk.say("undone", ref=ref))


def _show(walk: _Walk, ref: str) -> bool:
    """Print a commitment in its place in the letter; False where it no longer waits."""
    from tracker.store import queries

    with walk.store.read() as session:
        row = queries.commitment(session, ref)
        if not queries.waits(row):
            return False
        news = _news(walk, session, row)
        promise = _in_context(row)
    say, letter = walk.say, row.letter
    head = say(
        "head",
        ref=row.ref,
        turn=walk.turn + 1,
        all=len(walk.refs),
        issuer=letter.issuer or "",
        date=letter.date or "",
    )
    walk.console.print()
    walk.console.print(head, style="bold")
    if row.section:
        walk.console.print(shown(" › ".join(row.section)), style="dim")
    walk.console.print(promise)
    for name, value in _fields(row, say):
        walk.console.print(f"  {say(name)}  {value}")
    for line in news:
        walk.console.print(f"  {line}", style="yellow")
    return True


def _news(walk: _Walk, session: Session, row: CommitmentRow) -> list[str]:
    """What newer versions say of a promise that a person has decided on already."""
    from tracker.store import queries

    if row.recheck is None:
        return []
    lines = [walk.say(f"recheck.{row.recheck}")]
    if row.recheck == "changed":
        newest = {
            change.field: change.new
            for change in queries.history(session, row.ref)
            if change.action == "differs" and change.field
        }
        lines += [
            shown(f"{walk.say(f'field.{name}')} → {value or walk.say('nothing')}")
            for name, value in newest.items()
        ]
    return lines


def _in_context(row: CommitmentRow) -> Text:
    """The promise marked in the words around it; brackets as well as colour."""
    from rich.text import Text

    from tracker.reports.clean import one_line

    letter = row.letter.text
    before = letter[max(0, row.start - _CONTEXT) : row.start]
    after = letter[row.end : row.end + _CONTEXT]
    shown = Text("…" + one_line(before), style="dim")
    shown.append("【" + one_line(row.quote) + "】", style="not dim bold reverse")
    shown.append(one_line(after) + "…")
    return shown


def _fields(row: CommitmentRow, say: Speech) -> list[tuple[str, str]]:
    from tracker.reports import phrases
    from tracker.reports.clean import one_line
    from tracker.reports.words import Wording

    target = "—" if row.value is None else f"{row.value:f}{row.unit or ''}"
    if row.comparator:
        target = say(f"comparator.{row.comparator}", figure=target)
    # "达到……以内" is no Chinese; an upper bound speaks for itself.
    if row.mode and row.comparator != "<=":
        target = say(f"mode.{direction(row.mode, row.quote)}", figure=target)
    words = ""
    if row.deadline_text:
        how = phrases.rule(row.deadline_rule or "", Wording(say.language))
        words = f"(“{row.deadline_text}” {how})"
    owners = "、".join(owner.written for owner in row.owners if owner.named)
    found = (
        ("what", row.what),
        ("kind", say(f"kind.{row.kind}")),
        ("target", target),
        ("deadline", f"{row.deadline or '—'} {words}"),
        ("owner", owners or say("nobody")),
        ("sure", f"{row.confidence:.2f}  {' · '.join(row.reasons)}"),
    )
    return [(name, one_line(value)) for name, value in found]
