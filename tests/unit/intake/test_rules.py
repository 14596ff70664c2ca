"""Every rule of ``rules.yaml``: one input in which it speaks, and the nearest one in which it is silent.

Belongs here: that each rule fires at the right cell with the right value in words that can be read, in both languages, and
that catalogue and code name the same rules. Does not belong here: the shades of a rule (the tests of its module).
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

import domain
from builders.counties import record_form
from builders.intake import Settled, settled, take_in
from builders.schools import YEAR, School, code, school
from builders.workbooks import (
    BULK,
    Formula,
    bulk,
    bulk_rows,
    cell_of,
    compound_file,
    csv_table,
    day,
    entry_of,
    form,
    form_rows,
    old_workbook,
    repacked,
    xlsx,
)
from data_contracts.catalogue import fields
from data_contracts.rules import rules
from domain.intake import workbook
from domain.intake.answers import ANSWER_HEADINGS
from domain.intake.explaining import QUERY, Explanations
from domain.intake.findings import Finding
from domain.intake.settling import settle
from domain.reporting.receipt import receipt_workbook
from resources.inbox import files_in
from resources.reading_pool import read_files

NINE = "九年一贯制学校"
Files = dict[str, bytes]


@dataclass(frozen=True)
class Sample:
    """A rule, an inbox in which it speaks, and one in which it does not.

    Attributes:
        rule: its id.
        loud, quiet: what is handed in.
        cell: heading (of a table) or item (of a form) at whose cell it speaks; None for the whole file.
        value: what was typed there.
        words: parts of the message beside place and id.
        register: schools of the register.
        before: schools accepted last year.
    """

    rule: str
    loud: Callable[[], Files]
    quiet: Callable[[], Files]
    cell: str | None = None
    value: str | None = None
    words: tuple[str, ...] = ()
    register: tuple[School, ...] = ()
    before: tuple[School, ...] = ()


def one(
    rule: str,
    column: str,
    value: object,
    fine: object,
    words: tuple[str, ...] = (),
    typed: str | None = None,
    before: tuple[School, ...] = (),
    **others,
) -> Sample:
    """A rule that one cell of a form sets off: ``value`` does, ``fine`` does not."""
    from data_contracts.records import RETURN_COLUMNS

    key, section = RETURN_COLUMNS[column]
    item = fields()[key].label_in(section)
    loud, quiet = school(1, **{**others, column: value}), school(1, **{**others, column: fine})
    rows = form_rows(loud)
    return Sample(
        rule,
        lambda: {"校.xlsx": xlsx({"表": rows})},
        lambda: {"校.xlsx": form(quiet)},
        entry_of(rows, item),
        typed if typed is not None else str(value),
        words,
        before=before,
    )


def whole(rule: str, name: str, content: bytes, *words: str) -> Sample:
    """A rule about a file as a whole."""
    return Sample(rule, lambda: {name: content}, lambda: {"校.xlsx": form(school(1))}, words=words)


def table(rows) -> Files:
    return {"表.xlsx": xlsx({BULK: rows})}


def wide(heading: str, *cells: object) -> list[list[object]]:
    """The table of one school with one column more."""
    return [[*row, cell] for row, cell in zip(bulk_rows([school(1)]), (heading, *cells), strict=True)]


def with_sum(beside: str) -> list[list[object]]:
    """The table of a school whose books are a sum over a cell with a text."""
    rows = wide("备注", beside)
    rows[1][rows[0].index("图书册数")] = Formula(f"=SUM({cell_of(rows, '备注')},11250)", 11250)
    return rows


def with_whole(students: int) -> list[list[object]]:
    """The table of a school with 450 and 300 students in its sections, with a total beside them."""
    return [[*row, cell] for row, cell in zip(bulk_rows([school(1, NINE)]), ("在校生数", students), strict=True)]


def _total() -> list[list[object]]:
    return [*bulk_rows([school(1)]), ["合计"]]


BOOKS, EQUIPMENT = (entry_of(form_rows(school(1)), label) for label in ("图书册数", "教学仪器设备资产值"))


def edited(edit: Callable[[Worksheet], object]) -> bytes:
    """The form of a school with something done to its sheet beside the values."""
    book = openpyxl.load_workbook(io.BytesIO(form(school(1))))
    edit(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def footnoted(sheet: Worksheet, script: str) -> None:
    """450 and, in a run of its own, a 2 as the mark of a footnote."""
    sheet[BOOKS] = CellRichText("450", TextBlock(InlineFont(vertAlign=script), "2"))


def odd_type(text: str) -> str:
    """A sheet with one number of a kind that does not exist."""
    return text.replace('<c r="A5">', '<c r="A5" t="odd">')


def seen_on_site(students: int) -> bytes:
    """The form of a visit that counted the students of a school's primary section."""
    visit = {"school_id": code(1), "field": "在校生数(小学)", "seen": students, "visitor": "李四", "date": "2025-03-20"}
    return record_form("visit", [visit])


def touched(rule: str, touch: Callable[[Worksheet, str], object], *words: str) -> Sample:
    """A rule that something done to the entry of 图书册数 sets off, and the same done to its label does not."""
    loud, quiet = (
        (lambda: {"校.xlsx": edited(lambda sheet: touch(sheet, BOOKS))}),
        (lambda: {"校.xlsx": edited(lambda sheet: touch(sheet, "C" + BOOKS[1:]))}),
    )
    return Sample(rule, loud, quiet, BOOKS, "11250", words)


def unlabelled(kind: str) -> list[list[object]]:
    """A form whose row of 在校生数 names no section."""
    rows = form_rows(school(1, kind))
    next(row for row in rows if len(row) > 2 and row[2] == "在校生数(小学)")[2] = "在校生数"
    return rows


SIX_CHANGES = {
    "books": 40000,
    "teaching_area": 11000,
    "sports_ground_area": 20000,
    "equipment_value": 500,
    "multimedia_rooms": 60,
    "teaching_computers": 90,
}
COPIED = school(1, school_id=code(2), school_name="抄来的学校")


