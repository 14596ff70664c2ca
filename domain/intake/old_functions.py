"""Functions as formulas of the old format number them: name, how many values each takes, and what kind of result it gives.

Belongs here: what is true of a function wherever it stands. Does not belong here: the program of one formula (``old_formulas``).
"""

from typing import NamedTuple


class Function(NamedTuple):
    """A function.

    Attributes:
        name: as people see it.
        takes: how many values, where that is always the same; the others' programs say it.
        number: True where it gives a number whatever it is given.
        passes: which of its values it passes on as its result, all from this one on; None where it passes on none.
        alone: True where it passes on that one only.
    """

    name: str
    takes: int | None = None
    number: bool = False
    passes: int | None = None
    alone: bool = False


_NUMBERS = {
    0: ("COUNT", None), 4: ("SUM", None), 5: ("AVERAGE", None), 6: ("MIN", None), 7: ("MAX", None), 8: ("ROW", None),
    9: ("COLUMN", None), 11: ("NPV", None), 12: ("STDEV", None), 19: ("PI", 0), 20: ("SQRT", 1), 24: ("ABS", 1),
    25: ("INT", 1), 26: ("SIGN", 1), 27: ("ROUND", 2), 32: ("LEN", 1), 33: ("VALUE", 1),
    39: ("MOD", 2), 46: ("VAR", None), 63: ("RAND", 0), 64: ("MATCH", None), 65: ("DATE", 3), 67: ("DAY", 1), 68: ("MONTH", 1),
    69: ("YEAR", 1), 70: ("WEEKDAY", None), 74: ("NOW", 0), 76: ("ROWS", 1), 77: ("COLUMNS", 1), 82: ("SEARCH", None),
    121: ("CODE", 1), 124: ("FIND", None), 131: ("N", 1), 140: ("DATEVALUE", 1), 169: ("COUNTA", None), 183: ("PRODUCT", None),
    197: ("TRUNC", None), 211: ("LENB", 1), 212: ("ROUNDUP", 2), 213: ("ROUNDDOWN", 2), 216: ("RANK", None), 221: ("TODAY", 0),
    227: ("MEDIAN", None), 228: ("SUMPRODUCT", None), 285: ("FLOOR", 2), 288: ("CEILING", 2), 325: ("LARGE", 2), 326: ("SMALL", 2),
    337: ("POWER", 2), 344: ("SUBTOTAL", None), 345: ("SUMIF", None), 346: ("COUNTIF", 2), 347: ("COUNTBLANK", 1), 351: ("DATEDIF", 3),
}  # fmt: skip
_OTHERS = {
    2: ("ISNA", 1), 3: ("ISERROR", 1), 10: ("NA", 0), 14: ("FIXED", None), 30: ("REPT", 2), 31: ("MID", 3), 34: ("TRUE", 0), 35: ("FALSE", 0),
    36: ("AND", None), 37: ("OR", None), 38: ("NOT", 1), 48: ("TEXT", 2), 78: ("OFFSET", None), 105: ("ISREF", 1), 111: ("CHAR", 1), 112: ("LOWER", 1), 113: ("UPPER", 1),
    114: ("PROPER", 1), 115: ("LEFT", None), 116: ("RIGHT", None), 117: ("EXACT", 2), 118: ("TRIM", 1), 119: ("REPLACE", 4),
    120: ("SUBSTITUTE", None), 126: ("ISERR", 1), 127: ("ISTEXT", 1), 128: ("ISNUMBER", 1), 129: ("ISBLANK", 1), 130: ("T", 1),
    148: ("INDIRECT", None), 162: ("CLEAN", 1), 190: ("ISNONTEXT", 1), 198: ("ISLOGICAL", 1), 336: ("CONCATENATE", None),
}  # fmt: skip
FUNCTIONS = {
    **{number: Function(name, takes, number=True) for number, (name, takes) in _NUMBERS.items()},
    **{number: Function(name, takes) for number, (name, takes) in _OTHERS.items()},
    1: Function("IF", passes=1),
    100: Function("CHOOSE", passes=1),
    28: Function("LOOKUP", passes=1),
    29: Function("INDEX", passes=0, alone=True),
    101: Function("HLOOKUP", passes=1, alone=True),
    102: Function("VLOOKUP", passes=1, alone=True),
}
"""The functions that tables of schools are likely to hold, by number."""
ADDED, IN_NEWER_PROGRAMS = 255, "_xlfn."
"""The number of a function that the format does not know, whose name comes first; and what stands before such a name."""
ADDED_FUNCTIONS = {
    "IFERROR": Function("IFERROR", passes=0),
    **{name: Function(name, number=True) for name in ("SUMIFS", "COUNTIFS", "AVERAGEIF", "AVERAGEIFS")},
}
