"""Whether a text that holds a year is the title of a table, or a sentence or a remark that mentions the year.

Belongs here: the words by which titles and remarks are known. Does not belong here: which year stands there (``year_words``,
``calendar_years``).
"""

import re

_REMARK = re.compile(
    r"(?:填表|填报|填写|编制)?(?:说明|备注|注|附注|提示|提醒|注意|要求)\d{0,2}(?:[:.、]|$)|\(?\d{1,2}(?:[、)]|\.(?!\d\D|\d\d\D))"
)
_BRACKETED = re.compile(r"\([^()]*\)")
_SAYS = re.compile(
    "指(?!标)|为|是|含(?!山)|包括|包含|不|[新改扩]建|建于|撤|停办|新[增招]|增加|减少|计算|按|已|请|须|[年度]起|从|以[来前后]|仅|均(?!衡)|扣除|除外|未|转|÷|等于"
    "|现报|现将|谨|的学校|取自|执行|开始|年前"
)
"""Words by which a text says something, as no title does."""
_TABLE = "表|汇总|情况|统计|年报|台账|[名手]册|一览|采集|档案"
_A_TABLE, _OF_A_TABLE = re.compile(_TABLE), re.compile(f"{_TABLE}|报告|义务教育|基础教育|学校|监测|评估|^[^:]{{0,8}}[:]")
"""What the title of a whole table goes on with, or a label that follows it."""
_SAYS_NOTHING = re.compile(r"第?[一二12上下](?:学期)?(?=\W|$)|第?[一二12上下]学期|学期|数据|度|附件\d*|[\W_]")
_OF_ALL = re.compile("[表县市区旗州乡镇局校]|汇总|情况|统计|教育|单位|学年|年度")
"""What may stand before a year that ends a title."""
_PART_OF_A_YEAR = re.compile(r"[初末底中]|上?半年|以[来前后]|[前后起内](?!\w*表)")


def is_remark(text: str) -> bool:
    """True for a text, or the cell before it, that begins as remarks and their items do: 说明, 注, 1、."""
    return bool(_REMARK.match(text))


def is_title(before: str, after: str) -> bool:
    """True where a clause is the title of a table of the year that stands between ``before`` and ``after``."""
    before, after = (_BRACKETED.sub("", one) for one in (before, after))
    if _SAYS.search(before) or _SAYS.search(after) or _PART_OF_A_YEAR.match(after):
        return False
    if _OF_A_TABLE.search(after):
        return True
    before, after = (_SAYS_NOTHING.sub("", one) for one in (before, after))
    return not after and (not before or bool(_OF_ALL.search(before)))


def heads_a_table(before: str, after: str) -> bool:
    """True for a title that has a word of a table, such as 汇总表 behind 2023年度, and for no value behind a label."""
    outside = _BRACKETED.sub("", after if ":" in before else before + after)
    return is_title(before, after) and bool(_A_TABLE.search(outside))
