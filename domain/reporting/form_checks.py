"""The checks that a form makes while it is being filled in: each one a question, a live formula and how to mend it.

Belongs here: relations between entries of one form that a spreadsheet can compute (Excel 2010 functions only).
Does not belong here: the checks that decide about acceptance (``domain.intake``), which see more than one form does;
these only spare the clerk a round trip.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, fields
from data_contracts.class_sizes import largest_classes
from data_contracts.rules import pairs
from domain.reporting.form_rows import OPTIONAL, FormRow, Place

PASSED, DOUBTFUL, WAITING, UNUSED = "通过", "请核对", "待填", "—"

# Beside the pairs of the contract: the first is usually the smaller. Acceptance does not depend on these.
_USUALLY_SMALLER = (
    ("teaching_area", "building_area"),
    ("sports_ground_area", "site_area"),
    ("training_expenditure", "public_budget"),
)


@dataclass(frozen=True)
class FormCheck:
    """One live check.

    Attributes:
        question: what must hold, in words.
        remedy: what to look at where it does not.
        places: the entries it looks at.
        condition: what must hold, in Excel's words; ``{0}`` is the cell of the first place.
        holds: the same in Python, for the result stored with the form; None for an empty or text entry.
        needed: how many of the places must hold a number before the check says anything.
        optional: True where it may well never be filled in.
    """

    question: str
    remedy: str
    places: tuple[Place, ...]
    condition: str
    holds: Callable[..., bool]
    needed: int
    optional: bool

    @property
    def idle(self) -> str:
        """What it says while figures are missing."""
        return UNUSED if self.optional else WAITING

    def formula(self, cells: Mapping[Place, str]) -> str:
        """The formula, given the reference of each place's cell."""
        refs = [cells[place] for place in self.places]
        condition = self.condition.format(*refs)
        return f'=IF(COUNT({",".join(refs)})<{self.needed},"{self.idle}",IF({condition},"{PASSED}","{DOUBTFUL}"))'

    def result(self, values: Mapping[Place, object]) -> str:
        """What the formula gives for these entries."""
        numbers = [float(v) if isinstance(v := values.get(p), Real) else None for p in self.places]
        if sum(number is not None for number in numbers) < self.needed:
            return self.idle
        return PASSED if self.holds(*numbers) else DOUBTFUL


def form_checks(rows: Sequence[FormRow]) -> list[FormCheck]:
    """The checks whose entries are all among these rows, in the order in which a clerk meets them."""
    asked = {row.place: row for row in rows}

    def check(question: str, remedy: str, places: Sequence[Place], condition: str, holds: Callable[..., bool], needed: int = 0):
        if not all(place in asked for place in places):
            return []
        optional = any(_may_stay_empty(asked[place], asked) for place in places)
        return [FormCheck(question, remedy, tuple(places), condition, holds, needed or len(places), optional)]

    found: list[FormCheck] = []
    for section in SECTIONS:
        found += _class_checks(check, section)
    for part, whole in (*((pair.left, pair.right) for pair in pairs()), *_USUALLY_SMALLER):
        for place in (None, *SECTIONS):
            names = [fields()[key].label_in(place) for key in (part, whole)]
            found += check(
                f"{names[0]} ≤ {names[1]}",
                "前一项不应大于后一项。请看两项是否填反、单位是否一致。",
                [(part, place), (whole, place)],
                "{0}<={1}",
                lambda a, b: a <= b,
            )
    found += _sums_of_sections(check, asked)
    found += _per_student(check, asked)
    return found


def _may_stay_empty(row: FormRow, asked: Mapping[Place, FormRow]) -> bool:
    # A shared resource that can be entered by section needs no figure for the whole school.
    return row.demand == OPTIONAL or (row.section is None and any((row.field.key, s) in asked for s in row.field.sections))


