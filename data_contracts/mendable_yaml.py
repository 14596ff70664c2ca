"""Reading a YAML file that people maintain into a typed model, with sentences instead of tracebacks.

Belongs here: refusing keys that stand twice, and telling every problem of a file at once by file, key and what is wrong.
Does not belong here: what any such file means (``standard``, ``layout``).
"""

import re
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from data_contracts.errors import MendableError, WrongEntry

_SHOWN = 40
Model = TypeVar("Model", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OneKeyOnce(_Loader):
    """YAML in which no key may stand twice; plain YAML would silently take the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise _KeyTwice(str(twice), node.start_mark.line + 1)
        return super().construct_mapping(node, deep)


class _KeyTwice(Exception):
    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


def read_model(model: type[Model], text: str, file_name: str, kind: str, kind_en: str) -> Model:
    """Read one file into its model.

    Args:
        model: what the file must be.
        text: of the file.
        file_name: for messages.
        kind, kind_en: what such a file is called, e.g. 版式文件 and Layout file.

    Raises:
        MendableError: the text is no YAML, or a key is missing, unknown, wrong or given twice; names file, key and what is wrong.
    """
    return as_model(model, read_mapping(text, file_name, kind, kind_en), file_name, kind, kind_en)


def read_mapping(text: str, file_name: str, kind: str, kind_en: str) -> dict[str, Any]:
    """The keys and values of one file as they are written; see ``read_model``."""
    try:
        content = yaml.load(text, _OneKeyOnce)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise MendableError(
            f"{kind} {file_name} 第 {line} 行不是有效的 YAML,请检查缩进、冒号和引号。",
            f"{kind_en} {file_name}, line {line}: not valid YAML; check indentation, colons and quotes.",
        ) from error
    except _KeyTwice as error:
        raise MendableError(
            f"{kind} {file_name} 中键 {error.key} 重复(第 {error.line} 行开始的部分)。请只保留一处。",
            f"{kind_en} {file_name}: key {error.key} stands twice in the part that begins at line {error.line}. Keep one.",
        ) from error
    if not isinstance(content, dict):
        raise MendableError(
            f"{kind} {file_name} 是空的或不是“键: 值”的形式。请参照自带的{kind}填写。",
            f"{kind_en} {file_name} is empty or no mapping of keys to values. Follow one of those shipped.",
        )
    return content


def as_model(model: type[Model], content: dict[str, Any], file_name: str, kind: str, kind_en: str) -> Model:
    """What a file says as its model; see ``read_model``."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems_zh, problems_en = [], []
        for problem in _told_once(error.errors()):
            # A part in <> only tells apart the forms that an entry may have; nobody wrote it.
            place = ".".join(str(part) for part in problem["loc"] if not str(part).startswith("<"))
            zh, en = _in_words(problem)
            problems_zh.append(f"{place or '整个文件'}:{zh}")
            problems_en.append(f"{place or 'the whole file'}: {en}")
        raise MendableError(
            f"{kind} {file_name} 有 {len(problems_zh)} 处需要修改:" + ";".join(problems_zh) + "。",
            f"{kind_en} {file_name} must be mended in {len(problems_en)} place(s): " + "; ".join(problems_en) + ".",
        ) from error


def _told_once(problems: list[Any]) -> list[Any]:
    """Without the complaint that a list is empty where the real fault lies inside one of its items."""
    places = [problem["loc"] for problem in problems]
    return [
        problem
        for problem in problems
        if problem["type"] != "too_short"
        or not any(len(p) > len(problem["loc"]) and p[: len(problem["loc"])] == problem["loc"] for p in places)
    ]


# By pydantic's kinds of error: what a person has to know, in both languages; braces name what the kind tells beside.
_KINDS = {
    "missing": ("缺少这一项", "this is missing"),
    "extra_forbidden": ("没有这个键,可能是拼写错误", "there is no such key; it may be a typo"),
    "finite_number": ("应为有限的数", "must be a finite number"),
    "string_type": ("应为文字", "must be a text"),
    "string_pattern_mismatch": ("写法不符合要求", "is not written in the way that is asked for"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "union_tag_invalid": ("没有这一种 kind,只能是 {expected_tags}", "there is no such kind; it must be {expected_tags}"),
    "union_tag_not_found": ("缺少 kind", "kind is missing"),
    "greater_than": ("应大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": ("应不小于 {ge}", "must be at least {ge}"),
    "less_than": ("应小于 {lt}", "must be less than {lt}"),
    "less_than_equal": ("应不大于 {le}", "must be at most {le}"),
    **dict.fromkeys(("float_parsing", "float_type"), ("应为数字", "must be a number")),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), ("应为整数", "must be a whole number")),
    **dict.fromkeys(("bool_parsing", "bool_type"), ("应为 true 或 false", "must be true or false")),
    **dict.fromkeys(("model_type", "dict_type"), ("应为“键: 值”的形式", "must be a mapping of keys to values")),
    **dict.fromkeys(("tuple_type", "list_type"), ("应为列表,例如 [甲, 乙]", "must be a list, such as [a, b]")),
    "too_short": ("至少要有 {min_length} 项", "must have at least {min_length} entries"),
    "string_too_short": ("不能为空", "must not be empty"),
}
_ONE_OF_SOME_WORDS = re.compile(r"\^\(([a-z|]+)\)\$")
_WITHOUT_VALUE = ("missing", "extra_forbidden", "too_short", "string_too_short", "union_tag_not_found")


def _in_words(problem: Any) -> tuple[str, str]:
    """What is wrong, in Chinese and English; the library's own words are for engineers."""
    context = problem.get("ctx", {})
    if isinstance(context.get("error"), WrongEntry):
        return context["error"].zh, context["error"].en
    words = _ONE_OF_SOME_WORDS.fullmatch(str(context.get("pattern", "")))
    empty = problem["type"] == "too_short" and context.get("min_length") == 1
    kind = "literal_error" if words else "string_too_short" if empty else problem["type"]
    zh, en = _KINDS.get(kind, ("内容不符合要求", "is not what is asked for"))
    expected = words[1].replace("|", " or ") if words else str(context.get("expected", ""))
    zh = zh.format_map({**context, "expected": expected.replace(" or ", "、").replace(", ", "、")})
    en = en.format_map({**context, "expected": expected})
    if problem["type"] in _WITHOUT_VALUE:
        return zh, en
    if problem["input"] is None:
        return f"{zh},现为空", f"{en}, but is empty"
    now = _as_written(problem["input"])
    return f"{zh},现为 {now}", f"{en}, not {now}"


def _as_written(entry: Any) -> str:
    """The beginning of an entry as a file has it."""
    return str(entry).lower() if isinstance(entry, bool) else repr(entry)[:_SHOWN]
