"""Which standards are in force in a school year, and where one of them gives way to another (``replaces``).

Belongs here: the choice by year, what may replace what, for which counties a replaced standard still holds, two that would fill
one role in one county. Does not belong here: the shape of a standard (``standard``), what it makes of schools.
"""

from collections.abc import Iterable, Sequence

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard

# The beginning of every county's code: where a standard without ``provinces`` holds.
EVERYWHERE = ("",)


def in_force(standards: Iterable[Standard], year: SchoolYear) -> tuple[Standard, ...]:
    """The national standards and then the packs in force in a school year; what is only on trial is never in force.

    A standard that another in force names under ``replaces`` gives way to it in the counties that the other is for: there
    ``applies_to`` is false. Where it is left with no county it is not in force.

    Raises:
        MendableError: one cannot replace what it names; two of them split shared resources by different weights, so that one table
            of sections cannot serve both; or two packs fill the same role for one county.
    """
    known = tuple(standards)
    for standard in known:
        _may_replace(standard, {one.id: one for one in known})
    now = tuple(standard for standard in known if standard.effective.covers(year) and not standard.only_on_trial)
    chosen = tuple(left for standard in now if (left := _what_is_left(standard, now)))
    weighing = [standard for standard in chosen if standard.split_weights]
    for standard in weighing[1:]:
        if standard.split_weights != weighing[0].split_weights:
            raise MendableError(
                f"{year} 学年的标准 {weighing[0].id} 与 {standard.id} 的 split_weights 不同,无法共用一张学段表。请改为一致。",
                f"Standards {weighing[0].id} and {standard.id} of {year} have different split_weights; make them agree.",
            )
    packs = tuple(standard for standard in chosen if not standard.judges_counties)
    for place, pack in enumerate(packs):
        for other in packs[:place]:
            _no_overlap(other, pack, year)
    return (*(standard for standard in chosen if standard.judges_counties), *packs)


def _may_replace(standard: Standard, known: dict[str, Standard]) -> None:
    """A standard may replace another of its own role; a national one, which judges every county, only as a whole."""
    if standard.replaces is None:
        return
    other = known.get(standard.replaces)
    if other is None:
        same = sorted(one.id for one in known.values() if one.role == standard.role and one.id != standard.id)
        choice = (f"改为 {'、'.join(same)} 之一,或", f"Write one of {', '.join(same)}, or delete") if same else ("", "Delete")
        raise _wrong(
            standard,
            f"没有编号为“{standard.replaces}”的标准。请{choice[0]}删去这一行",
            f"there is no standard '{standard.replaces}'. {choice[1]} the line",
        )
    if other.id == standard.id:
        raise _wrong(
            standard,
            f"{other.id} 是它自己的编号。请写被替代的另一个标准的编号,或删去这一行",
            f"{other.id} is the standard itself. Write the id of the other one that gives way to it, or delete the line",
        )
    if other.role != standard.role:
        raise _wrong(
            standard,
            f"{other.id} 的角色是 {other.role},本标准的角色是 {standard.role},只能替代同一角色的标准。请改 replaces,或删去这一行",
            f"{other.id} has the role {other.role} and this one {standard.role}; a standard replaces one of its own role only. "
            "Change replaces, or delete the line",
        )
    if standard.judges_counties and standard.provinces:
        raise _wrong(
            standard,
            f"国家标准评所有的县,写有 provinces 时不能替代 {other.id}。请删去 provinces 或 replaces",
            f"a national standard judges all counties; with provinces it cannot replace {other.id}. Delete provinces or replaces",
        )
    line = [standard, other]
    while line[-1].replaces in known:
        line.append(known[line[-1].replaces])
        if line[-1] in line[:-1]:
            files = " → ".join(one.file for one in line)
            raise _wrong(
                standard,
                f"互相替代,没有一个能生效({files})。请去掉其中一个 replaces",
                f"these replace each other, so that none could be in force ({files}). Take one replaces out",
            )


def _wrong(standard: Standard, zh: str, en: str) -> MendableError:
    return MendableError(f"标准文件 {standard.file}:replaces: {zh}。", f"Standard file {standard.file}: replaces: {en}.")


def _what_is_left(standard: Standard, now: Sequence[Standard]) -> Standard | None:
    """The standard without the counties that others take; none where they take all."""
    mine = _places(standard)
    met = (place for place in _taken(standard, now) if place.startswith(mine) or any(one.startswith(place) for one in mine))
    taken = tuple(dict.fromkeys(met))
    if all(place.startswith(taken) for place in mine):
        return None
    return standard.giving_way(taken) if taken else standard


def _taken(standard: Standard, now: Sequence[Standard]) -> list[str]:
    """Where others take the place of a standard: those that replace it, and those that replace these in turn."""
    heirs = [other for other in now if other.replaces == standard.id]
    return [place for heir in heirs for place in (*_places(heir), *_taken(heir, now))]


def _places(standard: Standard) -> tuple[str, ...]:
    return standard.provinces or EVERYWHERE


def _no_overlap(one: Standard, other: Standard, year: SchoolYear) -> None:
    both = [max(a, b, key=len) for a in _places(one) for b in _places(other) if a.startswith(b) or b.startswith(a)]
    both = [place for place in both if not place.startswith((*one.given_way, *other.given_way))]
    if one.role == other.role and both:
        place, place_en = (f"区划代码 {both[0]} ", f"county codes {both[0]}") if both[0] else ("所有县", "all counties")
        raise MendableError(
            f"标准文件 {one.file} 与 {other.file} 在 {year} 学年对{place}担任同一角色(role: {one.role})。"
            f"请改 provinces 或 effective,或在其中一个写明 replaces: {one.id}(或 {other.id})。",
            f"Standard files {one.file} and {other.file} fill the same role {one.role} for {place_en} in {year}. "
            f"Change provinces or effective, or write replaces: {one.id} (or {other.id}) in one of them.",
        )
