"""Archives and mails, whole and hostile: what is taken out, under which name, and what is not."""

from __future__ import annotations

import base64
import io
import struct
import tracemalloc
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.letters import forms
from tests.letters.letters import PIECES, letter_of
from tracker.letters import containers, package
from tracker.letters.containers import Member, clean, unpack
from tracker.letters.letter import read_letter
from tracker.letters.reading import read_bytes

_LETTER = letter_of().encode()


def opened(data: bytes, name: str = "batch.zip") -> list[tuple[str, str]]:
    """Names, and the text of small members or the reason why there is none."""
    return [
        (member.name, member.problem or member.data[:40].decode("utf-8", "replace"))
        for member in unpack(data, name)
    ]


@pytest.mark.parametrize("encoding", [None, "gbk", "utf-8"])
def test_names_in_every_encoding_that_archives_do_not_name(encoding: str | None) -> None:
    name = "答复/第41号建议答复.txt"
    assert opened(forms.zipped({name: b"x"}, encoding=encoding)) == [(name, "x")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("..\\..\\windows\\a.txt", "windows/a.txt"),
        ("C:\\letters\\a.txt", "letters/a.txt"),
        ("a\nb\r\nc.txt", "a b c.txt"),
        ("a\x1b[31mred.txt", "a [31mred.txt"),
        ("\u202etxt.exe\u202c.txt", "txt.exe.txt"),
        ("a\u2028b.txt", "a b.txt"),
        ("./a/./b.txt", "a/b.txt"),
        ("...", "..."),
        ("..", "?"),
        ("", "?"),
        ("长" * 500 + ".txt", "长" * 80 + "…" + "长" * 76 + ".txt"),
    ],
)
def test_names_are_cleaned_for_display(name: str, shown: str) -> None:
    assert clean(name) == shown
    assert "\n" not in shown


def test_no_name_is_ever_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = forms.zipped({"../out.txt": b"a", "/abs.txt": b"b", "sub/../../up.txt": b"c"})
    assert opened(data) == [("out.txt", "a"), ("abs.txt", "b"), ("sub/up.txt", "c")]
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "out.txt").exists()


def test_a_file_that_is_no_container_is_its_own_member() -> None:
    for data in (_LETTER, forms.docx(), forms.ofd(), forms.pdf(), b"", b"PK\x03\x04 cut"):
        assert list(unpack(data, "a")) == [Member("", data)]


def test_members_come_one_by_one_and_others_are_passed_over() -> None:
    data = forms.zipped({"a.txt": b"1", "logo.gif": b"2", "b.txt": b"3", "~$b.docx": b"4"})
    members = unpack(data, "a.zip")
    assert next(members).name == "a.txt"
    assert next(members).name == "b.txt"
    assert next(members, None) is None


def _left(data: bytes) -> list[str]:
    """Names of what is left out, the others of the members with their reasons apart."""
    members = list(unpack(data, "a"))
    assert all(member.problem for member in members if member.left_out)
    return [member.name for member in members if member.left_out]


def test_what_may_be_a_letter_in_a_form_that_is_not_read_is_named() -> None:
    names = [
        "a.rtf",
        "b.RAR",
        "c/d.7z",
        "e.docm",
        "f.odt",
        "g.mht",
        "h.tif",
        "i.jpg",
        "j.png",
        "k.xlsx",
    ]
    noise = ["x.css", "x.gif", "Thumbs.db", "._a.rtf", "__MACOSX/a.rtf", "~$a.xlsx", ".DS_Store"]
    data = forms.zipped(dict.fromkeys(["a.txt", *names, *noise], b"x"))
    assert _left(data) == names
    assert _left(forms.zipped({"in.zip": data, "b.txt": b"x"}))[0] == "in.zip › a.rtf"
    only = [member.problem for member in unpack(forms.zipped({"a.rar": b"x"}), "a.zip")]
    assert only[0] == "is in a form that is not read"
    assert str(only[1]).startswith("holds no file that may be a letter")
    mail = forms.eml("见附件。", attached={"a.docx": b"x", "b.rar": b"x", "image003.png": b"x"})
    assert _left(mail) == ["b.rar"]
    for name in ("winmail.dat", "smime.p7m"):
        members = list(unpack(forms.eml("见附件。", attached={name: b"x"}), "a.eml"))
        assert (members[0].name, members[0].left_out) == (name, True)


