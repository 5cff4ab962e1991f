"""Watching a site: a real server whose pages appear, change, vanish, lie and fail."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.intake.watching import NOW, WHO, Office, publish
from tests.letters import forms
from tests.site import Answer, Site, index_page, reply
from tracker.fetching.client import Client
from tracker.intake.extracting import parts_of
from tracker.intake.watch import GIVE_UP_AFTER, watch
from tracker.store import archive, newer, pages, queries
from tracker.store.database import Store
from tracker.store.tables import LetterRow, PageRow


def test_new_letters_enter_once(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    seen = office.look()
    assert office.kinds() == [("new", "t7.html"), ("new", "t8.html")]
    assert (seen.counts, seen.failed) == ({"new": 2}, False)
    assert office.told[0].title == "第1件建议的答复"
    first = office.letters()[0]
    assert (first.url, first.source) == (site.url("/t7.html"), site.url("/t7.html"))
    assert (first.source_name, first.fetched_at) == ("云溪市人大", NOW)
    assert first.headers is not None
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    path = archive.path_of(office.settings.archive_dir, first.sha256)
    assert path.read_bytes() == reply(7).encode()
    assert office.look().counts == {"unchanged": 2}
    assert len(office.letters()) == 2
    assert site.times("/news/1.html") == 0, "followed a link that leads to no letter"
    assert [head for head in site.heads if "/t7" in head][1].lower().count("if-none-match") == 1


def test_a_server_without_etags_is_compared_by_bytes(office: Office, site: Site) -> None:
    publish(site, 7)
    site.pages["/t7.html"] = Answer(reply(7).encode())
    office.look()
    assert office.look().counts == {"unchanged": 1}
    assert len(office.letters()) == 1


def test_a_changed_letter_is_a_new_version_with_its_differences(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    office.look()
    site.put("/t7.html", reply(7, target=45))
    assert office.look().counts == {"changed": 1, "unchanged": 1}
    event = next(event for event in office.told if event.kind == "changed")
    assert event.letter is not None
    assert event.letter.status == "version"
    assert [(one.kind, one.ref, one.field) for one in event.differences] == [
        ("changed", "7-1", "quote"),
        ("changed", "7-1", "target"),
    ]
    assert (event.differences[1].old, event.differences[1].new) == ("30户", "45户")
    first, _, version = office.letters()
    assert first.sha256 != version.sha256
    for letter in (first, version):
        assert archive.path_of(office.settings.archive_dir, letter.sha256).is_file()
    assert office.pages()["t7.html"].letter_id == version.id
    with office.store.read() as session:
        assert [row.id for row, _ in newer.newer_versions(session, most=9)] == [version.id]
        assert tuple(newer.differences(session, version.id)) == event.differences
    assert office.look().counts == {"unchanged": 2}


def test_what_stands_around_a_letter_may_change(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", reply(7, visits=2))
    assert office.look().counts == {"unchanged": 1}
    assert len(office.letters()) == 1
    row = office.pages()["t7.html"]
    assert row.sha256 != office.letters()[0].sha256, "the page as it is now is remembered"
    assert office.look().counts == {"unchanged": 1}


def test_a_page_that_is_not_found_twice_has_vanished(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    office.look()
    site.pages["/t7.html"] = Answer(status=404)
    site.put("/index.html", index_page(["/t8.html"]))
    assert office.look().counts == {"unchanged": 1, "missing": 1}
    assert office.pages()["t7.html"].vanished_at is None
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"unchanged": 1, "vanished": 1}, False)
    assert office.pages()["t7.html"].vanished_at == NOW + dt.timedelta(days=2)
    letter = office.letters()[0]
    assert archive.path_of(office.settings.archive_dir, letter.sha256).is_file()
    with office.store.read() as session:
        assert pages.vanished_at(session, letter) is not None
        assert len(queries.commitments(session)) == 4
    assert office.look().counts == {"unchanged": 1, "gone": 1}
    assert office.actions().count("vanished") == 1


def test_an_older_version_has_vanished_with_its_page(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", reply(7, target=45))
    office.look()
    site.pages["/t7.html"] = Answer(status=410)
    office.look()
    with office.store.read() as session:
        for letter in office.letters():
            assert pages.vanished_at(session, letter) == NOW + dt.timedelta(days=2)


def test_a_page_that_says_it_is_gone_is_believed_at_once(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.pages["/t7.html"] = Answer(status=410)
    assert office.look().counts == {"vanished": 1}


def test_a_failure_between_two_404_is_no_vanishing(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    for status, kind in ((404, "missing"), (503, "failed"), (404, "missing"), (404, "vanished")):
        site.pages["/t7.html"] = Answer(status=status)
        assert office.look().counts == {kind: 1}


def test_a_page_that_comes_back(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.pages["/t7.html"] = Answer(status=410)
    office.look()
    site.put("/t7.html", reply(7))
    office.look()
    assert [(event.kind, event.returned) for event in office.told] == [("unchanged", True)]
    assert office.pages()["t7.html"].vanished_at is None
    assert office.actions()[-2:] == ["vanished", "returned"]


def test_what_is_no_letter_is_told_once(office: Office, site: Site) -> None:
    publish(site, 7)
    site.put("/t7.html", "<html><body><p>关于召开座谈会的通知</p></body></html>")
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"failed": 1}, True)
    assert "no suggestion" in office.told[0].reason
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"problem": 1}, False)
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"new": 1}


def test_a_letter_that_turns_into_something_else_keeps_its_copy(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", "<html><body><p>您访问的页面不存在</p></body></html>")
    assert office.look().counts == {"failed": 1}
    assert len(office.letters()) == 1
    assert office.pages()["t7.html"].letter_id == office.letters()[0].id
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"unchanged": 1}


def test_one_bad_page_stops_no_other(office: Office, site: Site) -> None:
    publish(site, 7, 8, 9)
    site.pages["/t8.html"] = Answer(status=500)
    seen = office.look()
    assert office.kinds() == [("new", "t7.html"), ("failed", "t8.html"), ("new", "t9.html")]
    assert (seen.failed, seen.left) == (True, 0)
    site.put("/t8.html", reply(8))
    assert office.look().counts == {"new": 1, "unchanged": 2}


def test_odd_answers_cost_their_page_only_every_time(office: Office, site: Site) -> None:
    publish(site, 6, 7, 8, 9)
    tag = ("ETag", '"答"'.encode().decode("latin-1"))
    site.pages["/t7.html"] = Answer(reply(7).encode(), headers=(tag,))
    named = ("Content-Disposition", "inline; filename*=idna''%41.html")
    site.pages["/t8.html"] = Answer(reply(8).encode(), headers=(named,))
    site.pages["/t6.html"] = Answer(status=302, headers=(("Location", "http://xn--a/"),))
    assert office.look().counts == {"failed": 1, "new": 3}
    assert "cannot be read: InvalidCodepoint" in office.told[0].reason
    with office.store.write() as session:  # as a ledger may hold it from earlier
        for row in session.scalars(select(PageRow)):
            row.etag, row.last_modified = '"答"', "\x00"
    assert office.look().counts == {"failed": 1, "unchanged": 3}


def test_a_site_that_is_down_has_its_rest(office: Office, site: Site) -> None:
    publish(site, *range(1, 31))
    for number in range(1, 31):
        site.pages[f"/t{number}.html"] = Answer(status=503)
    seen = office.look()
    assert seen.counts == {"failed": GIVE_UP_AFTER}
    assert (seen.left, seen.failed) == (30 - GIVE_UP_AFTER, True)
    assert sum(site.times(f"/t{number}.html") for number in range(1, 31)) <= GIVE_UP_AFTER + 3


def test_an_index_that_fails_is_named_and_known_pages_are_asked(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.pages["/index.html"] = Answer(status=404)
    seen = office.look()
    assert office.kinds() == [("failed", "index.html"), ("unchanged", "t7.html")]
    assert seen.failed


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "big5", "no-such"])
def test_gb2312_pages_that_lie_about_their_charset(
    office: Office, site: Site, charset: str
) -> None:
    publish(site, 7)
    body = reply(7, charset=charset).encode("gb2312")
    site.pages["/t7.html"] = Answer(body, type=f"text/html; charset={charset}")
    office.look()
    with office.store.read() as session:
        assert [row.ref for row in queries.commitments(session)] == ["7-1", "7-2"]
        row = queries.commitment(session, "7-1")
        assert row.letter.issuer == "云溪市市场监督管理局"


def test_the_same_letter_at_two_addresses_is_one(office: Office, site: Site) -> None:
    publish(site, 7)
    site.put("/t8.html", reply(7))
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    assert office.look().counts == {"new": 1, "known": 1}
    assert len(office.letters()) == 1
    site.pages["/t7.html"] = Answer(status=410)
    office.look()
    with office.store.read() as session:  # one of its pages is still there
        assert pages.vanished_at(session, office.letters()[0]) is None


def test_a_letter_that_moves_is_no_version(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t70.html", reply(7, visits=99))
    site.put("/index.html", index_page(["/t70.html"]))
    site.pages["/t7.html"] = Answer(status=410)
    assert office.look().counts == {"known": 1, "vanished": 1}
    (letter,) = office.letters()
    assert letter.url == site.url("/t70.html"), "people are led to where it is now"
    assert office.actions()[-2:] == ["vanished", "moved"]
    with office.store.read() as session:
        assert pages.vanished_at(session, letter) is None
    site.put("/t70.html", reply(7, target=45))
    assert office.look().counts == {"changed": 1, "gone": 1}


def test_another_letter_of_the_same_day_is_another(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t70.html", reply(7, target=45))
    site.put("/index.html", index_page(["/t7.html", "/t70.html"]))
    assert office.look().counts == {"unchanged": 1, "changed": 1}
    assert len(office.letters()) == 2


def test_pages_are_asked_again_when_their_days_have_passed(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look(recheck_days=3)
    for asked in (1, 1, 2, 2, 2, 3):
        office.look(recheck_days=3)
        assert site.times("/t7.html") == asked


def test_stopping_keeps_what_was_done(office: Office, site: Site) -> None:
    publish(site, 7, 8, 9)
    with Client(office.settings.fetch, now=lambda: NOW) as client:
        seen = watch(
            office.store, office.settings, client, office.source, who=WHO, now=NOW,
            take=parts_of, tell=office.told.append, stop=lambda: len(office.told) >= 1,
        )  # fmt: skip
    assert (seen.counts, seen.left) == ({"new": 1}, 2)
    assert len(office.letters()) == 1
    assert office.look().counts == {"new": 2, "unchanged": 1}


# How an index goes on


def test_five_hundred_letters_over_25_pages(office: Office, site: Site) -> None:
    for at in range(25):
        numbers = range(at * 20 + 1, at * 20 + 21)
        name = f"/index_{at}.html" if at else "/index.html"
        site.put(name, index_page([f"/t{number}.html" for number in numbers]))
    for number in range(1, 501):
        site.put(f"/t{number}.html", reply(number))
    seen = office.look(next="index_{page}.html")
    assert (seen.counts, seen.left) == ({"new": 500}, 0)
    with office.store.read() as session:
        assert len(queries.commitments(session)) == 1000
    assert site.times("/index_25.html") == 1
    assert site.times("/index_26.html") == 0


def numbered(site: Site, *names: str) -> None:
    """An index of pages of these names, each with a letter of its own."""
    for at, name in enumerate(names, 1):
        site.put(name, index_page([f"/t{at}.html"]))
        site.put(f"/t{at}.html", reply(at))


@pytest.mark.parametrize(
    "names",
    [
        ("/index.html", "/index_1.html", "/index_2.html"),
        ("/index.html", "/index_2.html", "/index_3.html"),
        ("/index_1.html", "/index_2.html", "/index_3.html"),
    ],
    ids=["the second is 1", "the second is 2", "the first is 1"],
)
def test_pages_by_number(office: Office, site: Site, names: tuple[str, ...]) -> None:
    numbered(site, *names)
    site.pages["/index.html"] = site.pages[names[0]]
    assert office.look(next="index_{page}.html").counts == {"new": 3}


def test_a_site_that_answers_every_number_with_its_last_page(office: Office, site: Site) -> None:
    numbered(site, "/index.html", "/index_1.html")
    for number in range(2, 60):
        site.pages[f"/index_{number}.html"] = site.pages["/index_1.html"]
    assert office.look(next="index_{page}.html").counts == {"new": 2}
    assert site.times("/index_3.html") == 0


def test_pages_by_the_words_of_a_link(office: Office, site: Site) -> None:
    for at in range(1, 4):
        more = (
            f'<a href="/list?p={at + 1}">下一页 &gt;</a>'
            if at < 3
            else '<a href="/list?p=3">下一页</a>'
        )
        name = "/index.html" if at == 1 else f"/list?p={at}"
        site.put(name, index_page([f"/t{at}.html"], more))
        site.put(f"/t{at}.html", reply(at))
    assert office.look(next="下一页").counts == {"new": 3}
    assert [path for path in site.asked if "list" in path] == ["/list?p=2", "/list?p=3"]


@pytest.mark.parametrize(
    "changes",
    [{"links": "zzz"}, {"links": "", "titles": "决议"}],
)
def test_an_index_that_names_no_letter_is_a_failure(
    office: Office, site: Site, changes: dict[str, str]
) -> None:
    publish(site, 7)
    office.look()
    for _ in range(2):
        seen = office.look(**changes)
        assert (seen.counts, seen.failed) == ({"failed": 1, "unchanged": 1}, True)
        assert "names no letters" in office.told[0].reason


@pytest.mark.parametrize(
    ("how", "goes_on", "index_pages"),
    [
        ("", True, 1),
        ("下一页", True, 2),
        ("index_{page}.html", True, 2),
        ("下页", False, 1),
        ("list_{page}.html", False, 1),
    ],
)
def test_whether_the_index_goes_on_as_the_settings_say(
    office: Office, site: Site, how: str, goes_on: bool, index_pages: int
) -> None:
    site.put("/index.html", index_page(["/t7.html"], '<a href="/index_1.html">下一页</a>'))
    site.put("/index_1.html", index_page(["/t8.html"]))
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    seen = office.look(next=how)
    assert (seen.goes_on, seen.index_pages) == (goes_on, index_pages)


def test_a_next_that_is_no_address_is_named(office: Office, site: Site) -> None:
    publish(site, 7)
    assert office.look(next="http://[::1{page}/").counts == {"failed": 1, "new": 1}
    assert "next leads to no usable address" in office.told[0].reason


@pytest.mark.parametrize("how", ["index_{page}.html", "下一页"])
def test_an_index_longer_than_allowed_says_so(office: Office, site: Site, how: str) -> None:
    for at in range(6):
        more = f'<a href="/index_{at + 1}.html">下一页</a>'
        name = f"/index_{at}.html" if at else "/index.html"
        site.put(name, index_page([f"/t{at + 1}.html"], more))
        site.put(f"/t{at + 1}.html", reply(at + 1))
    seen = office.look(next=how, max_pages=3)
    assert seen.counts == {"failed": 1, "new": 3}
    assert "max_pages" in office.told[0].reason


def test_an_index_page_that_fails_in_the_middle(office: Office, site: Site) -> None:
    numbered(site, "/index.html", "/index_1.html", "/index_2.html")
    site.pages["/index_2.html"] = Answer(status=403)
    seen = office.look(next="index_{page}.html")
    assert office.kinds() == [("failed", "index_2.html"), ("new", "t1.html"), ("new", "t2.html")]
    assert seen.failed


def test_links_by_their_words(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    assert office.look(links="", titles="第2件.*答复").counts == {"new": 1}
    assert [letter.url for letter in office.letters()] == [site.url("/t8.html")]


def test_on_postgresql_too(any_store: Store, office: Office, site: Site, tmp_path: Path) -> None:
    office.store = any_store
    publish(site, 7, 8)
    assert office.look().counts == {"new": 2}
    site.put("/t7.html", reply(7, target=45))
    site.pages["/t8.html"] = Answer(status=410)
    assert office.look().counts == {"changed": 1, "vanished": 1}
    assert office.look().counts == {"unchanged": 1, "failed": 1}
    site.put("/t7.html", reply(12))
    assert office.look().counts == {"new": 1, "vanished": 1, "failed": 1}
    assert urls(office) == {"7": None, "8": "t8.html", "12": "t7.html"}
    with any_store.read() as session:
        found = [pages.vanished_at(session, letter) for letter in office.letters()]
        assert [one is not None for one in found] == [True, True, True, False]


def test_a_letter_met_at_a_new_address_has_moved_at_once(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    office.look()
    site.put("/t70.html", reply(7, visits=99))
    site.put("/index.html", index_page(["/t70.html", "/t8.html"]))
    site.pages["/t7.html"] = site.pages["/t8.html"] = Answer(status=404)
    assert office.look().counts == {"known": 1, "vanished": 1, "missing": 1}
    moved = {event.url: event.moved for event in office.told if event.kind == "vanished"}
    assert moved == {site.url("/t7.html"): site.url("/t70.html")}
    assert urls(office) == {"7": "t70.html", "8": "t8.html"}
    site.pages["/t70.html"] = Answer(status=404)
    assert office.look().counts == {"missing": 1, "vanished": 1, "gone": 1}
    assert office.look().counts == {"vanished": 1, "gone": 1, "failed": 1}
    assert [event.moved for event in office.told] == [None, None, None]


def test_a_letter_that_is_gone_is_a_dead_link_as_long_as_it_is_listed(
    office: Office, site: Site
) -> None:
    publish(site, 7, 8)
    office.look()
    site.pages["/t7.html"] = Answer(status=404)
    for kind, failed in (("missing", False), ("vanished", False), ("failed", True)):
        seen = office.look()
        assert (seen.counts, seen.failed) == ({kind: 1, "unchanged": 1}, failed)
    assert office.look().failed
    site.put("/index.html", index_page(["/t8.html"]))
    seen = office.look()
    assert (seen.counts, seen.failed) == ({"gone": 1, "unchanged": 1}, False)


# Another letter in the place of one


def urls(office: Office) -> dict[str, str | None]:
    """Code of the suggestion → where its newest letter lies."""
    with office.store.read() as session:
        letters = session.scalars(select(LetterRow).order_by(LetterRow.id))
        return {row.suggestion.code: row.url and row.url.rpartition("/")[2] for row in letters}


def test_another_letter_in_the_place_of_one_is_noted_at_once(office: Office, site: Site) -> None:
    publish(site, 7)
    office.look()
    site.put("/t7.html", reply(7, target=45))
    office.look()
    site.put("/t7.html", reply(12))
    assert office.look().counts == {"new": 1, "vanished": 1}
    assert urls(office) == {"7": None, "12": "t7.html"}
    with office.store.read() as session:
        for letter in office.letters()[:2]:
            assert pages.vanished_at(session, letter) == NOW + dt.timedelta(days=2)
        assert pages.vanished_at(session, office.letters()[2]) is None
    assert office.look().counts == {"unchanged": 1}
    site.put("/t7.html", reply(7))
    assert office.look().counts == {"changed": 1, "vanished": 1}, "the first version again"
    assert urls(office)["12"] is None
    with office.store.read() as session:
        assert pages.vanished_at(session, office.letters()[0]) is None
        row = queries.commitment(session, "7-1")
        assert (row.letter.url, row.quote) == (
            site.url("/t7.html"),
            "力争2023年新增高新技术企业30户",
        )


def test_two_pages_that_change_places(office: Office, site: Site) -> None:
    publish(site, 7, 8)
    office.look()
    site.put("/t7.html", reply(8))
    site.put("/t8.html", reply(7))
    assert office.look().counts == {"unchanged": 2, "vanished": 2}
    assert urls(office) == {"7": "t8.html", "8": "t7.html"}
    assert office.look().counts == {"unchanged": 2}
    with office.store.read() as session:
        assert [pages.vanished_at(session, letter) for letter in office.letters()] == [None, None]


def test_another_letter_beside_one_replaces_none(office: Office, site: Site) -> None:
    publish(site, 7)
    site.put("/t7.html", forms.zipped({"7.html": reply(7).encode()}), type="application/zip")
    office.look()
    both = {"1.html": reply(6).encode(), "7.html": reply(7).encode()}
    site.put("/t7.html", forms.zipped(both), type="application/zip")
    assert office.look().counts == {"new": 1, "unchanged": 1}
    broken = {"1.html": reply(6).encode(), "7.docx": b"PK\x03\x04"}
    site.put("/t7.html", forms.zipped(broken), type="application/zip")
    assert office.look().counts == {"unchanged": 1, "failed": 1}, "it may be what cannot be read"
    assert urls(office) == {"6": "t7.html", "7": "t7.html"}
    site.put("/t7.html", forms.zipped({"1.html": reply(6).encode()}), type="application/zip")
    assert office.look().counts == {"unchanged": 1, "vanished": 1}
    assert urls(office) == {"6": "t7.html", "7": None}
