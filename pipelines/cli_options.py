"""Options that several commands share.

Belongs here: their names and help. Does not belong here: any command (``cli``, ``cli_followup``).
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Language of console text; published text is Chinese first."""

    zh = "zh"
    en = "en"


Home = Annotated[Path | None, typer.Option("--home", help="工作文件夹(默认 JUNHENG_HOME 或 ./junheng-home) · home folder")]
Lang = Annotated[Language, typer.Option("--lang", help="屏幕文字的语言 · language of console text")]
Year = Annotated[str | None, typer.Option("--year", help="学年,例如 2025-2026 · school year")]
Years = Annotated[list[str] | None, typer.Option("--year", help="学年,可多次给出 · school year, may be repeated")]
OneYear = Annotated[str, typer.Option("--year", help="学年,例如 2025-2026 · school year")]
