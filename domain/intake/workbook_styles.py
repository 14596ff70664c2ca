"""The part of a workbook that holds its styles: what they say of figures, and whether other programs stumble at it.

Belongs here: that part. Does not belong here: which cells have which style (``sheet_parts``), what a number format shows
(``number_formats``).
"""

import re
from functools import lru_cache
from xml.etree import ElementTree

from domain.intake.container import REMEMBERED_PART, REMEMBERED_PARTS, local
from domain.intake.number_formats import BUILT_IN, shows

# No part of styles is rewritten, so any manner of quoting is met here.
_STRIKE = re.compile(rb"""<(?:\w+:)?strike(?:\s+val\s*=\s*["'](?:1|true)["'])?\s*/?>""")
# What no office program writes and libraries do: a fill without a pattern, a colour in no notation of workbooks.
_FILLS = re.compile(rb"<(?:\w+:)?fills[\s>].*?</(?:\w+:)?fills>", re.DOTALL)
_NO_PATTERN = re.compile(rb"<(?:\w+:)?fill(?:\s[^>]*)?(?:/>|>\s*</)")
_NO_COLOUR = re.compile(rb"""\srgb\s*=\s*["'](?!(?:[0-9A-Fa-f]{2}){3,4}["'])""")


def strikes(part: bytes) -> bool:
    """True for styles, or a text, of which something is struck through."""
    return b"strike" in part and bool(_STRIKE.search(part))


def struck_styles(root: ElementTree.Element) -> list[int]:
    """Numbers of the cell styles whose font is struck through."""
    struck: set[str] = set()
    styles: list[int] = []
    for group in root:
        if local(group.tag) == "fonts":
            for number, font in enumerate(group):
                if any(local(one.tag) == "strike" and one.get("val", "1") not in ("0", "false") for one in font):
                    struck.add(str(number))
        elif local(group.tag) == "cellXfs":
            styles = [number for number, style in enumerate(group) if style.get("fontId") in struck]
    return styles


def telling_styles(part: bytes) -> dict[int, str]:
    """Numbers of the cell styles whose number format shows more than the figure, and the format."""
    return _telling_again(part) if len(part) <= REMEMBERED_PART else _telling(part)


def has_odd_styles(part: bytes | None) -> bool:
    """True for a part of styles that is invalid in a way known to stop other readers."""
    if not part:
        return False
    return _odd_again(part) if len(part) <= REMEMBERED_PART else _odd(part)


def _telling(part: bytes) -> dict[int, str]:
    try:
        root = ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError):
        return {}
    groups = {local(group.tag): group for group in root}
    formats = {str(number): code for number, code in BUILT_IN.items()}
    formats |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in groups.get("numFmts", ())}
    codes = [formats.get(style.get("numFmtId", ""), "") for style in groups.get("cellXfs", ())]
    return {number: code for number, code in enumerate(codes) if shows(code)}


def _odd(part: bytes) -> bool:
    fills = _FILLS.search(part)
    return bool((fills and _NO_PATTERN.search(fills[0])) or _NO_COLOUR.search(part))


# The same bytes in all forms of one template.
_telling_again = lru_cache(maxsize=REMEMBERED_PARTS)(_telling)
_odd_again = lru_cache(maxsize=REMEMBERED_PARTS)(_odd)
