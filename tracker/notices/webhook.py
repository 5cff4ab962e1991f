"""A webhook of any program: JSON, signed with HMAC-SHA256 (README: "Webhook")."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx

from tracker import clock
from tracker.errors import DeliveryError
from tracker.notices.channel import Prepared
from tracker.notices.chat import as_bytes
from tracker.notices.message import Outgoing
from tracker.notices.posting import Post, robot_of
from tracker.settings import Settings


class WebhookChannel:
    """Posts digests to webhooks. 2xx is success.

    Args:
        settings: the webhooks, and the hosts in private networks that may be asked.
        post: instead of one of its own.
        now: gives the moment that is signed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        post: Post | None = None,
        now: Callable[[], dt.datetime] = clock.now,
    ) -> None:
        self._settings, self._now = settings, now
        self._post = post or Post(settings.fetch)

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """The message as JSON, the same bytes at every try."""
        said: dict[str, Any] = {"id": outgoing.header_id.strip("<>"), "key": outgoing.key}
        said |= {"to": outgoing.name, "subject": outgoing.subject}
        parts = _parts(outgoing.text)
        return Prepared(outgoing.key, outgoing.address, as_bytes({**said, **parts, **said}))

    def send(self, prepared: Prepared) -> str:
        """Post the message.

        Raises:
            DeliveryError: it was not taken; for good at 3xx and 4xx, but 408 and 429.
            InDoubt: it was posted, and no answer came back.
        """
        robot = robot_of(self._settings, prepared.address, "webhook")
        now = self._now()
        moment = str(int(now.timestamp()))
        headers = {
            "X-Tracker-Id": str(json.loads(prepared.content)["id"]),
            "X-Tracker-Timestamp": moment,
            "X-Tracker-Signature": signature(robot.secret, moment, prepared.content),
        }
        answer = self._post(robot, httpx.URL(robot.url), prepared.content, headers, now)
        status = answer.status
        if not 200 <= status < 300:
            again = status >= 500 or status in (408, 429)
            raise DeliveryError(
                f"{'not taken now' if again else 'refused'} ({status})",
                permanent=not again,
                nobody=status == 410,
                after=answer.after,
            )
        return f"webhook {robot.name}"

    def close(self) -> None:
        """End the connections."""
        self._post.close()


def signature(secret: str, moment: str, body: bytes) -> str:
    """What stands in X-Tracker-Signature.

    Args:
        secret: that both sides know.
        moment: X-Tracker-Timestamp, in seconds.
        body: every byte of the request's body.
    """
    signed = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _parts(text: str) -> dict[str, Any]:
    """A digest is stored as the JSON that it is sent as; anything else is a text."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"text": text}
