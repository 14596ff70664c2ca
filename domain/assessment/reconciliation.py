"""Do the figures reconcile: parts with wholes, counties with schools, computed with kept.

Belongs here: statements that hold for every correct run, as lists of sentences about where they do not.
Does not belong here: whether figures are plausible (``checks.plausibility``), whether to publish (``release_gate``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, school_types, shared_fields
from data_contracts.records import place_column
from data_contracts.standard import Standard
from domain.assessment.compliance import TOTAL
from domain.assessment.scope import counted

TOLERANCE = 1e-9
NAMED_AT_MOST = 5


def _differs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ~np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)


def _told(what: str, places: pd.Series, left: np.ndarray, right: np.ndarray) -> list[str]:
    wrong = np.flatnonzero(_differs(left, right))
    told = [f"{what}: {places.iat[i]}: {left[i]!r} != {right[i]!r}" for i in wrong[:NAMED_AT_MOST]]
    return told + ([f"{what}: {len(wrong) - NAMED_AT_MOST} more"] if len(wrong) > NAMED_AT_MOST else [])


def students_reconcile(returns: pd.DataFrame, sections: pd.DataFrame, counties: pd.DataFrame) -> list[str]:
    """Students: each county's total = its sections = its accepted returns; a county that only one of them knows is told."""
    reported = sum((returns[place_column("enrolment", s)].fillna(0.0) for s in SECTIONS), pd.Series(0.0, index=returns.index))
    totals = pd.DataFrame(
        {
            "returns": reported.groupby(returns["county_code"]).sum(),
            "sections": sections.groupby("county_code")["enrolment"].sum(),
            "counties": counties.set_index("county_code")["students"],
        }
    )
    # Without students there are no sections, and without accepted schools no returns; but a county must be in the records.
    held = totals[["returns", "sections"]].fillna(0.0)
    codes = totals.index.to_series()
    return [
        *_told("students of sections and returns", codes, held["sections"].to_numpy(float), held["returns"].to_numpy(float)),
        *_told("students of counties and sections", codes, totals["counties"].to_numpy(float), held["sections"].to_numpy(float)),
    ]


def splits_reconcile(returns: pd.DataFrame, sections: pd.DataFrame) -> list[str]:
    """Shared resources: what the sections of a school hold together is what the school reported.

    A school that entered a resource for every section is compared with the sum of what it entered. Schools with a senior
    section, whose share no row holds, are left to the law "splitting preserves totals" of the tests.
    """
    kinds = {
        kind.name: kind.split or kind.sections for kind in school_types().values() if kind.sections and "senior" not in kind.split
    }
    mine = returns[returns["school_type"].isin(list(kinds))].reset_index(drop=True)
    students = mine[[place_column("enrolment", s) for s in SECTIONS]].fillna(0.0).to_numpy(float)
    present = students > 0
    told: list[str] = []
    for what in shared_fields():
        held = mine["school_id"].map(sections.groupby("school_id")[what.key].sum(min_count=1)).to_numpy(float)
        parts = mine[[place_column(what.key, s) for s in SECTIONS]].to_numpy(float)
        entered = np.where(present, parts, 0.0).sum(axis=1)
        by_section = ~(np.isnan(parts) & present).any(axis=1)
        expected = np.where(by_section, entered, mine[what.key].to_numpy(float))
        # What nobody reported for the whole cannot be compared; a part entered beside it stands by itself.
        known = present.any(axis=1) & ~np.isnan(expected)
        told += _told(f"{what.key} of sections and school", mine["school_id"][known], held[known], expected[known])
    return told


def means_reconcile(
    indicators: pd.DataFrame, sections: pd.DataFrame, coefficients: pd.DataFrame, standards: tuple[Standard, ...]
) -> list[str]:
    """County means: mean · students = the sum over schools of value · students, for every indicator that schools have.

    A coefficient without its schools, and schools without their coefficient, are told as well. Packs have no coefficients.
    """
    per = {(s.id, i.id): i.per for s in standards for i in s.indicators}
    table = indicators[["county_code", "school_id", "section", "standard", "indicator", "value"]].merge(
        sections[["school_id", "section", "enrolment"]], on=["school_id", "section"], how="left", validate="many_to_one"
    )
    for standard in standards:
        if standard.options.small_points == "merge_into_parent":
            # The students of merged points are those of their parents here.
            own = counted(sections, standard, "school_id").set_index(["school_id", "section"])["enrolment"]
            mine = table["standard"] == standard.id
            places = pd.MultiIndex.from_frame(table.loc[mine, ["school_id", "section"]])
            table.loc[mine, "enrolment"] = own.reindex(places).to_numpy(float)
    judged = [standard.id for standard in standards if standard.judges_counties]
    table = table[table["value"].notna() & table["standard"].isin(judged)]
    table["resource"] = table["value"] * table["enrolment"]
    key = ["county_code", "section", "standard", "indicator"]
    sums = table.groupby(key, observed=True)[["resource", "enrolment"]].sum()
    single = coefficients[coefficients["schools"].fillna(0) > 0].set_index(key)[["students", "mean"]]
    joined = single.join(sums, how="outer")
    places = pd.Series(["/".join(map(str, place)) for place in joined.index], dtype="str")
    scale = np.array([per.get((standard, indicator), 1) for _, _, standard, indicator in joined.index], dtype=float)
    resource = (joined["mean"] * joined["students"]).to_numpy(float)
    return [
        *_told(
            "students of coefficient and schools", places, joined["students"].to_numpy(float), joined["enrolment"].to_numpy(float)
        ),
        *_told("resource of county and schools", places, resource / scale, joined["resource"].to_numpy(float) / scale),
    ]