def statutory(*figures: object, more: tuple[str, ...] = ()) -> list[list[object]]:
    """The table of one school with the rooms of the statistics since 2021 instead of the teaching area."""
    rows = bulk_rows(
        [school(1)], without=["教学及辅助用房面积", "教学用计算机台数"] if more == ("计算机台数",) else ["教学及辅助用房面积"]
    )
    headings = ("教室", "专用教室", "公共教学用房", *more)
    return [[*rows[0], *headings], [*rows[1], *figures]]


def turned() -> list[list[object]]:
    """The table of one school with two columns swapped."""
    rows = bulk_rows([school(1)])
    a, b = rows[0].index("在校生数(小学)"), rows[0].index("班级数(小学)")
    for row in rows:
        row[a], row[b] = row[b], row[a]
    return rows


def covered(row: int, *cells: object) -> list[list[object]]:
    """A form with another row of its cover."""
    rows = form_rows(school(1))
    rows[row] = list(cells)
    return rows


def two_schools_apart(*between: list[object]) -> list[list[object]]:
    rows = bulk_rows([school(1), school(2)])
    return [*rows[:2], *between, rows[2]]


def with_total(books: int) -> list[list[object]]:
    rows = bulk_rows([school(1)])
    return [*rows, ["合计", *[books if label == "图书册数" else None for label in rows[0][1:]]]]


def in_form(rows) -> Files:
    return {"校.xlsx": xlsx({"表": rows})}


