"""The header of a bulk table: the row, or two rows, in which the headings stand, and the layout that they follow.

Belongs here: finding the header, combining a heading with the one above it, choosing the layout.
Does not belong here: what one heading means (``labels``), the cells below (``tables``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from data_contracts.catalogue import SECTION_LABELS, Field, fields
from data_contracts.layout import valid_instead
from data_contracts.school_year import SchoolYear
from domain.intake.findings import Finding
from domain.intake.label_remarks import OF_ALL, SECTION_WORDS, round_brackets, units_of
from domain.intake.labels import UNSTATED, Place, Vocabulary, normalised, recognised, simplified, unnumbered
from domain.intake.unit_words import is_unit

HEADER_ROWS = 20
KNOWN_LABELS_IN_A_HEADER = 3
_WITH_UNIT = re.compile(r"([^()]+)(\([^()]+\))")
_OF_THESE = "其中"
_SECTION_GROUP = re.compile(r"(?:普通)?(.+?)(?:教育|情况)?(?:\([^()]*年级\))?")
"""小学, 一、小学教育, 初中(七至九年级)."""
_OTHER_FIGURES = re.compile(
    "[^表]{0,4}(?:[生平人]均|缺口|[缺差]额|应[有配]|需[求要]|[计规]划|预计|[上去往]年|上学年|增|减|比例|占比|[男女]|年级|幼儿|学前)[^表]{0,4}"
)
"""What stands over headings whose figures are not those that the headings name."""
_PART_OF_A_SCHOOL = re.compile(
    "宿舍|食堂|餐厅|运动场|操场|体育馆|图书(?=[馆室角])|危房|租[用借赁]|借用|闲置|在建|新建|拟建|实验|楼|周转房|办公|生活用房|分校|校区|教学点|村小|中心校"
    "|寄宿|住宿|走读|随迁|留守|残疾|外聘|代课|临聘|编外|工勤|行政|电子|报废"
)
"""What names a part of a school, of its premises or its people: 建筑面积 under 学生宿舍 is not that of the school."""
_LONGEST_GROUP = 10  # characters; what is longer is a title
_OF_THE_WHOLE = frozenset({
    "site_area", "building_area", "enrolment", "classes", "full_time_teachers", "books", "teaching_computers", "equipment_value",
    "staff", "staff_total",
})  # fmt: skip
"""Fields whose labels may as well stand for a part of a school."""
SILENT = ("序号", "备注", "备注说明", "编号")


@dataclass(frozen=True)
class Heading:
    """One heading.

    Attributes:
        column: its index from 0.
        address: of its cell, e.g. ``C2``.
        label: as typed, with the section of the heading above it in brackets.
        typed: its own cell.
        inherited: True where the section is that of a heading further left, whose width is not known for certain.
        other: True where what stands above it, in brackets in its label, makes its figures others: 缺口, 幼儿园.
    """

    column: int
    address: str
    label: str
    typed: str
    inherited: bool = False
    other: bool = False


@dataclass(frozen=True)
class Header:
    """The header of a table: its headings, and the index of its last row."""

    headings: list[Heading]
    first: int
    last: int


def column_letters(index: int) -> str:
    """Letters of the column with this index from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def blank(cell: object) -> bool:
    """True for a cell without anything that can be seen."""
    if isinstance(cell, str):
        return not cell[:1].isalnum() and not normalised(cell)  # most cells are told by their first sign
    return cell is None


def find_header(rows: Sequence[Sequence[Any]], vocabularies: Sequence[Vocabulary]) -> Header | None:
    """The header within the first 20 rows: the row, or the two, with most known headings, school code among them."""
    best: Header | None = None
    best_known = KNOWN_LABELS_IN_A_HEADER - 1
    above_named = False
    for number, row in enumerate(rows[:HEADER_ROWS]):
        single = Header(_single(row, number), number, number)
        candidates = [single]
        above = rows[number - 1] if number else ()
        others = _has_other_figures(above, row) or (above_named and bool(_over_parts(above, row)))
        if others or _has_section_word(above, row) or (above_named and _has_groups(above, row)):
            double = Header(_double(above, row, number), number - 1, number)
            candidates.insert(0 if others else 1, double)
        for header in candidates:
            known = _known(header, vocabularies)
            below = best is not None and best.last == header.first < header.last  # the same headings, and more of them
            if known > best_known or (others and below and known == best_known):
                best, best_known = header, known
        above_named = ("school_id", None) in _named(single, vocabularies)
    return best


