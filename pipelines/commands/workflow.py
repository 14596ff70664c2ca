"""``junheng workflow``: stages of the official procedure and their withdrawal, approval and lock of a year, the log of acts.

Belongs here: recording acts and telling them. Does not belong here: which transitions are allowed
(``domain.assessment.workflow``), what a lock means (``resources.approvals``).
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, calendar, known_year
from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.assessment.workflow import Step, follows, judged, refusal
from domain.intake.ledger import day_in_china
from domain.reporting.display import moment_text, moment_text_en
from pipelines.commands.console import WELL, Speaker
from pipelines.commands.names import Names
from resources.approvals import APPROVAL, UNLOCK, approval_in_force, approve, pending_files, unlock
from resources.database import Act, WarehouseDatabase
from resources.home import Home
from resources.procedure import SAMPLE, STEP, WITHDRAWAL, entered, step_of, withdrawal_of
from resources.table_store import TableStore
from resources.trials import TRIAL, TRIAL_ENDED

KINDS = {
    STEP: ("登记工作进程", "stage recorded"),
    WITHDRAWAL: ("撤回工作阶段", "stage withdrawn"),
    APPROVAL: ("审定并锁定", "approved and locked"),
    UNLOCK: ("解锁", "unlocked"),
    SAMPLE: ("抽取核查学校", "sample drawn"),
    TRIAL: ("标准开始试算", "standard put on trial"),
    TRIAL_ENDED: ("标准结束试算", "trial ended"),
    "fewer_schools_confirmed": ("确认学校减少", "fewer schools confirmed"),
}


@contextmanager
def opened_database(home: Home) -> Iterator[WarehouseDatabase]:
    """The database of a home, brought to this code's schema, closed afterwards."""
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    try:
        yield database
    finally:
        database.close()


def stated(text: str | None, zh: str, en: str) -> str:
    """A text that an act must hold.

    Raises:
        MendableError: it is empty.
    """
    if text is None or not text.strip():
        raise MendableError(zh, en)
    return text.strip()


def _by(text: str | None) -> str:
    return stated(text, "请用 --by 写明经办单位或经办人。", "Say with --by who answers for it.")


def _reason(text: str | None) -> str:
    return stated(text, "请用 --reason 写明原因。", "Give the reason with --reason.")


def record(
    year: str,
    county: str,
    standard: str,
    stage: str,
    outcome: str,
    date: str,
    by: str | None,
    reason: str | None,
    home_path: Path | None,
    language: str,
) -> int:
    """Record a stage of the procedure, if it may follow what was recorded before.

    Raises:
        MendableError: the stage cannot follow, or a word is wrong; the sentence names what is allowed.
    """
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    by_whom = _by(by)
    _known_words(home, chosen, county, standard, stage, outcome, date)
    with opened_database(home) as database:
        known = entered(TableStore(home.tables), database, chosen)
        accepted, _ = judged(known.steps, known.withdrawals)
        history = [step for step in accepted if (step.county_code, step.standard) == (county, standard)]
        step = Step(chosen.key, county, standard, stage, outcome, date, by_whom, (reason or "").strip() or None)
        why = refusal(step, history)
        if why is not None:
            raise MendableError(why.zh, why.en)
        detail = {"standard": standard, "stage": stage, "outcome": outcome, "date": date}
        now = dt.datetime.now(dt.UTC)
        act = database.record_act(chosen.key, STEP, by_whom, step.reason or "", now, county, detail)
        locked = approval_in_force(database, chosen) is not None
    zh, en = _whose(Names.of(home, chosen), county, standard)
    then = ("", "") if locked else ("下次运行时列入工作进程表。", " It is published with the next run.")
    speaker.say(
        f"已登记({act.id} 号):{zh}{WORKFLOW_STAGES[stage]},{WORKFLOW_OUTCOMES[outcome]},{date}。{then[0]}",
        f"Recorded (act {act.id}): {en}: {stage}, {outcome}, {date}.{then[1]}",
    )
    if locked:
        _tell_waiting(chosen, speaker)
    return WELL