def _samples() -> list[Sample]:
    sound = bulk_rows([school(1)])
    blank = {place: value for place, value in school(1).items() if fields()[place[0]].category == "基本信息"} | {
        ("enrolment", "primary"): ""
    }
    twice = bulk_rows([school(1), school(1, name="另一行")])
    return [
        whole("F-EMPTY", "空.xlsx", b"", "0 字节"),
        whole("F-TYPE", "扫描件.pdf", b"%PDF-1.7", "扫描件.pdf", "PDF"),
        whole("F-TYPE", "表.ods", b"PK", "“表.ods”(OpenDocument 表格)不能读取", "打开", ".xlsx"),
        whole("F-DAMAGED", "坏.xlsx", form(school(1))[:-900], "损坏"),
        whole(
            "F-PASSWORD",
            "锁.xlsx",
            compound_file({"EncryptionInfo": b"\4\0\4\0" + b"\0" * 60, "EncryptedPackage": b"\1" * 5000}),
            "密码",
        ),
        whole("F-HTML", "网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        whole("F-ENCODING", "表.csv", csv_table(sound, "utf-16"), "编码"),
        whole("F-OLD-FORMAT", "旧.xls", old_workbook(), ".xls"),
        whole("F-NO-TABLE", "表.xlsx", xlsx({"表": [["姓名", "电话"]]}), "前 20 行", "学校标识码"),
        whole("F-NO-SCHOOL", "校.xlsx", form(blank), "未报送"),
        Sample(
            "F-YEAR",
            lambda: {"校.xlsx": form(school(1), year="2023-2024")},
            lambda: {"校.xlsx": form(school(1))},
            "B2",
            "2023-2024",
            words=("2023-2024", YEAR),
        ),
        Sample(
            "F-YEAR-NAMED",
            lambda: table([["沿用2023-2024学年模板"], *sound]),
            lambda: table([[f"沿用{YEAR}学年模板"], *sound]),
            "A1",
            "沿用2023-2024学年模板",
            ("2023-2024", YEAR, "请说明"),
        ),
        Sample(
            "F-YEAR-SHEET",
            lambda: {"表.xlsx": xlsx({"2023-2024学年": sound})},
            lambda: {"表.xlsx": xlsx({f"{YEAR}学年": sound})},
            None,
            "2023-2024",
            ("2023-2024", YEAR),
        ),
        Sample(
            "F-YEAR-NAME",
            lambda: {"2023-2024学年汇总表.xlsx": bulk([school(1)])},
            lambda: {"汇总表.xlsx": bulk([school(1)])},
            None,
            "2023-2024",
            ("2023-2024", YEAR),
        ),
        Sample(
            "H-MISSING", lambda: table(bulk_rows([school(1)], without=("图书册数",))), lambda: table(sound), words=("“图书册数”",)
        ),
        Sample(
            "H-UNKNOWN",
            lambda: table(wide("校长电话", "138")),
            lambda: table(wide("备注", "无")),
            cell_of(wide("校长电话", "1"), "校长电话", 0),
            "校长电话",
            ("校长电话",),
        ),
        Sample(
            "H-TWICE",
            lambda: table(wide("图书", 1)),
            lambda: table(wide("图书册数(小学)", 11250)),
            cell_of(wide("图书", 1), "图书", 0),
            None,
            (cell_of(sound, "图书册数", 0),),
        ),
        Sample(
            "H-NO-SECTION",
            lambda: {"校.xlsx": xlsx({"表": unlabelled(NINE)})},
            lambda: {"校.xlsx": xlsx({"表": unlabelled("小学")})},
            entry_of(unlabelled(NINE), "在校生数"),
            "450",
            ("“在校生数(小学)”", "“在校生数(初中)”"),
        ),
        Sample(
            "R-SECTIONS-DIFFER",
            lambda: table(with_whole(800)),
            lambda: table(with_whole(750)),
            cell_of(with_whole(800), "在校生数"),
            "800",
            ("800", "相加为 750"),
        ),
        one("R-CODE", "school_id", "12345", code(1), ("12345", "10 位")),
        one("R-CODE-NUMBER", "school_id", int(code(1)), code(1), (code(1), "文本")),
        Sample(
            "R-CODE-ZERO",
            lambda: {"校.xlsx": form(school(1, school_id=605210001))},
            lambda: {"校.xlsx": form(school(1, school_id="0605210001"))},
            entry_of(form_rows(school(1)), "学校标识码"),
            "605210001",
            ("0605210001", "名册"),
            register=(school(1, school_id="0605210001"),),
        ),
        Sample(
            "R-FILE-NAME",
            lambda: {f"{code(2)}_第2小学.xlsx": form(school(1))},
            lambda: {f"{code(1)}_第1小学.xlsx": form(school(1)), "2026092010 上报.xlsx": form(school(2))},
            entry_of(form_rows(school(1)), "学校标识码"),
            code(1),
            (code(1), code(2)),
        ),
        one("R-COUNTY-CODE", "county_code", "36052", "360521", ("36052", "6 位")),
        one("R-NO-CODE", "school_id", "", code(1), ("10 位",), typed=""),
        Sample(
            "R-TWICE",
            lambda: table(twice),
            lambda: table(bulk_rows([school(1), school(2)])),
            "A2",
            code(1),
            (code(1), "A2", "A3"),
        ),
        Sample("R-TOTAL", lambda: table(_total()), lambda: table(sound), words=("第 3 行",)),
        Sample(
            "F-CLASS-SIZES",
            lambda: table([["学校", "45人及以下", "46-55人", "56—65人", "66人及以上"], ["甲小学", 3, 2, 0, 1]]),
            lambda: table(sound),
            words=("最大班额",),
        ),
        Sample("R-OTHER", lambda: table([*sound, ["填表人:张三"]]), lambda: table(sound), words=("第 3 行“填表人:张三”",)),
        Sample(
            "R-DOUBTFUL",
            lambda: table([*sound, ["3605219999", "小计"]]),
            lambda: table(sound),
            "B3",
            "小计",
            ("第 3 行", "“小计”"),
        ),
        Sample(
            "R-REMARKED",
            lambda: table([["备注", *sound[0]], ["此行为示例", *sound[1]]]),
            lambda: table([["备注", *sound[0]], ["按示例填写", *sound[1]]]),
            "A2",
            "此行为示例",
            ("第 2 行", "照常计入"),
        ),
        Sample("R-EXAMPLE", lambda: table([*sound, ["示例", "某小学"]]), lambda: table(sound), "B3", "某小学", ("第 3 行",)),
        Sample(
            "R-NOT-REGISTERED",
            lambda: {"校.xlsx": form(school(7, name="青禾县第五小学校"))},
            lambda: {"校.xlsx": form(school(5, name="青禾县第五小学"))},
            entry_of(form_rows(school(7)), "学校标识码"),
            code(7),
            (code(7), "青禾县第五小学校", "青禾县第五小学(" + code(5)),
            (school(5, name="青禾县第五小学"),),
        ),
        Sample(
            "R-IDENTITY",
            lambda: {"校.xlsx": form(school(1, ownership="民办"))},
            lambda: {"校.xlsx": form(school(1, ownership="公立"))},
            entry_of(form_rows(school(1)), "举办者类型"),
            "民办",
            ("“举办者类型”", "“民办”", "“公办”"),
            (school(1),),
        ),
        one("R-NO-STUDENTS", "enrolment_primary", 0, 450, ("停办",)),
        one("R-EMPTY-SECTION", "enrolment_junior", 0, 300, ("初中",), kind=NINE),
        one("R-CLOSED", "school_status", "停办", "正常", ("“停办”", "450 人")),
        one("C-REQUIRED", "books", "", 0, ("“图书册数”", "填 0"), typed=""),
        one("C-NUMBER", "books", "约一万", 1, ("“图书册数”", "“约一万”")),
        one("C-UNIT", "books", "450册", 450, ("“450册”", "单位:册")),
        one("C-INTEGER", "books", 450.5, 451, ("450.5", "整数")),
        one("C-NEGATIVE", "books", -5, 5, ("-5", "负数")),
        one("C-DATE", "books", day(2).replace(hour=0), 2, ("2024-09-02", "日期"), typed="2024-09-02"),
        one("C-LOGICAL", "books", True, 1, ("TRUE", "逻辑值"), typed="TRUE"),
        one("C-EXCEL-ERROR", "books", "#DIV/0!", 1, ("#DIV/0!",)),
        one("C-NOT-COMPUTED", "books", Formula("=5000&6250"), Formula("=5000+6250", 11250), ("还没有计算",), typed="=5000&6250"),
        one("C-LINKED", "books", Formula("=[1]A!A1", 11250), Formula("=5000+6250", 11250), ("另一个文件",), typed="11250"),
        one("C-STALE", "books", Formula("=5000+6250", 9999), Formula("=5000+6250", 11250), ("11250", "9999"), typed="9999"),
        Sample(
            "C-SUM-SKIPS",
            lambda: table(with_sum("250")),
            lambda: table(with_sum("约")),
            cell_of(with_sum(""), "图书册数"),
            "11250",
            ("文本", "结果为 11250"),
        ),
        one("C-BLANK-SOURCE", "books", Formula("=A900", 0), Formula("=5000+6250", 11250), ("A900", "空白"), typed="0"),
        touched("C-MERGED", lambda sheet, cell: sheet.merge_cells(f"{cell}:{cell[0]}{int(cell[1:]) + 1}"), "盖住了 2 个"),
        touched("C-COMMENT", lambda sheet, cell: setattr(sheet[cell], "comment", Comment("应为 9000", "张")), "应为 9000"),
        touched("C-STRUCK", lambda sheet, cell: setattr(sheet[cell], "font", Font(strike=True)), "删除线"),
        Sample(
            "C-RAISED",
            lambda: {"校.xlsx": edited(lambda sheet: footnoted(sheet, "superscript"))},
            lambda: {"校.xlsx": edited(lambda sheet: footnoted(sheet, "baseline"))},
            BOOKS,
            "4502",
            ("上标或下标", "“4502”"),
        ),
        Sample(
            "C-SHOWN",
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet[EQUIPMENT], "number_format", '0.00"千元"'))},
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet[EQUIPMENT], "number_format", '0.00"万元"'))},
            EQUIPMENT,
            "139.51",
            ("千元", "“139.51”", "“万元”"),
        ),
        Sample(
            "H-SHOWN",
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet[EQUIPMENT], "number_format", "¥#,##0.00"))},
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet[EQUIPMENT], "number_format", "#,##0.00"))},
            EQUIPMENT,
            "139.51",
            ("¥", "1 格", "“万元”"),
        ),
        Sample(
            "R-HIDDEN",
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet.row_dimensions[int(BOOKS[1:])], "hidden", True))},
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet.row_dimensions[200], "hidden", True))},
            words=(f"第 {BOOKS[1:]} 行",),
        ),
        Sample(
            "R-COMMENT",
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet[f"F{BOOKS[1:]}"], "comment", Comment("应为 9000", "张")))},
            lambda: {"校.xlsx": edited(lambda sheet: setattr(sheet["F1"], "comment", Comment("应为 9000", "张")))},
            words=(f"F{BOOKS[1:]}“应为 9000”",),
        ),
        Sample(
            "F-HIDDEN-SHEET",
            lambda: {"表.xlsx": xlsx({BULK: sound, "旧": [["x"]]}, hidden=["旧"])},
            lambda: {"表.xlsx": xlsx({BULK: sound, "旧": [[" "]]}, hidden=["旧"])},
            words=("“旧”", "1 个单元格"),
        ),
        Sample(
            "F-FORMULAS",
            lambda: {"校.xlsx": form(school(1, books=Formula("=IF(1,11250,0)", 11250)))},
            lambda: {"校.xlsx": form(school(1, books=Formula("=SUM(11250)", 11250)))},
            words=("1 个填报值", BOOKS),
        ),
        one("R-ZEROS-FETCHED", "oversize_classes_primary", Formula("=INDEX(A1:A9,3)", 0), 0, ("1 个 0", "INDEX"), typed="0"),
        Sample(
            "F-SAME-SHEET",
            lambda: {"表.xlsx": xlsx({BULK: sound, "抄": sound})},
            lambda: {"表.xlsx": xlsx({BULK: sound})},
            words=("“抄”", f"以“{BULK}”为准"),
        ),
        Sample(
            "F-ODD-STYLES",
            lambda: {
                "校.xlsx": repacked(
                    form(school(1)), {"xl/styles.xml": lambda xml: re.sub(r"<fill>.*?</fill>", "<fill/>", xml, count=1)}
                )
            },
            lambda: {"校.xlsx": form(school(1))},
            words=("不规范", "不影响"),
        ),
        Sample(
            "F-SECOND-READER",
            lambda: {"校.xlsx": repacked(form(school(1)), {"xl/worksheets/sheet1.xml": odd_type})},
            lambda: {"校.xlsx": form(school(1))},
            words=("另一种方法",),
        ),
        one("C-NOT-FINITE", "books", "1e999", "1e3", ("1e999", "有限")),
        one("C-LONG", "township", "乡" * 501, "乡" * 500, ("501", "500"), typed="乡" * 40),
        one("C-CHOICE", "ownership", "企业", "私立", ("“企业”", "公办、民办")),
        one("C-SPACED", "books", "11 250", 11250, ("11 250", "11250", "11、250")),
        one("C-NORMALISED", "books", "１１，２５０", 11250, ("１１，２５０", "11250")),
        one("C-NOTHING", "site_area", "—", None, ("“—”", "不作为 0")),
        one("C-PERCENT", "fitness_pass_rate_primary", 0.95, 95, ("0.95", "95%")),
        one("S-BOUNDS", "equipment_value", 1395000, 139.5, ("1395000万元", "10~500000元", "10000")),
        one("S-MOST", "backbone_teachers_primary", 39, 38, ("“县级及以上骨干教师数(小学)”(39)", "“专任教师数(小学)”(38)")),
        one("S-CLASSES-ZERO", "classes_primary", 0, 10, ("小学", "450")),
        one("S-CLASS-PRODUCT", "largest_class_primary", 44, 45, ("10 × 最大班额 44 = 440", "450")),
        one("S-OVERSIZE", "oversize_classes_primary", 1, 0, ("45", "1 个")),
        one("S-PARTS-ABOVE", "books", 11249, 11250, ("11250", "11249"), books_primary=11250),
        one("S-PARTS-BELOW", "books", 11251, 11250, ("11250", "差额 1 "), books_primary=11250),
        one("S-STATED-RATIO", "reported_books_per_student_primary", 26, 25, ("26册", "25册", "11250 ÷ 450")),
        one("S-PERCENT", "fitness_pass_rate_primary", 952, 95.2, ("952%", "100")),
        one("S-WHOLE", "full_time_teachers_primary", 39, 38, ("“专任教师数”(39)", "“教职工总数(含编外)”(38)"), staff_total=38),
        one("S-USUALLY-MOST", "training_expenditure", 32.41, 32.4, ("(32.41)", "“年度公用经费预算总额”(32.4)")),
        one("S-IMPLIED", "boarding", "否", "是", ("“寄宿生数”为 30人", "“否”"), boarders_primary=30),
        one(
            "S-OVERSIZE-COUNT",
            "oversize_classes_primary",
            2,
            9,
            ("99~415", "450"),
            classes_primary=9,
            largest_class_primary=50,
        ),
        one("S-RETENTION", "junior_graduates", 301, 300, ("301", "= 300"), kind="初级中学", junior_entrants=300),
        one("S-UNIT", "sports_ground_area", 8.4, 5600, ("亩", "666.67", "8.4 × 666.67 = 5600.028㎡", "8.4 ÷ 450")),
        one("S-UNUSUAL", "books", 0, 11250, ("0册", "0 ÷ 450")),
        one("S-CHANGE", "teaching_computers", 157, 60, ("57台", "157台", "100台", "(28台)"), before=(school(1),)),
        Sample(
            "S-CHANGE-MORE",
            lambda: {"校.xlsx": form(school(1, **SIX_CHANGES))},
            lambda: {"校.xlsx": form(school(1, **dict(list(SIX_CHANGES.items())[:5])))},
            entry_of(form_rows(school(1)), "学校标识码"),
            words=("5 项", "另有 1 项", "教学用计算机台数 57→90"),
            before=(school(1),),
        ),
        Sample(
            "S-SAME-AS-LAST-YEAR",
            lambda: {"校.xlsx": form(school(1))},
            lambda: {"校.xlsx": form(school(1, enrolment_primary=449))},
            entry_of(form_rows(school(1)), "学校标识码"),
            words=("可比的 23 项", "23 项与上年完全相同"),
            before=(school(1),),
        ),
        Sample(
            "S-SAME-AS-OTHER",
            lambda: table(bulk_rows([school(1), COPIED])),
            lambda: table(bulk_rows([school(1), school(2)])),
            cell_of(bulk_rows([school(1), COPIED]), "教学及辅助用房面积"),
            words=(f"抄来的学校({code(2)})", "表.xlsx", "教学及辅助用房面积 3780.01", "图书册数 11250"),
        ),
        Sample(
            "S-SEEN",
            lambda: {"校.xlsx": form(school(1)), "核查.xlsx": seen_on_site(440)},
            lambda: {"校.xlsx": form(school(1)), "核查.xlsx": seen_on_site(450)},
            entry_of(form_rows(school(1)), "在校生数(小学)"),
            "450",
            (
                "“在校生数(小学)”填报为 450人",
                "现场核查(2025-03-20,李四)核实为 440人,相差 10人",
                "超过允许误差 9人",
                "核查.xlsx 第 4 行",
            ),
            register=(school(1),),
        ),
        Sample(
            "D-CONFLICT",
            lambda: {"一.xlsx": form(school(1)), "二.xlsx": form(school(1, books=9000))},
            lambda: {"一.xlsx": form(school(1)), "二.xlsx": form(school(1))},
            "E5",
            code(1),
            (code(1), "一.xlsx", "二.xlsx"),
        ),
        Sample(
            "D-CHANGED",
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(1, books=9000), day(4))},
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(1), day(4))},
            words=("一.xlsx", "图书册数 11250→9000", "1 项"),
        ),
        Sample(
            "D-SUPERSEDED",
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(1, books=9000), day(4))},
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(2), day(4))},
            "E5",
            code(1),
            (code(1), "二.xlsx"),
        ),
        Sample(
            "D-DUPLICATE",
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(1), day(4))},
            lambda: {"一.xlsx": form(school(1), day(3)), "二.xlsx": form(school(2), day(4))},
            "E5",
            code(1),
            (code(1),),
        ),
    ]


