"""The warning that the calendar of working days has run out."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import call


def test_an_unknown_year_is_told_and_an_office_can_enter_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for day, missing in (("2030-09-30", "2030"), ("2030-10-08", "2030、2031")):
        for command in (("status",), ("sweep", "--dry-run")):
            answer = call(data, *command, "--as-of", day)
            assert answer.status == 0
            assert f"{missing} 年的节假日安排未知" in answer.err
            assert "holidays.toml" in answer.err
    tables = "".join(f'[{year}]\nnotice = "国办发明电"\n' for year in (2030, 2031))
    tables = tables.replace("[2031]", 'off = ["2030-10-08"]\n[2031]')
    (data / "holidays.toml").write_text(tables, encoding="utf-8")
    answer = call(data, "sweep", "--dry-run", "--as-of", "2030-10-08")
    assert answer.err == ""
    assert "2030-10-08 不是工作日" in answer.out
