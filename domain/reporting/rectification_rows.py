"""The rectification ledger as it is shown in the workbook and on the page: gaps of the county first, then of schools.

Belongs here: order and wording. Does not belong here: the ledger itself (``domain.assessment.rectification``); whether a gap
is overdue, which depends on the day on which somebody looks.
"""

from dataclasses import dataclass

from data_contracts.vocabulary import GAP_STATES
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.display import in_words, section_label, short_title, text_of

LEDGER = "rectification_ledger"
SEEN_ON_SITE = "现场核查"


@dataclass(frozen=True)
class GapRow:
    """One gap in words; texts are empty where there is none, ``due`` is a date as 2026-06-30."""

    gap: str
    place: str
    section: str
    standard: str
    title: str
    description: str
    since: str
    opened_on: str
    closed_on: str
    owner: str
    due: str
    measure: str
    evidence: str
    note: str
    status: str
    status_words: str


def gap_rows(facts: CountyFacts) -> list[GapRow]:
    """Every line of the county's ledger: open ones before closed ones, the county before its schools, in the register's order."""
    standards = {standard.id: standard for standard in facts.standards}
    names = [school.name for school in facts.schools]

    def place(row: dict) -> tuple:
        school = facts.by_id.get(text_of(row["school_id"]))
        order = (school.order if school else 10**9) if text_of(row["school_id"]) else -1
        return row["status"] == "closed", order, row["gap"]

    rows = []
    for row in sorted(rows_of(facts.tables, LEDGER), key=place):
        school, standard = facts.by_id.get(text_of(row["school_id"])), standards.get(text_of(row["standard"]))
        told = text_of(row["description"])
        rows.append(
            GapRow(
                gap=row["gap"],
                place=(school.name if school else text_of(row["school_name"])) or facts.name,
                section=section_label(row["section"]),
                standard=short_title(standard) if standard else SEEN_ON_SITE if not text_of(row["standard"]) else "",
                title=row["title"],
                description=in_words(told, standard, names) if standard else told,
                status=row["status"],
                status_words=GAP_STATES[row["status"]],
                **{
                    name: text_of(row[name])
                    for name in ("since", "opened_on", "closed_on", "owner", "due", "measure", "evidence", "note")
                },
            )
        )
    return rows
