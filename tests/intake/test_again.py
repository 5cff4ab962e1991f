"""Which letters are the same letter, in whatever bytes they came."""

from __future__ import annotations

import pytest

from tests.cli.running import LETTER
from tests.factories import NOW, WHO
from tracker.intake import again
from tracker.intake.again import same_letter
from tracker.intake.extracting import extract
from tracker.intake.writing import Answer, Writer
from tracker.letters.letter import read_letter
from tracker.settings import Settings
from tracker.store.database import Store

TEXT = LETTER.format(number=7)
THANKS = "感谢您对我们工作的关心和支持!\n"
FUNDS = "市财政局将于2023年6月底前拨付奖补资金300万元。"


@pytest.fixture
def known(store: Store, settings: Settings) -> int:
    """The letter in the ledger, as a file brought it."""
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    data = TEXT.encode()
    (done,) = writer.write([Answer("7.txt", extract(data, "7.txt"), data)])
    assert done.imported is not None
    return done.imported.letter_id


CASES = [
    (TEXT, True),
    ("首页 > 建议办理\n浏览次数:17\n" + TEXT + "\n相关新闻\n", True),
    (TEXT.replace("\n\n", "\r\n"), True),
    (TEXT.replace("户。", "户 。"), True),
    (TEXT.replace("新增高新技术企业7户", "新增高新技术企业9户"), False),
    (TEXT.replace(FUNDS, ""), False),
    (TEXT.replace(FUNDS + "\n\n" + THANKS, ""), False),
    (TEXT.replace(THANKS, THANKS + "市科技局将于2024年5月底前建成孵化器2个。\n"), False),
    (TEXT + "类别:B\n", False),
    (TEXT.replace("5月15日", "5月16日"), False),
    (TEXT.replace("第7号", "第8号"), False),
    (TEXT.replace("云溪市市场监督管理局", "云溪市科学技术局"), False),
]


@pytest.mark.parametrize(("text", "same"), CASES)
@pytest.mark.parametrize("among", ["all", "one"])
def test_the_same_letter_word_by_word(
    store: Store, known: int, text: str, same: bool, among: str
) -> None:
    with store.read() as session:
        found = same_letter(session, read_letter(text), known if among == "one" else None)
    assert (found is not None and found.id == known) is same


def test_what_is_longer_than_any_letter_is_told_by_its_bytes(
    store: Store, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "_LONGEST", len(TEXT) - 1)
    with store.read() as session:
        assert same_letter(session, read_letter(TEXT), known) is None
