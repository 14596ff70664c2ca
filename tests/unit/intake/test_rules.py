"""Every rule of ``rules.yaml``: one input in which it speaks, and the nearest one in which it is silent.

Belongs here: that each rule fires at the right cell with the right value in words that can be read, in both languages, and
that catalogue and code name the same rules. Does not belong here: the shades of a rule (the tests of its module).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import domain
from builders.intake import Settled, settled, take_in
from builders.schools import YEAR, School, code, school
from builders.workbooks import (
    BULK,
    bulk_rows,
    cell_of,
    compound_file,
    csv_table,
    day,
    entry_of,
    form,
    form_rows,
    old_workbook,
    xlsx,
)
from data_contracts.catalogue import fields
from data_contracts.rules import rules
from domain.intake import workbook
from domain.intake.findings import Finding
from resources.inbox import files_in, readings_of

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
    """

    rule: str
    loud: Callable[[], Files]
    quiet: Callable[[], Files]
    cell: str | None = None
    value: str | None = None
    words: tuple[str, ...] = ()
    register: tuple[School, ...] = ()


def one(
    rule: str, column: str, value: object, fine: object, words: tuple[str, ...] = (), typed: str | None = None, **others
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
    )


def whole(rule: str, name: str, content: bytes, *words: str) -> Sample:
    """A rule about a file as a whole."""
    return Sample(rule, lambda: {name: content}, lambda: {"校.xlsx": form(school(1))}, words=words)


def table(rows) -> Files:
    return {"表.xlsx": xlsx({BULK: rows})}


def wide(heading: str, *cells: object) -> list[list[object]]:
    """The table of one school with one column more."""
    return [[*row, cell] for row, cell in zip(bulk_rows([school(1)]), (heading, *cells), strict=True)]


def _total() -> list[list[object]]:
    return [*bulk_rows([school(1)]), ["合计"]]


def unlabelled(kind: str) -> list[list[object]]:
    """A form whose row of 在校生数 names no section."""
    rows = form_rows(school(1, kind))
    next(row for row in rows if len(row) > 2 and row[2] == "在校生数(小学)")[2] = "在校生数"
    return rows


