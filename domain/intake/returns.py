"""Schools' returns side by side: one row per school and file, figures as arrays, every value with its address.

Belongs here: turning values with addresses into arrays that rules can look at, and identity by the register.
Does not belong here: any judgement of them (``screening``, ``settling``).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow

from data_contracts.catalogue import identity_fields
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS, place_column
from domain.intake.findings import Finding
from domain.intake.gathering import Intake

CODE_DIGITS = 10
_POSITION = {name: index for index, name in enumerate(RETURN_COLUMNS)}


@dataclass
class Returns:
    """n returns of schools.

    Attributes:
        keys: file, sha256, sheet, row, form, modified, school_id (None where unreadable); n rows.
        numbers: column of ``RETURN_COLUMNS`` → figures in stored units, NaN where missing.
        texts: column → words, None where missing. Identity is the register's where it knows the school.
        position: index into ``values`` of every filled cell, −1 where blank; shape n × columns.
        values: the filled cells.
        blanks: (file, sheet, row, field, section) → address of a cell that is there but blank.
        registered: True for schools in the register; all True where there is no register.
    """

    keys: pd.DataFrame
    numbers: dict[str, np.ndarray]
    texts: dict[str, np.ndarray]
    position: np.ndarray
    values: pd.DataFrame
    blanks: dict[tuple[str, str, int, str, str | None], str]
    registered: np.ndarray
    cells: arrow.Array = field(init=False)
    typed: arrow.Array = field(init=False)
    places: list[list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        # Few cells are ever spoken of: words are taken out one by one, which pandas does twenty times slower than Arrow.
        self.cells, self.typed = _words(self.values["cell"]), _words(self.values["value"])
        self.places = [self.keys[name].tolist() for name in ("file", "sheet", "row")]

    def __len__(self) -> int:
        return len(self.keys)

    def number(self, key: str, section: str | None = None) -> np.ndarray:
        """Figures of a field in a section (None: the whole school), shape (n,)."""
        return self.numbers[place_column(key, section)]

    def text(self, key: str) -> np.ndarray:
        """Words of a field, shape (n,)."""
        return self.texts[key]

    def filled(self, key: str, section: str | None = None) -> np.ndarray:
        """True where a cell was filled in, readable or not."""
        return self.position[:, _POSITION[place_column(key, section)]] >= 0

    def typed_text(self, index: int, key: str, section: str | None = None) -> str | None:
        """What was typed for a field, None where nothing was."""
        position = self.position[index, _POSITION[place_column(key, section)]]
        return self.typed[position].as_py() if position >= 0 else None

    def typed_texts(self, indexes: np.ndarray, key: str, section: str | None = None) -> list[str | None]:
        """What was typed for a field by many returns, None where nothing was."""
        positions = self.position[indexes, _POSITION[place_column(key, section)]]
        return self.typed.take(arrow.array(positions, mask=positions < 0)).to_pylist()

    def is_filled(self, index: int, key: str, section: str | None = None) -> bool:
        """True where one return filled in the cell, readable or not."""
        return bool(self.position[index, _POSITION[place_column(key, section)]] >= 0)

    def cell(self, index: int, key: str, section: str | None = None) -> str | None:
        """The address of a field's cell, blank ones too; None where the file has no place for it."""
        position = self.position[index, _POSITION[place_column(key, section)]]
        if position >= 0:
            return self.cells[position].as_py()
        file, sheet, row = self.places
        return self.blanks.get((file[index], sheet[index], row[index], key, section))

    def finding(self, index: int, rule: str, key: str | None = None, section: str | None = None, **params: object) -> Finding:
        """A finding about one return, at the cell of a field where one is named."""
        _, sheet, row = self.places
        cell = self.cell(index, key, section) if key else None
        typed = self.typed_text(index, key, section) if key else None
        return Finding(rule, sheet[index], cell, row[index], key, section, typed, params)


def _words(column: pd.Series) -> arrow.Array:
    """A column of words as one piece of Arrow's, without copying where it already is."""
    made = arrow.array(column.array, arrow.large_string(), from_pandas=True)
    return made.combine_chunks() if isinstance(made, arrow.ChunkedArray) else made


