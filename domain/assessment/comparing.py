"""Comparing a value with a threshold, a floor or a limit.

Belongs here: the one tolerance that keeps splitting and floating point from deciding a verdict.
Does not belong here: which value is compared with which limit.
"""

import numpy as np

RELATIVE_TOLERANCE = 1e-12


def at_least(value: np.ndarray | float, limit: np.ndarray | float) -> np.ndarray:
    """True where ``value`` ≥ ``limit``, a value within 1e-12 (relative to the limit) counting as equal. False for NaN."""
    return np.asarray(value) >= limit - RELATIVE_TOLERANCE * np.abs(limit)


def at_most(value: np.ndarray | float, limit: np.ndarray | float) -> np.ndarray:
    """True where ``value`` ≤ ``limit``, a value within 1e-12 (relative to the limit) counting as equal. False for NaN."""
    return np.asarray(value) <= limit + RELATIVE_TOLERANCE * np.abs(limit)
