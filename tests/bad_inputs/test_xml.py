"""XML that is a trap, broken or unusual: definitions, depth, bad characters, parts that are missing or named oddly.

Belongs here: single parts of a container. Does not belong here: the container (``test_containers``), cells (``test_sheets``).
"""

import socket
import time

import pytest
from spoiled import (
    BOOK,
    BOOK_LINKS,
    OFFICE,
    SHEET,
    STRINGS,
    STYLES,
    Case,
    fine,
    packed,
    part_of,
    patched,
    refused,
    subbed,
    table,
)

from builders.schools import code
from builders.workbooks import Formula

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGH = f'<!DOCTYPE sst [<!ENTITY l0 "lol">{LAUGHS}]>'
LONG = f'<!DOCTYPE sst [<!ENTITY a "{"A" * 100_000}">]>'
DECLARED = "?>"
LINKS = f'<Relationship Id="rId90" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
OUTSIDE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/externalLinkPath" Target="file:///\\\\evil.example\\share\\x.xlsx" TargetMode="External"/></Relationships>'
)
LINK_PART = (
    '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook '
    f'xmlns:r="{OFFICE}" r:id="rId1"><sheetNames><sheetName val="A"/></sheetNames></externalBook></externalLink>'
)


def defined(part: str, doctype: str, use: str = "") -> bytes:
    """The table with a definition in one part, used in its first text."""
    content = patched(part, DECLARED, DECLARED + doctype)
    return patched(part, "<t>", f"<t>{use}", content) if use else content


