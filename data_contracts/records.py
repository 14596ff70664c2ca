"""Names and types of the columns in which a school's return is kept, one row per school.

Belongs here: the column name of a field in a section, and the list of all of them.
Does not belong here: table contracts (``tables``), which build on these names.
"""

from data_contracts.catalogue import fields


def place_column(key: str, section: str | None) -> str:
    """The column of a field for a section, ``books_primary``; the key itself for the whole school."""
    return f"{key}_{section}" if section else key


def return_columns() -> dict[str, tuple[str, str | None]]:
    """Every column of a school's return → (field key, section or None), in the order of the forms."""
    return {place_column(f.key, section): (f.key, section) for f in fields().values() for section in f.places}


RETURN_COLUMNS = return_columns()
NUMERIC_COLUMNS = tuple(name for name, (key, _) in RETURN_COLUMNS.items() if fields()[key].numeric)
TEXT_COLUMNS = tuple(name for name, (key, _) in RETURN_COLUMNS.items() if not fields()[key].numeric)
