"""What two of a county's pages show: the conditions of its packs school by school, and standards on trial beside those in force.

Belongs here: what the templates ``conditions.html`` and ``trial.html`` read. Does not belong here: the lines themselves, which
the workbook shares (``condition_rows``, ``trial_rows``); HTML (templates).
"""

from collections.abc import Sequence

from data_contracts.standard import Standard
from domain.reporting.condition_rows import condition_tables
from domain.reporting.county_facts import CountyFacts
from domain.reporting.trial_rows import MARK, trial_comparisons


class ConditionsPage:
    """Everything that the template of a county's school conditions reads."""

    def __init__(self, facts: CountyFacts) -> None:
        self.facts = facts
        self.tables = condition_tables(facts)


class TrialPage:
    """Everything that the template of a county's trials reads; ``mark`` stands on each of its tables."""

    mark = MARK

    def __init__(self, facts: CountyFacts, trials: Sequence[Standard]) -> None:
        self.facts = facts
        self.comparisons = trial_comparisons(facts, trials)
