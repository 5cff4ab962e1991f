"""`tracker import`: batches with bad files among them, the same files again, new versions, a crash."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tests.cli.running import LETTER, call, letter, program
from tests.letters import forms
from tracker.cli.session import shown
from tracker.settings import Settings
from tracker.store import archive, queries
from tracker.store.database import open_store
from tracker.store.tables import CommitmentRow, LetterRow

BAD = {
    "cut.html": ("<html><body><p>关于第7号建议的答复</p><div cla".encode(), "在标签中间断开"),
    "data.txt": (b"\x00\x01\x02\x03 binary \x00" * 50, "不是文本文件"),
    "empty.txt": (b"", "是空文件"),
    "mixed.txt": ("关于第8号建议的答复".encode() + b"\xff\xff\xfe" * 9, "文字编码无法识别"),
    "news.txt": ("云溪市召开企业座谈会\n5月15日,会议在市政府举行。".encode(), "没有提到建议、提案"),
}


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Fifty files in two folders, five of them bad."""
    folder = tmp_path / "in"
    for number in range(1, 46):
        letter(folder / ("2023" if number % 2 else "more"), number)
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    return folder


def _rows(settings: Settings) -> tuple[list[LetterRow], list[CommitmentRow]]:
    store = open_store(settings)
    with store.read() as session:
        letters = session.scalars(
            select(LetterRow).options(selectinload(LetterRow.commitments))
        ).all()
        found = list(letters), queries.commitments(session)
    store.close()
    return found


def test_a_batch_with_bad_files_among_it(batch: Path, settings: Settings) -> None:
    done = program(settings.data_dir, "import", str(batch))
    assert done.status == 2
    assert "共 50 个文件：新增 45，新版本 0，已在库 0，失败 5" in done.out
    failed = done.err.splitlines()
    assert len(failed) == 5
    for name, (_, reason) in BAD.items():
        named = [line for line in failed if name in line]
        assert len(named) == 1
        assert named[0].startswith("tracker: ")
        assert reason in named[0]
    letters, commitments = _rows(settings)
    assert len(letters) == 45
    assert all(row.commitments for row in letters)
    kept = sorted(path.stem for path in settings.archive_dir.rglob("*") if path.is_file())
    assert kept == sorted(row.sha256 for row in letters)
    assert f"待审核 {len(commitments)} 项" in done.out


def test_the_same_batch_again_changes_nothing(batch: Path, settings: Settings) -> None:
    call(settings.data_dir, "import", str(batch))
    before = _dump(settings)
    done = call(settings.data_dir, "import", str(batch))
    assert (done.status, "新增 0，新版本 0，已在库 45，失败 5" in done.out) == (2, True)
    assert _dump(settings) == before


