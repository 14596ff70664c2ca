"""``junheng standards``: which standards there are, what one asks, and whether a file of one's own is a standard.

Belongs here: the list at the console, one standard sentence by sentence, checking a file. Does not belong here: the shape of a
standard (``data_contracts.standard``), the words for its parts (``domain.reporting.standard_words``).
"""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, collecting_year
from data_contracts.standard import Standard, all_standards, own_raws
from data_contracts.standards_in_force import in_force
from domain.intake.register import read_register
from domain.reporting.standard_words import ROLES, explained, listed, place_words
from pipelines.commands.console import WELL, Speaker
from resources.home import Home


def standards(action: str, target: str | None, year: str | None, home_path: Path | None, language: str) -> int:
    """List all standards, explain one, or check a file.

    Args:
        action: ``list``, ``show`` or ``check``.
        target: the id of a standard, or a file; a file's bare name is looked for in the home's ``standards`` too.
        year: the school year for "in force"; that which is collecting where not given.
        home_path, language: as given at the console.

    Raises:
        MendableError: no such standard or file, or the file is malformed.
    """
    speaker = Speaker.of(language)
    home = Home.at(home_path)
    chosen = SchoolYear.parse(year) if year else collecting_year()
    if action == "list":
        if target is not None:
            raise MendableError(
                f"不知道“{target}”是要做什么。解释一个标准:junheng standards show {target};检查文件:junheng standards check 文件。",
                f"'{target}' is no action. junheng standards show {target} explains a standard, junheng standards check FILE a file.",
            )
        return _list(home.standards(), chosen, speaker)
    if target is None:
        raise MendableError(
            "请写明标准的编号。" if action == "show" else "请写明要检查的标准文件。",
            "Name a standard." if action == "show" else "Name the file to check.",
        )
    return _show(home.standards(), target, speaker) if action == "show" else _check(home, target, chosen, speaker)


def _list(known: tuple[Standard, ...], year: SchoolYear, speaker: Speaker) -> int:
    now = {standard.id: standard for standard in in_force(known, year)}
    table = Table(title=speaker.text(f"标准({year} 学年)", f"Standards ({year})"))
    for zh, en in (("编号", "id"), ("名称", "title"), ("类别", "role"), ("等级", "grade"), ("学年", "years"), ("地区", "counties"),
                   ("本学年", "this year")):  # fmt: skip
        table.add_column(speaker.text(zh, en))
    for standard in known:
        cells = [
            standard.id,
            speaker.text(standard.title, standard.title_en or standard.title),
            speaker.text(*ROLES[standard.role]),
            standard.grade or "—",
            f"{standard.effective.first}–{standard.effective.last or ''}",
            speaker.text(*place_words(now.get(standard.id, standard))),
            speaker.text(*_state(standard, standard.id in now)),
        ]
        table.add_row(*(escape(cell) for cell in cells))
    speaker.out.print(table)
    return WELL


def _state(standard: Standard, now: bool) -> tuple[str, str]:
    if standard.only_on_trial:
        return "只能试算", "on trial only"
    return ("生效", "in force") if now else ("不生效", "not in force")


def _show(known: tuple[Standard, ...], name: str, speaker: Speaker) -> int:
    found = next((standard for standard in known if standard.id == name), None)
    if found is None:
        zh, en = listed(known)
        raise MendableError(f"没有编号为 {name} 的标准。现有:{zh}。", f"There is no standard {name}. There are: {en}.")
    _explain(found, known, speaker)
    return WELL


def _explain(standard: Standard, known: tuple[Standard, ...], speaker: Speaker) -> None:
    for zh, en in explained(standard, known):
        speaker.say(zh, en)


def _check(home: Home, name: str, year: SchoolYear, speaker: Speaker) -> int:
    """Read the file beside all others, as a run would, so that its id, its parent and what it overlaps are checked too."""
    given = Path(name).expanduser()
    file = next((path for path in (given, home.path / "standards" / name) if path.is_file()), None)
    if file is None:
        raise MendableError(
            f"没有找到标准文件 {name}(也不在 {home.path / 'standards'} 中)。请写明路径。",
            f"There is no standard file {name}, nor is it in {home.path / 'standards'}. Give its path.",
        )
    others = [path for path in home.own_standards() if path.resolve() != file.resolve()]
    known = all_standards([*others, file])
    name = own_raws([file])[0].content["id"]  # others may extend or replace it: it is told from them by its id
    mine = next(standard for standard in known if standard.id == name)
    for begun in _years_of_change(known, mine):
        in_force(known, begun)
    speaker.say(f"{file.name} 没有问题。", f"{file.name} is well formed.", "bold")
    _explain(mine, known, speaker)
    if file.resolve() not in [path.resolve() for path in home.own_standards()]:
        folder = home.path / "standards"
        speaker.say(
            f"这个文件还不起作用:请放入 {folder},文件名以 .yaml 结尾。",
            f"The file has no effect yet: put it into {folder}, with a name that ends in .yaml.",
        )
    _tell_counties(home, mine, year, speaker)
    return WELL


def _years_of_change(known: tuple[Standard, ...], mine: Standard) -> list[SchoolYear]:
    """The years of a standard in which some standard begins or has just ended: between them nothing that is in force changes."""
    turns = {one.effective.first for one in known} | {one.effective.last.next for one in known if one.effective.last}
    return sorted(turn for turn in turns if mine.effective.covers(turn))


def _tell_counties(home: Home, standard: Standard, year: SchoolYear, speaker: Speaker) -> None:
    """Say so where the register holds no county that the standard looks at: a wrong prefix would silently judge nobody."""
    try:
        register = home.register_file(year) if home.exists and standard.provinces else None
        if register is None:
            return
        codes = sorted(set(read_register(register.name, register.read_bytes())["county_code"]))
    except (MendableError, OSError):  # What is wrong with a register is no fault of the standard; ``run`` tells it.
        return
    if codes and not any(standard.applies_to(code) for code in codes):
        speaker.say(
            f"请核对 provinces:{year} 学年的学校名册({register.name})只有区划代码为 {'、'.join(codes)} 的县,"
            f"没有以 {'、'.join(standard.provinces)} 开头的。",
            f"Look at provinces again: the register of {year} ({register.name}) has only the county codes {', '.join(codes)}, "
            f"none that begins with {', '.join(standard.provinces)}.",
            "yellow",
        )
