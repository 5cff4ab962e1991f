"""Thousands of letters to measure an import on: the samples, each copy its own letter.

A copy has a suggestion number, deputies and figures of its own, and every eighth comes from
another place, so that hashes, suggestions, units and references all differ as in an archive.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.bench.texts import samples
from tracker.letters.letter import read_letter
from tracker.letters.model import Header

#: Begin the names of invented places.
_FIRST = "榆槐桐柏枫桦梓楠橡杉枞柳棠桑榕椿"
_SECOND = "渡坪浦汀湾沚泽泉涧溪"
#: Stand in for the last character of a deputy's name.
_GIVEN = "安邦昌达恩帆光海江凯岚明宁鹏启仁山涛文祥延泽"
_PLACE = re.compile(r"^(.{2,3}?)(?=[省市州县縣区乡镇])")
_FIGURE = re.compile(r"(?<![\d.,第年月〔\[(（-])\d{2,4}(?=[户家个人亩所件项吨座万公])")
#: In a folder of its own lie so many letters, as people keep them by year or by session.
_IN_A_FOLDER = 500


def write_letters(folder: Path, count: int) -> int:
    """Write `count` letters in UTF-8 below a folder; returns how many bytes they are."""
    heads = {name: read_letter(text).header for name, text in samples().items()}
    # A number written in words stays as it is, so that such a letter is left out.
    names = [
        name
        for name in heads
        if _number(_copy(samples()[name], heads[name], 1)) != _number(samples()[name])
    ]
    size = 0
    for index in range(count):
        name = names[index % len(names)]
        text = _copy(samples()[name], heads[name], index // len(names))
        inside = folder / f"{index // _IN_A_FOLDER:03}"
        inside.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        (inside / f"{index:06}-{name}.txt").write_bytes(data)
        size += len(data)
    return size


def _copy(text: str, header: Header, turn: int) -> str:
    if not turn:
        return text
    place = _PLACE.match(header.region or "")
    if place and (era := turn // 8):
        new = _FIRST[era % len(_FIRST)] + _SECOND[era // len(_FIRST) % len(_SECOND)]
        text = text.replace(place[1], new)
    for person in header.recipients:
        if 2 <= len(person) <= 3:
            text = text.replace(person, person[:-1] + _GIVEN[turn % len(_GIVEN)])
    text = _FIGURE.sub(lambda match: str(int(match[0]) + turn), text)
    old = header.suggestion_no or 0
    number = str(old + 7000 * turn)
    return re.sub(rf"(?<!\d)0*{old}(?=[号號])", number, text)


def _number(text: str) -> int | None:
    return read_letter(text).header.suggestion_no
