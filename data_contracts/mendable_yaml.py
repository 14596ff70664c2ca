"""Reading a YAML file that people maintain into a typed model, with sentences instead of tracebacks.

Belongs here: refusing keys that stand twice, and telling every problem of a file at once by file, key and what is wrong.
Does not belong here: what any such file means (``standard``, ``layout``).
"""

from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from data_contracts.errors import MendableError

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
            place = ".".join(str(part) for part in problem["loc"] if not str(part).startswith("<")) or "(整个文件)"
            problems_zh.append(f"{place}:{_in_chinese(problem)}")
            problems_en.append(f"{place}: {problem['msg'].removeprefix('Value error, ')}")
        raise MendableError(
            f"{kind} {file_name} 有 {len(problems_zh)} 处需要修改:" + ";".join(problems_zh) + "。",
            f"{kind_en} {file_name} has {len(problems_en)} problem(s): " + "; ".join(problems_en),
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


def _in_chinese(problem: Any) -> str:
    kinds = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这个键,可能是拼写错误",
        "float_parsing": "应为数字",
        "float_type": "应为数字",
        "int_parsing": "应为整数",
        "int_type": "应为整数",
        "int_from_float": "应为整数",
        "finite_number": "应为有限的数",
        "model_type": "应为“键: 值”的形式",
        "dict_type": "应为“键: 值”的形式",
        "tuple_type": "应为列表,例如 [甲, 乙]",
        "bool_type": "应为 true 或 false",
        "string_type": "应为文字",
        "string_pattern_mismatch": "写法不符合要求",
        "literal_error": f"只能是 {problem.get('ctx', {}).get('expected', '')}",
        "union_tag_invalid": f"没有这一种 kind,只能是 {problem.get('ctx', {}).get('expected_tags', '')}",
        "union_tag_not_found": "缺少 kind",
        "greater_than": f"应大于 {problem.get('ctx', {}).get('gt', '')}",
        "greater_than_equal": f"应不小于 {problem.get('ctx', {}).get('ge', '')}",
        "less_than_equal": f"应不大于 {problem.get('ctx', {}).get('le', '')}",
        "too_short": "不能为空",
        "string_too_short": "不能为空",
    }
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    text = kinds.get(problem["type"], "")
    if problem["type"] not in kinds:
        text = "内容不符合要求"
    return f"{text},现为 {repr(problem['input'])[:40]}" if problem["type"] not in ("missing", "extra_forbidden") else text
