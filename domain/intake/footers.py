"""Lines of a bulk table that say who filled it in, when and how, in whichever column they stand.

Clerks end a table with the office and the date (青禾县教育体育局 2024年9月30日), often below its last columns, sign it cell by cell
(填表人 | 张三 | 电话 | …), and write the code of the county into rows that they leave blank. Such a line has neither the code nor
the name of a school, and no figure: a line with a figure may be a school whose code was forgotten, and stays an error.
Belongs here: telling such lines by their words. Does not belong here: headings again, numbers of columns, units (``other_rows``).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Sequence

from domain.intake.cell_text import NotComputed, is_excel_error, shown
from domain.intake.headings import blank
from domain.intake.labels import normalised, simplified

_FEW = 2
_DIGITS_OF_A_CODE = 6
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:1[0-2]|0?[1-9])", r"(?:[12]\d|3[01]|0?[1-9])"
_MOMENT = re.compile(
    rf"(?<!\d){_YEAR}\s*[年/.-]\s*{_MONTH}(?!\d)(?:\s*[月/.-]\s*{_DAY}(?!\d)\s*日?|\s*月)?|(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|[二一][〇○零九]\S{2}年\S{1,2}月(?:\S{1,3}日)?|年\s*月\s*日|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
)
_TELEPHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|(?:0\d{2,3}-)\d{7,8})(?!\d)")
_DUTIES = (
    "填表|填报|填写|制表|编制|审核|复核|审批|审定|统计|负责|联系|经办|分管|主管|报送|上报|报出|打印|导出|截止|截至|单位|日期|时间|时点|电话|手机"
    "|盖章|公章|签字|签章|校长|局长"
)
SIGNED = re.compile(rf"(?:{_DUTIES})[^:]{{0,8}}:.*|(?:填表|填报|填写)?(?:说明|须知|要求)(?:[:.、,].*|$)|备?注(?:[:.、,\d].*|$)")
"""Who filled the table in, who looked it over, when, and remarks; with the colon or number behind it that such lines have."""
_LABEL = re.compile(
    rf"(?:(?:{_DUTIES})(?:人员?|者|员|单位|部门|机关|日期|时间|时点|电话|领导|局长|负责人|手机)|日期|时间|(?:联系)?电话|手机号?码?|局长|校长)"
    r"(?:\((?:签字|签名|签章|盖章|公章)\))?|.{2,24}:"
)
"""The same in a cell of its own, before the cell that answers it."""
_OF_A_SCHOOL = re.compile(r"校|小学|中学|教学点|学院|[一二三四五六七八九十\d实附][小中]")
_NO_NAME = re.compile(
    r"\W*|.*:.*|.*[。;]\W*|[(\[]?(?:\d{1,2}|[一二三四五六七八九十])[)\]、.].*|.{1,8}(?:[乡镇]|街道|片区|学区|办事处)(?:\(\d{1,3}所\))?"
    r"|.*(?:局|厅|委|委员会|政府|督导室|办公室|科|股|表|页|正文|空白|有效)(?:\(.{1,4}\))?"
)
_FIGURE = re.compile(r"[-+(约近]?[\d,.]*\d[\d,.]*[^\d年月日.:、]{0,3}")


def is_footer(row: Sequence[object], used: Sequence[int], code: int, name: int, given: Collection[int]) -> bool:
    """Whether a row of a bulk table has neither the code nor the name of a school nor a figure, but words of the office.

    Args:
        row: its cells.
        used: columns that are read.
        code, name: columns of 学校标识码 and 学校名称.
        given: columns that are the same for the whole county, and filled in beforehand.
    """
    filled = {index: row[index] for index in used if index < len(row) and not blank(row[index])}
    if _like_a_code(filled.get(code, ""), alone=len(filled) == 1):
        return False
    others = [index for index in filled if index not in given]
    named = _without_moments(filled.get(name, ""))
    words = [simplified(normalised(cell)) for cell in filled.values() if isinstance(cell, str)]
    signed = any(SIGNED.fullmatch(one) or _LABEL.fullmatch(one) for one in words)
    looked_at = filled if signed else others
    if any(is_figure(filled[index], row[index + 1] if index + 1 < len(row) else "", signed) for index in looked_at):
        return False
    of_a_school = _OF_A_SCHOOL.search(named) is not None
    if signed:
        return not of_a_school
    return len(others) <= _FEW and (not named or (not of_a_school and _NO_NAME.fullmatch(named) is not None))


def is_figure(cell: object, behind: object = "", signed: bool = False) -> bool:
    """Whether a cell holds a figure, or a formula or an error in the place of one; no date, nor the parts of one in cells of their own.

    Args:
        cell: as typed.
        behind: the cell beside it.
        signed: whether it stands in a line in which telephones stand.
    """
    if isinstance(behind, str) and behind.strip() in ("年", "月", "日"):
        return False
    if isinstance(cell, str) and (isinstance(cell, NotComputed) or is_excel_error(cell)):
        return True
    if not isinstance(cell, (str, int, float)):
        return False
    text = _without_moments(cell)
    return _FIGURE.fullmatch(_TELEPHONE.sub("", text) if signed else text) is not None


def _like_a_code(cell: object, alone: bool) -> bool:
    """Whether a cell may hold the code of a school, with whatever slip: six digits, none of them of a date or a telephone."""
    text = shown(cell)
    if text.strip().isdigit() and not alone:
        return len(text.strip()) >= _DIGITS_OF_A_CODE
    text = _without_moments(cell)
    rest = text if text.isascii() else _TELEPHONE.sub("", text)
    return sum(sign.isdigit() for sign in rest) >= _DIGITS_OF_A_CODE


def _without_moments(cell: object) -> str:
    """The words of a cell without dates and times of day."""
    if isinstance(cell, (dt.date, dt.time)):
        return ""
    return simplified(normalised(_MOMENT.sub("", unicodedata.normalize("NFKC", shown(cell)))))
