"""What every receipt says, and the receipts of files that are not given back: listings and acknowledgements."""

import io

import pytest
from receipt_sample import finding, opened, outcome, table

from builders.workbooks import xlsx
from domain.intake.answers import MARK
from domain.intake.gate import pass_gate
from domain.intake.workbook import open_book
from domain.reporting import receipt_sheet as module
from domain.reporting.marked_copy import marked_copy
from domain.reporting.receipt import acknowledgement, needs_workbook, receipt_of, receipt_workbook
from domain.reporting.receipt_rows import line_count

ERROR = finding(cell="E5", rule="C-1", message="错误的说明[C-1]")
QUERY = finding("query", cell="E6", rule="Q-1", section="primary", field="enrolment", message="疑问的说明[Q-1]")
NOTE = finding("note", cell="E7", rule="N-1", message="提示的说明[N-1]")


def rows_of(content):
    """Visible cells of the receipt, row by row."""
    return [[cell.value for cell in row[:9]] for row in opened(content)["回执"].iter_rows()]


def listing(*rows, said="rejected", **more):
    findings = table(*rows)
    return receipt_workbook(outcome(findings, said, **more), findings)


def test_outcome_advice_and_counts_stand_on_top():
    top = [row[0] for row in rows_of(listing(NOTE, QUERY, ERROR, QUERY))[:5]]
    assert top[0] == "填报数据回执"
    assert "a.xlsx" in top[1] and "青禾县第1学校" in top[1]
    assert "退回" in top[2] and "错误 1 项、疑问 2 项、提示 1 项" in top[2]
    assert "数据没有采用" in top[3]


def test_errors_stand_before_queries_before_notes_each_under_its_heading():
    rows = rows_of(listing(NOTE, QUERY, ERROR))[6:]
    assert [row[0] if isinstance(row[0], str) else row[5] for row in rows] == [
        "错误 1 项:必须改正,改正以前有关的数据不采用", "错误",
        "疑问 1 项:请核对;有误请改正,属实请在“学校说明”一栏写明原因", "疑问",
        "提示 1 项:供参考,不需要做什么", "提示",
    ]  # fmt: skip
    assert rows[3][:8] == [2, "3605210001", "学校填报表", "E6", "在校生数(小学)", "疑问", "-3", "疑问的说明[Q-1]"]


@pytest.mark.parametrize(
    ("sheet", "field", "label"),
    [
        ("工作进程表", "date", "日期"),
        ("现场核查表", "date", "核查日期"),
        ("改了名的表", "date", "日期"),  # the plainest is true of every form
        ("工作进程表", "by_whom", "经办单位或经办人"),
        ("现场核查表", "note", "备注说明"),
        ("县级填报表", "note", "情况说明"),
    ],
)
def test_a_column_bears_the_label_of_its_own_form(sheet, field, label):
    told = finding(sheet=sheet, cell="G4", rule="C-1", field=field, message="说明[C-1]")
    assert rows_of(listing(told))[7][4] == label


@pytest.mark.parametrize(
    ("findings", "who"),
    [
        ([QUERY], "学校说明"),
        ([finding("query", rule="K-UNUSUAL", school_id=None, sheet="县级填报表", field="population")], "县级说明"),
        ([finding("query", rule="E-STAGE-DATE", school_id=None, sheet="工作进程表", field="date")], "县级说明"),
        ([finding("query", rule="E-SELF-SCORE", school_id="3605210001", sheet="学校自评分表", field="points")], "学校说明"),
        ([QUERY, finding("query", rule="K-UNUSUAL", school_id=None, sheet="县级填报表", field="population")], "学校说明"),
    ],
    ids=["school form", "county form", "stages", "self-scores", "both in one workbook"],
)
@pytest.mark.parametrize("given_back", [True, False], ids=["marked copy", "listing"])
def test_whoever_filled_the_form_in_is_asked_to_explain(findings, who, given_back):
    whole = table(*findings)
    content = xlsx({str(sheet): [["甲", "乙"]] for sheet in whole["sheet"]}) if given_back else None
    made = receipt_of(content, outcome(whole, "accepted_with_queries"), whole)
    other = {"学校说明": "县级说明", "县级说明": "学校说明"}[who]
    texts = [str(cell) for row in rows_of(made) for cell in row if cell]
    assert f"{who}(请填写)" in texts and any(f"请在“{who}”一栏写明" in text for text in texts)
    assert any(f"请在右边“{who}”的黄色格里" in text for text in texts)
    (rule,) = opened(made)["回执"].data_validations.dataValidation
    assert rule.promptTitle == rule.errorTitle == who
    assert not any(other in text for text in texts)


def test_only_the_answers_to_queries_can_be_written():
    sheet = opened(listing(ERROR, QUERY, NOTE))["回执"]
    assert sheet.protection.sheet
    free = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    assert free == ["I10"]
    assert [sheet.column_dimensions[letter].hidden for letter in ("I", "J")] == [False, True]
    assert sheet["J1"].value == MARK


def test_a_listing_has_no_links_into_sheets_that_are_not_there():
    assert not [cell for row in opened(listing(ERROR))["回执"].iter_rows() for cell in row if cell.hyperlink]