def test_names_that_end_in_a_date_or_a_count_are_not_passed_over() -> None:
    names = ["关于第41号建议的答复2023.5.15", "答复.v2", "a.docx.1", "a.aspx", "b.jhtml"]
    members = dict.fromkeys(names, b"x")
    assert [name for name, _ in opened(forms.zipped(members))] == names
    assert [name for name, _ in opened(forms.eml("见附件。", attached=members), "a.eml")] == names


def test_a_container_in_a_container_is_opened_and_one_in_that_is_not() -> None:
    inner = forms.zipped({"a.txt": b"deep"})
    middle = forms.zipped({"inner.zip": inner, "b.txt": b"middle"})
    outer = forms.zipped({"middle.zip": middle, "c.txt": b"outer"})
    assert opened(outer) == [
        ("middle.zip › inner.zip", "is packed more than 2 deep; unpack it first"),
        ("middle.zip › b.txt", "middle"),
        ("c.txt", "outer"),
    ]


def test_an_archive_that_holds_itself_over_and_over_ends() -> None:
    data = b"x"
    for _ in range(50):
        data = forms.zipped({"a.zip": data})
    ((name, reason),) = opened(data)
    assert (name, reason[:19]) == ("a.zip › a.zip", "is packed more than")


def test_a_bomb_is_known_by_its_ratio() -> None:
    data = forms.zipped({"bomb.txt": b"0" * 20_000_000, "a.txt": b"good"})
    assert len(data) < 50_000
    tracemalloc.start()
    found = opened(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [
        ("bomb.txt", "unpacks to more than 150 times its size; no letter does"),
        ("a.txt", "good"),
    ]
    assert peak < 3_000_000


def test_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    data = bytearray(forms.zipped({"bomb.txt": b"0" * 90_000_000, "a.txt": b"good"}))
    lie = struct.pack("<I", 1000)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[at + 24 : at + 28] = lie
    tracemalloc.start()
    found = dict(opened(bytes(data)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found["a.txt"] == "good"
    assert found["bomb.txt"] == "is damaged in its archive; fetch the archive again"
    assert peak < 5_000_000


def test_all_members_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_TOTAL_BYTES", 100)
    data = forms.zipped({"a.txt": b"a" * 60, "b.txt": b"b" * 60, "c.txt": b"c" * 30})
    assert [reason[:16] for _, reason in opened(data)] == ["a" * 16, "unpacks to more ", "c" * 16]
    nested = forms.zipped({"n.zip": data})
    assert [m.problem is None for m in unpack(nested, "n")][:1] != [True]


def test_members_are_counted_and_the_rest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    data = forms.zipped({f"{n}.txt": b"x" for n in range(5)})
    assert opened(data)[2:] == [
        ("2.txt", "x"),
        ("", "holds more than 3 files; import the rest by itself"),
    ]
    nested = forms.zipped({"a.zip": data, "b.txt": b"not reached"})
    assert [name for name, _ in opened(nested)] == ["a.zip › 0.txt", "a.zip › 1.txt", "a.zip"]


def test_a_table_of_contents_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = forms.zipped({f"{n:05}.txt": b"" for n in range(100)})
    monkeypatch.setattr(package, "_MAX_CONTENTS", 1000)
    assert opened(data)[0][1][:6] == "PK\x03\x04\x14\x00"  # read_bytes gives the reason


def _flagged(flag: int) -> bytes:
    data = bytearray(forms.zipped({"a.txt": b"x" * 50}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= flag
    return bytes(data)


def _compressed(method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", b"x" * 1000)
    return stream.getvalue()


def _link() -> bytes:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def _corrupt() -> bytes:
    data = bytearray(forms.zipped({"a.txt": b"a letter of several words " * 9}))
    data[40] ^= 0xFF
    data[44] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_flagged(1), "is encrypted"),
        (_compressed(zipfile.ZIP_BZIP2), "is packed in a rare way"),
        (_compressed(zipfile.ZIP_LZMA), "is packed in a rare way"),
        (_link(), "is a link to another file"),
        (_corrupt(), "is damaged in its archive"),
        (forms.zipped({"a.gif": b"x"}), "holds no file that may be a letter"),
        (forms.zipped({}), "holds no file that may be a letter"),
    ],
    ids=["encrypted", "bzip2", "lzma", "link", "corrupt", "only pictures", "empty"],
)
def test_what_is_not_taken_out_has_one_reason(data: bytes, reason: str) -> None:
    (member,) = unpack(data, "a.zip")
    assert member.problem is not None
    assert member.problem.startswith(reason)
    assert "\n" not in member.problem


# Mails.


def test_the_text_of_a_mail_counts_where_it_is_a_letter_or_all_there_is() -> None:
    letter = letter_of()
    with_note = forms.eml("见附件。", attached={"a.txt": _LETTER})
    assert [m.name for m in unpack(with_note, "a.eml")] == ["a.txt"]
    with_letter = forms.eml(letter, attached={"b.txt": _LETTER})
    assert [m.name for m in unpack(with_letter, "a.eml")] == ["b.txt", ""]
    alone = forms.eml("见附件。", attached={"logo.gif": b"x", "image001.png": b"x"})
    assert [m.data.decode().strip() for m in unpack(alone, "a.eml")] == ["见附件。"]


def test_plain_text_goes_before_the_page_that_says_the_same() -> None:
    (member,) = unpack(forms.eml("平文", page="<p>网页</p>"), "a.eml")
    assert member.data.decode().strip() == "平文"


def test_a_mail_whose_character_set_is_a_lie() -> None:
    for charset in (b"iso-8859-1", b"us-ascii", b"hex", b"utf-8"):
        data = b"From: a\nTo: b\nContent-Type: text/plain; charset=%s\n\n" % charset
        (member,) = unpack(data + "建议收悉".encode("gbk"), "a.eml")
        assert read_bytes(member.data, "").text.strip() == "建议收悉", charset


def test_a_mail_in_big5_says_so_in_its_head_only() -> None:
    mail = EmailMessage()
    mail["From"] = mail["To"] = "a@example.gov"
    mail.set_content("縣政協委員：您提出的提案收悉。", charset="big5")
    (member,) = unpack(mail.as_bytes(), "a.eml")
    assert member.data.decode().strip() == "縣政協委員：您提出的提案收悉。"


@pytest.mark.parametrize(
    "field",
    [
        b'attachment; filename="\xb4\xf0\xb8\xb4.txt"',  # raw GBK, against the standard
        'attachment; filename="答复.txt"'.encode(),
        b'attachment; filename="=?gb2312?B?tPC4tC50eHQ=?="',
        b"attachment; filename*=utf-8''%E7%AD%94%E5%A4%8D.txt",
        b"attachment; filename*=gb18030''%B4%F0%B8%B4.txt",
    ],
)
def test_names_of_attachments(field: bytes) -> None:
    data = (
        b"From: a@example.gov\r\nTo: b@example.gov\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n'
        b"Content-Disposition: " + field + b"\r\n\r\nwords\r\n--x--\r\n"
    )
    assert opened(data, "a.eml") == [("答复.txt", "words")]


def _mail(subject: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = mail["To"] = "a@example.gov"
    mail["Subject"] = subject
    return mail


def _numbered(number: int) -> str:
    return letter_of(title=PIECES["title"].replace("19", str(number)))


def _forwarded(*mails: EmailMessage, note: str = "转发") -> EmailMessage:
    outer = _mail("转发")
    outer.set_content(note)
    for mail in mails:
        outer.add_attachment(mail)
    return outer


def _letters_in(mail: EmailMessage) -> list[tuple[str, str]]:
    """Names of members, and of each the number that its letter answers."""
    found = []
    for member in unpack(mail.as_bytes(), "a.eml"):
        assert member.problem is None
        text = read_bytes(member.data, member.name).text
        found.append((member.name, str(read_letter(text).header.suggestion_no)))
    return found


def test_a_mail_within_a_mail() -> None:
    inner = _mail("第41号建议的答复")
    inner.set_content("见附件")
    inner.add_attachment(_LETTER, maintype="application", subtype="x", filename="答复.txt")
    once = _forwarded(inner)
    assert _letters_in(once) == [("第41号建议的答复.eml › 答复.txt", "19")]
    assert _letters_in(_forwarded(once)) == [("第41号建议的答复.eml › 答复.txt", "19")]


def test_every_mail_that_is_forwarded_is_read() -> None:
    mails = []
    for number in (31, 32):
        mail = _mail(f"第{number}号")
        mail.set_content(_numbered(number))
        mails.append(mail)
    talk = _mail("转发")
    talk.set_content("请阅。")
    assert _letters_in(_forwarded(talk, *mails)) == [("第31号.eml", "31"), ("第32号.eml", "32")]
    assert [m.data.decode().strip() for m in unpack(_forwarded(talk).as_bytes(), "a")] == ["转发"]


def test_a_mail_that_is_attached_in_base64_is_opened_too() -> None:
    inner = _mail("答复")
    inner.set_content(letter_of())
    packed = base64.encodebytes(inner.as_bytes())
    data = (
        b"From: a@example.gov\nTo: b@example.gov\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: message/rfc822; '
        b'name="b.eml"\nContent-Transfer-Encoding: base64\n\n' + packed + b"\n--x--\n"
    )
    (member,) = unpack(data, "a.eml")
    assert (member.name, read_letter(member.data.decode()).header.suggestion_no) == ("b.eml", 19)


_PACKED_MAIL = base64.encodebytes(
    b"From: a@example.gov\nTo: b@example.gov\n\n" + letter_of().encode()
)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (_PACKED_MAIL, None),
        ("答复:".encode() + _PACKED_MAIL, None),
        (_PACKED_MAIL[:200] + b"\xb4\xf0" + _PACKED_MAIL[200:], None),
        (_PACKED_MAIL[:-10], "is a mail that is damaged or cut off"),
        (_PACKED_MAIL[:103], "is a mail that is damaged or cut off"),
    ],
    ids=["whole", "words before it", "signs in it", "cut off", "cut short"],
)
@pytest.mark.parametrize("attached", [{"a.txt": _LETTER, "b.txt": _LETTER}, {}])
def test_an_attached_mail_that_is_cut_off_costs_no_other_part(
    packed: bytes, reason: str | None, attached: dict[str, bytes]
) -> None:
    data = forms.eml("见附件。", attached={**attached, "c.eml": b"MARK"})
    head, _, tail = data.rpartition(b"--=")
    before, _, _ = head.rpartition(b"\n--=")
    boundary = data.partition(b'boundary="')[2].partition(b'"')[0]
    data = (
        before + b"\n--" + boundary + b'\nContent-Type: message/rfc822; name="c.eml"\n'
        b"Content-Transfer-Encoding: base64\n\n" + packed + b"\n--=" + tail
    )
    members = list(unpack(data, "a.eml"))
    assert [member.name for member in members] == [*attached, "c.eml"]
    assert [member.data for member in members[:-1]] == list(attached.values())
    if reason is None:
        assert members[-1].problem is None
        assert members[-1].data.decode().strip() == letter_of().strip()
    else:
        assert str(members[-1].problem).startswith(reason)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_a_mail_with_a_byte_order_mark_is_opened(mark: bytes) -> None:
    data = mark + forms.eml("见附件。", attached={"答复.txt": _LETTER})
    assert list(unpack(data, "a.eml")) == [Member("答复.txt", _LETTER)]
    alone = mark + forms.eml(letter_of())
    (member,) = unpack(alone, "a.eml")
    assert member.data.decode().strip() == letter_of().strip()
    assert list(unpack(mark + _LETTER, "a.txt")) == [Member("", mark + _LETTER)]


def _parts(*parts: tuple[str, str]) -> EmailMessage:
    mail = _mail()
    mail.make_mixed()
    for kind, text in parts:
        part = EmailMessage()
        part.set_content(text, subtype=kind)
        mail.attach(part)
    return mail


@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        ([("plain", 31), ("plain", 32)], ["31", "32"]),
        ([("plain", 31), ("html", 32)], ["31", "32"]),
        ([("html", 31), ("html", 32)], ["31", "32"]),
        ([("plain", "请查收。"), ("html", 32)], ["32"]),
        ([("plain", 31), ("plain", "本邮件由系统发出。")], ["31"]),
        ([("plain", "请查收。"), ("plain", 31), ("plain", "谢谢。"), ("plain", 33)], ["31", "33"]),
    ],
)
def test_every_text_of_a_mail_is_read(
    parts: list[tuple[str, int | str]], numbers: list[str]
) -> None:
    texts = []
    for kind, what in parts:
        text = what if isinstance(what, str) else _numbered(what)
        texts.append((kind, f"<pre>{text}</pre>" if kind == "html" else text))
    assert [number for _, number in _letters_in(_parts(*texts))] == numbers