def withdraw(
    year: str,
    county: str,
    standard: str,
    stage: str,
    date: str,
    by: str | None,
    reason: str | None,
    home_path: Path | None,
    language: str,
) -> int:
    """Take back the last stage of a county and standard; it stays in the log, and so does this.

    Raises:
        MendableError: there is no such stage, another one follows it, or a word is wrong.
    """
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    by_whom, why = _by(by), _reason(reason)
    with opened_database(home) as database:
        known = entered(TableStore(home.tables), database, known_year(list(calendar())[-1]))
        accepted, _ = judged(known.steps, known.withdrawals)
        own = [step for step in accepted if (step.county_code, step.standard) == (county, standard)]
        step = next((one for one in own if (one.school_year, one.stage, one.date) == (chosen.key, stage, date)), None)
        if step is None:
            raise _no_such_stage(Names.of(home, chosen), chosen, county, standard, stage, date, own)
        after = follows(step, accepted)
        if after is not None:
            raise MendableError(
                f"{_stage_told(step)} 之后已有 {_stage_told(after)},不能撤回。请先撤回后面的阶段。",
                f"{stage} on {date} is followed by {after.stage} on {after.date} ({after.school_year}) and cannot be withdrawn. Withdraw that first.",
            )
        detail = {"standard": standard, "stage": stage, "outcome": step.outcome, "date": date}
        act = database.record_act(chosen.key, WITHDRAWAL, by_whom, why, dt.datetime.now(dt.UTC), county, detail)
        locked = approval_in_force(database, chosen) is not None
    zh, en = _whose(Names.of(home, chosen), county, standard)
    speaker.say(
        f"已撤回({act.id} 号):{zh}{_stage_told(step)},原登记来源:{step.source}。原登记和这次撤回都保留在登记簿中;下次运行时从工作进程表中去掉。",
        f"Withdrawn (act {act.id}): {en}: {stage} on {date}, entered by {step.source}. Both stay in the log; the stage leaves the published table with the next run.",
    )
    if step.act is None:
        speaker.say(
            f"这一阶段来自 {step.source}。请同时从表中删去这一行,否则回执会继续提示。",
            f"It stands in {step.source}. Take the row out of the form too, or its receipt will go on telling of it.",
            "yellow",
        )
    if locked:
        _tell_waiting(chosen, speaker)
    return WELL


def _tell_waiting(year: SchoolYear, speaker: Speaker) -> None:
    """Say that an act of a locked year is kept, and changes nothing that is published yet."""
    speaker.say(
        f"{year} 学年已审定锁定:这项登记作为待处理的更正保存,解锁(junheng workflow unlock)并重新运行之后才会发布。",
        f"{year} is approved and locked: this is kept as a pending restatement and published once the year is unlocked "
        "(junheng workflow unlock) and run again.",
        "yellow",
    )


def _whose(names: Names, county: str, standard: str) -> tuple[str, str]:
    """The county and the standard of a stage, as people call them."""
    zh, en = names.standard(standard)
    return f"{names.county(county)}“{zh}”", f"{names.county(county)}, {en}"


def _stage_told(step: Step) -> str:
    return f"“{WORKFLOW_STAGES[step.stage]}”{WORKFLOW_OUTCOMES[step.outcome]}({step.date},{step.school_year} 学年)"


def _no_such_stage(
    names: Names, year: SchoolYear, county: str, standard: str, stage: str, date: str, own: list[Step]
) -> MendableError:  # fmt: skip
    zh, en = _whose(names, county, standard)
    asked = f"“{WORKFLOW_STAGES[stage]}”({stage})" if stage in WORKFLOW_STAGES else f" {stage}"
    told = "、".join(f"{_stage_told(step)}[{step.stage}]" for step in own)
    told_en = ", ".join(f"{step.stage} on {step.date} ({step.school_year})" for step in own)
    return MendableError(
        f"{zh}在 {year} 学年没有 {date} 的阶段{asked}(或已经撤回)。"
        + (f"已登记的有:{told}。" if own else "这个县和这个标准还没有登记任何阶段。"),
        f"{en}: there is no {stage} on {date} in {year}, or it was withdrawn. "
        + (f"Recorded are: {told_en}." if own else "No stage is recorded for them."),
    )


def _known_words(
    home: Home, year: SchoolYear, county: str, standard: str, stage: str, outcome: str, date: str
) -> None:  # fmt: skip
    """Raises MendableError for a word that does not exist, naming those that do."""
    standards = {one.id: one.title for one in home.standards() if one.judges_counties}
    for name, value, words in (("standard", standard, standards), ("stage", stage, WORKFLOW_STAGES), ("outcome", outcome, WORKFLOW_OUTCOMES)):  # fmt: skip
        if value not in words:
            told = "、".join(f"{word}({words[word]})" for word in words)
            raise MendableError(
                f"--{name} 没有“{value}”。可用的有:{told}。", f"--{name} knows no '{value}', only: {', '.join(words)}."
            )
    try:
        right = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date) is not None and bool(dt.date.fromisoformat(date))
    except ValueError:
        right = False
    if not right:
        raise MendableError(f"日期“{date}”不对,请写成 2026-06-30。", f"'{date}' is no date; write it as 2026-06-30.")
    if dt.date.fromisoformat(date) > day_in_china(dt.datetime.now(dt.UTC)):
        raise MendableError(
            f"日期 {date} 还没有到。请写实际完成这一阶段的日期。",
            f"{date} is yet to come; give the day on which the stage was completed.",
        )
    known_county(home, year, county)


