"""A form goes out, is filled in an office program, comes back marked, is mended there and taken in.

Belongs here: that nothing is lost or invented when LibreOffice opens and saves a form or a receipt, and how both look there;
with the environment variable JUNHENG_PICTURES pictures of them are written to that folder (`make pictures`).
Does not belong here: what the intake finds (``unit/intake``), marks as other programs see them (``unit/reporting``).
"""

import datetime as dt
import io
import os
from pathlib import Path

import openpyxl
import pytest
from integration.test_run_county import junheng, published, write, write_register  # noqa: F401 the fixture
from openpyxl.comments import Comment

from builders.intake import Settled, take_in
from builders.schools import YEAR, School, code, school
from builders.workbooks import bulk, entry_of, label
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import RECEIPT_OPENING
from domain.intake.answers import ANSWER_HEADING
from domain.reporting.receipt import receipt_of
from domain.reporting.receipt_book import RECEIPT_SHEET
from domain.reporting.receipt_removal import stripped
from domain.reporting.receipt_rows import MARK_COLOURS
from domain.reporting.school_form import FORM_SHEET, school_form
from office.libreoffice import Office, first_page, words

pytestmark = pytest.mark.office

IDENTITY = ("school_id", "school_name", "county_code", "county_name", "school_type")
FILE = f"{code(1)}_青禾县第1学校.xlsx"
QUERIES = 1_000
PICTURE_LIMIT = 300_000


def blank_form(one: School) -> bytes:
    """The form that a school gets: its name is filled in, and all figures of last year stand beside the entries."""
    year = SchoolYear.parse(YEAR)
    keys = fields_in_use(in_force(shipped_standards(), year))
    known = {key: str(one[key, None]) for key in IDENTITY}
    return school_form(year, known, one, modified=dt.datetime(2024, 9, 2), required_keys=keys)


def sheet_of(content: bytes, name: str) -> list[tuple[object, ...]]:
    """The values of a sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [tuple(row) for row in book[name].iter_rows(values_only=True)]


def entries_for(content: bytes, one: School) -> list[tuple[str, str, object]]:
    """What a clerk types into a form to report these figures."""
    rows = sheet_of(content, FORM_SHEET)
    return [(FORM_SHEET, entry_of(rows, label(place)), value) for place, value in one.items()]


def receipt(file: str, content: bytes, done: Settled) -> bytes:
    """What the night lays out for a file."""
    return receipt_of(content, done.settlement.files.to_dict("records")[0], done.settlement.finding_table())


def answer_cells(content: bytes) -> list[str]:
    """Where the answers to the queries of a receipt go, from the top."""
    rows = sheet_of(content, RECEIPT_SHEET)
    heading = next(row for row in rows if ANSWER_HEADING in row)
    severity, letter = heading.index("级别"), chr(ord("A") + heading.index(ANSWER_HEADING))
    return [f"{letter}{number}" for number, row in enumerate(rows, start=1) if row[severity] == "疑问"]


def values(content: bytes) -> dict[str, list[tuple[str, object]]]:
    """Every filled cell of every sheet but the receipt's, formulas as they are written."""
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        if sheet.title != RECEIPT_SHEET:
            cells = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")}
            found[sheet.title] = sorted(cells.items())
    return found


def is_marked(cell) -> bool:
    """True for a cell in a colour of receipts."""
    return cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in MARK_COLOURS.values()


def look(cell) -> tuple[object, ...]:
    """The look that a mark changes."""
    return cell.fill.fill_type, cell.fill.fgColor.rgb, cell.border.left.style, cell.border.bottom.style, cell.number_format


@pytest.fixture(scope="module")
def handed_in(office: Office) -> bytes:
    """A form with a text for a figure, a required entry left blank, and twice what is to be explained."""
    wrong = school(1, books="约12000册", teaching_area=None, multimedia_rooms=400, largest_class_primary=80)
    blank = blank_form(school(1))
    return office.filled(blank, entries_for(blank, wrong))


@pytest.fixture(scope="module")
def settled(handed_in: bytes) -> Settled:
    """What the intake says of it."""
    return take_in({FILE: handed_in}, [school(1)])


@pytest.fixture(scope="module")
def returned(handed_in: bytes, settled: Settled) -> bytes:
    """Its receipt."""
    return receipt(FILE, handed_in, settled)


@pytest.mark.parametrize("kind", ["小学", "九年一贯制学校", "教学点"])
def test_a_form_filled_in_an_office_program_has_nothing_to_be_told(office, kind):
    one = school(1, kind)
    blank = blank_form(one)
    done = take_in({FILE: office.filled(blank, entries_for(blank, one))}, [one])
    assert done.messages == []
    assert done.outcomes == {FILE: "accepted"} and done.board == {code(1): "accepted"}
    assert done.row(code(1))["enrolment_primary"] == one["enrolment", "primary"]
    assert done.row(code(1))["teaching_area"] == one["teaching_area", None]


