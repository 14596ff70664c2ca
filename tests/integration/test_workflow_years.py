"""Three school years followed up: gaps that close and come back, an approved year that stays as it is, a restated verdict.

Everything runs through the command and Dagster, as in ``test_run_county``; the county is small so that ten runs are bearable.
"""

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest
from integration.test_run_county import bytes_below, current, manifest, published, releases, write, write_register
from integration.test_run_county import junheng as junheng  # the command as a fixture

from builders.counties import column_of, record_form
from builders.schools import COUNTY, code, school
from builders.workbooks import bulk, day
from data_contracts.tables import PUBLISHED
from resources.database import WarehouseDatabase
from resources.inbox import hash_of

FIRST, SECOND, THIRD = "2024-2025", "2025-2026", "2026-2027"
LACKING = f"{code(2)}-primary-L2"
CROWDED = f"{code(1)}-primary-G5"
QUALITY = "national-quality-2017"
GOOD = [school(1, primary=450), school(2, primary=220), school(3, "初级中学", junior=380), school(4, "教学点", primary=60)]
# 220 pupils need 2.2 backbone teachers, at 1 per 100: with none 3 are lacking. Two of ten classes are above 45.
BAD = [
    school(1, primary=450, oversize_classes_primary=2, largest_class_primary=47),
    school(2, primary=220, backbone_teachers_primary=0),
    *GOOD[2:],
]


def hand_in(home: Path, year: str, schools: list, name: str = "汇总表.xlsx", hour: int = 9) -> Path:
    write_register(home, GOOD, year)
    return write(home / "inbox" / year / name, bulk(schools, modified=day(hour)))


def ledger(home: Path, year: str) -> pd.DataFrame:
    return published(home, "rectification_ledger", year).set_index("gap")


def working(home: Path, year: str) -> dict[str, bytes]:
    """The working tables of a year but receipts, which tell of what waits."""
    return {path.parent.name: path.read_bytes() for path in sorted((home / "tables").glob(f"*/{year}.parquet"))
            if path.parent.name != "receipts"}  # fmt: skip


def today() -> str:
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date().isoformat()


def events(home: Path, year: str) -> list[tuple[str, str, str]]:
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    told = database.gap_events(year)
    database.close()
    return list(zip(told["school_year"], told["gap"], told["event"], strict=True))


