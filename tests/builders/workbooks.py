"""Files as bytes: workbooks, CSV tables, forms, and containers of old formats.

Belongs here: writing cells exactly as a test states them. Does not belong here: which figures a school has (``schools``).
"""

import base64
import csv
import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from builders.schools import YEAR, Place, School
from data_contracts.catalogue import fields
from data_contracts.records import RETURN_COLUMNS

MODIFIED = dt.datetime(2024, 9, 10, 8, 0)
BULK, FORM = "汇总表", "学校填报表"
FORM_HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]
PLACES = list(RETURN_COLUMNS.values())
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Formula:
    """A formula with the value that was stored with it; "" for one that was never computed."""

    text: str
    value: object = ""


def day(number: int) -> dt.datetime:
    """The nth day of collection, for files that follow each other."""
    return dt.datetime(2024, 9, number, 8, 0)


def xlsx(sheets: Mapping[str, Rows], modified: dt.datetime | None = MODIFIED, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets; without ``modified`` its properties hold no time."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": modified or MODIFIED})
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                _write(sheet, r, c, cell, as_date)
    book.close()
    content = stream.getvalue()
    if modified is None:
        content = repacked(
            content, {"docProps/core.xml": lambda text: re.sub(r"<dcterms:modified.*?</dcterms:modified>", "", text)}
        )
    return content


def _write(sheet, r: int, c: int, cell: object, as_date) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Formula):
        sheet.write_formula(r, c, cell.text, None, cell.value)
    elif isinstance(cell, bool):
        sheet.write_boolean(r, c, cell)
    elif isinstance(cell, (dt.datetime, dt.date, dt.time)):
        sheet.write_datetime(r, c, cell, as_date)
    elif isinstance(cell, (int, float)):
        sheet.write_number(r, c, cell)
    else:
        sheet.write_string(r, c, str(cell))


