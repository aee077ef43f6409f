"""Facts and a scheme give totals, ranks and grades. Whole arrays or blocks of them; nothing loops over organisations.

One pass over the indicators adds up, per organisation and section, the weight that applies, the weight known and the points earned; since
effective weight = weight × 100 / applicable weight, totals need no second pass. Rules that compare organisations follow once
coverage has shown who belongs to the cohort.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.errors import FieldError, Invalid
from app.scoring.engine.adjust import Adjusted, adjust
from app.scoring.engine.grade import Graded, cohort_sizes, grade, rounded, standing
from app.scoring.engine.judge import Judged, Subject, fractions, judge, trouble
from app.scoring.engine.tree import Subtrees
from app.scoring.outcome import AMOUNTS, Adjustment, Amounts, Bools, Facts, Floats, Ints, Small
from app.scoring.scheme.model import Indicator, Scheme

BLOCK = 16_384
"""Rows judged at once: what a block touches stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class IndicatorScores:
    """One indicator of all m results: subtree sums (int64 millionths), state, value, fraction, weights and unrounded points."""

    indicator: Indicator
    state: Small
    numerator: Ints
    denominator: Ints
    pending: Ints
    future: Ints
    fixable: Ints
    value: Floats
    fraction: Floats
    weight: Floats
    effective_weight: Floats
    points: Floats


@dataclass(frozen=True)
class Scores:
    """The m results of a scheme, in depth-first order; arrays have length m, section arrays shape (sections, m).

    at: positions in the population; base: unrounded points, 0 without any applicable indicator; units: rounded total in 10^-precision,
    -1 for none; coverage 0..1; counted: members of a cohort; rank: 1-2-2-4, 0 for none; scale: effective weight per nominal weight.
    """

    scheme: Scheme
    facts: Facts
    adjustments: tuple[Adjustment, ...]
    at: Ints
    category: Small
    scale: Floats
    base: Floats
    adjusted: Adjusted
    units: Ints
    coverage: Floats
    counted: Bools
    rank: Ints
    graded: Graded
    section_points: Floats
    section_coverage: Floats

    def __len__(self) -> int:
        return len(self.at)

    @property
    def organisations(self) -> Ints:
        """Ids of the organisations of the results."""
        return self.facts.population.ids[self.at]

    @property
    def total(self) -> Floats:
        """Rounded totals, NaN for none."""
        return np.where(self.units >= 0, self.units / 10**self.scheme.precision, np.nan)

    @property
    def cohort_sizes(self) -> Ints:
        """Members of the cohort per category number."""
        return cohort_sizes(self.category, self.counted)

    @property
    def failed(self) -> tuple[str, ...]:
        """Codes of the indicators whose metric failed; with any, the run is incomplete."""
        return tuple(each.code for each in self.scheme.indicators if each.fact_key in self.facts.failed)

    def grade_name(self, row: int) -> str | None:
        """The grade of one result."""
        number = int(self.graded.final[row])
        return self.scheme.grades.names[number] if number >= 0 else None

    def indicators(self) -> Iterator[IndicatorScores]:
        """All indicators in scheme order, computed one at a time so that memory stays bounded by the facts."""
        return (self.indicator(each.code) for each in self.scheme.indicators)

    def indicator(self, code: str) -> IndicatorScores:
        """One indicator of all results."""
        indicator = self.scheme.by_code[code]
        sums = indicator_sums(self._subtrees, indicator, self.facts)
        subject = indicator_subject(indicator, self.facts, self.at, self.category)
        judged = judge(subject, sums)
        fraction = fractions(subject, sums, judged, self.counted)
        effective = judged.applicable * self.scale
        columns = {name: np.zeros(len(self), np.int64) if (found := getattr(sums, name)) is None else found for name in AMOUNTS}
        return IndicatorScores(
            indicator=indicator, state=judged.state, **columns, value=judged.value, fraction=fraction,
            weight=judged.weight, effective_weight=effective, points=effective * fraction,
        )  # fmt: skip

    @cached_property
    def _subtrees(self) -> Subtrees:
        return Subtrees(self.facts.population.size, self.at)


