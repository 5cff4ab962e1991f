"""`tracker letter`, as an office meets it: the file, the archive, the number, the history."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest

from tests.cli.running import Answer, call, letter
from tracker.resources import data_path

DAY = ("--as-of", "2024-03-04")
CONFIG = """
[office]
name = "云溪市人大代工委"
[letters]
code = "云人代函"
contact = "联系人李明"
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an office with two promises that are overdue in 2024."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    data = tmp_path / "data"
    assert call(data, "import", str(letter(tmp_path / "in"))).status == 0
    assert call(data, "confirm", "30-1", "30-2").status == 0
    return data


def _text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def _refused(answer: Answer, *words: str) -> None:
    assert answer.status == 2
    assert all(word in answer.err for word in words), answer.err


def test_a_letter_of_one_promise(office: Path) -> None:
    answer = call(office, "letter", "30-2", "-o", "out.docx", *DAY)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == "云人代函〔2024〕1号 致云溪市财政局：1 项（30-2），已写入 out.docx\n"
    text = _text(Path("out.docx"))
    assert "关于催办建议提案答复承诺事项的函" in text
    assert "“市财政局将于2023年6月底前拨付奖补资金300万元”" in text
    assert "已逾期248天。至今未填报进展。" in text
    assert "于2024年3月18日前" in text, "ten working days"
    copies = [path.read_bytes() for path in (office / "archive").glob("??/*.bin")]
    assert Path("out.docx").read_bytes() in copies
    told = call(office, "history", "30-2").out
    assert "发函" in told
    assert "云人代函〔2024〕1号" in told
    assert call(office, "audit", "verify").status == 0


def test_all_that_a_unit_owes(office: Path) -> None:
    answer = call(office, "letter", "--unit", "市场监督", "--kind", "督办", *DAY)
    assert answer.status == 0
    path = Path("云人代函〔2024〕1号 云溪市市场监督管理局.docx")
    assert str(path) in answer.out
    assert "现予以督办" in _text(path)


def test_who_promised_it_is_told(office: Path) -> None:
    assert call(office, "letter", "30-1", "-o", "own.docx", *DAY).status == 0
    assert "\n贵单位在答复人大代表建议、政协提案时作出的下列1项承诺" in _text(Path("own.docx"))
    assert call(office, "letter", "30-2", "-o", "others.docx", *DAY).status == 0
    text = _text(Path("others.docx"))
    assert "\n答复人大代表建议、政协提案时作出、由贵单位承担的下列1项承诺" in text
    assert "云溪市市场监督管理局2023年5月15日对" in text
    assert call(office, "edit", "30-1", "--owner", "云溪市财政局", "--why", "移交").status == 0
    both = ("letter", "--unit", "云溪市财政局", "-o", "both.docx", *DAY)
    assert call(office, *both).status == 0
    assert "由贵单位承担的下列2项承诺" in _text(Path("both.docx"))


@pytest.mark.parametrize("kind", ["催办", "督办"])
def test_nobody_is_accused_of_what_is_reported_done(office: Path, kind: str) -> None:
    assert call(office, "edit", "30-1", "--owner", "云溪市财政局", "--why", "移交").status == 0
    done = ("--value", "300", "--as-of", "2024-02-20")
    assert call(office, "progress", "30-2", *done).status == 0
    to_unit = ("letter", "--unit", "云溪市财政局", "--kind", kind)
    answer = call(office, *to_unit, "-o", "a.docx", *DAY)
    assert "1 项（30-1）" in answer.out
    assert answer.err == "未列入（填报已达目标，待销号）：30-2\n"
    assert "300万元" not in _text(Path("a.docx"))
    named = ("letter", "30-2", "--kind", kind, "-o", "b.docx", *DAY)
    _refused(call(office, *named), "30-2 填报已达目标，待销号：300万元（截至 2024-02-20）", "--yes")
    assert not Path("b.docx").exists()
    assert call(office, *named, "--yes").status == 0
    assert "完成300万元" in _text(Path("b.docx"))
    assert call(office, "settle", "30-1", "broken", "--why", "未办").status == 0
    nothing = call(office, *to_unit, "-o", "c.docx", *DAY)
    assert nothing.status == 1
    assert "无需发函" in nothing.err


