"""What is wrong, said in the language of the reader."""

from __future__ import annotations

import _ssl
import ctypes
import inspect
import os
import re
import tomllib
import zipfile
from pathlib import Path

import click
import httpcore
import pytest

import tracker
from tests.cli.running import call, letter
from tracker.complaints import in_chinese
from tracker.complaints.lines import LINES
from tracker.errors import SettingsError
from tracker.settings import load_settings

SAID = [
    ("no commitment '30-9'; did you mean 30-1, 30-2?", "没有编号为 “30-9” 的承诺；是不是 30-1, 30-2？"),
    ("no unit '某局'; see: tracker units list", "没有单位 “某局”；请查：tracker units list"),
    ("no unit '市财改局'; did you mean 市财政局? or enter it: tracker units import",
     "没有单位 “市财改局”；是不是 市财政局？如确是新的单位，请先登记：tracker units import"),
    ("no unit '某局'; enter it: tracker units import", "没有单位 “某局”；请先登记：tracker units import"),
    ("30-1: renews '9-9' is no commitment; see: tracker list",
     "30-1：没有编号为 “9-9” 的承诺，不能记为它的再次承诺；请查：tracker list"),
    ("30-1: 31-1 stands in no earlier letter, so it is not made again",
     "30-1：31-1 不在更早的答复件中，不是再次承诺"),
    ("30-1: value '100名' is no number; write 30 or 2733.5", "30-1：目标值 “100名” 不是数值；请写如 30 或 2733.5"),
    ("30-1: note must be one line without control characters", "30-1：进展说明 只能是一行文字，不能含控制符"),
    ("no deputy 李某 filed 31; see: tracker deputies list", "没有代表 李某 提出过 31；请查：tracker deputies list"),
    ("no subscription has the token 'x'; it stands at the end of the message",
     "没有口令为 “x” 的订阅；口令写在消息末尾"),
    ("message 1 is sent; it cannot be cancelled", "消息 1 已发送，不能取消"),
    ("b.zip: is no whole backup of this program: File is not a zip file", "b.zip：不是本程序的完整备份：不是 zip 文件"),
    ("schedule.health_port = 80: another tracker run, or another program, holds this port; end it, or name another port",
     "schedule.health_port = 80：端口已被占用：另有 tracker run 或别的程序正在使用；请先结束它，或换一个端口"),
    ("30-1: 2099-01-01 is still to come", "30-1：2099-01-01 还没有到"),
    ("in/a b.txt: no such file", "in/a b.txt：没有这个文件"),
    ("C: x: cannot be written: Permission denied", "C: x：写不进去：没有权限"),
    ("config.toml: unknown key 'x'; known: a, b", "config.toml：没有设置项 “x”；可用：a, b"),
    ("Invalid value for '--as-of': 'x' is no date; write it as 2023-12-31 or 2023年12月31日",
     "“--as-of” 的值不对：“x” 不是日期；请写成 2023-12-31 或 2023年12月31日"),
    ("a.txt: is empty", "a.txt：是空文件"),
    ("a.pdf: no text: scanned; ask for the original, or turn on text recognition: pip install x and "
     "ocr = true under [reading] in config.toml",
     "a.pdf：是扫描件，没有文字；请索取原件，或启用文字识别：pip install x，并在 config.toml 的 [reading] 中写 ocr = true"),
    ("no text: scanned, and no text was recognised", "没有文字：扫描件，也识别不出"),
    ("http://a.cn/1: the server fails (500)", "http://a.cn/1：网站服务器出错（500）"),
    ("http://a.cn/1: the server fails; asks to wait 90 s (503)", "http://a.cn/1：网站服务器出错，要求等待 90 秒（503）"),
    ("http://a.cn/: does not answer in time (connecting)", "http://a.cn/：未能按时应答（连接时）"),
    ("a.csv: row 4: no link (某件)", "a.csv：第 4 行：没有链接（某件）"),
    ("row 4: is no usable address: host or port cannot be", "第 4 行：网址无法使用：主机名或端口不对"),
    ("a.xlsx: no column 单位; columns: 单位、邮箱; other words go into data/lexicon/columns.toml",
     "a.xlsx：没有“单位”列；可识别的列：单位、邮箱；其他叫法可写入 data/lexicon/columns.toml"),
    ("http://b.cn/: b.cn leads to a private network (10.0.0.1); if it is meant, name the host in [fetch] allow_hosts",
     "http://b.cn/：b.cn 指向内网（10.0.0.1）；确需访问的，请把主机名写入 [fetch] 的 allow_hosts"),
    ("http://a.cn/: cannot be reached: [Errno 111] Connection refused",
     "http://a.cn/：连接不上：对方拒绝连接（系统错误 111）"),
    ("http://a.cn/: the connection broke off: Server disconnected without sending a response.",
     "http://a.cn/：连接中断：对方没有应答就断开了"),
    ("http://a.cn/: the certificate is not valid: certificate has expired", "http://a.cn/：网站证书无效：证书已过期"),
    ("http://a.cn/: cannot be reached: [Errno 999] Odd thing", "http://a.cn/：连接不上：Odd thing（系统错误 999）"),
    ("no host a.cn: Name or service not known", "找不到主机 a.cn：域名解析不到"),
    ("a.zip: not kept: letters of more than 200 MB came together; download it and import the file",
     "a.zip：没有留存：一次解出的答复件超过 200 MB；请下载后导入文件"),
    ("/x: cannot make the data folder: Read-only file system", "/x：建不了数据文件夹：磁盘只能读，不能写"),
    ("config.toml: fetch.delay must be a number, not 'x'", "config.toml：fetch.delay 应为数值，不能是 “x”"),
    ("7 has a reply of its own; merge 8 into 7", "7 已有自己的答复；请反过来，把 8 并入 7"),
    ("no commitment \"it's\"; see: tracker list", "没有编号为 \"it's\" 的承诺；请查：tracker list"),
]  # fmt: skip
LEFT = [
    "",
    "no such filet",
    "a.txt: is emptyish",
    "two, or three",
    "the moon is full",
    "{ref}",
    "x: {name} %s",
    "is",
    ": ",
    "a: b: c",
]


