"""Small schemes and facts for engine tests, without a database; metrics are named after those of the standard scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from app.scoring.engine.tree import ROOT, depth_first
from app.scoring.outcome import AMOUNTS, CATEGORIES, ONE, Amounts, Facts, Period, Population, category_number
from app.scoring.scheme import Scheme, from_document

METRICS = (
    "general_meetings",
    "committee_meetings",
    "group_meetings",
    "party_lectures",
    "theme_days",
    "branches_active",
    "cross_appointments",
)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 10))
GRADES: dict[str, Any] = {"lines": [["优秀", 90], ["良好", 80], ["合格", 60], ["不合格", 0]], "quota": {"share": 0.3, "ties": "exclude"}}
ADJUSTMENTS: dict[str, Any] = {
    "bonus": {"levels": {"township": 0.5, "county": 1, "nation": 5}, "cap": 5},
    "deduction": {"kinds": {"refused": 1, "serious": 5, "warning": 3}, "cap": 10},
    "ceiling": {"kinds": {"falsified_records": "合格", "serious_discipline_case": "不合格"}},
}


def everywhere(points: float) -> dict[str, float]:
    return dict.fromkeys(CATEGORIES, points)


def line(number: int, points: Any, rule: Mapping[str, Any] | None = None, empty: str = "not_applicable", **more: Any) -> dict[str, Any]:
    """One indicator of section 1; `points` for every category alike, or per category."""
    return {
        "code": f"1.{number:02}",
        "name": f"指标{number}",
        "metric": METRICS[number - 1],
        "rule": dict(rule or {"kind": "ratio"}),
        "when_nothing_due": empty,
        "points": points if isinstance(points, dict) else everywhere(points),
        **more,
    }


def document(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {category: sum(each["points"].get(category, 0) for each in lines) for category in CATEGORIES}
    return {
        "code": "own",
        "name": "自定方案",
        "sections": [{"code": "1", "name": "全部", "points": whole}],
        "indicators": list(lines),
        "grades": GRADES,
        "adjustments": ADJUSTMENTS,
        **more,
    }


def scheme(*lines: dict[str, Any], **more: Any) -> Scheme:
    return from_document(document(*lines, **more))


@dataclass
class Org:
    """One organisation. amounts: indicator code → up to five whole items (numerator, denominator, pending, future, fixable)."""

    code: str
    above: str | None = "T"
    category: str = "village"
    evaluated: bool = True
    exempt: Sequence[str] = ()
    amounts: Mapping[str, Sequence[float]] = field(default_factory=dict)


def facts(scheme: Scheme, *organisations: Org, period: Period = YEAR, **more: Any) -> Facts:
    """Facts of some organisations; a township T that is not evaluated is put above those that name it."""
    orgs = [*organisations] if any(each.above is None for each in organisations) else [Org("T", None, "township", False), *organisations]
    row = {each.code: number for number, each in enumerate(orgs)}
    parent = np.array([ROOT if each.above is None else row[each.above] for each in orgs])
    tree = depth_first(parent, np.arange(len(orgs)))
    ordered = [orgs[at] for at in tree.order]
    population = Population(
        ids=tree.order + 1,
        codes=tuple(each.code for each in ordered),
        parent=tree.parent,
        size=tree.size,
        category=np.array([category_number(each.category) for each in ordered], np.int8),
        evaluated=np.array([each.evaluated for each in ordered]),
    )
    amounts = {}
    for indicator in scheme.indicators:
        table = np.zeros((len(AMOUNTS), len(orgs)), np.int64)
        for at, each in enumerate(ordered):
            for number, amount in enumerate(each.amounts.get(indicator.code, ())):
                table[number, at] = round(amount * ONE)
        amounts[indicator.fact_key] = Amounts(*[column if column.any() else None for column in table])
    exempt = {name: _below(ordered, population, name) for name in {name for each in orgs for name in each.exempt}}
    return Facts(period, population, amounts, exempt, **more)


def _below(ordered: Sequence[Org], population: Population, name: str) -> Any:
    mask = np.zeros(len(population), np.bool_)
    for at, each in enumerate(ordered):
        if name in each.exempt:
            mask[at : at + population.size[at]] = True
    return mask
