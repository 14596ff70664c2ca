"""Students and classes of the demonstration schools, year by year.

Belongs here: enrolment, classes, large classes and the counts of particular students.
Does not belong here: who teaches them and what they are taught in (``teachers``, ``facilities``).
"""

from domain.demonstration.county import YEARS
from domain.demonstration.draws import between, even, lean, whole
from domain.demonstration.roster import POINT, RURAL, SPECIAL, TOWN, URBAN, Entry

# A class is oversize above these numbers; schools of the county seat still had some when the three years began.
LARGEST_ALLOWED = {"primary": 45, "junior": 50, "senior": 55}
_CLASS_SIZE = {
    "primary": {URBAN: 43.4, TOWN: 38.0, RURAL: 30.0},
    "junior": {URBAN: 47.0, TOWN: 44.0, RURAL: 40.0},
    "senior": {URBAN: 50.0, TOWN: 48.0, RURAL: 48.0},
}
_GRADES = {"primary": 6, "junior": 3, "senior": 3}
# Families move to the county seat; villages have fewer children every year.
_TREND = {URBAN: 0.012, TOWN: -0.012, RURAL: -0.03}


def enrolment(entry: Entry, number: int) -> dict[str, int]:
    """Students by section in a demonstration year, reckoned back from the latest year of the roster."""
    latest = entry.closes - 1 if entry.closes is not None else len(YEARS) - 1
    counts = {}
    for section, students in entry.students.items():
        count = float(students)
        for year in range(latest, number, -1):
            usual = _TREND[entry.area] if entry.trend is None else entry.trend
            count /= 1 + usual + 0.008 * lean(entry.name, section, "enrolment", year)
        counts[section] = int(count + 0.5)
    return counts


def class_count(entry: Entry, section: str, students: int, number: int) -> int:
    """Classes of a section: one at least for every grade, except at teaching points, which teach some grades only."""
    if entry.kind == POINT:
        return max(1, min(4, -(-students // 14)))
    if entry.kind == SPECIAL:
        return -(-students // 9)
    # Each year a little more room: new classes are opened before old ones are full.
    size = _CLASS_SIZE[section][entry.area] - 0.7 * number + 1.2 * lean(entry.name, section, "class size")
    return max(_GRADES[section], -(-students // int(size)))


def student_figures(entry: Entry, number: int) -> dict[tuple[str, str | None], int | float]:
    """Every figure about students and classes by field and section; the senior section has its enrolment only."""
    found: dict[tuple[str, str | None], int | float] = {}
    for section, students in enrolment(entry, number).items():
        found["enrolment", section] = students
        if section == "senior":
            continue
        classes = class_count(entry, section, students, number)
        largest, oversize = _large_classes(entry, section, students, classes, number)
        found["classes", section] = classes
        found["largest_class", section] = largest
        found["oversize_classes", section] = oversize
        for key, share in _shares(entry, section, number).items():
            found[key, section] = min(students, int(students * share + 0.5))
        # Nearly every child stays at school; now and then one has to be fetched back.
        lost = section == "junior" and even(entry.name, "dropouts", number) < 0.12 / (1 + number)
        found["dropouts", section] = int(lost)
        fit = between(89.5, 95.5, entry.name, section, "fitness") + 0.6 * number
        found["fitness_pass_rate", section] = round(fit + 0.2 * lean(entry.name, "fitness", number), 1)
    return found


def junior_cohort(entry: Entry, number: int) -> dict[str, int]:
    """The three years of the class that has just graduated, for the retention rate; empty without a junior section."""
    students = enrolment(entry, number).get("junior", 0)
    if not students or entry.kind == SPECIAL or (entry.opens is not None and number - entry.opens < 3):
        return {}
    entrants = int(students / 3 * between(0.97, 1.05, entry.name, "entrants", number) + 0.5)
    transfers_in = int(entrants * between(0.0, 0.03, entry.name, "transfers in", number) + 0.5)
    transfers_out = int(entrants * between(0.005, 0.035, entry.name, "transfers out", number) + 0.5)
    lost = int(entrants * between(0.0, 0.02, entry.name, "lost", number))
    return {
        "junior_entrants": entrants,
        "junior_graduates": entrants + transfers_in - transfers_out - lost,
        "junior_transfers_in": transfers_in,
        "junior_transfers_out": transfers_out,
        "junior_deaths": 0,
    }


def _large_classes(entry: Entry, section: str, students: int, classes: int, number: int) -> tuple[int, int]:
    average = -(-students // classes)
    largest = min(students, average + whole(0, 4, entry.name, section, "largest class", number))
    limit = LARGEST_ALLOWED[section]
    if largest <= limit:
        return largest, 0
    # The average never reaches the limit, so the oversize classes leave the others room enough.
    most = max(1, int(classes * (0.25 - 0.07 * number)))
    return largest, whole(1, most, entry.name, section, "oversize", number)


def _shares(entry: Entry, section: str, number: int) -> dict[str, float]:
    migrant = {URBAN: 0.10, TOWN: 0.04, RURAL: 0.01}[entry.area]
    left_behind = {URBAN: 0.05, TOWN: 0.17, RURAL: 0.30}[entry.area]
    boarders = {"primary": 0.18, "junior": 0.62 if entry.area != URBAN else 0.35}[section] if entry.boarding else 0.0
    drift = 1 + 0.02 * lean(entry.name, section, "shares", number)
    return {
        "migrant_students": migrant * drift * (1 + 0.2 * lean(entry.name, "migrant")),
        "left_behind_students": left_behind * drift * (1 + 0.2 * lean(entry.name, "left behind")),
        "disabled_students": 1.0 if entry.kind == SPECIAL else between(0.001, 0.008, entry.name, section, "disabled"),
        "boarders": boarders * drift * (1 + 0.12 * lean(entry.name, "boarders")),
    }
