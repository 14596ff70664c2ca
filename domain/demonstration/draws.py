"""Chance that is the same everywhere: numbers between 0 and 1 drawn from names.

Belongs here: turning a few words into an even or a bell-shaped number. Does not belong here: what the number
is used for.

Every figure of the demonstration county draws by its own name (school, what, year), so a new figure or a new school
moves no other. Only hashes and the four basic operations are used: libraries of mathematics differ in the last digit
from machine to machine, and ``random`` may change between versions of Python.
"""

from hashlib import sha256

_STEPS = 2**53
_PARTS = 8


def even(*names: object) -> float:
    """A number from 0 (included) to 1 (excluded), all equally likely, the same for the same names."""
    digest = sha256("|".join(str(name) for name in names).encode("utf-8")).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / _STEPS


def between(low: float, high: float, *names: object) -> float:
    """A number between two bounds, all equally likely."""
    return low + (high - low) * even(*names)


def whole(low: int, high: int, *names: object) -> int:
    """A whole number between two bounds, both included."""
    return low + int((high - low + 1) * even(*names))


def lean(*names: object) -> float:
    """How far a school leans from the usual: bell-shaped about 0, deviation near 1, never beyond 2.4."""
    total = sum(even(*names, part) for part in range(_PARTS))
    # A sum of n even draws has variance n/12.
    leaning = (total - _PARTS / 2) / 0.8165
    return max(-2.4, min(2.4, leaning))


def uneven(spread: float, *names: object) -> float:
    """A factor about 1 by which a school has more or less than usual: the poor differ little, a few rich ones a lot."""
    leaning = lean(*names)
    if leaning < 0:
        return max(0.62, 1 + 0.4 * spread * leaning)
    return 1 + spread * leaning * (0.8 + 0.4 * leaning)
