"""The data dictionary and the catalogue of rules as Markdown: what a reader would otherwise have to look up in contracts.

Belongs here: turning contracts, fields and rules into pages. Does not belong here: any meaning of its own (a wrong
sentence is mended in ``data_contracts``, never in a page).

``python -m domain.reporting.data_dictionary`` writes ``docs/data_dictionary.md`` and ``docs/rules.md``; a test holds them fresh.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandera.pandas as pa

from data_contracts.catalogue import SECTION_LABELS, Field, choices, county_fields, fields, official_values
from data_contracts.county_rules import CountyPair, county_pairs
from data_contracts.record_forms import record_forms
from data_contracts.rules import Pair, Rule, StatedRatio, pairs, rules, stated_ratios
from data_contracts.tables import CONTRACTS, PUBLISHED
from data_contracts.tables.columns import REPEATED, TEXT, type_of
from data_contracts.vocabulary import FORMS, SEVERITIES

PAGES = Path(__file__).parents[2] / "docs"
LISTED_AT_MOST = 12
RULE_GROUPS = {
    "F": ("文件", "the file as a whole"),
    "H": ("表头", "its headings"),
    "R": ("学校", "a school's row or form"),
    "C": ("单元格", "one cell"),
    "S": ("数据之间", "figures against each other"),
    "D": ("多份文件", "several files"),
    "K": ("县级填报表", "the county form"),
    "E": ("其他表式的行", "the rows of record forms"),
}
_GENERATED = (
    "Generated from `data_contracts/` by `python -m domain.reporting.data_dictionary`. Do not edit; a test holds it fresh."
)


def data_dictionary() -> str:
    """Every stored table with its columns, and every field of the forms."""
    lines = [
        "# Data dictionary 数据字典",
        "",
        _GENERATED,
        "",
        "First the [tables](#tables-数据表) that are stored, then the [fields](#fields-填报项目) that schools are asked, the "
        "[items](#county-items-县级填报项目) that counties are asked, and the [record forms](#record-forms-其他表式).",
        "A figure of a form stands in several tables under the key of its field.",
        "",
        "## Tables 数据表",
        "",
        "Types are those of pandas: `str` text, `float64` number, `int64` and `Int64` whole number, `bool` and `boolean` true or "
        "false. A column that may be empty says so. A table that breaks any line below is not written. "
        "Published tables are written as CSV, as Parquet and to the database.",
        "",
        *_table(
            ("table", "中文", "one row is", "published"),
            ((f"[`{n}`](#{n})", c.title, c.description, "yes" if n in PUBLISHED else "") for n, c in CONTRACTS.items()),
        ),
    ]
    for name, contract in CONTRACTS.items():
        lines += ["", f"### {name}", "", *_contract(name, contract)]
    lines += ["", "## Fields 填报项目", "", *_fields()]
    lines += ["", "## County items 县级填报项目", "", *_county_items()]
    lines += ["", "## Record forms 其他表式", "", *_record_forms()]
    return "\n".join(lines) + "\n"


def rule_catalogue() -> str:
    """Every rule of reading, screening and settling, with the figures that are compared."""
    lines = [
        "# Catalogue of rules 校验规则",
        "",
        _GENERATED,
        "",
        "A finding carries the id of its rule. Words in braces are filled in with the place and the figures. "
        "An **error** leaves the school out until it is mended; a **query** asks for a check or an explanation, and a **note** "
        "tells what was tolerated: neither keeps a school out.",
    ]
    for letter, (zh, en) in RULE_GROUPS.items():
        mine = [rule for rule in rules().values() if rule.id.startswith(f"{letter}-")]
        lines += ["", f"## {letter}: {zh} · {en}", "", *_table(("rule", "severity", "中文", "English"), map(_rule, mine))]
    lines += [
        "",
        "## Pairs 大小关系",
        "",
        "Rule `S-MOST`: the first figure can never exceed the second. They are compared wherever both may be entered.",
        "",
        *_table(("figure", "never exceeds", "中文", "compared for"), map(_pair, pairs())),
        "",
        "## Stated ratios 自报指标",
        "",
        "Rule `S-STATED-RATIO`: a ratio that the school states itself must agree with its own counts. It agrees when the computed "
        "figure, rounded or cut off to the digits typed, is the stated one. In a section, shared resources count by their share.",
        "",
        *_table(("stated ratio", "中文", "computed as", "compared for"), map(_ratio, stated_ratios())),
    ]
    lines += [
        "",
        "## County pairs 县级数据的大小关系",
        "",
        "The first sum does not exceed the second.",
        "",
        *_table(("sum", "does not exceed", "rule"), map(_county_pair, county_pairs())),
    ]
    return "\n".join(lines) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *body]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _contract(name: str, contract: pa.DataFrameSchema) -> list[str]:
    key = (contract.metadata or {}).get("key") or []
    said = ", ".join(_code(column) for column in key)
    return [
        f"**{contract.title}.** {contract.description}",
        "",
        f"Key within a school year: {said}." if key else "No key: equal rows may occur.",
        "",
        *_table(
            ("column", "type", "may be empty", "中文", "meaning", "must be"),
            (
                (_code(str(column)), _code(_type(spec)), "yes" if spec.nullable else "", spec.title or "", spec.description or "",
                 "; ".join(_constraint(check) for check in spec.checks))
                for column, spec in contract.columns.items()
            ),
        ),
    ]  # fmt: skip


def _type(column: pa.Column) -> str:
    """The type as readers know it: whether words are kept in a list is the store's own business."""
    return TEXT if type_of(column) == REPEATED else type_of(column)


