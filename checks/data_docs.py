"""Great Expectations at work: a suite held against its batch, and the Data Docs page of the result.

Belongs here: everything that imports Great Expectations, and the quirks of it. Does not belong here: what is expected
(``suites``) and what Dagster is told (``plausibility``).

Great Expectations takes seconds to import, so it is imported in the functions that use it. Its own site builder is not
used: it keys pages by the moment of the run, so that every night would add pages; it writes results as JSON first, which
fails on numpy's booleans; and its pages load styles, scripts and a logo from the internet. Here its renderer fills a page
of ours that stands alone, ``<data docs>/<school year>/<table>.html``.
"""

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from checks.suites import Expected, Suite
from data_contracts.catalogue import SECTION_LABELS
from data_contracts.tables import CONTRACTS

EXAMPLES = 5
PAGE = "data_docs_page.html"


class Unjudged(Exception):
    """Great Expectations gave no answer to something that was asked."""


@dataclass(frozen=True)
class Judgement:
    """One expectation with what was observed.

    Attributes:
        expected: the expectation.
        met: whether it holds.
        observed: the observed figure or share, as text; why there is none where the computation failed.
        examples: rows that do not meet it, as text, the first few.
    """

    expected: Expected
    met: bool
    observed: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validation:
    """A suite held against its batch: one judgement per expectation in the suite's order; ``result`` is that of the library."""

    suite: Suite
    judgements: list[Judgement]
    result: Any

    @property
    def failed(self) -> list[Judgement]:
        """Judgements on expectations that do not hold."""
        return [one for one in self.judgements if not one.met]


@dataclass(frozen=True)
class Judged:
    """What a check needs to know of a validation; unlike the library's own result it may go from one process to another.

    Attributes:
        judgements: one per expectation, in the suite's order.
        page: the Data Docs page; None where it could not be written.
        trouble: why not.
    """

    judgements: list[Judgement]
    page: Path | None
    trouble: str = ""

    @property
    def failed(self) -> list[Judgement]:
        """Judgements on expectations that do not hold."""
        return [one for one in self.judgements if not one.met]


def judge(suite: Suite, folder: Path, year: str) -> Judged:
    """Hold a suite against its batch and write its page; the judgement stands without its page."""
    validation = validated(suite)
    try:
        return Judged(validation.judgements, write_page(validation, folder, year))
    except OSError as error:
        return Judged(validation.judgements, None, str(error))


def validated(suite: Suite) -> Validation:
    """Hold a suite against its batch.

    Raises:
        Unjudged: an expectation was refused or got no answer.
    """
    # Nothing about a county's data leaves the machine.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # Without init_temp_docs_sites=False every context leaves a folder in the system's temporary folder.
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    quiet = ProgressBarsConfig(globally=False)
    config = DataContextConfig(store_backend_defaults=stores, progress_bars=quiet, analytics_enabled=False)
    context = gx.get_context(mode="ephemeral", project_config=config)
    batch = context.data_sources.pandas_default.read_dataframe(suite.batch.frame, asset_name=suite.table)
    result = _validate(batch, suite.table, suite.expected, {"result_format": "BASIC"})
    answers = {one.expectation_config.meta["id"]: one for one in result.results}
    # Naming the rows doubles the time, so only what fails is asked again, by name.
    by_row = [one for one in suite.expected if not answers[one.id].success and "unexpected_count" in answers[one.id].result]
    if by_row:
        named = {
            "result_format": "SUMMARY",
            "unexpected_index_column_names": list(suite.batch.names),
            "partial_unexpected_count": EXAMPLES,
        }
        again = _validate(batch, suite.table, by_row, named)
        answers |= {one.expectation_config.meta["id"]: one for one in again.results}
        result.results = [answers[one.expectation_config.meta["id"]] for one in result.results]
    return Validation(suite, [_judgement(one, answers[one.id], suite) for one in suite.expected], result)


def _validate(batch: Any, name: str, expected: list[Expected], result_format: dict[str, Any]) -> Any:
    import great_expectations as gx

    # In one piece: adding expectations one by one compares each with all before it.
    asked = gx.ExpectationSuite(name=name, expectations=[_expectation(one) for one in expected])
    result = batch.validate(asked, result_format=result_format)
    answered = {one.expectation_config.meta["id"] for one in result.results}
    unanswered = [one.id for one in expected if one.id not in answered]
    if unanswered:
        # A suite drops what it does not understand and only logs it.
        raise Unjudged(f"{name}: no answer to {', '.join(unanswered)}")
    for one in result.results:
        # Pages fail on numpy's numbers, and comparisons with True on its booleans.
        one.success, one.result = bool(one.success), _plain(one.result)
    return result


