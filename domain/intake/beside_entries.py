"""What is filled in on a form beside the entries, and read by nobody: a figure among the remarks, a correction at the edge.

Our template prints something into every column beside 填报值; what it prints is passed over in silence, in the wording of an
earlier release too. The rest was written by whoever filled the form in: it is told, and asked about where it could stand in
place of the entry.
Belongs here: telling what was written from what was printed. Does not belong here: the entries (``form_table``), columns of
tables without a heading (``headings``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from data_contracts.catalogue import Field
from data_contracts.layout import factor_to, written_units
from data_contracts.record_forms import BESIDE, catalogue_of
from domain.intake.cells import cut, shown
from domain.intake.findings import Finding, quoted_or_empty
from domain.intake.headings import blank, column_letters
from domain.intake.labels import Place, normalised, simplified
from domain.intake.workbook import Sheet

_LISTED = 10
_LIKE = 0.6
_REMEMBERED = 64
_FEW = 4
"""Last year's figures are printed beside many entries: where fewer than one in so many has one, and few altogether, they were typed."""
_EXPLAINING = re.compile("说明|备注|解释|口径|要求|来源")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_DATE = re.compile(r"\d{4}([-./]\d{1,2}){1,2}|\d{4}年(\d{1,2}月)?(\d{1,2}日)?|\d{1,2}月\d{1,2}日")
_DEMAND = re.compile(r".{0,6}([必选免可][填报]|有则必填)|[是否√×✓YNyn/—-]|必须|可选")
_CORRECTS = re.compile(
    r"应[为是该当填]|实[为际有]|更正|改[为成正]|订正|纠正|修[改正]|以此为准|有误|错|核[实定查](?:后|数|值|结果)*[为是:]?\d"
)
_CLAIMS = re.compile(r"\W*(?:[共总合]计?|约|为|是)?[+-]?\d[\d,]*(?:\.\d+)?(?P<unit>[^\W\d]*|\W)(?:[(,;。].*|\W*)")
"""A figure that stands for itself, with what is said of it behind it: 460人(含教学点); none within a sentence, as in 含学前班12人."""
_CHANGE = re.compile(r"持平|有变化|[+-][\d.]+(\([+-][\d.]+%\))?|[=#].*")
Written = Callable[[object, Field, str | None, bool], str | None]
"""From a cell, the field, its section and whether the entry is blank to what was written there; None for what was printed."""


def beside_entries(sheet: Sheet, header: int, entry: int, read: Mapping[int, tuple[Place, object]], form: str) -> list[Finding]:
    """Findings about what stands in the rows of a form's items beside their entries.

    Args:
        sheet: the form.
        header: index of the row of headings.
        entry: index of the column of entries.
        read: index of each row that is read → its place and its entry.
        form: whose catalogue is asked.
    """
    rows, fields = sheet.rows, catalogue_of(form)
    columns = _columns_written_in(rows, header, entry, read, form)
    asked: list[Finding] = []
    noted: list[str] = []
    for number, (place, value) in read.items() if columns else ():
        row, what = rows[number], fields[place[0]]
        for index, how in columns:
            if index >= len(row) or row[index] == "" or blank(row[index]):
                continue
            section = _section(place, what)
            written = how(row[index], what, section, blank(value))
            if written is None:
                continue
            address, told = f"{column_letters(index)}{number + 1}", cut(written)
            if how is _change and sheet.parts and address in sheet.parts.with_formula:
                continue  # the template's own, of which an old format may give 0 for a text
            if not _rivals(written, value, what):
                noted.append(f"{address}“{told}”")
                continue
            held, held_en = quoted_or_empty("" if blank(value) else cut(shown(value)))
            params = {"label": what.label_in(section), "entry": held, "entry_en": held_en, "value": told}
            asked.append(Finding("H-BESIDE-DIFFERS", sheet.name, address, 0, place[0], section, told, params))
    if noted:
        more = len(noted) - _LISTED
        listed = "、".join(noted[:_LISTED]) + ("等" if more > 0 else "")
        asked.append(
            Finding("H-BESIDE", sheet.name, noted[0].partition("“")[0], 0, params={"count": len(noted), "cells": listed})
        )
    return asked


def _columns_written_in(
    rows: Sequence[Sequence[Any]], header: int, entry: int, read: Mapping[int, tuple[Place, object]], form: str
) -> list[tuple[int, Written]]:
    """The columns in which more stands than was printed, and how each tells the one from the other."""
    headings = [simplified(normalised(cell)) for cell in rows[header]]
    lines = [rows[number] for number in read]
    places = tuple(place for place, _ in read.values())
    columns = list(zip_longest(*lines, fillvalue=""))
    headings += [""] * (len(columns) - len(headings))
    found = []
    for index, (heading, cells) in enumerate(zip(headings, columns, strict=False)):
        if index == entry or heading == headings[entry] or heading == "填报项目" or heading in BESIDE.values():
            continue
        how = _way(heading, form, places, cells)
        if how:
            found.append((index, how))
    return found


