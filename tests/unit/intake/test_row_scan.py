"""The look at a sheet row by row: it is satisfied only where the look at the whole is, and then finds the same marks.

Belongs here: sheets fed to both looks. Does not belong here: what a whole workbook is told (``test_gate``).
"""

import io
import zipfile
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.schools import school
from builders.workbooks import form
from domain.intake import row_scan
from domain.intake.findings import Unreadable
from domain.intake.gate import pass_gate
from domain.intake.row_scan import RowScan
from domain.intake.sheet_parts import MARKS, MERGE
from domain.intake.sheet_scan import BULK_LIMITS, Limits, SheetScan
from domain.intake.xml_scan import XmlScan

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet><dimension ref="A1:D9"/><cols><col min="1" max="1"/></cols><sheetData>'
)
_END = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
_ROW = (
    '<row r="{0}" spans="1:4"><c r="A{0}" s="{0}" t="s"><v>{0}</v></c><c r="B{0}"><v>12.5</v></c><c r="C{0}" t="str">'
    '<f>IF(B{0}="","","甲&amp;乙")</f><v>甲</v></c><c r="D{0}" t="inlineStr"><is><t>第{0}小学</t></is></c></row>'
)
SMALL = _HEAD + "".join(_ROW.format(n) for n in range(1, 10)).encode() + _END


AS_ROWS, AS_CELLS = 500, 0
"""How many rows unlike all before are looked at as a whole, before each of their cells is."""


def by_rows(sheet: bytes, limits: Limits = BULK_LIMITS, *, step: int = 1 << 20, tried: int = AS_ROWS) -> set[bytes] | None:
    """The marks of a sheet by its rows; None where that look does not tell."""
    with patch.object(row_scan, "_TRIED", tried):
        scan = RowScan(limits)
        for start in range(0, len(sheet), step):
            scan.feed(sheet[start : start + step])
        return scan.marks if scan.finish() else None


def as_a_whole(sheet: bytes) -> set[bytes] | None:
    """The marks of a sheet looked at as it is; None where something is odd."""
    xml, scan = XmlScan(sheet), SheetScan(BULK_LIMITS)
    try:
        xml.feed(sheet)
        xml.finish("xl/worksheets/sheet1.xml")
        scan.feed(sheet)
        scan.finish()
    except Unreadable:
        return None
    return None if xml.unusual or scan.unusual else scan.marks


def workbook(sheet: bytes) -> bytes:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{main}</Types>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return stream.getvalue()


def sheet_of_the_form() -> bytes:
    return zipfile.ZipFile(io.BytesIO(form(school(1)))).read("xl/worksheets/sheet1.xml")


def test_a_plain_sheet_and_a_form_are_in_order_with_their_marks():
    assert by_rows(SMALL) == by_rows(SMALL, tried=AS_CELLS) == as_a_whole(SMALL) == {b"<f", b"<is>", MERGE}
    filled = sheet_of_the_form()
    assert by_rows(filled) == by_rows(filled, tried=AS_CELLS) == as_a_whole(filled) == set()


@pytest.mark.parametrize("step", [1, 7, 100, 1000])
def test_chunks_may_end_anywhere(step):
    assert by_rows(SMALL, step=step) == by_rows(SMALL)


MARKED = {
    b't="e"': b'<c r="B3" t="e"><v>#DIV/0!</v></c>',
    b"<f": b'<c r="B3"><f>A1</f></c>',
    b"<is>": b'<c r="B3" t="inlineStr"><is><t>x</t></is></c>',
}
NUMBER = b'<c r="B3"><v>12.5</v></c>'


@pytest.mark.parametrize("mark", MARKED)
def test_a_mark_in_a_single_row_is_seen(mark):
    plain = SMALL.replace(b"<f>", b"<x>").replace(b"<is>", b"<x>")
    for one in (SMALL, plain):
        assert mark in (by_rows(one.replace(NUMBER, MARKED[mark])) or {mark})
    table = (
        _HEAD
        + b"".join(b'<row r="%d"><c r="B%d"><v>12.5</v></c></row>' % (n, n) for n in range(1, 9))
        + b"</sheetData></worksheet>"
    )
    for tried in (AS_ROWS, AS_CELLS):
        assert by_rows(table, tried=tried) == set()
        assert by_rows(table.replace(NUMBER, MARKED[mark]), tried=tried) == {mark}