@pytest.mark.parametrize("cell", ["B2", "C20", "H20"])
def test_only_the_entries_of_a_form_can_be_typed_into(office, cell):
    with pytest.raises(AssertionError, match=f"{cell} is locked"):
        office.filled(blank_form(school(1)), [(FORM_SHEET, cell, "别的内容")])


def test_a_form_saved_in_the_old_format_is_read_with_a_note(office):
    one = school(1)
    blank = blank_form(one)
    file = FILE.replace(".xlsx", ".xls")
    done = take_in({file: office.filled(blank, entries_for(blank, one), kind="xls")}, [one])
    assert done.rules == ["F-OLD-FORMAT"] and done.accepted == [code(1)]
    assert done.row(code(1))["teaching_area"] == one["teaching_area", None]


def test_errors_and_queries_are_found_and_the_receipt_shows_them(handed_in, settled, returned):
    assert settled.outcomes == {FILE: "rejected"}
    told = {finding.rule: finding for finding in settled.told("C-NUMBER") + settled.told("C-REQUIRED")}
    assert set(told) == {"C-NUMBER", "C-REQUIRED"}
    sheet = openpyxl.load_workbook(io.BytesIO(returned))[FORM_SHEET]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if is_marked(cell)}
    assert marked == {finding.cell for *_, finding in settled.settlement.findings}
    assert len(answer_cells(returned)) == sum(finding.severity == "query" for *_, finding in settled.settlement.findings) == 2


def test_a_mended_and_answered_receipt_is_accepted(office, settled, returned):
    answers = [(RECEIPT_SHEET, cell, f"属实:第 {n} 条已核对") for n, cell in enumerate(answer_cells(returned))]
    right = school(1)
    mended = [(FORM_SHEET, settled.one("C-NUMBER").cell, right["books", None])]
    mended += [(FORM_SHEET, settled.one("C-REQUIRED").cell, right["teaching_area", None])]
    saved = office.filled(returned, [*mended, *answers])
    done = take_in({FILE: saved}, [right])
    assert done.outcomes == {FILE: "accepted"} and done.accepted == [code(1)]
    assert not done.told("C-COMMENT") and not done.told("R-HIDDEN") and not done.told("F-HIDDEN-SHEET")
    assert {finding.severity for *_, finding in done.settlement.findings} == {"note"}
    assert sorted(done.rules) == sorted(
        finding.rule for *_, finding in settled.settlement.findings if finding.severity == "query"
    )
    assert all(any(f"第 {n} 条已核对" in message for message in done.messages) for n in range(len(answers)))
    row = done.row(code(1))
    assert (row["books"], row["teaching_area"]) == (right["books", None], right["teaching_area", None])


def test_stripping_leaves_every_value_as_it_was_handed_in(office, handed_in, returned):
    assert values(stripped(returned)) == values(handed_in)
    saved = office.filled(returned)
    bare = stripped(saved)
    assert values(bare) == values(saved) == values(handed_in)
    book = openpyxl.load_workbook(io.BytesIO(bare))
    assert RECEIPT_SHEET not in book.sheetnames
    reopened = openpyxl.load_workbook(io.BytesIO(office.filled(handed_in)))
    left = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment or is_marked(cell)]
    assert left == []
    looks = [
        {cell.coordinate: look(cell) for row in opened[FORM_SHEET].iter_rows() for cell in row} for opened in (book, reopened)
    ]
    assert looks[0] == looks[1]


def test_our_comments_are_not_taken_for_those_of_the_school(office, settled, returned):
    saved = office.filled(returned)
    said = [
        cell.comment for row in openpyxl.load_workbook(io.BytesIO(saved))[FORM_SHEET].iter_rows() for cell in row if cell.comment
    ]
    assert said and all(comment.text.startswith(RECEIPT_OPENING) for comment in said)
    again = take_in({FILE: saved}, [school(1)])
    assert sorted(again.messages) == sorted(settled.messages)


def test_a_comment_of_the_school_is_told_without_what_a_receipt_put_behind_it(office):
    book = openpyxl.load_workbook(io.BytesIO(bulk([school(1, books=-3)])))
    cell = next(cell for cell in book.active[2] if cell.value == -3)
    cell.comment = Comment("应为 9000", "张老师")
    stream = io.BytesIO()
    book.save(stream)
    first = take_in({"表.xlsx": stream.getvalue()}, [school(1)])
    saved = office.filled(receipt("表.xlsx", stream.getvalue(), first))
    again = take_in({"表.xlsx": saved}, [school(1)])
    assert first.one("C-COMMENT").cell == cell.coordinate and "应为 9000" in again.one("C-COMMENT").message()
    assert again.messages == first.messages


def test_marks_are_passed_over_where_the_sheet_of_the_receipt_was_deleted(office, settled, returned):
    again = take_in({FILE: office.filled(returned, without=[RECEIPT_SHEET])}, [school(1)])
    assert sorted(again.messages) == sorted(settled.messages)


