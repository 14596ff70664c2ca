"""What the console says in Chinese: no id or key without the name of what it stands for.

Belongs here: every command over a home of a county that was run. Does not belong here: what a command does.
"""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from integration.test_run_county import junheng as junheng  # the command as a fixture
from integration.test_run_county import write, write_register

import data_contracts
from builders.schools import COUNTY, school
from builders.workbooks import bulk
from data_contracts.standard import read_standard, shipped_standards
from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.reporting.standard_words import explained
from pipelines.execution import _failure

YEAR = "2026-2027"
QUALITY, PACK = "national-quality-2017", "basic-conditions-8-of-10"
SCHOOLS = [school(n, primary=200 + 10 * n, backbone_teachers_primary=n - 1) for n in range(1, 8)] + [school(8, "初级中学")]
ID = r"[a-z]+(?:[_-][a-z0-9]+)+"
ITEM = r"[A-Z]{1,2}[0-9]{1,2}|[RP]-[a-z]+"


def nameless(text: str) -> list[str]:
    """Ids and keys beside which no Chinese name stands, but for commands to type, files and what has an id alone: a gap."""
    text = re.sub(r"junheng [a-z].*|\S*[/\\]\S*|--[a-z-]+|[\d-]+-(primary|junior)-\S+", " ", text)
    text = re.sub(rf"“{ID}”", " ", text)  # what was typed, said back
    text = re.sub(rf"(?<=[一-鿿”）)])[(\[]{ID}[)\]]", " ", text)  # 县级自评(self_assessment)
    text = re.sub(rf"(?<![\w-]){ID}(?=\(|\s*│\s*[一-鿿])", " ", text)  # self_assessment(县级自评), or in the cell before
    text = re.sub(rf"^{ITEM}(?= [一-鿿])", " ", text, flags=re.M)  # L1 每百名学生……
    return re.findall(rf"(?<![\w-])(?:{ID}|{ITEM})(?![A-Za-z0-9_-])", text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("标准:national-basic-2012。", ["national-basic-2012"]),
        ("义务教育基本均衡(2012)(national-basic-2012)", []),
        ("可用的有:city_recheck(市级复核)。", []),
        ("阶段 city_recheck 没有登记", ["city_recheck"]),
        ("│ national-basic-2012 │ 义务教育 │", []),
        ("待定:P-schools、R-cv(小学);G12 未达到", ["P-schools", "R-cv", "G12"]),
        ("L4 生均教学及辅助用房面积", []),
        ("teaching_area_per_student 不足", ["teaching_area_per_student"]),
    ],
)
def test_what_has_no_name_is_found(text, found):
    assert nameless(text) == found


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("named") / "home"
    write(home / "inbox" / YEAR / "汇总表.xlsx", bulk(SCHOOLS))
    write_register(home, SCHOOLS, YEAR)
    return home


STAGE = ["--county", COUNTY, "--standard", QUALITY, "--stage"]
DATED = ["--date", "2026-09-15", "--by", "督导室"]
# In this order: what to type after the command, and the exit code.
COMMANDS: list[tuple[list[str], int]] = [
    (["run", "--year", YEAR, "--trial", PACK, "--trial", "national-basic-2012"], 0),
    (["run", "--year", YEAR, "--trial", "nobody"], 2),
    (["run", "--year", YEAR, "--no-trial", "nobody"], 2),
    (["standards", "list"], 0),
    (["standards", "show", "nobody"], 2),
    (["workflow", "record", "--year", YEAR, *STAGE, "self_assessment", "--outcome", "passed", *DATED], 0),
    (["workflow", "record", "--year", YEAR, *STAGE, "national_recognition", "--outcome", "passed", *DATED], 2),
    (["workflow", "record", "--year", YEAR, *STAGE, "nothing", "--outcome", "passed", *DATED], 2),
    (["workflow", "record", "--year", YEAR, *STAGE, "self_assessment", "--outcome", "good", *DATED], 2),
    (["workflow", "record", "--year", YEAR, "--county", COUNTY, "--standard", PACK, "--stage", "self_assessment", "--outcome",
      "passed", *DATED], 2),
    (["workflow", "withdraw", "--year", YEAR, *STAGE, "city_recheck", *DATED, "--reason", "误登"], 2),
    (["workflow", "withdraw", "--year", YEAR, *STAGE, "self_assessment", *DATED, "--reason", "误登"], 0),
    (["sample", "--year", YEAR, "--county", COUNTY], 0),
    (["sample", "--year", YEAR, "--county", COUNTY, "--schools", "8"], 2),
    (["run", "--year", YEAR, "--no-trial", PACK, "--confirm-fewer-schools", "撤并"], 0),
    (["workflow", "log", "--year", YEAR], 0),
    (["ledger", "--year", YEAR], 0),
    (["status", "--year", YEAR], 0),
    (["check", "汇总表.xlsx", "--year", YEAR], 0),
]  # fmt: skip


