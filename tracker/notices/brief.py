"""Digests as robots and webhooks take them: short Markdown that is cut at whole items, or JSON.

What letters and reports say is other people's text: in a group it calls nobody and links nowhere.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from typing import Final

from tracker.notices.channel import CHANNELS
from tracker.notices.phrases import Phrases
from tracker.notices.wording import Digest, Item, Worded, printable, subject, text_of, word
from tracker.settings import Settings

#: Signs that mean something in the Markdown of one of the programs, and their wide twins, which
#: mean nothing. There is no way to escape them that all of them know.
_WIDE: Final = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "<>[]()*`_~|#&@!\\"})
#: What programs make a link of by themselves: http://…, www.…, a name with a dot.
_SCHEME: Final = re.compile(r":(?=//)")
_DOT: Final = re.compile(r"(?<=[\w-])\.(?=[A-Za-z])")
#: Channels that carry mails.
MAILED: Final = ("mail", "files")
#: Characters; so that the first item always fits.
_LONG: Final = 80
_SHORT: Final = 60


def word_for(channel: str, digest: Digest, settings: Settings) -> Worded:
    """A digest in the words of a channel: mail, a group's robot, or a webhook.

    Args:
        channel: of the message (`MessageRow.channel`).
        digest: made by `digest_of`.
        settings: language and office.
    """
    if channel in MAILED:
        return word(digest, settings)
    if channel == "webhook":
        return Worded(subject(digest, settings), _as_json(digest, settings), "")
    return brief(digest, settings, importlib.import_module(CHANNELS[channel][0]).fits)


def brief(digest: Digest, settings: Settings, fits: Callable[[str, str], bool]) -> Worded:
    """A digest in Markdown, most urgent first, with as many whole items as there is room for.

    Args:
        digest: made by `digest_of`.
        settings: language and office.
        fits: says of subject and text whether there is room.
    """
    words = Phrases(settings.language)
    title = harmless(subject(digest, settings), _LONG)
    least, most = 1, digest.size
    while least < most:
        middle = (least + most + 1) // 2
        if fits(title, _markdown(digest, settings, words, middle)):
            least = middle
        else:
            most = middle - 1
    return Worded(title, _markdown(digest, settings, words, least), "")


def harmless(text: str, length: int) -> str:
    """A text of others in one line of Markdown, in which nothing works, cut to so many characters."""
    plain = str(printable(text)).strip()
    if len(plain) > length:
        plain = plain[: length - 1] + "…"
    plain = _DOT.sub("．", _SCHEME.sub("：", plain))
    return plain.translate(_WIDE)


def _markdown(digest: Digest, settings: Settings, words: Phrases, count: int) -> str:
    parts, left = [], count
    if digest.stand_in:
        parts.append(words("stand_in", name=harmless(digest.name, _SHORT)))
    for group in digest.groups:
        if not left:
            break
        items = group.items[:left]
        left -= len(items)
        parts.append(f"**{harmless(group.title, _LONG)}**")
        parts += [_item(item, words) for item in items]
    if digest.size > count:
        parts.append(words("brief.rest", n=digest.size - count))
    if digest.silent:
        parts.append(words("brief.silent", n=len(digest.silent)))
    if settings.office.name:
        parts.append(f"—— {harmless(settings.office.name, _SHORT)}")
    return "\n\n".join(parts)


def _item(item: Item, words: Phrases) -> str:
    fields = [
        ("label.quote", item.quote and f"“{harmless(item.quote, _LONG)}”"),
        ("label.target", item.target),
        ("label.deadline", item.deadline),
        ("label.why", item.why),
        ("label.latest", item.latest),
        ("label.owners", item.owners),
    ]
    said = [
        words(
            "field",
            label=words(key),
            value=value if key == "label.quote" else harmless(value, _SHORT),
        )
        for key, value in fields
        if value
    ]
    head = f"{item.sign} {harmless(item.ref, _SHORT)} {harmless(item.state, _SHORT)}"
    return f"- **{head}** {harmless(item.what, _SHORT)}；" + "；".join(said)


def _as_json(digest: Digest, settings: Settings) -> str:
    """The text of the mail, and its items as data."""
    items = [
        {
            "ref": item.ref,
            "suggestion": group.title,
            "light": item.light,
            "days": item.days,
            "state": item.state,
            "what": item.what,
            "quote": item.quote,
            "target": item.target,
            "deadline": item.deadline,
            "latest": item.latest,
            "owners": item.owners,
        }
        for group in digest.groups
        for item in group.items
    ]
    said = {
        "day": digest.day.isoformat(),
        "counts": digest.counts,
        "text": text_of(digest, settings),
        "items": items,
    }
    return json.dumps(said, ensure_ascii=False, indent=1)
