"""A standard that extends another: its own keys over those of the other, before anything is read as a standard.

Belongs here: putting raw contents together and telling a circle or an unknown parent. Does not belong here: what the keys mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data_contracts.errors import MendableError

NEVER_INHERITED = ("id", "title", "title_en", "source", "grade", "trial_only", "replaces", "extends", "drop_indicators")
# A pack that extends a national standard judges schools only: what judges counties stays behind.
OF_COUNTIES = ("coefficient_rule", "verdict_items")


@dataclass(frozen=True)
class RawStandard:
    """The content of a standard file as written, with the file's name."""

    file: str
    content: dict[str, Any]

    @property
    def parent(self) -> str | None:
        """The id that it extends."""
        return self.content.get("extends")


def inherited(raw: RawStandard, known: Mapping[str, RawStandard]) -> dict[str, Any]:
    """The whole content of a standard with all that it inherits.

    Keys given replace those of the parent; ``indicators`` given change the parent's of the same id key by key, or are added
    behind them; ``drop_indicators`` leaves some out. Title, source, grade and what makes a file one of its own never pass on.

    Raises:
        MendableError: the parent is unknown, two standards extend each other, or an indicator to change does not exist.
    """
    return _whole(raw, known, (raw,))


def _whole(raw: RawStandard, known: Mapping[str, RawStandard], line: tuple[RawStandard, ...]) -> dict[str, Any]:
    if raw.parent is None:
        if "drop_indicators" in raw.content:
            raise _problem(raw, "drop_indicators 只能与 extends 同用", "drop_indicators goes with extends only")
        return raw.content
    parent = known.get(raw.parent) if isinstance(raw.parent, str) else None
    if parent is None:
        listed = "、".join(sorted(known))
        raise _problem(
            raw,
            f"extends: 没有编号为 {raw.parent} 的标准,现有 {listed}",
            f"extends: there is no standard {raw.parent}; there are {listed}",
        )
    if any(one.content.get("id") == parent.content.get("id") for one in line):
        files = " → ".join([*(one.file for one in line), parent.file])
        raise _problem(
            raw,
            f"extends: 继承关系成环({files}),请去掉其中一个 extends",
            f"extends: standards extend each other in a circle ({files}); take one extends out",
        )
    base = _whole(parent, known, (*line, parent))
    own_role = raw.content.get("role", base.get("role", "national"))
    left_behind = NEVER_INHERITED + (OF_COUNTIES if own_role != "national" else ())
    merged = {key: value for key, value in base.items() if key not in left_behind}
    merged |= {key: value for key, value in raw.content.items() if key not in ("indicators", "drop_indicators")}
    merged["indicators"] = _indicators(raw, base.get("indicators"))
    return merged


def _indicators(raw: RawStandard, base: Any) -> Any:
    own, dropped = raw.content.get("indicators", []), raw.content.get("drop_indicators", [])
    if not isinstance(own, list) or not isinstance(base, list) or not isinstance(dropped, list):
        return own or base
    by_id = {one["id"]: one for one in base if isinstance(one, dict) and "id" in one}
    unknown = [str(one) for one in dropped if one not in by_id]
    if unknown:
        names = "、".join(unknown)
        raise _problem(
            raw,
            f"drop_indicators: 所继承的标准没有指标 {names}",
            f"drop_indicators: the standard extended has no indicator {names}",
        )
    for one in own:
        key = one.get("id") if isinstance(one, dict) else None
        by_id[str(key)] = {**by_id.get(str(key), {}), **one} if isinstance(one, dict) else one
    return [one for key, one in by_id.items() if key not in dropped]


def _problem(raw: RawStandard, zh: str, en: str) -> MendableError:
    return MendableError(f"标准文件 {raw.file}:{zh}。", f"Standard file {raw.file}: {en}.")
