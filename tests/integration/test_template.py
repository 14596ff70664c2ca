"""``template``: all forms of a county with one command, as files or as one zip, always the same bytes.

Belongs here: what is written where. Does not belong here: what a form looks like (``unit/test_school_form``).
"""

import io
import zipfile

import openpyxl
import pytest
from integration.test_run_county import bytes_below, junheng, write, write_register  # noqa: F401 the fixture

from builders.schools import COUNTY, COUNTY_NAME, code, school
from data_contracts.record_forms import record_forms
from data_contracts.vocabulary import FORMS

NEXT = "2025-2026"
OTHERS = [f"县级用表/{FORMS[form]}_{NEXT}.xlsx" for form in record_forms()]
SCHOOLS = [school(1), school(2, "九年一贯制学校", name="一/小"), school(3)]


@pytest.fixture
def home(tmp_path):
    write_register(tmp_path / "home", SCHOOLS, NEXT)
    return tmp_path / "home"


def test_one_zip_of_all_forms_in_the_order_of_the_register(home, tmp_path, junheng):  # noqa: F811
    assert junheng("template", "--home", home, "--year", NEXT, "--out", tmp_path / "out", "--zip") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"填报表-{NEXT}.zip"]
    assert "3 份" in junheng.out and ".zip" in junheng.out  # 3 schools, their county, 6 record forms
    with zipfile.ZipFile(tmp_path / "out" / f"填报表-{NEXT}.zip") as archive:
        assert archive.testzip() is None
        schools = [f"{code(1)}_青禾县第1学校.xlsx", f"{code(2)}_一_小.xlsx", f"{code(3)}_青禾县第3学校.xlsx"]
        assert archive.namelist() == [*schools, f"县级用表/{COUNTY}_{COUNTY_NAME}_县级填报表.xlsx", *OTHERS]
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read(archive.namelist()[1])))["学校填报表"]
    assert code(2) in {cell for row in sheet.iter_rows(values_only=True) for cell in row}


def test_the_zip_may_be_named(home, tmp_path, junheng):  # noqa: F811
    assert junheng("template", "--home", home, "--year", NEXT, "--out", tmp_path / "a" / "全县.zip", "--zip") == 0
    assert zipfile.is_zipfile(tmp_path / "a" / "全县.zip")


@pytest.mark.parametrize("options", [[], ["--zip"]])
def test_the_same_register_gives_the_same_bytes(home, tmp_path, junheng, options):  # noqa: F811
    for name in "ab":
        assert junheng("template", "--home", home, "--year", NEXT, "--out", tmp_path / name, *options) == 0
    assert bytes_below(tmp_path / "a") == bytes_below(tmp_path / "b") != {}


def test_the_zip_holds_what_would_be_written_singly(home, tmp_path, junheng):  # noqa: F811
    for name, options in (("files", []), ("zip", ["--zip"])):
        assert junheng("template", "--home", home, "--year", NEXT, "--out", tmp_path / name, *options) == 0
    with zipfile.ZipFile(tmp_path / "zip" / f"填报表-{NEXT}.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "files" / name).read_bytes()


def test_blank_forms_zipped(tmp_path, junheng):  # noqa: F811
    assert junheng("template", "--year", NEXT, "--out", tmp_path, "--zip") == 0
    with zipfile.ZipFile(tmp_path / f"填报表-{NEXT}.zip") as archive:
        assert archive.namelist() == [
            f"学校填报表_{NEXT}.xlsx",
            f"汇总表_{NEXT}.xlsx",
            f"县级用表/县级填报表_{NEXT}.xlsx",
            *OTHERS,
        ]


def test_where_nothing_can_be_written_nothing_is_left(home, tmp_path, junheng):  # noqa: F811
    place = write(tmp_path / "file", b"a file")
    assert junheng("template", "--home", home, "--year", NEXT, "--out", place, "--zip") == 2
    assert "--out" in junheng.err and place.read_bytes() == b"a file"


def test_a_home_that_is_not_there_is_named(tmp_path, junheng):  # noqa: F811
    assert junheng("template", "--home", tmp_path / "missing", "--year", NEXT, "--out", tmp_path / "out") == 2
    assert "没有找到工作文件夹" in junheng.err and "missing" in junheng.err and not (tmp_path / "out").exists()


def test_a_register_that_cannot_be_read_leaves_no_zip(tmp_path, junheng):  # noqa: F811
    write_register(tmp_path / "home", SCHOOLS, NEXT)
    (register,) = (path for path in (tmp_path / "home").rglob("*.*") if NEXT in str(path))
    register.write_bytes(b"")
    assert junheng("template", "--home", tmp_path / "home", "--year", NEXT, "--out", tmp_path / "out", "--zip") == 2
    assert not (tmp_path / "out").exists()
