"""Styles of a workbook at which other programs stumble, though values are read all the same.

Belongs here: telling an invalid part of styles from one that is merely unusual. Does not belong here: what styles mean for
figures (``sheet_parts``, ``number_formats``).
"""

import re
from functools import lru_cache

from domain.intake.container import REMEMBERED_PART, REMEMBERED_PARTS

# What no office program writes and libraries do: a fill without a pattern, a colour in no notation of workbooks.
_FILLS = re.compile(rb"<(?:\w+:)?fills[\s>].*?</(?:\w+:)?fills>", re.DOTALL)
_NO_PATTERN = re.compile(rb"<(?:\w+:)?fill(?:\s[^>]*)?(?:/>|>\s*</)")
_NO_COLOUR = re.compile(rb"""\srgb\s*=\s*["'](?!(?:[0-9A-Fa-f]{2}){3,4}["'])""")


def has_odd_styles(part: bytes | None) -> bool:
    """True for a part of styles that is invalid in a way known to stop other readers."""
    if not part:
        return False
    return _remembered(part) if len(part) <= REMEMBERED_PART else _odd(part)


def _odd(part: bytes) -> bool:
    fills = _FILLS.search(part)
    return bool((fills and _NO_PATTERN.search(fills[0])) or _NO_COLOUR.search(part))


_remembered = lru_cache(maxsize=REMEMBERED_PARTS)(_odd)  # the same bytes in all forms of one template
