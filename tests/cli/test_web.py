"""import of addresses and lists, watch, source: as people call them, against a real server."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import Answer as Printed
from tests.cli.running import call, letter, on_terminal, program
from tests.site import Answer, Site, index_page, reply, web_site
from tracker.store import archive


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as opened:
        yield opened


@dataclass
class Desk:
    """Calls the command line with a config that names the site."""

    folder: Path
    site: Site

    def write(self, **keys: str) -> None:
        fetch = {"allow_hosts": '["127.0.0.1"]', "delay": "0", "retries": "0"} | keys
        lines = ["[fetch]", *(f"{key} = {value}" for key, value in fetch.items())]
        lines += [
            "[[sources]]",
            'name = "云溪市人大"',
            f'index = "{self.site.url("/index.html")}"',
            r"links = '/t\d+\.html$'",
            "[[sources]]",
            'name = "云溪市政协"',
            f'index = "{self.site.url("/cppcc.html")}"',
            'titles = "答复"',
        ]
        (self.folder / "config.toml").write_text("\n".join(lines), encoding="utf-8")

    def __call__(self, *arguments: str, config: bool = True) -> Printed:
        given = ("--config", str(self.folder / "config.toml")) if config else ()
        return call(self.folder / "data", *given, *arguments)


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Desk:
    made = Desk(tmp_path, site)
    made.write()
    return made


# import


def test_an_address_is_imported(desk: Desk, site: Site) -> None:
    site.put("/a//t7.html?id=1", reply(7))
    address = site.url("/a//t7.html?id=1")
    done = desk("import", address)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("新增    7        2 项承诺")
    assert address in done.out
    again = desk("import", address)
    assert (again.status, again.out[:3]) == (0, "已在库")


def test_addresses_and_files_side_by_side(desk: Desk, site: Site, tmp_path: Path) -> None:
    site.put("/t7.html", reply(7))
    site.put("/news.html", "<html><body><p>要闻</p></body></html>")
    urls = [site.url(f"/{name}.html") for name in ("t7", "news", "none", "t7")]
    done = desk("import", *urls, str(letter(tmp_path / "in", 30)))
    assert done.status == 2
    assert "共 4 个文件：新增 2，新版本 0，已在库 0，失败 2" in done.out
    assert f"tracker: {urls[1]}: " in done.err
    assert f"tracker: {urls[2]}: 没有这个网页（404）" in done.err


def test_this_machine_is_asked_only_where_the_settings_allow_it(desk: Desk, site: Site) -> None:
    site.put("/t7.html", reply(7))
    done = desk("import", site.url("/t7.html"), config=False)
    assert done.status == 2
    assert "allow_hosts" in done.err
    assert site.asked == []


def test_a_letter_known_from_a_file_gets_its_address(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "7.html"
    path.write_text(reply(7), encoding="utf-8")
    site.put("/t7.html", reply(7))
    desk("import", str(path))
    assert "原文网址" not in desk("show", "7-1").out
    desk("import", site.url("/t7.html"))
    assert "原文网址" in desk("show", "7-1").out


def test_a_letter_known_in_other_bytes_gets_its_address(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    """Whatever has been decided on it: the link leads people to the quote."""
    path = tmp_path / "7.html"
    path.write_text(reply(7, visits=3), encoding="utf-8")
    site.put("/t7.html", reply(7))
    desk("import", str(path))
    desk("confirm", "7-1")
    done = desk("import", site.url("/t7.html"))
    assert (done.status, done.out[:3]) == (0, "已在库")
    shown = json.loads(desk("list", "--format", "json").out)["commitments"]
    assert {one["letter"]["url"] for one in shown} == {site.url("/t7.html")}
    assert all(one["link"].startswith(site.url("/t7.html#:~:text=")) for one in shown)
    assert desk("source", "7-1").out.count("存档") == 2
    assert "登记网址" in desk("history", "7-1").out
    site.put("/t7.html", reply(7, visits=4))
    assert desk("import", site.url("/t7.html")).out[:3] == "已在库"
    assert len(list((desk.folder / "data" / "archive").rglob("*.bin"))) == 2


def test_a_list_of_links_is_imported(desk: Desk, site: Site, tmp_path: Path) -> None:
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    path = tmp_path / "list.csv"
    rows = [f"第{number}件,{site.url(f'/t{number}.html')}" for number in (7, 8)]
    path.write_text("\n".join(["标题,链接", *rows, "第9件,"]), encoding="gb18030")
    done = desk("import", str(path), site.url("/t8.html"))
    assert "共 3 个文件：新增 2，新版本 0，已在库 0，失败 1" in done.out
    assert done.err == f"tracker: {path}: 第 4 行：没有链接（第9件）\n"
    assert done.status == 2


def test_a_table_that_is_no_list_is_named(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("单位,邮箱\n", encoding="utf-8")
    done = desk("import", str(path))
    assert (done.status, "其中没有链接" in done.err) == (2, True)


# watch


def test_watch_reports_each_site(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    site.put("/cppcc.html", index_page(["/c9.html"]))
    for number, name in ((7, "t7"), (8, "t8"), (9, "c9")):
        site.put(f"/{name}.html", reply(number))
    done = desk("watch")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("云溪市人大  http://127.0.0.1:")
    assert lines[1] == "  新增    7        2 项承诺  第1件建议的答复"
    assert lines[3] == "  目录 1 页；新增 2，有变化 0，未变 0，已撤 0，失败 0"
    assert lines[4].startswith("云溪市政协  ")
    assert lines[-1] == "待审核 6 项：tracker review；新旧差异：tracker review --changes"
    again = desk("watch", "云溪市政协")
    assert again.out.splitlines()[1:] == ["  目录 1 页；新增 0，有变化 0，未变 1，已撤 0，失败 0"]


def test_watch_shows_what_changed_and_review_finds_it_again(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    desk("watch", "云溪市人大")
    assert desk("review", "--changes").out == "还没有新版答复件\n"
    site.put("/t7.html", reply(7, target=45))
    site.pages["/t8.html"] = Answer(status=410)
    done = desk("watch", "云溪市人大")
    assert done.status == 0
    assert "  有变化  7        第1件建议的答复" in done.out
    words = "力争2023年新增高新技术企业{}户"
    quote = f"          * 7-1  原文 {words.format(30)} → {words.format(45)}"
    target = "          * 7-1  目标 30户 → 45户"
    assert quote in done.out
    assert target in done.out
    assert f"  已撤    {site.url('/t8.html')}（存档副本保留）" in done.out
    changes = desk("review", "--changes").out.splitlines()
    assert changes[0].split()[2] == "7"
    assert changes[1:] == [quote, target]
    assert "随新版更新" in desk("history", "7-1").out
    assert "原网页已撤" in desk("history", "8-1").out
    assert "原网页已撤" in desk("show", "8-1").out
    assert "page vanished" in desk("--lang", "en", "show", "8-1").out


def test_watch_tells_what_stands_in_the_place_of_a_letter(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    desk("watch", "云溪市人大")
    site.put("/t7.html", "<html><body><p>您访问的页面不存在</p></body></html>")
    assert desk("watch", "云溪市人大").status == 2
    done = desk("watch", "云溪市人大")
    assert done.status == 0
    assert f"  已换    {site.url('/t7.html')}（网址现为其他内容，存档副本保留）" in done.out
    assert "目录 1 页；新增 0，有变化 0，未变 0，已撤 1，失败 0" in done.out
    assert "该网址现为其他内容" in desk("history", "7-1").out


def test_watch_tells_where_a_letter_is_now(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    desk("watch", "云溪市人大")
    site.pages["/t7.html"] = Answer(status=404)
    site.put("/t70.html", reply(7))
    site.put("/t8.html", reply(12))
    site.put("/index.html", index_page(["/t70.html", "/t8.html"]))
    done = desk("watch", "云溪市人大")
    old, new = site.url("/t7.html"), site.url("/t70.html")
    assert done.status == 0
    assert f"  移址    {old} → {new}（存档副本保留）\n" in done.out
    assert f"  已换    {site.url('/t8.html')}（网址现为其他内容，存档副本保留）\n" in done.out
    assert f"{new}#" in desk("source", "7-1").out
    assert "网址变更 网址" in desk("show", "7-1").out
    assert "#:~:text" not in desk("source", "8-1").out
    assert "原网页已撤" in desk("source", "8-1").out


def test_watch_shows_a_letter_that_is_taken_back(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html"]))
    for target in (30, 50):
        site.put("/t7.html", reply(7, target=target))
        desk("watch", "云溪市人大")
    site.put("/t7.html", reply(7))
    done = desk("watch", "云溪市人大")
    assert "  有变化  7        第1件建议的答复" in done.out
    assert "新增高新技术企业50户" in done.out
    changes = desk("review", "--changes").out
    assert changes.splitlines()[1] == done.out.splitlines()[2]
    assert "原文恢复" in desk("history", "7-1").out
    assert "letter restored" in desk("--lang", "en", "history", "7-1").out
    assert "原文恢复" in desk("show", "7-1").out


def test_watch_tells_what_may_be_the_same_suggestion(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("编号,标题,届次\n7,,云溪市五届人大\n", encoding="utf-8")
    desk("suggestions", "import", str(listed), "--yes")
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    lines = desk("watch", "云溪市人大").out.splitlines()
    assert lines[1].startswith("  新增    7b ")
    assert lines[2].strip() == (
        "与台账中的 7 可能是同一件建议，未合并；确是同一件的：tracker suggestions merge 7 7b"
    )
    assert lines[3].startswith("  新增    8 ")
    assert lines[4].startswith("  目录 1 页"), "nothing is in doubt about the other"


def test_watch_tells_when_next_leads_nowhere(desk: Desk, site: Site) -> None:
    site.put("/cppcc.html", index_page(["/c9.html"]))
    site.put("/c9.html", reply(9))
    config = desk.folder / "config.toml"
    text = config.read_text(encoding="utf-8") + '\nnext = "下页"\n'
    config.write_text(text, encoding="utf-8")
    done = desk("watch", "云溪市政协")
    assert done.status == 0
    assert "  目录只有一页：未找到 next 所指的下一页" in done.out
    assert "next leads to no other" in desk("--lang", "en", "watch", "云溪市政协").out


def test_watch_ends_with_2_when_something_failed(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    site.put("/t7.html", reply(7))
    done = desk("watch", "云溪市人大")
    assert done.status == 2
    assert done.err == f"tracker: {site.url('/t8.html')}：没有这个网页（404）\n"
    assert "  目录 1 页；新增 1，有变化 0，未变 0，已撤 0，失败 1" in done.out


def test_watch_names_what_still_cannot_be_read(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page([f"/t{number}.html" for number in range(7, 19)]))
    for number in range(7, 19):
        site.put(f"/t{number}.html", "<html><body><p>会议通知</p></body></html>")
    attached = '<html><body><p>答复</p><a href="/f/7.docx">7.docx</a></body></html>'
    site.put("/t7.html", attached)
    site.put("/f/7.docx", b"PK\x03\x04", type="application/octet-stream")
    assert desk("watch", "云溪市人大").status == 2
    again = desk("watch", "云溪市人大")
    assert (again.status, again.err) == (0, "")
    told = again.out.splitlines()[-1]
    assert told.startswith("  另有 12 个网页或附件仍读不出答复件：")
    assert (told.count("http://"), told[-2:]) == (10, " …")
    assert "12 pages or documents still" in desk("--lang", "en", "watch", "云溪市人大").out


def test_a_site_that_cannot_be_kept_stops_no_other(desk: Desk, site: Site) -> None:
    site.put("/cppcc.html", index_page(["/c9.html"]))
    site.put("/c9.html", reply(9))
    desk("watch", "云溪市政协")
    stored = desk.folder / "data" / "archive"
    stored.rename(desk.folder / "moved")
    stored.write_text("a file where a folder should be", encoding="utf-8")
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    done = desk("watch")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("tracker: 云溪市人大: ")
    assert done.out.splitlines()[-1] == "  目录 1 页；新增 0，有变化 0，未变 1，已撤 0，失败 0"


def test_a_site_that_is_down_is_left_alone(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page([f"/t{number}.html" for number in range(20)]))
    for number in range(20):
        site.pages[f"/t{number}.html"] = Answer(status=503)
    done = desk("watch", "云溪市人大")
    assert done.status == 2
    assert "余下 15 个网页留待下次" in done.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("watch", "云溪市监委"), "已有：云溪市人大, 云溪市政协"),
        (("review", "--changes", "--unit", "x"), "请去掉其他选项"),
    ],
)
def test_what_cannot_be_watched(desk: Desk, arguments: tuple[str, ...], reason: str) -> None:
    done = desk(*arguments)
    assert (done.status, reason in done.err) == (2, True)


def test_without_sites_there_is_nothing_to_watch(desk: Desk) -> None:
    done = desk("watch", config=False)
    assert (done.status, "[[sources]]" in done.err) == (2, True)


def test_titles_that_steer_a_terminal_do_not(desk: Desk, site: Site) -> None:
    site.put("/index.html", '<a href="/t7.html">答复\x1b[31m\u202e</a>')
    site.put("/t7.html", reply(7))
    out = desk("watch", "云溪市人大").out
    assert "答复" in out
    assert not {"\x1b", "\u202e"} & set(out)


# source and links


def test_source_names_the_copy_and_the_address(desk: Desk, site: Site) -> None:
    site.put("/t7.html", reply(7))
    desk("import", site.url("/t7.html"))
    done = desk("source", "7-1")
    assert done.status == 0
    stored = next((desk.folder / "data" / "archive").rglob("*.bin"))
    assert archive.path_of(desk.folder / "data" / "archive", stored.stem) == stored
    assert f"存档  {stored}" in done.out
    assert f"SHA-256  {stored.stem}" in done.out
    link = f"{site.url('/t7.html')}#:~:text=%E5%8A%9B"
    assert f"网址  {link}" in done.out
    shown = json.loads(desk("list", "--format", "json").out)["commitments"][0]
    assert shown["link"].startswith(link)
    assert shown["letter"]["url"] == site.url("/t7.html")
    desk("confirm", "7-1")
    page = desk("report", "--format", "html").out
    assert f'href="{link}' in page
    assert f"<{link}" in desk("report", "--format", "md").out


def test_a_click_on_the_address_leads_to_the_quote(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/t7.html", reply(7))
    address = site.url("/t7.html")
    desk("import", address)
    assert "\x1b" not in desk("show", "7-1").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = desk("show", "7-1").out
    assert f";{address}#:~:text=%E5%8A%9B" in out
    assert f"\x1b\\{address}\x1b" in out


def test_source_of_a_file_has_no_address(desk: Desk, tmp_path: Path) -> None:
    path = letter(tmp_path / "in", 30)
    desk("import", str(path))
    out = desk("source", "30-1").out
    assert f"来源  {path}" in out
    assert "网址" not in out


def test_source_says_that_the_page_has_vanished(desk: Desk, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    desk("watch", "云溪市人大")
    site.pages["/t7.html"] = Answer(status=410)
    desk("watch", "云溪市人大")
    assert "原网页已撤" in desk("source", "7-1").out


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A desktop whose opener writes down what it is given; gives that, once it is there."""
    told, folder = tmp_path / "opened", tmp_path / "bin"
    folder.mkdir()
    opener = folder / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.part && mv {told}.part {told}\n')
    opener.chmod(0o755)
    # A browser that this machine prefers is not asked for.
    preferred = folder / "xdg-settings"
    preferred.write_text("#!/bin/sh\nexit 1\n")
    preferred.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.delenv("BROWSER", raising=False)

    def wait() -> str:
        end = time.monotonic() + 10
        while not told.exists():
            assert time.monotonic() < end, "nothing was opened"
            time.sleep(0.01)
        return told.read_text(encoding="utf-8")

    return wait