def scope_reconciles(
    register: pd.DataFrame, sections: pd.DataFrame, scope: pd.DataFrame, standards: tuple[Standard, ...]
) -> list[str]:
    """Scope: in + out + not known = register, under every standard in the counties that it looks at.

    Every school of the register, and every school section with figures, stands in the ledger exactly once per section; a school
    that the register does not know does not, and no standard looks at other sections than the next. A standard without a rule
    for coefficients may look at some counties only: there it looks at every school.
    """
    told = []
    ledger = scope.assign(place=_places(scope))
    in_force = {standard.id: standard for standard in standards}

    def looked_at(table: pd.DataFrame, standard: Standard | None) -> pd.DataFrame:
        if standard is None or standard.everywhere:
            return table
        return table[table["county_code"].map(standard.applies_to).astype(bool)]

    for standard in [*in_force, *sorted(set(ledger["standard"]) - set(in_force))]:
        one = in_force.get(standard)
        known = set(looked_at(register, one)["school_id"])
        figures = set(_places(looked_at(sections, one)))
        whole = set(looked_at(ledger, one)["place"])
        mine = ledger[ledger["standard"] == standard]
        places = set(mine["place"])
        schools = set(mine["school_id"])
        for what, wrong in (
            ("schools of the register without a line", known - schools),
            ("schools that the register does not know", schools - known),
            ("school sections with figures without a line", figures - places),
            ("school sections that stand under another standard only", whole - places - figures),
            ("school sections that stand twice", set(mine.loc[mine["place"].duplicated(), "place"])),
        ):
            if wrong:
                named = ", ".join(sorted(wrong)[:NAMED_AT_MOST])
                told.append(f"{standard}: {what}: {len(wrong)}: {named}")
        if one is None:
            told.append(f"{standard}: not in force")
    return told


def _places(rows: pd.DataFrame) -> pd.Series:
    """School and section of each row as one word; a section that is not known is a word of its own."""
    return rows["school_id"] + "/" + rows["section"].astype(object).where(rows["section"].notna(), "?").astype("str")


def points_reconcile(points: pd.DataFrame) -> list[str]:
    """Points: the total of each school section is what its indicators give together; totals of grades stand alone."""
    key = ["standard", "school_id", "section"]
    single = points[points["indicator"] != TOTAL].groupby(key)["points"].sum()
    total = points[(points["indicator"] == TOTAL) & points["grade"].isna()].set_index(key)["points"]
    total = total[total.index.isin(single.index)]
    places = pd.Series(["/".join(place) for place in single.index], dtype="str")
    return _told("points of indicators and total", places, single.to_numpy(float), total.reindex(single.index).to_numpy(float))


def tables_agree(computed: pd.DataFrame, kept: pd.DataFrame, name: str) -> list[str]:
    """A table as it was computed and as it was read back from where it is published; text, numbers and blanks alike."""
    if list(computed.columns) != list(kept.columns):
        return [f"{name}: columns {list(kept.columns)} instead of {list(computed.columns)}"]
    if len(computed) != len(kept):
        return [f"{name}: {len(kept)} rows instead of {len(computed)}"]
    told = []
    for column in computed.columns:
        a, b = computed[column].reset_index(drop=True), kept[column].reset_index(drop=True)
        # Blanks equal blanks here; what is not equal as a whole, if only in its type, is looked at cell by cell.
        if a.equals(b):
            continue
        same = (a == b).fillna(False).to_numpy(bool) | (a.isna() & b.isna()).to_numpy(bool)
        if not same.all():
            first = int(np.flatnonzero(~same)[0])
            told.append(
                f"{name}.{column}: {int((~same).sum())} cells differ, first row {first}: {a.iat[first]!r} != {b.iat[first]!r}"
            )
    return told


def gaps_reconcile(indicators: pd.DataFrame, ledger: pd.DataFrame) -> list[str]:
    """Gaps: a missed threshold stands in the ledger, open and with its amount; one that is reached stands there as no gap."""
    judged = indicators[indicators["met"].notna().to_numpy()]
    place = ["school_id", "section", "standard"]
    rows = ledger[ledger["section"].notna() & ledger["standard"].notna()].rename(columns={"item": "indicator"})
    both = judged.merge(rows[[*place, "indicator", "amount", "status"]], on=[*place, "indicator"], how="left")
    told = both["school_id"] + " " + both["section"] + " " + both["standard"] + " " + both["indicator"]
    missed = ~both["met"].astype(bool).to_numpy()
    listed = (both["status"].notna() & (both["status"] != "closed")).to_numpy()
    amounts = np.where(listed, both["amount"].to_numpy(float), 0.0)
    shortfalls = np.where(missed, both["shortfall"].to_numpy(float), 0.0)
    return [
        *_told("gaps of indicators and ledger", told, missed.astype(float), listed.astype(float)),
        *_told("amounts of indicators and ledger", told, shortfalls, amounts),
    ]
