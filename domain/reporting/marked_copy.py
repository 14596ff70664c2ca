"""The very workbook that was handed in, with coloured cells, comments and a first sheet 回执.

Belongs here: which cells are marked and with what words, what is never given back, and what is given back instead.
Does not belong here: what the first sheet says (``receipt_sheet``), the parts changed (``receipt_book``, ``receipt_cells``,
``receipt_comments``, ``receipt_styles``), taking marks away (``receipt_removal``), reading (``domain.intake``).

Only the parts that must change are changed, at the very bytes that must: formulas, stored results, number formats,
drop-downs, protection, pictures and whatever else a school's office program wrote stay as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import xlsxwriter

from data_contracts.vocabulary import SEVERITIES
from domain.intake.findings import NEVER_OPENED, Unreadable
from domain.intake.gate import pass_gate
from domain.reporting.receipt_book import Book, empty_package, is_worksheet, opened_at, with_sheet, without_selection
from domain.reporting.receipt_cells import SheetCells, address_of, place_of
from domain.reporting.receipt_comments import OPENING, Box, add_comments, anchor
from domain.reporting.receipt_long_texts import shorten_long_texts, told_of_long_texts
from domain.reporting.receipt_parts import Package, Unusual, expanded_size, outline
from domain.reporting.receipt_plain import values_alone
from domain.reporting.receipt_removal import digest_of, packed, strip_package
from domain.reporting.receipt_rows import MARK_COLOURS, MARK_FRAMES, frame, line_count, looks_of, solid
from domain.reporting.receipt_sheet import Line, Listing, lines_of, sheet_part
from domain.reporting.receipt_styles import Styles

MARKED_AT_MOST = 2_000
EXPANDED_AT_MOST = 24_000_000
_IN_ONE_COMMENT, _COMMENT_LENGTH, _COMMENT_WIDTH = 6, 1_200, 46
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# Folders and parts of a workbook that hold nothing which runs or fetches; what is not named here is not given back.
_HARMLESS = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|docProps/.*|customXml/.*|customStorage/.*|docMetadata/.*"
    r"|xl/_rels/(workbook|cellimages)\d*\.xml\.rels"
    r"|xl/(workbook|styles|sharedStrings|calcChain|metadata|comments|cellimages)\d*\.xml"
    r"|xl/(worksheets|chartsheets)/(_rels/)?[^/]*\.(xml|rels)"
    r"|xl/(theme|drawings|charts|media|tables|pivotTables|pivotCache|slicers|slicerCaches|timelines|timelineCaches"
    r"|threadedComments|persons|printerSettings|richData|featurePropertyBag|diagrams|worksheets/comments|comments)/.*)",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"\.(png|jpe?g|gif|bmp|emf|wmf|tiff?|svg|webp|wdp|ico)$", re.IGNORECASE)
_LINKS_OUT = re.compile(r"(https?|mailto):", re.IGNORECASE)
# In a formula: another workbook, or a function that calls something outside.
_REACHES_OUT = re.compile(
    rb"<(?:\w+:)?(?:f|formula1?|formula2|definedName)(?:\s[^>]*)?>[^<]*?"
    rb"(?:\[\d+\]|\b(?:WEBSERVICE|RTD|CALL|REGISTER\.ID|REGISTER|EXEC|DDE|IMAGE)\s*\(|\|)[^<]*<"
)
# A number that is none: Excel would call the receipt damaged, as it does the file.
_NO_NUMBER = re.compile(
    rb"<(?:\w+:)?c(?![^>]*\st=)[^>]*>(?:<(?:\w+:)?f[^<]*</(?:\w+:)?f>|<(?:\w+:)?f[^>]*/>)?<(?:\w+:)?v>"
    rb"(?!\s*[-+]?(?:\d|\.\d)[\d.]*(?:[eE][-+]?\d+)?\s*<)[^<]"
)
_UNCHANGEABLE = (
    "原文件含有不宜原样退回的内容(如指向其他文件的链接、控件等),或结构特殊;以下各表只保留内容和列宽,格式请以自己的原文件为准。"
)
_OF_RECEIPTS = frozenset(("F-RECEIPT", "F-RECEIPT-EMPTY"))
_ONLY_LISTED = "原文件没有附在回执里,这里只列出问题。"
_TOO_LARGE = "原文件较大,没有附在回执里,这里只列出问题;请在自己的原文件上改正。"
_CANNOT_BE_CHANGED = (Unusual, ValueError, LookupError, ArithmeticError, AssertionError)


@dataclass(frozen=True)
class Marked:
    """A receipt as the bytes of a workbook; ``notices`` say what of the original is not in it (nothing: all is)."""

    content: bytes
    notices: tuple[str, ...] = ()


def marked_copy(
    content: bytes,
    outcome: Mapping[str, object],
    findings: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    boards: Mapping[str, str] | None = None,
    unchecked: str = "",
    untroubled: int = 0,
) -> Marked:
    """The workbook with its cells marked and a first sheet that lists everything; the same arguments give the same bytes.

    What a receipt before left in it is replaced, and answers given there are kept. Where the workbook cannot be changed
    safely, or holds what is never given back (links to other files, controls), the marks are in a copy of values and column
    widths; where it was never opened (``NEVER_OPENED``), cannot be, or is too large (``EXPANDED_AT_MOST``), everything is
    listed alone, its bytes not looked at. A notice says so. What is wrong with a receipt that came by itself is listed, too.

    Args:
        content: bytes of the handed-in .xlsx.
        outcome: the file's row of ``file_outcomes``.
        findings: its rows of ``findings``.
        names: school codes → names.
        boards: school codes → outcomes of schools.
        unchecked: which rules could not be checked, as a sentence.
        untroubled: how many schools of a bulk table were accepted without a finding.
    """
    listing = Listing(outcome, findings, names or {}, boards or {}, untroubled=untroubled, unchecked=unchecked)
    if not _OF_RECEIPTS.isdisjoint(findings["rule"]):
        return Marked(listing_workbook(listing))  # nothing in it is anybody's own
    if not NEVER_OPENED.isdisjoint(findings["rule"]):
        return _listed(listing, _ONLY_LISTED)
    if expanded_size(content) > EXPANDED_AT_MOST:
        return _listed(listing, _TOO_LARGE)
    try:
        pass_gate(content)
        package = Package.read(content)
    except (Unreadable, Unusual):
        return _listed(listing, _ONLY_LISTED)
    try:
        if _gives_back_nothing_dangerous(package):
            listing.answers = strip_package(package, content)
            cut = shorten_long_texts(package, Book.of(package))
            listing.notices = told = told_of_long_texts(cut)
            return Marked(_mark(package, listing), told)
    except _CANNOT_BE_CHANGED:
        pass
    try:
        listing.answers, bare, cut = values_alone(content)
        listing.notices = told = (_UNCHANGEABLE, *told_of_long_texts(cut))
        return Marked(_mark(Package.read(bare), listing), told)
    except (Unreadable, xlsxwriter.exceptions.XlsxWriterException, *_CANNOT_BE_CHANGED):
        return _listed(listing, _ONLY_LISTED)


def listing_workbook(listing: Listing) -> bytes:
    """A workbook of the sheet 回执 alone."""
    return _mark(empty_package(), listing)


def _listed(listing: Listing, notice: str) -> Marked:
    listing.notices = (notice,)
    return Marked(listing_workbook(listing), (notice,))


def _gives_back_nothing_dangerous(package: Package) -> bool:
    for name, data in package.parts.items():
        if not _HARMLESS.fullmatch(name) or (name.lower().startswith("xl/media/") and not _MEDIA.search(name)):
            return False
        if name.endswith(".rels"):
            for one in outline(data).children:
                said = one.attributes
                kind = said.get("Type", "").rpartition("/")[2]
                if said.get("TargetMode") == "External" and (kind != "hyperlink" or not _LINKS_OUT.match(said.get("Target", ""))):
                    return False
        elif name.startswith("xl/") and name.endswith(".xml") and (_REACHES_OUT.search(data) or _NO_NUMBER.search(data)):
            return False
    return True


def _mark(package: Package, listing: Listing) -> bytes:
    book = Book.of(package)
    styles_part = book.styles_part()
    styles = Styles(package.parts[styles_part])
    worksheets = {name: part for name, part, _ in book.sheets if is_worksheet(package, part)}
    listing.linked = frozenset(worksheets)
    memory: dict[str, object] = {"sheets": {}, "fills": [], "borders": [], **opened_at(book)}
    left = _mark_cells(package, worksheets, listing, styles, memory)
    if left:
        listing.notices = (*listing.notices, f"有问题的格较多,另有 {left} 格没有标颜色,请按本表改正。")
    for _, part, _ in book.sheets:
        package.parts[part] = without_selection(package.parts[part])
    part = package.unused("xl/worksheets/receipt{}.xml")
    relation = package.relate(book.part, "worksheet", part)
    package.declare(part, _SHEET_TYPE)
    looks = looks_of(styles)
    package.parts[styles_part] = styles.content()
    memory["styles"] = digest_of(package.parts[styles_part])
    package.parts[part], heading = sheet_part(listing, looks, packed(memory) if worksheets else "")
    package.parts[book.part] = with_sheet(book, relation, heading)
    return package.content()


def _mark_cells(
    package: Package, worksheets: Mapping[str, str], listing: Listing, styles: Styles, memory: dict[str, object]
) -> int:
    """Colour and comment the cells of findings; returns how many had to be left out."""
    places: dict[str, dict[tuple[int, int], list[Line]]] = {}
    count = left = 0
    for line in lines_of(listing.findings):
        place = place_of((line.cell or "").partition(":")[0])
        if line.sheet not in worksheets or place[0] < 0:
            continue
        mine = places.setdefault(str(line.sheet), {})
        if place not in mine and count >= MARKED_AT_MOST:
            left += 1
            continue
        count += place not in mine
        mine.setdefault(place, []).append(line)
    colours = {severity: styles.fill(solid(colour)) for severity, colour in MARK_COLOURS.items()} if places else {}
    frames = {severity: styles.border(frame(colour, "medium")) for severity, colour in MARK_FRAMES.items()} if places else {}
    fills: dict[str, int] = {}
    borders: dict[str, int] = {}
    remembered: dict[str, dict[str, list[int | None]]] = {}
    for name, marks in places.items():
        part = worksheets[name]
        cells = SheetCells(package.parts[part])
        widths, heights, usual = cells.sizes()
        boxes = []
        for (row, column), lines in sorted(marks.items()):
            style = cells.style(row, column)
            address = address_of(row, column)
            remembered.setdefault(name, {})[address] = [
                fills.setdefault(styles.fill_of(style), len(fills)),
                cells.given_style(row, column),
                borders.setdefault(styles.border_of(style), len(borders)),
            ]
            severity = lines[0].severity
            cells.restyle(row, column, styles.filled(style, colours[severity], frames.get(severity)))
            text = _comment(lines)
            tall = 10 + 15 * line_count(text, _COMMENT_WIDTH)
            boxes.append(Box(row, column, address, text, anchor(row, column, (330, min(400, tall)), widths, heights, usual)))
        relation = add_comments(package, part, boxes)
        if relation is not None:
            cells.draw(relation)
        package.parts[part] = cells.content()
    memory["sheets"] = remembered
    memory["fills"] = list(fills)
    memory["borders"] = list(borders)
    return left


def _comment(lines: list[Line]) -> str:
    """What stands in the comment of a cell: every finding with what was typed, and what is to be done."""
    told = [OPENING.strip()]
    for line in lines[:_IN_ONE_COMMENT]:
        message = line.words.removesuffix(f"[{line.rule}]").rstrip()
        told.append(f"{SEVERITIES[line.severity]} {line.rule}")
        if line.value:
            told.append(f"填报内容:{line.value[:60]}{'…' if len(line.value) > 60 else ''}")
        told.append(message if len(message) <= _COMMENT_LENGTH else message[:_COMMENT_LENGTH] + "…(全文见“回执”表)")
    if len(lines) > _IN_ONE_COMMENT:
        told.append(f"另有 {len(lines) - _IN_ONE_COMMENT} 项,见“回执”表。")
    return "\n".join(told)
