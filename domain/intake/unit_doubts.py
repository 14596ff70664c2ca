"""What makes a statement about units doubtful: whether the words around it let it speak of other figures or another time.

Belongs here: the words of doubt, and how a text is parted into clauses. Does not belong here: finding the statement and its
units (``unit_words``).
"""

import re
import unicodedata

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*★\"'“”‘’「」『』〝〞]")
_BLANKS = re.compile(r"\s+")
_BRACKETS = str.maketrans("[]【】〔〕〖〗{}", "()()()()()")
_NEEDLESS_BLANK = re.compile(r" (?![\w(%])|(?<![\w)]) ")
_PARTED = re.compile(r"(?<=单) (?=位)|(?<=单位) |(?<=[十百千万亿仟佰]) (?=元)|(?<=RMB) |(?<=CNY) |(?<=人民币) ", re.IGNORECASE)

_SENTENCE, _CLAUSE = re.compile("[;。!]"), re.compile("[;。!,:()]")
_SCOPE = re.compile("[;。!,:()、 ]")
_NEGATION = re.compile(r"不[得要能可应宜许准以按用是再]|勿|禁止|严禁|避免|并非|而非|无需|未[按以用]")
_CHANGE = re.compile(
    r"改[为成按用以]|由.{0,6}改|原来?的?(?:计量|计价|金额|货币)?(?:单位|[为以按用是])|[换折]算|折[合成]|换成|转[换为]|变更|更正"
    r"|上一?(?:学?年)|去年|往年|以前|从前|此前|过去|曾"
)
_EXCEPTION = re.compile(
    r"除(?!.{0,4}[说注]明).{1,20}外|其余|其[他它]|另外|部分|个别|有的|如果|若(?!无)|或者?|可[以按用]|[均也]可|[例比]如|举例"
)
_SOME = re.compile(r"[生人师班校]均|均值|每[人名生班校年月学]|工资|薪|待遇|标准(?!化)|单价|定额|收费|学费|价格|其中|仅|只|限于")
_LIMIT = re.compile(r"仅|只|除(?!.{0,4}[说注]明)|不[含包计]|限于?|另[行计有为]")
_ITEM = {
    True: re.compile("经费|资金|资产|设备|仪器|预算|公用|培训"),
    False: re.compile("占地|用房|校舍|场地|运动场|宿舍"),
}
"""Words that name some of the items that are money, or an area: beside a unit they say of which it is, or of which not."""
_A_TABLE = re.compile(r".*[表册况]")
# The words by which a statement speaks of the whole table, or of all its money or area.
_ALL = re.compile(
    r"(?:\d++[.]?|[本此该各全上下]|以上|上述|下列|以下|表|中|内|里|所有|全部|一切|类|项|的|之|数据|数字|数值|指标|项目|财务|金额|货币|币种"
    r"|经费|资金|收支|面积|用房|校舍|计量|计价|填[报写列]?|统计|汇总|请|须|需|应|均|都|一律|统一|说明|备?注|现|一般|通常|人民币|[如若]无特?[别殊]?(?=[说注]明)|注明|涉及|有关|相关)*"
    r"|.*(?:表|册|局|校|小学|中学|政府|委|办|章|况)"
)


def with_marks_folded(text: str) -> str:
    """A text without quotes and invisible signs, with brackets of one kind, and blanks only where they stand between words."""
    folded = _BLANKS.sub(
        " ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text.replace("︰", ":"))).translate(_BRACKETS)
    ).strip()
    return _PARTED.sub("", _NEEDLESS_BLANK.sub("", folded))


def sentence_before(text: str) -> str:
    """The end of a text from its last full stop or semicolon on."""
    return _SENTENCE.split(text)[-1]


def is_doubtful(before: str, behind: str, *, named: bool, money: bool) -> bool:
    """Whether a statement that stands between two texts may speak of other figures than those of the table, or of another time.

    Args:
        before: what stands in front of it, up to what it is said of.
        behind: what follows it.
        named: the statement names its items, so that it matters little of what else the sentence speaks.
        money: it is about money, else about areas.
    """
    sentence, rest = sentence_before(before), _SENTENCE.split(behind)[0]
    clause = _CLAUSE.split(before)[-1] + _CLAUSE.split(behind)[0]
    whole = sentence + rest
    if _NEGATION.search(clause) or _CHANGE.search(whole):
        return True
    if named:
        return False
    if _LIMIT.search(rest) or _ITEM[money].search(rest) or _of_some_items(sentence, _ITEM[money]):
        return True
    return bool(_EXCEPTION.search(whole) or _SOME.search(sentence)) or not _ALL.fullmatch(_SCOPE.split(before)[-1])


def speaks_of_a_table(words: str) -> bool:
    """Whether words in front of a unit mean the whole table, be they its title or a caption such as 金额."""
    items = any(one.search(words) for one in _ITEM.values())
    return bool(_A_TABLE.fullmatch(words)) or (not items and bool(_ALL.fullmatch(words)))


def _of_some_items(before: str, items: re.Pattern[str]) -> bool:
    """Whether a statement stands set apart behind the name of some items, as in 设备(单位:千元); a title is no such name."""
    *_, head, last = ["", *_SCOPE.split(before)]
    return not last and bool(items.search(head)) and not _A_TABLE.fullmatch(head)