@lru_cache(maxsize=_REMEMBERED)
def _way(heading: str, form: str, places: tuple[Place, ...], cells: tuple[object, ...]) -> Written | None:
    """How a column tells what was written from what was printed; None for one that is as it was printed, whatever the entries.

    Most columns are the same in all forms of a template, and looked at once.
    """
    fields = catalogue_of(form)
    asked = [fields[key] for key, _ in places]
    sections = [_section(place, what) for place, what in zip(places, asked, strict=True)]
    filled = [one for one in zip(cells, asked, sections, strict=True) if not blank(one[0])]
    how = _how(heading, filled, len(places))
    return how if any(how(*one, empty) is not None for one in filled for empty in (False, True)) else None


def _how(heading: str, filled: Sequence[tuple[object, Field, str | None]], items: int) -> Written:
    if heading == "上年值":
        return _last_year if len(filled) * _FEW >= items or len(filled) > _LISTED else _anything
    if heading == "备注说明" or _EXPLAINING.search(heading):
        own = sum(_note(*one, True) is not None for one in filled)
        return _note if own * 2 <= items or items < _LISTED else _bare
    known = {"序号": _number, "类别": _figure, "单位": _unit, "是否必填": _demand, "较上年变化": _change}
    return known.get(heading, _anything)


def _section(place: Place, what: Field) -> str | None:
    return place[1] if place[1] in what.places else None


def _anything(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    return shown(cell)


def _number(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    """A running number is whole and has three digits at most."""
    return None if re.fullmatch(r"\D{0,4}\d{0,3}\D{0,4}", normalised(shown(cell))) else shown(cell)


def _figure(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    return shown(cell) if not isinstance(cell, str) or _figures(cell) else None


def _bare(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    """A figure alone, in a column of explanations that are not ours: beside most entries there is one."""
    return shown(cell) if _figures(shown(cell)) and len(_NUMBER.sub("", normalised(shown(cell)))) <= 2 else None


def _unit(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    """A figure in the place of a unit; beside an entry with a unit the unit is told."""
    if (not empty and what.unit) or (isinstance(cell, str) and normalised(cell).lower() in written_units()):
        return None
    return _figure(cell, what, section, empty)


def _demand(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    return None if isinstance(cell, str) and _DEMAND.fullmatch(normalised(cell)) else shown(cell)


def _last_year(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    return shown(cell) if what.numeric and isinstance(cell, str) and not _NUMBER.fullmatch(normalised(cell)) else None


def _change(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    return None if isinstance(cell, str) and _CHANGE.fullmatch(normalised(cell)) else shown(cell)


def _note(cell: object, what: Field, section: str | None, empty: bool) -> str | None:
    """What was added to the printed explanation or stands in its place; one that is much like it is that of another release."""
    printed = what.note_in(section)
    if cell == printed:
        return None
    words, own = normalised(shown(cell)), normalised(printed)
    if own and own in words:
        return words.replace(own, "", 1).strip(".,;:。；") or None
    return None if own and SequenceMatcher(None, words, own, autojunk=False).ratio() >= _LIKE else shown(cell)


def _figures(text: str) -> list[float]:
    """The numbers in a text, days and years left out."""
    return [float(one.replace(",", "")) for one in _NUMBER.findall(_DATE.sub("", normalised(text)))]


def _rivals(written: str, entry: object, what: Field) -> bool:
    """Whether what was written could stand in place of the entry; a remark that holds some figure is none of it.

    Schools explain in words what is in a figure (含2个教学点共35人, 上年为398人, 见附件3): it is told, and nobody is asked.
    """
    if blank(entry):
        return not what.numeric or bool(_figures(written))
    if not what.numeric or not _differs(written, entry):
        return False
    text = _DATE.sub("", normalised(written))
    claims = _CLAIMS.fullmatch(text)
    unit = simplified(claims["unit"]) if claims else ""
    return bool(_CORRECTS.search(simplified(text))) or (
        claims is not None and (not unit or unit == what.unit or factor_to(what.unit, unit) is not None)
    )


def _differs(written: str, entry: object) -> bool:
    """True where figures were written of which none is the entry; an entry that is no number is told for itself."""
    found = _figures(written)
    own = entry if isinstance(entry, (int, float)) else next(iter(_figures(shown(entry))), None)
    return bool(found) and own not in found
