"""The command ``junheng``: its commands and their options.

Belongs here: parsing of arguments, and turning every failure into a sentence and an exit code.
Does not belong here: what a command does (``pipelines.commands``); nothing heavy is imported before it is needed.
"""

import errno
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

try:  # Typer carries its own copy of Click since 0.20; before, it used the library.
    from typer._click.exceptions import UsageError
except ImportError:
    from click.exceptions import UsageError  # type: ignore[assignment]

from data_contracts.errors import MendableError
from pipelines.cli_followup import add_to
from pipelines.cli_options import Home, Lang, Language, Year, Years

app = typer.Typer(
    name="junheng",
    help="均衡:县域义务教育均衡发展监测。每夜、准确、说得清。 · How evenly a county's compulsory schools are provided for.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Grouping(StrEnum):
    """By what the board is totalled."""

    township = "township"
    county = "county"


class StandardsAction(StrEnum):
    """What ``junheng standards`` does."""

    list = "list"
    show = "show"
    check = "check"


@app.command(help="生成示例县并运行三个学年。 · A demonstration county, three school years, run through Dagster.")
def demo(home: Home = None, lang: Lang = Language.zh) -> None:
    """Make the demonstration county and run it."""
    from pipelines.commands import demo as command

    raise typer.Exit(command.demo(home, lang.value))


@app.command(help="生成填报表:每校一份,已填好名册和上年数据。 · One form per school, prefilled.")
def template(
    year: Annotated[str, typer.Option("--year", help="学年,例如 2026-2027 · school year")],
    out: Annotated[Path | None, typer.Option("--out", help="放到哪个文件夹(默认 ./填报表-<学年>) · target folder")] = None,
    zipped: Annotated[bool, typer.Option("--zip", help="打成一个压缩包 · one zip of all forms")] = False,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Make the forms of a school year."""
    from pipelines.commands import template as command

    raise typer.Exit(command.template(year, out, home, lang.value, zipped))


@app.command(help="检查报送文件,与每夜校验完全相同,不留记录。 · Exactly the nightly validation, recording nothing.")
def check(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders")],
    year: Year = None,
    out: Annotated[Path | None, typer.Option("--out", help="同时把回执写到这个文件夹 · write receipts here")] = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Check files as the night would."""
    from pipelines.commands import check as command

    raise typer.Exit(command.check(paths, year, out, home, lang.value))


@app.command(help="计算学年:校验、评估、发布。 · Materialise school years through Dagster.")
def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="收件箱、其中学年的文件夹或文件,代替 --year · the inbox or what lies in it, instead of --year"),
    ] = None,
    year: Years = None,
    all_years: Annotated[bool, typer.Option("--all-years", help="计算收件箱中的所有学年 · every year of the inbox")] = False,
    confirm_fewer_schools: Annotated[
        str | None,
        typer.Option("--confirm-fewer-schools", help="确认学校减少属实,写明原因 · confirm a fall in schools, with a reason"),
    ] = None,
    trial: Annotated[
        list[str] | None,
        typer.Option("--trial", help="另按此标准试算,可多次给出,不影响正式结论 · compute this standard beside, on trial"),
    ] = None,
    no_trial: Annotated[
        list[str] | None, typer.Option("--no-trial", help="结束此标准的试算 · end the trial of this standard")
    ] = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Run school years."""
    from pipelines.commands import run as command
    from pipelines.commands.dropped import home_and_years

    years = year or []
    if paths:
        home, named = home_and_years(paths, home)
        years = [*years, *named]
        all_years = all_years or not years
    raise typer.Exit(command.run(years, all_years, confirm_fewer_schools, home, lang.value, trial or (), no_trial or ()))


@app.command(help="谁已报送、谁未报送、采用了什么、上次何时发布。 · Who has handed in, and when the last release was made.")
def status(
    year: Year = None,
    by: Annotated[Grouping, typer.Option("--by", help="按乡镇或按县合计 · totals per township or county")] = Grouping.township,
    page: Annotated[Path | None, typer.Option("--page", help="把报送看板写成网页 · write the board as a page")] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", help="一份文件的来龙去脉:收件箱中的路径、任何文件或指纹 · what became of a file"),
    ] = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Show the board of a school year, or the history of a file."""
    if file is not None:
        from pipelines.commands.file_status import file_status

        raise typer.Exit(file_status(file, year, home, lang.value))
    from pipelines.commands import status as command

    raise typer.Exit(command.status(year, home, lang.value, by.value, page))


