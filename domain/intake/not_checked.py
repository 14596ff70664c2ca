"""What was not checked, and why, in words for schools and the county.

Belongs here: what is lacking on a whole run (a register, the year before), what a file that is rejected as a whole can still be
judged by, and how both are told. Does not belong here: the rules themselves (``data_contracts.rules``, ``screening``).
"""

from collections.abc import Collection, Iterable, Sequence

from data_contracts.record_forms import of_county
from data_contracts.rules import rules
from domain.intake.findings import Finding

_CELLS_ARE_CERTAIN = frozenset({"F-MIXED-SCHOOLS", "F-TWO-TABLES-SCHOOLS", "F-YEAR", "H-AMBIGUOUS", "H-MISSING", "R-COVER"})
"""Errors of a whole file after which what its cells say is still certain."""
_ONE_COLUMN_IS_NOT = frozenset({"H-TWICE", "H-UNIT-OPEN"})
"""Errors after which nobody knows what the cells of one column say."""
_OF_ONE_CELL = ("C-", "R-")

_TOLD: dict[str, tuple[tuple[str, str], dict[str, tuple[str, str]]]] = {
    "register": (
        ("没有学校名册", "there is no register of schools"),
        {
            "school": (
                "学校是否在册、基本信息是否与名册一致",
                "whether schools stand in the register, with the same name and type",
            ),
            "county": ("县级行政区划代码和名称是否与名册一致", "whether code and name of the county are those of the register"),
            "record": ("学校是否属于所填的县(市、区)", "whether schools belong to the county given"),
        },
    ),
    "last_year": (
        ("没有上一学年的数据", "there are no figures of last year"),
        {
            "school": (
                "各项数据与上年相比的变动、是否沿用了上年的表",
                "changes since last year, and whether last year's form was handed in again",
            ),
            "county": ("县级数据与上年相比的变动", "changes of the county's figures since last year"),
        },
    ),
    "other_schools": (
        ("只有一所学校的数据", "there are figures of one school only"),
        {"school": ("是否抄用了其他学校的数据", "whether figures were copied from another school")},
    ),
    "procedure": (
        ("没有以前登记的工作进程", "no earlier stages are known"),
        {"stages": ("各阶段的先后", "the order of the stages")},
    ),
    "other_year": (
        ("表上写的不是本学年", "the form says another school year"),
        {
            "school": (
                "各项数据与上年相比的变动、是否沿用了上年的表",
                "changes since last year, and whether last year's form was handed in again",
            ),
            "county": ("县级数据与上年相比的变动", "changes of the county's figures since last year"),
        },
    ),
    "missing_columns": (
        ("缺少必填列", "a required column is missing"),
        {
            "school": ("与缺少的列有关的内容", "what the missing column bears on"),
            "record": ("与缺少的列有关的内容", "what the missing column bears on"),
        },
    ),
    "doubtful_columns": (
        ("有的列无法判断", "a column cannot be told"),
        {"school": ("各项数据之间的关系", "whether figures fit together")},
    ),
    "doubtful_table": (
        ("表的结构无法判断", "the table as such cannot be told"),
        {"school": ("各格的内容、各项数据之间的关系", "what the cells say, and whether figures fit together")},
    ),
    "whole_file": (
        ("整个文件退回", "the file as a whole is rejected"),
        {"school": ("是否抄用了其他学校的数据、与其他文件的先后", "whether figures were copied, and which file is newer")},
    ),
}
"""What is lacking → why, and by who is asked what was therefore not checked, in Chinese and English."""
_COVERED_BY = {"last_year": "other_year", "other_schools": "whole_file"}
"""Of these two the second says the same and more."""


def lacking_of(has_register: bool, has_last_year: bool, has_other_schools: bool = True, has_procedure: bool = True) -> list[str]:
    """What a run lacks to check everything, by the ``needs`` of rules.

    Args:
        has_register: True where the schools expected are known.
        has_last_year: True where accepted figures of the year before are at hand.
        has_other_schools: False where a single school is looked at.
        has_procedure: False where stages are looked at and nobody can tell which were entered before.
    """
    have = {
        "register": has_register,
        "last_year": has_last_year,
        "other_schools": has_other_schools,
        "procedure": has_procedure,
    }
    return [what for what, is_there in have.items() if not is_there]


def lacking_in_file(errors: Collection[str], form: str) -> list[str]:
    """What is lacking in a file of this form with these errors, where they reject it as a whole; nothing for any other file."""
    # On the form of one school or county the others concern an item, and the whole was looked at.
    of_tables = frozenset() if form in ("school_form", "county_form") else _ONE_COLUMN_IS_NOT | {"R-COVER", "H-SIDE-BY-SIDE"}
    whole = {rule for rule in errors if rule in _CELLS_ARE_CERTAIN - {"R-COVER"} | of_tables}
    if not whole:
        return []
    found = ["doubtful_table"] if "H-SIDE-BY-SIDE" in whole else []
    found += ["other_year"] if "F-YEAR" in whole else []
    found += ["missing_columns"] if "H-MISSING" in whole else []
    found += ["doubtful_columns"] if whole & _ONE_COLUMN_IS_NOT else []
    return [*found, "whole_file"]


def can_be_judged(finding: Finding, faults: Sequence[Finding]) -> bool:
    """True where a finding stands whatever else is wrong with its file, so that a school mends all of it at once.

    Args:
        finding: about a school in the file.
        faults: the errors for which the file as a whole is rejected.
    """
    found = {fault.rule for fault in faults}
    if not found <= _CELLS_ARE_CERTAIN | _ONE_COLUMN_IS_NOT:
        return False
    if "F-YEAR" in found and rules()[finding.rule].needs == "last_year":
        return False
    doubtful = {fault.field for fault in faults if fault.rule in _ONE_COLUMN_IS_NOT}
    if not doubtful:
        return True
    return None not in doubtful and finding.rule.startswith(_OF_ONE_CELL) and finding.field not in doubtful


def not_checked_text(lacking: Iterable[str], forms: Iterable[str], language: str = "zh") -> str:
    """What could not be checked of files of these forms and why, in one sentence; empty where everything was.

    Args:
        lacking: see ``lacking_of`` and ``lacking_in_file``.
        forms: as in ``vocabulary.FORMS``.
        language: ``zh`` or ``en``.
    """
    asked = dict.fromkeys(kind for form in forms for kind in _asked_by(form))
    names, english = list(dict.fromkeys(lacking)), language == "en"
    told = []
    for name in names:
        why, what = _TOLD[name]
        words = [what[kind][english] for kind in asked if kind in what]
        if words and _COVERED_BY.get(name) not in names:
            told.append(f"{'; '.join(words)} ({why[1]})" if english else f"{'、'.join(words)}({why[0]})")
    if not told:
        return ""
    return f"Not checked: {'; '.join(told)}." if english else f"没有检查:{';'.join(told)}。"


def _asked_by(form: str) -> tuple[str, ...]:
    if form == "county_form":
        return ("county",)
    if form == "workflow":
        return ("record", "stages")
    return ("record",) if of_county(form) else ("school",)
