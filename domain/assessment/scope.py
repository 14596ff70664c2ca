"""Which school sections a standard counts, and by which rule.

Belongs here: the scope ledger. Does not belong here: whether a school's return was accepted (``domain.intake``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields, identity_fields, sections_to_fill
from data_contracts.school_rules import Options
from data_contracts.standard import Standard
from domain.assessment.allowances import allowances, merge_points, of_school, parents_of, school_column, uncounted_points
from domain.assessment.long_tables import repeated, tiled

COUNTED = "计入"


def expected_sections(register: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Every school × section that is known or expected, with enrolment where it is known.

    An accepted school stands with the sections in which it has students; another with those that its type
    fills in, enrolment missing; a special-education or vocational school without figures with an empty section.

    Args:
        register: one row per school expected or handed in: identity fields.
        sections: ``school_sections`` of the accepted schools.

    Returns:
        Identity columns, ``section`` (missing where unknown), ``enrolment`` (NaN where unknown).
    """
    identity = [field.key for field in identity_fields() if field.key in register.columns]
    known = sections[[*identity, "section", "enrolment"]]
    others = register[~is_among(register["school_id"], sections["school_id"])]
    kinds = others["school_type"].astype(object).where(others["school_type"].notna(), "")
    by_type = {kind: sections_to_fill(kind) or (None,) for kind in kinds.unique()}
    rows = others[identity].assign(section=kinds.map(by_type).to_numpy()).explode("section")
    rows = rows.assign(enrolment=np.nan)
    rows["section"] = rows["section"].astype(object)
    both = pd.concat([known, rows], ignore_index=True) if len(rows) else known.reset_index(drop=True)
    both["section"] = both["section"].astype("str")
    return both


def is_among(ids: pd.Series, known: pd.Series) -> np.ndarray:
    """True where an id is one of the known ones; a nation has hundreds of thousands of both."""
    return pd.Index(known.unique()).get_indexer(ids) >= 0


def scope_of(rows: pd.DataFrame, standard: Standard) -> tuple[np.ndarray, np.ndarray]:
    """Judge each row of ``expected_sections`` by the exclusions of a standard, in their order.

    Returns:
        in_scope as an object array of True, False or None (unknown, where the number of students decides and
        is missing), and the rule that decided, in Chinese.
    """
    in_scope = np.full(len(rows), True, dtype=object)
    rule = np.full(len(rows), COUNTED, dtype=object)
    undecided = np.full(len(rows), True)
    students = rows["enrolment"].to_numpy(float)
    for exclusion in standard.scope.exclude:
        # Only what every school must state can be unread; a blank elsewhere, such as 办学状态, is the ordinary case.
        demanded = fields()[exclusion.field].required == "yes"
        unread = undecided & rows[exclusion.field].isna().to_numpy() & demanded
        in_scope[unread] = None
        rule[unread] = f"该校“{fields()[exclusion.field].label}”没有可用的填报,暂不能确定"
        undecided &= ~unread
        hit = undecided & rows[exclusion.field].isin(exclusion.values).to_numpy()
        if exclusion.fewer_students_than is not None:
            unknown = hit & np.isnan(students)
            in_scope[unknown] = None
            rule[unknown] = f"{exclusion.reason};该校在校生数未知,暂不能确定"
            undecided &= ~unknown
            hit &= students < exclusion.fewer_students_than
        in_scope[hit] = False
        rule[hit] = exclusion.reason
        undecided &= ~hit
    if standard.options.small_points == "merge_into_parent":
        rule = _with_merging(rows, in_scope, rule, standard)
    return in_scope, rule


def _with_merging(rows: pd.DataFrame, in_scope: np.ndarray, rule: np.ndarray, standard: Standard) -> np.ndarray:
    """The rules of uncounted teaching points with what becomes of their students and resources."""
    points = uncounted_points(rows, rule, standard)
    parents = parents_of(rows, points, in_scope.astype(bool))
    names = rows["school_name"].to_numpy(object)
    told = rule.copy()
    for place in np.flatnonzero(points):
        found = parents[place] >= 0
        told[place] += f";学生和资源并入主校{names[parents[place]]}" if found else ";所属主校不明或不计入,未并入"
    return told


