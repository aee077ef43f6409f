"""One indicator of many organisations at once: amounts → state, value, fraction, share known. The only place where states are decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scoring.outcome import Amounts, Bools, Facts, Floats, Frame, Ints, Small, State
from app.scoring.scheme.model import Indicator

_WHEN_NOTHING_DUE = {"not_applicable": State.NOT_APPLICABLE, "unknown": State.UNKNOWN, "zero": State.SCORED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged besides amounts, for the rows of one block. trouble: the state of every row, where the metric gave no fact at all."""

    indicator: Indicator
    category: Small
    exempt: Bools | None
    trouble: State | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Arrays per row. weight: nominal points; applicable: the weight, 0 where not applicable; known: the share of it that is known."""

    state: Small
    value: Floats
    weight: Floats
    applicable: Floats
    known: Floats


def trouble(indicator: Indicator, facts: Facts) -> State | None:
    """ERROR where the metric failed, NOT_APPLICABLE where it was not built, None where there is a fact."""
    if indicator.fact_key in facts.failed:
        return State.ERROR
    return State.NOT_APPLICABLE if indicator.metric in facts.not_built else None


def judge(subject: Subject, sums: Amounts) -> Judged:
    """States, values and shares known of one block; `sums` are subtree sums."""
    weight = np.asarray(subject.indicator.points.by_number())[subject.category]
    if subject.trouble is not None or sums.denominator is None:
        due = np.zeros(len(weight), np.bool_)
    else:
        due = sums.denominator > 0
    value = np.zeros(len(weight))
    if sums.numerator is not None and sums.denominator is not None:
        np.divide(sums.numerator, sums.denominator, out=value, where=due)
    state = _states(subject, sums, due)
    state[weight == 0] = State.NOT_APPLICABLE
    applicable = weight * (state != State.NOT_APPLICABLE)
    return Judged(state, value, weight, applicable, _known(state, sums))


def _states(subject: Subject, sums: Amounts, due: Bools) -> Small:
    if subject.trouble is not None:
        return np.full(len(due), subject.trouble, np.int8)
    state = np.full(len(due), _WHEN_NOTHING_DUE[subject.indicator.when_nothing_due], np.int8)
    if subject.exempt is not None:
        state[subject.exempt] = State.NOT_APPLICABLE
    for awaited in (sums.pending, sums.future):
        if awaited is not None:
            state[awaited > 0] = State.UNKNOWN
    state[due] = State.SCORED
    return state


def _known(state: Small, sums: Amounts) -> Floats:
    """1 if scored with nothing pending, denominator / (denominator + pending) if partly pending, else 0."""
    known: Floats = (state == State.SCORED).astype(np.float64)
    if sums.pending is not None and sums.denominator is not None:
        partly = np.flatnonzero((sums.pending > 0) & (known > 0))
        known[partly] = sums.denominator[partly] / (sums.denominator[partly] + sums.pending[partly])
    return known


def fractions(subject: Subject, sums: Amounts, judged: Judged, counted: Bools) -> Floats:
    """The rule's fractions, 0 where not scored. counted: results with sufficient coverage, for rules that compare."""
    nothing = np.zeros(len(judged.value), np.int64)
    scored = judged.state == State.SCORED
    frame = Frame(
        value=judged.value,
        numerator=_or(sums.numerator, nothing),
        denominator=_or(sums.denominator, nothing),
        weight=judged.weight,
        cohort=subject.category,
        counted=counted & scored,
    )
    fraction = subject.indicator.rule.fraction(frame)
    fraction *= scored
    return fraction


def _or(column: Ints | None, nothing: Ints) -> Ints:
    return nothing if column is None else column