@pytest.mark.parametrize("mark", sorted({b"hidden=", b' ht="0'} & set(MARKS)))
def test_a_mark_of_a_row_is_seen(mark):
    said = b' hidden="1"' if mark == b"hidden=" else b' ht="0"'
    for tried in (AS_ROWS, AS_CELLS):
        assert mark in by_rows(SMALL.replace(b'<row r="5"', b'<row r="5"' + said), tried=tried)


def test_behind_the_cells_only_merges_count():
    sheet = (
        SMALL.replace(b"<f>", b"<x>").replace(b"</f>", b"</x>").replace(b"</worksheet>", b"<rule><f>A1</f></rule></worksheet>")
    )
    assert by_rows(sheet) == {b"<is>", MERGE}


ODD = [
    (b'<c r="B3">', b"<c r='B3'>"),
    (b'<c r="B3">', b"<c>"),
    (b'<c r="B3">', b'<c s="1" r="B3">'),
    (b'<c r="B3">', b'<c r="B4">'),
    (b'<c r="B3">', b'<c r="A3">'),
    (b'<c r="B3">', b'<c r="C3">'),
    (b'<c r="B3">', b'<c r="B120000">'),
    (b'<c r="B3">', b'<c r="XFD3">'),
    (b'<c r="B3">', b'<x:c r="B3">'),
    (b'<c r="B3">', b'<c r="B3"> '),
    (b'<c r="B3">', b'<c r="B3">\n'),
    (b'<c r="B3">', b'<c r="B3"><!-- --> '),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12.5</v><v>13.5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>1<!---->2.5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12&#46;5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12\x015</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12\xff5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12\xef\xbf\xbf5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12.5]]></v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12.5'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v >12.5</v>'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><v>12.5</v >'),
    (b'<c r="B3"><v>12.5</v>', b'<c r="B3"><![CDATA[<v>12.5</v>]]>'),
    (b"<is><t>", b"<is ><t>"),
    (b"</f>", b"</f >"),
    (b"<f>", b'<x:f xmlns:x="http://x">'),
    (b't="s"><v>3</v>', b't="s"><v>three</v>'),
    (b't="s"><v>3</v>', b't="s"><v>-3</v>'),
    (b't="s"><v>3</v>', b't="s"><is><t>3</t></is>'),
    (b'<row r="3"', b'<row r="2"'),
    (b'<row r="3"', b'<row r="13"'),
    (b'<row r="3"', b'<row r="0"'),
    (b'<row r="3"', b'<row r="03"'),
    (b'<row r="3"', b'<row r="+3"'),
    (b'<row r="3"', b'<row r="200000"'),
    (b'<row r="3"', b'<row spans="1:4" r="3"'),
    (b'<row r="3"', b'<row x="3"'),
    (b"</sheetData>", b'<row r="200000"><c r="A200000"><v>1</v></c></row></sheetData>'),
    (b"</sheetData>", b'<row r="10"><c r="XFD10" s="1"/></row></sheetData>'),
    (b'<row r="3" spans="1:4">', b'<row r="3"></row><c r="A3"><v>1</v></c><row r="3">'),
    (b'</row><row r="3"', b'<row r="3"'),
    (b"<sheetData>", b"<sheetData><row>"),
    (b"<sheetData>", b'<sheetData><c r="A1"><v>1</v></c>'),
    (b"<sheetData>", b"<sheetData ><a/>"),
    (b"</sheetData>", b"</sheetData><sheetData></sheetData>"),
    (b"</sheetData>", b"</sheetData >"),
    (b"</worksheet>", b""),
    (b"</worksheet>", b"</worksheet><more/>"),
    (b'<mergeCell ref="A1:B1"/>', b"<mergeCell ref='A1:B1'/>"),
    (b'<mergeCell ref="A1:B1"/>', b'<mergeCell ref="A1:B1"/>' * 1001),
    (b'<col min="1" max="1"/>', b"<x:col min='1'/>"),
    (b'encoding="UTF-8"', b'encoding="GBK"'),
    (b'encoding="UTF-8"', b'encoding="ascii"'),
    (b"<worksheet>", b"<!DOCTYPE worksheet><worksheet>"),
    (b"<worksheet>", b"<worksheet><!-- <sheetData> -->"),
]