def test_every_id_has_its_name_beside_it(home, junheng, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "汇总表.xlsx").write_bytes((home / "inbox" / YEAR / "汇总表.xlsx").read_bytes())
    said = {}
    for words, expected in COMMANDS:
        extra = ["--out", tmp_path / "out"] if words[0] in ("sample", "check") else []
        assert junheng(*words, "--home", home, *extra) == expected, (words, junheng.err)
        said[" ".join(words)] = junheng.out + junheng.err
    assert {words: nameless(text) for words, text in said.items() if nameless(text)} == {}

    log, status = (next(text for words, text in said.items() if words.startswith(begin)) for begin in ("workflow log", "status"))
    assert f"青禾县({COUNTY})" in log and "义务教育优质均衡(2017):县级自评,通过" in log
    assert "标准:义务教育基本均衡(2012)、义务教育优质均衡(2017)" in status
    assert "试算“义务教育基本均衡(2012)” 青禾县:" in said[" ".join(COMMANDS[0][0])]


def test_words_of_the_procedure_all_have_names():
    assert all(re.search("[一-鿿]", word) for word in (*WORKFLOW_STAGES.values(), *WORKFLOW_OUTCOMES.values()))


@pytest.mark.parametrize("standard", shipped_standards(), ids=lambda standard: standard.id)
def test_a_standard_is_explained_without_keys(standard, junheng, tmp_path):
    assert junheng("standards", "show", standard.id, "--home", tmp_path / "none") == 0
    assert nameless(junheng.out) == []


def test_a_step_that_fails_is_told_by_the_title_of_its_table():
    error = SimpleNamespace(cls_name="ZeroDivisionError", message="ZeroDivisionError: division by zero\n", cause=None)
    data = SimpleNamespace(user_failure_data=None, error=error)
    ((zh, en),) = _failure(SimpleNamespace(step_key="county_verdicts", event_specific_data=data))
    assert (
        zh == "计算“县级结论”(county_verdicts)时出错:division by zero" and en == "step county_verdicts failed: division by zero"
    )
    ((zh, _),) = _failure(SimpleNamespace(step_key="release", event_specific_data=data))
    assert zh == "步骤 release 出错:division by zero"


def test_options_and_commitments_name_their_indicators():
    file = Path(data_contracts.__file__).parent / "standards" / "anhui-basic-conditions.yaml"
    options = "{rotating_pe_arts: [AH8], rotating_students: {at_least: 30, at_most: 60}, exclusive_sports_space: [AH4]}"
    text = f"{file.read_text(encoding='utf-8')}\noptions: {options}\ncommitment: {{years: 2, indicators: [AH6]}}\n"
    said = [zh for zh, _ in explained(read_standard(text, "own.yaml"))]
    assert "AH8 生师比:在校生 30–60 人的乡村学校可计入走教、兼职体育艺术教师" in said
    assert any(line.startswith("建设承诺:AH6 生均图书册数 ") for line in said)
    assert any(line.startswith("AH4 生均体育运动场馆面积:城区学校") for line in said)
