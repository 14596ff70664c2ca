"""Is this year plausible as a whole: the tables of a school year against broad expectations, in Great Expectations.

Belongs here: one asset check per table, which warns and never blocks. Does not belong here: what is expected (``suites``),
how it is judged (``data_docs``), and whether everything is there and adds up (``coverage``, ``reconciliation``).

Great Expectations takes seconds to import, so only the body of a check imports it.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from assets.partitions import school_years, year_of
from checks.judging_process import judged
from checks.suites import suite_for
from data_contracts.school_year import SchoolYear
from data_contracts.tables import CONTRACTS
from resources.dagster_io import JunhengHome

if TYPE_CHECKING:
    from checks.data_docs import Judged, Judgement, Validation

Judge = Callable[[dg.AssetCheckExecutionContext, JunhengHome], dg.AssetCheckResult]
NAMED_AT_MOST = 3


def _plausibility_check(table: str) -> Callable[[Judge], dg.AssetChecksDefinition]:
    """An asset check on a table of one school year."""

    def declared(function: Judge) -> dg.AssetChecksDefinition:
        with warnings.catch_warnings():
            # Checks with partitions are a preview in Dagster; known, and wanted here.
            warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=".*partitions_def.*")
            declare = dg.asset_check(
                asset=table,
                partitions_def=school_years,
                description=f"{CONTRACTS[table].title}从全年看是否合理。Is this year's {table} plausible as a whole? A warning.",
            )
            return declare(function)

    return declared


@_plausibility_check("school_sections")
def plausible_school_sections(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Warn about blanks, zeros, copies, class sizes and changes that a real year does not show."""
    return _judged(context, home, "school_sections")


@_plausibility_check("school_indicators")
def plausible_school_indicators(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Warn about figures per student that lie, over all schools, outside broad ranges or far from last year's."""
    return _judged(context, home, "school_indicators")


@_plausibility_check("county_coefficients")
def plausible_county_coefficients(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Warn about county means and coefficients outside broad ranges or far from last year's."""
    return _judged(context, home, "county_coefficients")


def _judged(context: dg.AssetCheckExecutionContext, home: JunhengHome, table: str) -> dg.AssetCheckResult:
    year = year_of(context)
    try:
        return _judgement(home, table, year)
    except Exception as error:
        # A warning must not stop a release, and a check that broke must not look like one that passed.
        context.log.exception("The plausibility of %s of %s could not be judged", table, year)
        reason = f"{type(error).__name__}: {error}"
        return _not_judged(f"合理性检查没有做成:{reason}。The plausibility check broke; see the log of the run.", reason)


def _judgement(home: JunhengHome, table: str, year: SchoolYear) -> dg.AssetCheckResult:
    title = CONTRACTS[table].title
    rows = home.tables.read(table, year.key)
    if rows is None:
        return _not_judged(f"{year} 学年还没有《{title}》,请先计算。{table} of {year} is not there yet.", "no table")
    if rows.empty:
        return _not_judged(f"{year} 学年的《{title}》没有一行,无从判断。{table} of {year} has no rows.", "no rows")
    suite = suite_for(table, rows, home.standards(year), home.tables.read(table, year.previous.key))
    if not suite.expected:
        return _not_judged(f"{year} 学年的《{title}》数据太少,无从判断。{table} of {year} has too little to judge.", "too little")

    found = judged(suite, home.home.data_docs, year.key)
    link: dict[str, dg.MetadataValue] = {"data_docs": dg.MetadataValue.text(f"页面没有写成(page not written): {found.trouble}")}
    if found.page is not None:
        page = found.page
        # Browsers follow no link from a server's page to a file of this machine, so what the page says stands here as well.
        link = {
            "data_docs": dg.MetadataValue.url(page.as_uri()),
            "data_docs_page": dg.MetadataValue.path(str(page)),
            "data_docs_hint": dg.MetadataValue.text(
                "浏览器不允许网页打开本机文件:点击链接没有反应时,请把 data_docs_page 的路径复制到地址栏。"
                "Browsers do not open files from a web page: copy the path of data_docs_page into the address bar."
            ),
        }
    return dg.AssetCheckResult(
        passed=not found.failed,
        severity=dg.AssetCheckSeverity.WARN,
        description=summary(found),
        metadata={
            "expectations": len(found.judgements),
            "failed": len(found.failed),
            "failures": dg.MetadataValue.md(judgement_table(found.failed)),
            "judged": dg.MetadataValue.md(judgement_table(found.judgements)),
            "compared_with": year.previous.key if suite.batch.compared else "—",
            "too_little_to_judge": dg.MetadataValue.md("\n".join(f"- {one.zh}" for one in suite.left_out) or "—"),
            **link,
        },
    )


def _not_judged(description: str, reason: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=False, severity=dg.AssetCheckSeverity.WARN, description=description, metadata={"expectations": 0, "reason": reason}
    )


def summary(found: "Judged | Validation") -> str:
    """One sentence in Chinese and one in English: how many expectations, how many failed, the first few by name."""
    count, failed = len(found.judgements), found.failed
    if not failed:
        return f"{count} 项期望全部成立。All {count} expectations hold."
    named = ";".join(one.expected.zh for one in failed[:NAMED_AT_MOST]) + (" 等" if len(failed) > NAMED_AT_MOST else "")
    return f"{count} 项期望中有 {len(failed)} 项不成立:{named}。{len(failed)} of {count} expectations failed."


def judgement_table(judged: Sequence["Judgement"]) -> str:
    """Judgements as a Markdown table: whether it holds, expectation, observed, examples."""
    if not judged:
        return "—"

    def cell(text: str) -> str:
        return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")

    lines = ["| 成立 holds | 期望 expected | 实际 observed | 例 examples | id |", "|---|---|---|---|---|"]
    for one in judged:
        text = ("✓" if one.met else "✗", one.expected.zh, one.observed, "、".join(one.examples) or "—", one.expected.id)
        lines.append("| " + " | ".join(cell(part) for part in text) + " |")
    return "\n".join(lines)


PLAUSIBILITY_CHECKS = [plausible_school_sections, plausible_school_indicators, plausible_county_coefficients]
