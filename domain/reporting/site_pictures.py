"""Small pictures of coefficients: where one stands against its limit, and how it went over the years.

Belongs here: positions in a picture and its words for those who do not see it. Does not belong here: drawing (templates).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.reporting.display import COEFFICIENT_DECIMALS, SCHOOL_WORDS, shown

WIDTH, MARGIN = 220, 8
TREND_WIDTH, TREND_HEIGHT, TREND_MARGIN = 104, 30, 5


@dataclass(frozen=True)
class Scale:
    """The common scale of one table of coefficients, from 0 to ``top``."""

    top: float

    def x(self, value: float) -> float:
        """Where a value stands, in picture units; beyond the scale it stands at its end."""
        return round(MARGIN + (WIDTH - 2 * MARGIN) * min(value, self.top) / self.top, 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Position and label of the ends of the scale."""
        return [(self.x(0.0), "0"), (self.x(self.top), f"{self.top:.1f}")]


def scale_of(values: Sequence[float | None]) -> Scale:
    """A scale that holds all values, to the next tenth."""
    most = max((value for value in values if value is not None), default=0.0)
    return Scale(max(0.2, math.ceil(most * 10.5) / 10))


@dataclass(frozen=True)
class Bullet:
    """A mark on a track with a limit. ``mark`` is dot (within), diamond (beyond) or ring (not judged)."""

    x: float
    limit_x: float | None
    mark: str
    label: str


def bullet(scale: Scale, coefficient: float | None, limit: float | None, met: str) -> Bullet | None:
    """The picture of one coefficient; None where there is none."""
    if coefficient is None:
        return None
    text = f"差异系数 {shown(coefficient, COEFFICIENT_DECIMALS)}"
    if limit is None:
        return Bullet(scale.x(coefficient), None, "ring", text + "，单项不设限值")
    mark = {"true": "dot", "false": "diamond"}.get(met, "ring")
    return Bullet(scale.x(coefficient), scale.x(limit), mark, f"{text}，限值 {limit:.2f}，{SCHOOL_WORDS[met]}")


@dataclass(frozen=True)
class Trend:
    """A line over the years. ``lines`` hold the points of each unbroken stretch; years without a value break it."""

    lines: tuple[str, ...]
    points: tuple[tuple[float, float], ...]
    limit_y: float | None
    label: str


def _coefficient(value: object) -> str:
    return shown(value, COEFFICIENT_DECIMALS)


def trend(
    years: Sequence[str],
    values: Sequence[float | None],
    limit: float | None,
    words: Callable[[object], str] = _coefficient,
    bound: str = "限值",
) -> Trend | None:
    """The line of one figure over the years; None where fewer than two years have one.

    Args:
        years: keys of the school years, oldest first.
        values: the figure of each year, None where there is none.
        limit: what it is held against, drawn as a broken line.
        words: how a figure is told, as a coefficient unless given.
        bound: what ``limit`` is called.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    top = max([*known, limit or 0.0]) * 1.1 or 1.0
    step = (TREND_WIDTH - 2 * TREND_MARGIN) / (len(values) - 1)

    def y(value: float) -> float:
        return round(TREND_HEIGHT - TREND_MARGIN - (TREND_HEIGHT - 2 * TREND_MARGIN) * value / top, 1)

    stretches: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((round(TREND_MARGIN + place * step, 1), y(value)))
    told = "；".join(f"{year} 学年 {words(value)}" for year, value in zip(years, values, strict=True))
    return Trend(
        lines=tuple(" ".join(f"{px},{py}" for px, py in stretch) for stretch in stretches if len(stretch) > 1),
        points=tuple(point for stretch in stretches for point in stretch),
        limit_y=None if limit is None else y(limit),
        label=told + ("" if limit is None else f"；{bound} {f'{limit:.2f}' if words is _coefficient else words(limit)}"),
    )
