"""Styles are called odd where another reader cannot read them, and only there.

Belongs here: the part of styles alone. Does not belong here: what a school is told (``bad_inputs/test_xml``, ``test_rules``).
"""

import io
import re

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from builders.schools import school
from builders.workbooks import form, repacked, xlsx
from domain.intake.workbook_styles import has_odd_styles

STYLES = "xl/styles.xml"
FILL = r"<(?:\w+:)?fill>.*?</(?:\w+:)?fill>"


def written_by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, 1, book.add_format({"bg_color": "#FF0000", "font_color": "red", "border": 1}))
        page.conditional_format("A1:A9", {"type": "cell", "criteria": ">", "value": 0, "format": book.add_format({"bold": 1})})
    return stream.getvalue()


def written_by_openpyxl() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    book.active["A1"].fill = PatternFill("solid", fgColor="00FF00")
    book.active.conditional_formatting.add("A1", FormulaRule(["TRUE"], fill=PatternFill(bgColor="FFC7CE")))
    book.save(stream)
    return stream.getvalue()


SOUND = {"a form": lambda: form(school(1)), "xlsxwriter": written_by_xlsxwriter, "openpyxl": written_by_openpyxl}
CHANGES = {
    "as it is": lambda xml: xml,
    "an empty fill": lambda xml: re.sub(FILL, "<fill/>", xml, count=1),
    "a fill of blanks": lambda xml: re.sub(FILL, "<fill>\n </fill>", xml, count=1),
    "an empty fill of a condition": lambda xml: re.sub(
        r"<dxfs[^>]*?(/>|>.*?</dxfs>)", '<dxfs count="1"><dxf><fill/></dxf></dxfs>', xml, flags=re.DOTALL
    ),
    "a gradient": lambda xml: re.sub(FILL, '<fill><gradientFill degree="90"/></fill>', xml, count=1),
    "a colour of the web": lambda xml: xml.replace("<sz ", '<color rgb="#FF0000"/><sz ', 1),
    "a colour without a value": lambda xml: xml.replace("<sz ", '<color rgb=""/><sz ', 1),
    "a colour of six digits": lambda xml: xml.replace("<sz ", '<color rgb="FF0000"/><sz ', 1),
    "many colours": lambda xml: xml.replace("<sz ", "<color rgb='FFff0000'/><sz ", 1),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("book", SOUND)
def test_odd_is_what_another_reader_cannot_read(book, change):
    content = repacked(SOUND[book](), {STYLES: CHANGES[change]})
    try:
        load_workbook(io.BytesIO(content))
        readable = True
    except (TypeError, ValueError):
        readable = False
    assert has_odd_styles(styles_of(content)) != readable


def styles_of(content: bytes) -> bytes:
    kept: list[str] = []
    repacked(content, {STYLES: lambda xml: kept.append(xml) or xml})
    return kept[0].encode()


def test_none_are_not_odd():
    assert not has_odd_styles(None) and not has_odd_styles(b"") and not has_odd_styles(styles_of(xlsx({"表": [[1]]})))
