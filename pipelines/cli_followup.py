"""The commands about what is done about a verdict: ``workflow``, ``sample`` and ``ledger``.

Belongs here: parsing of their arguments. Does not belong here: what they do (``pipelines.commands``); nothing heavy is
imported before it is needed.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_options import Home, Lang, Language, OneYear

By = Annotated[str | None, typer.Option("--by", help="经办单位或经办人 · who answers for it")]
Reason = Annotated[str | None, typer.Option("--reason", help="原因或说明 · reason")]
County = Annotated[str, typer.Option("--county", help="6 位县级行政区划代码 · 6-digit county code")]

workflow = typer.Typer(
    name="workflow",
    help="工作进程、审定与锁定、登记簿。 · The official procedure, approval and lock, the log of acts.",
    no_args_is_help=True,
)


class Order(StrEnum):
    """How gaps are grouped."""

    owner = "owner"
    school = "school"


@workflow.command(help="登记一个阶段:自评、复核、评估、认定、监测。 · Record a stage of the procedure.")
def record(
    year: OneYear,
    county: County,
    standard: Annotated[str, typer.Option("--standard", help="标准编号 · id of the standard")],
    stage: Annotated[
        str,
        typer.Option(
            "--stage", help="self_assessment、city_recheck、provincial_evaluation、national_recognition、monitoring 之一 · stage"
        ),
    ],
    outcome: Annotated[str, typer.Option("--outcome", help="passed、returned、failed 之一 · outcome")],
    date: Annotated[str, typer.Option("--date", help="日期,例如 2026-06-30 · date")],
    by: By = None,
    reason: Reason = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Record a stage."""
    from pipelines.commands import workflow as command

    raise typer.Exit(command.record(year, county, standard, stage, outcome, date, by, reason, home, lang.value))


@workflow.command(help="撤回登记有误的阶段,写明原因;原登记保留。 · Withdraw a wrong stage, with a reason; nothing is deleted.")
def withdraw(
    year: OneYear,
    county: County,
    standard: Annotated[str, typer.Option("--standard", help="标准编号 · id of the standard")],
    stage: Annotated[str, typer.Option("--stage", help="要撤回的阶段,例如 city_recheck · the stage to withdraw")],
    date: Annotated[str, typer.Option("--date", help="登记的日期,例如 2026-06-30 · its date as recorded")],
    by: By = None,
    reason: Reason = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Withdraw a stage."""
    from pipelines.commands import workflow as command

    raise typer.Exit(command.withdraw(year, county, standard, stage, date, by, reason, home, lang.value))


@workflow.command(help="审定学年的现行发布,并锁定这个学年。 · Approve the current release; this locks the year.")
def approve(year: OneYear, by: By = None, reason: Reason = None, home: Home = None, lang: Lang = Language.zh) -> None:
    """Approve a year."""
    from pipelines.commands import workflow as command

    raise typer.Exit(command.approve_year(year, by, reason, home, lang.value))


@workflow.command(help="解锁已审定的学年,写明原因。 · Unlock an approved year, with a reason.")
def unlock(year: OneYear, by: By = None, reason: Reason = None, home: Home = None, lang: Lang = Language.zh) -> None:
    """Unlock a year."""
    from pipelines.commands import workflow as command

    raise typer.Exit(command.unlock_year(year, by, reason, home, lang.value))


@workflow.command(help="列出学年的登记簿。 · List the acts of a year.")
def log(year: OneYear, home: Home = None, lang: Lang = Language.zh) -> None:
    """List acts."""
    from pipelines.commands import workflow as command

    raise typer.Exit(command.log(year, home, lang.value))


def sample(
    year: OneYear,
    county: County,
    schools: Annotated[
        int | None, typer.Option("--schools", help="抽取学校数,7—11,不写为 9 所 · schools to draw, 7 to 11, 9 if not given")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="随机种子;不写时只抽一次并登记 · seed; drawn once and recorded if not given")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="核查表放到哪个文件夹 · folder for the forms")] = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Draw a sample."""
    from pipelines.commands import sample as command

    raise typer.Exit(command.sample(year, county, schools, seed, out, home, lang.value))


def ledger(
    year: OneYear,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的 · overdue ones only")] = False,
    on: Annotated[str | None, typer.Option("--on", help="按哪一天判断逾期(默认今天) · day on which overdue is judged")] = None,
    by: Annotated[Order, typer.Option("--by", help="按责任人或按学校排列 · by owner or by school")] = Order.owner,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """List the rectification ledger."""
    from pipelines.commands import ledger as command

    raise typer.Exit(command.ledger(year, overdue, on, by.value, home, lang.value))


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command ``junheng``."""
    app.add_typer(workflow)
    app.command(help="抽取现场核查学校,登记随机种子。 · Draw schools for a visit on site, recording the seed.")(sample)
    app.command(help="整改台账:未销号和逾期的问题。 · The rectification ledger: open and overdue gaps.")(ledger)
