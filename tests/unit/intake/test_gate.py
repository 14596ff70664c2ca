"""The gate: each trap that a container can hold is refused by its own rule, and honest workbooks pass.

Belongs here: files made byte by byte, and what the gate says of them. Does not belong here: what readers make of sheets.
"""

import hashlib
import io
import struct
import zipfile
import zlib

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


def sheet(cells: str, row: str = "<row>") -> tuple[str, bytes]:
    return "xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{row}{cells}</row></sheetData></worksheet>".encode()


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


@pytest.mark.parametrize(
    "name", ["xl/comments2.xml", "xl/comments/comment1.xml", "xl/drawings/vmlDrawing1.vml", "xl/drawings/drawing1.xml"]
)
def test_comments_that_are_much_alike_are_no_bomb(name):
    """LibreOffice writes the comments of a receipt with 2,000 findings at 137 to 1."""
    alike = b"<a>" + b"<comment ref='A1'>words that stand in every comment</comment>" * 50_000 + b"</a>"
    assert pass_gate(container((name, alike))).notes == []
    assert refused(container(("xl/sharedStrings.xml", alike))) == "F-BOMB"
    assert refused(container((name, alike * 12))) == "F-BOMB"


@pytest.mark.parametrize("text", ['<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', "<!DOCTYPE x [<!ENTITY a 'b'>]>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_definitions_in_any_part(text, encoding):
    assert refused(container(("docProps/app.xml", f"<a/>{text}".encode(encoding)))) == "F-DTD"


def test_a_definition_across_two_chunks():
    comment = b"<!--" + NOISE[: (1 << 20) - 12] + b"-->"
    assert refused(container(("xl/styles.xml", comment + b"<!DOCTYPE x><x/>"))) == "F-DTD"


@pytest.mark.parametrize(
    ("reference", "row"),
    [("XFD1048576", "1048576"), ("A120001", "120001"), ("KO1", "1"), ("ZZZZ9999999", "9999999"), ("A0", "0")],
)
def test_a_value_far_outside(reference, row):
    assert refused(container(sheet(f'<c r="{reference}"><v>1</v></c>', f'<row r="{row}">'))) == "F-AREA"


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        ('<c r="XFD1048576" s="1"/>', "1048576"),
        ('<c r="XFD1048576" s="1"></c>', "1048576"),
        ('<c r="KN120000"><v>1</v></c>', "120000"),
    ],
)
def test_a_styled_blank_far_outside_is_ignored(cell, row):
    pass_gate(container(sheet(cell, f'<row r="{row}">')))


def test_too_many_sheets_and_merges():
    assert refused(container(*((f"xl/worksheets/sheet{n}.xml", b"<worksheet/>") for n in range(51)))) == "F-SHEETS"
    assert refused(container(sheet('<mergeCell ref="A1:B2"/>' * 1_001))) == "F-MERGES"


def test_embedded_objects_and_links():
    assert refused(container(("xl/embeddings/oleObject1.bin", b"x"))) == "F-EMBEDDED"
    assert pass_gate(container(("xl/externalLinks/externalLink1.xml", b"<a/>"))).notes == ["F-LINKS-IGNORED"]


FAR = [
    '<c r="XFD1"><f>1</f></c>',
    "<c r='XFD1'><v>1</v></c>",
    '<c s="1" r="XFD1"><v>1</v></c>',
    '<c\tr="XFD1"><v>1</v></c>',
    '<c r = "XFD1"><v>1</v></c>',
    '<c r="xfd1"><v>1</v></c>',
    '<c r="&#88;FD1"><v>1</v></c>',
    '<x:c xmlns:x="urn:main" r="XFD1"><x:v>1</x:v></x:c>',
    '<c r="XFD1"><!-- --><v>1</v></c>',
    '<c r="XFD1" t="inlineStr"><is><t>x</t></is></c>',
    '</row><row r="1048576"><c><v>1</v></c>',
    '</row><row r="99999999"><c><v>1</v></c>',
    "<c><v>1</v></c>" * 301,
    '<c r="$A$1"><v>1</v></c>',
    '<c r=""><v>1</v></c>',
]


@pytest.mark.parametrize("cells", FAR)
def test_a_value_far_outside_in_any_manner_of_writing(cells):
    name, part = sheet(cells)
    assert refused(container((name, part.replace(b"<worksheet>", b'<worksheet xmlns="urn:main">')))) == "F-AREA"


def test_a_sheet_by_any_name():
    """A reader follows relations, not names."""
    part = sheet(FAR[0])[1]
    assert refused(container(("xl/theme/theme1.xml", part))) == "F-AREA"
    assert refused(container(("data.bin", part))) == "F-AREA"
    comment = b"<!--" + NOISE[: (1 << 20) - 25] + b"-->"  # the name of the element lies across two chunks
    for fill in range(20):
        assert refused(container(("data.bin", b"<a>" + b" " * fill + comment + part + b"</a>"))) == "F-AREA"