def lacks_the_code(rows: Sequence[Sequence[Any]], vocabularies: Sequence[Vocabulary]) -> bool:
    """True for a sheet with a row of known headings among which the school code is missing."""
    headers = (Header(_single(row, number), number, number) for number, row in enumerate(rows[:HEADER_ROWS]))
    return any(len(_named(header, vocabularies)) >= KNOWN_LABELS_IN_A_HEADER for header in headers)


def _known(header: Header, vocabularies: Sequence[Vocabulary]) -> int:
    """How many different things the headings name; 0 where the school code is not among them."""
    found = _named(header, vocabularies)
    return len(found) if ("school_id", None) in found else 0


def _named(header: Header, vocabularies: Sequence[Vocabulary]) -> set[object]:
    """What the headings name."""
    found: set[object] = set()
    for heading in header.headings:
        place = recognised(heading.label) or recognised(heading.typed)
        if place:
            found.add(place)
        else:
            meaning = next((m for v in vocabularies if (m := v.meaning(heading.label))), None)
            if meaning:
                found.add(meaning.place or (meaning.item.label if meaning.item else None))
    return found


def _single(row: Sequence[Any], number: int) -> list[Heading]:
    return [
        Heading(index, f"{column_letters(index)}{number + 1}", cell, cell)
        for index, cell in enumerate(row)
        if isinstance(cell, str) and not blank(cell)
    ]


def _section_word(cell: object) -> str | None:
    """What a heading that is only a section adds to the one above or below: (小学), or (小学)(人) where it bears a unit."""
    if not isinstance(cell, str) or len(cell) >= 20:
        return None
    text, unit = unnumbered(round_brackets(simplified(normalised(cell)))), ""
    if (match := _WITH_UNIT.fullmatch(text)) and units_of(match[2][1:-1]):
        text, unit = match.groups()
    match = _SECTION_GROUP.fullmatch(text)
    section = SECTION_WORDS.get(match[1]) if match else None
    return f"({SECTION_LABELS[section]}){unit}" if section else None


