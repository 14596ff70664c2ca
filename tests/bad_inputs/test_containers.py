"""What is no sound container: other kinds of files under a workbook's name, damage, traps of the zip format, odd entries.

Belongs here: everything before the first part is parsed, and entries of the inbox that are no plain files.
Does not belong here: XML (``test_xml``), sheets (``test_sheets``).
"""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from spoiled import (
    BOOK,
    CONTENTS,
    SHEET,
    STRINGS,
    TWO,
    Case,
    member_of,
    more_rows,
    old_table,
    packed,
    part_of,
    patched,
    refused,
    sound,
    with_entry,
)

from builders.schools import code, school
from builders.workbooks import bulk, bulk_rows, compound_file, csv_table

MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WEB_PAGE = "<html><table><tr><td>学校标识码</td></tr></table></html>"


def flipped() -> bytes:
    raw = bytearray(sound())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        member = archive.getinfo(SHEET)
    raw[member.header_offset + 30 + len(SHEET) + member.compress_size // 2] ^= 0x55
    return bytes(raw)


def with_macros() -> bytes:
    return packed(more={"xl/vbaProject.bin": b"Sub Auto_Open()"}, content=patched(CONTENTS, MAIN_TYPE, MACRO_TYPE))


def two_of_a_kind() -> bytes:
    first = sound()
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed(more={SHEET: part_of(SHEET).replace(b"<v>450</v>", b"<v>999</v>")}, content=first)


def locked_members() -> bytes:
    content = sound()
    header, entry = member_of(content, SHEET)
    raw = bytearray(content)
    struct.pack_into("<H", raw, header + 6, 1)
    struct.pack_into("<H", raw, entry + 8, 1)
    return bytes(raw)


def inflating(name: str, megabytes: int) -> bytes:
    """A container with one part that hardly takes room and inflates to so many megabytes."""
    stream = io.BytesIO(packed(name))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open(name, "w") as part:
        for _ in range(megabytes):
            part.write(b"A" * 1_000_000)
    return stream.getvalue()


def many_rows() -> bytes:
    rows = (f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 1000003}</v></c></row>' for n in range(10, 200_010))
    return more_rows("".join(rows))


def lying_small() -> bytes:
    """The directory says that 40 MB are 100 bytes."""
    return with_entry(inflating(STRINGS, 40), STRINGS, 24, 100)


def overlapping() -> bytes:
    content = sound()
    return with_entry(content, STRINGS, 42, member_of(content, SHEET)[0])


CASES = {
    "A01 zero bytes": refused(lambda: b"", "F-EMPTY", "0 字节", "上传"),
    "A02 text in GBK under a workbook's name": refused(
        lambda: csv_table(bulk_rows([school(1)]), "gbk"), "F-NOT-A-WORKBOOK", "不是 Excel 工作簿"
    ),
    "A03 a web page": refused(lambda: WEB_PAGE.encode(), "F-HTML", "网页导出", "另存为 .xlsx"),
    "A03 a web page as .xls": refused(lambda: WEB_PAGE.encode("gbk"), "F-HTML", "网页导出", file="表.xls"),
    "A03 a web page behind a byte order mark": refused(lambda: WEB_PAGE.encode("utf-8-sig"), "F-HTML", "网页导出"),
    "A04 the end is missing": refused(lambda: sound()[:-900], "F-DAMAGED", "不完整"),
    "A05 a byte was changed": refused(flipped, "F-DAMAGED", "已损坏"),
    "A06 encrypted": refused(
        lambda: compound_file({"EncryptionInfo": b"\x04\0\x04\0" + b"\0" * 100, "EncryptedPackage": b"\1" * 5000}),
        "F-PASSWORD", "打开密码",
    ),
    "A06 the old format with macros": refused(
        lambda: compound_file({"Workbook": b"\x09\x08" * 3000, "_VBA_PROJECT_CUR": b"x"}), "F-MACRO", "宏", file="表.xls"
    ),
    "A07 macros in a renamed workbook": refused(with_macros, "F-MACRO", "含有宏"),
    "A08 a renamed document": refused(
        lambda: packed(BOOK, SHEET, more={"word/document.xml": b"<w/>"}, content=patched(CONTENTS, MAIN_TYPE, DOCUMENT_TYPE)),
        "F-NOT-A-WORKBOOK", "不是 Excel 工作簿",
    ),
    "A09 no list of sheets": refused(lambda: packed(BOOK), "F-NOT-A-WORKBOOK", "不是 Excel 工作簿"),
    "A10 no list of contents": refused(lambda: packed(CONTENTS), "F-NOT-A-WORKBOOK", "不是 Excel 工作簿"),
    "A11 a part twice, 450 then 999": refused(two_of_a_kind, "F-STRUCTURE", "结构异常", "重名"),
    "A11 two workbooks, one behind the other": refused(
        lambda: sound() + bulk([school(3)]), "F-STRUCTURE", "结构异常", "开头另有内容"
    ),
    "A12 a climbing path": refused(lambda: packed(more={"../../x": b"x"}), "F-STRUCTURE", "路径"),
    "A12 an absolute path": refused(lambda: packed(more={"/etc/cron.d/x": b"x"}), "F-STRUCTURE", "路径"),
    "A13 encrypted members": refused(locked_members, "F-PASSWORD", "密码"),
    "A14 a bomb": refused(lambda: inflating(STRINGS, 60), "F-BOMB", "解压后过大"),
    "A15 200,000 rows too many, the stated size says none": refused(many_rows, "F-AREA", "超出了填报表的范围"),
    "A16 20,000 members": refused(
        lambda: packed(more={f"xl/media/{n}.png": b"" for n in range(20_000)}), "F-STRUCTURE", "个部件"
    ),
    "A17 the directory lies about a size": refused(lambda: with_entry(sound(), STRINGS, 24, 100), "F-DAMAGED", "已损坏"),
    "A17 the directory hides a bomb": refused(lying_small, "F-DAMAGED", "已损坏"),
    "A18 overlapping members": refused(overlapping, "F-STRUCTURE", "重叠"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_becomes_of_it(hand_in, case: Case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    assert night.accepted == [code(90)]


@pytest.mark.parametrize("file", ["旧.xls", "旧.xlsx"], ids=["A06 the old format", "A06 the old format renamed"])
def test_the_old_format_is_read_and_told(hand_in, file):
    night = hand_in({file: old_table(bulk_rows(TWO))})
    assert "旧的 .xls 格式" in night.one("F-OLD-FORMAT", file).message() and len(night.of(file)) == 1
    assert night.outcomes[file] == "accepted" and night.accepted == [code(1), code(2), code(90)]
    assert night.row(code(2))["books"] == 11250


def test_a_file_of_another_program_by_its_own_name(hand_in):
    """A06: WPS calls the old format .et."""
    night = hand_in({"表.et": old_table(bulk_rows(TWO))})
    assert night.outcomes["表.et"] == "accepted" and ".xlsx" in night.one("F-OLD-FORMAT").message()


def test_a_climbing_path_writes_nothing_outside(hand_in, tmp_path):
    """A12."""
    hand_in({"一.xlsx": packed(more={"../../x": b"x"}), "二.xlsx": packed(more={"../receipts/y": b"y"})})
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "archive", "receipts"}
    assert not list(tmp_path.rglob("x")) + list(tmp_path.rglob("y"))


NAMES = {
    "A19 a formula": "=1+1.xlsx",
    "A19 an option": "-rf.xlsx",
    "A19 83 Chinese characters": "校" * 83 + ".xlsx",
    "A19 right to left": "表\u202exslx.xlsx",
    "A19 a line break": "表\n2024 ERROR.xlsx",
    "A19 markup": "<b>表&.xlsx",
    "A19 a climbing name": "表\\..\\..\\x.xlsx",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("books", [11250, "很多"], ids=["accepted", "with an error"])
def test_a_name_is_but_text(hand_in, tmp_path, name, books):
    night = hand_in({name: bulk([school(1, books=books)])})
    assert night.outcomes == {name: "rejected" if books == "很多" else "accepted", "好.xlsx": "accepted"}
    told = [finding.message() for finding in night.of(name)]
    assert ["不是数字" in message for message in told] == ([True] if books == "很多" else []), told
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "archive", "receipts"}


def test_a_program_by_its_name(hand_in):
    """A19: 表.xlsx.exe."""
    night = hand_in({"表.xlsx.exe": sound()})
    assert night.accepted == [code(90)]
    assert night.outcomes["表.xlsx.exe"] == "rejected" and "不能读取" in night.one("F-TYPE").message()


def test_lock_files_of_offices_are_passed_over(hand_in):
    """A19: ~$表.xlsx is no file of anybody's."""
    assert hand_in({"~$表.xlsx": b"\x05abc"}).outcomes == {"好.xlsx": "accepted"}


def test_what_is_no_plain_file(hand_in, tmp_path):
    """A20: links, folders, pipes and what nobody may read; nothing outside the inbox is looked at."""
    (tmp_path / "archive").mkdir()
    secret = tmp_path / "archive" / "别处.xlsx"
    secret.write_bytes(bulk([school(7, name="机密学校")]))

    def prepare(inbox):
        (inbox / "链接.xlsx").symlink_to(secret)
        (inbox / "断链.xlsx").symlink_to(tmp_path / "没有.xlsx")
        (inbox / "外面").symlink_to(tmp_path / "archive")
        (inbox / "文件夹.xlsx").mkdir()
        (inbox / "文件夹.xlsx" / "内.xlsx").write_bytes(sound())
        os.mkfifo(inbox / "管道.xlsx")
        os.mkfifo(inbox / "管道")

    night = hand_in({}, prepare=prepare)
    odd = {"链接.xlsx", "断链.xlsx", "外面", "文件夹.xlsx", "管道.xlsx", "管道"}
    assert {file for file, outcome in night.outcomes.items() if outcome == "rejected"} == odd
    for file in odd:
        told = night.one("F-LINK", file).message()
        assert f"“{file}”是链接、文件夹或读不出来的文件,没有读取。请放入文件本身" in told
    assert night.accepted == [code(90)]
    assert all(reading.sha256 == "" for reading in night.intake.files if reading.file in odd)
    assert not any("机密学校".encode() in receipt for receipt in night.receipts.values())


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="the administrator may read everything")
def test_a_file_that_nobody_may_read(hand_in):
    """A20."""
    night = hand_in({"锁.xlsx": sound()}, prepare=lambda inbox: (inbox / "锁.xlsx").chmod(0))
    assert "读不出来" in night.one("F-LINK", "锁.xlsx").message() and night.outcomes["锁.xlsx"] == "rejected"


def test_a_file_that_the_system_does_not_open(hand_in, monkeypatch):
    """A20: the same for whoever may read everything; the system's answer is put in its place."""

    def refusing(path, *arguments, **named):
        if Path(path).name == "锁.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *arguments, **named)

    opening = os.open
    monkeypatch.setattr("resources.inbox.os.open", refusing)
    night = hand_in({"锁.xlsx": sound()})
    assert "读不出来" in night.one("F-LINK", "锁.xlsx").message() and night.outcomes["锁.xlsx"] == "rejected"
    assert night.accepted == [code(90)]


def test_a_file_that_vanishes_while_it_is_read(hand_in):
    """A20: it was there when the inbox was walked."""
    night = hand_in({"一.xlsx": sound(), "走.xlsx": sound()}, between=lambda inbox: (inbox / "走.xlsx").unlink())
    told = night.of("走.xlsx")
    assert [finding.severity for finding in told] == ["error"] and "请" in told[0].message(), night.messages
    assert night.outcomes["走.xlsx"] == "rejected" and night.accepted == [code(1), code(2), code(90)]
