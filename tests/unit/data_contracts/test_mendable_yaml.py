"""What is told about a maintained file: one language at a time, for every fault that the models know.

Belongs here: the sentences of all models together. Does not belong here: which fault is found where (``test_standards``,
``test_layouts``, ``test_verdict_rules``).
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, field_validator

import data_contracts
from data_contracts.errors import MendableError, WrongEntry
from data_contracts.mendable_yaml import _KINDS, read_model

FOLDER = Path(data_contracts.__file__).parent
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
QUOTED = re.compile(r"'[^']*'|\{[^}]*\}")
# What files may hold beside the keys of models, and names that stand in both languages.
NAMES = {"true", "false", "csv", "kind", "points", "nothing"}
# Raised for programming errors, never for what a file says.
FOR_ENGINEERS = {"class_sizes.py", "county_rule"}


def _raised() -> Iterator[tuple[str, ast.Call]]:
    """Every fault that a model of the contracts may find, with where it is raised or made."""
    for path in sorted(FOLDER.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or FOR_ENGINEERS & {path.name, function.name}:
                continue
            for node in ast.walk(function):
                call = node.exc if isinstance(node, ast.Raise) else node.value if isinstance(node, ast.Return) else None
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("ValueError", "WrongEntry"):
                    yield f"{path.name}:{node.lineno}", call


RAISED = dict(_raised())


def _text(node: ast.expr) -> str:
    """A text or formatted text as it is written, with {} for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "{}"


def _models(above: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    for model in above.__subclasses__():
        yield model
        yield from _models(model)


def _keys() -> set[str]:
    for module in pkgutil.iter_modules(data_contracts.__path__, "data_contracts."):
        importlib.import_module(module.name)
    mine = [model for model in _models() if model.__module__.startswith("data_contracts")]
    known = {name for model in mine for key, field in model.model_fields.items() for name in (key, field.alias or key)}
    known |= {str(field.default) for model in mine for key, field in model.model_fields.items()}
    literals = {word for model in mine for field in model.model_fields.values() for word in re.findall(r"'(\w+)'", repr(field))}
    files = {path.stem for path in FOLDER.glob("*.csv")}
    return known | literals | files | NAMES


KEYS = _keys()


def foreign_in_chinese(text: str) -> list[str]:
    """Latin words that are no keys; quoted and filled-in words may be anything."""
    return [word for word in re.findall(r"[A-Za-z][A-Za-z_]*", QUOTED.sub("", text)) if word not in KEYS]


def foreign_in_english(text: str) -> list[str]:
    """Chinese characters; quoted and filled-in words may be anything."""
    return CHINESE.findall(QUOTED.sub("", text))


def test_there_are_such_sentences():
    assert len(RAISED) > 40


@pytest.mark.parametrize("place", RAISED)
def test_a_fault_is_told_in_each_language_alone(place):
    call = RAISED[place]
    assert ast.unparse(call.func) == "WrongEntry", "both languages at once"
    zh, en = (_text(argument) for argument in call.args)
    assert (foreign_in_chinese(zh), foreign_in_english(en)) == ([], [])
    assert zh == "{}" or CHINESE.search(zh)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_kind_of_fault_is_told_in_each_language_alone(kind):
    zh, en = _KINDS[kind]
    assert (foreign_in_chinese(zh), foreign_in_english(en)) == ([], [])


class _Row(BaseModel):
    number: int | None = None
    flag: str = ""

    @field_validator("flag", mode="before")
    @classmethod
    def _no(cls, value: object) -> object:
        if value == "wrong":
            raise WrongEntry("这里不对", "this is wrong")
        if value == "library":
            raise ValueError("words of a library")
        return value


def told(text: str) -> MendableError:
    with pytest.raises(MendableError) as caught:
        read_model(_Row, text, "own.yaml", "文件", "File")
    return caught.value


def test_the_two_languages_of_an_entry_are_kept_apart():
    error = told("flag: wrong")
    assert error.zh == "文件 own.yaml 有 1 处需要修改:flag:这里不对。"
    assert error.en == "File own.yaml must be mended in 1 place(s): flag: this is wrong."


def test_words_of_a_library_are_not_shown():
    error = told("flag: library")
    assert "words" not in error.zh and "words" not in error.en
    assert "内容不符合要求,现为 'library'" in error.zh and "is not what is asked for, not 'library'" in error.en


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [("", "应为文字,现为空", "must be a text, but is empty"), ("true", "应为文字,现为 true", "must be a text, not true")],
)
def test_an_entry_is_shown_as_it_is_written_in_a_file(written, zh, en):
    error = told(f"flag: {written}")
    assert zh in error.zh and en in error.en
