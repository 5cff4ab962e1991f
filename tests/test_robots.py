"""[[robots]] in config.toml, and their secrets in the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import SettingsError
from tracker.robots import Robot, variables
from tracker.settings import Settings, load_settings

URL = "https://oapi.dingtalk.example/robot/send?access_token=0123456789abcdef"


def load(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "config.toml", environ=environ, folder=folder)


def test_address_and_secret_come_from_the_environment(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[[robots]]\nname = "ducha-1"\nkind = "dingtalk"\n'
        '[[robots]]\nname = "督查群"\nkind = "feishu"\nfor = ["supervisor", "云溪市财政局"]\n',
        TRACKER_ROBOT_DUCHA_1_URL=f" {URL}\n",
        TRACKER_ROBOT_DUCHA_1_SECRET="SEC1",
        TRACKER_ROBOT_2_URL=URL,
    )
    first, second = settings.robots
    assert (first.kind, first.for_, first.url, first.secret) == (
        "dingtalk", ("supervisor",), URL, "SEC1"
    )  # fmt: skip
    assert (second.for_, second.url, second.secret) == (("supervisor", "云溪市财政局"), URL, "")
    assert URL not in repr(settings)
    assert "SEC1" not in repr(settings)


def test_without_secrets_everything_else_works(tmp_path: Path) -> None:
    (robot,) = load(tmp_path, '[[robots]]\nname = "a"\nkind = "wecom"\n').robots
    assert robot.url == ""


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ducha", "TRACKER_ROBOT_DUCHA_URL"),
        ("Du cha-1", "TRACKER_ROBOT_DU_CHA_1_URL"),
        ("督查", "TRACKER_ROBOT_3_URL"),
        ("督查ducha", "TRACKER_ROBOT_3_URL"),
        ("7", "TRACKER_ROBOT_3_URL"),
        ("!", "TRACKER_ROBOT_3_URL"),
    ],
)
def test_what_the_variable_is_called(name: str, first: str) -> None:
    assert variables(Robot(name), 3, "URL")[0] == first
    assert variables(Robot(name), 3, "URL")[-1] == "TRACKER_ROBOT_3_URL"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "wecom"', "name must be a name"),
        (f'name = "{"长" * 31}"\nkind = "wecom"', "name must be a name"),
        ('name = "a\\u202e"\nkind = "wecom"', "name must be a name"),
        ('name = " a"\nkind = "wecom"', "has blanks around it"),
        ('name = "a"\nkind = "slack"', "must be one of wecom, dingtalk, feishu, webhook"),
        ('name = "a"\nkind = "wecom"\nfor = []', "for must say whose digests"),
        ('name = "a"\nkind = "wecom"\nfor = [" "]', "for must hold names"),
        ('name = "a"\nkind = "wecom"\nfor = "x"', "robots.for must be a list"),
        ('name = "a"\nkind = "wecom"\nfor_ = ["x"]', "unknown key 'robots.for_'"),
        (f'name = "a"\nkind = "wecom"\nurl = "{URL}"', "unknown key 'robots.url'; known: for,"),
        ('name = "a"\nkind = "wecom"\nsecret = "SEC1"', "unknown key 'robots.secret'"),
        ('name = "a"\nkind = "wecom"\n[[robots]]\nname = "A"\nkind = "feishu"', "two are named a"),
    ],
)
def test_wrong_keys(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load(tmp_path, f"[[robots]]\n{text}\n")
    assert said in str(wrong.value)
    assert URL not in str(wrong.value)
    assert "SEC1" not in str(wrong.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.example/robot/send?access_token=SECRET12",
        "ftp://a.example/SECRET12",
        "https:///SECRET12",
        "https://user:SECRET12@a.example/",
        "https://a.example/SECRET12 x",
        "https://a.example/SECRET12密",
        "https://a.example:99999/SECRET12",
        "https://[::1/SECRET12",
        "SECRET12",
    ],
)
def test_wrong_addresses_are_not_repeated(tmp_path: Path, url: str) -> None:
    text = '[[robots]]\nname = "a"\nkind = "wecom"\n'
    with pytest.raises(SettingsError, match="TRACKER_ROBOT_A_URL must be an https") as wrong:
        load(tmp_path, text, TRACKER_ROBOT_A_URL=url)
    assert "SECRET12" not in str(wrong.value)


def test_http_within_ones_own_network(tmp_path: Path) -> None:
    text = '[fetch]\nallow_hosts = ["oa.local"]\n[[robots]]\nname = "a"\nkind = "wecom"\n'
    (robot,) = load(tmp_path, text, TRACKER_ROBOT_A_URL="http://OA.local/x").robots
    assert robot.url == "http://OA.local/x"


@pytest.mark.parametrize(("secret", "said"), [("", "is missing"), ("密SEC1", "plain letters")])
def test_a_webhook_is_signed(tmp_path: Path, secret: str, said: str) -> None:
    text = '[[robots]]\nname = "oa"\nkind = "webhook"\n'
    with pytest.raises(SettingsError, match=f"TRACKER_ROBOT_OA_SECRET {said}|{said}") as wrong:
        load(tmp_path, text, TRACKER_ROBOT_OA_URL=URL, TRACKER_ROBOT_OA_SECRET=secret)
    assert "SEC1" not in str(wrong.value)