def _class_checks(check: Callable[..., list[FormCheck]], section: str) -> list[FormCheck]:
    name, normal = SECTION_LABELS[section], largest_classes()[section]
    enrolment, classes = ("enrolment", section), ("classes", section)
    largest, oversize = ("largest_class", section), ("oversize_classes", section)
    return [
        *check(
            f"{name}：有学生就有班级，有班级就有学生",
            "在校生数与班级数应同时为0，或同时大于0。",
            [enrolment, classes],
            "({0}>0)=({1}>0)",
            lambda students, count: (students > 0) == (count > 0),
        ),
        *check(
            f"{name}：最大班额 × 班级数 ≥ 在校生数",
            "按最大班额也容不下全部学生，请看三项中哪一项有误。",
            [largest, classes, enrolment],
            "{0}*{1}>={2}",
            lambda size, count, students: size * count >= students,
        ),
        *check(
            f"{name}：超班额班数与最大班额相符",
            f"最大班额超过{normal}人时，超班额班数应大于0；不超过{normal}人时应为0。",
            [largest, oversize],
            f"({{0}}>{normal})=({{1}}>0)",
            lambda size, count: (size > normal) == (count > 0),
        ),
    ]


def _sums_of_sections(check: Callable[..., list[FormCheck]], asked: Mapping[Place, FormRow]) -> list[FormCheck]:
    found = []
    for field in fields().values():
        parts = [(field.key, s) for s in field.sections if (field.key, s) in asked] if field.shared else []
        if not parts:
            continue
        refs = ",".join(f"{{{i}}}" for i in range(1, len(parts) + 1))
        # Places given: the whole, then the parts. Without a whole the parts stand alone, which is allowed.
        apart = f"ROUND(SUM({refs})-SUM({{0}}),2)"
        condition = f"OR(COUNT({{0}})=0,{apart}=0,AND(COUNT({refs})<{len(parts)},{apart}<0))"
        found += check(
            f"{field.label}：各学段之和 = 全校数",
            "分学段填写的，各学段之和应等于全校数；只填一部分学段的，不能超过全校数；不分学段记账的，分学段各行请留空。",
            [(field.key, None), *parts],
            condition,
            _parts_fit,
            needed=2,
        )
    return found


def _parts_fit(whole: float | None, *parts: float | None) -> bool:
    entered = [part for part in parts if part is not None]
    difference = round(sum(entered) - (whole or 0.0), 2)
    return whole is None or difference == 0 or (difference < 0 and len(entered) < len(parts))


def _per_student(check: Callable[..., list[FormCheck]], asked: Mapping[Place, FormRow]) -> list[FormCheck]:
    everyone = [place for place in asked if place[0] == "enrolment"]
    known = all(asked[place].required for place in everyone)
    found = []
    for row in asked.values():
        field = row.field
        if field.hard_max is None or field.category == "学校自报指标" or (row.section and field.shared):
            continue
        students = [("enrolment", row.section)] if row.section else everyone
        low, high = field.hard_min or 0.0, field.hard_max
        refs = ",".join(f"{{{i}}}" for i in range(1, len(students) + 1))
        slip = {"㎡": "是否把亩当成了㎡", "万元": "是否把元当成了万元"}.get(field.unit, "是否多填、少填了位数")
        bounds = f"{_plain(low)}—{_plain(high)}{field.stored_unit}"
        found += check(
            f"{row.label} ÷ 在校生数在{bounds}之间",
            f"每生平均数不合常理，请看{slip}，在校生数是否正确。",
            [row.place, *students],
            # Multiplied, not divided: OR computes all its parts, and no students would be a division by zero. SUM skips text.
            f"OR(SUM({refs})=0,AND(SUM({{0}})*{_plain(field.factor)}>={_plain(low)}*SUM({refs}),"
            f"SUM({{0}})*{_plain(field.factor)}<={_plain(high)}*SUM({refs})))",
            _within(field.factor, low, high),
            # On a form without a 办学类型 nobody knows how many sections there will be.
            needed=1 + len(students) if known else 2,
        )
    return found


def _within(factor: float, low: float, high: float) -> Callable[..., bool]:
    def holds(amount: float | None, *students: float | None) -> bool:
        everyone = sum(number or 0.0 for number in students)
        return everyone == 0 or low * everyone <= (amount or 0.0) * factor <= high * everyone

    return holds


def _plain(number: float) -> str:
    return f"{number:.12g}"
