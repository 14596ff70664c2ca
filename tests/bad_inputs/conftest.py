"""An inbox into which a bad file is put beside a good one, and everything that must hold whatever the bad one is.

Belongs here: the way from files on disk to outcomes and receipts, and what is demanded of every case.
Does not belong here: what a certain file must come to.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from spoiled import Case

from builders.intake import Settled, settled
from builders.schools import YEAR, School, code, school
from builders.workbooks import bulk
from data_contracts.catalogue import fields
from data_contracts.records import RETURN_COLUMNS
from data_contracts.school_year import SchoolYear
from domain.intake.findings import Finding
from resources.inbox import archived, files_in
from resources.reading_pool import ReadingPool, read_files
from resources.receipts import write_receipts

NEIGHBOUR, GOOD = school(90), "好.xlsx"
NEVER_RETURNED = ("vbaproject", "externallink", "embeddings", "activex", "connections.xml", "macrosheets", "..", "cron")


@dataclass(frozen=True)
class Night(Settled):
    """What the inbox came to; ``receipts`` holds the bytes of each file's receipt, ``folder`` is where they lie."""

    receipts: Mapping[str, bytes]
    folder: Path

    def of(self, file: str) -> list[Finding]:
        """The findings of a file."""
        return [finding for name, *_, finding in self.settlement.findings if name == file]

    def becomes(self, case: Case) -> None:
        """Hold what a file came to against its case."""
        messages = [finding.message() for finding in self.of(case.file)]
        assert (self.outcomes[case.file], [f.rule for f in self.of(case.file)]) == (case.outcome, case.rules), messages
        for words in case.says:
            assert any(words in message for message in messages), (words, messages)
        if case.outcome == "rejected":
            assert any("请" in message for message in messages), "no remedy is named"


@pytest.fixture(scope="session")
def pool():
    pool = ReadingPool(workers=2)
    pool.warm()
    yield pool
    pool.close()


HandIn = Callable[..., Night]


@pytest.fixture
def hand_in(tmp_path, pool) -> HandIn:
    """Call with file name → bytes; ``prepare`` may put into the inbox what is no plain file, ``between`` do what
    happens after the inbox was walked."""

    def run(
        files: Mapping[str, bytes],
        register: Sequence[School] | None = None,
        last_year: pd.DataFrame | None = None,
        prepare: Callable[[Path], object] | None = None,
        reader: ReadingPool | None = None,
        between: Callable[[Path], object] | None = None,
    ) -> Night:
        inbox, archive, folder = tmp_path / "inbox", tmp_path / "archive", tmp_path / "receipts"
        for name, content in {**files, GOOD: bulk([NEIGHBOUR])}.items():
            path = inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if prepare:
            prepare(inbox)
        found = files_in(inbox)
        if between:
            between(inbox)
        readings = list(read_files(found, SchoolYear.parse(YEAR), archive, reader or pool))
        year = settled(readings, None if register is None else [*register, NEIGHBOUR], last_year=last_year)
        settlement = year.settlement
        told = write_receipts(folder, settlement.files, settlement.finding_table(), archive, board=settlement.board)
        receipts = {file: (folder / name).read_bytes() for file, name in zip(told["file"], told["receipt"], strict=True)}
        night = Night(year.intake, settlement, year.standards, year.year, receipts, folder)
        for name, content in files.items():
            digest = next((reading.sha256 for reading in readings if reading.file == name), "")
            if digest and archived(archive, digest).exists():
                assert archived(archive, digest).read_bytes() == content, "the original was changed"
        whatever_comes(night)
        night.tables()  # held to their contracts
        return night

    return run


def whatever_comes(night: Night) -> None:
    """The good neighbour is untouched, every file has a receipt, and no receipt does harm or speaks like a program."""
    assert night.outcomes[GOOD] == "accepted" and night.of(GOOD) == [], night.messages
    row = night.row(code(90))
    for column, place in RETURN_COLUMNS.items():
        value, got = NEIGHBOUR.get(place), row[column]
        if value is None:
            assert got is None or got != got, column
        elif fields()[place[0]].numeric:
            assert got == pytest.approx(value * fields()[place[0]].factor), column
        else:
            assert got == value, column
    assert set(night.receipts) == set(night.outcomes)
    lines = list(csv.reader(io.StringIO((night.folder / "index.csv").read_text(encoding="utf-8-sig"))))
    assert len(lines) == len(night.outcomes) + 1, "one line a file"
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for line in lines for cell in line), lines
    for message in night.messages:
        assert "Traceback" not in message and "{" not in message.replace("{{7*7}}", "") and len(message) < 1_000
    for name, receipt in night.receipts.items():
        harmless(name, receipt)


def harmless(name: str, receipt: bytes) -> None:
    """A receipt opens, holds no trap, and no formula that starts a program."""
    if receipt[:2] != b"PK":
        assert "回执" in receipt.decode("utf-8-sig") and b"Traceback" not in receipt
        return
    with zipfile.ZipFile(io.BytesIO(receipt)) as archive:
        assert archive.testzip() is None
        parts = {part: archive.read(part) for part in archive.namelist()}
    assert not [part for part in parts if any(trap in part.lower() for trap in NEVER_RETURNED)], name
    assert not any(b"Traceback" in part or b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in parts.values()), name
    assert not any(b"macroEnabled" in part for part in parts.values()), name