def test_nothing_of_a_message_is_hidden():
    long = "很长的说明" * 60
    sheet = opened(listing(finding(message=long)))["回执"]
    row = next(cell.row for cell in sheet["H"] if cell.value == long)
    assert sheet.row_dimensions[row].height >= 15 * line_count(long, sheet.column_dimensions["H"].width)
    assert line_count("a" * 63, 66) == 1
    assert line_count("汉" * 33, 66) == 2
    assert line_count("一\n二", 66) == 2


def test_a_list_too_long_is_capped_and_says_how_many_more(monkeypatch):
    monkeypatch.setattr(module, "LISTED_AT_MOST", 3)
    texts = [row[0] for row in rows_of(listing(NOTE, NOTE, QUERY, QUERY, ERROR))]
    assert texts[-1] == "另有 2 项没有列出(提示 2 项);改正后重新报送,会再次检查并列出"
    assert "疑问 2 项:请核对;有误请改正,属实请在“学校说明”一栏写明原因" in texts
    capped = [row[0] for row in rows_of(listing(NOTE, QUERY, QUERY, ERROR, ERROR))]
    assert "疑问 2 项:请核对;有误请改正,属实请在“学校说明”一栏写明原因" in capped
    assert capped[-1] == "另有 2 项没有列出(疑问 1 项、提示 1 项);改正后重新报送,会再次检查并列出"


def test_many_schools_are_grouped_and_what_concerns_the_file_stands_first():
    rows = [finding("note", school_id="3605210009"), finding("query", school_id="3605210002"), finding(school_id="3605210003"),
            finding("query", school_id="3605210003"), finding("note", school_id=None, cell=None, rule="H-UNKNOWN")]  # fmt: skip
    findings = table(*rows)
    content = receipt_workbook(
        outcome(findings, "partly_accepted", school_id=None, school_name=None),
        findings,
        {"3605210003": "三小", "3605210002": "二小"},
        {"3605210002": "missing"},
    )
    assert [row[0] for row in rows_of(content)[6:] if isinstance(row[0], str)] == [
        "整个文件:提示 1 项",
        "三小(3605210003):有错误,未采用;错误 1 项、疑问 1 项",
        "二小(3605210002):未报送;疑问 1 项",
        "3605210009:已采用;提示 1 项",
    ]


def test_a_long_listing_can_itself_be_handed_in():
    rows = [finding("query", cell=f"A{number}", rule="S-1", school_id=f"{number:010d}") for number in range(5_000)]
    content = listing(*rows)
    pass_gate(content)
    (sheet,) = open_book("回执.xlsx", content).sheets
    assert sum(row[5] == "疑问" for row in sheet.rows) == 5_000


@pytest.mark.parametrize("content", [None, b"a,b\n", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_of_today_gets_a_listing(content):
    findings = table(ERROR)
    assert receipt_of(content, outcome(findings), findings) == receipt_workbook(outcome(findings), findings)


def test_a_workbook_gets_its_marked_copy():
    findings = table(ERROR)
    content = xlsx({"学校填报表": [["a"]]})
    assert receipt_of(content, outcome(findings), findings) == marked_copy(content, outcome(findings), findings).content


def test_the_same_findings_give_the_same_bytes():
    assert listing(ERROR, QUERY) == listing(ERROR, QUERY)


def test_a_listing_is_read_by_every_reader():
    import openpyxl
    import pandas as pd

    content = listing(ERROR, QUERY)
    assert openpyxl.load_workbook(io.BytesIO(content), read_only=True)["回执"].max_row == 10
    assert pd.read_excel(io.BytesIO(content), engine="calamine", header=None).shape[0] == 10


def test_a_file_without_errors_and_queries_is_only_acknowledged():
    findings = table(NOTE)
    file = outcome(findings, "accepted")
    assert not needs_workbook(file)
    text = acknowledgement(file, findings)
    assert text.split("\r\n")[1:3] == ["处理结果:已采用", "数据已采用,不需要再做什么。"]
    assert "1. 提示的说明[N-1]" in text
    assert needs_workbook(outcome(table(QUERY), "accepted_with_queries"))


def test_of_a_file_that_could_not_be_opened_the_receipt_says_no_more_than_what_to_do():
    findings = table(finding(rule="F-DAMAGED", cell=None, sheet=None, value=None, field=None, message="文件已损坏。[F-DAMAGED]"))
    rows = rows_of(receipt_of(b"PK\x03\x04", outcome(findings), findings, unchecked="没有检查的规则:……"))
    assert [row[0] for row in rows[4:6]] == [module.NOT_READ, "序号"]
    own = table(finding(rule="F-YEAR", cell=None, sheet=None, value="2023-2024", field=None, message="学年不对。[F-YEAR]"))
    rows = rows_of(receipt_of(xlsx({"学校填报表": [["学年", "2023-2024"]]}), outcome(own), own))
    assert rows[4][0] == module.OWN_FILE.format(who="学校说明")


@pytest.mark.parametrize(
    "value, told", [("-3", "-3"), ("-0.5", "-0.5"), ("-3+4", "'-3+4"), ("-3\n=1", "'-3\n=1"), ("=1", "'=1"), ("-A1", "'-A1")]
)
def test_a_negative_number_is_shown_as_it_was_written(value, told):
    """A clerk who wrote -3 does not find '-3; what a spreadsheet could compute stays text."""
    (row,) = [row for row in rows_of(listing(finding(value=value))) if row[5] == "错误"]
    assert row[6] == told
