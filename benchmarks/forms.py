"""Forms of many schools, made from those of the demonstration county.

Belongs here: what the benchmarks of the intake are given to read. Does not belong here: measuring (``intake``).
"""

import datetime as dt
import io
import re
import zipfile

CODE = "3999999999"


def forms(count: int, start: int = 0) -> list[bytes]:
    """Filled-in forms of a county's schools, each with a code and with premises of its own."""
    from data_contracts.rules import telling_fields
    from data_contracts.standard import fields_in_use, shipped_standards
    from data_contracts.standards_in_force import in_force
    from domain.demonstration import YEARS
    from domain.demonstration.county import register
    from domain.demonstration.returns import figures
    from domain.intake.reading import read_file
    from domain.reporting.school_form import school_form

    year = YEARS[-1]
    used = fields_in_use(in_force(shipped_standards(), year))
    known = figures(year)
    patterns = []
    for school in register(year):
        if school.closed or not known.get(school.school_id):
            continue
        identity = {**school.identity, "school_id": CODE}
        own = {("school_id", None): CODE, ("year_built", None): int(school.identity["year_built"])}
        values = {**without_stated_ratios(known[school.school_id]), **own}
        moment = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
        form = school_form(year, identity, None, values, modified=moment, required_keys=used)
        cells = read_file("a.xlsx", form, "", year).values
        own = cells[cells["field"].isin(telling_fields()) & cells["section"].isna() & (cells["number"] > 0)]
        patterns.append((form, dict(zip(own["cell"], own["value"], strict=True))))
    return [_of_another_school(*patterns[n % len(patterns)], n, n // len(patterns)) for n in range(start, start + count)]


def without_stated_ratios(values: dict[tuple[str, str | None], object]) -> dict[tuple[str, str | None], object]:
    """Figures without the ratios that a school states itself: they would contradict premises that are moved, in every form."""
    return {place: value for place, value in values.items() if not place[0].startswith("reported_")}


def _of_another_school(form: bytes, areas: dict[str, str], number: int, copy: int) -> bytes:
    """The same form with another code and other hundredths; making ten thousand from nothing would take longer than measuring."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            text = old.read(member)
            if member.filename == "xl/sharedStrings.xml":
                text = text.replace(CODE.encode(), f"{3_000_000_000 + number}".encode())
            elif member.filename == "xl/worksheets/sheet1.xml":
                for cell, area in areas.items():
                    moved = (
                        f"<v>{float(area) + copy / 100:.2f}</v>".encode()
                        if "." in area
                        else f"<v>{int(area) + copy}</v>".encode()
                    )
                    text = re.sub(rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>'.encode(), lambda m, moved=moved: m[1] + moved, text)
            new.writestr(member, text)
    return stream.getvalue()
