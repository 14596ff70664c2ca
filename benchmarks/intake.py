"""The intake: a form, ten thousand forms, a night in which ten changed, a table of 100 000 schools, a marked receipt.

Belongs here: reading, screening and receipts beside the bare libraries doing the least of it, in one run.
Does not belong here: whole commands (``cold``), the assessment (``assessment``).
"""

import gc
import hashlib
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from benchmarks.forms import forms, without_stated_ratios
from benchmarks.processes import Measured, median, ratio, run_once

ROUNDS = 40
FORMS, CHANGED = int(os.environ.get("JUNHENG_FORMS", "10000")), 10
NIGHTS = 5
SCHOOLS, COLUMNS = 100_000, 40


def seconds(action: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that one call takes, on the clock or, with ``time.process_time``, of the processor."""
    started = clock()
    action()
    return clock() - started


def as_python_does(action: Callable[[], object]) -> Callable[[], object]:
    """An action while Python looks for garbage as it does by itself, whatever this process was settled into."""

    def run() -> None:
        gc.enable()
        try:
            action()
        finally:
            gc.disable()

    return run


def as_a_worker(action: Callable[[], object]) -> Callable[[], object]:
    """An action as a worker does it: garbage is looked for once, when it is over, and that counts."""

    def run() -> None:
        action()
        gc.collect()

    return run


def in_turns(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Median seconds of processor of each action, called in turn, so that a shared machine touches all alike; one round first uncounted."""
    for action in actions:
        action()
    times = [[seconds(action, time.process_time) for action in actions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def bare_calamine(content: bytes) -> None:
    """Every cell of a workbook by the reader alone."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def read_and_settled(contents: list[bytes]) -> None:
    """Gate, reading, screening and findings of forms in this process, which is warm."""
    from data_contracts.standard import shipped_standards
    from data_contracts.standards_in_force import in_force
    from domain.demonstration import YEARS
    from domain.intake.gathering import gathered
    from domain.intake.reading import read_file
    from domain.intake.settling import settle

    year = YEARS[-1]
    readings = [read_file(f"{n}.xlsx", c, hashlib.sha256(c).hexdigest(), year) for n, c in enumerate(contents)]
    settle(gathered(readings), None, in_force(shipped_standards(), year)).finding_table()


def one_form() -> list[str]:
    """A form in a warm worker; the screening looks at many schools at once, as the night does, and is shared out among them."""
    from resources.reading_pool import settle_in

    many = forms(200)
    settle_in()
    few = many[:20]
    bare, pandas_seconds, alone, shared = in_turns(
        ROUNDS // 4,
        as_python_does(lambda: [bare_calamine(form) for form in many]),
        as_python_does(lambda: [pd.read_excel(io.BytesIO(form), sheet_name=None, engine="openpyxl") for form in few]),
        as_a_worker(lambda: read_and_settled(many[:1])),
        as_a_worker(lambda: read_and_settled(many)),
    )
    bare, pandas_seconds, ours = bare / len(many), pandas_seconds / len(few), shared / len(many)
    return [
        "## A school's form: gate, reading, screening, findings",
        "",
        "| | ms of processor |",
        "|---|---|",
        f"| Junheng, each of 200 forms | {ours * 1000:.2f} |",
        f"| Junheng, a single form with nothing shared out | {alone * 1000:.2f} |",
        f"| bare python-calamine, reading every cell | {bare * 1000:.2f} |",
        f"| pandas.read_excel with openpyxl, reading every cell | {pandas_seconds * 1000:.2f} |",
        "",
        f"Junheng / calamine: **{ours / bare:.1f}** (goal ≤ 6). pandas with openpyxl / Junheng: **{pandas_seconds / ours:.1f}** "
        "(goal ≥ 4).",
    ]


def nights() -> list[str]:
    """Ten thousand forms: the first night, and some in which ten files changed; as the assets do it, tables written."""
    from data_contracts.standard import shipped_standards
    from data_contracts.standards_in_force import in_force
    from domain.demonstration import YEARS
    from domain.intake.gathering import READ_TABLES, IntakeTables, restored
    from domain.intake.settling import settle
    from pipelines.execution import few_collections
    from resources.inbox import files_in
    from resources.reading_pool import ReadingPool, read_changed
    from resources.table_store import TableStore

    year = YEARS[-1]
    standards = in_force(shipped_standards(), year)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        inbox, store = root / "inbox", TableStore(root / "tables")
        for number, content in enumerate(forms(FORMS)):
            place = inbox / f"{number // 500}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number}.xlsx").write_bytes(content)
        pool = ReadingPool()
        pool.warm()

        def night() -> int:
            known = [store.read(name, year.key) for name in READ_TABLES]
            before = IntakeTables(*known) if all(table is not None for table in known) else None
            tables, read = read_changed(files_in(inbox), year, root / "archive", before, pool)
            kept = [store.write(table, name, year.key) for name, table in zip(READ_TABLES, tables.all, strict=True)]
            intake = IntakeTables(*kept)
            settled = settle(restored(intake), None, standards, None)
            store.write(settled.finding_table(), "findings", year.key)
            for name, table in (
                ("file_outcomes", settled.files),
                ("school_register", settled.register),
                ("reporting_board", settled.board),
                ("school_returns", settled.returns),
            ):
                store.write(table, name, year.key)
            return read

        def night_of_run() -> None:
            with few_collections():  # as ``junheng run`` does
                night()

        full = seconds(night_of_run)
        later = []
        for number in range(NIGHTS):
            for place, content in enumerate(forms(CHANGED, FORMS + number * CHANGED)):
                (inbox / "0" / f"{place}.xlsx").write_bytes(content)
            later.append(seconds(night_of_run))
        pool.close()
    changed = statistics.median(later)
    return [
        f"## {FORMS:,} forms on {pool.workers} workers: intake without receipts, its tables written under contract",
        "",
        f"- the first night: **{full:.1f} s** (goal ≤ 60 s)",
        f"- a night in which {CHANGED} of them changed: **{changed:.2f} s**, {changed / full:.1%} of it (goal ≤ 5 %); "
        f"median of {NIGHTS} in a row, {min(later):.2f} to {max(later):.2f} s",
    ]


def large_table() -> list[str]:
    """A table of 100 000 schools, and one that is blank here and there, each way in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        whole, gaps = Path(folder) / "whole.xlsx", Path(folder) / "gaps.xlsx"
        # In processes of their own: what this one has held at any time counts as the peak of those that it starts.
        for path, blank in ((whole, 0), (gaps, 0.08)):
            run_once(["-m", "benchmarks.intake", "write", str(path), str(blank)])
        bare, read, ours = (_alone_thrice(kind, whole) for kind in ("calamine", "read", "ours"))
        bare_gaps, ours_gaps = (_alone_thrice(kind, gaps) for kind in ("calamine", "ours"))
    lines = [
        f"| {name} | {median(runs, 'wall'):.1f} | {median(runs, 'cpu'):.1f} | {max(run.peak for run in runs):.0f} |"
        for name, runs in (
            ("bare python-calamine", bare),
            ("Junheng's worker: gate, reading, values with addresses", read),
            ("the same and all checks, in one process", ours),
            ("bare python-calamine, one figure in twelve blank", bare_gaps),
            ("Junheng, all of it, one figure in twelve blank: each is a finding", ours_gaps),
        )
    ]
    return [
        f"## A bulk table of {SCHOOLS:,} schools × {COLUMNS} columns",
        "",
        "| | wall s, median of 3 processes | cpu s | peak MB |",
        "|---|---|---|---|",
        *lines,
        "",
        f"All / calamine, of processor: **{ratio(ours, bare, 'cpu'):.1f}** (goal ≤ 4, worker ≤ 2,048 MB); "
        f"blank here and there **{ratio(ours_gaps, bare_gaps, 'cpu'):.1f}**.",
    ]


def _alone_thrice(kind: str, path: Path) -> list[Measured]:
    return [run_once(["-m", "benchmarks.intake", kind, str(path)]) for _ in range(3)]


def _write_table(path: Path, blank: float) -> None:
    """Sound figures of one primary school of the demonstration county, every copy with premises of its own."""
    import xlsxwriter

    from data_contracts.catalogue import fields, identity_fields
    from data_contracts.rules import telling_fields
    from domain.demonstration import YEARS
    from domain.demonstration.county import register
    from domain.demonstration.returns import figures

    year = YEARS[-1]
    known = figures(year)
    school = next(one for one in register(year) if one.school_type == "小学" and known.get(one.school_id))
    values: dict[tuple[str, str | None], object] = {(key, None): text for key, text in school.identity.items() if text}
    values["year_built", None] = int(school.identity["year_built"])
    values |= {place: value for place, value in known[school.school_id].items() if value is not None and place not in values}
    places = list(without_stated_ratios(values))[:COLUMNS]
    own = {place for place in places if place[0] in telling_fields()}
    identity = {what.key for what in identity_fields()}
    gaps = random.Random(SCHOOLS)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False})
    sheet = book.add_worksheet("汇总表")
    sheet.write_row(0, 0, [fields()[key].label_in(section) for key, section in places])
    for number in range(SCHOOLS):
        for column, place in enumerate(places):
            if place[0] not in identity and gaps.random() < blank:
                continue
            value = values[place]
            if place[0] == "school_id":
                value = f"{4_000_000_000 + number}"
            elif place[0] == "school_name":
                value = f"第{number}小学"
            elif place in own and isinstance(value, (int, float)):
                value = value + (number % 997) / 100 if isinstance(value, float) else value + number % 97
            sheet.write(number + 1, column, value)
    book.close()


def receipts() -> list[str]:
    """A marked receipt beside openpyxl loading and saving the same file."""
    from domain.demonstration import YEARS
    from domain.intake.gathering import gathered
    from domain.intake.reading import read_file
    from domain.intake.settling import settle
    from domain.reporting.marked_copy import marked_copy

    from data_contracts.standard import shipped_standards  # isort: skip
    from data_contracts.standards_in_force import in_force  # isort: skip

    year, form = YEARS[-1], forms(1)[0]
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book.worksheets[0]
    for row in range(20, 30):
        sheet.cell(row, 5).value = "450人"
    stream = io.BytesIO()
    book.save(stream)
    content = stream.getvalue()
    reading = read_file("a.xlsx", content, hashlib.sha256(content).hexdigest(), year)
    settled = settle(gathered([reading]), None, in_force(shipped_standards(), year))
    outcome, findings = settled.files.iloc[0].to_dict(), settled.finding_table()

    def load_and_save() -> None:
        openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO())

    marked, bare = in_turns(ROUNDS // 2, lambda: marked_copy(content, outcome, findings), load_and_save)
    return [
        f"## A marked receipt of a form with {len(findings)} findings",
        "",
        f"{marked * 1000:.1f} ms; openpyxl's load and save of the same file {bare * 1000:.1f} ms; ratio **{marked / bare:.2f}** "
        "(goal ≤ 1.5).",
    ]


def report() -> str:
    """Measure, and tell as Markdown."""
    parts = [one_form(), receipts(), large_table(), nights()]
    return "\n\n".join("\n".join(part) for part in parts)


def _alone(kind: str, path: str, blank: str = "") -> None:
    if kind == "write":
        _write_table(Path(path), float(blank))
        return
    content = Path(path).read_bytes()
    if kind == "calamine":
        bare_calamine(content)
        return
    from resources.reading_pool import settle_in

    settle_in()  # as every worker does
    if kind == "ours":
        read_and_settled([content])
    else:
        from domain.demonstration import YEARS
        from domain.intake.reading import read_file

        read_file("a.xlsx", content, hashlib.sha256(content).hexdigest(), YEARS[-1])


if __name__ == "__main__":
    import sys

    _alone(*sys.argv[1:])
