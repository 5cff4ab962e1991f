"""`tracker doctor`, as people meet it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import call, letter
from tracker.cli.doctor import WORDS


def test_it_tells_each_thing_on_a_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert call(data, "import", str(letter(tmp_path / "in"))).status == 0
    answer = call(data, "doctor")
    assert answer.status == 0
    assert "正常 数据库：完好，可写" in answer.out
    assert "注意 常驻程序：没有运行过" in answer.out
    assert "故障 0" in answer.out
    assert "ok database: whole and writable" in call(data, "--lang", "en", "doctor").out


def test_a_failure_is_exit_status_one_and_programs_can_read_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "tracker.db").write_bytes(b"no database at all" * 100)
    answer = call(data, "doctor", "--format", "json")
    assert answer.status == 1
    found = {item["area"]: item for item in json.loads(answer.out)}
    assert found["database"]["level"] == "fail"
    assert "this file is no database" in found["database"]["text"]


def test_every_finding_has_its_words() -> None:
    import re

    import tracker.doctor

    source = Path(tracker.doctor.__file__).read_text(encoding="utf-8")
    keys = set(re.findall(r'"([a-z]+\.[a-z_]+)"', source)) - {"settings.office"}
    assert keys | {"settings.office.name", "settings.office.email"} == {
        key for key in WORDS if "." in key and not key.startswith(("level.", "area."))
    }