def repacked(content: bytes, changes: Mapping[str, Callable[[str], str]]) -> bytes:
    """A workbook with the text of some parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, changes[name](part.decode()) if name in changes else part)
    return stream.getvalue()


def csv_table(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV table; numbers as their shortest text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return stream.getvalue().encode(encoding)


def bulk_rows(
    schools: Sequence[School],
    *,
    without: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    above: Rows = (),
) -> list[list[object]]:
    """The rows of a bulk table: a header with the columns that some school fills in, a row per school.

    Args:
        schools: figures by place.
        without: labels of columns to leave out.
        labels: label → how it is written instead.
        above: rows above the header.
    """
    filled = {place for one in schools for place in one}
    places = [place for place in PLACES if place in filled and label(place) not in without]
    header = [(labels or {}).get(label(place), label(place)) for place in places]
    return [*map(list, above), header, *[[one.get(place) for place in places] for one in schools]]


def label(place: Place) -> str:
    """The label of a place, such as 在校生数(小学)."""
    return fields()[place[0]].label_in(place[1])


def bulk(schools: Sequence[School], modified: dt.datetime | None = MODIFIED, **options) -> bytes:
    """A bulk table of these schools as .xlsx; see ``bulk_rows``."""
    return xlsx({BULK: bulk_rows(schools, **options)}, modified)


def form_rows(one: School, year: str = YEAR) -> list[list[object]]:
    """The rows of a school form, entries in column E from row 5."""
    rows: list[list[object]] = [["义务教育学校基本情况填报表"], ["学年", year, None, "模板版本", "1.0"], [], list(FORM_HEADER)]
    for number, place in enumerate((place for place in PLACES if place in one), start=1):
        what = fields()[place[0]]
        rows.append([number, what.category, label(place), what.unit, one[place], "必填", ""])
    return rows


def form(one: School, modified: dt.datetime | None = MODIFIED, year: str = YEAR) -> bytes:
    """A school form as .xlsx; a place whose value is "" gets a row with an empty entry."""
    return xlsx({FORM: form_rows(one, year)}, modified)


def cell_of(rows: Rows, text: str, row: int = 1) -> str:
    """The address of the cell ``row`` rows below the heading ``text``."""
    for r, line in enumerate(rows):
        if text in line:
            column, letters = list(line).index(text) + 1, ""
            while column:
                column, rest = divmod(column - 1, 26)
                letters = chr(65 + rest) + letters
            return f"{letters}{r + 1 + row}"
    raise AssertionError(f"no heading {text}")


def entry_of(rows: Rows, text: str) -> str:
    """The address of the entry of an item of a form."""
    return f"E{next(r for r, line in enumerate(rows, start=1) if len(line) > 2 and line[2] == text)}"


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (the container of .xls and of encrypted workbooks) that holds these streams."""
    size, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    bodies = [body.ljust(-(-max(len(body), 4096) // size) * size, b"\0") for body in streams.values()]
    directory_sectors = -(-(len(streams) + 1) // 4)
    fat = [fat_mark]
    fat += [len(fat) + i + 1 for i in range(directory_sectors - 1)] + [end]
    starts = []
    for body in bodies:
        starts.append(len(fat))
        fat += [len(fat) + i + 1 for i in range(len(body) // size - 1)] + [end]
    assert len(fat) <= 128
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, right: int, start: int, length: int) -> bytes:
        text = name.encode("utf-16-le")
        return struct.pack("<64sHBBIII16xI16xIQ", text, len(text) + 2, kind, 1, free, right, child, 0, start, length)

    entries = [entry("Root Entry", 5, 1, free, end, 0)]
    for i, (name, body) in enumerate(zip(streams, bodies, strict=True), start=1):
        entries.append(entry(name, 2, free, i + 1 if i < len(streams) else free, starts[i - 1], len(body)))
    directory = b"".join(entries).ljust(directory_sectors * size, b"\0")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(size, b"\xff")
    return header + table + directory + b"".join(bodies)


def old_workbook() -> bytes:
    """A sheet 汇总表 with 学校标识码 3605210001 and 学校名称 青禾小学, saved by LibreOffice as Excel 97."""
    return zlib.decompress(base64.b64decode(_OLD_WORKBOOK))


_OLD_WORKBOOK = (
    "eNrtV11sFFUUPnf2p7NL250WqligLvhDoQW3EHENYhcWRPwrqVWINLHLstuuLN2mrQlNNC4iiVFJNDzwQmJI+qYBjYk+aLR9MT5o9IUH/5LCg9HUh9VoDI"
    "nt+p0zd9rp2ia7xZAIPZMz98535849957f+ebruonz7zdephLaTh6aLgbI78IU2HQeLCJDY9PFYtGBi0v0v6Ip3bIOvdCfD8w6r9J6Deh2iW5M6qQcrmEK"
    "0x7qRztII1QJ3QKLcX+vnDnTZb5XLi2tv/j1OX5zHPeAS/2fYz37fxC8DFwNrgHXgkN2CqA6cD14OXgFuEFsguhW8ErwbeBG8Cq97hrdMofRX6uf70B751"
    "Ksue4UMKFFv48+rvmSVS66vwyLeM87LnZxBdxNA2wb8UQ2Gb5etEtkSCiWYQxGugM9ReeA1tJFQT+R+w6xPlCMwlFt0QeNmMh+Wu7r5F5LPP8jmfOdIG3U"
    "RD+Ilb8pTqCoSsUpQVnK0GHEwQzeaKQv2L9ekjfYO9ROGeG3rm00Mmdt+JJ6QuJwDpH4SbzTT0PoxekRelSQODV5q2mU/XJvqj81mMhOiL+N0p/iRw6NhR"
    "nnjwr+R3m4USFONx0+irOb75xb7PcLpfiGBfDWBfCNC+CBeXGfI485i58x4KN5KnJr5T3S1uX90tbnvdIuz1dJuyLvK/aIL5yCZ0xy4CeP2pvd3tP36hvw"
    "dYVrXJlgoq7TiibpGY74hU5Zy1/gyM4hwfkDcPNWWlZgn/wMwpl0QiGDmGMqhnuMmn6z7BxiIpeYyBHmXzD9vykqucfOPyp9aG1fVd/nr6vjXvuhpqswgh"
    "y0dVvk3i1tkUikDXjn2U9HQt3pQ0VkJ3iR185OSbMBPKulBt0anMLsUGfNCXXV2MIRbI2DQ51sx8LnNsVXT17Z1tj+rOD52VOmu/iQqVWdwMi4d6PMaJH7"
    "y/KukwJPCvaK3O/G/N4000/t61395pnv/ty+wdU/j5AVgFQkajCwWqtaWe0/Od4z0e60ip7CiEkvyrZJvWaG9E5r7WbmbhqW7rfagUiFBFMl2JSkeefI7C"
    "eFJ6WflCR9Y+aJx7ho+JX2M1542D67gqnNgLUZIk8hIvO8hWbBAwVrnoLEoKDM4zlcgDxo1NOHfjuqEz0gZ0G0hr83W7Uw9cKGek33h5RTBAXLq50UKg5P"
    "0K6hLNM+tjF76CGuWR7PJAdzQ7n0cHjP8WQqG77/vk1dicOpbDYl9rMrk05Hr6V2U46uFknTRRIjmee7NHHq7d+vdvRZ77xlUsv6D75lVbygDZ/Ho7q+i+"
    "njekzXeQd1rXdE13sD2pR+mSLkTLsf0fMc+ld/7J7cAc/3yt2vRH5GjEtfXTq3eZV15izkb716YTfHhxKsW9eZTvSxXLLu13UtU9i1Z0PL6NS+vOedAwNP"
    "pwaHMrn+uXtl42rbshlRJ0I3Iv2X/39y/iU+NN8c1kksYPcPYPVBOoqKi+U4WrH89dCWoXNHsYL/qh/9jp/Ese4x2HgHZHhuUet7XP9g5cxZDd4346cdqA"
    "dTi9ZfEOtX+v/XpP/VpCpFbfk89n8MNSfrfh+sIC06YWQY9WoOyMLUrNf3VXD+t4PfnVl/N1ZIigwpscDK5IkuYv/rXOvf7P///wBZ5iF9"
)
