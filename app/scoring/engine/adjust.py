"""Bonus, deductions and ceilings of single organisations: per case the highest counts once, then the caps. Never rolled up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.scoring.outcome import Adjustment, Floats, Ints, Small
from app.scoring.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Per result: points added, points deducted (both after the caps), and the number of the best grade still allowed."""

    bonus: Floats
    deduction: Floats
    ceiling: Small


def adjust(scheme: Scheme, organisations: Ints, adjustments: Sequence[Adjustment]) -> Adjusted:
    """Arrays in the order of `organisations`; what belongs to none of them, or is unknown to the scheme, has no effect."""
    rules = scheme.adjustments
    ceiling = np.zeros(len(organisations), np.int8)
    row_of = _rows(organisations, adjustments)
    for each in adjustments:
        grade = rules.ceiling.kinds.get(each.reason)
        if each.effect == "ceiling" and grade is not None and each.organisation_id in row_of:
            row = row_of[each.organisation_id]
            ceiling[row] = max(int(ceiling[row]), scheme.grades.names.index(grade))
    bonus = _summed([each for each in adjustments if each.effect == "bonus"], rules.bonus.levels, row_of, len(organisations))
    deduction = _summed([each for each in adjustments if each.effect == "deduction"], rules.deduction.kinds, row_of, len(organisations))
    return Adjusted(np.minimum(bonus, rules.bonus.cap), np.minimum(deduction, rules.deduction.cap), ceiling)


def _rows(organisations: Ints, adjustments: Sequence[Adjustment]) -> Mapping[int, int]:
    """Row of each adjusted organisation."""
    wanted = np.asarray([each.organisation_id for each in adjustments], np.int64)
    rows = np.flatnonzero(np.isin(organisations, wanted))
    return dict(zip(organisations[rows].tolist(), rows.tolist(), strict=True))


def _summed(adjustments: Sequence[Adjustment], points: Mapping[str, float], row_of: Mapping[int, int], count: int) -> Floats:
    highest: dict[tuple[int, str], float] = {}
    for each in adjustments:
        if each.organisation_id in row_of:
            case = (row_of[each.organisation_id], each.case_key)
            highest[case] = max(highest.get(case, 0.0), points.get(each.reason, 0.0))
    sums = np.zeros(count)
    for (row, _), most in sorted(highest.items()):
        sums[row] += most
    return sums
