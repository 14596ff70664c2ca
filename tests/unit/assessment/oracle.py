"""An independent assessment in exact rational arithmetic, to hold the product against.

Belongs here: the rules and numbers of both national standards, written by hand from the legal texts and sharing nothing with
the product: no import of it, no standard file, no table, no floating point. Does not belong here: speed, reasons, wording.

A school is a plain dict::

    {"id", "name", "county", "type", "ownership", "administered_by", "status", "handed_in": bool,
     "students": {section: int}, "figures": {(resource, section or None): Fraction}}

A figure that is not in the dict is missing. Square roots are taken with ``math.isqrt``: exactly where they are rational, else to
40 decimals.
"""

from fractions import Fraction
from math import isqrt

COMPULSORY = ("primary", "junior")

# One student of each section in sharing a resource: 九年一贯制 1 : 1.1, 完全中学 1 : 1.2, 十二年一贯制 1 : 1.1 : 1.32.
WEIGHTS = {
    "小学": {"primary": Fraction(1)},
    "教学点": {"primary": Fraction(1)},
    "初级中学": {"junior": Fraction(1)},
    "九年一贯制学校": {"primary": Fraction(1), "junior": Fraction(11, 10)},
    "完全中学": {"junior": Fraction(1), "senior": Fraction(12, 10)},
    "十二年一贯制学校": {"primary": Fraction(1), "junior": Fraction(11, 10), "senior": Fraction(132, 100)},
}
NEVER_COUNTED = ("特殊教育学校", "职业学校")
SHARED = (
    "teaching_area",
    "indoor_sports_area",
    "sports_ground_area",
    "equipment_value",
    "books",
    "teaching_computers",
    "multimedia_rooms",
)

# id → (resources added, resources subtracted, per how many students, threshold primary, threshold junior)
INDICATORS = {
    "basic": {
        "B1": (["teaching_area"], ["indoor_sports_area"], 1, None, None),
        "B2": (["sports_ground_area", "indoor_sports_area"], [], 1, None, None),
        "B3": (["equipment_value"], [], 1, None, None),
        "B4": (["teaching_computers"], [], 100, None, None),
        "B5": (["books"], [], 1, None, None),
        "B6": (["full_time_teachers"], [], 1, None, None),
        "B7": (["teachers_above_required"], [], 1, None, None),
        "B8": (["teachers_mid_senior_title"], [], 1, None, None),
    },
    "quality": {
        "L1": (["teachers_above_required"], [], 100, Fraction("4.2"), Fraction("5.3")),
        "L2": (["backbone_teachers"], [], 100, Fraction(1), Fraction(1)),
        "L3": (["pe_arts_teachers"], [], 100, Fraction("0.9"), Fraction("0.9")),
        "L4": (["teaching_area"], ["indoor_sports_area"], 1, Fraction("4.5"), Fraction("5.8")),
        "L5": (["sports_ground_area", "indoor_sports_area"], [], 1, Fraction("7.5"), Fraction("10.2")),
        "L6": (["equipment_value"], [], 1, Fraction(2000), Fraction(2500)),
        "L7": (["multimedia_rooms"], [], 100, Fraction("2.3"), Fraction("2.4")),
    },
}
LIMITS = {
    "basic": {"primary": Fraction("0.65"), "junior": Fraction("0.55")},
    "quality": {"primary": Fraction("0.50"), "junior": Fraction("0.45")},
}
AT_LEAST_MET, FLOOR = 6, Fraction("0.85")
# A value within 10⁻¹² of a line (relative) counts as equal to it.
EQUAL = Fraction(1, 10**12)


def reaches(value: Fraction, line: Fraction) -> bool:
    """value ≥ line, equality by the documented tolerance."""
    return value >= line * (1 - EQUAL)


def within(value: Fraction, limit: Fraction) -> bool:
    """value ≤ limit, equality by the documented tolerance."""
    return value <= limit * (1 + EQUAL)


