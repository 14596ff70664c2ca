"""Giving a computed table the shape of its contract.

Belongs here: types, order of columns, the year. Does not belong here: any table, and the check itself (``resources.table_store``).
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from data_contracts.tables.columns import COUNT_OR_NONE, FLAG, FLAG_OR_NONE, FLOAT, REPEATED, TEXT, type_of


def in_shape(table: pd.DataFrame, schema: pa.DataFrameSchema, year: str) -> pd.DataFrame:
    """A computed table in the shape of its contract: the year first, columns in order, types as promised.

    Only the representation is touched (how words and missing values are kept, the order of columns); values are never
    repaired: numbers do not become words, fractions do not become counts.

    Raises:
        KeyError: a column is missing.
        TypeError: a column holds something else than was promised, or stands there though nobody promised it.
    """
    strange = [column for column in table.columns if column not in schema.columns]
    if strange or not table.columns.is_unique:
        raise TypeError(f"columns {strange or list(table.columns)} are not those of the contract")
    columns: dict[str, object] = {}
    for column, contract in schema.columns.items():
        kind = type_of(contract)
        if column == "school_year" and column not in table:
            columns[column] = pd.Series(_all_the_same(year, len(table)), dtype=kind)
        else:
            columns[column] = _as_type(table[column].reset_index(drop=True), kind)
    shape = pd.DataFrame(columns)
    if (shape["school_year"] != year).any():
        raise TypeError(f"column school_year holds another year than {year}")
    return shape


def _all_the_same(word: str, rows: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), pd.Index([word], dtype="str"))


def _as_type(values: pd.Series, wanted: str) -> pd.Series:
    """A column as its contract keeps it, where nothing is lost or made up on the way.

    Raises:
        TypeError: its values are of another kind than was promised.
    """
    if str(values.dtype) == wanted and (wanted != REPEATED or values.cat.categories.dtype == "str"):
        return values
    # Of repeated words it is the list of them that is looked at; one without words has no type of its own.
    known = pd.Series(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else values.dropna()
    if wanted in (TEXT, REPEATED):
        right = known.map(lambda value: isinstance(value, str)).all()
    elif wanted in (FLAG, FLAG_OR_NONE):
        right = known.map(lambda value: isinstance(value, bool | np.bool_)).all() and (
            wanted == FLAG_OR_NONE or len(known) == len(values)
        )
    elif wanted == FLOAT:
        right = _numeric(values) or known.map(_is_number).all()
    else:
        right = (_numeric(values) or known.map(_is_number).all()) and (known.astype(float) % 1 == 0).all()
        right = right and (wanted == COUNT_OR_NONE or len(known) == len(values))
    if not right:
        raise TypeError(f"column {values.name} holds other values ({values.dtype}) than the promised {wanted}")
    if wanted == REPEATED:
        return values.astype(pd.CategoricalDtype(pd.Index(known.unique(), dtype="str")))
    return values.astype(wanted)


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
