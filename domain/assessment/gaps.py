"""Gaps (问题): what schools and counties lack under the standards in force, each with an id that stays the same over years.

Belongs here: finding the gaps in a year's tables, and telling those that are gone from those of which nothing is known.
Does not belong here: since when a gap is there and what is done about it (``rectification``), its words (``gap_words``).

The id of a gap is the code of the school or county, the section where there is one, and the item: ``3605210001-primary-L1``,
``360521-junior-R-cv-L3``, ``3605210001-V-books`` for what was seen on site. National standards share no item; the id of
another standard follows its items: ``3605210001-primary-C1@guangdong-2013``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.standard import Indicator, Standard
from domain.assessment.gap_words import short, shortfall_told
from domain.assessment.scope import is_among

GAP_COLUMNS = (
    "county_code", "gap", "standard", "school_id", "school_name", "section", "item", "title", "amount", "unit", "description",
)  # fmt: skip
COEFFICIENT, SCHOOLS, OVERALL = "R-cv", "R-schools", "overall"
SEEN = "V-"
OVERSIZE = "oversize_classes"
NATIONAL = "national-"
_PARTS = re.compile(r"([0-9]{10}|[0-9]{6})(?:-(primary|junior|senior))?-([^@]+)(?:@(.+))?")


@dataclass(frozen=True)
class YearTables:
    """What a year's gaps are found in: the tables of these names, and the standards in force."""

    school_register: pd.DataFrame
    school_sections: pd.DataFrame
    scope_ledger: pd.DataFrame
    school_indicators: pd.DataFrame
    school_compliance: pd.DataFrame
    county_coefficients: pd.DataFrame
    county_verdicts: pd.DataFrame
    verification_results: pd.DataFrame
    standards: tuple[Standard, ...]

    @cached_property
    def school_names(self) -> dict[str, str]:
        """By code, as in the register."""
        return dict(zip(self.school_register["school_id"], self.school_register["school_name"], strict=True))

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        """By standard, what its indicators and items are called."""
        indicators = {one.id: {part.id: part.title for part in one.indicators} for one in self.standards}
        return {one.id: indicators[one.id] | {part.id: part.title for part in one.verdict_items} for one in self.standards}

    @cached_property
    def sections_counted(self) -> dict[str, set[str | None]]:
        """By school, the sections that some standard counts or may count; None for one whose sections are not known."""
        scope = self.scope_ledger[self.scope_ledger["in_scope"].fillna(True).to_numpy(bool)]
        found: dict[str, set[str | None]] = {}
        for school, section in zip(scope["school_id"], scope["section"], strict=True):
            found.setdefault(school, set()).add(section if isinstance(section, str) else None)
        return found


@dataclass(frozen=True)
class GapName:
    """The parts of a gap's id. ``head`` is the code of a school (10 digits) or county; ``standard`` is None where unsaid."""

    head: str
    section: str | None
    item: str
    standard: str | None

    @property
    def of_school(self) -> bool:
        """True for a gap of a school."""
        return len(self.head) == 10


def named(gap: str) -> GapName:
    """The parts of a gap's id.

    Raises:
        ValueError: it is none.
    """
    match = _PARTS.fullmatch(gap)
    if match is None:
        raise ValueError(f"{gap!r} is no id of a gap")
    return GapName(match[1], match[2], match[3], match[4])


def _ids(head: pd.Series, section: pd.Series, item: pd.Series, standard: pd.Series) -> pd.Series:
    """The ids of gaps, a column at a time."""
    middle = ("-" + section.astype("str")).where(section.notna(), "")
    suffix = {one: "" if one.startswith(NATIONAL) else f"@{one}" for one in standard.dropna().unique()}
    return (
        head.astype("str")
        + middle
        + "-"
        + item.astype("str")
        + standard.astype(object).map(lambda one: suffix.get(one, "")).astype("str")
    )


