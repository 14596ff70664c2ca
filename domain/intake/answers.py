"""Answers (学校说明, 县级说明): what a school or a county wrote behind the queries of its receipt, read back from the file handed in again.

Belongs here: what an answer is, recognising a receipt's sheet, the keys that tie an answer to its query.
Does not belong here: reading the answers of a sheet (``answer_rows``), making the sheet (``domain.reporting.receipt_sheet``),
which answers count (``answering``) and what they change (``explaining``).
"""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from data_contracts.catalogue import county_fields, fields
from domain.intake.cells import clean_text, is_excel_error
from domain.intake.workbook import Sheet

MARK = "junheng:receipt:1"
SCHOOL_EXPLAINS, COUNTY_EXPLAINS = "学校说明", "县级说明"
PLEASE = "(请填写)"
ANSWER_HEADING = SCHOOL_EXPLAINS + PLEASE
ANSWER_HEADINGS = (ANSWER_HEADING, COUNTY_EXPLAINS + PLEASE)
HEADINGS = ("序号", "学校标识码", "工作表", "单元格", "填报项目", "级别", "填报内容", "说明")
"""Of the columns before the answers."""
ANSWER_LIMIT = 4_000
"""Characters of an explanation that are kept."""

_MARK_START = "junheng:receipt:"
_FILE = re.compile("文件:(.+?)(?: {4}学校:.*)?")
_ROWS_SEARCHED = 20
_KEY_START, _KEY_PARTS = "[", 9
SHEET_NAME = "回执"
_SAYING_NOTHING = frozenset(
    [
        "无",
        "没",
        "没有",
        "暂无",
        "无说明",
        "没有说明",
        "未说明",
        "无原因",
        "没有原因",
        "不详",
        "不知道",
        "不清楚",
        "待核实",
        "略",
        "空",
        "空白",
        "缺",
        "同上",
        "说明",
        "疑问",
        "请填写",
        "none",
        "null",
        "nil",
        "na",
    ]
)


@dataclass(frozen=True)
class Answer:
    """What a school says to one query.

    Attributes:
        school_id, rule, field, section, value, compared: of the query, exactly as in the findings; None for what it does not have.
        text: cleaned, at most ``ANSWER_LIMIT`` characters.
        place: sheet and cell in which it was written.
        about: of a query that asks no school and no county, the file that it asks about; None where the receipt does not say.
    """

    school_id: str | None
    rule: str
    field: str | None
    section: str | None
    value: str | None
    compared: str | None
    text: str
    place: str = dataclasses.field(default="", compare=False)
    about: str | None = dataclasses.field(default=None, compare=False)

    @property
    def key(self) -> tuple[str | None, str, str | None, str | None, str | None, str | None]:
        """Of the query: school_id, rule, field, section, value, compared."""
        return self.school_id, self.rule, self.field, self.section, self.value, self.compared

    @property
    def says_nothing(self) -> bool:
        """True for what fills the cell and gives no reason: signs alone, 无, an Excel error."""
        if is_excel_error(self.text):
            return True
        words = "".join(sign for sign in unicodedata.normalize("NFKC", self.text) if unicodedata.category(sign)[0] in "LN")
        return not words or words.lower() in _SAYING_NOTHING


def who_is_asked(school_id: str | None, county_code: str | None, rule: str, field: str | None) -> str | None:
    """Under which code a query is kept: the school's, or the county's for an item or a rule of the county form."""
    of_county_form = rule.startswith("K-") or (field in county_fields() and field not in fields())
    return county_code if school_id is None and of_county_form else school_id


def who_explains(asked: Iterable[tuple[str, str | None]]) -> str:
    """What the column of explanations is called: 县级说明 where a county filled in the whole file, else 学校说明.

    Args:
        asked: rule and school of each finding of the file.
    """
    of_county, of_school = False, False
    for rule, school_id in asked:
        counties = rule.startswith(("K-", "E-")) and rule != "E-SELF-SCORE"
        of_county, of_school = of_county or counties, of_school or (not counties and school_id is not None)
    return COUNTY_EXPLAINS if of_county and not of_school else SCHOOL_EXPLAINS


def key_text(
    school_id: str | None,
    rule: str,
    field: str | None,
    section: str | None,
    value: str | None,
    compared: str | None,
    *beside: str | None,
) -> str:
    """The key of a query as a cell holds it; it begins with a bracket, so that no program takes it for a number or formula.

    Args:
        school_id, rule, field, section, value, compared: of the query.
        beside: what belongs to the row and not to what is asked: the file asked about, where nobody else is asked, the sheet and
            the cell.
    """
    return json.dumps([school_id, rule, field, section, value, compared, *beside], ensure_ascii=True)


def is_receipt_sheet(sheet: Sheet) -> bool:
    """True for the sheet that a receipt put into a workbook, whatever it is called and whatever was deleted from it."""
    return has_keys(sheet) or heading_row(sheet.rows) is not None


def has_keys(sheet: Sheet) -> bool:
    """True for a receipt's sheet whose hidden column still tells which answer belongs to which query."""
    return key_column(sheet) is not None


def key_column(sheet: Sheet) -> int | None:
    """The hidden column of the keys: that of the mark, or, where the rows above the list were deleted, of the first key."""
    top = sheet.rows[:_ROWS_SEARCHED]
    marked = _first_column(top, bool, _MARK_START)
    if marked is not None:
        return marked
    return _first_column(
        sheet.rows if sheet.name.startswith(SHEET_NAME) else top, lambda cell: key_of(cell) is not None, _KEY_START
    )


def file_named(rows: Sequence[Sequence[object]]) -> str | None:
    """The file that a receipt names in its head; on older ones nothing else tells it."""
    for row in rows[:_ROWS_SEARCHED]:
        for cell in row:
            if isinstance(cell, str) and (found := _FILE.fullmatch(cell.strip())):
                return found[1]
    return None


def answer_column(sheet: Sheet) -> int | None:
    """The column that is headed as that of the explanations."""
    return _first_column(sheet.rows[:_ROWS_SEARCHED], lambda cell: _heading(cell) in ANSWER_HEADINGS)


def heading_row(rows: Sequence[Sequence[object]]) -> int | None:
    """The index of the row of the headings, though that of the explanations may have been changed; None where it is gone."""
    for index, row in enumerate(rows[:_ROWS_SEARCHED]):
        if set(HEADINGS) <= {_heading(cell) for cell in row if isinstance(cell, str) and len(cell) < _ROWS_SEARCHED}:
            return index
    return None


_heading = lru_cache(maxsize=4096)(clean_text)  # the first rows of ten thousand forms say the same


def _first_column(rows: Sequence[Sequence[object]], wanted: Callable[[str], bool], start: str = "") -> int | None:
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(start) and wanted(cell):
                return column
    return None


def key_of(cell: object) -> list[str | None] | None:
    """The key of a query, of the cell that holds it, and what stands beside it (see ``key_text``); None for any other cell.

    On older receipts it ends before what was compared, or before what is beside; what is missing is None.
    """
    if not isinstance(cell, str) or not cell.startswith(_KEY_START):
        return None
    try:
        key = json.loads(cell)
    except ValueError:
        return None
    if (
        isinstance(key, list)
        and 5 <= len(key) <= _KEY_PARTS
        and all(part is None or isinstance(part, str) for part in key)
        and key[1]
    ):
        return [*key, *[None] * (_KEY_PARTS - len(key))]
    return None