def _layout_samples() -> list[Sample]:
    """Rules about how a table or form is laid out."""
    return [
        Sample("F-OLD-TEMPLATE", lambda: in_form(covered(1, "学年", YEAR, None, "模板版本", "0.9")), lambda: in_form(form_rows(school(1))),
               value="0.9", words=("0.9", "1.0")),
        Sample("F-UNKNOWN-TEMPLATE", lambda: in_form(covered(1, "学年", YEAR, None, "模板版本", "9.0")),
               lambda: in_form(form_rows(school(1))), value="9.0", words=("9.0", "1.0")),
        Sample("H-AMBIGUOUS", lambda: table(wide("教职工数", 40)), lambda: table(wide("在编教职工数", 40)),
               cell_of(wide("教职工数", 1), "教职工数", 0), "教职工数", ("在编教职工数", "教职工总数(含编外)")),
        Sample("H-ORDER", lambda: table(turned()), lambda: table(bulk_rows([school(1)])),
               cell_of(turned(), "在校生数(小学)", 0), "在校生数(小学)", ("在校生数(小学)",)),
        Sample("H-UNIT", lambda: table(bulk_rows([school(1)], labels={"运动场地面积": "运动场地面积(公顷)"})),
               lambda: table(bulk_rows([school(1)], labels={"运动场地面积": "运动场地面积(平方米)"})),
               cell_of(bulk_rows([school(1)]), "运动场地面积", 0), None, ("公顷", "10000", "㎡")),
        Sample("H-UNIT-OPEN", lambda: table([["金额单位:美元"], *bulk_rows([school(1)])]), lambda: table([["金额单位:万元"], *bulk_rows([school(1)])]),
               cell_of([["金额单位:美元"], *bulk_rows([school(1)])], "教学仪器设备资产值", 0), None, ("美元", "“万元”")),
        Sample("H-UNIT-SAID", lambda: table([["汇总表(千元)"], *bulk_rows([school(1)])]), lambda: table([["汇总表(万元)"], *bulk_rows([school(1)])]),
               "A1", "汇总表(千元)", ("千元", "“万元”", "教学仪器设备资产值")),
        Sample("H-SUM", lambda: table(statutory(3000, 480, 300)), lambda: table(bulk_rows([school(1)])),
               cell_of(statutory(1, 2, 3), "教室", 0), None, ("教室", "专用教室", "公共教学用房")),
        Sample("H-PART", lambda: table([row[:-1] for row in statutory(3000, 480, 300)]), lambda: table(statutory(3000, 480, 300)),
               cell_of(statutory(1, 2, 3), "教室", 0), None, ("公共教学用房",)),
        Sample("H-UNVERIFIED", lambda: table(statutory(3000, 480, 300, 60, more=("计算机台数",))), lambda: table(statutory(3000, 480, 300)),
               cell_of(statutory(1, 2, 3, 4, more=("计算机台数",)), "计算机台数", 0), None, ("教基5176",)),
        Sample("R-TOTAL-DIFFERS", lambda: table(with_total(1)), lambda: table(with_total(11250)),
               cell_of(with_total(1), "图书册数", 2), "1", ("11250", "图书册数", "相差 -11249")),
        Sample("R-BLANK-ROWS", lambda: table(two_schools_apart([], [])), lambda: table(two_schools_apart()), words=("3—4",)),
        Sample("R-COVER", lambda: in_form(covered(2, "学校标识码", code(2))), lambda: in_form(covered(2, "学校标识码", code(1))),
               entry_of(form_rows(school(1)), "学校标识码"), code(1), (code(1), code(2))),
        Sample("R-PART", lambda: table(statutory(3000, None, 300)), lambda: table(statutory(3000, 0, 300)),
               cell_of(statutory(1, 2, 3), "专用教室"), None, ("专用教室", "不作为 0")),
        Sample("R-PARTS-DIFFER", lambda: table(statutory(3000, 480, 300, 4000, more=("教学及辅助用房面积",))),
               lambda: table(statutory(3000, 480, 300, 3780, more=("教学及辅助用房面积",))),
               cell_of(statutory(1, 2, 3, 4, more=("教学及辅助用房面积",)), "教学及辅助用房面积"), "4000", ("4000", "3780")),
    ]  # fmt: skip