def open_gaps(tables: YearTables) -> pd.DataFrame:
    """Every gap that the year's data show.

    Returns:
        ``GAP_COLUMNS``, by id. ``amount`` is unrounded, in ``unit``; empty where a gap has no amount.
    """
    parts = [_indicators(tables), _classes(tables), _coefficients(tables), _items(tables), _seen(tables)]
    table = pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)
    return table.sort_values("gap", ignore_index=True)


def _laid(rows: pd.DataFrame, head: str, item: Iterable[str], told: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """The gaps of some rows: ``told`` is title, amount, unit and description of each."""
    rows = rows.reset_index(drop=True).reindex(columns=["county_code", "school_id", "school_name", "section", "standard"])
    rows["item"] = pd.Series(list(item), dtype="str")
    words = pd.DataFrame(list(told), columns=["title", "amount", "unit", "description"], index=rows.index)
    table = pd.concat([rows, words], axis=1)
    table["gap"] = _ids(table[head], table["section"], table["item"], table["standard"])
    return table[list(GAP_COLUMNS)].astype(dict.fromkeys(GAP_COLUMNS, "str") | {"amount": "float64"})


def _indicators(tables: YearTables) -> pd.DataFrame:
    """Thresholds missed by school sections; those of sections that comply all the same are marked."""
    table = tables.school_indicators
    missed = table[(table["met"] == False).fillna(False).to_numpy(bool)]  # noqa: E712
    compliance = tables.school_compliance
    good = compliance[compliance["compliant"].fillna(False).to_numpy(bool)]
    complying = set(zip(good["school_id"], good["section"], good["standard"], strict=True))
    known = {(standard.id, one.id): one for standard in tables.standards for one in standard.indicators}
    told = []
    columns = (missed[name].tolist() for name in ("school_id", "section", "standard", "indicator", "shortfall"))
    for school, section, standard, indicator, shortfall in zip(*columns, strict=True):
        one: Indicator = known[standard, indicator]
        mark = "(本校综合评估达标,本项低于达标值)" if (school, section, standard) in complying else ""
        told.append((one.title, shortfall, one.resource_unit, shortfall_told(shortfall, one) + mark))
    return _laid(missed, "school_id", missed["indicator"], told)


def class_items(standard: Standard) -> list[tuple[str, str]]:
    """Id and title of the items of a standard that limit the size of classes."""
    return [(one.id, one.title) for one in standard.verdict_items if OVERSIZE in one.fields]


def _counted(tables: YearTables, standard: Standard) -> pd.DataFrame:
    """The school sections with figures that a standard counts."""
    scope = tables.scope_ledger
    counted = scope[(scope["standard"] == standard.id).to_numpy() & scope["in_scope"].fillna(False).to_numpy(bool)]
    return tables.school_sections.merge(counted[["school_id", "section", "standard"]], on=["school_id", "section"])


def _classes(tables: YearTables) -> pd.DataFrame:
    """Classes above the size that a standard allows."""
    parts = []
    for standard in tables.standards:
        for item, title in class_items(standard):
            rows = _counted(tables, standard)
            rows = rows[rows[OVERSIZE].gt(0).to_numpy(bool)]
            told = [(title, float(count), "个", f"超 {count:.0f} 个班") for count in rows[OVERSIZE]]
            parts.append(_laid(rows, "school_id", [item] * len(rows), told))
    return pd.concat(parts, ignore_index=True) if parts else _laid(tables.school_sections.iloc[:0], "school_id", [], [])


def _coefficients(tables: YearTables) -> pd.DataFrame:
    """Coefficients over their limit."""
    table = tables.county_coefficients
    over = table[(table["met"] == False).fillna(False).to_numpy(bool) & table["limit"].notna().to_numpy()]  # noqa: E712
    titles = {(standard.id, one.id): one.title for standard in tables.standards for one in standard.indicators}
    told = []
    columns = (over[name].tolist() for name in ("standard", "indicator", "coefficient", "limit"))
    for standard, indicator, value, limit in zip(*columns, strict=True):
        title = titles.get((standard, indicator), "综合")
        told.append((f"{title}差异系数", value - limit, None, f"差异系数 {short(value)},超过限值 {short(limit)}"))
    return _laid(over, "county_code", [f"{COEFFICIENT}-{one}" for one in over["indicator"]], told)


def _items(tables: YearTables) -> pd.DataFrame:
    """Items of the county's verdict that are not met, but for coefficients, which are told one by one."""
    table = tables.county_verdicts
    missed = table[(table["met"] == "false").to_numpy() & ~table["item"].isin([COEFFICIENT, OVERALL]).to_numpy()]
    known = {(standard.id, one.id): one for standard in tables.standards for one in standard.verdict_items}
    told: list[tuple[object, ...]] = []
    columns = (missed[name].tolist() for name in ("standard", "item", "value", "limit", "reason"))
    for standard, item, value, limit, reason in zip(*columns, strict=True):
        one = known.get((standard, item))
        amount = abs(limit - value) if value == value and limit == limit else None
        unit = "个校段" if item == SCHOOLS else one.unit or None if one else None
        fallback = "未达到" if amount is None else f"实际 {short(value)},要求 {short(limit)}"
        told.append((title_of(item, one.title if one else None), amount, unit, reason if isinstance(reason, str) else fallback))
    return _laid(missed, "county_code", missed["item"], told)


def _seen(tables: YearTables) -> pd.DataFrame:
    """Figures that were seen otherwise on site."""
    table = tables.verification_results
    off = table[(table["within"] == False).fillna(False).to_numpy(bool)]  # noqa: E712
    told = [
        (f"现场核查:{fields()[key].label_in(section if isinstance(section, str) else None)}", abs(difference), unit, message)
        for key, section, difference, unit, message in zip(
            off["field"], off["section"], off["difference"], off["unit"], off["message"], strict=True
        )
    ]
    return _laid(off, "school_id", [SEEN + key for key in off["field"]], told)


def title_of(item: str, title: str | None) -> str:
    """What an item is called; the resource part has no line of its own in a standard."""
    return title or {SCHOOLS: "学校资源配置综合达标"}.get(item, item)


def unknown_among(gaps: Iterable[str], tables: YearTables) -> set[str]:
    """Those of earlier gaps, none of them open by the data, of which the data say nothing: they stay open.

    Nothing is known where a school's figures or one of its figures are missing, where an item is pending, where a
    coefficient leaves out schools, of what was seen on site until the figure is seen again, and, without a register, of
    schools and counties that have not handed in.

    Args:
        gaps: ids of gaps that were open at the last look and that ``open_gaps`` does not hold.
        tables: of the year.
    """
    gaps = set(gaps)
    if not gaps:
        return set()
    schools = {named(gap).head for gap in gaps}
    unjudged = _unjudged(tables, schools)
    absent = _without_figures(tables, schools)
    register = tables.school_register
    registered, counties = set(register["school_id"]), set(tables.county_coefficients["county_code"])
    complete = bool(register["expected"].any())
    national = [one.id for one in tables.standards if one.id.startswith(NATIONAL)]
    results = tables.verification_results
    again = results[results["within"].notna().to_numpy()]
    judged = {(school, SEEN + key, section if isinstance(section, str) else None)
              for school, key, section in zip(again["school_id"], again["field"], again["section"], strict=True)}  # fmt: skip
    found = set()
    for gap in gaps:
        name = named(gap)
        if name.head not in (registered if name.of_school else counties):
            unknown = not (complete and name.of_school)
        elif name.item.startswith(SEEN) and name.item.removeprefix(SEEN) in fields():
            unknown = (name.head, name.item, name.section) not in judged
        else:
            standards = [name.standard] if name.standard else national
            having = [one for one in standards if name.item in tables.titles.get(one, {})]
            places = {(name.head, section, one) for section in (name.section, None) for one in having}
            unknown = gap in unjudged or bool(places & absent)
        if unknown:
            found.add(gap)
    return found


def _without_figures(tables: YearTables, schools: set[str]) -> set[tuple[str, str | None, str]]:
    """School, section (None where unknown) and standard of those that count or may count and whose figures are not there."""
    scope = tables.scope_ledger
    mine = scope[scope["school_id"].isin(schools).to_numpy() & scope["in_scope"].fillna(True).to_numpy(bool)]
    mine = mine[~is_among(mine["school_id"], tables.school_sections["school_id"])]
    sections = [section if isinstance(section, str) else None for section in mine["section"]]
    return set(zip(mine["school_id"], sections, mine["standard"], strict=True))


def _unjudged(tables: YearTables, heads: set[str]) -> set[str]:
    """Ids of what the tables hold and leave undecided, of these schools and counties."""
    indicators, coefficients, verdicts = tables.school_indicators, tables.county_coefficients, tables.county_verdicts
    open_ones = indicators[indicators["met"].isna().to_numpy() & indicators["school_id"].isin(heads).to_numpy()]
    partly = coefficients["met"].isna() | (coefficients["left_out"].fillna(0) > 0)
    unsure = coefficients[partly.to_numpy(bool) & coefficients["county_code"].isin(heads).to_numpy()]
    pending = verdicts[(verdicts["met"] == "pending").to_numpy() & verdicts["county_code"].isin(heads).to_numpy()]
    found = set(_ids(open_ones["school_id"], open_ones["section"], open_ones["indicator"], open_ones["standard"]))
    items = COEFFICIENT + "-" + unsure["indicator"].astype("str")
    found |= set(_ids(unsure["county_code"], unsure["section"], items, unsure["standard"]))
    found |= set(_ids(pending["county_code"], pending["section"], pending["item"], pending["standard"]))
    for standard in tables.standards:
        for item, _ in class_items(standard):
            rows = _counted(tables, standard)
            rows = rows[rows[OVERSIZE].isna().to_numpy() & rows["school_id"].isin(heads).to_numpy()].reset_index(drop=True)
            found |= set(_ids(rows["school_id"], rows["section"], pd.Series([item] * len(rows), dtype="str"), rows["standard"]))
    return found


def gap_of_name(gap: str, tables: YearTables) -> dict[str, object]:
    """What the id of a gap alone tells of it, for gaps that the data do not show: the columns of ``GAP_COLUMNS`` but for
    county_code, amount and description."""
    name = named(gap)
    section = name.section
    standard = next((one for one in tables.standards if _belongs(name, one, tables)), None)
    if name.item.startswith(SEEN) and name.item.removeprefix(SEEN) in fields():
        title = f"现场核查:{fields()[name.item.removeprefix(SEEN)].label_in(section)}"
    else:
        title = title_of(name.item, _title(name.item, standard, tables) if standard else None)
    return {
        "gap": gap,
        "standard": name.standard or (standard.id if standard else None),
        "school_id": name.head if name.of_school else None,
        "school_name": tables.school_names.get(name.head, name.head) if name.of_school else None,
        "section": section,
        "item": name.item,
        "title": title,
    }


def _belongs(name: GapName, standard: Standard, tables: YearTables) -> bool:
    """True for the standard to which a gap belongs."""
    if name.standard or not standard.id.startswith(NATIONAL):
        return standard.id == name.standard
    return _title(name.item, standard, tables) is not None


def _title(item: str, standard: Standard, tables: YearTables) -> str | None:
    titles, indicator = tables.titles[standard.id], item.removeprefix(COEFFICIENT + "-")
    if indicator == item:
        return titles.get(item)
    if indicator == "composite":
        judged = standard.coefficient_rule.judge if standard.coefficient_rule else None
        return "综合差异系数" if judged == "composite" else None
    return f"{titles[indicator]}差异系数" if indicator in titles else None


def still_counted(gap: str, tables: YearTables) -> bool:
    """False for a gap of a school section that no standard counts any more, or of a school that is gone."""
    name = named(gap)
    if not name.of_school:
        return True
    counted = tables.sections_counted.get(name.head, set())
    return bool(counted) if name.section is None else bool(counted & {name.section, None})