def test_rows_without_addresses_are_counted():
    row = b"<row><c><v>1</v></c></row>"
    part = b"<worksheet><sheetData>" + row * 30 + b"</sheetData></worksheet>"
    assert refused(container(("xl/worksheets/sheet1.xml", part)), Limits(rows=29)) == "F-AREA"
    pass_gate(container(("xl/worksheets/sheet1.xml", part)), Limits(rows=30))


@pytest.mark.parametrize("lead", range(0, 60, 7))
def test_a_cell_across_two_chunks(lead):
    cells = '<c r="A1"><v>1</v></c>'
    text = "<worksheet><!--" + NOISE[: (1 << 20) - 80 + lead].decode() + "--><sheetData><row>" + cells
    far = text + '<c r="KO1"><v>1</v></c></row></sheetData></worksheet>'
    blank = text + '<c r="KO1" s="1"></c></row></sheetData></worksheet>'
    assert refused(container(("xl/worksheets/sheet1.xml", far.encode()))) == "F-AREA"
    pass_gate(container(("xl/worksheets/sheet1.xml", blank.encode())))


@pytest.mark.parametrize(
    "part",
    [
        b"<worksheet><sheetData><row>",
        b"<worksheet><sheetData></sheetData>",
        b"<worksheet><sheetData><row></sheetData></row></worksheet>",
        b'<worksheet><sheetData><row><c r="A1"><v>\x01</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row><c r="A1"><v>\xff</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row><c r="A1" t="s"><v>-1</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row><c r="A1" t="s"><v>x</v></c></row></sheetData></worksheet>',
        b"",
    ],
    ids=[
        "cut",
        "cut behind the cells",
        "crossed",
        "control sign",
        "no UTF-8",
        "negative string",
        "no number of a string",
        "empty",
    ],
)
def test_broken_xml(part):
    assert refused(container(("xl/worksheets/sheet1.xml", part + b" " * (not part)))) == "F-DAMAGED"


def test_two_sets_of_cells():
    part = b"<worksheet><sheetData></sheetData><sheetData></sheetData></worksheet>"
    assert refused(container(("xl/worksheets/sheet1.xml", part))) == "F-STRUCTURE"


A1, B1 = '<c r="A1"><v>1125</v></c>', '<c r="B1"><v>7</v></c>'


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ('<c r="A1"><v>11250</v><v>11240</v></c>', "A1"),
        ('<c r="A1"><v>11250</v>\n <v>11240</v></c>', "A1"),
        ('<c r="A1"><v>11250</v><f>B1</f><v>11240</v></c>', "A1"),
        ('<c r="A1" t="inlineStr"><v>11250</v><is><t>11240</t></is></c>', "A1"),
        ('<c r="A1" t="inlineStr"><is><t>11240</t></is><v>11250</v></c>', "A1"),
        (A1 + A1, "A1"),
        (A1 + B1 + '<c r="A1" s="1"/>', "A1"),
        (A1 + '</row><row r="1">' + B1, "1"),
        (A1 + '</row><row r="2"><c r="A2"/></row><row spans="1:2" r="1">' + B1, "1"),
    ],
)
@pytest.mark.parametrize("lead", [b"", b"<!--" + NOISE[: (1 << 20) - 100] + b"-->"], ids=["small", "across two chunks"])
def test_two_values_for_one_cell(cells, told, lead):
    """Readers take the one or the other, so nobody can say which the school means."""
    part = b"<worksheet>" + lead + f'<sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()
    with pytest.raises(Unreadable) as raised:
        pass_gate(container(("xl/worksheets/sheet1.xml", part)))
    assert raised.value.finding.rule == "F-STRUCTURE" and told in raised.value.finding.message()


@pytest.mark.parametrize("row", ['<row r="3">', '<row r="3"><c r="A3"/>', "<row>"])
@pytest.mark.parametrize("lead", ["", '<row r="1"><c r="A1"/></row>'], ids=["first", "behind a row"])
def test_a_cell_written_in_another_row(row, lead):
    """Readers put it where its address says or where it stands, so nobody can say whose figure it is."""
    part = f'<worksheet><sheetData>{lead}{row}<c r="B2"><v>9000</v></c></row></sheetData></worksheet>'
    row_told = "第 1 行" if row == "<row>" and not lead else "B2"
    if row == "<row>" and lead:  # the second row, as it says
        pass_gate(container(("xl/worksheets/sheet1.xml", part.encode())))
        return
    with pytest.raises(Unreadable) as raised:
        pass_gate(container(("xl/worksheets/sheet1.xml", part.encode())))
    assert raised.value.finding.rule == "F-STRUCTURE" and row_told in raised.value.finding.message()


