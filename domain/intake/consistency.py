"""What cannot be true, or hardly is, of one school's figures against each other.

Belongs here: parts and wholes, classes and students, figures that imply another, retention.
Does not belong here: amounts that are unlikely in themselves (``plausibility``), ratios that a school states
(``ratio_checks``), other years and other schools (``comparisons``).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, fields, shared_fields
from data_contracts.rules import Implication, WholePair, implications, pairs, whole_pairs
from domain.assessment.school_sections import ALL_SECTIONS
from domain.intake.returns import Returns
from domain.intake.telling import (
    Place,
    Told,
    amount_text,
    cells_of,
    filled_places,
    needed_and_given,
    places,
    plain,
    whole_school,
)

OVERSIZE_CAP = {"primary": 45, "junior": 50}


def same_place_pairs(returns: Returns) -> Iterator[Told]:
    """Figures of which one can never exceed the other, at every place where both are given."""
    for pair in pairs():
        left, right = fields()[pair.left], fields()[pair.right]
        for section in (place for place in left.places if place in right.places):
            more = returns.number(left.key, section) > returns.number(right.key, section)
            for index in places(more):
                params = {
                    "left_label": left.label_in(section),
                    "right_label": right.label_in(section),
                    "left": amount_text(returns, index, left.key, section),
                    "right": amount_text(returns, index, right.key, section),
                    **cells_of(returns, index, [(left.key, section), (right.key, section)]),
                }
                yield index, returns.finding(index, "S-MOST", left.key, section, **params)


def whole_school_pairs(returns: Returns, needed: dict[str, np.ndarray]) -> Iterator[Told]:
    """Sums of the whole school that cannot, or do not usually, exceed another figure of the whole school.

    A part that is missing counts as nothing, since the others alone already exceed; a whole of which a section is missing is
    not compared.
    """
    for pair in whole_pairs():
        right = _complete(returns, pair.right, needed)
        if np.isnan(right).all():
            continue
        parts = [whole_school(returns, key) for key in pair.left]
        left = parts[0] + sum((np.nan_to_num(part) for part in parts[1:]), np.zeros(len(returns)))
        for index in places(left > right * (1 + 1e-12)):
            yield _above_whole(returns, index, pair, float(left[index]), float(right[index]), parts)


def _above_whole(returns: Returns, index: int, pair: WholePair, left: float, right: float, parts: list[np.ndarray]) -> Told:
    named = [key for key, part in zip(pair.left, parts, strict=True) if not np.isnan(part[index])]
    where = [place for key in (*named, pair.right) for place in filled_places(returns, index, key)]
    together = len(named) > 1
    params = {
        "left_label": "”与“".join(fields()[key].label for key in named),
        "left_label_en": "' and '".join(fields()[key].label for key in named),
        "right_label": fields()[pair.right].label,
        "left": plain(left / fields()[pair.left[0]].factor),
        "right": plain(right / fields()[pair.right].factor),
        "together": "之和" if together else "",
        "together_en": " together" if together else "",
        **cells_of(returns, index, where),
    }
    rule = "S-WHOLE" if pair.severity == "error" else "S-USUALLY-MOST"
    return index, returns.finding(index, rule, *where[0], **params)


def _complete(returns: Returns, key: str, needed: dict[str, np.ndarray]) -> np.ndarray:
    """The figure of the whole school where all of it is known, else NaN."""
    known = needed_and_given(returns, key, needed)
    if fields()[key].whole_school:
        known = known | ~np.isnan(returns.number(key))
    return np.where(known, whole_school(returns, key), np.nan)


def implied_figures(returns: Returns, needed: dict[str, np.ndarray]) -> Iterator[Told]:
    """Figures that are not to be had without another which is given as 0 or 否."""
    for one in implications():
        given, then = fields()[one.given], fields()[one.then]
        common = [section for section in given.sections if section in then.sections and section in SECTIONS]
        if then.numeric and common and not given.whole_school:
            for section in common:
                mask = (returns.number(given.key, section) > 0) & (returns.number(then.key, section) == 0)
                yield from _implied(returns, one, mask, section)
            continue
        if then.numeric:
            lacking = _complete(returns, then.key, needed) == 0
        else:
            words = returns.text(then.key)
            lacking = np.array([word is not None for word in words], dtype=bool) & (words != one.value)
        yield from _implied(returns, one, (whole_school(returns, given.key) > 0) & lacking, None)


def _implied(returns: Returns, one: Implication, mask: np.ndarray, section: str | None) -> Iterator[Told]:
    given, then = fields()[one.given], fields()[one.then]
    for index in places(mask):
        where: list[Place] = [(given.key, section)] if section else filled_places(returns, index, given.key)
        other: list[Place] = [(then.key, section)] if section else filled_places(returns, index, then.key)
        amount = returns.number(given.key, section) if section else whole_school(returns, given.key)
        params = {
            "label": given.label_in(section),
            "amount": plain(amount[index] / given.factor) + given.unit,
            "other": then.label_in(section),
            "stated": "0" if then.numeric else str(returns.text(then.key)[index]),
            **cells_of(returns, index, [*where, *other]),
        }
        yield index, returns.finding(index, "S-IMPLIED", *(other or where)[0], **params)


def class_figures(returns: Returns) -> Iterator[Told]:
    """Classes, the largest class and oversize classes against enrolment."""
    for section in SECTIONS:
        students, count = returns.number("enrolment", section), returns.number("classes", section)
        largest, oversize = returns.number("largest_class", section), returns.number("oversize_classes", section)
        spoken, cap = SECTION_LABELS[section], OVERSIZE_CAP[section]

        def at(index: int, *keys: str, section: str = section) -> dict[str, str]:
            return cells_of(returns, index, [(key, section) for key in keys])

        for index in places((count == 0) & (students > 0)):
            said = {"part": spoken, "students": plain(students[index]), **at(index, "classes", "enrolment")}
            yield index, returns.finding(index, "S-CLASSES-ZERO", "classes", section, **said)
        too_few = (count > 0) & (count * largest < students)
        for index in places(too_few):
            params = {
                "part": spoken,
                "classes": plain(count[index]),
                "largest": plain(largest[index]),
                "product": plain(count[index] * largest[index]),
                "students": plain(students[index]),
                **at(index, "classes", "largest_class", "enrolment"),
            }
            yield index, returns.finding(index, "S-CLASS-PRODUCT", "largest_class", section, **params)
        contradiction = ((oversize > 0) & (largest <= cap)) | ((oversize == 0) & (largest > cap))
        for index in places(contradiction):
            stated = {"part": spoken, "largest": plain(largest[index]), "oversize": plain(oversize[index]), "cap": str(cap)}
            stated |= at(index, "largest_class", "oversize_classes")
            yield index, returns.finding(index, "S-OVERSIZE", "oversize_classes", section, **stated)
        # The other classes hold at most the cap and at least one student; the largest of all bounds the oversize ones.
        most = oversize * largest + (count - oversize) * cap
        least = oversize * (cap + 1) + (count - oversize)
        countable = (oversize > 0) & (largest > cap) & (oversize <= count) & ~too_few
        for index in places(countable & ((students > most) | (students < least))):
            params = {
                "part": spoken,
                "oversize": plain(oversize[index]),
                "classes": plain(count[index]),
                "largest": plain(largest[index]),
                "cap": str(cap),
                "least": plain(least[index]),
                "most": plain(most[index]),
                "students": plain(students[index]),
                **at(index, "oversize_classes", "classes", "largest_class", "enrolment"),
            }
            yield index, returns.finding(index, "S-OVERSIZE-COUNT", "oversize_classes", section, **params)


def section_parts(returns: Returns, needed: dict[str, np.ndarray]) -> Iterator[Told]:
    """Shared resources entered by section against the figure of the whole school."""
    shares = np.stack([needed[section] & (returns.number("enrolment", section) > 0) for section in ALL_SECTIONS], axis=1)
    for what in shared_fields():
        whole = returns.number(what.key)
        entered = np.stack([returns.number(what.key, section) for section in ALL_SECTIONS], axis=1)
        given = ~np.isnan(entered)
        added = np.where(given, entered, 0.0).sum(axis=1)
        both = given.any(axis=1) & ~np.isnan(whole)
        slack = 1e-9 * np.abs(whole)
        nothing_left = ~(shares & ~given).any(axis=1)
        for rule, mask in (
            ("S-PARTS-ABOVE", both & (added > whole + slack)),
            ("S-PARTS-BELOW", both & (added < whole - slack) & nothing_left),
        ):
            for index in places(mask):
                where: Sequence[Place] = [(what.key, section) for section in (*ALL_SECTIONS, None)]
                params = {
                    "label": what.label,
                    "parts": plain(added[index] / what.factor),
                    "whole": plain(whole[index] / what.factor),
                    "rest": plain((whole[index] - added[index]) / what.factor),
                    **cells_of(returns, index, where),
                }
                yield index, returns.finding(index, rule, what.key, **params)


def retention(returns: Returns) -> Iterator[Told]:
    """Graduates, less those who came and with those who left, against the students who entered three years before.

    The three-year retention rate is (graduates − transfers in + transfers out) ÷ (entrants − deaths); above 100 % somebody
    was counted twice.
    """
    keys = ("junior_graduates", "junior_transfers_in", "junior_transfers_out", "junior_entrants", "junior_deaths")
    graduates, came, left, entrants, deaths = (returns.number(key) for key in keys)
    stayed = graduates - np.nan_to_num(came) + np.nan_to_num(left)
    base = entrants - np.nan_to_num(deaths)
    for index in places((stayed > base) | (base < 0)):
        params = {
            "graduates": plain(graduates[index]),
            "came": plain(np.nan_to_num(came[index])),
            "left": plain(np.nan_to_num(left[index])),
            "stayed": plain(stayed[index]),
            "entrants": plain(entrants[index]),
            "deaths": plain(np.nan_to_num(deaths[index])),
            "base": plain(base[index]),
            **cells_of(returns, index, [(key, None) for key in keys]),
        }
        yield index, returns.finding(index, "S-RETENTION", "junior_graduates", **params)
