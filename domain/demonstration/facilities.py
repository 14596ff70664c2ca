"""Land, buildings, equipment and books of the demonstration schools, as they grow from year to year.

Belongs here: what a school stands on and owns, by section, and what the county adds each year where schools lack.
Does not belong here: teachers, money of the year (``teachers``, ``returns``), and which of it the form asks where.
"""

from dataclasses import dataclass, replace
from functools import cache

from domain.demonstration.county import YEARS, is_open
from domain.demonstration.draws import between, even, lean, uneven
from domain.demonstration.roster import POINT, RURAL, TOWN, URBAN, Entry
from domain.demonstration.students import class_count, enrolment


@dataclass(frozen=True)
class Stock:
    """What one section of a school has: areas in ㎡ (``rooms`` without the indoor sports rooms), equipment in yuan."""

    rooms: float
    indoor_sports: float
    ground: float
    equipment: int
    books: int
    computers: int
    multimedia: int


# What the county's own plan builds towards, per student; goals of the plan, not the limits of any standard.
_AIMS = {
    "primary": {"rooms": 4.65, "sports": 7.7, "equipment": 2080, "books": 28, "computers": 0.14},
    "junior": {"rooms": 6.0, "sports": 10.5, "equipment": 2650, "books": 38, "computers": 0.17},
    "senior": {"rooms": 6.0, "sports": 9.0, "equipment": 2800, "books": 40, "computers": 0.17},
}
# Per student and for the school as such: a small school has more of everything for each child.
_ROOMS = {
    "primary": {URBAN: (3.3, 235), TOWN: (4.0, 300), RURAL: (4.7, 270)},
    "junior": {URBAN: (4.1, 290), TOWN: (4.7, 350), RURAL: (5.2, 335)},
    "senior": {URBAN: (4.4, 420), TOWN: (4.7, 420), RURAL: (4.7, 420)},
}
_GROUND = {
    "primary": {URBAN: (3.9, 590), TOWN: (5.6, 760), RURAL: (7.3, 590)},
    "junior": {URBAN: (5.4, 1170), TOWN: (6.5, 1480), RURAL: (7.8, 1010)},
    "senior": {URBAN: (6.0, 2400), TOWN: (6.4, 2400), RURAL: (6.4, 2400)},
}
_EQUIPMENT = {"primary": (1560, 45_000), "junior": (2220, 90_000), "senior": (2500, 200_000)}
_BOOKS = {"primary": (21, 600), "junior": (29, 1500), "senior": (36, 3000)}
_COMPUTERS = {"primary": (0.1, 8), "junior": (0.12, 14), "senior": (0.15, 20)}
# Ring tracks in m and the ground in ㎡ that they need at least.
_TRACKS = ((16_000, 400), (9_000, 300), (4_500, 250), (2_800, 200))
# How far schools of one kind lie apart when the three years begin.
_SPREAD = {
    "rooms": {"primary": 0.54, "junior": 0.62, "senior": 0.2},
    "ground": {"primary": 0.66, "junior": 0.74, "senior": 0.2},
    "equipment": {"primary": 0.80, "junior": 0.80, "senior": 0.2},
    "books": {"primary": 0.52, "junior": 0.46, "senior": 0.1},
    "computers": {"primary": 0.73, "junior": 0.52, "senior": 0.1},
    "multimedia": {"primary": 0.42, "junior": 0.30, "senior": 0.1},
}


@cache
def stocks(entry: Entry, number: int) -> dict[str, Stock]:
    """What each section has in a year; read-only.

    Built up year by year, since nothing that stands is taken away.
    """
    students = enrolment(entry, number)
    if number == 0 or not is_open(entry, number - 1):
        return {section: _founded(entry, section, count, number) for section, count in students.items()}
    before = stocks(entry, number - 1)
    return {section: _grown(entry, section, count, before[section], number) for section, count in students.items()}