def test_a_letter_that_a_picture_parts_is_one() -> None:
    letter = letter_of()
    at = letter.index("\n", len(letter) // 2)
    ((_, number),) = _letters_in(_parts(("plain", letter[:at]), ("plain", letter[at:])))
    assert number == "19"
    (member,) = unpack(_parts(("plain", letter[:at]), ("plain", letter[at:])).as_bytes(), "a")
    assert "".join(member.data.decode().split()) == "".join(letter.split())


def test_a_stub_beside_the_page_that_holds_the_letter() -> None:
    page = f"<html><body><pre>{_numbered(35)}</pre></body></html>"
    mail = _mail()
    mail.set_content("本邮件为网页格式,请用支持网页的程序打开。")
    mail.add_alternative(page, subtype="html")
    assert _letters_in(mail) == [("", "35")]
    mail = _mail()
    mail.set_content(_numbered(36))
    mail.add_alternative(page, subtype="html")
    assert _letters_in(mail) == [("", "36")]


def test_parts_without_a_name() -> None:
    mail = forms.eml("见附件。", attached={"b.docx": forms.docx(), "c.docx": forms.docx()})
    data = mail.replace(b'Content-Disposition: attachment; filename="c.docx"\n', b"")
    assert data != mail
    assert [(m.name, m.problem) for m in unpack(data, "a.eml")] == [("b.docx", None), ("?", None)]
    for kind in (b"image/png", b"application/pgp-signature", b"text/calendar"):
        at = data.rfind(b"application/octet-stream")
        other = data[:at] + kind + data[at + 24 :]
        assert [m.name for m in unpack(other, "a.eml")] == ["b.docx"], kind
    named = mail.replace(b'; filename="c.docx"', b"")
    assert [m.name for m in unpack(named, "a.eml")] == ["b.docx", "?"]


@pytest.mark.parametrize(
    "text",
    [
        "关于第19号建议的答复\n\n马成林代表:\n",
        "Subject: one field is no mail\n\nwords",
        "标题: 答复\n日期: 2023\n",
        "<html><body>From: a\nTo: b</body></html>",
        "",
    ],
)
def test_a_text_is_no_mail(text: str) -> None:
    assert [member.name for member in unpack(text.encode(), "a.eml")] == [""]
    assert next(unpack(text.encode(), "a.eml")).data == text.encode()


_FIELDS = b"From: a@example.gov\nTo: b@example.gov\nMIME-Version: 1.0\n"


def _deep(levels: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(levels)
    )
    return _FIELDS + head + b"Content-Type: text/plain\n\nwords\n"


@pytest.mark.parametrize(
    "data",
    [
        _deep(3000),
        _FIELDS + b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\n\n" * 5000,
        _FIELDS + b"Content-Type: text/plain; charset=no\x00such\n\nwords",
        _FIELDS + b"Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\ncut off",
        _FIELDS + b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n!!!!",
        _FIELDS + b"Content-Disposition: attachment; filename*=x''%\n\nwords",
        _FIELDS + b'Content-Disposition: attachment; filename="=?x?Q?=?="\n\nwords',
    ],
    ids=["deep", "many parts", "charset", "no boundary", "base64", "name", "coded name"],
)
def test_hostile_mails_end_and_raise_nothing(data: bytes) -> None:
    members = list(unpack(data, "a.eml"))
    assert len(members) == 1
    assert (members[0].problem is None) or "\n" not in members[0].problem


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_FIELDS + b"X: y\n" * 1_000_000, "is a mail of more than 1000000 lines"),
        (_FIELDS + b"\n" + b"x" * (50 * 1024 * 1024), "is larger than 50 MB"),
        (_FIELDS + b"Subject: " + b"\n x" * 40_000 + b"\n\nhi", "is a mail with a head that no"),
        (
            _FIELDS + b"Content-Disposition: attachment" + b"; filename*1=a" * 20_000 + b"\n\nhi",
            "is a mail with a head that no",
        ),
        (_deep(3000), "is a mail that is nested too deep"),
    ],
    ids=["lines", "size", "folded head", "parts of a name", "deep"],
)
def test_mails_are_bounded(data: bytes, reason: str) -> None:
    ((_, problem),) = opened(data, "a.eml")
    assert problem.startswith(reason)


def test_a_large_mail_is_not_copied_over_and_over() -> None:
    """To parse it costs three times its size, to take it apart six; all at once, nearly eight."""
    attached = (b"QUFB" * 19 + b"\n") * 260_000
    data = (
        _FIELDS + b"Content-Type: application/pdf; name=a.pdf\n"
        b"Content-Transfer-Encoding: base64\n\n" + attached
    )
    tracemalloc.start()
    (member,) = unpack(data, "a.eml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (member.name, len(member.data)) == ("a.pdf", 260_000 * 57)
    assert peak < 6.5 * len(data)