def test_three_years_of_a_county(tmp_path, junheng):
    """F04 among it: what arrives for an approved year waits, and its release stays to the byte until it is unlocked."""
    home = tmp_path / "home"
    hand_in(home, FIRST, BAD)
    hand_in(home, SECOND, [BAD[0], GOOD[1], *GOOD[2:]])
    hand_in(home, THIRD, [GOOD[0], BAD[1], *GOOD[2:]])
    assert junheng("run", "--home", home, "--all-years") == 0, junheng.err

    # the ledger over three years
    first, second, third = (ledger(home, year) for year in (FIRST, SECOND, THIRD))
    assert first.loc[LACKING, ["status", "since", "opened_on", "closed_on"]].tolist() == ["open", FIRST, today(), ""]
    assert first.loc[LACKING, "description"].startswith("缺 3 名县级及以上骨干教师")
    assert float(first.loc[LACKING, "amount"]) == pytest.approx(2.2)
    assert first.loc[CROWDED, "description"] == "超 2 个班"
    assert second.loc[LACKING, ["status", "since", "closed_on"]].tolist() == ["closed", FIRST, today()]
    assert second.loc[CROWDED, ["status", "since"]].tolist() == ["open", FIRST]
    assert third.loc[LACKING, ["status", "since", "opened_on", "closed_on"]].tolist() == ["reopened", THIRD, today(), ""]
    assert third.loc[CROWDED, ["status", "since", "closed_on"]].tolist() == ["closed", FIRST, today()]
    history = [(year, event) for year, gap, event in events(home, THIRD) if gap == LACKING]
    assert history == [(FIRST, "opened"), (SECOND, "closed"), (THIRD, "reopened")]

    # approved and locked
    assert junheng("workflow", "approve", "--home", home, "--year", SECOND, "--by", "县督导室", "--reason", "自评完成") == 0
    assert junheng("workflow", "approve", "--home", home, "--year", SECOND, "--by", "县督导室", "--reason", "再来") == 2
    assert "已经审定并锁定" in junheng.err
    before = {year: bytes_below(current(home, year)) for year in (FIRST, SECOND, THIRD)}
    tables = {year: working(home, year) for year in (FIRST, SECOND, THIRD)}

    # a late correction, a new register, and the approved table taken away: all of it waits
    late = hand_in(home, SECOND, [BAD[0], BAD[1], *GOOD[2:]], "更正.xlsx", hour=18)
    (home / "inbox" / SECOND / "汇总表.xlsx").unlink()
    write_register(home, GOOD[:3], SECOND)
    history_before = events(home, THIRD)
    assert junheng("run", "--home", home, "--year", SECOND) == 0, junheng.err
    assert "已审定锁定" in junheng.out and "更正.xlsx(新文件)" in junheng.out and "汇总表.xlsx(已移走)" in junheng.out
    assert junheng("run", "--home", home, "--all-years") == 0, junheng.err
    assert {year: bytes_below(current(home, year)) for year in before} == before
    assert {year: working(home, year) for year in tables} == tables
    assert events(home, THIRD) == history_before
    assert releases(home, SECOND) == ["1"]

    # it is visible
    index = pd.read_csv(home / "receipts" / SECOND / "index.csv", dtype=str, keep_default_na=False).set_index("file")
    assert index.loc["更正.xlsx", ["outcome", "notes", "sha256"]].tolist() == ["pending", "1", hash_of(late.read_bytes())]
    assert index.loc["汇总表.xlsx", "outcome"] != "pending"
    receipt = (home / "receipts" / SECOND / index.loc["更正.xlsx", "receipt"]).read_text(encoding="utf-8-sig")
    assert "待处理(本学年已审定锁定)" in receipt and "[F-LOCKED]" in receipt
    assert "F-LOCKED" not in set(published(home, "findings", SECOND)["rule"])
    page = tmp_path / "board.html"
    assert junheng("status", "--home", home, "--year", SECOND, "--page", page) == 0
    assert "待处理的更正 2 份" in junheng.out and "学校名册与审定时的不同" in junheng.out
    assert "待处理的更正 2 份" in page.read_text(encoding="utf-8")
    assert junheng("status", "--home", home, "--file", "更正.xlsx") == 0
    assert "作为待处理的更正保存" in junheng.out

    # a stage recorded now is kept, and told to wait
    stage = ["--county", COUNTY, "--standard", QUALITY, "--stage", "self_assessment", "--outcome", "passed", "--by", "县政府"]
    assert junheng("workflow", "record", "--home", home, "--year", SECOND, *stage, "--date", "2026-03-01") == 0, junheng.err
    assert "待处理的更正" in junheng.out and "workflow unlock" in junheng.out, "that publishing waits for unlocking"
    assert "下次运行时列入" not in junheng.out

    # unlocked: restated
    assert junheng("workflow", "unlock", "--home", home, "--year", SECOND, "--by", "县督导室") == 2
    assert "--reason" in junheng.err
    assert junheng("workflow", "unlock", "--home", home, "--year", SECOND, "--by", "县督导室", "--reason", "第2学校漏报") == 0
    write_register(home, GOOD, SECOND)
    assert junheng("run", "--home", home, "--year", SECOND) == 0, junheng.err
    assert releases(home, SECOND) == ["1", "2"]
    told = manifest(home, SECOND)["restates"]
    assert (told["release"], told["by"], told["reason"]) == (1, "县督导室", "第2学校漏报")
    assert bytes_below(home / "publications" / SECOND / "releases" / "1") == before[SECOND]
    restated = ledger(home, SECOND)
    assert restated.loc[LACKING, ["status", "since", "closed_on"]].tolist() == ["reopened", SECOND, ""]
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    assert list(database.what_became_of("更正.xlsx")["event"]) == ["pending", "received", "outcome"]
    assert list(database.what_became_of("汇总表.xlsx")["event"]).count("withdrawn") == 1
    database.close()
    assert junheng("workflow", "log", "--home", home, "--year", SECOND) == 0
    assert all(word in junheng.out for word in ("审定并锁定", "解锁", "第2学校漏报", "第 1 版"))


