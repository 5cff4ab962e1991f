"""The command line: names of commands, loaded only when called, and the exit statuses.

Exit status 0: done. 1: done, and the answer is "no" (a bound missed, nothing found).
2: bad input or a failed item; one line on standard error names the thing and the remedy.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click

from tracker.cli.session import TEXT, complain, language_of, told
from tracker.errors import TrackerError

#: Command → (module in tracker.cli, one line of help). A module holds `command`.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "extract": ("extract", "读答复件，列出承诺 · Read letters and print their promises."),
    "explain": ("explain", "标出答复件中的承诺与依据 · Show a letter with its promises marked."),
    "check": ("check", "签发前检查答复草稿 · Check the draft of a reply before it is signed."),
    "when": ("when", "解析时限用语 · Resolve a time expression."),
    "evaluate": ("evaluate", "对照人工标注评分 · Score the extraction on annotated letters."),
    "import": ("imports", "导入答复件 · Import reply letters."),
    "watch": ("watch", "查看网站有无新答复 · Look at the sites of the settings."),
    "suggestions": ("suggestions", "建议提案清单 · Suggestions, and which have no reply."),
    "units": ("units", "单位名录 · Registry of units."),
    "deputies": ("deputies", "代表名录 · Registry of deputies."),
    "review": ("review", "逐条审核 · Walk the pending commitments."),
    "confirm": ("decide", "确认承诺 · Confirm commitments."),
    "reject": ("decide", "不跟踪 · Reject a commitment."),
    "edit": ("decide", "更正字段 · Correct a commitment."),
    "progress": ("follow", "填报进展 · Record what was reached."),
    "export": ("export", "导出台账（Excel） · The ledger as a workbook to look at and fill in."),
    "import-progress": ("importprogress", "导入填报后的台账 · Take a workbook that was filled in."),
    "request": ("request", "单位申请：延期、退办等 · A unit asks: extension, not ours …"),
    "requests": ("requests", "待决定的申请 · Requests that wait, and deciding them."),
    "settle": ("follow", "销号 · Close a commitment with an outcome."),
    "rate": ("rate", "代表评价落实情况 · A deputy rates the delivery."),
    "letter": ("letter", "催办函、督办函 · Write a letter of supervision."),
    "status": ("status", "总览 · What is due, overdue and silent."),
    "dashboard": ("dashboard", "动态总览 · The live screen: look through everything, and act."),
    "list": ("ledger", "台账查询 · List commitments."),
    "show": ("show", "查看一项承诺 · Show one commitment."),
    "source": ("source", "存档副本与原网址 · The stored copy behind a commitment."),
    "history": ("history", "变更记录 · Who changed what, and why."),
    "calendar": ("calendar", "日历文件 · Deadlines as a file for calendar programs."),
    "report": ("report", "生成报告 · Write a status report."),
    "sweep": ("sweep", "巡查一轮 · Decide and deliver what is owed."),
    "outbox": ("outbox", "发件箱 · What is queued, sent, failed."),
    "audit": ("audit", "核验改动 · Whether anything was changed behind the program."),
    "backup": ("backup", "备份 · Everything into one file."),
    "restore": ("backup", "恢复 · Put a backup in the place of the ledger."),
    "doctor": ("doctor", "体检 · Is everything in order, and what to do."),
    "run": ("run", "常驻运行 · Run the daemon."),
    "migrate": ("migrate", "升级数据库 · Bring the database schema up to date."),
    "completion": ("completion", "Tab 补全 · Let the Tab key complete commands."),
    "demo": ("demo", "演示 · See the whole way on sample letters."),
}


class _ReaderGone(Exception):
    """Who read our output went away (`tracker list | head`): nothing to tell anyone."""


@contextmanager
def _open_pipe() -> Iterator[None]:
    # click itself would end a broken pipe with exit status 1.
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderGone from error


def _only_text(command: click.Command) -> None:
    """Let every option and argument that takes words refuse bytes that are none."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = TEXT
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _only_text(inner)


class LazyGroup(click.Group):
    """A group that imports a command's module when it is called, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tracker.cli.{COMMANDS[cmd_name][0]}")
        found = getattr(module, "command", None) or getattr(module, cmd_name)
        assert isinstance(found, click.Command)  # noqa: S101 - a wrong table above is our own bug
        _only_text(found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        name = args[0]
        # The library looks for near names among commands that it has, and here are none yet.
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(name, COMMANDS, n=1)
            if near:
                raise click.UsageError(f"No such command {name!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _open_pipe():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _open_pipe():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="commitment-tracker", prog_name="tracker")
@click.option("--config", type=click.Path(), help="config.toml in use.")
@click.option("--data", type=click.Path(), help="Folder of database, archive and outbox.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of what people read.")
@click.pass_context
def tracker(ctx: click.Context, config: str | None, data: str | None, lang: str | None) -> None:
    """人大建议、政协提案答复承诺跟踪 · Keep the promises of government reply letters in view."""
    ctx.ensure_object(dict).update(config=config, data=data, lang=lang)


def main() -> None:
    """Entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign shows "?" instead of ending the command.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; every error meant for people is one line.

    Args:
        arguments: those after the program's name.

    Returns:
        The exit status.
    """
    options: dict[str, Any] = {}
    try:
        status = tracker(list(arguments), prog_name="tracker", standalone_mode=False, obj=options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (_ReaderGone, BrokenPipeError):
        _drop_output()
        return 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        # An unknown command is told before the options in front of it are put away.
        given = options or (dict(context.find_root().params) if context else {})
        language = _language(given, arguments)
        line = told(error.format_message().rstrip("."), language)
        see = "；详见" if language == "zh" else "; see"
        help_ = f"{see} {context.command_path} --help" if context else ""
        complain(f"{line}{help_}", language)
        return 2
    except click.Abort:
        return 130
    except TrackerError as error:
        complain(str(error), _language(options, arguments))
        return 2
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _drop_output()
        complain(f"cannot write: {error.strerror}", _language(options, arguments))
        return 2
    return status if isinstance(status, int) else 0


def _language(options: dict[str, Any], arguments: Sequence[str]) -> str:
    """The language of a call; where it broke off before its options were read, as they say."""
    if not options and ("--lang=en" in arguments or "en" in _after(arguments, "--lang")):
        return "en"
    return language_of(options)


def _after(arguments: Sequence[str], option: str) -> Sequence[str]:
    place = arguments.index(option) + 1 if option in arguments else len(arguments)
    return arguments[place : place + 1]


def _drop_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter ends without a word on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
