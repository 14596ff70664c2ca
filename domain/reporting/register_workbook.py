"""A register (名册) as a workbook, in the form that the county keeps.

Belongs here: writing one. Does not belong here: reading it (``domain.intake.register``).
"""

import datetime as dt
import io
from collections.abc import Iterable, Mapping

import xlsxwriter

from data_contracts.catalogue import identity_fields


def register_workbook(schools: Iterable[Mapping[str, object]], *, made_at: dt.datetime) -> bytes:
    """One row per school, the labels of the identity fields as header; codes as text.

    Args:
        schools: identity fields by key, in the order wanted; empty ones are left blank.
        made_at: creation time of the document; the same arguments give the same bytes.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"created": made_at, "title": "学校名册"})
    sheet = book.add_worksheet("学校名册")
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@"})
    for column, what in enumerate(identity_fields()):
        sheet.write_string(0, column, what.label, head)
        sheet.set_column(column, column, 26 if what.key == "school_name" else 14)
    for row, school in enumerate(schools, start=1):
        for column, what in enumerate(identity_fields()):
            value = school.get(what.key)
            if value in (None, ""):
                continue
            if what.numeric:
                sheet.write_number(row, column, float(str(value)))
            else:
                sheet.write_string(row, column, str(value), text)
    sheet.freeze_panes(1, 2)
    book.close()
    return stream.getvalue()