def linked(content: bytes | None = None) -> bytes:
    """The table with a link to a workbook on somebody's server."""
    more = {
        "xl/externalLinks/externalLink1.xml": LINK_PART,
        "xl/externalLinks/_rels/externalLink1.xml.rels": OUTSIDE,
        "xl/connections.xml": '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    }
    return packed(more=more, content=patched(BOOK_LINKS, "</Relationships>", LINKS, content))


def in_utf16() -> bytes:
    text = part_of(STRINGS).decode().split("?>", 1)[1]
    return packed(STRINGS, more={STRINGS: f"<!DOCTYPE sst [<!ENTITY a 'b'>]>{text}".encode("utf-16")})


def declared(part: str, encoding: str, written: str = "utf-8") -> bytes:
    """The table with a part that says it is in an encoding."""
    text = part_of(part).decode().replace("UTF-8", encoding, 1)
    return packed(part, more={part: text.encode(written)})


def deep(levels: int, part: str = STYLES, before: str = "</styleSheet>") -> bytes:
    return patched(part, before, "<r>" * levels + "</r>" * levels + before)


def renamed() -> bytes:
    return packed(STRINGS, more={"xl/SharedStrings.xml": part_of(STRINGS)})


CASES = {
    "B01 entities of entities": refused(lambda: defined(STRINGS, LAUGH, "&l9;"), "F-DTD", "DOCTYPE"),
    "B02 one long entity 3,000 times": refused(lambda: defined(STRINGS, LONG, "&a;" * 3_000), "F-DTD", "DOCTYPE"),
    "B03 an entity that is a file": refused(
        lambda: defined(STRINGS, '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"), "F-DTD", "DOCTYPE"
    ),
    "B04 a definition on a server": refused(
        lambda: defined(BOOK, '<!DOCTYPE workbook SYSTEM "http://127.0.0.1:9/x.dtd">'), "F-DTD", "外部定义"
    ),
    "B05 a definition in UTF-16": refused(in_utf16, "F-DTD", "DOCTYPE"),
    "B05 texts in GBK": refused(lambda: declared(STRINGS, "GBK", "gbk"), "F-STRUCTURE", "编码异常", "另存为"),
    "B05 a theme in GB2312": refused(lambda: declared("xl/theme/theme1.xml", "GB2312"), "F-STRUCTURE", "编码异常"),
    "B05 a sheet in Big5": refused(lambda: declared(SHEET, "Big5"), "F-STRUCTURE", "编码异常"),
    "B05 properties in GB18030": refused(lambda: declared("docProps/app.xml", "GB18030"), "F-STRUCTURE", "编码异常"),
    "B05 an encoding that there is not": refused(lambda: declared(STRINGS, "foo"), "F-STRUCTURE", "编码异常"),
    "B05 an encoding that is none of texts": refused(lambda: declared(STYLES, "rot13"), "F-STRUCTURE", "编码异常"),
    "B06 200,000 levels": refused(lambda: deep(200_000), "F-BOMB", "解压后过大"),
    "B07 XML cut off": refused(lambda: patched(SHEET, "</sheetData>", ""), "F-DAMAGED", "打开", "另存为"),
    "B08 a control sign": refused(lambda: patched(STRINGS, "小学", "\x01"), "F-DAMAGED", "打开", "另存为"),
    "B08 four milliards of texts announced": refused(
        lambda: subbed(STRINGS, r' uniqueCount="\d+"', ' uniqueCount="4000000000"'), "F-DAMAGED", "打开", "另存为"
    ),
    "B08 more texts announced than there are": fine(lambda: subbed(STRINGS, r' uniqueCount="\d+"', ' uniqueCount="90000"')),
    "B09 an empty fill": fine(
        lambda: patched(STYLES, '<fill><patternFill patternType="none"/></fill>', "<fill/>"),
        "F-ODD-STYLES",
        says=("不规范", "另存一次"),
    ),
    "B10 no styles": fine(lambda: packed(STYLES)),
    "B11 links to other files": fine(linked, "F-LINKS-IGNORED", says=("已忽略", "没有打开")),
    "B12 an embedded object": refused(lambda: packed(more={"xl/embeddings/oleObject1.bin": b"x"}), "F-EMBEDDED", "嵌"),
    "B12 a control": refused(lambda: packed(more={"xl/activeX/activeX1.xml": b"<a/>"}), "F-EMBEDDED", "控件"),
    "B13 an odd name of a part": fine(renamed),
    "B13 an odd way to a part": fine(
        lambda: patched(BOOK_LINKS, 'Target="worksheets/', 'Target="./worksheets/'), "F-SECOND-READER", says=("另一种方法",)
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_becomes_of_it(hand_in, case: Case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    assert night.accepted == ([code(90)] if case.outcome == "rejected" else [code(1), code(2), code(90)])


def test_no_word_of_a_local_file_is_told(hand_in, tmp_path):
    """B03."""
    secret = tmp_path / "archive" / "秘密.txt"
    secret.parent.mkdir()
    secret.write_text("口令四五六", encoding="utf-8")
    doctype = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    night = hand_in({"表.xlsx": defined(STRINGS, doctype, "&x;")})
    assert not any("口令四五六" in message for message in night.messages)
    assert not any("口令四五六".encode() in receipt for receipt in night.receipts.values())


def test_nobody_is_called(hand_in):
    """B04, B11: a server that waits is never reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        files = {
            "定义.xlsx": defined(BOOK, f'<!DOCTYPE workbook SYSTEM "{address}.dtd">'),
            "链接.xlsx": packed(
                more={"xl/externalLinks/externalLink1.xml": LINK_PART, "xl/externalLinks/_rels/externalLink1.xml.rels":
                      OUTSIDE.replace("file:///\\\\evil.example\\share\\x.xlsx", address)},
                content=patched(BOOK_LINKS, "</Relationships>", LINKS),
            ),
        }  # fmt: skip
        hand_in(files)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "part, before", [(STYLES, "</styleSheet>"), (SHEET, "<sheetData>"), (STRINGS, "</sst>"), (BOOK, "<sheets>")]
)
def test_depth_is_bounded_in_time(hand_in, part, before):
    """B06: just below what counts as a bomb."""
    started = time.monotonic()
    night = hand_in({"表.xlsx": deep(100_000, part, before)})
    assert time.monotonic() - started < 20 and night.outcomes["表.xlsx"] in ("accepted", "rejected")
    assert not night.told("F-TOO-LONG")


def test_a_formula_into_another_file_is_an_error_and_the_link_is_not_returned(hand_in):
    """B11."""
    night = hand_in({"表.xlsx": linked(table(value=Formula("=[1]A!A1", 11250)))})
    assert night.outcomes["表.xlsx"] == "partly_accepted" and night.accepted == [code(2), code(90)]
    assert "另一个文件" in night.one("C-LINKED").message()
    assert b"evil.example" not in night.receipts["表.xlsx"]