SAMPLES = {sample.rule: sample for sample in (*_samples(), *_layout_samples())}
ELSEWHERE = {  # rules set off by how a file is built, by the disk, by hugeness or by a reader's failure: file and test
    "H-BESIDE": "test_beside_entries.py::test_what_is_no_other_figure_is_a_note",
    "H-BESIDE-DIFFERS": "test_beside_entries.py::test_another_figure_is_asked_about",
    "C-COVERED": "test_passed_over.py::test_a_figure_below_a_cell_beside_it",
    "F-NOT-A-WORKBOOK": "test_gate.py",
    "F-MACRO": "test_gate.py",
    "F-STRUCTURE": "test_gate.py",
    "F-BOMB": "test_gate.py",
    "F-DTD": "test_gate.py",
    "F-AREA": "test_gate.py",
    "F-SHEETS": "test_gate.py",
    "F-MERGES": "test_gate.py",
    "F-EMBEDDED": "test_gate.py",
    "F-LINKS-IGNORED": "test_gate.py",
    "F-SIZE": "test_rules.py::test_size",
    "F-UNREADABLE": "test_rules.py::test_a_reader_that_fails",
    "F-RECEIPT": "test_rules.py::test_a_receipt_alone",
    "F-RECEIPT-EMPTY": "test_rules.py::test_a_receipt_alone_without_a_word",
    "C-MERGED-WORDS": "test_passed_over.py::test_one_township_for_several_schools_is_that_of_each_and_told",
    "F-ANSWER-TWICE": "test_whose_answers.py::test_of_two_receipts_the_newest_counts_and_the_other_is_told",
    "F-ANSWER-MIXED": "test_whose_answers.py::test_what_stands_beside_another_school_explains_nothing",
    "F-ANSWER-OTHER": "test_whose_answers.py::test_a_receipt_taken_as_a_template_explains_nothing_of_the_other_school",
    "F-ANSWER-FILE": "test_answers_of_files.py::test_of_a_file_that_cannot_be_told_it_is_asked_for_again",
    "F-ANSWER-NO-QUERY": "test_whose_answers.py::test_behind_an_error",
    "F-ANSWER-DOUBTFUL": "test_whose_answers.py::test_in_two_cells_of_a_row",
    "F-ANSWER-NO-KEY": "test_whose_answers.py::test_the_hidden_columns_deleted",
    "F-ANSWER-LONG": "test_whose_answers.py::test_long_explanations_are_kept_and_what_is_cut_is_told",
    "F-TOO-LONG": "../resources/test_reading_pool.py",
    "F-TOO-HEAVY": "../resources/test_reading_pool.py",
    "F-VANISHED": "../resources/test_reading_pool.py",
    "H-LAYOUT": "test_layouts_in_sheets.py::test_a_layout_of_other_years_is_read_and_asked_about",
    "F-LOCKED": "test_ledger.py::test_the_receipt_of_a_file_that_waits",
    "F-LINK": "test_rules.py::test_links_and_folders_named_like_tables",
    "F-MIXED-SCHOOLS": "test_record_forms.py::test_schools_behind_a_record_form_are_not_lost_without_a_word",
    "F-TWO-TABLES": "test_second_tables.py::test_records_below_or_above_schools_are_told_and_the_schools_are_read",
    "F-TWO-TABLES-SCHOOLS": "test_second_tables.py::test_schools_above_a_table_with_more_columns_are_told",
    "F-QUOTES": "test_csv_text.py::test_a_quotation_mark_without_a_partner",
    "R-LONGER": "test_csv_text.py::test_a_comma_within_a_figure",
    "F-BIG-FIVE": "test_csv_text.py::test_a_table_in_big5_is_read_and_told",
    "F-LETTERS-LOST": "test_csv_text.py::test_chinese_that_was_lost_when_the_file_was_saved",
    "F-SHEET-NAME": "../../bad_inputs/test_layout.py",
    "F-OLD-UNCHECKED": "../../bad_inputs/test_old_format.py::test_what_cannot_be_looked_at_is_told",
    "H-SIDE-BY-SIDE": "test_second_tables.py::test_one_finding_tells_of_them",
    "H-NO-HEADING": "test_second_tables.py::test_a_column",
    "F-LIST": "test_second_tables.py::test_a_list_of_the_schools_beside_their_table",
    "F-UNREAD-SHEET": "test_second_tables.py::test_schools_on_a_second_page_without_a_heading_are_asked_about",
    "F-MIXED": "test_record_forms.py::test_another_kind_of_form_in_the_same_file_is_not_read_and_told",
    "C-NO-DATE": "test_county_forms.py::test_what_is_no_full_date_is_an_error_at_its_cell",
    **{rule: "test_county_forms.py" for rule in rules() if rule.startswith("K-")},
    **{rule: "test_record_forms.py" for rule in rules() if rule.startswith("E-")},
    "E-TITLE": "test_second_tables.py::test_columns_go_before_titles",
    "E-GAP": "test_handed_back_in_vain.py::test_a_gap_that_there_cannot_be_is_an_error_at_its_cell",
    "E-NO-COMMITMENT": "test_handed_back_in_vain.py::test_a_row_that_no_standard_counts_is_asked_about",
    "K-TO-COME": "test_handed_back_in_vain.py::test_a_day_that_is_yet_to_come_keeps_the_form_out_until_it_has_come",
}


