"""An independent judgement of a province's school conditions (P-schools), in exact rational arithmetic.

Belongs here: the invented packs of ``generated_packs`` written by hand a second time, and their rules, sharing nothing with the
product. Does not belong here: their YAML, the items of the national standards (``oracle_items``).

What is missing is tried out: a school section complies where it would whatever the missing figures came to, does not where it
would not whatever they came to, and is undecided otherwise; so is each limit that a missing figure leaves possible. The product
reckons with bounds instead.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product

from oracle import NEVER_COUNTED, filled_sections, known_sections, reaches, share, within

YES, NO, OPEN = "true", "false", "pending"
# How an indicator stands in a school section. SUNK is below the floor too; OUT does not judge the section.
MET, BELOW, SUNK, MISSING, OUT = "met", "below", "sunk", "missing", "out"
Stand = str | Fraction
# Where it depends on a figure that is missing, every way in which an indicator may stand.
Stands = Stand | frozenset[Stand]


def _held(value: Fraction | None, limit: Fraction, floor: Fraction, capped: bool = False) -> Stand:
    """A value against its limit; the floor is a share of it, or what the limit is a share of where it may not be exceeded."""
    if value is None:
        return MISSING
    if within(value, limit) if capped else reaches(value, limit):
        return MET
    if floor == 0:
        return BELOW
    return BELOW if (within(value, limit / floor) if capped else reaches(value, limit * floor)) else SUNK


def books(school: dict, section: str, floor: Fraction) -> Stand:
    """20 books a student, 30 in junior sections."""
    has = share(school, "books", section)
    value = None if has is None else has / school["students"][section]
    return _held(value, Fraction(20 if section == "primary" else 30), floor)


def computers(school: dict, section: str, floor: Fraction) -> Stand:
    """At most 10 students for a computer, 8 in junior sections; none at all are too few."""
    has = share(school, "teaching_computers", section)
    if has == 0:
        return SUNK if floor else BELOW
    value = None if has is None else school["students"][section] / has
    return _held(value, Fraction(10 if section == "primary" else 8), floor, capped=True)


def ground(school: dict, section: str, floor: Fraction) -> Stands:
    """㎡ of sports ground a student: 3.5 in towns and 5 elsewhere; junior 6 with up to 11 classes, else 4.5."""
    if section == "primary":
        area = school["words"].get("area_type")
        in_town, elsewhere = Fraction("3.5"), Fraction(5)
        limits = [in_town, elsewhere] if area is None else [in_town if area == "城区" else elsewhere]
    else:
        classes = school["figures"].get(("classes", section))
        few, many = Fraction(6), Fraction("4.5")
        limits = [few, many] if classes is None else [few if classes <= 11 else many]
    has = share(school, "sports_ground_area", section)
    value = None if has is None else has / school["students"][section]
    ways = {_held(value, limit, floor) for limit in limits}
    return ways.pop() if len(ways) == 1 else frozenset(ways)


def largest_class(school: dict, section: str, floor: Fraction) -> Stand:
    """45 students in a class, 50 in junior sections."""
    return _held(
        school["figures"].get(("largest_class", section)), Fraction(45 if section == "primary" else 50), floor, capped=True
    )


def charter(school: dict, section: str, floor: Fraction) -> Stand:
    """The school has a charter."""
    said = school["words"].get("charter")
    return MISSING if said is None else MET if said == "是" else SUNK if floor else BELOW


def trained(school: dict, section: str, floor: Fraction) -> Stand:
    """All full-time teachers of a junior section are trained; a section without teachers, and a primary one, is not judged."""
    if section == "primary":
        return OUT
    part, whole = (school["figures"].get((key, section)) for key in ("teachers_trained_360h", "full_time_teachers"))
    if whole == 0 and part is not None:
        return OUT
    return _held(None if part is None or whole is None else 100 * part / whole, Fraction(100), floor)


def book_points(school: dict, section: str, floor: Fraction) -> Stand:
    """Books a student: 30 give 5 points, 20 give 3, 10 give 1."""
    has = share(school, "books", section)
    if has is None:
        return MISSING
    value = has / school["students"][section]
    return Fraction(next((points for line, points in ((30, 5), (20, 3), (10, 1)) if reaches(value, Fraction(line))), 0))


def computer_points(school: dict, section: str, floor: Fraction) -> Stand:
    """Students for a computer: up to 8 give 5 points in junior sections, up to 10 give 5 in primary ones, up to 16 give 3, more give 1."""
    has = share(school, "teaching_computers", section)
    if has is None:
        return MISSING
    if has == 0:
        return Fraction(0)
    value, best = school["students"][section] / has, Fraction(10 if section == "primary" else 8)
    return Fraction(5 if within(value, best) else 3 if within(value, Fraction(16)) else 1)


Judge = Callable[[dict, str, Fraction], Stands]
Complies = Callable[[list[Stand]], bool]


def at_least(number: int) -> Complies:
    """So many are met, or all where fewer judge the section; none is below its floor."""
    return lambda stands: stands.count(MET) >= min(number, len(stands)) and SUNK not in stands


def at_most_missed(number: int) -> Complies:
    """So many may be missed."""
    return lambda stands: sum(stand != MET for stand in stands) <= number


def points(mark: int) -> Complies:
    """The points add up to the mark."""
    return lambda stands: reaches(sum((Fraction(stand) for stand in stands), Fraction(0)), Fraction(mark))


def pack(*indicators: Judge, complies: Complies, **more: object) -> dict:
    """A pack of school conditions.

    Where not said otherwise, it counts schools of all types and private ones, holds all conditions and knows no floor;
    ``beyond`` is how many conditions the text has beside those that it holds.
    """
    usual = {"without": (), "smallest_point": 0, "private": True, "complete": True, "floor": Fraction(0), "beyond": 0}
    return {"indicators": indicators, "complies": complies, **usual, **more}


# By the first digits of the counties.
PACKS = {
    "11": pack(books, computers, ground, largest_class, charter, complies=at_most_missed(1)),
    "12": pack(books, trained, complies=at_most_missed(0), without=("教学点",), private=False),
    "1301": pack(books, computers, ground, trained, complies=at_least(3), floor=Fraction("0.6"), smallest_point=20),
    "14": pack(
        books,
        computers,
        largest_class,
        complies=lambda stands: stands.count(MET) >= 4 and SUNK not in stands,
        floor=Fraction("0.6"),
        beyond=2,
        complete=False,
    ),
    "21": pack(books, charter, complies=at_most_missed(0), complete=False),
    # Grades: the lowest asks for three.
    "22": pack(books, computers, charter, trained, complies=lambda stands: stands.count(MET) >= min(3, len(stands))),
    "23": pack(book_points, computer_points, complies=points(8)),
    "31": pack(trained, complies=at_most_missed(0)),
}
POINTS = tuple(Fraction(number) for number in (0, 1, 3, 5))


def complies(pack: dict, school: dict, section: str) -> bool | None:
    """Whether a school section complies; None where missing figures would decide, or nothing judges it."""
    stands = [judge(school, section, pack["floor"]) for judge in pack["indicators"]]
    judged = [stand for stand in stands if stand != OUT]
    if not judged:
        return None
    tried: tuple[Stand, ...] = (MET, BELOW, SUNK) if pack["floor"] else (MET, BELOW)
    tried = POINTS if book_points in pack["indicators"] else tried
    ways = [tried if stand == MISSING else tuple(stand) if isinstance(stand, frozenset) else (stand,) for stand in judged]
    ways += [tried] * pack["beyond"]
    found = {pack["complies"](list(guess)) for guess in product(*ways)}
    if found == {False}:
        return False
    return True if found == {True} and pack["complete"] else None


def counts(pack: dict, school: dict, section: str | None) -> bool | None:
    """Whether the pack counts a school section; None where the number of its students decides and is not known."""
    if school["status"] == "停办" or school["type"] in (*NEVER_COUNTED, *pack["without"]):
        return False
    if not pack["private"] and school["ownership"] == "民办":
        return False
    if school["type"] == "教学点" and pack["smallest_point"]:
        students = school["students"].get(section) if school["handed_in"] else None
        return None if students is None else students >= pack["smallest_point"]
    return True


def provincial(schools: list[dict], county: str) -> tuple[str, set[str]]:
    """The state of P-schools in one county and all that stands behind it."""
    mine = next((one for prefix, one in PACKS.items() if county.startswith(prefix)), None)
    if mine is None:
        return OPEN, {"no pack"}
    places = [(one, section) for one in schools if one["county"] == county for section in known_sections(one)]
    counted = [(one, str(section)) for one, section in places if section in filled_sections(one) and counts(mine, one, section)]
    verdicts = [complies(mine, one, section) for one, section in counted]
    idle = [all(judge(one, section, mine["floor"]) == OUT for judge in mine["indicators"]) for one, section in counted]
    absent = [counts(mine, one, section) for one, section in places if section not in filled_sections(one)]
    causes = {
        "a section does not comply": False in verdicts,
        "a section lacks figures": mine["complete"] and (None, False) in zip(verdicts, idle, strict=True),
        "nothing judges a section": mine["complete"] and True in idle,
        "a section has not handed in": True in absent,
        "a section may count": None in absent,
        "nothing is in scope": not counted and True not in absent and None not in absent,
        "the pack is not complete": not mine["complete"],
    }
    behind = {cause for cause, there in causes.items() if there}
    if False in verdicts:
        return NO, behind
    return (OPEN, behind) if behind else (YES, {"every section complies"})