def test_the_same_cell_twice_in_a_table_of_many_rows():
    """Whatever the size: 2,400 schools with forty columns come to more than the two megabytes looked at before."""
    row = '<row r="{0}">' + "".join(f'<c r="{chr(65 + n)}{{0}}"><v>123456789</v></c>' for n in range(26)) + "</row>"
    rows = [row.format(number) for number in range(1, 3_000)]
    table = f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>".encode()
    assert plain(table) is None
    twice = table.replace(b'<c r="Z2300"><v>', b'<c r="Z2300"><v>9</v></c><c r="Z2300"><v>')
    assert refused(container(("xl/worksheets/sheet1.xml", twice))) == "F-STRUCTURE"
    moved = table.replace(b'<c r="D2900">', b'<c r="D2100">')
    assert refused(container(("xl/worksheets/sheet1.xml", moved))) == "F-STRUCTURE"


@pytest.mark.parametrize(
    "cell",
    [
        '\n<c r="A1"><v>1</v></c>',
        '<c r="A1">\n<f>B1</f><v>1</v></c>',
        '<c r="A1"> <f>B1</f><v>1</v></c>',
        '<c r="A1"><f>B1</f> <v>1</v></c>',
        '<c r="A1"><v>1</v> </c>',
        "<c r=\"A1\" t='e'><v>#DIV/0!</v></c>",
        '<c r="A1" t ="e"><v>#DIV/0!</v></c>',
        '<c r="A1" t= "e"><v>#DIV/0!</v></c>',
        '<c r="A1" t="e" ><v>#DIV/0!</v></c>',
        '<c r="A1"><f>B1</f ><v>1</v></c>',
        '<c r="A1"><f>B1</f><v></v ></c>',
        '<c r="A1" t="inlineStr"><is ><t>1</t></is></c>',
        '<c r="A1"><x:f xmlns:x="y">B1</x:f><v>1</v></c>',
    ],
)
def test_a_sheet_spaced_out_is_written_plainly(cell):
    """The searches for formulas, errors and marks want tags side by side and in double quotes."""
    assert plain(sheet(cell, '<row r="1">')[1])


@pytest.mark.parametrize(
    "merge",
    [
        "<mergeCell ref='A1:B1'/>",
        '<mergeCell  ref="A1:B1"/>',
        '<mergeCell\nref="A1:B1"/>',
        '<mergeCell ref = "A1:B1"/>',
        '<x:mergeCell xmlns:x="y" ref="A1:B1"/>',
    ],
)
def test_merges_quoted_otherwise_than_the_cells_are_written_plainly(merge):
    """One program may write the cells and another what stands around them; what stands behind the cells is looked at apart."""
    for hint in ("", f'<dataValidations><dataValidation prompt="{"a" * (1 << 16)}"/></dataValidations>'):
        usual, odd = (
            f'<worksheet><cols><col min="1" max="1"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
            f'<mergeCells count="1">{one}</mergeCells>{hint}</worksheet>'.encode()
            for one in ('<mergeCell ref="A1:B1"/>', merge)
        )
        assert plain(usual) is None and plain(odd)


@pytest.mark.parametrize("column", ['<col\nmin="1" max="1" hidden="1"/>', '<col min="1" max="1" hidden="&#49;"/>'])
def test_columns_written_otherwise_than_the_cells_are_written_plainly(column):
    cells = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    assert plain(f"<worksheet><cols>{column}</cols>{cells}</worksheet>".encode())


def test_signs_in_a_formula_make_no_sheet_unusual():
    cell = '<c r="A1"><f>IF(B1 = "", \'表\'!A1,"="&amp;C1)</f><v>1</v></c>'
    assert plain(sheet(cell, '<row r="1">')[1]) is None
    begin = b"<?xml version='1.0' encoding='UTF-8'?>\n"
    assert plain(begin + sheet(cell, '<row r="1">')[1]) is None


def plain(part: bytes) -> bytes | None:
    return pass_gate(container(("xl/worksheets/sheet1.xml", part))).parts.plain.get("xl/worksheets/sheet1.xml")


def test_a_figure_with_character_references_is_written_plainly():
    """The reader passes over the reference: 11250 would be 1125."""
    part = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1125&#48;</v></c></row></sheetData></worksheet>'
    assert b"<v>11250</v>" in (plain(part) or b"")


def test_rows_in_another_order_are_no_second_values():
    row = '<row r="{0}"><c r="A{0}"><v>1</v>\n</c></row>'
    rows = "".join(map(row.format, (1, 3, 2)))
    assert plain(f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())