def returns_of(intake: Intake, register: pd.DataFrame | None) -> Returns:
    """Lay the values of all files side by side.

    Args:
        intake: the files of one school year.
        register: identity fields of the schools expected, one row each, ``school_id`` unique; None without a register.
    """
    values = intake.values
    number, first = _numbered(values)
    keys = values.iloc[first][["file", "sha256", "sheet", "row", "school_id"]].reset_index(drop=True)
    keys = keys.astype({"file": "str", "sha256": "str", "sheet": "str"})
    facts = {reading.file: (reading.form, reading.modified) for reading in intake.files}
    keys["form"] = [facts[file][0] for file in keys["file"]]
    keys["modified"] = pd.Series([facts[file][1] for file in keys["file"]], dtype=object)
    keys["school_id"] = keys["school_id"].astype(object).where(keys["school_id"].notna(), None)
    n = len(keys)

    field_code, keys_used = pd.factorize(values["field"])
    section_code, sections_used = pd.factorize(values["section"])
    lookup = pd.Index(list(RETURN_COLUMNS)).get_indexer(
        [place_column(key, section) for key in keys_used for section in (*sections_used, None)]
    )
    # −1, no section, is the last of each field's places.
    place = lookup.reshape(len(keys_used), -1)[field_code, section_code] if len(values) else np.array([], dtype=int)
    position = np.full((n, len(RETURN_COLUMNS)), -1, dtype=np.int64)
    position[number, place] = np.arange(len(values))
    figures = values["number"].to_numpy(float)
    words = _words(values["text"])
    numbers = {name: _taken(figures, position[:, _POSITION[name]]) for name in NUMERIC_COLUMNS}
    texts = {name: _words_at(words, position[:, _POSITION[name]]) for name in TEXT_COLUMNS}
    blanks = {(r.file, *place): cell for r in intake.files for place, cell in r.blanks.items()}
    registered = np.full(n, True)
    returns = Returns(keys, numbers, texts, position, values, blanks, registered)
    if register is not None:
        returns.registered = keys["school_id"].isin(register["school_id"]).to_numpy(copy=True)
    return returns


def _numbered(values: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The number of each cell's return, in order of appearance, and the place of each return's first cell."""
    file, _ = pd.factorize(values["file"])
    sheet, sheets = pd.factorize(values["sheet"])
    row = values["row"].to_numpy(np.int64)
    code = (file * max(1, len(sheets)) + sheet) * (int(row.max(initial=0)) + 1) + row
    number, seen = pd.factorize(code)
    first = np.full(len(seen), len(values), dtype=np.int64)
    np.minimum.at(first, number, np.arange(len(values)))
    return number, first


def _taken(source: np.ndarray, position: np.ndarray) -> np.ndarray:
    return np.where(position >= 0, source[position], np.nan) if len(source) else np.full(len(position), np.nan)


def _words_at(source: arrow.Array, position: np.ndarray) -> np.ndarray:
    return np.array(source.take(arrow.array(position, mask=position < 0)).to_pylist(), dtype=object)


def restore_zeros(returns: Returns, register: pd.DataFrame) -> list[tuple[int, Finding]]:
    """Give back the leading zeros that a code lost by being kept as a number, where the register knows one such school only."""
    findings = []
    known = set(register["school_id"])
    for index in np.flatnonzero(returns.keys["school_id"].isna().to_numpy()).tolist():
        typed = returns.typed_text(index, "school_id") or ""
        whole = typed.rjust(CODE_DIGITS, "0")
        if typed.isascii() and typed.isdigit() and len(typed) < CODE_DIGITS and whole in known:
            findings.append((index, returns.finding(index, "R-CODE-ZERO", "school_id", value=typed, school_id=whole)))
            returns.keys.at[index, "school_id"] = whole
            returns.texts["school_id"][index] = whole
            returns.registered[index] = True
    return findings


def take_identity_from(returns: Returns, register: pd.DataFrame) -> list[tuple[int, Finding]]:
    """Let the register win for identity fields; what was filled in differently becomes a query naming both."""
    findings = []
    ids = returns.keys["school_id"].to_numpy(object)
    place = pd.Index(register["school_id"]).get_indexer(ids)
    known = place >= 0
    for what in identity_fields():
        if what.key == "school_id" or what.key not in register.columns:
            continue
        column = register[what.key]
        expected = column.astype(object).where(column.notna(), None).to_numpy(object)
        current = returns.numbers[what.key] if what.numeric else returns.texts[what.key]
        for index in np.flatnonzero(known):
            official = expected[place[index]]
            if official is None:
                continue
            given = current[index]
            missing = given is None or given != given
            if not missing and given != official:
                params = {"label": what.label, "value": _word(given), "expected": _word(official)}
                findings.append((int(index), returns.finding(int(index), "R-IDENTITY", what.key, **params)))
            current[index] = official
    return findings


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