def square_root(square: Fraction) -> Fraction:
    """√ to 40 decimals; exact for squares of rationals."""
    top, bottom = isqrt(square.numerator), isqrt(square.denominator)
    if top * top == square.numerator and bottom * bottom == square.denominator:
        return Fraction(top, bottom)
    scale = 10**40
    return Fraction(isqrt(square.numerator * square.denominator * scale * scale), square.denominator * scale)


def share(school: dict, resource: str, section: str) -> Fraction | None:
    """What one section of a compulsory school has of a resource; None where it cannot be known."""
    figures, students, weights = school["figures"], school["students"], WEIGHTS[school["type"]]
    if (resource, section) in figures:
        return figures[resource, section]
    if resource not in SHARED or (resource, None) not in figures or section not in weights:
        return None
    # What the others keep apart is taken off the whole; those that do not share the rest by weighted students.
    left = figures[resource, None] - sum(figures.get((resource, s), 0) for s in ("primary", "junior", "senior"))
    sharing = [s for s in weights if (resource, s) not in figures]
    if any(students.get(s) is None for s in sharing):
        return None
    weighted = {s: weights[s] * students[s] for s in sharing}
    return left * weighted[section] / sum(weighted.values())


def resource_of(school: dict, section: str, added: list[str], subtracted: list[str]) -> Fraction | None:
    """The numerator of an indicator; None where one of its parts is missing."""
    plus, minus = ([share(school, key, section) for key in keys] for keys in (added, subtracted))
    if None in plus or None in minus:
        return None
    return sum(plus, Fraction(0)) - sum(minus, Fraction(0))


def filled_sections(school: dict) -> list[str]:
    """Compulsory sections with students, as far as the school has handed in."""
    return [s for s in COMPULSORY if (school["students"].get(s) or 0) > 0] if school["handed_in"] else []


def known_sections(school: dict) -> list[str | None]:
    """Sections in which a school stands in the ledger: those filled in, else those of its type, else none in particular."""
    of_type = [s for s in COMPULSORY if s in WEIGHTS.get(school["type"], {})]
    return filled_sections(school) or of_type or [None]


def in_scope(school: dict, section: str | None, standard: str) -> bool | None:
    """Whether a school section counts; None where the number of its students decides and is not known."""
    if school["status"] == "停办" or school["type"] in NEVER_COUNTED:
        return False
    if standard == "basic":
        return school["type"] != "教学点" and school["ownership"] != "民办" and school["administered_by"] == "县属"
    if school["type"] == "教学点":
        students = school["students"].get(section) if school["handed_in"] else None
        return None if students is None else students >= 50
    return True


def counted(schools: list[dict], standard: str) -> list[tuple[dict, str]]:
    """School sections in scope whose figures are there."""
    return [(s, section) for s in schools for section in filled_sections(s) if in_scope(s, section, standard)]


def scope(schools: list[dict], standard: str) -> dict:
    """(school, section) → True, False or None."""
    return {(s["id"], section): in_scope(s, section, standard) for s in schools for section in known_sections(s)}


def indicators(schools: list[dict], standard: str) -> dict:
    """(school, section, indicator) → value, threshold, floor, met, shortfall; each None where there is none."""
    table = {}
    for school, section in counted(schools, standard):
        students = Fraction(school["students"][section])
        for name, (added, subtracted, per, primary, junior) in INDICATORS[standard].items():
            resource = resource_of(school, section, added, subtracted)
            threshold = primary if section == "primary" else junior
            value = None if resource is None else per * resource / students
            judged = value is not None and threshold is not None
            met = reaches(value, threshold) if judged else None
            gap = max(Fraction(0), threshold * students / per - resource) if judged else None
            table[school["id"], section, name] = {
                "value": value,
                "threshold": threshold,
                "floor": None if threshold is None else threshold * FLOOR,
                "met": met,
                "shortfall": Fraction(0) if met else gap,
            }
    return table