def known_county(home: Home, year: SchoolYear, county: str) -> None:
    """Raises MendableError for a code that is no county of the year; before the first run any 6 digits will do."""
    counties = TableStore(home.tables).read("county_records", year.key)
    if re.fullmatch("[0-9]{6}", county) is None:
        raise MendableError(f"县级行政区划代码“{county}”应为 6 位数字。", f"The county code '{county}' must have 6 digits.")
    if counties is not None and county not in set(counties["county_code"]):
        told = "、".join(f"{row.county_code}({row.county_name})" for row in counties.head(10).itertuples())
        raise MendableError(f"{year} 学年的数据中没有县 {county}。有:{told}。", f"{year} has no county {county}. It has: {told}.")


def approve_year(year: str, by: str | None, reason: str | None, home_path: Path | None, language: str) -> int:
    """Approve the current release of a year, which locks the year."""
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    with opened_database(home) as database:
        act = approve(home, database, chosen, _by(by), _reason(reason), dt.datetime.now(dt.UTC))
        approval = approval_in_force(database, chosen)
        waiting = pending_files(home, approval) if approval else []
    speaker.say(
        f"{chosen} 学年第 {act.details['release']} 版已审定并锁定。此后收到的文件作为待处理的更正保存,解锁之前不改变任何结果。",
        f"Release {act.details['release']} of {chosen} is approved and locked. What comes in now waits until the year is unlocked.",
        "green",
    )
    if waiting:
        speaker.say(
            f"收件箱中有 {len(waiting)} 份文件与审定的不同,待处理:{'、'.join(one.file for one in waiting[:10])}",
            f"{len(waiting)} files of the inbox differ from what was approved and wait: {', '.join(one.file for one in waiting[:10])}",
            "yellow",
        )
    return WELL


def unlock_year(year: str, by: str | None, reason: str | None, home_path: Path | None, language: str) -> int:
    """Unlock an approved year."""
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    with opened_database(home) as database:
        unlock(database, chosen, _by(by), _reason(reason), dt.datetime.now(dt.UTC))
    speaker.say(
        f"{chosen} 学年已解锁。下次运行计入待处理的更正,并发布更正后的结论:junheng run --year {chosen}",
        f"{chosen} is unlocked. The next run takes what waits and publishes the restated verdict: junheng run --year {chosen}",
        "green",
    )
    return WELL


def log(year: str, home_path: Path | None, language: str) -> int:
    """List the acts of a year, oldest first."""
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    with opened_database(home) as database:
        acts = database.acts(chosen.key)
    if not acts:
        speaker.say(f"{chosen} 学年没有任何登记。", f"No act is recorded for {chosen}.")
        return WELL
    table = Table(title=speaker.text(f"{chosen} 学年登记簿", f"Acts of {chosen}"))
    heads = (
        ("编号", "act"),
        ("时间", "when"),
        ("事项", "what"),
        ("县", "county"),
        ("经办", "by"),
        ("原因或说明", "reason"),
        ("内容", "details"),
    )
    for zh, en in heads:
        table.add_column(speaker.text(zh, en))
    names = Names.of(home, chosen)
    for act in acts:
        what = speaker.text(*KINDS.get(act.kind, (act.kind, act.kind)))
        when = moment_text(act.made_at) if speaker.language == "zh" else moment_text_en(act.made_at)
        county = names.county(act.county_code) if act.county_code else "—"
        row = (str(act.id), when, what, county, act.by_whom, act.reason or "—", _details(act, names, speaker))
        table.add_row(*map(escape, row))
    speaker.out.print(table)
    return WELL


def _details(act: Act, names: Names, speaker: Speaker) -> str:
    told = act.details
    if act.kind in (TRIAL, TRIAL_ENDED):
        return speaker.text(*names.standard(act.reason))
    if act.kind in (STEP, WITHDRAWAL):
        step = step_of(act) if act.kind == STEP else withdrawal_of(act)
        called, called_en = names.standard(step.standard)
        zh = f"{called}:{WORKFLOW_STAGES[step.stage]},{WORKFLOW_OUTCOMES[step.outcome]},{step.date}"
        return speaker.text(zh, f"{called_en}: {step.stage}, {step.outcome}, {step.date}")
    if act.kind == APPROVAL:
        files = sum(path.startswith("inbox/") for path in told["inputs"])
        return speaker.text(f"第 {told['release']} 版,{files} 份文件", f"release {told['release']}, {files} files")
    if act.kind == UNLOCK:
        return speaker.text(f"第 {told['release']} 版", f"release {told['release']}")
    if act.kind == SAMPLE:
        schools = "、".join(one["school_name"] for one in told["schools"])
        return speaker.text(f"随机种子 {told['seed']}:{schools}", f"seed {told['seed']}: {schools}")
    return json.dumps(told, ensure_ascii=False) if told else "—"