def _samples() -> list[Sample]:
    sound = bulk_rows([school(1)])
    blank = {place: value for place, value in school(1).items() if fields()[place[0]].category == "基本信息"} | {
        ("enrolment", "primary"): ""
    }
    twice = bulk_rows([school(1), school(1, name="另一行")])
    return [
        whole("F-EMPTY", "空.xlsx", b"", "0 字节"),
        whole("F-TYPE", "扫描件.pdf", b"%PDF-1.7", "扫描件.pdf", "PDF"),
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
        whole("F-YEAR", "校.xlsx", form(school(1), year="2023-2024"), "2023-2024", YEAR),
        Sample("F-COUNTY-FORM", lambda: {"县.xlsx": xlsx({"县": [["县级填报表"]]})}, lambda: table(sound), words=("县级填报表",)),
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
        one("R-CODE", "school_id", "12345", code(1), ("12345", "10 位")),
        one("R-CODE-NUMBER", "school_id", int(code(1)), code(1), (code(1), "文本")),
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
        Sample("R-EXAMPLE", lambda: table([*sound, ["示例", "某小学"]]), lambda: table(sound), words=("第 3 行",)),
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
        one("C-REQUIRED", "books", "", 0, ("“图书册数”", "填 0"), typed=""),
        one("C-NUMBER", "books", "约一万", 1, ("“图书册数”", "“约一万”")),
        one("C-UNIT", "books", "450册", 450, ("“450册”", "单位:册")),
        one("C-INTEGER", "books", 450.5, 451, ("450.5", "整数")),
        one("C-NEGATIVE", "books", -5, 5, ("-5", "负数")),
        one("C-DATE", "books", day(2).replace(hour=0), 2, ("2024-09-02", "日期"), typed="2024-09-02"),
        one("C-LOGICAL", "books", True, 1, ("TRUE", "逻辑值"), typed="TRUE"),
        one("C-EXCEL-ERROR", "books", "#DIV/0!", 1, ("#DIV/0!",)),
        one("C-NOT-FINITE", "books", "1e999", "1e3", ("1e999", "有限")),
        one("C-LONG", "township", "乡" * 501, "乡" * 500, ("501", "500"), typed="乡" * 40),
        one("C-CHOICE", "ownership", "企业", "私立", ("“企业”", "公办、民办")),
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


SAMPLES = {sample.rule: sample for sample in _samples()}
GATE = {
    "F-NOT-A-WORKBOOK",
    "F-MACRO",
    "F-STRUCTURE",
    "F-BOMB",
    "F-DTD",
    "F-AREA",
    "F-SHEETS",
    "F-MERGES",
    "F-EMBEDDED",
    "F-LINKS-IGNORED",
}
# The gate's rules have tests of their own (test_gate); the others are set off by the disk, by hugeness, by a reader's failure: their own tests below
ELSEWHERE = {"F-LINK", "F-SIZE", "F-UNREADABLE"} | GATE


@cache
def spoken(rule: str) -> Settled:
    sample = SAMPLES[rule]
    return take_in(sample.loud(), list(sample.register) or None)


def test_every_rule_of_the_catalogue_has_its_samples():
    assert set(SAMPLES) | ELSEWHERE == set(rules())
    assert not set(SAMPLES) & ELSEWHERE


def test_no_code_names_a_rule_that_is_not_in_the_catalogue():
    root = Path(domain.__file__).parent.parent
    named: dict[str, str] = {}
    for layer in ("domain", "resources", "assets", "checks", "pipelines"):
        for path in root.joinpath(layer).rglob("*.py"):
            for rule in re.findall(r"[\"']([FHRCSD]-[A-Z]+(?:-[A-Z]+)*)[\"']", path.read_text(encoding="utf-8")):
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
    assert finding.message().endswith(f"[{rule}]") and finding.message("en").endswith(f"[{rule}]")
    if finding.cell:
        assert finding.cell in finding.message() and finding.cell in finding.message("en")


@pytest.mark.parametrize("rule", SAMPLES)
def test_is_silent_where_nothing_is_wrong(rule):
    sample = SAMPLES[rule]
    assert not take_in(sample.quiet(), list(sample.register) or None).told(rule)


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


class TestElsewhere:
    def test_size(self, monkeypatch):
        monkeypatch.setattr(workbook, "SIZE_LIMIT", 4_000_000)
        year = take_in({"大.csv": b"x" * 4_000_001})
        assert year.rules == ["F-SIZE"] and "3 MB" in year.messages[0] and year.outcomes == {"大.csv": "rejected"}
        assert take_in({"小.csv": csv_table(bulk_rows([school(1)]))}).rules == []

    def test_a_reader_that_fails(self, monkeypatch):
        from domain.intake import reading

        monkeypatch.setattr(reading, "_values_of", lambda *_: 1 / 0)
        year = take_in({"校.xlsx": form(school(1))})
        assert year.rules == ["F-UNREADABLE"] and year.outcomes == {"校.xlsx": "rejected"}

    def test_links_and_folders_named_like_tables(self, tmp_path):
        (tmp_path / "好.xlsx").write_bytes(form(school(1)))
        (tmp_path / "夹.xlsx").mkdir()
        (tmp_path / "链.xlsx").symlink_to(tmp_path / "好.xlsx")
        year = settled(list(readings_of(files_in(tmp_path), None)))
        assert year.outcomes == {"好.xlsx": "accepted", "夹.xlsx": "rejected", "链.xlsx": "rejected"}
        assert year.rules == ["F-LINK", "F-LINK"] and "链.xlsx" in year.messages[1]


def test_a_finding_of_a_whole_sheet_names_the_sheet():
    assert Finding("H-UNKNOWN", "表", None, params={"value": "x"}).message().startswith("工作表“表”:")
    assert Finding("F-EMPTY").message("en").startswith("The file is empty")
    assert Finding("F-EMPTY").message("zh").startswith("文件是空的")