def score(scheme: Scheme, facts: Facts, adjustments: Sequence[Adjustment] = ()) -> Scores:
    """Results of every evaluated organisation. Raises `Invalid` naming the indicators the facts know nothing about."""
    _require_facts(scheme, facts)
    population = facts.population
    at = np.flatnonzero(population.evaluated & (population.category >= 0))
    tally = _Tally(scheme, facts, at)
    tally.add_all()
    applicable = tally.applicable.sum(axis=0)
    scale = np.divide(100.0, applicable, out=np.zeros(len(at)), where=applicable > 0)
    coverage = np.minimum(tally.known.sum(axis=0) * scale / 100, 1.0)
    counted = (applicable > 0) & (coverage + 1e-9 >= scheme.minimum_coverage)
    tally.add_comparing(counted)
    base = tally.earned.sum(axis=0) * scale
    adjusted = adjust(scheme, population.ids[at], adjustments)
    units = total_units(scheme, base, adjusted, applicable > 0)
    rank = np.where(counted, standing(units, tally.category, counted)[0] + 1, 0)
    section_known = np.divide(tally.known, tally.applicable, out=np.zeros_like(tally.known), where=tally.applicable > 0)
    return Scores(
        scheme=scheme, facts=facts, adjustments=tuple(adjustments), at=at, category=tally.category, scale=scale,
        base=base, adjusted=adjusted, units=units, coverage=coverage, counted=counted, rank=rank,
        graded=grade(units, scheme.precision, tally.category, counted, adjusted.ceiling, scheme.grades),
        section_points=tally.earned * scale, section_coverage=section_known,
    )  # fmt: skip


def total_units(scheme: Scheme, base: Floats, adjusted: Adjusted, exists: Bools) -> Ints:
    """Rounded totals in whole units of 10^-precision, clamped to [0, 100 + bonus cap]; -1 where there is none."""
    whole = np.clip(base + adjusted.bonus - adjusted.deduction, 0.0, 100.0 + scheme.adjustments.bonus.cap)
    return np.where(exists, rounded(whole, scheme.precision), -1)


class _Tally:
    """Sums per section and result while the indicators pass by, one at a time and in blocks."""

    def __init__(self, scheme: Scheme, facts: Facts, at: Ints) -> None:
        self._scheme, self._facts, self._at = scheme, facts, at
        self._subtrees = Subtrees(facts.population.size, at)
        self._section = {section.code: number for number, section in enumerate(scheme.sections)}
        self.category = facts.population.category[at]
        self.applicable, self.known, self.earned = (np.zeros((len(scheme.sections), len(at))) for _ in range(3))

    def add_all(self) -> None:
        """Weights of all indicators, points of those whose rule looks at one organisation alone."""
        for indicator in self._scheme.indicators:
            sums = indicator_sums(self._subtrees, indicator, self._facts)
            for start in range(0, len(self._at), BLOCK):
                self._add_block(indicator, sums, slice(start, min(start + BLOCK, len(self._at))))

    def _add_block(self, indicator: Indicator, whole: Amounts, rows: slice) -> None:
        section, sums = self._section[indicator.section], _part(whole, rows)
        subject = indicator_subject(indicator, self._facts, self._at[rows], self.category[rows])
        judged = judge(subject, sums)
        self.applicable[section, rows] += judged.applicable
        self.known[section, rows] += judged.applicable * judged.known
        if not indicator.rule.compares:
            self._earn(section, rows, judged, fractions(subject, sums, judged, np.zeros(len(judged.value), np.bool_)))

    def add_comparing(self, counted: Bools) -> None:
        """Points of the rules that compare the results of a cohort."""
        for indicator in self._scheme.indicators:
            if indicator.rule.compares:
                sums = indicator_sums(self._subtrees, indicator, self._facts)
                subject = indicator_subject(indicator, self._facts, self._at, self.category)
                judged = judge(subject, sums)
                fraction = fractions(subject, sums, judged, counted)
                self._earn(self._section[indicator.section], slice(None), judged, fraction)

    def _earn(self, section: int, rows: slice, judged: Judged, fraction: Floats) -> None:
        self.earned[section, rows] += judged.applicable * fraction


def _require_facts(scheme: Scheme, facts: Facts) -> None:
    missing = [
        (number, each)
        for number, each in enumerate(scheme.indicators)
        if each.fact_key not in facts.amounts and trouble(each, facts) is None
    ]
    if missing:
        errors = [
            FieldError(f"indicators[{number}].metric", f"这次考评没有指标 {each.code} {each.name}（{each.metric}，参数相同）所需的数据")
            for number, each in missing
        ]
        raise Invalid("facts_missing", "；".join(each.message for each in errors), errors)


def indicator_sums(subtrees: Subtrees, indicator: Indicator, facts: Facts) -> Amounts:
    """Subtree sums of an indicator's fact; no column at all where its metric gave none."""
    own = facts.amounts.get(indicator.fact_key, Amounts())
    return Amounts(*[None if (column := getattr(own, name)) is None else subtrees.sums(column) for name in AMOUNTS])


def _part(whole: Amounts, rows: slice) -> Amounts:
    return Amounts(*[None if (column := getattr(whole, name)) is None else column[rows] for name in AMOUNTS])


def indicator_subject(indicator: Indicator, facts: Facts, at: Ints, category: Small) -> Subject:
    """What is to be judged of the organisations at positions `at`."""
    masks = [mask for name in (indicator.metric, "all") if (mask := facts.exempt.get(name)) is not None]
    exempt = np.logical_or.reduce([mask[at] for mask in masks]) if masks else None
    return Subject(indicator, category, exempt, trouble(indicator, facts))
