"""The gate: each trap that a container can hold is refused by its own rule, and honest workbooks pass.

Belongs here: files made byte by byte, and what the gate says of them. Does not belong here: what readers make of sheets.
"""

import hashlib
import io
import struct
import zipfile

import pytest

from builders.schools import school
from builders.workbooks import form
from domain.intake.findings import Unreadable
from domain.intake.gate import Limits, pass_gate
from domain.intake.reading import read_file

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
GOOD = form(school(1))
NOISE = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).hexdigest().encode() for n in range(16_500))  # hardly shrinks


def container(*extra: tuple[str, bytes], types: str = MAIN, drop: tuple[str, ...] = ()) -> bytes:
    """The smallest container that the gate lets through, with further parts."""
    parts = [("[Content_Types].xml", f"<Types>{types}</Types>".encode()), ("xl/workbook.xml", b"<workbook/>"), *extra]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name not in drop:
                archive.writestr(name, content)
    return stream.getvalue()


def sheet(cells: str) -> tuple[str, bytes]:
    return "xl/worksheets/sheet1.xml", f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()


def refused(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as raised:
        pass_gate(content, limits or Limits())
    assert "{" not in raised.value.finding.message("zh") + raised.value.finding.message("en")
    return raised.value.finding.rule


def patched(content: bytes, **flags: int) -> bytes:
    """A container whose first member says it is encrypted."""
    raw = bytearray(content)
    local, central = raw.find(b"PK\x03\x04"), raw.find(b"PK\x01\x02")
    struct.pack_into("<H", raw, local + 6, flags["bits"])
    struct.pack_into("<H", raw, central + 8, flags["bits"])
    return bytes(raw)


def test_honest_workbooks_pass():
    assert pass_gate(GOOD).notes == []
    assert pass_gate(container()).notes == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "content",
    [
        container(*((f"xl/media/{n}.png", b"") for n in range(2_000))),
        container(sheet(""), sheet("")),
        container(("../x.xml", b"")),
        container(("/etc/cron.d/x", b"")),
        container(("xl/theme.xml", "<a/>".encode("utf-16"))),
    ],
    ids=["too many parts", "same name twice", "climbing path", "absolute path", "unusual encoding"],
)
def test_odd_structures(content):
    assert refused(content) == "F-STRUCTURE"


def test_overlapping_parts():
    raw = bytearray(container(("xl/a.xml", b"<a/>" * 50), ("xl/b.xml", b"<b/>" * 50)))
    last = raw.rfind(b"PK\x01\x02")
    before = raw.rfind(b"PK\x01\x02", 0, last)
    struct.pack_into("<I", raw, last + 42, struct.unpack_from("<I", raw, before + 42)[0])
    assert refused(bytes(raw)) == "F-STRUCTURE"


def test_encrypted_parts():
    assert refused(patched(container(), bits=1)) == "F-PASSWORD"


@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptionInfo"])
def test_encrypted_workbooks(stream):
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")) == "F-PASSWORD"


def test_macros():
    assert refused(container(types="application/vnd.ms-excel.sheet.macroEnabled.main+xml")) == "F-MACRO"
    assert refused(container(("xl/vbaProject.bin", b"x"))) == "F-MACRO"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT_CUR".encode("utf-16-le")) == "F-MACRO"


def test_no_workbook():
    assert refused(container(types="wordprocessingml.document.main+xml")) == "F-NOT-A-WORKBOOK"
    assert refused(container(drop=("[Content_Types].xml",))) == "F-NOT-A-WORKBOOK"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "F-NOT-A-WORKBOOK"


@pytest.mark.parametrize("content", [b"PK\x03\x04", GOOD[:-900], GOOD[:200]])
def test_damaged(content):
    assert refused(content) == "F-DAMAGED"


def test_a_flipped_byte():
    raw = bytearray(GOOD)
    raw[raw.find(b"xl/worksheets/sheet1.xml") + 200] ^= 0xFF
    assert refused(bytes(raw)) in ("F-DAMAGED", "F-STRUCTURE")


def test_a_bomb_is_counted_while_inflating():
    assert refused(container(("xl/sharedStrings.xml", b"A" * 60_000_000))) == "F-BOMB"
    assert refused(container(("xl/media/a.bin", bytes(range(256)) * 40)), Limits(expanded=5_000)) == "F-BOMB"


@pytest.mark.parametrize("text", ['<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', "<!DOCTYPE x [<!ENTITY a 'b'>]>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_definitions_in_any_part(text, encoding):
    assert refused(container(("docProps/app.xml", f"<a/>{text}".encode(encoding)))) == "F-DTD"


def test_a_definition_across_two_chunks():
    assert refused(container(("xl/styles.xml", NOISE[: (1 << 20) - 5] + b"<!DOCTYPE x>"))) == "F-DTD"


@pytest.mark.parametrize("reference", ["XFD1048576", "A120001", "KO1", "ZZZZ9999999", "A0"])
def test_a_value_far_outside(reference):
    assert refused(container(sheet(f'<c r="{reference}"><v>1</v></c>'))) == "F-AREA"


@pytest.mark.parametrize("cell", ['<c r="XFD1048576" s="1"/>', '<c r="XFD1048576" s="1"></c>', '<c r="KN120000"><v>1</v></c>'])
def test_a_styled_blank_far_outside_is_ignored(cell):
    pass_gate(container(sheet(cell)))


def test_too_many_sheets_and_merges():
    assert refused(container(*((f"xl/worksheets/sheet{n}.xml", b"<worksheet/>") for n in range(51)))) == "F-SHEETS"
    assert refused(container(sheet('<mergeCell ref="A1:B2"/>' * 1_001))) == "F-MERGES"


def test_embedded_objects_and_links():
    assert refused(container(("xl/embeddings/oleObject1.bin", b"x"))) == "F-EMBEDDED"
    assert pass_gate(container(("xl/externalLinks/externalLink1.xml", b"<a/>"))).notes == ["F-LINKS-IGNORED"]


def test_the_reader_is_never_reached_behind_a_closed_gate():
    reading = read_file("坏.xlsx", container(sheet('<c r="XFD1048576"><v>1</v></c>')), "0" * 64, None)
    assert [finding.rule for finding in reading.findings] == ["F-AREA"]
    assert reading.values.empty
