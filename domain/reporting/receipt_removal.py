"""Taking a receipt away: its sheet, its comments and its colours, and what the sheet remembers so that this can be done.

Belongs here: finding a receipt in a workbook that any program may have saved since, giving cells their look back.
Does not belong here: making the marks (``marked_copy``), the parts concerned (``receipt_book``, ``receipt_comments``).
"""

import base64
import hashlib
import io
import json
import re
import zlib
from collections.abc import Mapping

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from data_contracts.vocabulary import RECEIPT_AUTHOR
from domain.intake.answer_rows import answers_of
from domain.intake.answers import MARK, SHEET_NAME, has_keys, key_text
from domain.intake.workbook import Sheet
from domain.reporting.receipt_book import Book, is_worksheet, take_out
from domain.reporting.receipt_cells import SheetCells, address_of
from domain.reporting.receipt_comments import remove_comments
from domain.reporting.receipt_parts import Package, Unusual, outline
from domain.reporting.receipt_rows import MARK_COLOURS, MARK_FRAMES
from domain.reporting.receipt_styles import Styles

_MEMORY_AT_MOST = 24_000_000
_NO_FILL = '<fill><patternFill patternType="none"/></fill>'
_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
_OF_FILLS = frozenset({"fill", "patternFill", "fgColor", "bgColor", "gradientFill", "stop", "color"})
_OF_BORDERS = frozenset(
    {"border", "left", "right", "top", "bottom", "start", "end", "diagonal", "vertical", "horizontal", "color"}
)


def stripped(content: bytes) -> bytes:
    """The workbook without the sheet and the marks of a receipt; one that has none comes back as it is.

    Raises:
        Unusual: it cannot be changed safely.
    """
    package = Package.read(content)
    before = dict(package.parts)
    try:
        strip_package(package, content)
    except (ValueError, LookupError, ArithmeticError, AssertionError) as error:
        raise Unusual(str(error)) from error
    return content if package.parts == before else package.content()


def strip_package(package: Package, content: bytes) -> dict[str, str]:
    """Take the receipt out of a workbook; returns the answers that stand in it, by the key of their query."""
    book = Book.of(package)
    found = _receipt_sheets(package, book, content)
    answers: dict[str, str] = {}
    memory: dict[str, object] = {}
    for sheet in found.values():
        answers |= {key_text(*a.key): a.text for a in answers_of([sheet])}
        memory = memory or _unpacked(sheet)
    if found or _has_traces(package, book):
        _unmark(package, book, set(found), memory)
    if found:
        take_out(package, book, set(found), memory)
    return answers


def _has_traces(package: Package, book: Book) -> bool:
    """True where marks are left, though somebody took the sheet away."""
    styles = package.parts[book.styles_part()]
    return any(colour.encode() in styles for colour in MARK_COLOURS.values()) or any(
        RECEIPT_AUTHOR.encode() in data for name, data in package.parts.items() if "comments" in name.lower()
    )


def _receipt_sheets(package: Package, book: Book, content: bytes) -> dict[str, Sheet]:
    marked = any(MARK.encode() in data for name, data in package.parts.items() if name.endswith(".xml"))
    # Who deletes the rows above the list deletes the mark with them.
    if not marked and not any(name.startswith(SHEET_NAME) for name, *_ in book.sheets):
        return {}
    try:
        reader = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = {}
        for name, part, _ in book.sheets:
            if is_worksheet(package, part):
                sheet = Sheet(name, reader.get_sheet_by_name(name).to_python(skip_empty_area=False))
                if has_keys(sheet):
                    found[name] = sheet
    except (CalamineError, ZipError, OSError) as error:
        raise Unusual("sheet") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault within the native reader; anything else is not about the file
            raise
        raise Unusual("sheet") from error
    return found


