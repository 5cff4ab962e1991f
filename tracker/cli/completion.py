"""`tracker completion`: the Tab key completes commands, options and their choices."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

import click

from tracker.cli.report import write_whole
from tracker.cli.session import shown
from tracker.cli.words import Words, speech_of
from tracker.errors import SettingsError

Shell = Literal["bash", "zsh", "fish"]

WORDS: Final[Words] = {
    "which": (
        "不知道用的是哪种 shell；请写明 bash、zsh 或 fish",
        "which shell this is, nothing tells; name bash, zsh or fish",
    ),
    "installed": ("{path} 已写入；重新打开终端后按 Tab 即可补全", "{path} is written; open a new terminal and press Tab"),
    "zsh": (
        "在 ~/.zshrc 中加入（若尚未有）：fpath=(~/.zfunc $fpath); autoload -U compinit; compinit",
        "~/.zshrc needs, if it has not yet: fpath=(~/.zfunc $fpath); autoload -U compinit; compinit",
    ),
}  # fmt: skip

#: Where each shell looks for completions of one user, from the home folder on.
_PLACES: Final[dict[Shell, str]] = {
    "bash": ".local/share/bash-completion/completions/tracker",
    "zsh": ".zfunc/_tracker",
    "fish": ".config/fish/completions/tracker.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
@click.option(
    "--install", is_flag=True, help="写到该 shell 读取的位置 · Put it where the shell looks."
)
@click.pass_context
def command(ctx: click.Context, shell: Shell | None, install: bool) -> None:
    """按 Tab 补全命令、选项和取值：输出脚本，或用 --install 装好。

    The script that lets the Tab key complete commands; --install puts it in its place.
    """
    from click.shell_completion import get_completion_class

    say = speech_of(ctx, WORDS)
    shell = shell or _shell()
    made = get_completion_class(shell) if shell else None
    if shell is None or made is None:
        raise SettingsError(say("which"))
    # Without asking bash for its version, which an old one or none at all would end with an error.
    script = made(ctx.find_root().command, {}, "tracker", "_TRACKER_COMPLETE")
    text = script.source_template % script.source_vars()
    if not install:
        click.echo(text)
        return
    path = Path.home() / _PLACES[shell]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{shown(path)}: cannot be written: {error.strerror}") from error
    write_whole(path, text.encode())
    click.echo(say("installed", path=path))
    if shell == "zsh":
        click.echo(say("zsh"))


def _shell() -> Shell | None:
    """The shell that the environment names."""
    name = Path(os.environ.get("SHELL", "")).name
    return next((shell for shell in _PLACES if shell == name), None)