def taken_in(files: Files, sample: Sample) -> Settled:
    """What becomes of files, with last year's schools where the sample has some."""
    year = take_in(files, list(sample.register) or None)
    if not sample.before:
        return year
    last_year = take_in({"去年.xlsx": bulk(sample.before)}, year="2023-2024").settlement.returns
    return replace(year, settlement=settle(year.intake, None, year.standards, last_year))


@cache
def spoken(rule: str) -> Settled:
    return taken_in(SAMPLES[rule].loud(), SAMPLES[rule])


def test_every_rule_of_the_catalogue_has_its_samples():
    """A new rule needs a ``Sample`` above (or an entry in ``ELSEWHERE`` that names the test which sets it off)."""
    have = set(SAMPLES) | set(ELSEWHERE)
    assert set(rules()) - have == set(), "rules without samples"
    assert have - set(rules()) == set(), "samples without a rule"
    assert not set(SAMPLES) & set(ELSEWHERE)


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_tests_that_stand_elsewhere_are_there(rule):
    file, _, name = ELSEWHERE[rule].partition("::")
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    body = text[text.index(f"def {name}(") :] if name else text
    body = re.split(r"\n(?:    )?def ", body, maxsplit=1)[0] if name else body
    assert f'"{rule}"' in body


def test_no_code_names_a_rule_that_is_not_in_the_catalogue():
    root = Path(domain.__file__).parent.parent
    named: dict[str, str] = {}
    for layer in ("domain", "resources", "assets", "checks", "pipelines"):
        for path in root.joinpath(layer).rglob("*.py"):
            for rule in re.findall(r"[\"']([FHRCSDKE]-[A-Z]+(?:-[A-Z]+)*)[\"']", path.read_text(encoding="utf-8")):
                named[rule] = path.name
    assert not {rule: name for rule, name in named.items() if rule not in rules()}
    assert not set(rules()) - set(named), "no code ever says these"


