"""From totals to ranks and grades: rounding, 1-2-2-4 ranks in the cohort, lines, ceilings, the quota of the best grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scoring.outcome import CATEGORIES, Bools, Floats, Ints, Small
from app.scoring.scheme.model import Grades

NONE = -1
"""No grade."""


def rounded(points: Floats, precision: int) -> Ints:
    """Points as whole units of 10^-precision: floor(x × 10^p + 0.5 + 1e-6). NaN must not come in."""
    units: Ints = np.floor(points * 10**precision + (0.5 + 1e-6)).astype(np.int64)
    return units


def standing(units: Ints, category: Small, counted: Bools) -> tuple[Ints, Ints]:
    """Per row the number of counted totals of its category that are greater, and of those that are not smaller.

    units: whole units ≥ 0, or -1 where there is no total.
    """
    span = int(units.max(initial=0)) + 2
    slot = category.astype(np.int64) * span + units + 1
    histogram = np.bincount(slot[counted], minlength=len(CATEGORIES) * span).reshape(len(CATEGORIES), span)
    not_smaller = histogram[:, ::-1].cumsum(axis=1)[:, ::-1]
    return (not_smaller - histogram).reshape(-1)[slot], not_smaller.reshape(-1)[slot]


def cohort_sizes(category: Small, counted: Bools) -> Ints:
    """Number of counted rows per category number."""
    return np.bincount(category[counted], minlength=len(CATEGORIES))


@dataclass(frozen=True, slots=True)
class Graded:
    """Numbers of grade lines, 0 the best, NONE without a grade: by the lines alone, after ceilings, and after the quota.

    places: per category how many may have the best grade, -1 where no quota applies.
    """

    lined: Small
    capped: Small
    final: Small
    places: Ints


def grade(units: Ints, precision: int, category: Small, counted: Bools, ceiling: Small, grades: Grades) -> Graded:
    """Grades of m results; ceiling holds the number of the best grade still allowed (0 where nothing was confirmed)."""
    totals = units / 10**precision
    lined = np.full(len(units), len(grades.lines) - 1, np.int8)
    for number in reversed(range(len(grades.lines))):
        lined[totals >= grades.lines[number][1]] = number
    lined[~counted] = NONE
    capped = np.where(counted, np.maximum(lined, ceiling), NONE).astype(np.int8)
    final, places = capped.copy(), _places(cohort_sizes(category, counted), grades)
    best = counted & (capped == 0) & (places[category] >= 0)
    if grades.quota is not None and best.any():
        greater, not_smaller = standing(units, category, best)
        over = greater >= places[category] if grades.quota.ties == "include" else not_smaller > places[category]
        final[best & over] = 1
    return Graded(lined, capped, final, places)


def _places(sizes: Ints, grades: Grades) -> Ints:
    """The quota per category: floor(share × n + 1e-9), at least 1; none for a cohort of one."""
    if grades.quota is None:
        return np.full(len(sizes), -1, np.int64)
    places = np.maximum(1, np.floor(grades.quota.share * sizes + 1e-9).astype(np.int64))
    return np.where(sizes > 1, places, -1)