def test_a_report_and_a_moved_deadline_are_told(office: Path) -> None:
    call(office, "progress", "30-1", "--value", "18", "--note", "其余待批", "--as-of", "2023-11-30")
    call(office, "edit", "30-1", "--deadline", "2024-01-31", "--why", "批准延期")
    assert call(office, "letter", "30-1", "-o", "a.docx", *DAY).status == 0
    text = _text(Path("a.docx"))
    assert "最近一次填报\uff08截至2023年11月30日\uff09\uff1a完成18户\uff0c其余待批。" in text
    assert "办理时限为2024年1月31日\uff08原定2023年12月31日\uff09" in text


def test_a_number_and_a_day_of_ones_choice(office: Path) -> None:
    chosen = ("--number", "云政督函〔2024〕9号", "--reply-by", "2024-04-01")
    answer = call(office, "--lang", "en", "letter", "30-2", "-o", "a.docx", *chosen, *DAY)
    assert answer.out.startswith("云政督函〔2024〕9号 to 云溪市财政局: 1 commitments")
    assert "于2024年4月1日前" in _text(Path("a.docx"))
    again = call(office, "letter", "30-1", "-o", "b.docx", *chosen, *DAY)
    _refused(again, "云政督函〔2024〕9号 已用于 2024-03-04 给 云溪市财政局 的函")
    assert not Path("b.docx").exists()


def test_what_is_refused(office: Path) -> None:
    Path("there.docx").write_bytes(b"mine")
    for arguments, words in (
        (DAY, ("请写明承诺编号",)),
        (("30-1", "30-2", *DAY), ("责任单位不同",)),
        (("30-1", "--as-of", "2023-12-31"), ("时限是 2023-12-31", "尚未逾期")),
        (("30-9", *DAY), ("没有编号为",)),
        (("30-2", "-o", "a.pdf", *DAY), (".docx",)),
        (("30-2", "-o", "there.docx", *DAY), ("已经存在",)),
        (("30-2", "-o", "none/a.docx", *DAY), ("没有文件夹 none",)),
        (("30-2", "--number", "9号", *DAY), ("不是发文字号",)),
        (("30-2", "--reply-by", "2024-03-04", *DAY), ("不在发文日期之后",)),
        (("--unit", "市", *DAY), ("指多个单位",)),
    ):
        _refused(call(office, "letter", *arguments), *words)
    assert Path("there.docx").read_bytes() == b"mine"
    # No number was used up.
    assert "〔2024〕1号" in call(office, "letter", "30-2", "-o", "a.docx", *DAY).out


def test_a_unit_that_owes_nothing(office: Path) -> None:
    answer = call(office, "letter", "--unit", "云溪市财政局", "--as-of", "2023-06-30")
    assert answer.status == 1
    assert "无需发函" in answer.err


def test_an_office_without_name_or_code(office: Path) -> None:
    Path("config.toml").write_text("", encoding="utf-8")
    _refused(call(office, "letter", "30-2", *DAY), "office.name")
    Path("config.toml").write_text('[office]\nname = "云溪市人大"\n', encoding="utf-8")
    _refused(call(office, "letter", "30-2", *DAY), "letters.code")


def test_an_offices_own_template_goes_first(office: Path) -> None:
    own = office / "templates" / "催办函.docx"
    own.parent.mkdir()
    shutil.copy(data_path("templates", "催办函.docx"), own)
    document = docx.Document(str(own))
    document.paragraphs[1].runs[0].text = "关于本地写法的函"
    document.save(str(own))
    assert call(office, "letter", "30-2", "-o", "a.docx", *DAY).status == 0
    assert "关于本地写法的函" in _text(Path("a.docx"))
    own.write_bytes(b"no document")
    _refused(call(office, "letter", "30-2", "-o", "b.docx", *DAY), "催办函.docx", ".docx")
