"""Points that schools gave themselves (学校自评分) against those that their figures give: a difference is a query of its row.

Belongs here: computing the points of the schools in question, and asking. Does not belong here: the difference itself and its
table (``domain.assessment.self_scores``).

The points are computed here a second time, for the few schools that gave themselves any, by the same functions as the asset
``school_points``: findings are made before anything is assessed, and the receipt of the file must already ask.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, weights_of
from data_contracts.tables import shaped
from domain.assessment.indicators import school_indicators
from domain.assessment.judging import all_points
from domain.assessment.school_sections import school_sections
from domain.assessment.self_scores import self_score_differences
from domain.intake.record_rows import RecordRow
from domain.intake.telling import plain

Rows = Sequence[tuple[RecordRow, Mapping[str, object]]]


def ask_about_scores(
    rows: Rows,
    tables: Mapping[str, pd.DataFrame],
    returns: pd.DataFrame,
    register: pd.DataFrame,
    standards: tuple[Standard, ...],
    year: SchoolYear,
) -> None:
    """Add a query to every row whose points are not those that the figures give.

    A school without accepted figures is not asked: nothing was computed for it.

    Args:
        rows: those that count, each with what it says by column of ``self_scores``.
        tables: ``self_scores`` and ``school_commitments`` of the year.
        returns: ``school_returns``, the accepted schools.
        register: ``school_register``.
        standards: those in force.
        year: the school year.
    """
    scored = {str(said["school_id"]) for _, said in rows}
    mine = returns[returns["school_id"].isin(scored)]
    if mine.empty:
        return
    sections = school_sections(shaped(mine, "school_returns", year.key), weights_of(standards))
    commitments = shaped(tables["school_commitments"], "school_commitments", year.key)
    points = all_points(school_indicators(sections, standards, commitments, year), standards)
    table = self_score_differences(shaped(tables["self_scores"], "self_scores", year.key), points, register, standards)
    titles = {standard.id: standard.title for standard in standards}
    indicators = {(standard.id, one.id): one.title for standard in standards for one in standard.indicators}
    of_place = {(row.file, row.row): row for row, _ in rows}
    for one in table[table["message"].notna()].to_dict("records"):
        row = of_place[(one["file"], one["row"])]
        told = {
            "school": one["school_name"],
            "part": SECTION_LABELS[one["section"]],
            "part_en": one["section"],
            "indicator": indicators[(one["standard"], one["indicator"])],
            "indicator_en": one["indicator"],
            "own": plain(one["own_points"]),
            "points": plain(one["points"]),
            "difference": plain(abs(one["difference"])),
            "word": "高" if one["difference"] > 0 else "低",
            "word_en": "more" if one["difference"] > 0 else "fewer",
        }
        # The same points for two indicators are two questions, and an explanation of one must not answer the other.
        asked = f"{titles[one['standard']]}:{told['indicator']}:{told['own']}"
        row.ask("E-SELF-SCORE", "points", one["section"], asked, **told)
