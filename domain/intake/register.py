"""The register (名册) of a school year: the schools expected, in the county's order.

Belongs here: reading it, and clear sentences about what is wrong with it.
Does not belong here: what schools report (``reading``), who is missing (``settling``).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields, identity_fields
from data_contracts.errors import MendableError
from domain.intake.blocks import Block
from domain.intake.cells import coerce
from domain.intake.findings import Finding, Unreadable
from domain.intake.tables import blocks_of
from domain.intake.workbook import open_book

NAMED_AT_MOST = 5


def read_register(name: str, content: bytes) -> pd.DataFrame:
    """Read a register.

    Args:
        name: its file name, for messages.
        content: its bytes, .xlsx, .xls or .csv.

    Returns:
        Identity fields by key, one row per school, in the file's order; ``school_status`` 正常 where blank.

    Raises:
        MendableError: it cannot be read, a column is missing, a code is wrong or stands twice; names the places.
    """
    try:
        book = open_book(name, content)
    except Unreadable as problem:
        raise MendableError(
            f"学校名册 {name} 读不出来:{problem.finding.message('zh')}",
            f"The register {name} cannot be read: {problem.finding.message('en')}",
        ) from problem
    read = [(block, found) for block, found in map(blocks_of, book.sheets) if block and block.form == "bulk_table"]
    blocks = [_without_examples(block, found) for block, found in read]
    if not blocks or not blocks[0].rows:
        raise MendableError(
            f"学校名册 {name} 中没有找到学校。表头应含“学校标识码”“学校名称”“办学类型”等列,每所学校一行。",
            f"The register {name} lists no school. It needs a header with 学校标识码, 学校名称, 办学类型 … and a row per school.",
        )
    block = blocks[0]
    columns: dict[str, object] = {}
    problems = [found for found in read[0][1] if found.rule == "R-LONGER"]
    for what in identity_fields():
        place = (what.key, None)
        if place not in block.places:
            columns[what.key] = np.full(len(block.rows), np.nan) if what.numeric else np.full(len(block.rows), None, dtype=object)
            continue
        index = block.places.index(place)
        column = coerce(what, what.label, block.typed[index], book.textual)
        columns[what.key] = column.numbers if what.numeric else column.texts
        problems += [Finding(rule, block.sheet, block.cell(index, i), params=params) for i, rule, params in column.remarks]
    table = pd.DataFrame(columns)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        more = f"(共 {len(errors)} 处)" if len(errors) > NAMED_AT_MOST else ""
        raise MendableError(
            f"学校名册 {name} 需要修改{more}:" + " ".join(e.message("zh") for e in errors[:NAMED_AT_MOST]),
            f"The register {name} must be mended ({len(errors)}): " + " ".join(e.message("en") for e in errors[:NAMED_AT_MOST]),
        )
    _demand(table, name, block.rows)
    table["school_status"] = table["school_status"].fillna("正常")
    return table


def _without_examples(block: Block, findings: Sequence[Finding]) -> Block:
    """A table without its examples; what a register calls otherwise is a school, as nothing else lists any."""
    gone = {one.params["row"] for one in findings if one.rule == "R-EXAMPLE"}
    kept = [index for index, row in enumerate(block.rows) if row not in gone]
    return replace(block, rows=[block.rows[i] for i in kept], typed=[[column[i] for i in kept] for column in block.typed])


def _demand(table: pd.DataFrame, name: str, rows: list[int]) -> None:
    """Refuse a register with blanks in what identifies and scopes a school, or with a code twice."""
    needed = [what for what in identity_fields() if what.required == "yes" and what.key != "area_type"]
    for what in needed:
        blank = np.flatnonzero(table[what.key].isna())
        if len(blank):
            where = "、".join(str(rows[i]) for i in blank[:NAMED_AT_MOST])
            raise MendableError(
                f"学校名册 {name} 的“{what.label}”有 {len(blank)} 行没有填写(第 {where} 行)。请补填。",
                f"The register {name}: '{what.label}' is blank in {len(blank)} row(s) (row {where}). Fill it in.",
            )
    twice = table[table["school_id"].duplicated(keep=False)]
    if len(twice):
        code = twice["school_id"].iat[0]
        where = "、".join(str(rows[i]) for i in twice.index[twice["school_id"] == code])
        raise MendableError(
            f"学校名册 {name} 中学校标识码 {code} 重复(第 {where} 行)。请只保留一行。",
            f"The register {name} has school code {code} twice (rows {where}). Keep one.",
        )


def register_labels() -> list[str]:
    """The headings of a register, in order."""
    return [field.label for field in fields().values() if field.category == "基本信息"]
