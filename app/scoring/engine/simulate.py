"""What-if on finished facts, and how far a rank can be trusted. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.scoring.engine.grade import cohort_sizes, standing
from app.scoring.engine.judge import fractions, judge
from app.scoring.engine.score import Scores, indicator_subject, indicator_sums, score, total_units
from app.scoring.engine.tree import Subtrees
from app.scoring.outcome import CATEGORIES, Adjustment, Facts, Floats, Ints
from app.scoring.scheme.model import Scheme

SEED, DRAWS, SPREAD = 20260101, 200, 0.1
_CELLS = 4_000_000
"""Totals held at once while drawing."""


@dataclass(frozen=True, slots=True)
class CategoryMove:
    """How one cohort fares: mean change of the total (points), and how many results gain, lose and change their grade."""

    category: str
    size: int
    mean_change: float
    gain: int
    lose: int
    regraded: int


@dataclass(frozen=True)
class Moves:
    """Two schemes on the same facts. Arrays of length m in the order of `before`; rank_change > 0: a better place (0 without rank)."""

    before: Scores
    after: Scores
    total_change: Floats
    rank_change: Ints
    categories: tuple[CategoryMove, ...]


def simulate(before: Scheme, after: Scheme, facts: Facts, adjustments: Sequence[Adjustment] = ()) -> Moves:
    """Run a draft on the facts of a finished run. Raises `Invalid` naming the indicators these facts know nothing about."""
    old, new = score(before, facts, adjustments), score(after, facts, adjustments)
    both = (old.rank > 0) & (new.rank > 0)
    change = new.total - old.total
    return Moves(old, new, change, np.where(both, old.rank - new.rank, 0), _categories(old, new, change))


def _categories(old: Scores, new: Scores, change: Floats) -> tuple[CategoryMove, ...]:
    names = np.asarray([*old.scheme.grades.names, ""]), np.asarray([*new.scheme.grades.names, ""])  # number -1 is no grade
    regraded = names[0][old.graded.final] != names[1][new.graded.final]
    found = []
    for number, category in enumerate(CATEGORIES):
        mine = (old.category == number) & ~np.isnan(change)
        if mine.any():
            moved = change[mine]
            counts = [int(np.count_nonzero(each)) for each in (moved > 0, moved < 0, regraded[mine])]
            found.append(CategoryMove(category, len(moved), float(moved.mean()), *counts))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Per result the best and the worst rank over the draws and the actual, 0 without a rank; band: number of its tie band, from 1."""

    best: Ints
    worst: Ints
    band: Ints


def rank_intervals(scores: Scores, draws: int = DRAWS) -> RankIntervals:
    """Rank stability: indicator weights in scheme order × default_rng(20260101).uniform(0.9, 1.1, (draws, indicators)), alike for all."""
    factors = np.random.default_rng(SEED).uniform(1 - SPREAD, 1 + SPREAD, (draws, len(scores.scheme.indicators)))
    applicable, earned = _weights(scores)
    best, worst = scores.rank.copy(), scores.rank.copy()
    step = max(1, _CELLS // max(1, len(scores)))
    for start in range(0, draws, step):
        part = factors[start : start + step]
        whole, points = part @ applicable, part @ earned
        base = np.divide(points * 100, whole, out=np.zeros_like(points), where=whole > 0)
        for drawn in base:
            units = total_units(scores.scheme, drawn, scores.adjusted, scores.units >= 0)
            rank = np.where(scores.counted, standing(units, scores.category, scores.counted)[0] + 1, 0)
            np.minimum(best, rank, out=best)
            np.maximum(worst, rank, out=worst)
    return RankIntervals(best, worst, _bands(scores, best, worst))


def _weights(scores: Scores) -> tuple[Floats, Floats]:
    """Applicable weight and points at nominal weight, arrays of indicators × results."""
    applicable, earned = (np.zeros((len(scores.scheme.indicators), len(scores))) for _ in range(2))
    subtrees = Subtrees(scores.facts.population.size, scores.at)
    for number, indicator in enumerate(scores.scheme.indicators):
        sums = indicator_sums(subtrees, indicator, scores.facts)
        subject = indicator_subject(indicator, scores.facts, scores.at, scores.category)
        judged = judge(subject, sums)
        applicable[number] = judged.applicable
        earned[number] = judged.applicable * fractions(subject, sums, judged, scores.counted)
    return applicable, earned


def _bands(scores: Scores, best: Ints, worst: Ints) -> Ints:
    """Maximal chains of rank neighbours with overlapping intervals; equals in rank overlap by definition."""
    band = np.zeros(len(scores), np.int64)
    for number in np.flatnonzero(cohort_sizes(scores.category, scores.counted)):
        rows = np.flatnonzero(scores.counted & (scores.category == number))
        ranks, group = np.unique(scores.rank[rows], return_inverse=True)
        lowest, highest = np.full(len(ranks), np.iinfo(np.int64).max), np.zeros(len(ranks), np.int64)
        np.minimum.at(lowest, group, best[rows])
        np.maximum.at(highest, group, worst[rows])
        begins = np.r_[True, lowest[1:] > highest[:-1]]
        band[rows] = np.cumsum(begins)[group]
    return band