def _unmark(package: Package, book: Book, passed: set[str], memory: Mapping[str, object]) -> None:
    """Take comments away and give cells the fill and the border back that they had."""
    styles_part = book.styles_part()
    exact = memory.get("styles") == digest_of(package.parts[styles_part])
    remembered = memory.get("sheets")
    fills, borders = memory.get("fills"), memory.get("borders")
    styles = Styles(package.parts[styles_part])
    ours = _our_styles(styles)
    for name, part, _ in book.sheets:
        if name in passed or not is_worksheet(package, part):
            continue
        drawing_gone = remove_comments(package, part)
        if not ours and not drawing_gone:
            continue
        cells = SheetCells(package.parts[part])
        if drawing_gone:
            cells.draw(None)
        known = remembered.get(name, {}) if isinstance(remembered, dict) else {}
        usual = _commonest(known)
        for style, places in cells.styled().items():
            if style not in ours:
                continue
            for row, column in places:
                fill, before, *border = known.get(address_of(row, column), usual)
                if exact and address_of(row, column) in known and (before is None or 0 <= before < styles.count):
                    cells.restyle(row, column, before)
                else:
                    old = fills[fill] if isinstance(fills, list) and fill is not None else ""
                    framed = None
                    if any(f'rgb="{colour}' in styles.border_of(style) for colour in MARK_FRAMES.values()):
                        around = borders[border[0]] if isinstance(borders, list) and border and border[0] is not None else ""
                        framed = styles.border(_only(around, _OF_BORDERS, _NO_BORDER))
                    cells.restyle(row, column, styles.filled(style, styles.fill(_only(old, _OF_FILLS, _NO_FILL)), framed))
        package.parts[part] = cells.content()
    package.parts[styles_part] = styles.content()


def _only(text: object, names: frozenset[str], otherwise: str) -> str:
    """A remembered look: anybody could have written into the sheet, so it is looked at before it goes into the styles."""
    if not isinstance(text, str) or not re.fullmatch(r"<(fill|border)\b[^<>]*>\s*(<[^<>]*>\s*)*</\1>|<border\s*/>", text):
        return otherwise
    try:
        pending = [outline(text.encode())]
    except Unusual:
        return otherwise
    while pending:
        one = pending.pop()
        if one.name not in names or any(":" in name for name in one.attributes):
            return otherwise
        pending += one.children
    return text


def _our_styles(styles: Styles) -> frozenset[int]:
    """The cell styles that show one of our colours."""
    colours = list(MARK_COLOURS.values())
    return frozenset(
        style for style in range(styles.count) if any(f'fgColor rgb="{colour}' in styles.fill_of(style) for colour in colours)
    )


def _commonest(known: Mapping[str, list[int | None]]) -> list[int | None]:
    """The look that most marked cells of a sheet had: the best guess for one that was moved since."""
    looks: list[list[int | None]] = [[fill, None, *border] for fill, _, *border in known.values()]
    return max(sorted(looks, key=str), key=looks.count) if looks else [None, None]


def packed(memory: Mapping[str, object]) -> str:
    """What is to be remembered, as a cell holds it."""
    text = json.dumps(memory, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "memory:" + base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(sheet: Sheet) -> dict[str, object]:
    """What the sheet remembers; nothing where somebody changed it."""
    start = next(
        ((r, c) for r, row in enumerate(sheet.rows[:20]) for c, cell in enumerate(row) if str(cell).startswith("memory:")), None
    )
    if start is None:
        return {}
    row, column = start
    pieces = []
    for line in sheet.rows[row:]:
        if len(line) <= column or not isinstance(line[column], str) or not line[column]:
            break
        pieces.append(line[column])
    try:
        inflater = zlib.decompressobj()
        text = inflater.decompress(base64.b64decode("".join(pieces).removeprefix("memory:")), _MEMORY_AT_MOST)
        memory = json.loads(text)
    except (ValueError, zlib.error):
        return {}
    return memory if isinstance(memory, dict) else {}


def digest_of(data: bytes) -> str:
    """By which it is seen whether another program has saved the styles since."""
    return hashlib.sha256(data).hexdigest()