def _has_section_word(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    return bool(upper) and any(_section_word(cell) for row in (upper, lower) for cell in row)


def _other_figures(cell: object) -> bool:
    return isinstance(cell, str) and bool(_OTHER_FIGURES.fullmatch(simplified(normalised(cell)))) and not recognised(cell)


def _of_a_part(above: str, typed: str) -> bool:
    """True for a heading that is said of a part of a school by what stands above it, unless it names the part itself."""
    place, group = recognised(typed), simplified(normalised(above))
    if not place or place[0] not in _OF_THE_WHOLE or len(group) > _LONGEST_GROUP or "表" in group:
        return False
    words = _PART_OF_A_SCHOOL.findall(group)
    return any(word not in fields()[place[0]].label for word in words) and not recognised(above)


def _over_parts(upper: Sequence[Any], lower: Sequence[Any]) -> frozenset[int]:
    """The columns of figures' headings under which words stand side by side: 专任教师数(小学) over 男 and 女."""
    found: set[int] = set()
    for index, cell in enumerate(upper[: len(lower) - 1]):
        beside = upper[index + 1] if index + 1 < len(upper) else ""
        if blank(cell) or not blank(beside) or not all(map(_is_word, lower[index : index + 2])):
            continue
        place = recognised(cell)
        if place and fields()[place[0]].numeric and not _section_word(lower[index]):
            found.add(index)
    return frozenset(found)


def _is_word(cell: object) -> bool:
    """True for a word without figures that is no unit."""
    return isinstance(cell, str) and not blank(cell) and not any(map(str.isdigit, cell)) and not is_unit(normalised(cell))


def _has_other_figures(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """True where such words stand over headings; a title stands over the first of them."""
    return any(_other_figures(cell) and any(not blank(one) for one in lower[:index]) for index, cell in enumerate(upper))


def _has_groups(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """True where headings of the upper row reach down beside others that stand over headings of the lower one."""
    pairs = [(blank(above), blank(below)) for above, below in zip_longest(upper, lower)]
    return (False, True) in pairs and (True, False) in pairs


def _double(upper: Sequence[Any], lower: Sequence[Any], number: int) -> list[Heading]:
    """Headings of two rows: 小学 over 班级数 is 班级数(小学), 在校生数 over 小学 is 在校生数(小学); else the lower one, else the upper.

    Beside sections, what should name its own is that of what stands above it: 幼儿园 over 班级数 is 班级数(幼儿园).
    """
    headings = []
    by_section = any(map(_section_word, upper))
    parts = _over_parts(upper, lower)
    above, at, last = "", -1, ""
    for index in range(max(len(upper), len(lower))):
        own = upper[index] if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        if not blank(own):
            above, at = str(own), index
            if normalised(own).rstrip(":") == _OF_THESE:
                above = last  # 在校生数, and beside it 其中 over 小学 and 初中
            last = above
        if blank(below):
            if not blank(own):  # merged downwards: the heading stands in the upper row, and nothing further right is below it
                headings.append(Heading(index, f"{column_letters(index)}{number}", str(own), str(own)))
                above, at = "", -1
            continue
        typed, address = str(below), f"{column_letters(index)}{number + 1}"
        word = _section_word(above)
        if word and not _section_word(typed):
            headings.append(Heading(index, address, f"{typed}{word}", typed, at != index))
        elif above and (own_word := _section_word(typed)):
            headings.append(Heading(index, address, f"{above}{own_word}", typed))
        elif at in parts and not recognised(typed):
            whole = simplified(normalised(typed)) in OF_ALL
            headings.append(Heading(index, address, above if whole else f"{above}({normalised(typed)})", above, other=not whole))
        elif above and simplified(normalised(typed)) in OF_ALL:
            label = above if recognised(above) else f"{above}({normalised(typed)})"
            headings.append(Heading(index, address, label, above if label == above else typed))
        elif (
            _other_figures(above)
            or _of_a_part(above, typed)
            or (by_section and above and (place := recognised(typed)) and place[1] == UNSTATED)
        ):
            headings.append(Heading(index, address, f"{typed}({normalised(above)})", typed, other=True))
        else:
            headings.append(Heading(index, address, typed, typed))
    return headings


def settled_headings(header: Header, vocabulary: Vocabulary) -> list[tuple[Heading, str, str | None]]:
    """Every heading with the label by which it is looked up, and the other label that it could bear as well.

    Under a section word that stands further left nothing says how far that word reaches. A field that belongs to sections
    only is taken as the section's; one that belongs to the whole school only is not; one that may be either could mean both.
    What must belong to a section, and cannot to the one above it, is not read: 班级数 under 高中 is no other section's.
    """
    found = []
    for heading in header.headings:
        label, other = heading.label, None
        if heading.label != heading.typed:
            plain = vocabulary.meaning(heading.typed)
            section = plain.place[1] if plain and plain.place else UNSTATED
            if vocabulary.meaning(heading.label) is None and not heading.other and (plain is None or section != UNSTATED):
                label = heading.typed  # 音乐专用教室间数 under 小学: a figure of the whole school
            elif heading.inherited and section is None:
                other = heading.typed
        found.append((heading, label, other))
    return found


def choose_layout(
    header: Header, vocabularies: Sequence[Vocabulary], year: SchoolYear | None, sheet: str
) -> tuple[Vocabulary, list[Finding]]:
    """The layout that a header follows, told where it is not valid in the school year.

    The one whose own headings are most in number; of equals one that is valid in the year, then the first.
    """

    def fit(vocabulary: Vocabulary) -> tuple[int, bool]:
        own = sum(vocabulary.own(heading.label) for heading in header.headings)
        return own, year is None or vocabulary.layout.effective.covers(year)

    best = vocabularies[0]
    for vocabulary in vocabularies[1:]:
        if fit(vocabulary) > fit(best) and fit(vocabulary)[0] > fit(vocabularies[0])[0]:
            best = vocabulary
    layout = best.layout
    if year is None or layout.effective.covers(year):
        return best, []
    instead = valid_instead(layout, year, [one.layout for one in vocabularies])
    params = {
        "title": layout.title,
        "title_en": layout.title_en,
        "years": layout.years,
        "years_en": layout.years_en,
        "year": year.key,
        "instead": f"“{instead.title}”" if instead else "汇总表",
        "instead_en": f"'{instead.title_en}'" if instead else "the bulk table",
    }
    return best, [Finding("H-LAYOUT", sheet, header.headings[0].address, params=params)]


def spoken_place(place: Place, asked: Mapping[str, Field] | None = None) -> str:
    """A place as its label; without a section where none is stated. ``asked``: the catalogue; None for that of schools."""
    what = (asked or fields())[place[0]]
    return what.label_in(place[1] if place[1] in what.places else None)