@pytest.mark.parametrize(("english", "chinese"), SAID)
def test_lines_of_the_table(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


@pytest.mark.parametrize("line", LEFT)
def test_what_the_table_does_not_hold_stays_whole(line: str) -> None:
    assert in_chinese(line) == line


def test_every_row_stands_in_the_sources() -> None:
    """Whoever rewords an error rewords its row."""
    ours = Path(inspect.getfile(tracker)).parent
    text = "".join(
        path.read_text("utf-8")
        for path in sorted(ours.rglob("*.py"))
        if path.parent.name != "complaints"
    )
    text += "".join(
        Path(path).read_text("utf-8")
        for path in map(inspect.getfile, (click.exceptions, click.parser, click.core, click.types))
    )
    text += _of_the_system()
    text = re.sub(r'"\s*\n\s*f?"', "", text).lower()  # a line of the code in several pieces
    for english in LINES:
        for piece in re.split(r"\{\w+\}", english):
            words = piece.strip(" ;:.?()").removeprefix("Did you mean").strip()
            assert words.lower() in text, english


def _of_the_system() -> str:
    """What Linux, its resolver, OpenSSL, the HTTP library and readers of TOML and zip say."""
    said = [str(OSError(number, os.strerror(number))) for number in range(1, 134)]
    resolver = ctypes.CDLL(None).gai_strerror
    certificates = ctypes.CDLL(_ssl.__file__).X509_verify_cert_error_string
    for told, numbers in ((resolver, range(-12, 0)), (certificates, range(1, 80))):
        told.restype = ctypes.c_char_p
        said += [told(number).decode() for number in numbers]
    # OpenSSL 1.1 wrote it without the hyphen.
    said += [line.replace("self-signed", "self signed") for line in said]
    said.append(Path(inspect.getfile(zipfile)).read_text("utf-8"))
    said += [path.read_text("utf-8") for path in Path(inspect.getfile(tomllib)).parent.glob("*.py")]
    said.append(Path(inspect.getfile(httpcore._sync.http11)).read_text("utf-8"))
    return " ".join(said)


def test_names_are_the_same_on_both_sides() -> None:
    for english, chinese in LINES.items():
        names = [set(re.findall(r"\{(\w+)\}", text)) for text in (english, chinese)]
        assert names[0] == names[1], english
        assert re.search(r"[\u4e00-\u9fff]", chinese), english


def test_a_line_without_end_is_left_alone() -> None:
    for line in ("no unit " * 90, "x: " * 260, "30-1: must be one of " * 38, "; " * 390):
        assert in_chinese(line) == line
    assert len(in_chinese("a" * 500_000 + ": no such file")) > 500_000


CALLS: list[tuple[tuple[str, ...], str, str]] = [
    (("show", "30-9"), "没有编号为 “30-9” 的承诺；是不是 30-2, 30-1？", "no commitment '30-9'; did you mean"),
    (("list", "--unit", "没有局"), "没有单位 “没有局”", "no unit '没有局'"),
    (("settle", "30-1", "kept"), "30-1：请写明理由或佐证", "say why, or with what evidence"),
    (("list", "--bogus"), "没有选项 “--bogus”；详见 tracker list --help", "No such option"),
    (("show",), "缺少参数 “REF”；详见 tracker show --help", "Missing argument 'REF'; see"),
    (("nonsense",), "没有命令 “nonsense”；详见 tracker --help", "No such command"),
    (("list", "--due-before", "x"), "“x” 不是日期；请写成 2023-12-31", "is no date"),
    (("list", "--light", "purple"), "“purple” 不在可选之列：overdue 逾期", "is none of: overdue"),
]  # fmt: skip


def test_reasons_of_files_in_lines_table_and_file(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).touch()
    arguments = ("import", str(tmp_path / "in"), "--failures", str(tmp_path / "f.csv"))
    done = call(tmp_path / "data", *arguments)
    listed = (tmp_path / "f.csv").read_text("utf-8-sig")
    assert [text.count("是空文件") for text in (done.err, done.out, listed)] == [4, 4, 4]
    assert "is empty" not in done.err + done.out + listed
    done = call(tmp_path / "data", "--lang", "en", *arguments)
    listed = (tmp_path / "f.csv").read_text("utf-8-sig")
    assert [text.count("is empty") for text in (done.err, done.out, listed)] == [4, 4, 4]


@pytest.mark.parametrize(("words", "chinese", "english"), CALLS)
def test_as_people_meet_them(
    tmp_path: Path, words: tuple[str, ...], chinese: str, english: str
) -> None:
    call(tmp_path / "data", "import", str(letter(tmp_path, 30)))
    done = call(tmp_path / "data", *words)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert chinese in done.err
    assert english in call(tmp_path / "data", "--lang", "en", *words).err


CONFIGS = [
    ("language = “zh”".encode(), "第 1 行第 12 列：“ 是中文（全角）符号；请改用英文（半角）符号 \""),
    ("[office]\nname＝\"a\"".encode(), "第 2 行第 5 列：＝ 是中文（全角）符号；请改用英文（半角）符号 ="),
    ("[office]\nname = \"代工委\"\n".encode("gb18030"), "不是 UTF-8 编码；请用记事本打开，“另存为”时编码选 UTF-8"),
    ("[office]\nname = \"代工委\"\n".encode("utf-16"), "不是 UTF-8 编码"),
    (b"[office]\nname = \"a\nemail = 1", "第 2 行第 10 列写法不对（"),
    (b"language = ", "文件末尾写法不对（值写得不对）；请一行写一项"),
    (b"language = 'zh' x", "第 1 行第 17 列写法不对（一项写完后还有多余的字）"),
    (b"data = 'x'\ndata = 'y'", "同一项写了两次"),
    (b"[office]\n[office]", "写法不对（('office',) 这一节写了两次）"),
]  # fmt: skip


#: What [[ladder]] begins with, and what follows it.
STEP = '[[ladder]]\nname = "催办"\n'
ROBOT = '[[robots]]\nname = "群"\nkind = "wecom"\n'
SETTINGS = [
    ("[[ladder]]\ndays = [0]", "ladder 1：name 应为一行以内的名称，至多 "),
    (STEP, "ladder 1：days 或 every 须写明何时催办：days = [-7, 0] 或 every = 7"),
    (f"{STEP}days = [0]\nhour = 24", "ladder 1：hour 应在 0 至 23 之间，不能是 24"),
    (f"{STEP}days = [0]\nto = []", "ladder 1：to 请写明发给谁：contact, "),
    (f"{STEP}days = [0]\nlast = 9", "ladder 1：缺少 every：first、last 只限定按 every 反复的催办"),
    (f"{STEP}every = 7\nfirst = 14\nlast = 9", "ladder 1：last 不能早于首日，首日是 14"),
    (f"{STEP}every = -7", "ladder 1：every 应为时限后 1 至 "),
    ("[ladder]\nbefore = [30]", "[ladder] 已改为每级一节 [[ladder]]：name = \"临近提醒\""),
    ("[ladder]\nbefore = [30]", "supervisor_after = 14 改写为 every = 7, first = 14"),
    ('[lights.names]\noverdue = "一二三四五六七八九"', "lights.names.overdue 的 “一二三四五六七八九” 超过 8 字"),
    ('[lights.names]\noverdue = "红"\nnone = "红"', "lights.names.none 与 lights.names.overdue 都叫 “红”；两种灯须有两个名称"),
    ('[lights.names]\noverdue = " 红"', "lights.names.overdue 只能是一行文字，首尾没有空格"),
    ("[lights]\ndue_soon = -1", "lights.due_soon 应在 0 至 3650 天之间，不能是 -1"),
    ("[lights]\nbehind = 101", "lights.behind 应为目标的百分之 0 至 100"),
    ('[schedule]\nsweep = "daily"', "schedule.sweep 有 1 段；须写五段：分 时 日 月 星期"),
    ('[schedule]\nsweep = "61 8 * * *"', "schedule.sweep 的 minute：“61” 不在 0 至 59 之间"),
    ('[schedule]\nsweep = "0 9-8 * * *"', "schedule.sweep 的 hour：“9-8” 前后颠倒"),
    ('[schedule]\nsweep = "x! 8 * * *"', "schedule.sweep 的 minute：“x!” 写法不对"),
    ('[schedule]\nsweep = "0 8 30 2 *"', "schedule.sweep 所写的月份都没有 30 日"),
    ("[schedule]\nhealth_port = -1", "schedule.health_port 应为 1 至 65535，不用写 0"),
    ('[mail]\nhost = "mail.example"', "缺少 mail.sender：请写发件的邮箱地址"),
    ('[mail]\nsender = "nobody"', "mail.sender 应为单纯的邮箱地址：“nobody” 不是邮箱地址；请写成 name@host"),
    ('[office]\nemail = " a@b"', "office.email ' a@b' 首尾有空格"),
    ("[mail]\nport = 0", "mail.port 应在 1 至 65535 之间，不能是 0"),
    ("[mail]\ntimeout = 61", "mail.timeout 应在 1 至 60 秒之间，不能是 61.0"),
    ("[fetch]\ndelay = -1", "fetch.delay 应在 0 至 600 秒之间"),
    ('timezone = "Asia"', "timezone 没有时区 “Asia”；请写如 Asia/Shanghai"),
    ("[review]\nconfirm_above = -1", "review.confirm_above 应为 0 以上；大于 1 即不自动确认"),
    (f"{ROBOT}for = []", 'robots 群：for 请写明收谁的汇总：["supervisor"]，或单位名称'),
    (f'{ROBOT}for = ["甲局"]\n' * 2, "robots 有两个都叫 群"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "chinese"), SETTINGS)
def test_settings_that_cannot_be(tmp_path: Path, toml: str, chinese: str) -> None:
    (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=tmp_path, environ={})
    line = in_chinese(str(caught.value))
    assert line.startswith(str(tmp_path / "config.toml"))
    assert chinese in line


@pytest.mark.parametrize(("written", "chinese"), CONFIGS)
def test_a_settings_file_that_cannot_be_read(tmp_path: Path, written: bytes, chinese: str) -> None:
    (tmp_path / "config.toml").write_bytes(written)
    done = call(tmp_path / "data", "--config", str(tmp_path / "config.toml"), "list")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert chinese in done.err


def test_an_english_office_is_told_in_english(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "en"\n', encoding="utf-8")
    for words, _, english in CALLS:
        assert english in call(tmp_path, "--config", str(config), *words).err or words[0] in (
            "show", "list", "settle",
        )  # fmt: skip
    assert "No such command" in call(tmp_path, "--config", str(config), "nonsense").err
    config.write_text('language = "fr"\n', encoding="utf-8")
    assert "language 只能是 zh, en" in call(tmp_path, "--config", str(config), "list").err
    wrong = call(tmp_path, "--config", str(config), "--lang", "en", "list").err
    assert "language must be one of zh, en" in wrong
