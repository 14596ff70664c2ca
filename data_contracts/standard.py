"""Standards (标准) as typed data: one set of indicators, thresholds, scope and verdict rules, valid for some school years.

Belongs here: the shape of a standard file as a whole, its loading. Does not belong here: its parts (``standard_indicators``,
``school_rules``), how one extends another (``inheritance``), which are in force and where one gives way to another
(``standards_in_force``), any arithmetic (``domain.assessment``). A formula is a sum of fields over a field; nothing in a
standard is ever evaluated.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticKnownError

from data_contracts.catalogue import school_types
from data_contracts.errors import MendableError, WrongEntry, quoted
from data_contracts.inheritance import RawStandard, inherited
from data_contracts.mendable_yaml import as_model, read_mapping
from data_contracts.school_rules import AtLeast, Commitment, Grades, Options, Points, SchoolRule
from data_contracts.standard_indicators import STUDENTS, Indicator
from data_contracts.standard_parts import AnySection, CompulsorySection, Effective, Part, Scope
from data_contracts.verdict_rules import VerdictItem

NATIONAL: Literal["national"] = "national"
CONDITIONS = "school_conditions"
KIND, KIND_EN = "标准文件", "Standard file"


class CoefficientRule(Part):
    """Whether each coefficient or only the composite (the mean of all) is limited, and the limits by section (inclusive)."""

    judge: Literal["composite", "each"]
    limits: dict[CompulsorySection, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def _both_sections(self) -> "CoefficientRule":
        if set(self.limits) != {"primary", "junior"}:
            raise WrongEntry("limits 应同时规定 primary 和 junior", "limits must be given for both primary and junior")
        return self


class Standard(Part):
    """One standard. See docs/standards.md for every key with an example.

    A standard whose ``role`` is not ``national`` is a pack (省定标准包): it judges schools only, in the counties whose codes
    begin with one of ``provinces``, or in all where none is given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True)
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    title_en: str = ""
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    role: Literal["national", "school_conditions", "township", "monitoring"] = NATIONAL
    grade: Literal["A", "B", "C"] | None = Field(default=None, validate_default=True)
    extends: str | None = None
    replaces: str | None = None
    provinces: tuple[Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")], ...] = ()
    complete: Annotated[bool, Field(strict=True)] = True
    trial_only: Annotated[bool, Field(strict=True)] = False
    effective: Effective
    scope: Scope = Scope()
    split_weights: dict[str, dict[AnySection, Annotated[float, Field(gt=0)]]] = Field(default={}, validate_default=True)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    school_rule: SchoolRule | None = None
    commitment: Commitment | None = None
    options: Options = Options()
    coefficient_rule: CoefficientRule | None = Field(default=None, validate_default=True)
    verdict_items: tuple[VerdictItem, ...] = ()
    _file: str = PrivateAttr(default="")
    _given_way: tuple[str, ...] = PrivateAttr(default=())

    @field_validator("split_weights", "coefficient_rule", mode="after")
    @classmethod
    def _of_a_national_standard(cls, value: Any, info: Any) -> Any:
        if not value and info.data.get("role", NATIONAL) == NATIONAL:
            raise PydanticKnownError("missing")
        return value

    @field_validator("grade", mode="after")
    @classmethod
    def _graded(cls, value: str | None, info: Any) -> str | None:
        if value is None and info.data.get("role", NATIONAL) != NATIONAL:
            raise PydanticKnownError("missing")
        return value

    @model_validator(mode="after")
    def _parts_fit(self) -> "Standard":
        ids = [indicator.id for indicator in self.indicators] + [item.id for item in self.verdict_items]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise WrongEntry(f"编号重复: {'、'.join(twice)}", f"id used twice: {', '.join(twice)}")
        if self.split_weights:
            self._weights_fit()
        if self.role != NATIONAL and (self.coefficient_rule or self.verdict_items):
            raise WrongEntry(
                f"role 为 {self.role} 的标准只评学校,不能有 coefficient_rule 或 verdict_items",
                f"a standard with the role {self.role} judges schools only; it can have no coefficient_rule and no verdict_items",
            )
        self._rule_fits()
        self._names_fit()
        return self

    def _weights_fit(self) -> None:
        for name, weights in self.split_weights.items():
            if name not in school_types() or tuple(weights) != school_types()[name].split:
                raise WrongEntry(
                    f"split_weights: {name} 的学段应为 school_types.csv 所列",
                    f"split_weights: the sections of {name!r} must be those of school_types.csv",
                )
        missing = [name for name, kind in school_types().items() if kind.split and name not in self.split_weights]
        if missing:
            raise WrongEntry(f"split_weights 缺少 {'、'.join(missing)}", f"split_weights lacks {quoted(missing)}")

    def _rule_fits(self) -> None:
        rule, count = self.school_rule, len(self.indicators)
        if rule is None:
            return
        if isinstance(rule, Points):
            bare = [i.id for i in self.indicators if not i.tiers]
            if bare:
                raise WrongEntry(
                    f"school_rule 为 points 时每项指标都要有 tiers: {'、'.join(bare)}",
                    f"with the school_rule points every indicator needs tiers: {', '.join(bare)}",
                )
            best = sum(max(tier.points for tier in i.tiers) for i in self.indicators)
            # 0.7 + 0.1 is a hair less than 0.8 in doubles, and a mark of 0.8 is all points together.
            if rule.pass_mark is not None and rule.pass_mark > best * (1 + 1e-12):
                raise WrongEntry(
                    f"school_rule.pass_mark 大于满分 {best:g}",
                    f"school_rule.pass_mark is more than all points together, which are {best:g}",
                )
            return
        if isinstance(rule, AtLeast):
            if rule.of is None and rule.at_least > count:
                raise WrongEntry("school_rule.at_least 大于指标个数", "school_rule.at_least is more than there are indicators")
            if rule.of is not None and (self.complete or rule.of < count):
                raise WrongEntry(
                    "school_rule.of 只用于 complete: false 的标准,且不小于指标个数",
                    "school_rule.of goes with complete: false and may not be below the number of indicators",
                )
        if isinstance(rule, Grades) and rule.grades[0].at_least > count:
            raise WrongEntry(
                "school_rule.grades.at_least 大于指标个数", "school_rule.grades.at_least is more than there are indicators"
            )
        bare = [i.id for i in self.indicators if not i.cases or (i.by_section and set(i.by_section) != {"primary", "junior"})]
        if bare:
            raise WrongEntry(
                f"school_rule 要求每项指标都有小学、初中达标值: {'、'.join(bare)}",
                f"with a school_rule every indicator needs thresholds of primary and junior; thresholds missing: {', '.join(bare)}",
            )

    def _names_fit(self) -> None:
        if self.coefficient_rule:
            other = [i.id for i in self.indicators if i.over != STUDENTS or i.of_whole_school]
            if other:
                raise WrongEntry(
                    f"coefficient_rule 只用于按学段在校生数计算的指标: {'、'.join(other)}",
                    f"coefficient_rule goes with indicators per student of a section; these are not: {', '.join(other)}",
                )
        known = {indicator.id for indicator in self.indicators}
        if self.commitment and self.coefficient_rule:
            raise WrongEntry(
                "commitment 不能与 coefficient_rule 同用:承诺不能计入差异系数",
                "commitment cannot stand beside coefficient_rule: no commitment enters a coefficient",
            )
        named = {
            "commitment.indicators": self.commitment.indicators if self.commitment else (),
            "options.rotating_pe_arts": self.options.rotating_pe_arts,
            "options.exclusive_sports_space": self.options.exclusive_sports_space,
        }
        for key, listed in named.items():
            unknown = [one for one in listed if one not in known]
            if unknown:
                raise WrongEntry(f"{key}: 没有指标 {'、'.join(unknown)}", f"{key}: no such indicator: {quoted(unknown)}")

    @property
    def judges_counties(self) -> bool:
        """True where coefficients and the county's verdict are computed, false for packs."""
        return self.role == NATIONAL

    @property
    def only_on_trial(self) -> bool:
        """True for what is never in force: stated, or conditions of a province that is not known."""
        return self.trial_only or (self.role == CONDITIONS and not self.provinces)

    @property
    def file(self) -> str:
        """The file that it was read from, for messages."""
        return self._file or f"{self.id}.yaml"

    @property
    def county_rule(self) -> CoefficientRule:
        """The rule of coefficients of a standard that judges counties."""
        if self.coefficient_rule is None:
            raise ValueError(f"{self.id} judges schools only")
        return self.coefficient_rule

    @property
    def given_way(self) -> tuple[str, ...]:
        """Beginnings of county codes where another takes its place; known of a standard that ``in_force`` returned."""
        return self._given_way

    def giving_way(self, places: tuple[str, ...]) -> "Standard":
        """The same standard, which leaves the counties whose codes begin so to another."""
        other = self.model_copy()
        other._given_way = places
        return other

    @property
    def everywhere(self) -> bool:
        """True where it looks at every county."""
        return not self.provinces and not self.given_way

    def applies_to(self, county_code: str) -> bool:
        """True where the standard looks at the schools of a county."""
        mine = not self.provinces or county_code.startswith(self.provinces)
        return mine and not county_code.startswith(self.given_way)

    @property
    def fields_used(self) -> frozenset[str]:
        """Fields without which some figure of the standard cannot be computed from schools."""
        used = {"enrolment", "school_type", *(exclusion.field for exclusion in self.scope.exclude)}
        for indicator in self.indicators:
            used.update(indicator.fields)
        for item in self.verdict_items:
            used.update(item.fields)
        return frozenset(used)


def read_standard(text: str, file_name: str, known: Iterable[RawStandard] = ()) -> Standard:
    """Read one standard from the text of its file.

    Args:
        text: of the file.
        file_name: for messages.
        known: other files of the user's own, which it may extend; the shipped ones are always known.

    Raises:
        MendableError: the text is no YAML, or a key is missing, unknown or wrong; names file, key and what is wrong.
    """
    raw = _raw(text, file_name)
    others = {str(one.content.get("id")): one for one in known}
    return _made(raw, {**_shipped(), **others, str(raw.content.get("id")): raw})


def _raw(text: str, file_name: str) -> RawStandard:
    return RawStandard(file_name, read_mapping(text, file_name, KIND, KIND_EN))


def _made(raw: RawStandard, known: Mapping[str, RawStandard]) -> Standard:
    standard = as_model(Standard, inherited(raw, known), raw.file, KIND, KIND_EN)
    standard._file = raw.file
    return standard


@cache
def _shipped() -> dict[str, RawStandard]:
    found = [f for f in files("data_contracts.standards").iterdir() if f.name.endswith(".yaml")]
    raws = [_raw(f.read_text(encoding="utf-8"), f.name) for f in sorted(found, key=lambda f: f.name)]
    return {raw.content["id"]: raw for raw in raws}


@cache
def shipped_standards() -> tuple[Standard, ...]:
    """The standards that come with the project, by id."""
    return tuple(_made(raw, _shipped()) for _, raw in sorted(_shipped().items()))


def text_of(path: Path) -> str:
    """The text of a standard file.

    Raises:
        MendableError: it cannot be read as UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MendableError(
            f"标准文件 {path.name} 读不出来,请另存为 UTF-8 编码的文本文件。",
            f"Standard file {path.name} cannot be read; save it as UTF-8 text.",
        ) from error


def own_raws(paths: Iterable[Path]) -> list[RawStandard]:
    """The contents of files as they are written, before anything is inherited."""
    return [_raw(text_of(path), path.name) for path in paths]


def all_standards(own_files: Iterable[Path] = ()) -> tuple[Standard, ...]:
    """The shipped standards and the user's own.

    Raises:
        MendableError: a file is malformed, or an id is used twice.
    """
    known = dict(_shipped())
    mine = own_raws(own_files)
    for raw in mine:
        name = raw.content.get("id")
        if isinstance(name, str) and name in known:
            origin = "(自带)" if name in _shipped() else known[name].file
            raise MendableError(
                f"标准文件 {raw.file} 的编号 {name} 已被 {origin} 使用,请改用别的编号。",
                f"Standard file {raw.file}: id {name} is taken by {origin}; choose another.",
            )
        known[str(name)] = raw
    made = [*shipped_standards(), *(_made(raw, known) for raw in mine)]
    return tuple(sorted(made, key=lambda standard: standard.id))


def weights_of(standards: Iterable[Standard]) -> dict[str, dict[str, float]]:
    """The weights by which the standards in force split shared resources; packs need not state any."""
    return next((standard.split_weights for standard in standards if standard.split_weights), {})


def fields_in_use(standards: Iterable[Standard]) -> frozenset[str]:
    """Fields that some of these standards use, and those that every table and report names a school by.

    What only packs use is not demanded of anybody: a pack holds for a province, and what its schools leave blank stays open.
    """
    used = {"school_id", "school_name", "county_code", "county_name"}
    for standard in standards:
        if standard.judges_counties:
            used |= standard.fields_used
    return frozenset(used)
