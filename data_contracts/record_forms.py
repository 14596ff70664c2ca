"""The record forms: tables that are filled in row by row, beside school forms, bulk tables and the county form.

Belongs here: typed reading of ``record_forms.csv``, which columns each form has, and which catalogue a form of any kind asks.
Does not belong here: how such a table is read (``domain.intake.record_table``), what its rows must fulfil
(``domain.intake.record_rows``), the stored tables (``tables.entries``).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data_contracts.catalogue import SECTION_LABELS, Field, county_fields, fields
from data_contracts.vocabulary import FORMS

BESIDE = {"evidence": "佐证材料", "note": "情况说明"}
"""What the county form asks beside each entry: column key → heading."""

OF_COUNTIES = ("workflow", "plan")
"""Record forms that speak of a county's verdict: only standards that judge counties may be named in them."""


@dataclass(frozen=True)
class RecordColumn:
    """One column of a record form.

    Attributes:
        field: key, label, unit and kind, as in the catalogues. Beside the kinds of the catalogues: ``shown`` (told to the
            reader of the form, never read), and what must be known elsewhere: ``county``, ``school``, ``standard``,
            ``stage``, ``outcome``, ``section``, ``indicator``, ``item``, ``year``, ``field``, ``seen``, ``unit``.
        prefilled: stands there before anybody writes; a row with nothing else says nothing.
        width: of the column on the sheet.
        example: what the example row of a blank form shows.
    """

    field: Field
    prefilled: bool
    width: float
    example: str

    @property
    def read(self) -> bool:
        """False for what is only shown."""
        return self.field.kind != "shown"

    @property
    def required(self) -> bool:
        """True where a row without it is wrong."""
        return self.field.required == "yes"


@cache
def record_forms() -> dict[str, dict[str, RecordColumn]]:
    """The columns of every record form by key, in the order of the sheet."""
    found: dict[str, dict[str, RecordColumn]] = {}
    with files(__package__).joinpath("record_forms.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            aliases = tuple(part for part in row["aliases"].split("|") if part)
            asked = Field(
                row["key"], row["label"], aliases, FORMS[row["form"]], row["unit"], "county", row["kind"], row["required"],
                None, None, "", row["note"],
            )  # fmt: skip
            column = RecordColumn(asked, row["prefilled"] == "yes", float(row["width"]), row["example"])
            found.setdefault(row["form"], {})[row["key"]] = column
    return found


@cache
def catalogue_of(form: str) -> Mapping[str, Field]:
    """What a form asks, by key: the catalogue of schools, that of counties, or the columns of a record form."""
    if form == "county_form":
        return county_fields()
    if form in record_forms():
        return {key: column.field for key, column in record_forms()[form].items()}
    return fields()


def of_county(form: str) -> bool:
    """True for what is handed in beside the figures of schools: the county form and the record forms."""
    return form == "county_form" or form in record_forms()


@cache
def _other_labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    for columns in record_forms().values():
        for key, one in columns.items():
            # Where forms differ and it is not known which is meant, the plainest is true of all: 日期 rather than 核查日期.
            labels[key] = min(labels.get(key, one.field.label), one.field.label, key=len)
    return labels | BESIDE | {key: one.label for key, one in county_fields().items()}


def label_of(key: str, section: str | None = None, sheet: str | None = None) -> str | None:
    """The label of anything that a form asks, with its section in brackets; None for an unknown key.

    Args:
        key: of a field, an item of the county form, or a column of a record form.
        section: of the school, where one is meant.
        sheet: on which it stands. A sheet named as a record form has that form's own labels; forms share keys and not labels,
            such as 日期 and 核查日期.
    """
    form = next((form for form in record_forms() if sheet == FORMS[form]), None)
    own = record_forms()[form].get(key) if form else None
    if own is not None:
        label: str | None = own.field.label
    else:
        label = fields()[key].label if key in fields() else _other_labels().get(key)
    return f"{label}({SECTION_LABELS.get(section, section)})" if label and section else label