def looked_at(counties: pd.Series, standard: Standard) -> np.ndarray:
    """True for rows of counties that a standard looks at: all, or those that it applies to."""
    if standard.everywhere:
        return np.full(len(counties), True)
    codes = counties.unique()
    mine = [code for code in codes if standard.applies_to(code)]
    return counties.isin(mine).to_numpy(bool)


def scope_ledger(register: pd.DataFrame, sections: pd.DataFrame, standards: tuple[Standard, ...]) -> pd.DataFrame:
    """Each school section × standard that looks at its county: in or out, and by which rule.

    Returns:
        county_code, school_id, school_name, section, standard, in_scope (nullable boolean), rule.
    """
    rows = expected_sections(register, sections)
    rows = rows.sort_values(["county_code", "school_id", "section"], ignore_index=True, na_position="first")
    looked = {standard.id: looked_at(rows["county_code"], standard) for standard in standards}
    ordered = sorted(standards, key=lambda standard: standard.id)
    # A nation has no use for the packs of provinces that are not there; one that stands alone still gives the table its columns.
    ordered = [standard for standard in ordered if looked[standard.id].any()] or ordered[:1]
    judged = [scope_of(rows, standard) for standard in ordered]
    k = len(ordered)
    columns = {name: repeated(rows[name], k) for name in ("county_code", "school_id", "school_name", "section")}
    ledger = pd.DataFrame(
        {
            **columns,
            "standard": tiled([standard.id for standard in ordered], len(rows)),
            "in_scope": pd.array(np.stack([in_scope for in_scope, _ in judged], axis=1).ravel(), dtype="boolean"),
            "rule": pd.Series(np.stack([rule for _, rule in judged], axis=1).ravel(), dtype="str"),
        }
    )
    if all(looked[standard.id].all() for standard in ordered):
        return ledger
    kept = np.stack([looked[standard.id] for standard in ordered], axis=1).ravel()
    return ledger[kept].reset_index(drop=True)


def counted_rows(sections: pd.DataFrame, standard: Standard) -> np.ndarray:
    """The places of the rows of ``school_sections`` that a standard counts."""
    looked = looked_at(sections["county_code"], standard)
    if not standard.everywhere and not looked.any():
        return np.array([], dtype=np.int64)
    in_scope, _ = scope_of(sections, standard)
    return np.flatnonzero(in_scope.astype(bool) & looked)


def figures_of(sections: pd.DataFrame, places: np.ndarray, standard: Standard, *also: str) -> pd.DataFrame:
    """County, section, enrolment, what a standard's indicators need, and further columns, of the rows at ``places``.

    Merged teaching points are in the figures of their parents. What options let an indicator reckon in, and figures of whole
    schools, stand in columns of their own: see ``allowances``.
    """
    whole = [indicator for indicator in standard.indicators if indicator.of_whole_school]
    wanted = dict.fromkeys(key for indicator in standard.indicators for key in indicator.fields)
    wanted |= dict.fromkeys(["school_type"] if whole else [])
    figures = [key for key in wanted if key not in ("county_code", "section", "enrolment", *also)]
    if standard.options.small_points == "merge_into_parent":
        _, rule = scope_of(sections, standard.model_copy(update={"options": Options()}))
        counted = np.zeros(len(sections), dtype=bool)
        counted[places] = True
        # A point that is asked for by itself, as one put back in, is not in its parent's figures as well.
        points = uncounted_points(sections, rule, standard) & ~counted
        sections = merge_points(sections, parents_of(sections, points, counted))
    table = sections[["county_code", *also, "section", "enrolment", *figures]].take(places).reset_index(drop=True)
    for key in dict.fromkeys(key for indicator in whole for key in (*indicator.figures, "enrolment")):
        table[school_column(key)] = of_school(sections, key)[places]
    for column, extra in allowances(sections, standard).items():
        table[column] = extra[places]
    return table


def counted(sections: pd.DataFrame, standard: Standard, *also: str) -> pd.DataFrame:
    """``figures_of`` all rows that a standard counts."""
    return figures_of(sections, counted_rows(sections, standard), standard, *also)
