"""Pages of a watched site: documents on them, letters that come back, and what takes their place."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import pytest
from docx import Document

from tests.intake.watching import NOW, WHO, Office, attach, publish, word
from tests.letters import forms
from tests.site import Answer, Site, index_page, reply
from tracker.intake import published
from tracker.intake.batch import import_items
from tracker.intake.items import Item
from tracker.intake.pool import Pool
from tracker.intake.writing import Writer
from tracker.store import archive, ledger, newer, pages, queries


def test_a_letter_that_hangs_on_its_page(office: Office, site: Site) -> None:
    attach(site, "a.docx", "b.docx")
    for name, number in (("a.docx", 7), ("b.docx", 8)):
        site.put(f"/files/{name}", word(number), type="application/octet-stream")
    assert office.look().counts == {"new": 2}
    assert [letter.url for letter in office.letters()] == [
        site.url("/files/a.docx"), site.url("/files/b.docx"),
    ]  # fmt: skip
    assert office.look().counts == {"unchanged": 3}
    changed = Document(io.BytesIO(word(7)))
    changed.paragraphs[3].text = "力争2023年新增高新技术企业99户。"
    out = io.BytesIO()
    changed.save(out)
    site.put("/files/a.docx", out.getvalue(), type="application/octet-stream")
    assert office.look().counts == {"unchanged": 2, "changed": 1}


def test_what_hangs_on_a_page_with_a_letter_is_left_alone(office: Office, site: Site) -> None:
    publish(site, 7)
    site.put("/t7.html", reply(7).replace("</div>", '<a href="/files/a.docx">附件</a></div>', 1))
    office.look()
    assert site.times("/files/a.docx") == 0


def test_an_attachment_that_fails_is_asked_for_again(office: Office, site: Site) -> None:
    attach(site, "a.docx")
    assert office.look().counts == {"failed": 1}
    assert "/files/a.docx: no such page" in office.told[0].reason
    site.put("/files/a.docx", word(7), type="application/octet-stream")
    assert office.look().counts == {"new": 1}


def test_an_attachment_that_cannot_be_read_is_named(office: Office, site: Site) -> None:
    attach(site, "a.docx")
    site.put("/files/a.docx", b"PK\x03\x04 broken", type="application/octet-stream")
    assert office.look().counts == {"failed": 1}
    assert "/files/a.docx: " in office.told[0].reason
    assert office.letters() == []


def test_documents_fail_one_by_one(office: Office, site: Site) -> None:
    attach(site, "a.docx", "b.docx", "c.docx", "d.docx")
    site.put("/files/a.docx", word(7), type="application/octet-stream")
    site.put("/files/b.docx", b"PK\x03\x04 broken", type="application/octet-stream")
    site.put("/files/d.docx", word(8), type="application/octet-stream")
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"new": 2, "failed": 2}, True)
    failed = {event.url.rpartition("/")[2]: event.reason for event in office.told[2:]}
    assert list(failed) == ["b.docx", "c.docx"]
    assert "damaged" in failed["b.docx"]
    assert "no such page (404)" in failed["c.docx"]
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"unchanged": 4, "problem": 2}, False)
    site.put("/files/c.docx", word(9), type="application/octet-stream")
    assert office.look().counts == {"unchanged": 4, "new": 1, "failed": 1}
    assert "c.docx" not in (office.pages()["t7.html"].problem or "c.docx")
    site.put("/files/b.docx", word(10), type="application/octet-stream")
    assert office.look().counts == {"unchanged": 6, "new": 1}
    assert office.look().counts == {"unchanged": 5}


@pytest.mark.parametrize(("bound", "value"), [("_MOST_ATTACHED", 2), ("_MOST_BYTES", 40_000)])
def test_documents_beyond_what_is_read_are_named(
    office: Office, site: Site, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(published, bound, value)
    attach(site, "a.docx", "b.docx", "c.docx", "d.docx")
    for at, name in enumerate("abcd", 7):
        site.put(f"/files/{name}.docx", word(at), type="application/octet-stream")
    assert 20_000 < len(word(7)) < 40_000
    assert office.look().counts == {"new": 2, "failed": 1}
    reason = office.told[-1].reason
    rest = f"{site.url('/files/c.docx')}, {site.url('/files/d.docx')}"
    assert reason.startswith(f"not read: {rest} (a page may hold")
    assert office.look().counts == {"unchanged": 4, "problem": 1}


def test_archives_of_a_page_count_unpacked(
    office: Office, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_MOST_BYTES", 40_000)
    attach(site, "a.zip", "b.zip", "c.zip")
    for at, name in enumerate("abc", 7):
        page = reply(at).replace("<head>", f"<head><!--{' ' * 30_000}-->").encode()
        packed = forms.zipped({f"{at}.html": page})
        assert len(packed) < 5_000
        site.put(f"/files/{name}.zip", packed, type="application/zip")
    assert office.look().counts == {"new": 2, "failed": 1}
    assert office.told[-1].reason.startswith(f"not read: {site.url('/files/c.zip')} (a page may")


def test_documents_of_a_site_that_is_down_are_left_for_later(office: Office, site: Site) -> None:
    names = [f"{at}.docx" for at in range(9)]
    attach(site, *names)
    site.put("/files/0.docx", word(7), type="application/octet-stream")
    for name in names[1:]:
        site.pages[f"/files/{name}"] = Answer(status=503)
    assert office.look().counts == {"new": 1, "failed": 6}
    assert "did not answer" in office.told[-1].reason
    assert site.times("/files/6.docx") == 0
    for at, name in enumerate(names[1:], 8):
        site.put(f"/files/{name}", word(at), type="application/octet-stream")
    assert office.look().counts == {"new": 8, "unchanged": 2}


def test_a_notice_beside_a_letter_is_told_once(office: Office, site: Site) -> None:
    """It can be read: another try would say the same."""
    packed = forms.zipped({"7.html": reply(7).encode(), "1.txt": "会议通知".encode()})
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", packed, type="application/zip")
    assert office.look().counts == {"new": 1, "failed": 1}
    assert office.look().counts == {"unchanged": 1}


def test_a_letter_that_hangs_on_a_page_has_the_facts_of_the_page(
    office: Office, site: Site
) -> None:
    attach(site, "a.docx")
    facts = (
        '<html><head><meta name="PubDate" content="2023-05-18 09:30"><meta name="ContentSource" '
        'content="云溪市人大代工委"><meta name="ColumnName" content="建议答复"></head>'
    )
    page = site.pages["/t7.html"]
    assert isinstance(page, Answer)
    site.put("/t7.html", page.body.decode().replace("<html>", facts))
    site.put("/files/a.docx", word(7), type="application/octet-stream")
    assert office.look().counts == {"new": 1}
    (letter,) = office.letters()
    assert (letter.published, letter.column_name) == (dt.date(2023, 5, 18), "建议答复")
    assert letter.source_name == "云溪市人大代工委"


def test_what_a_page_says_of_its_source_goes_before_the_name_of_the_site(
    office: Office, site: Site
) -> None:
    publish(site, 7, 8)
    said = '<meta name="ContentSource" content="云溪市人大代工委"><title>'
    site.put("/t7.html", reply(7).replace("<title>", said))
    office.look()
    assert [letter.source_name for letter in office.letters()] == ["云溪市人大代工委", "云溪市人大"]


# An earlier letter again


def current(office: Office) -> list[str]:
    """What the letters now in force promise: the quotes of commitments by the newest event."""
    with office.store.read() as session:
        missing = [
            one.quote for one in newer.differences(session, newest(office)) if one.kind == "missing"
        ]
        rows = queries.commitments(session)
        return sorted(row.quote for row in rows if row.quote not in missing)


def newest(office: Office) -> int:
    """The letter that the page stands for."""
    letter = office.pages()["t7.html"].letter_id
    assert letter is not None
    return letter


def test_a_page_that_goes_back_to_its_earlier_bytes_takes_its_promise_back(
    office: Office, site: Site
) -> None:
    publish(site, 7)
    office.look()
    first = newest(office)
    site.put("/t7.html", reply(7, target=50))
    assert office.look().counts == {"changed": 1}
    site.put("/t7.html", reply(7))
    seen = office.look()
    assert seen.counts == {"changed": 1}
    (event,) = office.told
    assert any("50户" in f"{one.quote} {one.old}" for one in event.differences)
    assert newest(office) == first
    assert [quote for quote in current(office) if "高新" in quote] == [
        "力争2023年新增高新技术企业30户"
    ]
    assert office.actions().count("reverted") == 1
    assert len(office.letters()) == 2
    with office.store.read() as session:
        assert [row.id for row, _ in newer.newer_versions(session, most=1)] == [first]
    assert office.look().counts == {"unchanged": 1}
    site.put("/t7.html", reply(7, target=50))
    assert office.look().counts == {"changed": 1}, "and forth again"
    assert office.actions().count("reverted") == 2
    assert office.look().counts == {"unchanged": 1}


def test_a_day_that_was_corrected_and_taken_back(office: Office, site: Site) -> None:
    """The letter in between has the later day; the one that is shown is in force all the same."""
    publish(site, 7)
    office.look()
    later = reply(7).replace("2023年6月底前", "2023年9月底前").replace("5月15日", "6月15日")
    site.put("/t7.html", later)
    office.look()
    in_between = newest(office)
    with office.store.read() as session:
        assert in_between in {row.letter_id for row in queries.commitments(session)}
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"changed": 1}
    assert any("9月底前" in f"{one.quote} {one.old}" for one in office.told[0].differences)
    with office.store.read() as session:
        rows = {row.quote: row.letter_id for row in queries.commitments(session)}
    assert rows["力争2023年新增高新技术企业30户"] == newest(office) != in_between


def test_an_earlier_letter_at_another_address_changes_nothing(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", reply(7, target=50))
    office.look()
    site.put("/t70.html", reply(7))
    packed = {"7.html": reply(7).encode(), "8.html": reply(8).encode()}
    site.put("/t71.html", forms.zipped(packed), type="application/zip")
    site.put("/index.html", index_page(["/t7.html", "/t70.html", "/t71.html"]))
    assert office.look().counts == {"known": 2, "new": 1, "unchanged": 1}
    assert office.actions().count("reverted") == 0
    assert office.look().counts == {"unchanged": 3}


def test_an_archive_that_holds_both_versions_takes_none_back(office: Office, site: Site) -> None:
    site.put("/index.html", index_page(["/t7.html"]))
    both = {"1.html": reply(7).encode(), "2.html": reply(7, target=50).encode()}
    for more in ({}, {"3.txt": "会议通知".encode()}):
        site.put("/t7.html", forms.zipped(both | more), type="application/zip")
        office.look()
    assert office.actions().count("reverted") == 0


# The same letter in other bytes


def test_a_letter_in_two_documents_of_a_page_is_one(office: Office, site: Site) -> None:
    attach(site, "a.docx", "b.docx")
    again, out = Document(io.BytesIO(word(7))), io.BytesIO()
    again.core_properties.author = "云溪市市场监督管理局"
    again.save(out)
    for name, data in (("a.docx", word(7)), ("b.docx", out.getvalue())):
        site.put(f"/files/{name}", data, type="application/octet-stream")
    assert office.look().counts == {"new": 1, "known": 1}
    assert len(office.letters()) == 1
    assert set(office.look().counts) == {"unchanged"}
    assert len(office.letters()) == 1


def test_a_letter_corrected_in_two_columns_is_one_version(office: Office, site: Site) -> None:
    publish(site, 7)
    site.put("/t70.html", reply(7, visits=2))
    site.put("/index.html", index_page(["/t7.html", "/t70.html"]))
    assert office.look().counts == {"new": 1, "known": 1}
    site.put("/t7.html", reply(7, target=39))
    site.put("/t70.html", reply(7, target=39, visits=2))
    assert office.look().counts == {"changed": 1, "unchanged": 1}
    assert len(office.letters()) == 2
    assert {row.letter_id for row in office.pages().values()} == {office.letters()[1].id}
    assert office.look().counts == {"unchanged": 2}
    site.put("/t70.html", reply(7, visits=2))
    assert office.look().counts == {"unchanged": 1, "changed": 1}, "one column goes back"
    assert office.actions().count("reverted") == 1
    assert len(office.letters()) == 2


def test_a_correction_that_came_as_a_file_is_met_on_its_page(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    writer = Writer(office.store, office.settings, who=WHO, now=lambda: NOW)
    with Pool(1) as pool:
        item = Item("7.html", "7.html", reply(7, target=39, visits=3).encode())
        list(import_items([item], pool, office.store, writer))
    site.put("/t7.html", reply(7, target=39))
    assert office.look().counts == {"unchanged": 1}
    assert [letter.url for letter in office.letters()] == [site.url("/t7.html")] * 2
    assert newest(office) == office.letters()[1].id
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"changed": 1}
    assert newest(office) == office.letters()[0].id


@pytest.mark.parametrize("visits", [1, 2])
def test_a_page_that_goes_back_makes_no_third_version(
    office: Office, site: Site, visits: int
) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", reply(7, target=39))
    office.look()
    site.put("/t7.html", reply(7, visits=visits))
    assert office.look().counts == {"changed": 1}
    assert [(one.field, one.new) for one in office.told[0].differences][-1] == ("target", "30户")
    assert len(office.letters()) == 2


# Something else in the place of a letter


def test_a_page_that_says_it_is_not_there_and_calls_it_a_success(
    office: Office, site: Site
) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", "<html><body><p>您访问的页面不存在</p></body></html>")
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"failed": 1}, True)
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"vanished": 1}, False)
    assert office.told[0].reason
    row = office.pages()["t7.html"]
    assert (row.vanished_at, row.letter_id) == (NOW + dt.timedelta(days=2), office.letters()[0].id)
    assert office.look().counts == {"gone": 1}
    assert office.actions().count("vanished") == 1
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"unchanged": 1}
    assert office.told[0].returned
    assert office.pages()["t7.html"].problem is None


def test_a_page_that_cannot_be_read_for_now_has_not_vanished(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", b"%PDF-1.4 cut", type="application/pdf")
    assert office.look().counts == {"failed": 1}
    for _ in range(2):
        assert office.look().counts == {"problem": 1}
    assert office.pages()["t7.html"].vanished_at is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_link_is_a_failure_as_long_as_it_is_listed(
    office: Office, site: Site, status: int
) -> None:
    publish(site, 7, 8)
    site.pages["/t8.html"] = Answer(status=status)
    for kind in ("new", "unchanged", "unchanged"):
        seen = office.look()
        assert (seen.counts, seen.failed) == ({kind: 1, "failed": 1}, True)
    site.put("/index.html", index_page(["/t7.html"]))
    assert office.look().counts == {"unchanged": 1}


# Letters that came as files


def test_a_letter_from_a_file_is_met_on_its_page(office: Office, site: Site) -> None:
    """The page differs by its counter; bytes, headers, time and hash of it are kept all the same."""
    settings = office.settings
    writer = Writer(office.store, settings, who=WHO, now=lambda: NOW)
    with Pool(1) as pool:
        item = Item("7.html", "7.html", reply(7, visits=3).encode())
        list(import_items([item], pool, office.store, writer))
    assert office.letters()[0].url is None
    publish(site, 7)
    assert office.look().counts == {"known": 1}
    (letter,) = office.letters()
    assert (letter.url, letter.source_name) == (site.url("/t7.html"), "云溪市人大")
    assert (letter.fetched_at, letter.source) == (NOW, "7.html")
    assert letter.headers is not None
    assert letter.headers["content-type"] == "text/html; charset=utf-8"
    with office.store.read() as session:
        copy = pages.page_copy(session, letter)
    assert copy == hashlib.sha256(reply(7).encode()).hexdigest() != letter.sha256
    for sha256, visits in ((copy, 1), (letter.sha256, 3)):
        path = archive.path_of(settings.archive_dir, sha256)
        assert path.read_bytes() == reply(7, visits=visits).encode()
    assert office.actions()[-1] == "address"
    site.put("/t7.html", reply(7, visits=9))
    assert office.look().counts == {"unchanged": 1}
    assert office.actions()[-1] == "address"


def test_a_day_moved_and_moved_back_is_told_as_the_letters_had_it(
    office: Office, site: Site
) -> None:
    publish(site, 7)
    office.look()
    with office.store.write() as session:
        for row in queries.commitments(session):
            ledger.confirm(session, row, who=WHO, now=NOW)
    later = reply(7).replace("2023年6月底前", "2023年9月底前")
    told: list[object] = []
    for page in (later, reply(7), later):
        site.put("/t7.html", page)
        office.look()
        (event,) = office.told
        told += [
            (one.field, one.old, one.new, one.kept)
            for one in event.differences
            if one.field == "deadline"
        ]
        with office.store.read() as session:
            told.append(max(row.recheck or "" for row in queries.commitments(session)))
    assert told == [
        ("deadline", "2023-06-30", "2023-09-30", True),
        "changed",
        ("deadline", "2023-09-30", "2023-06-30", True),
        "",
        ("deadline", "2023-06-30", "2023-09-30", True),
        "changed",
    ]