@pytest.mark.parametrize("tried", [AS_ROWS, AS_CELLS])
@pytest.mark.parametrize(("usual", "odd"), ODD)
def test_whatever_is_odd_is_left_to_the_look_at_the_whole(usual, odd, tried):
    assert usual in SMALL
    assert by_rows(SMALL.replace(usual, odd, 1), tried=tried) is None


def test_rows_that_are_blank_each_in_other_places_are_looked_at_cell_by_cell():
    """2,000 rows over eleven columns, no two of them filled in the same columns; a blank row among them."""
    rows = [
        f'<row r="{n}">'
        + "".join(f'<c r="{c}{n}"><v>{n}</v></c>' for bit, c in enumerate("ABCDEFGHIJK") if n >> bit & 1)
        + "</row>"
        for n in range(1, 2001)
    ]
    rows[999] = '<row r="1000"/>'
    sheet = _HEAD + "".join(rows).encode() + _END
    with (
        patch.object(row_scan, "_row_again", wraps=row_scan._row_again) as whole,
        patch.object(row_scan, "_row", wraps=row_scan._row) as single,
    ):
        assert by_rows(sheet) == as_a_whole(sheet) == {MERGE}
    assert (whole.call_count, single.call_count) == (501, 12), "500 rows and the blank one; then eleven columns and the rows' tag"
    twice = sheet.replace(b'<c r="B1999">', b'<c r="A1999">')
    assert by_rows(twice) is None and as_a_whole(twice) is None
    formula = sheet.replace(b'<c r="B1999"><v>', b'<c r="B1999"><f>A1</f><v>')
    assert by_rows(formula) == {b"<f", MERGE}


def test_a_table_of_cells_without_likeness_is_looked_at_as_a_whole_and_passes():
    unlike = "".join(f'<row r="{n}"><c r="A{n}" t="str"><f>IF(B{n}&lt;{n},1)</f><v>1</v></c></row>' for n in range(1, 6000))
    sheet = _HEAD + unlike.encode() + _END
    assert by_rows(sheet) is None
    assert pass_gate(workbook(sheet)).parts.marks["xl/worksheets/sheet1.xml"] == {b"<f", MERGE}
    few = sheet.replace(b"&lt;", b"=")
    assert by_rows(few) == {b"<f", MERGE}


def test_numbers_of_rows_and_cells_begin_with_no_zero():
    odd = SMALL
    for place in (b'<row r="3"', b'"A3"', b'"B3"', b'"C3"', b'"D3"'):
        odd = odd.replace(place, place.replace(b"3", b"03"))
    assert by_rows(odd) is None


def test_rows_beyond_the_limit_are_left_to_the_look_at_the_whole():
    limits = Limits(rows=9)
    assert by_rows(SMALL, limits) is None  # the number of the last row stands in the place of every other
    assert by_rows(SMALL.replace(b'r="9"', b'r="8"').replace(b'"D9"', b'"D8"'), limits) is None
    assert by_rows(_HEAD + _ROW.format(1).encode() + _END, limits) == {b"<f", b"<is>", MERGE}


FRAGMENTS = [
    *(piece for pair in ODD for piece in pair if len(piece) < 100),
    b"<v>0</v>",
    b"<row ",
    b'"',
    b"'",
    b"<",
    b">",
    b"&amp;",
    b"&",
    b"]]>",
    b"<v>",
    b"</v>",
    b"</c>",
    b"</row>",
    b"<f/>",
    b'120000"',
    b"\x00",
    b"=",
    b" ",
    b"5",
]


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SMALL)), st.integers(0, 30), st.sampled_from(FRAGMENTS) | st.binary(max_size=3)),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([1 << 20, 64]),
    st.sampled_from([AS_ROWS, AS_CELLS]),
)
def test_the_look_by_rows_is_satisfied_only_where_the_look_at_the_whole_is(changes, step, tried):
    sheet = SMALL
    for at, gone, put in changes:
        sheet = sheet[:at] + put + sheet[at + gone :]
    found, whole = by_rows(sheet, step=step, tried=tried), as_a_whole(sheet)
    if found is not None:
        assert whole is not None and found <= whole
        assert not any(mark in sheet[: sheet.find(b"</sheetData>")] for mark in whole - found)
