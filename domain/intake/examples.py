"""What rows of a table that name no school but an example are called.

The principle: a row is an example where its name is nothing else: a word for example, alone, before a colon, in brackets or
before no more than 小学, or a sign where a name would stand (××小学). No school is called so, and none enters a register: the
row is left out with a note, so that it is in no total of the county, code or none. Where a proper name follows the word
(示例实验小学), or a school's code stands beside a mere word for total (小计), it may be a school. Such a school is never left
out where the register lists it. Where it does not, the row is left out as well, since a county's figures may hold no example,
but asked about; no row is left out in silence. Whether the register lists it, no file can know: rows with a school's code are
read like any other, and taken out when the year is settled.
Belongs here: what names say. Does not belong here: taking those rows out (``doubtful_rows``), other rows that are no schools
(``school_rows``, ``other_rows``).
"""

import re

from domain.intake.labels import normalised, simplified

_WORD = "示例|样例|范例|举例|样表|例如|填写示例|填报示例|填表示例"
_KIND = "(小学|初中|中学|学校|教学点)"
_EXAMPLE = re.compile(
    rf"[(\[【]?({_WORD}|例)[)\]】]?([:,.、].*)?|[(\[【]({_WORD}|例)[)\]】].*|({_WORD}|测试|模板|案例){_KIND}?(名称|行|校)?"
)
_NAMELESS = re.compile(rf".{{0,8}}(([×xX○]{{2,}}|某某|__+).{{0,4}}|某){_KIND}")
_LIKE_EXAMPLE = re.compile(r"示例|样例|范例")


def example_in(*cells: object) -> str | None:
    """The rule for a row in which these cells name the school: example, perhaps one; None for any other."""
    words = [simplified(normalised(cell)) for cell in cells if isinstance(cell, str) and 0 < len(cell) < 40]
    if any(_EXAMPLE.fullmatch(word) or _NAMELESS.fullmatch(word) for word in words):
        return "R-EXAMPLE"
    return "R-DOUBTFUL" if any(map(_LIKE_EXAMPLE.match, words)) else None
