"""Numbers as the shortest text that reads back to the same double, a column at a time.

Belongs here: the one spelling of numbers that typed values, CSV tables and releases share: as Python's ``repr``, whole
numbers without ``.0``. Does not belong here: figures rounded for people (``domain.reporting.display``).
"""

from typing import Any

import pyarrow as arrow
import pyarrow.compute

# The functions of this module are made at run time: type checkers see none of them.
compute: Any = pyarrow.compute

# Python writes numbers of this size without an exponent, pyarrow 0.00001 and 1e-7, 1e+10 and 9.007199254740992e+15.
_PLAIN_FROM, _PLAIN_BELOW = 1e-4, 1e16


def number_text(column: arrow.Array) -> arrow.Array:
    """The numbers of an arrow array as text; null stays null."""
    texts = compute.cast(column, arrow.large_string())
    size = compute.abs(column)
    tiny = compute.and_(compute.less(size, _PLAIN_FROM), compute.greater(size, 0.0))
    foreign = compute.or_(compute.or_(tiny, compute.greater_equal(size, _PLAIN_BELOW)), compute.match_substring(texts, "e"))
    foreign = compute.fill_null(foreign, False)
    if not compute.any(foreign).as_py():
        return texts
    own = [repr(number).removesuffix(".0") for number in column.filter(foreign).to_pylist()]
    return compute.replace_with_mask(texts, foreign, arrow.array(own, arrow.large_string()))
