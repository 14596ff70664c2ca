"""Mutated workbooks: no crash, no hang, a receipt for each, and what is accepted is what a second reader sees.

``JUNHENG_MUTATIONS`` asks for more than the usual number, ``JUNHENG_SEED`` for others.
"""

import hashlib
import io
import os
import random
import warnings

import openpyxl
import pytest
from mutations import MUTATIONS

from builders.schools import YEAR, school
from builders.workbooks import BULK, bulk_rows, form, xlsx
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from domain.intake.cells import clean_text, shown
from domain.intake.gathering import gathered
from domain.intake.reading import FileReading
from domain.intake.settling import settle
from resources.inbox import files_in
from resources.reading_pool import ReadingPool, read_files
from resources.receipts import write_receipts

COUNT = int(os.environ.get("JUNHENG_MUTATIONS", "2400"))
SEED = int(os.environ.get("JUNHENG_SEED", "20261124"))
AT_ONCE = 400
SCHOOL_YEAR = SchoolYear.parse(YEAR)
BROKEN_READING = {"F-UNREADABLE", "F-TOO-HEAVY", "F-TOO-LONG", "F-VANISHED"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def good_workbooks() -> list[bytes]:
    """A form, a table with shared strings as Excel writes it, and one with inline strings as openpyxl does."""
    rows = bulk_rows([school(1), school(2), school(3, kind="九年一贯制学校")])
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return [form(school(1)), xlsx({BULK: rows}), stream.getvalue()]


@pytest.fixture(scope="module")
def pool():
    pool = ReadingPool(workers=2)
    yield pool
    pool.close()


@pytest.mark.parametrize("start", range(0, COUNT, AT_ONCE))
def test_mutated_workbooks(start, pool, tmp_path):
    inbox, good = tmp_path / "inbox", good_workbooks()
    inbox.mkdir()
    made: dict[str, str] = {}
    for number in range(start, min(start + AT_ONCE, COUNT)):
        chance = random.Random(SEED * 1_000_003 + number)
        mutation = MUTATIONS[number % len(MUTATIONS)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            content = mutation(chance.choice(good), chance)
        name = f"{number}.xlsx"
        (inbox / name).write_bytes(content)
        made[name] = mutation.__name__
    readings = {reading.file: reading for reading in read_files(files_in(inbox), SCHOOL_YEAR, pool=pool)}
    assert set(readings) == set(made), "a file without a reading"
    accepted = compared = 0
    for name, reading in readings.items():
        content = (inbox / name).read_bytes()
        assert reading.sha256 == hashlib.sha256(content).hexdigest()
        broken = [finding for finding in reading.findings if finding.rule in BROKEN_READING]
        assert not broken, f"{made[name]} {name}: {broken[0].rule} {broken[0].params}"
        settled = settle(gathered([reading]), None, in_force(shipped_standards(), SCHOOL_YEAR))
        (outcome,) = settled.files["outcome"]
        told = settled.finding_table()
        assert outcome == "accepted" or len(told), f"{made[name]} {name}: {outcome} without a word"
        assert told["message"].str.len().gt(0).all()
        index = write_receipts(tmp_path / "receipts" / name, settled.files, told, content_of=lambda *_: content)  # noqa: B023
        assert (tmp_path / "receipts" / name / index["receipt"].iat[0]).is_file(), "a file without a receipt"
        if len(settled.returns):
            accepted += 1
            compared += same_as_second_reader(reading, set(settled.returns["school_id"]), content, f"{made[name]} {name}")
    assert accepted >= AT_ONCE // 20 and compared >= 0.6 * accepted, f"{accepted} accepted, {compared} compared"


def same_as_second_reader(reading: FileReading, accepted: set[str], content: bytes, what: str) -> bool:
    """Hold every value of the accepted schools against openpyxl; False where that cannot open the file at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception:
        return False
    if not book.sheetnames:
        return False  # it does not find parts whose names differ in case, as the format allows
    assert set(reading.values["sheet"]) <= set(book.sheetnames), f"{what}: sheets {book.sheetnames}"
    for row in reading.values[reading.values["school_id"].isin(accepted)].itertuples():
        cell = book[row.sheet][row.cell].value
        assert alike(row.value, cell), f"{what}: {row.sheet}!{row.cell} is {row.value!r}, the second reader sees {cell!r}"
    return True


def alike(value: str, cell: object) -> bool:
    """The same figure or words; numbers may differ in their last digit, as programs print them."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        try:
            return abs(float(value) - cell) <= 1e-12 * max(1.0, abs(cell))
        except ValueError:
            return False
    return clean_text(value) == clean_text(shown(cell))