def _founded(entry: Entry, section: str, students: int, number: int) -> Stock:
    name = entry.name

    def amount(table: tuple[float, float], what: str) -> float:
        per_student, fixed = table
        fixed = fixed * 0.25 if entry.kind == POINT else fixed
        # A new school is built to the plan, not to the ways of its neighbours.
        spread = _SPREAD[what][section] * (0.3 if entry.opens is not None else 1.0)
        return (per_student * students + fixed) * uneven(spread, name, section, what)

    room = amount(_ROOMS[section][entry.area], "rooms") * (1.2 if entry.opens is not None else 1)
    ground = amount(_GROUND[section][entry.area], "ground") * (1.3 if entry.opens is not None else 1)
    has_hall = students > 350 and even(name, "hall") < (0.45 if entry.area == URBAN else 0.25)
    # Some offices measure to the tenth of a square metre, most write whole ones.
    digits = 1 if even(name, "measures") < 0.35 else 0
    return Stock(
        rooms=_area(room, digits),
        indoor_sports=_area(between(0.25, 0.6, name, section, "hall") * students, digits) if has_hall else 0,
        ground=_area(ground, digits),
        equipment=_hundreds(amount(_EQUIPMENT[section], "equipment")),
        books=int(amount(_BOOKS[section], "books")),
        computers=int(amount(_COMPUTERS[section], "computers")),
        multimedia=_multimedia(entry, section, students, number),
    )


def _grown(entry: Entry, section: str, students: int, before: Stock, number: int) -> Stock:
    name, aims = entry.name, _AIMS[section]

    def added(have: float, aim: str, share: float, chance: float) -> float:
        """Part of what is missing to the plan, in the years in which the school's turn comes."""
        gap = aims[aim] * students - have
        its_turn = even(name, section, aim, "turn", number) < chance
        return gap * share * between(0.8, 1.2, name, section, aim, "added", number) if gap > 0 and its_turn else 0.0

    # Nobody builds a few square metres: small gaps in buildings wait.
    built = added(before.rooms, "rooms", 0.26, 0.65)
    laid_out = added(before.ground + before.indoor_sports, "sports", 0.24, 0.65)
    equipment = before.equipment * between(1.010, 1.035, name, section, "equipment", number)
    books = before.books * between(1.005, 1.025, name, section, "books", number)
    computers = before.computers * between(0.995, 1.03, name, section, "computers", number)
    return replace(
        before,
        rooms=before.rooms + (int(built) if built >= 60 else 0),
        ground=before.ground + (int(laid_out) if laid_out >= 100 else 0),
        equipment=_hundreds(equipment + added(equipment, "equipment", 0.36, 0.9)),
        books=int(books + added(books, "books", 0.24, 0.8)),
        computers=int(computers + added(computers, "computers", 0.22, 0.7) + 0.5),
        multimedia=max(before.multimedia, _multimedia(entry, section, students, number)),
    )


def _area(amount: float, digits: int) -> float:
    return round(amount, 1) if digits else int(amount)


def _hundreds(yuan: float) -> int:
    return int(yuan / 100 + 0.5) * 100


def _multimedia(entry: Entry, section: str, students: int, number: int) -> int:
    classes = class_count(entry, section, students, number)
    equipped = min(1.0, 0.84 + 0.05 * number + 0.08 * lean(entry.name, section, "classrooms equipped"))
    # Beside the classrooms: rooms for science, music or computers, of which schools have very different numbers.
    special = uneven(_SPREAD["multimedia"][section] * 3, entry.name, section, "multimedia") / 9
    return max(1, int(classes * (equipped + special)))


def premises(entry: Entry, number: int) -> dict[str, int | float]:
    """Land and building areas of the whole school that follow from its stock, by field, in the form's units."""
    parts = stocks(entry, number).values()
    first = stocks(entry, next(year for year in range(len(YEARS)) if is_open(entry, year))).values()
    students = sum(enrolment(entry, number).values())
    rooms = sum(part.rooms + part.indoor_sports for part in parts)
    ground = sum(part.ground for part in parts)
    boarders = int(students * 0.5) if entry.boarding else 0
    canteen = int(students * between(0.55, 0.9, entry.name, "canteen")) if entry.area != URBAN or entry.boarding else 0
    building = int(rooms * between(1.22, 1.38, entry.name, "offices")) + canteen
    grown = ground - sum(part.ground for part in first)
    footprint = sum(part.rooms for part in first) * between(0.75, 1.05, entry.name, "storeys")
    green_share = between(0.14, 0.24, entry.name, "green")
    site = int((ground - grown + footprint) * between(1.45, 1.7, entry.name, "site")) + int(grown)
    track = next((length for least, length in _TRACKS if ground >= least), 60 if ground >= 900 else 0)
    found: dict[str, int | float] = {
        "site_area": site,
        "building_area": building,
        "track_length": track,
        "basketball_courts": max(1, min(8, int(ground / 2200))) if entry.kind != POINT else 0,
        "other_sports_area": int(ground * between(0.12, 0.25, entry.name, "other sports")),
        "dormitory_area": int(boarders * between(3.0, 4.2, entry.name, "dormitory")),
        "canteen_area": canteen,
        "green_area": int(site * green_share),
    }
    return found
