"""Which letters are the same letter, in whatever bytes they came."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from tests.cli.running import LETTER
from tests.factories import NOW, WHO
from tests.letters import forms, tabled
from tracker.intake import again
from tracker.intake.again import same_letter
from tracker.intake.extracting import extract
from tracker.intake.writing import Answer, Outcome, Writer
from tracker.letters.letter import read_letter
from tracker.settings import Settings
from tracker.store import archive, ledger, pages
from tracker.store.database import Store
from tracker.store.tables import LetterRow

TEXT = LETTER.format(number=7)
THANKS = "感谢您对我们工作的关心和支持!\n"
FUNDS = "市财政局将于2023年6月底前拨付奖补资金300万元。"


@pytest.fixture
def known(store: Store, settings: Settings) -> int:
    """The letter in the ledger, as a file brought it."""
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    data = TEXT.encode()
    (done,) = writer.write([Answer("7.txt", extract(data, "7.txt"), data)])
    assert done.imported is not None
    return done.imported.letter_id


CASES = [
    (TEXT, True),
    ("首页 > 建议办理\n浏览次数:17\n" + TEXT + "\n相关新闻\n", True),
    (TEXT.replace("\n\n", "\r\n"), True),
    (TEXT.replace("户。", "户 。"), True),
    (TEXT.replace("市财政局将于", "市财政局\n将于").replace("户。", "户。 | "), True),
    (TEXT.replace("新增高新技术企业7户", "新增高新技术企业9户"), False),
    (TEXT.replace(FUNDS, ""), False),
    (TEXT.replace(FUNDS + "\n\n" + THANKS, ""), False),
    (TEXT.replace(THANKS, THANKS + "市科技局将于2024年5月底前建成孵化器2个。\n"), False),
    (TEXT + "类别:B\n", False),
    (TEXT.replace("5月15日", "5月16日"), False),
    (TEXT.replace("第7号", "第8号"), False),
    (TEXT.replace("云溪市市场监督管理局", "云溪市科学技术局"), False),
]


@pytest.mark.parametrize(("text", "same"), CASES)
@pytest.mark.parametrize("among", ["all", "one"])
def test_the_same_letter_word_by_word(
    store: Store, known: int, text: str, same: bool, among: str
) -> None:
    with store.read() as session:
        found = same_letter(session, read_letter(text), known if among == "one" else None)
    assert (found is not None and found.id == known) is same


def test_what_is_longer_than_any_letter_is_told_by_its_bytes(
    store: Store, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "_LONGEST", len(TEXT) - 1)
    with store.read() as session:
        assert same_letter(session, read_letter(TEXT), known) is None


@pytest.mark.parametrize("first", ["docx", "pdf", "html", "doc", "ofd", "txt"])
def test_a_letter_in_further_forms_is_one_letter(
    store: Store, settings: Settings, first: str
) -> None:
    made = {
        "docx": forms.docx(),
        "pdf": forms.pdf(),
        "ofd": forms.ofd(),
        "doc": forms.doc(),
        "html": forms.page_of_paragraphs().encode(),
        "txt": forms.text().encode(),
    }
    order = [first, *(form for form in made if form != first)]
    done = _write(store, settings, {f"41.{form}": made[form] for form in order})
    assert [one.status for one in done] == ["new", *["known"] * 5]
    assert len({one.code for one in done}) == 1
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert row.source == f"41.{first}"
        kept = pages.copies(session, row)
    assert [source for _, source in kept] == [f"41.{form}" for form in order[1:]]
    for name, source in kept:
        path = archive.path_of(settings.archive_dir, name)
        assert path.read_bytes() == made[source.partition(".")[2]]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name


def test_further_forms_one_after_the_other_and_once_more(store: Store, settings: Settings) -> None:
    for name, data, status in (
        ("41.docx", forms.docx(), "new"),
        ("41.pdf", forms.pdf(), "known"),
        ("again.pdf", forms.pdf(), "known"),
    ):
        (one,) = _write(store, settings, {name: data})
        assert (one.status, one.code) == (status, "41")
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert [source for _, source in pages.copies(session, row)] == ["41.pdf"]
        name = hashlib.sha256(forms.pdf()).hexdigest()
        assert ledger.known_codes(session, [name, row.sha256, "0" * 64]) == {
            name: "41",
            row.sha256: "41",
        }


def test_what_another_form_promises_otherwise_is_a_version(
    store: Store, settings: Settings
) -> None:
    assert "新增高新技术企业60户" in forms.text()
    other = forms.pdf(forms.text().replace("新增高新技术企业60户", "新增高新技术企业77户"))
    done = _write(store, settings, {"41.docx": forms.docx(), "41.pdf": other})
    assert [one.status for one in done] == ["new", "version"]
    with store.read() as session:
        assert len(list(session.scalars(select(LetterRow)))) == 2


@pytest.mark.parametrize("name", ["tasks", "figures", "projects"])
def test_a_letter_with_a_table_in_two_forms(store: Store, settings: Settings, name: str) -> None:
    table = {"tasks": tabled.TASKS, "figures": tabled.FIGURES, "projects": tabled.PROJECTS}[name]
    made = {"a.docx": tabled.docx(table), "a.pdf": tabled.pdf(table), "a.html": tabled.page(table)}
    assert [one.status for one in _write(store, settings, made)] == ["new", "known", "known"]


def _write(store: Store, settings: Settings, made: dict[str, bytes]) -> list[Outcome]:
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    return writer.write([Answer(name, extract(data, name), data) for name, data in made.items()])