def test_what_references_stand_below_the_cells_makes_no_sheet_unusual():
    """The hint of a drop-down has line breaks; the sheet needs no rewriting for them, however long it is."""
    begin = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    hint = b'<dataValidations><dataValidation prompt="a&#10;b"/></dataValidations></worksheet>'
    assert plain(begin + hint) is None
    assert plain(begin + b"<x y='" + NOISE + b"'/>" + hint) is None


@pytest.mark.parametrize("odd", ['<c r="A1" s="&#10;1"/>', "<c r='A1'/>"])
def test_a_value_far_outside_in_a_sheet_that_is_written_plainly(odd):
    far = '</row><row r="99999"><c r="XFD99999"><v>1</v></c>'
    assert refused(container(sheet(odd + far))) == "F-AREA"


@pytest.mark.parametrize("kind", ['t="zz"', 't="n"', ""])
def test_words_in_a_cell_of_another_type(kind):
    """One reader takes them, another sees a blank: nobody can say which the school means."""
    assert refused(container(sheet(f'<c r="A1" {kind}><is><t>小学</t></is></c>'))) == "F-DAMAGED"
    assert pass_gate(container(sheet('<c r="A1" t="inlineStr"><is><t>小学</t></is></c>'))).notes == []


def test_memory_that_runs_out_is_no_damage_of_the_file(monkeypatch):
    """The pool tells the school that its file is too heavy; a sound file must never be called damaged."""

    def too_much(*_):
        raise MemoryError

    monkeypatch.setattr(zlib, "decompressobj", too_much)
    with pytest.raises(MemoryError):  # parts seen before are remembered
        read_file("校.xlsx", container(sheet('<c r="A1"><v>47114711</v></c>')), "", None)


def test_other_encodings():
    part = '<?xml version="1.0" encoding="iso-8859-1"?><worksheet/>'.encode("latin-1")
    assert refused(container(("xl/worksheets/sheet1.xml", part))) == "F-STRUCTURE"


def test_deep_nesting_is_refused_as_a_bomb_or_passed_in_time():
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    assert refused(container(("xl/styles.xml", deep))) == "F-BOMB"
    pass_gate(container(("xl/styles.xml", b"<a>" * 10_000 + b"</a>" * 10_000)))


def test_loose_html_in_a_drawing_is_no_damage():
    pass_gate(container(("xl/drawings/vmlDrawing1.vml", b"<xml><div><br></div></xml>")))
    assert refused(container(("xl/drawings/vmlDrawing1.vml", b"<xml><br></xml><!DOCTYPE x>"))) == "F-DTD"
    pass_gate(container(("customXml/item1.xml", '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"))))


def relation(kind: str, more: str = "") -> tuple[str, bytes]:
    return "xl/worksheets/_rels/sheet1.xml.rels", (
        '<Relationships><Relationship Id="rId1" Target="../x/y.bin" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" {more}/></Relationships>'
    ).encode()


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("vbaProject", "F-MACRO"), ("xlMacrosheet", "F-MACRO"), ("oleObject", "F-EMBEDDED"), ("control", "F-EMBEDDED")],
)
def test_traps_by_their_relation(kind, rule):
    assert refused(container(relation(kind))) == rule


def test_outward_relations_are_told_but_for_plain_links():
    assert pass_gate(container(relation("image", 'TargetMode="External"'))).notes == ["F-LINKS-IGNORED"]
    assert pass_gate(container(relation("hyperlink", 'TargetMode="External"'))).notes == []


def test_names_that_differ_in_case_alone():
    assert refused(container(("xl/a.xml", b"<a/>"), ("xl/A.xml", b"<a/>"))) == "F-STRUCTURE"


def test_a_name_with_a_nul():
    raw = container(("xl/abc.xml", b"<a/>")).replace(b"xl/abc.xml", b"xl/a\0c.xml")
    assert refused(raw) in ("F-STRUCTURE", "F-DAMAGED")


def test_something_before_the_container():
    assert refused(b"MZ" + container()) == "F-DAMAGED"


def test_what_came_out_is_kept_for_readers():
    passed = pass_gate(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert passed.parts.read("XL/Worksheets/Sheet1.xml") == archive.read("xl/worksheets/sheet1.xml")
        assert passed.expanded == sum(member.file_size for member in archive.infolist())
    assert passed.parts.read("xl/nothing.xml") is None and passed.parts.plain == {}


def test_the_reader_is_never_reached_behind_a_closed_gate():
    reading = read_file("坏.xlsx", container(sheet('<c r="XFD1"><v>1</v></c>')), "0" * 64, None)
    assert [finding.rule for finding in reading.findings] == ["F-AREA"]
    assert reading.values.empty