def _constraint(check: pa.Check) -> str:
    known = check.statistics or {}
    if check.name == "str_matches":
        pattern = known["pattern"]
        return f"like `{getattr(pattern, 'pattern', pattern)}`"
    if check.name == "isin":
        values = [str(value) for value in known["allowed_values"]]
        if set(values) == set(fields()):
            return "the key of a [field](#fields-填报项目)"
        more = f", … ({len(values)})" if len(values) > LISTED_AT_MOST else ""
        return "one of " + ", ".join(_code(value) for value in values[:LISTED_AT_MOST]) + more
    if check.name == "greater_than_or_equal_to":
        return f"≥ {known['min_value']:g}"
    return str(check.name)


def _fields() -> list[str]:
    lines = [
        "What the forms ask, block by block. **asked for**: the whole school (全校), or a section; where several stand, each is "
        "possible. **required** holds only where a standard in force uses the field and the school has the section; "
        "conditions stand as in the catalogue. "
        "**bounds** are per student, in the unit of the tables; outside them stands an error (`S-BOUNDS`).",
    ]
    for category in dict.fromkeys(field.category for field in fields().values()):
        mine = [field for field in fields().values() if field.category == category]
        heads = ("field", "label 名称", "unit", "kind", "asked for", "required", "bounds", "meaning", "填报说明")
        lines += ["", f"### {category}", "", *_table(heads, map(_field, mine))]
    lines += ["", "### Choices 选择项", "", *_table(("field", "official value", "also read"), _choices())]
    return lines


def _county_items() -> list[str]:
    heads = ("item", "label 名称", "unit", "kind", "required", "bounds", "meaning", "填报说明")
    told = [_field(field) for field in county_fields().values()]
    return [
        "What the county form 县级填报表 asks. Bounds are those of the figure itself; outside them stands an error (`K-BOUNDS`).",
        "",
        *_table(heads, ((key, label, unit, kind, *rest) for key, label, unit, kind, _, *rest in told)),
    ]


def _record_forms() -> list[str]:
    lines = [
        "Tables that are filled in row by row. Columns of kind `shown` are printed for the reader and never read; a row with "
        "nothing beyond its prefilled columns says nothing.",
    ]
    for form, columns in record_forms().items():
        heads = ("column", "label 名称", "kind", "required", "prefilled", "填报说明")
        rows = (
            (
                _code(key),
                "、".join((one.field.label, *one.field.aliases)),
                one.field.kind,
                one.field.required,
                "yes" if one.prefilled else "",
                one.field.note,
            )
            for key, one in columns.items()
        )
        lines += ["", f"### {FORMS[form]} `{form}`", "", *_table(heads, rows)]
    return lines


def _county_pair(pair: CountyPair) -> tuple[str, str, str]:
    sides = [" ".join(("−" if sign < 0 else "+") + f" `{key}`" for sign, key in side) for side in (pair.left, pair.right)]
    rule = "K-MOST" if pair.severity == "error" else "K-USUALLY-MOST"
    return sides[0].removeprefix("+ "), sides[1].removeprefix("+ "), _code(rule)


def _field(field: Field) -> tuple[str, ...]:
    label = field.label + (f" (also {'、'.join(field.aliases)})" if field.aliases else "")
    unit = field.unit if field.unit == field.stored_unit else f"{field.unit} on the form, {field.stored_unit} in tables"
    asked = "、".join(SECTION_LABELS[place] if place else "全校" for place in field.places)
    bounds = (
        ""
        if field.hard_min is None or field.hard_max is None
        else f"{field.hard_min:g} to {field.hard_max:g} {field.stored_unit}"
    )
    return (_code(field.key), label, unit, field.kind, asked, field.required, bounds, field.definition, field.note)


def _choices() -> Iterable[tuple[str, str, str]]:
    for key, spellings in choices().items():
        for official in official_values(key):
            others = [spelling for spelling, value in spellings.items() if value == official and spelling != official]
            yield _code(key), official, "、".join(others)


def _rule(rule: Rule) -> tuple[str, str, str, str]:
    return _code(rule.id), f"{rule.severity} {SEVERITIES[rule.severity]}", rule.zh, rule.en


def _pair(pair: Pair) -> tuple[str, str, str, str]:
    left, right = fields()[pair.left], fields()[pair.right]
    places = [place for place in left.places if place in right.places]
    return _code(left.key), _code(right.key), f"{left.label} ≤ {right.label}", _places(places)


def _ratio(ratio: StatedRatio) -> tuple[str, str, str, str]:
    added = " + ".join(_code(key) for key in ratio.add)
    amount = added + "".join(f" − {_code(key)}" for key in ratio.subtract)
    several = len(ratio.add) + len(ratio.subtract) > 1
    formula = (f"({amount})" if several else amount) + f" ÷ {_code(ratio.over)}" + (" × 100" if ratio.per == 100 else "")
    stated = fields()[ratio.stated]
    return _code(stated.key), stated.label, formula, _places(stated.places)


def _places(places: Iterable[str | None]) -> str:
    return "、".join(SECTION_LABELS[place] if place else "全校" for place in places)


def main() -> None:
    """Write both pages."""
    PAGES.mkdir(exist_ok=True)
    for name, text in (("data_dictionary.md", data_dictionary()), ("rules.md", rule_catalogue())):
        (PAGES / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