HOSTILE = (
    "<script>alert(1)</script><META http-equiv=refresh content='0;url=https://x.example/'>"
    '<meta/http-equiv="refresh" content="0;url=https://x.example/"><base href="https://x.example/">'
    "<link rel=dns-prefetch href=//x.example><form action=https://x.example/><input></form></body>"
)


def test_a_copy_is_opened_that_does_nothing(
    desk: Desk, site: Site, opened: Callable[[], str]
) -> None:
    page = reply(7, charset="gb2312").replace("</body>", HOSTILE)
    site.pages["/t7.html"] = Answer(page.encode("gb2312"))
    desk("import", site.url("/t7.html"))
    assert "已打开副本" in program(desk.folder / "data", "source", "7-1", "--open").out
    address = opened()
    assert address.startswith("file:///")
    path = Path(address.removeprefix("file://").partition("#")[0])
    text = path.read_text(encoding="utf-8-sig")
    assert text.startswith('<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    policy = text[:300]
    for word in ("default-src 'none'", "form-action 'none'", "base-uri 'none'"):
        assert word in policy
    rest = text.partition("\n")[2].lower()
    assert not re.search(r"<(meta|link|base)\b", rest), "leads elsewhere by itself"
    assert "力争2023年" in text
    assert "#:~:text=%E5%8A%9B" in address


def test_on_a_terminal_the_copy_is_opened(
    desk: Desk, site: Site, opened: Callable[[], str]
) -> None:
    site.put("/t7.html", reply(7))
    desk("import", site.url("/t7.html"))
    said, status = on_terminal(desk.folder / "data", "source", "7-1")
    assert (status, "已打开副本" in said) == (0, True)
    assert opened().startswith("file:///")


def test_a_document_is_opened_as_such(
    desk: Desk, tmp_path: Path, opened: Callable[[], str]
) -> None:
    desk("import", str(letter(tmp_path / "in", 30)))
    assert "已打开副本" in program(desk.folder / "data", "source", "30-1", "--open").out
    assert opened().endswith(".txt")


def test_where_nothing_can_open_it_the_text_is_printed(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    site.put("/t7.html", reply(7))
    desk("import", site.url("/t7.html"))
    said, status = on_terminal(desk.folder / "data", "source", "7-1")
    assert status == 0
    assert "此处无法打开文件" in said
    assert "【力争2023年新增高新技术企业30户】" in said.replace("\x1b[1m", "").replace(
        "\x1b[0m", ""
    )
    assert "感谢您对我们工作的关心和支持" in said
    facts, status = on_terminal(desk.folder / "data", "source", "7-1", "--facts")
    assert (status, "感谢" in facts) == (0, False)


def test_the_text_of_a_copy(desk: Desk, site: Site, opened: Callable[[], str]) -> None:
    site.put("/t7.html", reply(7).replace("<p>感谢", "<p>\x1b[31m\u202e感谢"))
    desk("import", site.url("/t7.html"))
    assert "感谢" not in desk("source", "7-1").out, "away from a terminal only the facts"
    out = desk("source", "7-1", "--text").out
    assert "【力争2023年新增高新技术企业30户】。" in out
    assert "感谢" in out
    assert not {"\x1b", "\u202e"} & set(out)


def test_a_copy_that_is_missing_is_one_line(desk: Desk, tmp_path: Path) -> None:
    desk("import", str(letter(tmp_path / "in", 30)))
    next((desk.folder / "data" / "archive").rglob("*.bin")).unlink()
    done = desk("source", "30-1")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "存档副本不见了；请从备份恢复" in done.err
