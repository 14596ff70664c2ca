"""The handed-in workbook comes back marked, can be mended as it is, and is itself again once the marks are taken away."""

import base64
import datetime as dt
import io
import json
import random
import re
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook
from receipt_sample import finding, opened, outcome, parts, resaved, table, values

import domain.intake
from builders.intake import take_in
from builders.schools import school
from builders.workbooks import bulk, repacked, xlsx
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import RECEIPT_AUTHOR
from domain.intake.findings import NEVER_OPENED
from domain.reporting import marked_copy as module
from domain.reporting.marked_copy import marked_copy
from domain.reporting.receipt_removal import stripped
from domain.reporting.school_form import CHECK_SHEET, FORM_SHEET, school_form

YEAR = SchoolYear.parse("2024-2025")
COLOURS = {"error": "FFF8CBAC", "query": "FFFFE69A", "note": "FFEDEDEC"}
ROWS = [["项目", "数", "备注"], ["图书册数", -3, "无"], ["班级数", 12, ""], ["=1+1", "a_x000D_b", "'x"]]


@pytest.fixture(scope="module")
def form():
    """A form of ours with three errors: a negative number, an entry left out, too many teachers."""
    wrong = school(1, books=-3, backbone_teachers_primary=999, teaching_area=None)
    keys = fields_in_use(in_force(shipped_standards(), YEAR))
    return school_form(YEAR, None, None, wrong, modified=dt.datetime(2024, 9, 10), required_keys=keys)


@pytest.fixture(scope="module")
def settled(form):
    """What the intake says of the form."""
    done = take_in({"a.xlsx": form}).settlement
    return done.files.to_dict("records")[0], done.finding_table()


def mark(content, *rows, said="rejected", **more):
    """A marked copy, which must need no clean copy."""
    findings = table(*rows)
    marked = marked_copy(content, outcome(findings, said), findings, **more)
    assert marked.notices == ()
    return marked.content