def test_a_thousand_answers_come_back_without_loss(office):
    schools = [school(n, primary=300 + n, multimedia_rooms=500 + n) for n in range(1, QUERIES + 1)]
    table = bulk(schools)
    first = take_in({"表.xlsx": table}, schools)
    queries = first.told("S-UNUSUAL")
    assert len(queries) == QUERIES and first.outcomes == {"表.xlsx": "accepted_with_queries"}
    marked = receipt("表.xlsx", table, first)
    cells = answer_cells(marked)
    assert len(cells) == QUERIES
    saved = office.filled(marked, [(RECEIPT_SHEET, cell, f"第 {n} 条:=确有“专用”教室 & <新建>") for n, cell in enumerate(cells)])
    done = take_in({"表.xlsx": saved}, schools)
    assert done.outcomes == {"表.xlsx": "accepted"} and len(done.accepted) == QUERIES
    assert {finding.severity for finding in done.told("S-UNUSUAL")} == {"note"}
    given = {finding.value: finding.answer for finding in done.told("S-UNUSUAL")}
    asked = [finding.value for finding in queries]
    assert given == {value: f"第 {n} 条:=确有“专用”教室 & <新建>" for n, value in enumerate(asked)}


def outcomes(home: Path) -> dict[str, str]:
    """What became of every school, as published."""
    board = published(home, "reporting_board")
    return dict(zip(board["school_id"], board["outcome"], strict=True))


def test_from_the_template_to_the_night_that_takes_the_mended_receipt(office, tmp_path, junheng):  # noqa: F811
    """Everything by the commands of a county: one school reports well, the other mends its receipt and explains."""
    home, schools = tmp_path / "home", [school(1), school(2)]
    write_register(home, schools)
    assert junheng("template", "--home", home, "--year", YEAR, "--out", tmp_path / "forms") == 0
    figures = [school(1), school(2, books="约12000册", multimedia_rooms=400)]
    forms = sorted((tmp_path / "forms").glob("*.xlsx"))
    assert len(forms) == 2
    for path, one in zip(forms, figures, strict=True):
        blank = path.read_bytes()
        typed = [(*place, value) for *place, value in entries_for(blank, one) if value is not None]
        write(home / "inbox" / YEAR / path.name, office.filled(blank, typed))
    junheng("run", "--home", home, "--year", YEAR)
    assert outcomes(home) == {code(1): "accepted", code(2): "left_out"}

    (returned,) = (home / "receipts" / YEAR).rglob(f"*{code(2)}*.xlsx")
    marked = returned.read_bytes()
    rows = sheet_of(marked, FORM_SHEET)
    mended = (FORM_SHEET, entry_of(rows, "图书册数"), school(2)["books", None])
    (answer,) = answer_cells(marked)
    saved = office.filled(marked, [mended, (RECEIPT_SHEET, answer, "新建了一栋楼")])
    write(home / "inbox" / YEAR / returned.name, saved)  # beside the one before, which it supersedes
    assert junheng("run", "--home", home, "--year", YEAR) == 0
    assert outcomes(home) == {code(1): "accepted", code(2): "accepted"}
    told = published(home, "findings")
    (note,) = told.loc[told["rule"] == "S-UNUSUAL"].to_dict("records")
    assert note["severity"] == "note" and "新建了一栋楼" in note["message"]


def picture(name: str, printed: Path, folder: Path, dots: int) -> bytes:
    """The first page as a picture, kept where pictures are wanted."""
    place = Path(os.environ.get("JUNHENG_PICTURES") or folder) / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return first_page(printed, place, dots).read_bytes()


def test_a_form_as_it_is_printed(office, tmp_path):
    blank = blank_form(school(1, "九年一贯制学校"))
    printed = office.printed(blank)
    read = words(printed)
    assert "必填项还有" in read and "填表人" in read
    assert all("".join(str(row[2]).split()) in read for row in sheet_of(blank, FORM_SHEET)[3:])
    made = picture("school-form.png", printed, tmp_path, 90)
    assert made.startswith(b"\x89PNG") and len(made) < PICTURE_LIMIT


def test_nothing_of_a_receipt_is_cut_off_in_print(office, tmp_path):
    one = school(1, "九年一贯制学校")
    wrong = one | {
        ("backbone_teachers", "primary"): 999,
        ("books", None): "约12000册",
        ("teaching_area", None): None,
        ("multimedia_rooms", None): 400,
        ("largest_class", "junior"): 70,
        ("sports_ground_area", None): 9.4,
    }
    blank = blank_form(one)
    content = office.filled(blank, entries_for(blank, {place: value for place, value in wrong.items() if value is not None}))
    done = take_in({FILE: content}, [one])
    printed = office.printed(receipt(FILE, content, done))
    read = words(printed)
    assert len(done.messages) >= 6
    for *_, finding in done.settlement.findings:
        said = finding.message().partition(":")[2] if finding.cell else finding.message()
        assert "".join(said.split()) in read
    made = picture("receipt.png", printed, tmp_path, 110)
    assert made.startswith(b"\x89PNG") and len(made) < PICTURE_LIMIT
