"""Texts that no cell holds are cut in the copy that goes back, and nothing else is.

Belongs here: what becomes of long texts. Does not belong here: other marks (``test_receipt_marked_copy``).
"""

import io
import zipfile

import pytest
from receipt_sample import finding, opened, outcome, parts, table, values

from builders.workbooks import repacked, xlsx
from domain.reporting.marked_copy import marked_copy
from domain.reporting.receipt_long_texts import CELL_HOLDS, cut_text
from domain.reporting.receipt_removal import stripped

STRINGS, SHEET = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"
ROWS = [["项目", "数", "备注"], ["图书册数", -3, "这里很长"], ["班级数", 12, "甲乙"]]
"""C2 is the text that is made long."""


def book(written: str, part: str = STRINGS) -> bytes:
    """The table with a text as it is written in XML."""
    content = xlsx({"表": ROWS})
    if part == STRINGS:
        return repacked(content, {part: lambda xml: xml.replace("这里很长", written)})
    number = parts(content)[STRINGS].decode().split("<si>").index("<t>这里很长</t></si>") - 1
    return repacked(
        content,
        {part: lambda xml: xml.replace(f't="s"><v>{number}</v>', f't="inlineStr"><is><t>{written}</t></is>')},
    )


def marked(content: bytes):
    findings = table(finding(cell="B2", sheet="表"))
    return marked_copy(content, outcome(findings, "rejected"), findings)


def text_of(content: bytes) -> str:
    return opened(content)["表"]["C2"].value


@pytest.mark.parametrize("part", [STRINGS, SHEET])
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("长" * 200_000, "长" * CELL_HOLDS),
        ("长" * (CELL_HOLDS + 1), "长" * CELL_HOLDS),
        ("a&amp;" * 20_000, "a&" * (CELL_HOLDS // 2) + "a"),
        ("𠮷" * 20_000, "𠮷" * (CELL_HOLDS // 2)),
        ("&#x20BB7;" * 20_000, "𠮷" * (CELL_HOLDS // 2)),
        ("换\n" * 20_000, "换\n" * (CELL_HOLDS // 2) + "换"),
    ],
    ids=["C08", "one too many", "escapes", "beyond 65,535", "these escaped", "lines"],
)
def test_what_no_cell_holds_is_cut_and_told(part, written, kept):
    """C08: the workbook opens, and the original stays whole."""
    content = book(written, part)
    made = marked(content)
    assert text_of(made.content) == kept
    (notice,) = made.notices
    assert all(word in notice for word in ("表!C2 ", "32767", "原文件"))
    assert any(notice in str(row[0].value) for row in opened(made.content)["回执"].iter_rows())
    bare = stripped(made.content)
    before = [[kept if (row, cell) == (1, 2) else one for cell, one in enumerate(line)] for row, line in enumerate(ROWS)]
    assert [[cell.value for cell in line] for line in opened(bare)["表"].iter_rows()] == before
    other = STRINGS if part == SHEET else SHEET
    assert parts(bare)[other] == parts(content)[other]


@pytest.mark.parametrize("part", [STRINGS, SHEET])
@pytest.mark.parametrize(
    "written", ["长" * CELL_HOLDS, "&amp;" * CELL_HOLDS, "_x000D_" * 6_000], ids=["C07", "escapes", "returns"]
)
def test_what_a_cell_holds_stays_to_the_byte(part, written):
    content = book(written, part)
    made = marked(content)
    assert made.notices == ()
    bare = stripped(made.content)
    assert all(parts(bare)[name] == parts(content)[name] for name in (STRINGS, SHEET)) and values(bare) == values(content)


def test_runs_of_a_formatted_text_are_cut_together():
    runs = "".join(f"<r><t>{sign * 20_000}</t></r>" for sign in "甲乙丙") + '<rPh sb="0" eb="1"><t>jia</t></rPh>'
    content = repacked(xlsx({"表": ROWS}), {STRINGS: lambda xml: xml.replace("<t>这里很长</t>", runs)})
    made = marked(content)
    assert text_of(made.content) == "甲" * 20_000 + "乙" * 12_767 and len(made.notices) == 1
    assert "<t>jia</t>" in parts(made.content)[STRINGS].decode()


def test_more_than_three_cells_are_counted():
    content = repacked(xlsx({"表": [["长"] * 5]}), {STRINGS: lambda xml: xml.replace("<t>长</t>", f"<t>{'长' * 40_000}</t>")})
    findings = table(finding(cell="B1", sheet="表"))
    (notice,) = marked_copy(content, outcome(findings), findings).notices
    assert notice.startswith("表!A1、表!B1、表!C1 等 5 格")


def test_a_copy_of_values_says_so_too():
    content = book("长" * 40_000)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/what.bin", b"x")
    made = marked(stream.getvalue())
    assert text_of(made.content) == "长" * CELL_HOLDS
    assert len(made.notices) == 2 and "表!C2" in made.notices[1]


@pytest.mark.parametrize(("text", "kept"), [("短", "短"), ("a" * 40_000, "a" * CELL_HOLDS), ("𠮷" * 16_384, "𠮷" * 16_383)])
def test_cutting(text, kept):
    assert cut_text(text) == kept