def book_of(fill, **options):
    """A workbook made by a function on its first sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    book.set_properties({"created": dt.datetime(2024, 9, 10)})
    fill(book, book.add_worksheet("表"))
    book.close()
    return stream.getvalue()


def cells_xml(content, part="xl/worksheets/sheet1.xml"):
    """The cells of a sheet without the styles they name."""
    data = parts(content)[part]
    return re.sub(rb'(<c r="[A-Z]+\d+") s="\d+"', rb"\1", data[data.index(b"<sheetData") : data.index(b"</sheetData>")])


def test_every_finding_with_a_cell_is_marked_and_commented_there(form, settled):
    file, findings = settled
    marked = marked_copy(form, file, findings)
    assert marked.notices == ()
    sheet = opened(marked.content)[FORM_SHEET]
    assert len(findings) == 3
    wanted = {row.cell: row for row in findings.itertuples()}
    found = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(found) == set(wanted)
    for address, cell in found.items():
        assert cell.fill.fgColor.rgb == COLOURS["error"]
        assert (cell.border.left.style, cell.border.left.color.rgb) == ("medium", "FFC00001")  # seen where the form paints over
        assert cell.comment.author == RECEIPT_AUTHOR
        assert wanted[address].rule in cell.comment.text
        assert wanted[address].message.split(":", 1)[1].split("[")[0] in cell.comment.text
    assert "999" in found[next(a for a, row in wanted.items() if row.value == "999")].comment.text


def test_the_year_of_another_form_is_marked_where_it_stands(form):
    """Its cell is coloured, has a comment and a link, though it is no figure of the school."""
    taken = take_in({"校.xlsx": form}, year="2025-2026").settlement
    told = taken.finding_table()
    (line,) = told[told["rule"] == "F-YEAR"].itertuples()
    content = marked_copy(form, taken.files.iloc[0].to_dict(), told).content
    book = opened(content)
    cell = book[line.sheet][line.cell]
    assert cell.value == line.value and cell.fill.fgColor.rgb == COLOURS["error"] and "2025-2026" in cell.comment.text
    assert cell.protection.locked and "已锁定" in line.message
    links = {cell.hyperlink.location for row in book["回执"].iter_rows() for cell in row if cell.hyperlink}
    assert f"'{line.sheet}'!{line.cell}" in links


def test_nothing_else_of_the_form_is_touched(form, settled):
    marked = marked_copy(form, *settled).content
    before, after = parts(form), parts(marked)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }
    assert cells_xml(marked) == cells_xml(form)
    old, new = before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"]
    assert new[new.index(b"</sheetData>") :].replace(b'<legacyDrawing r:id="rId2"/>', b"") == old[old.index(b"</sheetData>") :]
    assert new[: new.index(b"<sheetData")] == old[: old.index(b"<sheetData")].replace(b' tabSelected="1"', b"")
    assert after["xl/styles.xml"].startswith(b"<?xml")
    first, second = opened(form)[FORM_SHEET], opened(marked)[FORM_SHEET]
    for row in first.iter_rows():
        for cell in row:
            twin = second[cell.coordinate]
            assert (twin.value, twin.number_format, twin.protection.locked) == (
                cell.value,
                cell.number_format,
                cell.protection.locked,
            )
            assert twin.font.b == cell.font.b
            assert twin.comment or twin.border.left.style == cell.border.left.style


def test_the_receipt_is_the_first_sheet_and_the_one_shown(form, settled):
    content = marked_copy(form, *settled).content
    book = opened(content)
    assert book.sheetnames == ["回执", FORM_SHEET, CHECK_SHEET]
    assert book.active.title == "回执"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["回执"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == book.sheetnames
    assert book["回执"].print_title_rows == "$6:$6"
    assert book[FORM_SHEET].print_title_rows == opened(form)[FORM_SHEET].print_title_rows
    assert book[FORM_SHEET].print_area == opened(form)[FORM_SHEET].print_area
    assert book[CHECK_SHEET].print_title_rows == opened(form)[CHECK_SHEET].print_title_rows


def test_links_lead_to_the_cells(form, settled):
    sheet = opened(marked_copy(form, *settled).content)["回执"]
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {cell: f"'{FORM_SHEET}'!{cell}" for cell in settled[1]["cell"]}
    assert not any(cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink)


def test_the_same_input_gives_the_same_bytes(form, settled):
    first = marked_copy(form, *settled).content
    assert marked_copy(form, *settled).content == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_stripping_restores_every_sheet_byte_for_byte(form, settled):
    bare = stripped(marked_copy(form, *settled).content)
    before, after = parts(form), parts(bare)
    assert set(before) == set(after)
    assert {name for name in before if after[name] != before[name]} == {"[Content_Types].xml", "xl/styles.xml"}


def test_marking_a_marked_copy_again_changes_nothing(form, settled):
    once = marked_copy(form, *settled).content
    assert marked_copy(once, *settled).content == once


def test_stripping_gives_back_values_and_look_after_another_program_saved_it(form, settled):
    saved = resaved(marked_copy(form, *settled).content)
    bare = stripped(saved)
    assert values(bare) == values(form)
    first, second = opened(form)[FORM_SHEET], opened(bare)[FORM_SHEET]
    for row in first.iter_rows():
        for cell in row:
            twin = second[cell.coordinate]
            assert twin.comment is None
            assert repr(twin.border) == repr(cell.border)
            assert (twin.fill.fill_type, twin.fill.fgColor.rgb, twin.number_format) == (
                cell.fill.fill_type,
                cell.fill.fgColor.rgb,
                cell.number_format,
            )
    assert opened(bare).sheetnames == [FORM_SHEET, CHECK_SHEET]
    assert opened(bare).active.title == FORM_SHEET


def test_a_mended_copy_is_marked_anew(form, settled):
    book = opened(marked_copy(form, *settled).content)
    mended = next(row.cell for row in settled[1].itertuples() if row.value == "-3")
    book[FORM_SHEET][mended] = 9000
    stream = io.BytesIO()
    book.save(stream)
    left = settled[1][settled[1]["cell"] != mended]
    again = opened(marked_copy(stream.getvalue(), outcome(left), left).content)
    sheet = again[FORM_SHEET]
    assert again.sheetnames == ["回执", FORM_SHEET, CHECK_SHEET]
    assert sheet[mended].value == 9000
    assert sheet[mended].comment is None
    assert sheet[mended].fill.fgColor.rgb not in COLOURS.values()
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == set(left["cell"])


def test_a_bulk_table_is_grouped_by_school():
    schools = [school(1, books=-3), school(2), school(3, backbone_teachers_primary=999)]
    content = bulk(schools)
    done = take_in({"汇总.xlsx": content}).settlement
    file = done.files.to_dict("records")[0]
    names = {"3605210001": "青禾县第1学校"}
    marked = marked_copy(content, file, done.finding_table(), names)
    assert marked.notices == ()
    rows = [row[0].value for row in opened(marked.content)["回执"].iter_rows(min_row=7)]
    bands = [text for text in rows if isinstance(text, str)]
    assert bands == ["青禾县第1学校(3605210001):有错误,未采用;错误 1 项", "3605210003:有错误,未采用;错误 1 项"]
    sheet = opened(marked.content)["汇总表"]
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == set(done.finding_table()["cell"])
    assert values(stripped(marked.content)) == values(content)


def test_a_blank_cell_without_an_element_is_made_and_coloured():
    content = xlsx({"学校填报表": [["a"], [], ["b"]]})
    marked = mark(content, finding(cell="C2"), finding(cell="D1"), finding(cell="B9"), finding(cell="A4"), finding(cell="C9"))
    sheet = opened(marked)["学校填报表"]
    for address in ("C2", "D1", "B9", "A4", "C9"):
        assert sheet[address].fill.fgColor.rgb == COLOURS["error"], address
        assert sheet[address].value is None
    assert [sheet["A1"].value, sheet["A3"].value] == ["a", "b"]


def test_a_new_cell_takes_the_style_of_its_row_or_column():
    def fill(book, sheet):
        sheet.set_column(1, 1, 20, book.add_format({"num_format": "0.00"}))
        sheet.set_row(4, 20, book.add_format({"num_format": "0.0%"}))
        sheet.write(0, 0, "x")

    marked = mark(book_of(fill), finding(cell="B3", sheet="表"), finding(cell="B5", sheet="表"))
    sheet = opened(marked)["表"]
    assert (sheet["B3"].number_format, sheet["B5"].number_format) == ("0.00", "0.0%")


def test_several_findings_of_a_cell_share_a_comment_and_the_worst_colours_it():
    rows = [
        finding("note", cell="B2", rule="C-PERCENT"),
        finding("query", cell="B2", rule="S-A"),
        finding("query", cell="B3", rule="S-B"),
    ]
    rows += [finding("note", cell="C2", rule=f"C-{number}") for number in range(9)]
    sheet = opened(mark(xlsx({"学校填报表": ROWS}), *rows))["学校填报表"]
    assert sheet["B2"].fill.fgColor.rgb == COLOURS["query"]
    assert "S-A" in sheet["B2"].comment.text and "C-PERCENT" in sheet["B2"].comment.text
    assert sheet["B3"].comment.text.count("S-B") == 1
    assert sheet["C2"].fill.fgColor.rgb == COLOURS["note"]
    assert "另有 3 项" in sheet["C2"].comment.text


def test_comments_of_the_school_stay():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学校填报表"
    for row in ROWS:
        sheet.append(row)
    sheet["A1"].comment = Comment("我写的", "张老师")
    sheet["B2"].comment = Comment("这个数待核实 <&>", "张老师")
    stream = io.BytesIO()
    book.save(stream)
    marked = mark(stream.getvalue(), finding(cell="B2"), finding("query", cell="B3"))
    for content in (marked, resaved(marked)):
        found = opened(content)["学校填报表"]
        assert (found["A1"].comment.text, found["A1"].comment.author) == ("我写的", "张老师")
        assert found["B2"].comment.text.startswith("这个数待核实 <&>\n【均衡回执】")
        assert found["B2"].comment.author == "张老师"
        assert found["B3"].comment.author == RECEIPT_AUTHOR
        bare = opened(stripped(content))["学校填报表"]
        assert (bare["A1"].comment.text, bare["B2"].comment.text, bare["B3"].comment) == ("我写的", "这个数待核实 <&>", None)


def test_pictures_charts_and_conditional_colours_stay():
    png = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
    )

    def fill(book, sheet):
        sheet.write_column("A1", [1, 2, 3])
        sheet.insert_image("D1", "x.png", {"image_data": io.BytesIO(png)})
        sheet.insert_textbox("D5", "说明")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=表!$A$1:$A$3"})
        sheet.insert_chart("D9", chart)
        sheet.conditional_format("A1:A3", {"type": "data_bar", "data_bar_2010": True})
        sheet.add_sparkline("B1", {"range": "A1:A3"})
        sheet.data_validation("A1", {"validate": "integer", "criteria": ">", "value": 0})
        sheet.set_header("&L&G", {"image_left": "x.png", "image_data_left": io.BytesIO(png)})
        sheet.protect("密码")

    content = book_of(fill)
    marked = mark(content, finding(cell="A2", sheet="表"))
    before, after = parts(content), parts(marked)
    for name in before:
        if name.startswith(("xl/drawings/", "xl/charts/", "xl/media/", "docProps/", "xl/theme/")):
            assert after[name] == before[name], name
    sheet = after["xl/worksheets/sheet1.xml"]
    assert len(re.findall(rb"<legacyDrawing ", sheet)) == 1
    assert (
        sheet.index(b"<drawing ") < sheet.index(b"<legacyDrawing ") < sheet.index(b"<legacyDrawingHF ") < sheet.rindex(b"<extLst")
    )
    assert b"x14:sparkline" in sheet and b"x14:dataBar" in sheet and b"<sheetProtection " in sheet
    assert opened(marked)["表"]["A2"].comment is not None
    bare = parts(stripped(marked))
    assert bare["xl/worksheets/sheet1.xml"] == before["xl/worksheets/sheet1.xml"]
    assert set(bare) == set(before)


def test_stored_results_of_formulas_stay():
    def fill(book, sheet):
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.write_formula("B1", "=A1*225", None, 450)

    marked = mark(book_of(fill), finding(cell="B1", sheet="表"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_name("表").to_python()
    assert rows == [[2.0, 450.0]]
    assert opened(marked)["表"]["B1"].value == "=A1*225"


@pytest.mark.parametrize("name", ["一年级's 表", "表 <&> 😀", "a!b", "'x"[1:] + " ", "回执"])
def test_odd_names_of_sheets(name):
    content = xlsx({name: ROWS})
    marked = mark(content, finding(cell="B2", sheet=name))
    book = opened(marked)
    quoted = name.replace("'", "''")
    assert book.sheetnames[1:] == [name]
    links = [cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{quoted}'!B2"]
    assert book[name]["B2"].comment is not None
    assert values(stripped(marked), ()) == values(content, ())


def test_hostile_text_stays_text():
    content = xlsx({"学校填报表": ROWS})
    hostile = "=cmd|'/c calc'!A0"
    marked = mark(content, finding(cell="B2", value=hostile, message="\x00=1 <b> _x0041_ ]]> " + hostile))
    book = opened(marked)
    listed = [cell for row in book["回执"].iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in listed)
    texts = [cell.value for cell in listed]
    assert "'" + hostile in texts
    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_name("回执").to_python()
    assert any("<b> _x0041_ ]]> " + hostile in str(cell) for row in rows for cell in row)
    assert values(marked) == values(content)


def test_the_file_is_opened_where_it_was_after_stripping():
    def fill(book, sheet):
        sheet.write("A1", 1)
        second = book.add_worksheet("第二")
        second.write("A1", 2)
        second.activate()
        second.set_first_sheet()
        book.define_name("第二!本地", "=第二!$A$1")

    content = book_of(fill)
    marked = mark(content, finding(cell="A1", sheet="表"))
    assert opened(marked)["第二"].defined_names["本地"].attr_text == "第二!$A$1"
    assert opened(marked).active.title == "回执"
    bare = stripped(marked)
    assert opened(bare).active.title == "第二"
    before, after = (parts(one)["xl/workbook.xml"].decode() for one in (content, bare))
    assert sorted(re.split(r"[ <>/]", after)) == sorted(re.split(r"[ <>/]", before))


def test_a_file_without_a_receipt_is_left_alone(form):
    assert stripped(form) == form


def test_marks_are_capped_and_it_is_said(monkeypatch):
    monkeypatch.setattr(module, "MARKED_AT_MOST", 2)
    rows = [finding("note", cell="A1"), finding(cell="A2"), finding("query", cell="A3"), finding(cell="A2", rule="C-2")]
    book = opened(mark(xlsx({"学校填报表": ROWS}), *rows))
    marked = {cell.coordinate for row in book["学校填报表"].iter_rows() for cell in row if cell.comment}
    assert marked == {"A2", "A3"}
    assert any("另有 1 格没有标颜色" in str(row[0].value) for row in book["回执"].iter_rows())


# Workbooks that are not changed but copied, or only listed


def with_part(content, name, data=b"<x/>"):
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def is_clean_copy(content, marked):
    assert len(marked.notices) == 1
    book = opened(marked.content)
    assert book.sheetnames[0] == "回执"
    assert any(marked.notices[0] in str(row[0].value) for row in book["回执"].iter_rows())
    assert book["学校填报表"]["B2"].comment.author == RECEIPT_AUTHOR
    assert book["学校填报表"]["B2"].fill.fgColor.rgb == COLOURS["error"]
    assert values(marked.content)["学校填报表"] == [[cell or None for cell in row] for row in values(content)["学校填报表"]]
    return parts(marked.content)


@pytest.mark.parametrize(
    "name", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/dialogsheets/sheet1.xml", "xl/what.bin"]
)
def test_what_runs_or_fetches_is_not_given_back(name):
    content = with_part(xlsx({"学校填报表": ROWS}), name)
    findings = table(finding(cell="B2"))
    assert name not in is_clean_copy(content, marked_copy(content, outcome(findings), findings))


def test_links_out_of_formulas_and_relationships_are_not_given_back():
    findings = table(finding(cell="B2"))
    sheet = "xl/worksheets/sheet1.xml"
    plain = xlsx({"学校填报表": ROWS})
    formula = repacked(plain, {sheet: lambda text: text.replace("<v>-3</v>", "<f>[1]Sheet1!A1</f><v>-3</v>")})
    marked = marked_copy(formula, outcome(findings), findings)
    assert b"[1]Sheet1" not in b"".join(parts(marked.content).values())
    assert opened(marked.content)["学校填报表"]["B2"].value == -3
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        'Target="file://///server/share/x.xlsx" TargetMode="External"/></Relationships>'
    )
    linked = with_part(plain, "xl/worksheets/_rels/sheet1.xml.rels", rels.encode())
    assert b"server" not in b"".join(is_clean_copy(linked, marked_copy(linked, outcome(findings), findings)).values())
    harmless = with_part(plain, "xl/worksheets/_rels/sheet1.xml.rels", rels.replace("file://///server", "https://a.cn").encode())
    assert marked_copy(harmless, outcome(findings), findings).notices == ()


def test_an_unusual_workbook_is_copied(monkeypatch):
    content = xlsx({"学校填报表": ROWS})
    findings = table(finding(cell="B2"))
    bare = parts(content)
    del bare["xl/styles.xml"]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in bare.items():
            archive.writestr(name, data)
    is_clean_copy(stream.getvalue(), marked_copy(stream.getvalue(), outcome(findings), findings))


def test_prefixes_and_cells_without_addresses_are_understood():
    def prefixed(text):
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
        return re.sub(r'(<x:(?:row|c))( r="[A-Z]*\d+")', r"\1", text)

    content = repacked(
        xlsx({"学校填报表": ROWS}), dict.fromkeys(("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"), prefixed)
    )
    marked = mark(content, finding(cell="B2"), finding(cell="E3"))
    sheet = opened(marked)["学校填报表"]
    assert sheet["B2"].comment is not None
    assert sheet["B2"].fill.fgColor.rgb == COLOURS["error"]
    assert sheet["E3"].fill.fgColor.rgb == COLOURS["error"]
    assert parts(stripped(marked))["xl/workbook.xml"] == parts(content)["xl/workbook.xml"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_what_cannot_be_opened_is_listed(content):
    findings = table(finding(cell=None, sheet=None, rule="F-DAMAGED", message="文件已损坏[F-DAMAGED]"))
    marked = marked_copy(content, outcome(findings), findings)
    assert opened(marked.content).sheetnames == ["回执"]
    assert marked.notices


@pytest.mark.parametrize("rule", sorted(NEVER_OPENED))
def test_what_was_not_read_in_a_worker_is_not_opened_here(rule, form, monkeypatch):
    """A reader may have killed its process over it."""
    for way in ("expanded_size", "pass_gate", "Package", "values_alone"):
        monkeypatch.setattr(module, way, lambda *_: pytest.fail("opened"))
    findings = table(finding(cell=None, sheet=None, rule=rule, message="没有读取"))
    marked = marked_copy(form, outcome(findings), findings)
    monkeypatch.undo()
    assert opened(marked.content).sheetnames == ["回执"] and marked.notices


def test_every_rule_by_which_a_file_is_given_up_is_known():
    """A rule of a reader that stood in no list would have its file opened for the receipt."""
    folder = Path(domain.intake.__file__).parent
    raised = {
        rule for path in folder.glob("*.py") for rule in re.findall(r'Unreadable\(\s*"(F-[A-Z-]+)"', path.read_text("utf-8"))
    }
    told_by_workers = {"F-LINK", "F-TOO-HEAVY", "F-TOO-LONG", "F-UNREADABLE", "F-VANISHED"}
    assert (raised - {"F-NO-TABLE"}) | told_by_workers == NEVER_OPENED  # that one was read, and no table found in it


def test_a_workbook_over_the_limit_is_listed(monkeypatch):
    monkeypatch.setattr(module, "EXPANDED_AT_MOST", 1000)
    findings = table(finding(cell="B2"))
    marked = marked_copy(xlsx({"学校填报表": ROWS}), outcome(findings), findings)
    assert opened(marked.content).sheetnames == ["回执"]
    assert "较大" in marked.notices[0]


def test_answers_given_before_stand_in_the_new_receipt(form):
    findings = table(
        finding("query", rule="Q-1", cell="E5", sheet=FORM_SHEET), finding("query", rule="Q-2", cell="E6", sheet=FORM_SHEET)
    )
    book = opened(marked_copy(form, outcome(findings), findings).content)
    sheet = book["回执"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 4).value == "E6")
    sheet.cell(row, 9).value = "属实,去年扩建"
    stream = io.BytesIO()
    book.save(stream)
    again = opened(marked_copy(stream.getvalue(), outcome(findings), findings).content)["回执"]
    assert {again.cell(r, 4).value: again.cell(r, 9).value for r in range(8, 10)} == {"E5": None, "E6": "属实,去年扩建"}


# What stands in the hidden column can be anybody's


def rewritten(content, change):
    """A marked copy in which somebody changed what the sheet remembers."""
    name = next(name for name in parts(content) if "receipt" in name)

    def changed(text):
        packed = re.search(r"memory:([A-Za-z0-9+/=]+)", text)
        memory = json.loads(zlib.decompress(base64.b64decode(packed[1])))
        change(memory)
        new = base64.b64encode(zlib.compress(json.dumps(memory).encode())).decode()
        return text.replace(packed[1], new)

    return repacked(content, {name: changed})


@pytest.mark.parametrize(
    "fill",
    [
        "<fill/><evil/>",
        "<fill><patternFill/></fill></fills><evil><fill></fill>",
        "<fill><x:evil/></fill>",
        "<fill>evil</fill>",
        "<fill><patternFill r:evil='1'/></fill>",
        "<!DOCTYPE evil><fill></fill>",
        7,
    ],
)
def test_a_forged_memory_brings_nothing_into_the_styles(form, settled, fill):
    def forge(memory):
        memory["fills"] = [fill] * len(memory["fills"])
        memory["borders"] = [fill if fill == 7 else fill.replace("fill", "border")] * len(memory["borders"])
        memory["styles"] = "forged"

    bare = stripped(rewritten(marked_copy(form, *settled).content, forge))
    assert b"evil" not in parts(bare)["xl/styles.xml"]
    assert values(bare) == values(form)


def test_a_forged_style_is_not_taken(form, settled):
    def forge(memory):
        for marks in memory["sheets"].values():
            for mark_ in marks.values():
                mark_[1] = 999_999

    bare = stripped(rewritten(marked_copy(form, *settled).content, forge))
    assert values(bare) == values(form)


def test_a_memory_that_cannot_be_read_costs_only_the_look(form, settled):
    content = marked_copy(form, *settled).content
    name = next(name for name in parts(content) if "receipt" in name)
    broken = repacked(content, {name: lambda text: re.sub(r"memory:\S{30}", "memory:", text)})
    bare = stripped(broken)
    assert values(bare) == values(form)
    assert not [cell for row in opened(bare)[FORM_SHEET].iter_rows() for cell in row if cell.fill.fgColor.rgb in COLOURS.values()]


def test_marks_are_taken_away_where_somebody_deleted_the_sheet(form, settled):
    book = opened(marked_copy(form, *settled).content)
    del book["回执"]
    stream = io.BytesIO()
    book.save(stream)
    again = opened(marked_copy(stream.getvalue(), *settled).content)
    assert again.sheetnames == ["回执", FORM_SHEET, CHECK_SHEET]
    found = {cell.coordinate: cell.comment.text for row in again[FORM_SHEET].iter_rows() for cell in row if cell.comment}
    assert set(found) == set(settled[1]["cell"])
    assert all(text.count("【均衡回执】") == 1 for text in found.values())


def test_a_discussion_is_not_changed():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学校填报表"
    sheet["B2"] = -3
    sheet["B2"].comment = Comment("[线程批注]", "tc={0}")
    stream = io.BytesIO()
    book.save(stream)
    found = opened(mark(stream.getvalue(), finding(cell="B2")))["学校填报表"]["B2"]
    assert (found.comment.text, found.fill.fgColor.rgb) == ("[线程批注]", COLOURS["error"])


def test_damaged_parts_never_raise_and_never_give_a_broken_copy(form, settled):
    chosen = random.Random(20241001)
    pieces = [b"<", b">", b'"', b"/", b"99999999999", b"-1", b"", b"\xff", b"&", b"<c/>", b"1e400", b"nan"]
    marked = marked_copy(form, *settled).content
    for _ in range(120):
        damaged = parts(chosen.choice([form, marked]))
        name = chosen.choice(sorted(damaged))
        data = damaged[name]
        at = chosen.randrange(len(data))
        damaged[name] = data[:at] + chosen.choice(pieces) + data[at + chosen.choice([0, 1, 9]) :]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for part, content in damaged.items():
                archive.writestr(part, content)
        result = marked_copy(stream.getvalue(), *settled)
        assert CalamineWorkbook.from_filelike(io.BytesIO(result.content)).sheet_names[0] == "回执"


@pytest.mark.parametrize(("written", "kept"), [("11,250", False), ("abc", False), (" 11250 ", True), ("1.1E4", True)])
def test_a_number_that_is_none_does_not_make_a_receipt_that_no_program_opens(written, kept):
    content = repacked(
        xlsx({"表": [["图书册数"], [11250]]}),
        {"xl/worksheets/sheet1.xml": lambda text: text.replace("<v>11250</v>", f"<v>{written}</v>")},
    )
    findings = table(finding("query", cell="A2", sheet="表"))
    made = marked_copy(content, outcome(findings), findings)
    assert bool(made.notices) != kept
    assert opened(made.content)["表"]["A2"].value in (written, 11250, 11000)
