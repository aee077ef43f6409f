"""What travels through the engine: the period, the tree of organisations, the facts, and the states a result can be in.

Plain data and numpy arrays only; nothing here knows records, schemes or SQL. Amounts are int64 millionths (`ONE`), so that sums are exact.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from app.errors import FieldError, Invalid

ONE = 1_000_000
"""One whole item; every amount of a metric is a whole number of millionths."""

MONTH, QUARTER, HALF, YEAR = 1, 3, 6, 12
"""Lengths of calendar slots, in months."""

AMOUNTS = ("numerator", "denominator", "pending", "future", "fixable")
"""The five amounts of an item, in the order every array and every select lists them."""

CATEGORIES = ("village", "community", "agency", "new", "township")
"""Categories a scheme gives points to; their index is the category number of the arrays."""

CATEGORY_NAMES = {"village": "村", "community": "社区", "agency": "机关", "new": "两新组织", "township": "乡镇(街道)"}

_SCORED_AS = {"new_economic": "new", "new_social": "new"}

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]


def category_number(category: str) -> int:
    """Index in `CATEGORIES` of an organisation's category, -1 for one that is never evaluated (`higher`)."""
    scored_as = _SCORED_AS.get(category, category)
    return CATEGORIES.index(scored_as) if scored_as in CATEGORIES else -1


class Slot(NamedTuple):
    """A calendar month, quarter, half-year or year; both days inclusive."""

    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Period:
    """Whole calendar months [start, end], looked at on the day `as_of`.

    Raises `Invalid` when start is no first day, end no last day of a month, end before start, or as_of before start.
    """

    start: dt.date
    end: dt.date
    as_of: dt.date

    def __post_init__(self) -> None:
        errors = []
        if self.start.day != 1:
            errors.append(FieldError("start", "考评期的开始日期必须是某月的第一天"))
        if (self.end + dt.timedelta(days=1)).day != 1:
            errors.append(FieldError("end", "考评期的结束日期必须是某月的最后一天"))
        if self.end < self.start:
            errors.append(FieldError("end", "考评期的结束日期不能早于开始日期"))
        if self.as_of < self.start:
            errors.append(FieldError("as_of", "考评截止日不能早于考评期的开始日期"))
        if errors:
            raise Invalid("period_invalid", "；".join(each.message for each in errors), errors)

    @property
    def until(self) -> dt.date:
        """D, the last day looked at: the end of the period, or as_of if that is earlier."""
        return min(self.end, self.as_of)

    @property
    def months(self) -> int:
        """Number of calendar months of the whole period."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def days(self) -> int:
        """Days of the whole period."""
        return (self.end - self.start).days + 1

    @property
    def elapsed(self) -> int:
        """Days of the window W = [start, until]."""
        return (self.until - self.start).days + 1

    def slots(self, months: int) -> list[Slot]:
        """Calendar slots of 1, 3, 6 or 12 months that lie wholly inside the period, in order."""
        found = []
        first = dt.date(self.start.year, (self.start.month - 1) // months * months + 1, 1)
        while first <= self.end:
            nth = (first.month - 1) // months + 1
            years, month = divmod(first.month - 1 + months, 12)
            following = dt.date(first.year + years, month + 1, 1)
            label = {MONTH: f"{first:%Y-%m}", QUARTER: f"{first:%Y}-Q{nth}", HALF: f"{first:%Y}-H{nth}", YEAR: f"{first:%Y}"}[months]
            slot = Slot(label, first, following - dt.timedelta(days=1))
            if self.start <= slot.first and slot.last <= self.end:
                found.append(slot)
            first = following
        return found


class State(IntEnum):
    """State of one indicator of one organisation."""

    NOT_APPLICABLE = 0
    SCORED = 1
    UNKNOWN = 2
    ERROR = 3

    @property
    def code(self) -> str:
        """The name used in documents, such as `not_applicable`."""
        return self.name.lower()


def fact_key(metric: str, parameters: Mapping[str, Any]) -> str:
    """Identity of a fact, at most 100 characters: the metric's name, and a digest of its parameters if it has any."""
    return f"{metric}:{hashlib.sha256(canonical(parameters).encode()).hexdigest()[:16]}" if parameters else metric


def canonical(document: Any) -> str:
    """JSON with sorted keys, without blanks, whole numbers written as such: equal documents give equal text."""
    return json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class Amounts:
    """The five amounts of one fact for n organisations, int64 millionths; None stands for a column of zeros."""

    numerator: Ints | None = None
    denominator: Ints | None = None
    pending: Ints | None = None
    future: Ints | None = None
    fixable: Ints | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """The organisations under the root of a run as they were on D, in depth-first order.

    All arrays have length n. A subtree is the run of positions [i, i + size[i]); parent is a position (-1 for the root);
    category indexes `CATEGORIES` (-1: never evaluated).
    """

    ids: Ints
    codes: Sequence[str]
    parent: Ints
    size: Ints
    category: Small
    evaluated: Bools

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Facts:
    """All a run knows: the tree, each organisation's own amounts per fact (not summed over its subtree), and what went wrong.

    amounts: by `fact_key`; exempt: by metric name (or `all`) a mask of the organisations an exemption covers;
    failed: by `fact_key` the message of each metric that raised; not_built: names of metrics that were not installed.
    """

    period: Period
    population: Population
    amounts: Mapping[str, Amounts]
    exempt: Mapping[str, Bools] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    not_built: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A confirmed bonus, deduction or ceiling in the window; `reason` is the level of the award, or the kind of deduction or ceiling."""

    organisation_id: int
    effect: Literal["bonus", "deduction", "ceiling"]
    reason: str
    case_key: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a rule sees of one indicator, arrays of equal length n.

    value: numerator / denominator, 0 where not scored; numerator, denominator: int64 millionths; weight: nominal points;
    cohort: category number, equal for those ranked together; counted: the scored ones with sufficient coverage, whom a rank counts.
    """

    value: Floats
    numerator: Ints
    denominator: Ints
    weight: Floats
    cohort: Small
    counted: Bools
