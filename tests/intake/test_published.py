"""Letters from addresses: read where they can harm nothing, written as any other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.factories import NOW, WHO
from tests.intake.takers import take
from tests.letters import forms
from tests.site import Answer, Site, reply
from tracker.asking import Fetch
from tracker.fetching.client import Client, Fetched
from tracker.intake import published
from tracker.intake.items import Item
from tracker.intake.pool import Pool
from tracker.intake.published import import_addresses
from tracker.intake.worker import Bounds
from tracker.intake.writing import Outcome, Writer
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.database import Store
from tracker.store.tables import HistoryRow, LetterRow


def _import(store: Store, settings: Settings, *addresses: str | Item) -> list[Outcome]:
    settings = replace(settings, fetch=Fetch(allow_hosts=("127.0.0.1",), delay=0, retries=0))
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    with (
        Client(settings.fetch, now=lambda: NOW) as client,
        Pool(1, Bounds(seconds=2), take) as pool,
    ):
        return [one for some in import_addresses(addresses, client, pool, writer) for one in some]


def test_a_page_that_hangs_or_kills_its_reader_stops_no_other(
    store: Store, settings: Settings, site: Site
) -> None:
    site.put("/slow.html", "sleep 60")
    site.put("/dead.html", "exit 3")
    site.put("/t7.html", reply(7))
    listed = Item("list.csv", "list.csv", problem="row 4: no link")
    urls = [site.url(path) for path in ("/slow.html", "/dead.html", "/none.html", "/t7.html")]
    done = _import(store, settings, *urls[:2], listed, *urls[2:])
    assert [(one.origin, one.status, one.reason) for one in done] == [
        (urls[0], "failed", "took longer than 2 s to be read"),
        (urls[1], "failed", "ended the process that read it (status 3)"),
        ("list.csv", "failed", "row 4: no link"),
        (urls[2], "failed", "no such page (404)"),
        (urls[3], "new", ""),
    ]
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert (row.source, row.url) == (urls[3], urls[3])
        assert row.fetched_at == NOW


def _rows(store: Store) -> list[LetterRow]:
    with store.read() as session:
        return list(session.scalars(select(LetterRow).order_by(LetterRow.id)))


def test_what_a_page_says_of_itself_is_kept(store: Store, settings: Settings, site: Site) -> None:
    metas = (
        '<meta name="PubDate" content="2023-05-18 09:30"><meta name="ContentSource" '
        'content="云溪市人大代工委"><meta name="ColumnName" content="建议答复">'
    )
    site.put("/t7.html", reply(7).replace("<title>", metas + "<title>"))
    site.put("/t8.html", reply(8))
    _import(store, settings, site.url("/t7.html"), site.url("/t8.html"))
    said = [(row.published, row.source_name, row.column_name) for row in _rows(store)]
    assert said == [(dt.date(2023, 5, 18), "云溪市人大代工委", "建议答复"), (None, None, None)]


def test_the_character_set_of_the_server_counts(
    store: Store, settings: Settings, site: Site
) -> None:
    page = f"<html><body><div id=zoom>{forms.traditional()}</div></body></html>"
    body = page.replace("\n", "<br>").encode("big5hkscs")
    site.pages["/a.html"] = Answer(body, type="text/html; charset=Big5")
    (done,) = _import(store, settings, site.url("/a.html"))
    assert (done.status, done.reason) == ("new", "")
    (row,) = _rows(store)
    assert row.encoding == "big5hkscs"
    assert body.decode("big5hkscs").count("年") > 2
    assert row.issuer is not None


def test_every_letter_of_an_archive_at_an_address(
    store: Store, settings: Settings, site: Site
) -> None:
    packed = forms.zipped(
        {"7.html": reply(7).encode(), "8.html": reply(8).encode(), "坏.pdf": b"%PDF-1.4 cut"}
    )
    site.put("/all.zip", packed, type="application/zip")
    site.put("/t9.html", '<html><body><h1>答复</h1><a href="/all.zip">附件</a></body></html>')
    for path in ("/all.zip", "/t9.html"):
        url = site.url(path)
        done = _import(store, settings, url)
        told = [(one.origin.partition(" › ")[2], one.status) for one in done]
        if path == "/all.zip":
            assert told == [("7.html", "new"), ("8.html", "new"), ("坏.pdf", "failed")]
            assert "damaged" in done[2].reason
        else:
            assert told == [("7.html", "known"), ("8.html", "known"), ("坏.pdf", "failed")]
    assert [(row.source, row.url) for row in _rows(store)] == [
        (f"{site.url('/all.zip')} › {name}", site.url("/all.zip")) for name in ("7.html", "8.html")
    ]
    assert all((settings.archive_dir / row.sha256[:2]).is_dir() for row in _rows(store))


def test_an_archive_without_a_letter_names_every_file(
    store: Store, settings: Settings, site: Site
) -> None:
    packed = forms.zipped({"1.txt": "会议通知".encode(), "2.txt": b""})
    site.put("/all.zip", packed, type="application/zip")
    done = _import(store, settings, site.url("/all.zip"))
    assert [one.status for one in done] == ["failed", "failed"]
    assert [one.origin.partition(" › ")[2] for one in done] == ["1.txt", "2.txt"]


def test_a_page_without_a_letter_is_named_as_it_was_asked_for(
    store: Store, settings: Settings, site: Site
) -> None:
    site.pages["/old.html"] = Answer(status=302, headers=(("Location", "/news.html"),))
    site.put("/news.html", "<html><body><p>要闻</p></body></html>")
    (done,) = _import(store, settings, site.url("/old.html"))
    assert (done.origin, done.status) == (site.url("/old.html"), "failed")


def test_documents_of_a_page_fail_one_by_one(store: Store, settings: Settings, site: Site) -> None:
    links = "".join(f'<a href="/{name}.html.zip">{name}.zip</a>' for name in "abc")
    site.put("/t7.html", f"<html><body><h1>答复</h1>{links}</body></html>")
    site.put("/a.html.zip", forms.zipped({"7.html": reply(7).encode()}), type="application/zip")
    site.put("/b.html.zip", b"PK\x03\x04 cut", type="application/zip")
    done = _import(store, settings, site.url("/t7.html"))
    assert [(one.origin.rpartition("/")[2], one.status) for one in done] == [
        ("a.html.zip › 7.html", "new"), ("b.html.zip", "failed"), ("c.html.zip", "failed"),
    ]  # fmt: skip
    assert done[2].reason == "no such page (404)"
    assert len(_rows(store)) == 1


@pytest.mark.parametrize(
    ("name", "kind", "page"),
    [
        ("t7.html", "", True),
        ("t7.XHTML", "application/octet-stream", True),
        ("t7.jhtml", "", True),
        ("t7", "application/xhtml+xml", True),
        ("t7.pdf", "application/pdf", False),
        ("t7.docx", "", False),
        ("html.doc", "", False),
    ],
)
def test_what_may_have_documents_hanging_on_it(name: str, kind: str, page: bool) -> None:
    headers = {"content-type": kind} if kind else {}
    fetched = Fetched(f"http://a.cn/{name}", name, b"", 200, headers, NOW, "0" * 64)
    assert published._is_page(fetched) is page


def test_stopping_asks_for_no_further_page(store: Store, settings: Settings, site: Site) -> None:
    site.put("/t7.html", reply(7))
    site.put("/t8.html", reply(8))
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    fetch = Fetch(allow_hosts=("127.0.0.1",), delay=0, retries=0)
    urls = [site.url("/t7.html"), site.url("/t8.html")]
    with Client(fetch, now=lambda: NOW) as client, Pool(1) as pool:
        stopped = lambda: bool(site.times("/t7.html"))  # noqa: E731
        done = list(import_addresses(urls, client, pool, writer, stopped))
    assert [[one.status for one in some] for some in done] == [["new"]]
    assert not site.times("/t8.html")


# An earlier letter again, and the same letter in several forms


def _in_force(store: Store) -> list[str]:
    """What the letters in force promise of firms, and which letter promises it."""
    with store.read() as session:
        rows = queries.commitments(session)
        return [row.quote for row in rows if "高新" in row.quote and row.review != "superseded"]


@pytest.mark.parametrize("visits", [1, 2], ids=["the same bytes", "another counter"])
def test_a_page_that_goes_back_to_its_earlier_letter(
    store: Store, settings: Settings, site: Site, visits: int
) -> None:
    url = site.url("/t7.html")
    told = []
    for target, counter in ((30, 1), (39, 1), (30, visits), (30, 3), (39, 4)):
        site.put("/t7.html", reply(7, target=target, visits=counter))
        (done,) = _import(store, settings, url)
        told.append(done.status)
        assert _in_force(store) == [f"力争2023年新增高新技术企业{target}户"]
    assert told == ["new", "version", "version", "known", "version"]
    rows = _rows(store)
    assert len(rows) == 2, "the same words are the same letter"
    with store.read() as session:
        action = HistoryRow.action == "reverted"
        assert list(session.scalars(select(HistoryRow.letter_id).where(action))) == [
            row.id for row in rows
        ]
        for row in queries.commitments(session):  # offsets are those of the letter itself
            assert row.letter.text[row.start : row.end] == row.quote


def test_an_earlier_letter_at_another_address_changes_nothing(
    store: Store, settings: Settings, site: Site
) -> None:
    for target in (30, 39):
        site.put("/t7.html", reply(7, target=target))
        _import(store, settings, site.url("/t7.html"))
    site.put("/old/t7.html", reply(7, visits=2))
    (done,) = _import(store, settings, site.url("/old/t7.html"))
    assert done.status == "known"
    assert _in_force(store) == ["力争2023年新增高新技术企业39户"]


def test_a_letter_in_two_forms_is_one(store: Store, settings: Settings, site: Site) -> None:
    forms_of = {
        "7.html": reply(7).encode(),
        "8.html": reply(8).encode(),
        "附/7.html": reply(7, visits=2).encode(),
        "7b.html": reply(7, target=39).encode(),
    }
    site.put("/all.zip", forms.zipped(forms_of), type="application/zip")
    done = _import(store, settings, site.url("/all.zip"))
    assert [one.status for one in done] == ["new", "new", "known", "version"]
    assert done[2].code == done[0].code
    assert len(_rows(store)) == 3