@pytest.fixture(scope="module")
def one_year(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("one") / "home"


def test_procedure_sample_and_ledger_by_command(one_year, junheng, tmp_path):
    home = one_year
    schools = [school(n, primary=200 + 10 * n) for n in range(1, 9)] + [school(9, "初级中学"), school(10, "教学点", primary=60),
               school(11, "九年一贯制学校"), school(12, "完全中学"), school(13, "特殊教育学校")]  # fmt: skip
    schools[1] = school(2, primary=220, backbone_teachers_primary=0)
    write(home / "inbox" / FIRST / "汇总表.xlsx", bulk(schools))
    silent = school(14, "十二年一贯制学校", name="未报学校")
    write_register(home, [*schools, silent], FIRST)
    step = ["workflow", "record", "--home", home, "--year", FIRST, "--county", COUNTY, "--standard", QUALITY, "--by", "县政府"]
    assert junheng(*step, "--stage", "city_recheck", "--outcome", "passed", "--date", "2025-03-01") == 2
    assert "现在只能登记“县级自评”" in junheng.err
    assert junheng(*step, "--stage", "self_assessment", "--outcome", "passed", "--date", "2025-03-01") == 0
    assert junheng(*step, "--stage", "city_recheck", "--outcome", "returned", "--date", "2025-02-01") == 2
    assert "早于上一阶段" in junheng.err
    assert junheng(*step, "--stage", "city_recheck", "--outcome", "returned", "--date", "2025-04-01", "--reason", "缺材料") == 0
    assert junheng(*step, "--stage", "boss", "--outcome", "passed", "--date", "2025-04-01") == 2
    assert "self_assessment(县级自评)" in junheng.err
    assert junheng("workflow", "approve", "--home", home, "--year", FIRST, "--by", "甲", "--reason", "乙") == 2
    assert "还没有发布" in junheng.err
    assert junheng("run", "--home", home, "--year", FIRST) == 0, junheng.err
    workflow = published(home, "county_workflow", FIRST)
    assert workflow[["sequence", "stage", "outcome", "date", "reason"]].to_numpy().tolist() == [
        ["1", "self_assessment", "passed", "2025-03-01", ""],
        ["2", "city_recheck", "returned", "2025-04-01", "缺材料"],
    ]
    assert (
        junheng(*step[:6], "999999", *step[7:], "--stage", "self_assessment", "--outcome", "passed", "--date", "2025-05-01") == 2
    )

    draw = ["sample", "--home", home, "--year", FIRST, "--county", COUNTY, "--out", tmp_path / "forms"]
    assert junheng(*draw, "--schools", "6") == 2 and "7—11" in junheng.err
    assert junheng(*draw) == 0
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    (act,) = database.acts(FIRST, "sample")
    drawn = act.details
    assert len(drawn["schools"]) == 9
    assert {one["stratum"] for one in drawn["schools"]} == {
        "小学",
        "初中",
        "教学点",
        "九年一贯制学校",
        "完全中学",
        "特殊教育学校",
        "十二年一贯制学校",
    }
    assert "8 份现场核查表" in junheng.out and "另有 1 所没有核查表" in junheng.out and "未报学校" in junheng.out
    assert junheng(*draw, "--schools", "7") == 2, "a recorded draw is not shown as one of another size"
    assert "已经抽取过 9 所学校" in junheng.err and str(drawn["seed"]) in junheng.err and "--schools 7 --seed" in junheng.err
    assert junheng(*draw, "--schools", "9") == 0
    assert junheng(*draw) == 0, "a second call draws nothing anew"
    assert junheng(*draw, "--seed", drawn["seed"]) == 0, "and the recorded seed draws the same"
    assert len(database.acts(FIRST, "sample")) == 1
    assert (tmp_path / "forms" / f"{COUNTY}_现场核查学校.xlsx").is_file()
    assert list((tmp_path / "forms").glob("*_现场核查表.xlsx")), "a form for each school whose figures are there"
    database.close()
    assert junheng("run", "--home", home, "--year", FIRST) == 0
    table = published(home, "verification_sample", FIRST)
    assert set(table["school_id"]) == {one["school_id"] for one in drawn["schools"]}
    assert set(table["seed"]) == {str(drawn["seed"])}

    assert junheng("ledger", "--home", home, "--year", FIRST) == 0
    assert LACKING in junheng.out and "未指定责任人" in junheng.out
    assert f"青禾县({COUNTY})" in junheng.out, "a county by its name, as a school"
    assert junheng("ledger", "--home", home, "--year", FIRST, "--overdue", "--on", "2030-01-01") == 0
    assert LACKING not in junheng.out, "what has no due date is not overdue"
    assert junheng("ledger", "--home", home, "--year", FIRST, "--on", "明天") == 2
    assert {"rectification_ledger", "county_workflow", "verification_sample", "verification_results"} <= set(PUBLISHED)
    assert json.loads((current(home, FIRST) / "release.json").read_text(encoding="utf-8"))["release"] == 2


def stages(*rows: tuple[str, str, str]) -> bytes:
    """The form of stages: stage, outcome and date of each row."""
    head = {"county_code": COUNTY, "standard": QUALITY, "by_whom": "县教育局"}
    return record_form("workflow", [head | dict(zip(("stage", "outcome", "date"), row, strict=True)) for row in rows])


def index_of(home: Path, year: str) -> pd.DataFrame:
    return pd.read_csv(home / "receipts" / year / "index.csv", dtype=str, keep_default_na=False).set_index("file")


def test_refused_stages_come_back_and_wrong_ones_are_withdrawn(tmp_path, junheng, monkeypatch):
    home = tmp_path / "home"
    hand_in(home, FIRST, GOOD)
    hand_in(home, SECOND, GOOD)
    tomorrow = (dt.date.fromisoformat(today()) + dt.timedelta(days=2)).isoformat()
    step = ["workflow", "record", "--home", home, "--county", COUNTY, "--standard", QUALITY, "--by", "县政府", "--year"]
    passed = ["--outcome", "passed", "--date"]

    # a day that is yet to come, by command
    assert junheng(*step, FIRST, "--stage", "self_assessment", *passed, tomorrow) == 2
    assert f"日期 {tomorrow} 还没有到" in junheng.err
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    assert not database.made or database.acts(FIRST) == [], "nothing was recorded"
    assert junheng(*step, FIRST, "--stage", "self_assessment", *passed, "2025-03-01") == 0

    # on the form: one stage follows, one does not, one is yet to come
    form = home / "inbox" / FIRST / "工作进程.xlsx"
    form.write_bytes(
        stages(("市级复核", "通过", "2025-04-01"), ("国家认定", "通过", "2025-05-01"), ("省级评估", "通过", tomorrow))
    )
    assert junheng("check", form, "--home", home) == 1
    assert "[E-STAGE]" in junheng.out and "[E-TO-COME]" in junheng.out and "现在只能登记“省级评估”" in junheng.out
    assert junheng("run", "--home", home, "--year", FIRST) == 1, "some error was found"
    found = published(home, "findings", FIRST)
    told = found[found["file"] == "工作进程.xlsx"].set_index("rule")
    assert told["cell"].to_dict() == {
        "E-STAGE": column_of("workflow", "stage") + "5",
        "E-TO-COME": column_of("workflow", "date") + "6",
    }
    line = index_of(home, FIRST).loc["工作进程.xlsx"]
    assert line[["outcome", "errors"]].tolist() == ["partly_accepted", "2"] and line["receipt"].endswith(".回执.xlsx")
    assert list(published(home, "county_workflow", FIRST)["stage"]) == ["self_assessment", "city_recheck"]
    before = bytes_below(current(home, FIRST))
    receipts = bytes_below(home / "receipts" / FIRST)
    assert junheng("run", "--home", home, "--year", FIRST) == 1
    assert (bytes_below(current(home, FIRST)), bytes_below(home / "receipts" / FIRST)) == (before, receipts)

    # without what was recorded before, nobody can tell what may follow
    assert junheng("check", form, "--year", FIRST, "--home", tmp_path / "nowhere") == 2
    alone = tmp_path / "alone" / "工作进程.xlsx"
    alone.parent.mkdir()
    alone.write_bytes(form.read_bytes())
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("JUNHENG_HOME", str(tmp_path / "nowhere"))
        assert junheng("check", alone, "--year", FIRST) == 1
    assert "[E-STAGE]" not in junheng.out and "各阶段的先后(没有以前登记的工作进程)" in junheng.out

    # withdrawing
    form.write_bytes(stages(("市级复核", "通过", "2025-04-01")))
    assert junheng("run", "--home", home, "--year", FIRST) == 0
    assert junheng(*step, SECOND, "--stage", "provincial_evaluation", *passed, "2025-11-01") == 0
    back = ["workflow", "withdraw", "--home", home, "--county", COUNTY, "--standard", QUALITY]
    city = [*back, "--year", FIRST, "--stage", "city_recheck", "--date", "2025-04-01"]
    assert junheng(*city, "--by", "督导室") == 2 and "--reason" in junheng.err
    assert junheng(*city, "--reason", "误登") == 2 and "--by" in junheng.err
    assert junheng(*city, "--by", "督导室", "--reason", "误登") == 2
    assert "之后已有 “省级评估”通过(2025-11-01,2025-2026 学年),不能撤回" in junheng.err
    wrong = [
        *back,
        "--year",
        FIRST,
        "--stage",
        "provincial_evaluation",
        "--date",
        "2025-11-01",
        "--by",
        "督导室",
        "--reason",
        "误登",
    ]
    assert junheng(*wrong) == 2, "it is a stage of another year"
    assert "已登记的有:" in junheng.err and "2025-2026 学年)[provincial_evaluation]" in junheng.err
    last = [
        *back,
        "--year",
        SECOND,
        "--stage",
        "provincial_evaluation",
        "--date",
        "2025-11-01",
        "--by",
        "督导室",
        "--reason",
        "误登",
    ]
    assert junheng(*last) == 0 and "已撤回" in junheng.out
    assert junheng(*last) == 2 and "或已经撤回" in junheng.err
    assert junheng(*city, "--by", "督导室", "--reason", "会议改期") == 0
    assert "工作进程.xlsx 第 4 行" in junheng.out and "请同时从表中删去这一行" in junheng.out
    assert junheng("workflow", "log", "--home", home, "--year", SECOND) == 0
    assert "登记工作进程" in junheng.out and "撤回工作阶段" in junheng.out, "nothing is deleted"
    assert [act.kind for act in database.acts()] == [
        "workflow_step",
        "workflow_step",
        "workflow_withdrawal",
        "workflow_withdrawal",
    ]
    database.close()

    assert junheng("run", "--home", home, "--year", FIRST, "--year", SECOND) == 1, junheng.err
    assert list(published(home, "county_workflow", FIRST)["stage"]) == ["self_assessment"]
    assert published(home, "county_workflow", SECOND).empty
    found = published(home, "findings", FIRST).set_index("rule")
    assert (
        "会议改期" in found.loc["E-STAGE-WITHDRAWN", "message"]
        and index_of(home, FIRST).loc["工作进程.xlsx", "outcome"] == "rejected"
    )

    # recorded again, it holds, and the row of the form is right
    assert junheng(*step, FIRST, "--stage", "city_recheck", *passed, "2025-04-01") == 0, junheng.err
    assert junheng("run", "--home", home, "--year", FIRST) == 0
    assert list(published(home, "county_workflow", FIRST)["stage"]) == ["self_assessment", "city_recheck"]
    assert index_of(home, FIRST).loc["工作进程.xlsx", "outcome"] == "accepted"