@app.command(help="列出、解释标准,检查自己的标准文件。 · List and explain standards; check a file of your own.")
def standards(
    action: Annotated[
        StandardsAction, typer.Argument(help="list 列出,show 解释一个,check 检查一个文件 · list, show ID, check FILE")
    ] = StandardsAction.list,
    target: Annotated[str | None, typer.Argument(help="标准编号,或标准文件 · id of a standard, or a file")] = None,
    year: Year = None,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """List, explain or check standards."""
    from pipelines.commands import standards as command

    raise typer.Exit(command.standards(action.value, target, year, home, lang.value))


@app.command(help="在 127.0.0.1 打开 Dagster 界面。 · Dagster's UI on 127.0.0.1.")
def ui(
    port: Annotated[int, typer.Option("--port", help="端口 · port")] = 3000,
    home: Home = None,
    lang: Lang = Language.zh,
) -> None:
    """Open Dagster's UI."""
    from pipelines.commands import ui as command

    raise typer.Exit(command.ui(port, home, lang.value))


add_to(app)


def _language(arguments: list[str]) -> str:
    """The language asked for, found even where the other arguments are wrong."""
    for position, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and arguments[position + 1 : position + 2] == ["en"]):
            return "en"
    return "zh"


def main(arguments: list[str] | None = None) -> None:
    """Run the command; every failure that a person can mend is one sentence and exit code 2."""
    given = sys.argv[1:] if arguments is None else arguments
    chinese = _language(given) == "zh"
    if not given:
        given = ["--help"]
    try:
        code = app(args=given, standalone_mode=False)
    except UsageError as error:
        said = _usage_in_chinese(error) if chinese else error.format_message()
        print(
            f"用法有误:{said}查看用法:junheng --help" if chinese else f"Wrong usage: {said.rstrip('.')}. See junheng --help",
            file=sys.stderr,
        )
        code = 2
    except MendableError as error:
        from pipelines.commands.console import Speaker

        Speaker.of(_language(given)).complain(error.zh, error.en)
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        print("已中断。原有发布内容没有改变。" if chinese else "Interrupted; what was published is unchanged.", file=sys.stderr)
        code = 130
    except OSError as error:
        code = _told_of_the_disk(error, chinese) or _unforeseen(chinese)
    except Exception:
        code = _unforeseen(chinese)
    if arguments is None:
        _end_workers()
    sys.exit(code or 0)


def _end_workers() -> None:
    """End what reads and judges in processes of its own, while Python is still whole; later it would grumble on the screen."""
    reading, judging = (sys.modules.get(name) for name in ("resources.reading_pool", "checks.judging_process"))
    if reading is not None:
        reading.shared_pool().close()
    if judging is not None:
        judging.close()


def _usage_in_chinese(error: UsageError) -> str:
    """What is wrong with the arguments."""
    parameter = getattr(error, "param", None)
    name = (parameter.opts[0] if parameter is not None and parameter.opts else "") or getattr(error, "option_name", "")
    kinds = {
        "NoSuchOption": f"没有选项 {name}。",
        "MissingParameter": "缺少要检查的文件或文件夹。" if name == "paths" else f"缺少 {name}。",
        "BadParameter": f"{name} 的值不对。",
        "BadOptionUsage": f"选项 {name} 需要一个值。",
    }
    return kinds.get(type(error).__name__) or (
        "没有这个命令。" if "command" in error.format_message() else error.format_message() + " "
    )


def _told_of_the_disk(error: OSError, chinese: bool) -> int | None:
    """Tell what is no fault of the program: a path longer than the system allows, a disk that is full. None for anything else."""
    sentences = {
        errno.ENAMETOOLONG: (
            "路径或文件名太长,系统不允许。请改短后再试。",
            "A path or name is longer than the system allows. Shorten it.",
        ),
        errno.ENOSPC: (
            "磁盘已满,没有完成;已发布的内容没有改变。请腾出空间后再运行一次。",
            "The disk is full; what is published is unchanged. Make room and run again.",
        ),
    }
    told = sentences.get(error.errno or 0)
    if told is None:
        return None
    print(told[0] if chinese else told[1], file=sys.stderr)
    return 2


def _unforeseen(chinese: bool) -> int:
    """Tell a fault of the program in one sentence; the engineers' details go to a file beside it."""
    import datetime as dt
    import tempfile
    import traceback

    name = f"junheng-{dt.datetime.now():%Y%m%d-%H%M%S}.log"
    path = Path(tempfile.gettempdir()) / name
    path.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
    if chinese:
        print(f"程序内部出错,已发布的内容没有改变。请把文件 {path} 发给技术人员。", file=sys.stderr)
    else:
        print(f"A fault inside the program; what is published is unchanged. Send {path} to your engineers.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
