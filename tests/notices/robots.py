"""Robots on a real server, which looks at signatures as theirs do."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.office import with_office
from tests.site import Answer, Site
from tracker.asking import Fetch
from tracker.robots import Kind, Robot
from tracker.settings import Settings

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
SECRET = "SEC-0123456789abcdef-geheim"
NAMES: dict[Kind, str] = {
    "wecom": "企微群",
    "dingtalk": "钉钉群",
    "feishu": "飞书群",
    "webhook": "oa",
}
PATHS: dict[Kind, str] = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{KEY}",
    "webhook": f"/in/{KEY}?tenant=yunxi",
}
#: Signatures hold for an hour around their moment.
_HOUR = 3600


def robot_settings(settings: Settings, site: Site, kind: Kind, **changes: Any) -> Settings:
    """Settings with one robot, on the site, its host allowed."""
    robot = Robot(name=NAMES[kind], kind=kind, url=site.url(PATHS[kind]), secret=SECRET)
    office = with_office(settings, fetch=Fetch(allow_hosts=("127.0.0.1",)))
    return replace(office, robots=(replace(robot, **changes),))


@dataclass
class Group:
    """A robot's group: takes what is signed well, at this moment by its own clock."""

    kind: Kind
    now: Callable[[], dt.datetime]
    said: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, head: str, body: bytes) -> Answer:
        code, words = self._refusal(head, body)
        if not code:
            self.said.append(json.loads(body))
        if self.kind == "webhook":
            return Answer(status=code or 204)
        names = ("code", "msg") if self.kind == "feishu" else ("errcode", "errmsg")
        return Answer(json.dumps(dict(zip(names, (code, words), strict=True))).encode())

    def _refusal(self, head: str, body: bytes) -> tuple[int, str]:
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        assert method == "POST"
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match self.kind:
            case "wecom":
                if query.get("key") != KEY:
                    return 93000, "invalid webhook url"
                if len(json.loads(body)["markdown"]["content"].encode()) > 4096:
                    return 40058, "markdown.content exceed max length 4096"
            case "dingtalk":
                if query.get("access_token") != KEY:
                    return 300005, "token is not exist"
                return self._dingtalk(query)
            case "feishu":
                if not parts.path.endswith(KEY):
                    return 19001, "param invalid: incoming webhook access token invalid"
                return self._feishu(json.loads(body))
            case "webhook":
                return self._webhook(head, body), ""
        return 0, "ok"

    def _dingtalk(self, query: dict[str, str]) -> tuple[int, str]:
        stamp = query.get("timestamp", "0")
        if abs(int(stamp) / 1000 - self.now().timestamp()) > _HOUR:
            return 310000, "description:invalid timestamp"
        signed = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
        if query.get("sign") != base64.b64encode(signed.digest()).decode():
            return 310000, "description:sign not match"
        return 0, "ok"

    def _feishu(self, said: dict[str, Any]) -> tuple[int, str]:
        stamp = said.get("timestamp", "0")
        signed = hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256)
        late = abs(int(stamp) - self.now().timestamp()) > _HOUR
        if late or said.get("sign") != base64.b64encode(signed.digest()).decode():
            return 19021, "sign match fail or timestamp is not within one hour from current time"
        return 0, "success"

    def _webhook(self, head: str, body: bytes) -> int:
        headers = dict(
            line.lower().split(": ", 1) for line in head.strip().split("\r\n")[1:] if ": " in line
        )
        stamp = headers["x-tracker-timestamp"]
        if abs(int(stamp) - self.now().timestamp()) > 300:
            return 401
        signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256)
        if headers["x-tracker-signature"] != f"sha256={signed.hexdigest()}":
            return 401
        return 0