def _dump(settings: Settings) -> list[str]:
    connection = sqlite3.connect(settings.data_dir / "tracker.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_letters_without_a_date_are_told(tmp_path: Path, settings: Settings) -> None:
    for number in range(1, 6):
        one = letter(tmp_path / "in", number)
        one.write_text(one.read_text("utf-8").replace("2023年5月15日\n", ""), "utf-8")
    letter(tmp_path / "in", 6)
    told = call(settings.data_dir, "import", str(tmp_path / "in"))
    (line,) = [line for line in told.out.splitlines() if "落款日期" in line]
    assert line.startswith("5 封没有落款日期")
    assert line.count(".txt") == 3
    assert " 等" in line
    assert told.status == 0
    assert "落款日期" not in call(settings.data_dir, "import", str(tmp_path / "in")).out


def test_one_letter_is_one_line(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path, 30)
    done = call(settings.data_dir, "import", str(path))
    assert done.status == 0
    assert done.out.splitlines()[0].startswith("新增    30")
    assert "共 1" not in done.out
    again = call(settings.data_dir, "--lang", "en", "import", str(path))
    assert (again.status, again.err) == (0, "")
    assert "nothing changed" in again.out


def test_quotes_stand_where_the_ledger_says(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path, 30)
    call(settings.data_dir, "import", str(path))
    store = open_store(settings)
    with store.read() as session:
        rows = queries.commitments(session)
        assert [str(row.value) for row in rows] == ["30", "300"]
        for row in rows:
            assert row.letter.text[row.start : row.end] == row.quote
        assert [owner.unit.name for owner in rows[1].owners] == ["云溪市财政局"]
        assert (
            archive.path_of(settings.archive_dir, rows[0].letter.sha256).read_bytes()
            == path.read_bytes()
        )
    store.close()


def test_corrections_survive_a_new_version(tmp_path: Path, settings: Settings) -> None:
    call(settings.data_dir, "import", str(letter(tmp_path, 30)))
    call(settings.data_dir, "confirm", "30-1")
    registry = tmp_path / "units.csv"
    registry.write_text("单位\n云溪市科技局\n", encoding="utf-8")
    assert call(settings.data_dir, "units", "import", str(registry), "--yes").status == 0
    edit = call(
        settings.data_dir,
        "edit",
        "30-1",
        "--deadline",
        "2024-03-31",
        "--owner",
        "市科技局",
        "--why",
        "核对",
    )
    assert edit.status == 0
    call(settings.data_dir, "progress", "30-1", "--value", "12", "--as-of", "2023-07-01")
    changed = LETTER.replace("300万元", "500万元").replace("5月15日", "6月1日")
    second = letter(tmp_path, 30, "again.txt", changed)
    done = call(settings.data_dir, "import", str(second))
    assert done.out.startswith("新版本  30")
    assert "新增 0 项，未再出现 0 项" in done.out
    _, rows = _rows(settings)
    first = rows[0]
    assert [row.ref for row in rows] == ["30-1", "30-2"]
    assert [str(row.value) for row in rows] == ["30", "500"]
    assert str(first.deadline) == "2024-03-31"
    assert str(first.original_deadline) == "2023-12-31"
    assert [owner.unit.name for owner in first.owners] == ["云溪市科技局"]
    assert (first.review, [str(report.value) for report in first.reports]) == ("confirmed", ["12"])


def test_a_new_version_tells_what_it_changed(tmp_path: Path, settings: Settings) -> None:
    call(settings.data_dir, "import", str(letter(tmp_path, 30)))
    call(settings.data_dir, "confirm", "30-1")
    more = LETTER.replace("力争2023年新增高新技术企业{number}户", "力争2024年新增高新技术企业45户")
    done = call(settings.data_dir, "import", str(letter(tmp_path, 30, "more.txt", more)))
    assert "* 30-1  目标 30户 → 45户（人工核定的内容未动）" in done.out
    assert "* 30-1  时限 2023-12-31 → 2024-12-31（人工核定的内容未动）" in done.out
    assert done.out.splitlines()[-1].startswith("新版本改动承诺 ")
    assert done.out.endswith("处：tracker review --changes\n")
    same = LETTER.replace("感谢您对我们", "衷心感谢您对我们")
    again = call(settings.data_dir, "import", str(letter(tmp_path, 31)))
    assert "tracker review --changes" not in again.out
    again = call(settings.data_dir, "import", str(letter(tmp_path, 31, "same.txt", same)))
    assert "承诺没有变化" in again.out
    assert "tracker review --changes" not in again.out


def test_of_many_new_versions_the_changes_are_counted(tmp_path: Path, settings: Settings) -> None:
    for number in range(1, 23):
        letter(tmp_path / "old", number)
        letter(tmp_path / "new", number, text=LETTER.replace("300万元", "500万元"))
    call(settings.data_dir, "import", str(tmp_path / "old"))
    done = call(settings.data_dir, "import", str(tmp_path / "new"))
    assert "新版本 22" in done.out
    assert "→" not in done.out
    counted = re.search(r"新版本改动承诺 (\d+) 处：tracker review --changes", done.out)
    assert counted is not None
    assert int(counted[1]) >= 22


def test_names_on_the_disk_that_are_no_utf8_are_legible(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "乙区"
    folder.mkdir()
    for name, data in (("第7号答复", LETTER.format(number=7).encode()), ("空白件", b"")):
        (folder / os.fsdecode(f"{name}.txt".encode("gb18030"))).write_bytes(data)
    (folder / os.fsdecode(b"\xff\xff.txt")).touch()
    listed = tmp_path / "f.csv"
    done = call(settings.data_dir, "import", str(folder), "--failures", str(listed))
    assert f"{folder}/第7号答复.txt" in done.out
    for told in (done.err, listed.read_text("utf-8-sig")):
        assert f"{folder}/空白件.txt" in told
        assert f"{folder}/??.txt" in told
    assert "第7号答复.txt" in call(settings.data_dir, "source", "7-1").out


@pytest.mark.parametrize(
    ("raw", "shown_as"),
    [
        (b"a/b.txt", "a/b.txt"),
        ("丙区/件".encode(), "丙区/件"),
        ("丙区/".encode() + "答复件".encode("gb18030"), "丙区/答复件"),
        ("模板".encode("gb18030") + b".txt", "模板.txt"),
        ("答".encode("gb18030") + ": 没有".encode(), "??: 没有"),
        (b"\xff\xfe", "??"),
        ("复\u202e件".encode("gb18030"), "复件"),
    ],
)
def test_how_names_are_shown(raw: bytes, shown_as: str) -> None:
    assert shown(os.fsdecode(raw)) == shown_as


DYING = """
import os, signal
from tracker.store import ledger
real = ledger.import_letter
def dying(session, **values):
    real(session, **values)
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
ledger.import_letter = dying
from tracker.cli.main import main
main()
"""


def test_a_crash_between_archive_and_commit_loses_nothing(
    tmp_path: Path, settings: Settings
) -> None:
    path = letter(tmp_path, 30)
    assert program(settings.data_dir, "import", str(path), code=DYING).status == -9
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    assert archive.path_of(settings.archive_dir, name).read_bytes() == path.read_bytes()
    assert _rows(settings) == ([], [])
    assert program(settings.data_dir, "import", str(path)).out.startswith("新增    30")
    assert [len(rows) for rows in _rows(settings)] == [1, 2]


WRONG_PATHS = [("none.txt", "没有这个文件"), ("void", "文件夹中没有")]


@pytest.mark.parametrize(("name", "reason"), WRONG_PATHS)
def test_a_path_that_gives_nothing_is_named(
    tmp_path: Path, settings: Settings, name: str, reason: str
) -> None:
    (tmp_path / "void").mkdir()
    good = letter(tmp_path / "good", 30)
    done = call(settings.data_dir, "import", str(tmp_path / name), str(good))
    assert done.status == 2
    assert f"tracker: {tmp_path / name}: {reason}" in done.err
    assert "新增 1" in done.out


def test_a_file_named_twice_is_taken_once(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path / "in", 30)
    done = call(settings.data_dir, "import", str(path), str(path.parent))
    assert (done.status, done.out.count("新增")) == (0, 1)


def test_a_web_page_is_found_in_a_folder(tmp_path: Path, settings: Settings) -> None:
    page = "<html><body><p>" + LETTER.replace("\n\n", "</p><p>") + "</p></body></html>"
    letter(tmp_path / "in", 30, "reply.HTM", page)
    (tmp_path / "in" / "notes.md").write_text("not looked at")
    done = call(settings.data_dir, "import", str(tmp_path / "in"))
    assert (done.status, done.out[:2]) == (0, "新增")


def test_word_documents_are_found_in_a_folder(tmp_path: Path, settings: Settings) -> None:
    from docx import Document

    folder = tmp_path / "in"
    folder.mkdir()
    document = Document()
    for line in LETTER.format(number=30).splitlines():
        document.add_paragraph(line)
    document.save(str(folder / "030.docx"))
    (folder / "~$030.docx").write_bytes(b"\x05" * 162)  # Word's own mark of an open document
    (folder / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0" + b"EncryptedPackage")
    done = call(settings.data_dir, "import", str(folder))
    assert "新增    30       2 项承诺" in done.out
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert f"{folder}/old.docx: 旧版 Word 或 WPS 文稿" in done.err


def test_names_that_steer_a_terminal_do_not(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path, 30, "a\x1b[31mred.txt")
    done = call(settings.data_dir, "import", str(path))
    assert "\x1b" not in done.out
    letters, _ = _rows(settings)
    assert "\x1b" not in letters[0].source


def test_sure_finds_are_confirmed_where_the_settings_say_so(
    tmp_path: Path, settings: Settings
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'data = "{settings.data_dir}"\n[review]\nconfirm_above = 0.0\n')
    path = letter(tmp_path / "in", 30)
    done = program(settings.data_dir, "--config", str(config), "import", str(path))
    assert "自动确认 2 项" in done.out
    assert "tracker review" not in done.out


def _page(number: int) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in LETTER.format(number=number).splitlines())
    return f"<html><body><div id=zoom>{lines}</div></body></html>".encode("gbk")


def test_what_a_page_says_of_itself_is_kept_of_a_file_too(
    tmp_path: Path, settings: Settings
) -> None:
    head = '<meta name="PubDate" content="2023-05-18"><meta name="ContentSource" content="市局">'
    (tmp_path / "a.html").write_bytes(head.encode("gbk") + _page(31))
    assert call(settings.data_dir, "import", str(tmp_path / "a.html")).status == 0
    (row,), _ = _rows(settings)
    assert (row.published, row.source_name, row.url) == (dt.date(2023, 5, 18), "市局", None)
    said = call(settings.data_dir, "source", "31-1").out
    assert "发布  2023-05-18\n发布单位  市局\n" in said


def test_archives_and_mails_are_imported_letter_by_letter(
    tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    letters = {
        "答复/第31号.html": _page(31),
        "答复/../\n第32号.txt": LETTER.format(number=32).encode("gb18030"),
        "答复/坏.pdf": b"%PDF-1.4 cut",
        "照片.jpg": b"\xff\xd8\xff",
    }
    (folder / "批次.zip").write_bytes(forms.zipped(letters, encoding="gbk"))
    mail = forms.eml("见附件。", attached={"答复.zip": forms.zipped({"第33号.htm": _page(33)})})
    (folder / "来信.eml").write_bytes(mail)
    done = call(settings.data_dir, "import", str(folder))
    assert done.status == 2
    assert done.err == (
        f"tracker: {folder}/批次.zip › 答复/坏.pdf: PDF 文件已损坏或不完整；请重新保存或下载\n"
    )
    assert "共 4 个文件：新增 3，新版本 0，已在库 0，失败 1" in done.out
    assert f"另有 1 个文件的格式不读，未导入：{folder}/批次.zip › 照片.jpg；" in done.out
    rows, _ = _rows(settings)
    assert sorted(row.source for row in rows) == [
        f"{folder}/批次.zip › 答复/第31号.html",
        f"{folder}/批次.zip › 答复/第32号.txt",
        f"{folder}/来信.eml › 答复.zip › 第33号.htm",
    ]
    again = call(settings.data_dir, "import", str(folder))
    assert "新增 0，新版本 0，已在库 3，失败 1" in again.out


def _archive(folder: Path, count: int) -> Path:
    path = folder / f"{count}.zip"
    names = {f"{at:02}.txt": LETTER.format(number=100 + at).encode() for at in range(count)}
    path.write_bytes(forms.zipped(names))
    return path


def test_an_archive_is_told_as_a_folder_of_as_many_files(
    tmp_path: Path, settings: Settings
) -> None:
    few, many = _archive(tmp_path, 3), _archive(tmp_path, 25)
    for word in ("新增  ", "已在库  "):
        done = call(settings.data_dir, "import", str(few))
        assert [line[: len(word)] for line in done.out.splitlines()[:3]] == [word] * 3
        assert "共 3 个文件" in done.out
    for _ in range(2):
        done = call(settings.data_dir, "import", str(many))
        assert [
            line for line in done.out.splitlines() if line.startswith(("新增 ", "已在库 "))
        ] == []
        assert "共 25 个文件" in done.out
    assert call(settings.data_dir, "import", "-v", str(many)).out.count("已在库  ") == 25
    alone = letter(tmp_path, 77)
    done = call(settings.data_dir, "import", str(alone), str(few), str(tmp_path / "77.txt"))
    assert [line[:4] for line in done.out.splitlines()[:3]] == ["新增  ", "已在库 ", "已在库 "]


def test_what_a_folder_holds_beside_letters_is_named_and_no_failure(
    tmp_path: Path, settings: Settings
) -> None:
    folder = letter(tmp_path / "in", 30).parent
    for name in ("a.rar", "b.rtf", "c.tif", "d.7z", "e.xlsx", "f.csv", "g.css"):
        (folder / name).write_bytes(b"x")
    done = call(settings.data_dir, "import", str(folder))
    assert (done.status, done.err) == (0, "")
    named = "、".join(f"{folder}/{name}" for name in ("a.rar", "b.rtf", "c.tif"))
    assert f"另有 4 个文件的格式不读，未导入：{named} 等；" in done.out
    tables = f"{folder}/e.xlsx、{folder}/f.csv"
    assert f"另有 2 个表格未读：{tables}；如是答复件链接的列表" in done.out
    assert "共 " not in done.out
    english = call(settings.data_dir, "--lang", "en", "import", str(folder))
    assert (
        f"4 files are in forms that are not read and were left out: {folder}/a.rar, " in english.out
    )


@pytest.mark.parametrize("name", ["n" * 300 + ".txt", "n" * 300 + ".xlsx"])
def test_a_name_that_the_system_refuses_stops_no_other(
    tmp_path: Path, settings: Settings, name: str
) -> None:
    done = call(settings.data_dir, "import", name, str(letter(tmp_path, 30)))
    assert done.status == 2
    assert done.err == f"tracker: {name}: 文件名太长\n"
    assert "新增    30" in done.out


def test_an_address_of_another_kind_is_no_file(settings: Settings) -> None:
    done = call(settings.data_dir, "import", "ftp://x/y")
    assert (done.status, done.err) == (
        2,
        "tracker: ftp://x/y: 只读 http 和 https 网址\n",
    )


def test_few_failures_are_told_once(tmp_path: Path, settings: Settings) -> None:
    for count in (2, 4):
        folder = letter(tmp_path / str(count), count).parent
        for at in range(count):
            (folder / f"bad{at}.txt").write_bytes(b"")
        done = call(settings.data_dir, "import", str(folder))
        assert len(done.err.splitlines()) == count
        assert (f"失败 {count} 个文件" in done.out) == (count > 3)


def test_scans_are_recognised_where_the_settings_say_so(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "scan.pdf").write_bytes(forms.scan(LETTER.format(number=30)))
    plain = call(settings.data_dir, "import", str(tmp_path / "scan.pdf"))
    assert plain.err.startswith(f"tracker: {tmp_path}/scan.pdf: 是扫描件，没有文字；")
    config = tmp_path / "config.toml"
    config.write_text(f'data = "{settings.data_dir}"\n[reading]\nocr = true\n')
    done = program(settings.data_dir, "--config", str(config), "import", str(tmp_path / "scan.pdf"))
    assert done.out.startswith("新增    30"), done.err


def test_a_letter_beside_its_pdf_is_one_and_both_files_are_named(
    tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "41.docx").write_bytes(forms.docx())
    (folder / "41.pdf").write_bytes(forms.pdf())
    first = call(settings.data_dir, "import", str(folder))
    again = call(settings.data_dir, "import", str(folder))
    assert (first.status, again.status) == (0, 0)
    letters, found = _rows(settings)
    assert len(letters) == 1
    told = call(settings.data_dir, "source", "--facts", found[0].ref).out
    name = hashlib.sha256(forms.pdf()).hexdigest()
    kept = archive.path_of(settings.archive_dir, name)
    assert kept.read_bytes() == forms.pdf()
    assert f"同一件  {kept}  来源  {folder / '41.pdf'}" in told.splitlines()
    assert told.count("同一件") == 1, "the second import notes nothing"
