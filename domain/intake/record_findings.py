"""What becomes of a file that is handed in beside schools' figures: its findings, its outcome.

Belongs here: what county forms and record forms share when they are settled. Does not belong here: either of them
(``county_settling``, ``record_settling``).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.intake.findings import Finding
from domain.intake.reading import FileReading

CHANGES_NAMED = 10


@dataclass(frozen=True)
class SettledFile:
    """A file with its outcome and its findings, each with the school and the county that it is about, where there is one."""

    reading: FileReading
    outcome: str
    findings: list[tuple[str | None, str | None, Finding]]

    @property
    def row(self) -> tuple[object, ...]:
        """Its row of ``file_outcomes``."""
        counts = [sum(f.severity == severity for *_, f in self.findings) for severity in ("error", "query", "note")]
        return (self.reading.file, self.reading.sha256, None, None, self.outcome, *counts)


def outcome_of(good: int, bad: int, told: Iterable[Finding]) -> str:
    """The outcome of a file with so many parts that count and so many that are left out."""
    if not good:
        return "rejected"
    if bad:
        return "partly_accepted"
    return "accepted_with_queries" if any(one.severity == "query" for one in told) else "accepted"
