"""Settings: every key, what it may be and what not, where words come from, what is never shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.errors import SettingsError
from tracker.settings import Settings, load_settings, sqlite_url
from tracker.store.database import open_store


def load(folder: Path, toml: str = "", **environ: str) -> Settings:
    """The settings of a file in a folder, in an environment of its own."""
    (folder / "config.toml").write_text(toml, encoding="utf-8")
    return load_settings(folder=folder, environ=environ)


#: A site that may be watched, to which a case adds or takes what it is about.
SITE = """[[sources]]
name = "云溪"
index = "https://www.yunxi.example/index.html"
links = 'x'
"""

GOOD = [
    ("", "language", "zh"),
    ('language = "en"', "language", "en"),
    ('timezone = "Asia/Urumqi"', "timezone", "Asia/Urumqi"),
    ('[office]\nname = "代工委"', "office.name", "代工委"),
    ('[office]\nsupervisor = "督办员"', "office.supervisor", "督办员"),
    ('[office]\nemail = "a.b@x.example"', "office.email", "a.b@x.example"),
    ("[review]\nconfirm_above = 0.9", "review.confirm_above", 0.9),
    ("[review]\nconfirm_above = 1", "review.confirm_above", 1.0),
    ("[lights]\ndue_soon = 0", "lights.due_soon", 0),
    ("[lights]\ndue_soon = 3650", "lights.due_soon", 3650),
    ("[lights]\nbehind = 100", "lights.behind", 100),
    ('[lights.names]\noverdue = "红灯"', "lights.names.overdue", "红灯"),
    ('[lights.colours]\non_track = "blue"', "lights.colours.on_track", "blue"),
    ('[results.npc]\nC = "留作参考"', "results.npc.C", "留作参考"),
    ('[results.cppcc]\nA = "采纳"', "results.cppcc.A", "采纳"),
    ('[mail]\nhost = "例子.公司"\nsender = "a@b"', "mail.host", "例子.公司"),
    ('[mail]\nhost = "::1"\nsender = "a@b"\nsecurity = "none"', "mail.security", "none"),
    ('[mail]\nhost = "localhost"\nsender = "a@b"\nsecurity = "none"', "mail.host", "localhost"),
    ("[mail]\nport = 65535", "mail.port", 65535),
    ('[mail]\nsecurity = "tls"', "mail.security", "tls"),
    ('[mail]\nsender = "t@x.example"', "mail.sender", "t@x.example"),
    ("[mail]\ntimeout = 1", "mail.timeout", 1.0),
    ("[mail]\nconnections = 16", "mail.connections", 16),
    ("[schedule]\nhealth_port = 8087", "schedule.health_port", 8087),
    ("[mail]\ntimeout = 60.0", "mail.timeout", 60.0),
    (
        '[mail]\nunsubscribe = "https://t.example:8443/u?t={token}"',
        "mail.unsubscribe",
        "https://t.example:8443/u?t={token}",
    ),
    ('[schedule]\nsweep = "0 7 * * mon-fri"', "schedule.sweep", "0 7 * * mon-fri"),
    ('[schedule]\nreport = "15 9 1 * *"', "schedule.report", "15 9 1 * *"),
    ('[schedule]\nwatch = "0 5 * * *"', "schedule.watch", "0 5 * * *"),
    ("[fetch]\ndelay = 0", "fetch.delay", 0.0),
    ("[fetch]\nmax_bytes = 209715200", "fetch.max_bytes", 209715200),
    ("[fetch]\nretries = 0\nredirects = 0", "fetch.retries", 0),
    (
        '[fetch]\nallow_hosts = ["oa", "10.0.0.1", "::1"]',
        "fetch.allow_hosts",
        ("oa", "10.0.0.1", "::1"),
    ),
    ('[fetch]\nproxy = "http://proxy.example:3128"', "fetch.proxy", "http://proxy.example:3128"),
    ('[fetch]\ncontact = "office@x.example"', "fetch.contact", "office@x.example"),
    ("", "sources", ()),
]


@pytest.mark.parametrize(("toml", "key", "value"), GOOD)
def test_what_may_be_set(tmp_path: Path, toml: str, key: str, value: object) -> None:
    found: object = load(tmp_path, toml)
    for part in key.split("."):
        found = getattr(found, part)
    assert (found, type(found)) == (value, type(value))


BAD = [
    ('colour = "red"', "unknown key 'colour'"),
    ("[office]\nphone = 1", "unknown key 'office.phone'"),
    ('data_dir = "x"', "unknown key 'data_dir'"),
    ('mail_password = "x"', "unknown key 'mail_password'"),
    ("office = 5", "office must be a table"),
    ("data = 5", "data must be a text"),
    ("database_url = 5", "database_url must be a text"),
    ('language = "fr"', "language must be one of zh, en"),
    ("language = 5", "language must be one of zh, en"),
    ("timezone = 8", "timezone must be a text"),
    ('timezone = "Asia"', "timezone 'Asia' is unknown"),
    ('timezone = ""', "timezone '' is unknown"),
    ('timezone = "Mars/Olympus"', "timezone 'Mars/Olympus' is unknown"),
    ('timezone = "../etc/passwd"', "timezone"),
    ("[office]\nname = 5", "office.name must be a text"),
    ('[office]\nname = "a\\nb"', "office.name must be one line"),
    ('[office]\nsupervisor = "a\\u202eb"', "office.supervisor must be one line"),
    ('[office]\nemail = "nobody"', "office.email must be a plain mail address"),
    ('[office]\nemail = " a@b"', "office.email ' a@b' has blanks"),
    ("[review]\nconfirm_above = nan", "review.confirm_above must be 0 or more"),
    ("[review]\nconfirm_above = -0.1", "review.confirm_above must be 0 or more"),
    ("[review]\nconfirm_above = true", "review.confirm_above must be a number"),
    (f"[review]\nconfirm_above = 1{'0' * 400}", "review.confirm_above is out of range"),
    ("[lights]\ndue_soon = -1", "lights.due_soon must be 0 to 3650 days, not -1"),
    ("[lights]\ndue_soon = 3651", "lights.due_soon must be 0"),
    (f"[lights]\ndue_soon = 1{'0' * 4000}", "lights.due_soon must be 0"),
    ("[lights]\nbehind = 101", "lights.behind must be 0 to 100"),
    ("[lights]\ndue_soon = {name = '黄灯'}", "lights.due_soon must be a whole number"),
    ('[lights.names]\nlate = "红灯"', "unknown key 'lights.names.late'"),
    ('[lights.names]\noverdue = "红\\u202e灯"', "lights.names.overdue must be one line"),
    ('[lights.names]\noverdue = " 红灯"', "lights.names.overdue must be one line"),
    ('[lights.names]\noverdue = "一二三四五六七八九"', "is longer than 8 characters"),
    ('[lights.names]\noverdue = "红"\nnone = "红"', "as lights.names.overdue is"),
    ('[lights.colours]\noverdue = "crimson"', "lights.colours.overdue must be one of red, orange"),
    ('[results.npc]\nE = "x"', "unknown key 'results.npc.E'"),
    ('[results.npc]\nA = "a\\nb"', "results.npc.A must be one line"),
    (f'[results.cppcc]\nD = "{"长" * 61}"', "results.cppcc.D must be one line of at most 60"),
    ("[mail]\nhost = 5", "mail.host must be a text"),
    ('[mail]\nhost = "a..b"\nsender = "a@b"', "mail.host 'a..b' is no name"),
    (f'[mail]\nhost = "{"x" * 70}"\nsender = "a@b"', "is no name of a server"),
    ('[mail]\nhost = "mail.example:25"\nsender = "a@b"', "is no name of a server"),
    ('[mail]\nhost = "mail example"\nsender = "a@b"', "is no name of a server"),
    ('[mail]\nhost = "mail.example"', "mail.sender is missing"),
    ('[mail]\nhost = "mail.example"\nsender = "a@b"\nsecurity = "none"', "mail.security"),
    ("[mail]\nport = 0", "mail.port must be 1 to 65535, not 0"),
    ("[mail]\nport = 65536", "mail.port must be 1 to 65535"),
    ('[mail]\nport = "25"', "mail.port must be a whole number"),
    ('[mail]\nsecurity = "ssl"', "mail.security must be one of starttls, tls, none"),
    ('[mail]\nsender = "Office <a@b.example>"', "mail.sender must be a plain mail address"),
    ("[mail]\ntimeout = 0", "mail.timeout must be 1 to 60"),
    ('[mail]\nunsubscribe = "http://t.example/{token}"', "mail.unsubscribe must be an https"),
    ('[mail]\nunsubscribe = "https://t.example/x>,<{token}"', "mail.unsubscribe must be an https"),
    ('[mail]\nunsubscribe = "https://t.example/a b{token}"', "mail.unsubscribe must be an https"),
    ('[mail]\nunsubscribe = "https://t.example/u"', "mail.unsubscribe must hold {token}"),
    ("[mail]\ntimeout = 61", "mail.timeout must be 1 to 60"),
    ("[mail]\ntimeout = nan", "mail.timeout must be 1 to 60"),
    ("[mail]\ntimeout = inf", "mail.timeout must be 1 to 60"),
    ("[mail]\nconnections = 0", "mail.connections must be 1 to 16, not 0"),
    ("[mail]\nconnections = 17", "mail.connections must be 1 to 16"),
    ('[schedule]\nhousekeeping = "often"', "schedule.housekeeping"),
    ("[schedule]\nhealth_port = -1", "schedule.health_port must be 1 to 65535"),
    ("[schedule]\nhealth_port = 65536", "schedule.health_port must be 1 to 65535"),
    ('[mail]\nuser = "x"', "unknown key 'mail.user'"),
    ('[schedule]\nsweep = "daily"', "schedule.sweep"),
    ('[schedule]\nreport = "61 8 * * *"', "schedule.report"),
    ("[schedule]\nreport = 8", "schedule.report must be a text"),
    ('[schedule]\nwatch = "often"', "schedule.watch"),
    ("[fetch]\nspeed = 1", "unknown key 'fetch.speed'"),
    ("[fetch]\nconnect_timeout = 0", "fetch.connect_timeout must be more than 0"),
    ("[fetch]\nread_timeout = nan", "fetch.read_timeout must be more than 0"),
    ("[fetch]\ntotal_timeout = 3601", "fetch.total_timeout must be more than 0 and at most 3600"),
    ("[fetch]\ndelay = -1", "fetch.delay must be 0 to 600"),
    ("[fetch]\nmax_bytes = 209715201", "fetch.max_bytes must be 1 to 209715200"),
    ("[fetch]\nretries = 11", "fetch.retries must be 0 to 10"),
    ("[fetch]\nper_host = 0", "fetch.per_host must be 1 to 16"),
    ('[fetch]\nallow_hosts = "oa"', "fetch.allow_hosts must be a list"),
    ('[fetch]\nallow_hosts = ["http://oa/"]', "fetch.allow_hosts 'http://oa/' is no name"),
    ('[fetch]\nallow_hosts = ["*"]', "fetch.allow_hosts '*' is no name"),
    ('[fetch]\nproxy = "socks5://x:1"', "fetch.proxy must be such as http://"),
    ('[fetch]\nproxy = "http://u:secret@x:1"', "fetch.proxy holds a password"),
    ('[fetch]\ncontact = "督查室"', "fetch.contact must be a mail or web address"),
    ("sources = 1", "sources must be a list"),
    ("sources = [1]", "sources must be a table"),
    (f"{SITE}colour = 1", "unknown key 'sources.colour'"),
    (SITE.replace('name = "云溪"', ""), "sources 1: name must be a name"),
    (SITE.replace("https:", "ftp:"), "sources 云溪: index must be an address"),
    (SITE.replace("https://", "https://u:p@"), "sources 云溪: index must be an address"),
    (SITE.replace("links = 'x'", ""), "sources 云溪: links or titles must say"),
    (SITE.replace("'x'", "'('"), "sources 云溪: links is no regular expression"),
    (f"{SITE}titles = '['", "sources 云溪: titles is no regular expression"),
    (f"{SITE}next = '('", "sources 云溪: next is no regular expression"),
    (f"{SITE}max_pages = 0", "sources 云溪: max_pages must be 1 to 10000"),
    (f"{SITE}recheck_days = -1", "sources 云溪: recheck_days must be 0 to 3650"),
    (SITE * 2, "sources two are named 云溪"),
    ("language = ", "Invalid value"),
]


@pytest.mark.parametrize(("toml", "says"), BAD)
def test_what_may_not_is_one_line_that_names_file_and_key(
    tmp_path: Path, toml: str, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, toml)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path / 'config.toml'}: ")
    assert says in line
    assert "\n" not in line
    assert len(line) < 400


def test_sites_are_read(tmp_path: Path) -> None:
    second = SITE.replace("云溪", "青禾") + 'next = "index_{page}.html"\nmax_pages = 3\n'
    first, other = load(tmp_path, SITE + second).sources
    assert (first.name, first.links, first.next, first.max_pages) == ("云溪", "x", "", 50)
    assert (other.name, other.next, other.max_pages) == ("青禾", "index_{page}.html", 3)


def test_the_example_of_a_site_may_be_used(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    text = (root / "config.toml").read_text(encoding="utf-8")
    example = text[text.index("# [[sources]]") :]
    (site,) = load(tmp_path, example.replace("# ", "", 1).replace("\n# ", "\n")).sources
    assert (site.titles, site.recheck_days) == ("答复|复函", 0)


def test_the_working_default_is_the_default() -> None:
    root = Path(__file__).resolve().parent.parent
    from dataclasses import replace

    written = load_settings(root / "config.toml", environ={})
    assert replace(written, config_path=None) == load_settings(
        data=root / "data", folder=root / "tests", environ={}
    )


@pytest.mark.parametrize("environ", [{"TRACKER_DATA": "elsewhere"}, {}])
def test_a_wrong_key_is_told_whatever_overrides_it(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="data must be a text"):
        load(tmp_path, "data = 5", **environ)


def test_a_variable_is_named_where_it_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^TRACKER_LANGUAGE must be one of zh, en, not 'fr'$"):
        load_settings(folder=tmp_path, environ={"TRACKER_LANGUAGE": "fr"})
    with pytest.raises(SettingsError, match=r"^TRACKER_DATABASE_URL must begin with"):
        load_settings(folder=tmp_path, environ={"TRACKER_DATABASE_URL": "mysql://u:geheim@h/d"})


def test_who_says_it_last_wins(tmp_path: Path) -> None:
    file = 'language = "zh"\ndata = "from-file"'
    (tmp_path / "config.toml").write_text(file)
    environ = {"TRACKER_LANGUAGE": "en", "TRACKER_DATA": "from-environ"}
    first = load_settings(folder=tmp_path, environ=environ)
    assert (first.language, first.data_dir.name) == ("en", "from-environ")
    second = load_settings(folder=tmp_path, environ=environ, language="zh", data=Path("given"))
    assert (second.language, second.data_dir) == ("zh", tmp_path / "given")


SECRET = [
    "postgresql+psycopg://u:geheim@h/d",
    "postgresql+psycopg://:ge/heim@h/d",
    "postgresql+psycopg://h/d?connect_timeout=2&password=geheim",
]


@pytest.mark.parametrize("url", SECRET)
def test_a_password_comes_from_the_environment_only(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="database_url holds a password") as caught:
        load(tmp_path, f'database_url = "{url}"')
    assert "heim" not in str(caught.value)
    assert load(tmp_path, TRACKER_DATABASE_URL=url).database_url == url


def test_settings_never_show_a_secret(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        TRACKER_DATABASE_URL=SECRET[0],
        TRACKER_MAIL_USER="geheimer",
        TRACKER_MAIL_PASSWORD="geheim",
    )
    assert "geheim" not in repr(found)
    assert (found.mail_user, found.mail_password) == ("geheimer", "geheim")


@pytest.mark.parametrize("url", ["mysql://h/d", "postgresql+asyncpg://h/d", "tracker.db", ""])
def test_an_unknown_database_names_those_there_are(tmp_path: Path, url: str) -> None:
    if not url:
        assert load(tmp_path, 'database_url = ""').database_url.startswith("sqlite:///")
        return
    with pytest.raises(SettingsError, match=r"sqlite:/// or postgresql\+psycopg://"):
        load(tmp_path, f'database_url = "{url}"')


def test_a_relative_database_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    config = tmp_path / "office" / "tracker.toml"
    config.parent.mkdir()
    config.write_text('database_url = "sqlite:///own/ledger.db?timeout=5"')
    found = load_settings(config, folder=tmp_path, environ={})
    assert found.database_url == f"sqlite:///{tmp_path}/office/own/ledger.db?timeout=5"
    environ = {"TRACKER_DATABASE_URL": "sqlite:///here.db"}
    named = load_settings(config, folder=tmp_path, environ=environ)
    assert named.database_url == f"sqlite:///{tmp_path}/here.db"


@pytest.mark.parametrize("url", ["sqlite:////a/b.db", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_stay_as_they_are(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'database_url = "{url}"').database_url == url


@pytest.mark.parametrize("name", ["a?b", "a%41b", "a b", "数据#1", "a&b=c"])
def test_a_folder_of_any_name_holds_the_database(tmp_path: Path, name: str) -> None:
    settings = load_settings(data=tmp_path / name, folder=tmp_path, environ={})
    open_store(settings).close()
    assert [path.name for path in (tmp_path / name).glob("*.db")] == ["tracker.db"]
    assert settings.database_url == sqlite_url(tmp_path / name / "tracker.db")


def test_a_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n"
    code += "from tracker.cli.main import main; main()"
    root = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, "migrate"],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "tracker: 当前文件夹已不存在；请换一个文件夹\n"


def test_links_in_a_circle_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(SettingsError, match="loop"):
        load_settings(data=tmp_path / "loop" / "x", folder=tmp_path, environ={})


def test_a_byte_order_mark_is_none_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[office]\nname = "代工委"\n', encoding="utf-8-sig")
    assert load_settings(folder=tmp_path, environ={}).office.name == "代工委"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: no such settings file"):
        load_settings(Path("none.toml"), folder=tmp_path, environ={})