@pytest.mark.parametrize("rule", SAMPLES)
def test_speaks_at_the_right_place(rule):
    sample, year = SAMPLES[rule], spoken(rule)
    found = year.told(rule)
    assert found, f"silent; said instead: {year.messages}"
    finding = found[0]
    assert finding.cell == sample.cell
    if sample.value is not None:
        assert (finding.value or "") == sample.value
    for text in sample.words:
        assert text in finding.message()
    assert finding.message().endswith(f"[{rule}]") and finding.message("en").endswith(f" [{rule}]")
    if finding.cell:
        assert finding.cell in finding.message() and finding.cell in finding.message("en")


@pytest.mark.parametrize("rule", SAMPLES)
def test_is_silent_where_nothing_is_wrong(rule):
    sample = SAMPLES[rule]
    assert not taken_in(sample.quiet(), sample).told(rule)


@pytest.mark.parametrize("rule", SAMPLES)
def test_severity_decides_what_becomes_of_the_school(rule):
    year = spoken(rule)
    finding = (year.told(rule) or [None])[0]
    assert finding is not None and finding.severity == rules()[rule].severity
    if finding.severity == "error":
        assert "accepted" not in year.outcomes.values() or rule.startswith("D-")


def raw_keys(text: str) -> list[str]:
    """Keys of fields that stand in a text as such; single English words are no sign."""
    return [key for key in fields() if "_" in key and re.search(rf"(?<![A-Za-z_]){key}(?![A-Za-z_])", text)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", SAMPLES)
def test_messages_can_be_read(rule, language):
    for *_, finding in spoken(rule).settlement.findings:
        text = finding.message(language)
        assert not raw_keys(text)
        assert "{" not in text and "}" not in text
        assert not re.search(r"\bNone\b|\bnan\b|np\.float64|<NA>", text)
        if language == "zh":
            assert re.search("[\u4e00-\u9fff]", text)
            assert not re.search(r"\b(primary|junior|senior)\b", text)


FULL_WIDTH = re.compile("[、，；：。（）“”‘’《》！？]")


def chinese_signs(finding: Finding) -> list[str]:
    """Signs of Chinese sentences that stand in an English message outside of what it quotes."""
    return FULL_WIDTH.findall(re.sub("(?<![A-Za-z])'[^']*'", "", finding.message("en")))


@pytest.mark.parametrize("rule", SAMPLES)
def test_english_messages_have_no_chinese_signs(rule):
    for *_, finding in spoken(rule).settlement.findings:
        assert not chinese_signs(finding), finding.message("en")


SEVERAL = {  # inboxes in which rules name several things
    "H-UNIT-OPEN": lambda: table([["金额单位:元、千元"], *bulk_rows([school(1)])]),
    "H-NO-HEADING": lambda: table([[*row, *extra] for row, extra in zip(bulk_rows([school(1)]), ([""] * 4, "甲乙丙丁"), strict=True)]),
    "R-COVER": lambda: table([["学校标识码", code(9)], *bulk_rows([school(number) for number in range(1, 6)])]),
    "E-NO-HEADER": lambda: {"表.xlsx": xlsx({"整改台账": [["整改台账"], ["甲", "乙"]]})},
    "E-NO-SECTION": lambda: {"表.xlsx": record_form("visit", [{"school_id": code(1), "field": "在校生数", "seen": 1}])},
    "C-CHOICE": lambda: {"表.xlsx": record_form("plan", [{"county_code": "360521", "section": "高中"}])},
    "E-UNKNOWN": lambda: {"表.xlsx": record_form("plan", [
        {"county_code": "360521", "standard": "省级标准", "item": "B1"},
        {"county_code": "360521", "standard": "national-quality-2017", "item": "B1"}])},
    "E-TWICE": lambda: {"表.xlsx": record_form("visit", 2 * [
        {"county_code": "360521", "school_id": code(1), "field": "图书册数", "seen": 1, "visitor": "李四", "date": "2025-03-20"}])},
    "C-NORMALISED": lambda: {"校.xlsx": form(school(1, boarding="√"))},
}  # fmt: skip


@pytest.mark.parametrize("rule", SEVERAL)
def test_english_messages_list_things_as_english_does(rule):
    year = take_in(SEVERAL[rule]())
    assert year.told(rule), year.messages
    for *_, finding in year.settlement.findings:
        assert not chinese_signs(finding), finding.message("en")


@pytest.mark.parametrize("rule", list(rules()))
def test_both_languages_ask_for_the_same_parameters(rule):
    def asked(text: str) -> set[str]:
        return {name.removesuffix("_en") for name in re.findall(r"{(\w+)}", text)}

    assert asked(rules()[rule].zh) == asked(rules()[rule].en) or rule in ("C-UNIT", "S-BOUNDS", "R-CODE")
    assert rules()[rule].severity in ("error", "query", "note")
    assert rules()[rule].zh.endswith("。")


@pytest.mark.parametrize("rule", SAMPLES)
def test_params_of_real_findings_fill_every_brace(rule):
    for finding in spoken(rule).told(rule):
        for text in (rules()[rule].zh, rules()[rule].en):
            assert set(re.findall(r"{(\w+)}", text)) <= set(finding.params)


@pytest.mark.parametrize("rule", [rule for rule in SAMPLES if rules()[rule].severity == "query"])
def test_an_explanation_is_one_of_what_was_compared(rule):
    finding = spoken(rule).told(rule)[0]
    row = ("表.xlsx", code(1), rule, finding.field, finding.section, finding.value, finding.compared, "属实")
    known = Explanations([pd.DataFrame([row], columns=["file", *QUERY, "answer"])])
    assert known.applied(finding, code(1), "表.xlsx").answer == "属实" or finding.asks
    assert set(rules()[rule].compares) <= {*finding.params, "sheet"}
    for name in rules()[rule].compares:
        other = replace(finding, asks=(), params={**finding.params, name: "另一个"})
        other = replace(other, sheet="另一张") if name == "sheet" else other
        assert known.applied(other, code(1), "表.xlsx").severity == "query"
    for name in {*finding.params} - {*rules()[rule].compares}:
        same = replace(finding, asks=(), cell="AA999", params={**finding.params, name: "另一个"})
        assert known.applied(same, code(1), "表.xlsx").answer == "属实"
    assert finding.cell is None or finding.cell not in (finding.compared or "")


class TestElsewhere:
    def test_size(self, monkeypatch):
        monkeypatch.setattr(workbook, "SIZE_LIMIT", 4_000_000)
        year = take_in({"大.csv": b"x" * 4_000_001})
        assert year.rules == ["F-SIZE"] and "3 MB" in year.messages[0] and year.outcomes == {"大.csv": "rejected"}
        assert take_in({"小.csv": csv_table(bulk_rows([school(1)]))}).rules == []

    def test_a_reader_that_fails(self, monkeypatch):
        from domain.intake import reading

        monkeypatch.setattr(reading, "values_of", lambda *_: 1 / 0)
        year = take_in({"校.xlsx": form(school(1))})
        assert year.rules == ["F-UNREADABLE"] and year.outcomes == {"校.xlsx": "rejected"}

    def test_a_receipt_alone(self):
        """A listing of findings handed in by itself: its explanations are recorded, and no figures are missed in it."""
        asked = take_in({"表.xlsx": bulk([school(1, reported_books_per_student_primary=40)])})
        outcome = asked.settlement.files.iloc[0].to_dict()
        listing = openpyxl.load_workbook(io.BytesIO(receipt_workbook(outcome, asked.settlement.finding_table())))
        sheet = listing.worksheets[0]
        head = next(cell for row in sheet.iter_rows() for cell in row if cell.value in ANSWER_HEADINGS)
        for row in range(head.row + 1, sheet.max_row + 1):
            if any(cell.value and str(cell.value).startswith("[") for cell in sheet[row]):
                sheet.cell(row, head.column).value = "含捐赠图书"
        stream = io.BytesIO()
        listing.save(stream)
        year = take_in({"表.xlsx": bulk([school(1, reported_books_per_student_primary=40)]), "回执.xlsx": stream.getvalue()})
        assert year.one("F-RECEIPT", "回执.xlsx").severity == "note" and year.outcomes["回执.xlsx"] == "answers_only"
        assert year.one("S-STATED-RATIO").answer == "含捐赠图书" and year.outcomes["表.xlsx"] == "accepted"

    def test_a_receipt_alone_without_a_word(self):
        """A mended receipt saved as CSV keeps its first sheet only: nothing of the mended figures has arrived."""
        asked = take_in({"表.xlsx": bulk([school(1, books="约450")])})
        listing = receipt_workbook(asked.settlement.files.iloc[0].to_dict(), asked.settlement.finding_table())
        year = take_in({"回执.xlsx": listing})
        assert year.one("F-RECEIPT-EMPTY").severity == "error" and year.outcomes == {"回执.xlsx": "rejected"}
        assert ".xlsx" in year.one("F-RECEIPT-EMPTY").message() and year.accepted == []

    def test_links_and_folders_named_like_tables(self, tmp_path):
        (tmp_path / "好.xlsx").write_bytes(form(school(1)))
        (tmp_path / "夹.xlsx").mkdir()
        (tmp_path / "链.xlsx").symlink_to(tmp_path / "好.xlsx")
        year = settled(list(read_files(files_in(tmp_path), None)))
        assert year.outcomes == {"好.xlsx": "accepted", "夹.xlsx": "rejected", "链.xlsx": "rejected"}
        assert year.rules == ["F-LINK", "F-LINK"] and "链.xlsx" in year.messages[1]


def test_a_finding_of_a_whole_sheet_names_the_sheet():
    assert Finding("R-EXAMPLE", "表", None, params={"what": "第 3 行"}).message().startswith("工作表“表”:")
    assert Finding("F-EMPTY").message("en").startswith("The file is empty")
    assert Finding("F-EMPTY").message("zh").startswith("文件是空的")