def compliance(schools: list[dict], standard: str) -> dict:
    """(school, section) → how many met, of how many, lowest ratio, compliant (None: undecided), those below the threshold."""
    table = {}
    figures = indicators(schools, standard)
    for school, section in counted(schools, standard):
        mine = {name: figures[school["id"], section, name] for name in INDICATORS[standard]}
        met = [name for name, row in mine.items() if row["met"]]
        below = [name for name, row in mine.items() if row["met"] is False]
        missing = [name for name, row in mine.items() if row["met"] is None]
        sunk = [name for name in below if not reaches(mine[name]["value"], mine[name]["floor"])]
        lost = bool(sunk) or len(met) + len(missing) < AT_LEAST_MET
        # A missing value could still lie under its floor: only a complete row is certain.
        verdict = False if lost else None if missing else True
        ratios = [row["value"] / row["threshold"] for row in mine.values() if row["value"] is not None]
        table[school["id"], section] = {
            "indicators_met": len(met),
            "indicators_total": len(mine),
            "lowest_ratio": min(ratios, default=None),
            "compliant": verdict,
            "failing": below,
        }
    return table


def coefficients(schools: list[dict], standard: str) -> dict:
    """(county, section, indicator) → schools, students, mean, standard_deviation, coefficient, limit, met, left_out."""
    table = {}
    for county in {school["county"] for school in schools}:
        local = [school for school in schools if school["county"] == county]
        for section in COMPULSORY:
            expected = [s for s in local for known in known_sections(s) if known == section and in_scope(s, known, standard)]
            here = [school for school, one in counted(local, standard) if one == section]
            limit = LIMITS[standard][section]
            singles = []
            for name, (added, subtracted, per, *_) in INDICATORS[standard].items():
                pairs = [(resource_of(s, section, added, subtracted), Fraction(s["students"][section])) for s in here]
                pairs = [(x, p) for x, p in pairs if x is not None]
                total = sum(p for _, p in pairs)
                mean = deviation = coefficient = None
                if pairs:
                    mean = per * sum(x for x, _ in pairs) / total
                    deviation = square_root(sum(p / total * (per * x / p - mean) ** 2 for x, p in pairs))
                    coefficient = deviation / mean if mean else None
                singles.append(coefficient)
                each = standard == "quality"
                table[county, section, name] = {
                    "schools": len(pairs),
                    "students": Fraction(total),
                    "mean": mean,
                    "standard_deviation": deviation,
                    "coefficient": coefficient,
                    "limit": limit if each else None,
                    "met": within(coefficient, limit) if each and coefficient is not None else None,
                    "left_out": len(expected) - len(pairs),
                }
            if standard == "basic":
                whole = None if None in singles else sum(singles) / len(singles)
                table[county, section, "composite"] = {
                    **dict.fromkeys(("schools", "students", "mean", "standard_deviation", "left_out")),
                    "coefficient": whole,
                    "limit": limit,
                    "met": None if whole is None else within(whole, limit),
                }
    return table


def verdicts(schools: list[dict], standard: str) -> dict:
    """(county, item, section or None) → (value, limit, "true" | "false" | "pending") of R-schools and R-cv."""
    table = {}
    schools_by_rule = compliance(schools, standard) if standard == "quality" else {}
    spread = coefficients(schools, standard)
    for county in {school["county"] for school in schools}:
        local = [school for school in schools if school["county"] == county]
        places = [(s, section, in_scope(s, section, standard)) for s in local for section in known_sections(s)]
        if standard == "quality":
            judged = [schools_by_rule[s["id"], section]["compliant"] for s, section in counted(local, standard)]
            # Open: scope not known, or in scope and without figures.
            waiting = [s for s, section, scoped in places if scoped is None or (scoped and section not in filled_sections(s))]
            total = len(judged) + len(waiting)
            met = "false" if False in judged else "true" if total and not waiting and None not in judged else "pending"
            table[county, "R-schools", None] = (Fraction(judged.count(True)), Fraction(total), met)
        for section in COMPULSORY:
            rows = [row for (c, s, _), row in spread.items() if (c, s) == (county, section) and row["limit"] is not None]
            present = any(scoped and s == section for _, s, scoped in places)
            known = [row["coefficient"] for row in rows if row["coefficient"] is not None]
            mets = [row["met"] for row in rows]
            met = "false" if False in mets else "pending" if None in mets or not present else "true"
            table[county, "R-cv", section] = (max(known, default=None) if present else None, LIMITS[standard][section], met)
    return table