def _expectation(one: Expected) -> Any:
    import great_expectations.expectations as kinds
    from great_expectations.expectations.row_conditions import Column

    arguments = dict(one.bounds)
    if one.where:
        column, operator, value = one.where
        arguments["row_condition"] = Column(column) > value if operator == ">" else Column(column) != value
    # A description is a template in which $ is special.
    text = f"{one.zh}。{one.en}.".replace("$", "$$")
    meta = {"id": one.id, "zh": one.zh, "en": one.en}
    return getattr(kinds, one.kind)(**arguments, description=text, notes=[one.zh, one.en], meta=meta, severity="warning")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _judgement(expected: Expected, answer: Any, suite: Suite) -> Judgement:
    trouble = _trouble(answer.exception_info)
    if trouble:
        return Judgement(expected, False, f"无法计算:{trouble}")
    found, observed = answer.result, answer.result.get("observed_value")
    if isinstance(observed, Mapping):
        pairs = zip(observed["quantiles"], observed["values"], strict=True)
        text = " · ".join(f"P{quantile * 100:.0f} {_number(value)}" for quantile, value in pairs)
    elif "element_count" in found:
        asked = found["element_count"] - (found.get("missing_count") or 0)
        text = f"不符 {found['unexpected_count']}/{asked}"
    else:
        text = _number(observed)
    rows = [] if answer.success else found.get("partial_unexpected_index_list") or []
    examples = tuple(_row_named(row, expected.column, suite.batch.names) for row in rows[:EXAMPLES])
    return Judgement(expected, answer.success, text, examples)


def _trouble(info: Mapping[str, Any] | None) -> str:
    """What went wrong inside the library; it tells it once per expectation or once per metric."""
    for one in [info or {}, *(info or {}).values()]:
        if isinstance(one, Mapping) and one.get("raised_exception"):
            return str(one.get("exception_message") or "?")
    return ""


def _row_named(row: Mapping[str, Any], column: str, names: tuple[str, ...]) -> str:
    words = [SECTION_LABELS.get(str(row[name]), str(row[name])) for name in names]
    return f"{' '.join(words)}({_number(row.get(column))})"


def _number(value: Any) -> str:
    if value is None or value != value:
        return "—"
    if isinstance(value, (int, float)):
        return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return str(value)


def write_page(validation: Validation, folder: Path, year: str) -> Path:
    """Write the Data Docs page of a table and year, and the index of all pages that are there.

    A page is replaced by the next run of its year; the same data give the same bytes.

    Returns:
        The page.
    """
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    document = ValidationResultsPageRenderer().render(validation.result)
    view = DefaultJinjaPageView(custom_views_directory=str(Path(__file__).parent))
    # The first section tells the moment of loading and links to pages that are not made; the page has its own head.
    document.sections = document.sections[1:]
    table = validation.suite.table
    page = view.render(
        document,
        template=PAGE,
        title=f"{CONTRACTS[table].title} · {year} 学年",
        validation=validation,
        version=validation.result.meta["great_expectations_version"],
    )
    target = folder / year / f"{table}.html"
    _write(target, "\n".join(line for line in page.splitlines() if line.strip()) + "\n")
    _write(folder / "index.html", _index(folder))
    return target


def _index(folder: Path) -> str:
    lines = ["<!DOCTYPE html>", '<html lang="zh-CN"><head><meta charset="utf-8"><title>合理性检查 Data Docs</title></head><body>']
    lines += ["<h1>合理性检查 Data Docs</h1>"]
    for year in sorted((one for one in folder.iterdir() if one.is_dir()), reverse=True):
        pages = [one for one in sorted(year.glob("*.html")) if one.stem in CONTRACTS]
        links = [f'<a href="{year.name}/{one.name}">{html.escape(CONTRACTS[one.stem].title or one.stem)}</a>' for one in pages]
        lines += [f"<h2>{html.escape(year.name)} 学年</h2>", *(f"<p>{link}</p>" for link in links)]
    return "\n".join([*lines, "</body></html>"]) + "\n"


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, target)
