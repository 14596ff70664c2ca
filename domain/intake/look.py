"""A look at the inbox (一次收表检查): what must be known beside files, register and standards to settle a school year.

Belongs here: the school year, the day, what was entered of the procedure before, which gaps were known. Does not belong here: where that is kept
(``resources.procedure``, ``resources.stored_tables``), what follows from it (``record_rows``, ``record_stages``, ``self_scores``).

The day is handed in, never asked of a clock in here: the same inputs on the same day give the same tables. It decides one
thing only, whether a day that a form gives as past is yet to come; no message names it, so that nothing changes from night
to night until the day has come.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from data_contracts.school_year import SchoolYear
from domain.assessment.workflow import Entered
from domain.intake.record_gaps import no_gaps


@dataclass(frozen=True)
class Look:
    """When and with what knowledge a school year is settled.

    Attributes:
        year: the school year.
        today: the day in China.
        entered: of the procedure by command, and by the forms of the years before; None where nobody can tell, and no stage
            is then held against the others.
        recorded_gaps: gives the ids of gaps in the ledgers of this school year and those before, read only where they matter.
    """

    year: SchoolYear
    today: dt.date
    entered: Entered | None = None
    recorded_gaps: Callable[[], Collection[str]] = no_gaps
