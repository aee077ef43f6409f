"""Facts → results for 620 thousand organisations × 60 indicators, against two plain numpy programs over the same facts.

`python -m benchmarks.engine [organisations] [indicators]` prints the time of ours, of (a) one whole-array expression and of (b) one tight
pass with reused buffers, their ratios, and the peak memory of each beyond the facts. All three end with the same rounded totals:
subtree sums, rules of four kinds, redistribution over what applies, totals. Ours besides keeps sections and coverage, ranks and grades.
"""

from __future__ import annotations

import gc
import math
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date

import numpy as np

from app.scoring import registry
from app.scoring.engine.score import score
from app.scoring.engine.tree import Subtrees, depth_first
from app.scoring.outcome import CATEGORIES, ONE, Amounts, Facts, Floats, Ints, Period, Population
from app.scoring.registry import MetricDescription, Parameters
from app.scoring.scheme import Scheme, from_document

RULES = [
    {"kind": "ratio"},
    {"kind": "ratio", "target": 0.95},
    {"kind": "ratio", "target": 0.5, "floor": 0.1},
    {"kind": "curve", "points": [[0.6, 0], [0.8, 0.8], [0.95, 1]]},
    {"kind": "bands", "bands": [[0.9, 1], [0.6, 0.5]]},
    {"kind": "all_or_nothing"},
]
"""Mostly the first, as in the shipped scheme."""

GOAL_WHOLE, GOAL_TIGHT, GOAL_MEMORY = 3.0, 8.0, 1.5


def scheme_of(indicators: int) -> Scheme:
    """Synthetic indicators `m0` …, six sections, all categories alike, every third not applicable when nothing is due."""
    names = [f"m{number}" for number in range(indicators)]
    for name in names:
        registry.register_metric(MetricDescription(name, name, name, Parameters, print))
    share = 100 / indicators
    lines = [
        {
            "code": f"{number % 6 + 1}.{number:02d}",
            "name": name,
            "metric": name,
            "points": dict.fromkeys(CATEGORIES, share),
            "rule": RULES[number % 10 if number % 10 < len(RULES) else 0],
            "when_nothing_due": "not_applicable" if number % 3 == 0 else "unknown",
        }
        for number, name in enumerate(names)
    ]
    sections = [
        {"code": f"{s + 1}", "name": f"{s + 1}", "points": dict.fromkeys(CATEGORIES, share * len(range(s, indicators, 6)))}
        for s in range(6)
    ]
    grades = {"lines": [["优秀", 90], ["良好", 80], ["合格", 60], ["不合格", 0]], "quota": {"share": 0.3}}
    return from_document({"code": "bench", "name": "bench", "sections": sections, "indicators": lines, "grades": grades})


def world(organisations: int, indicators: int) -> Facts:
    """A five-level tree of random width in depth-first order; denominators 0..12, numerators below, in millionths."""
    random = np.random.default_rng(1)
    level = np.sort(np.r_[0:5, random.choice(np.arange(1, 5), organisations - 5, p=[0.001, 0.02, 0.179, 0.8])])
    firsts = np.searchsorted(level, range(6))
    parent = np.full(organisations, -1, np.int64)
    for depth in range(1, 5):
        parent[firsts[depth] : firsts[depth + 1]] = random.integers(firsts[depth - 1], firsts[depth], firsts[depth + 1] - firsts[depth])
    tree = depth_first(parent, np.arange(organisations))
    population = Population(
        tree.order, [str(each) for each in tree.order], tree.parent, tree.size,
        random.integers(0, len(CATEGORIES), organisations).astype(np.int8), np.ones(organisations, np.bool_),
    )  # fmt: skip
    amounts = {}
    for number in range(indicators):
        due = random.integers(0, 13, organisations)
        amounts[f"m{number}"] = Amounts(numerator=(due * random.random(organisations)).astype(np.int64) * ONE, denominator=due * ONE)
    return Facts(Period(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 5)), population, amounts)


def _plain_fraction(rule: dict, value: Floats) -> Floats:
    kind = rule["kind"]
    if kind == "ratio":
        return np.where(value < rule.get("floor", 0), 0.0, np.minimum(value / rule.get("target", 1), 1.0))
    if kind == "curve":
        return np.interp(value, *zip(*rule["points"], strict=True))
    if kind == "bands":
        return np.select([value >= least for least, _ in rule["bands"]], [fraction for _, fraction in rule["bands"]], 0.0)
    return (value >= 1).astype(float)


def whole_array(scheme: Scheme, facts: Facts) -> Ints:
    """(a): everything at once, arrays of indicators × organisations."""
    size = facts.population.size
    first, stop = np.arange(len(size)), np.arange(len(size)) + size
    numerator = np.stack([each.numerator for each in facts.amounts.values()])
    denominator = np.stack([each.denominator for each in facts.amounts.values()])
    zero = np.zeros((len(numerator), 1), np.int64)
    running = np.concatenate([zero, np.cumsum(numerator, axis=1)], axis=1)
    numerator = running[:, stop] - running[:, first]
    running = np.concatenate([zero, np.cumsum(denominator, axis=1)], axis=1)
    denominator = running[:, stop] - running[:, first]
    del running
    value = numerator / np.maximum(denominator, 1)
    rules = [each.rule.model_dump() for each in scheme.indicators]
    fraction = np.stack([_plain_fraction(rule, row) for rule, row in zip(rules, value, strict=True)])
    weight = np.array([each.points.by_number() for each in scheme.indicators])[:, facts.population.category]
    leaves = np.array([each.when_nothing_due == "not_applicable" for each in scheme.indicators])[:, None] & (denominator == 0)
    applicable = np.where(leaves, 0.0, weight)
    total = (applicable * fraction * (denominator > 0)).sum(axis=0) * 100 / applicable.sum(axis=0)
    return np.floor(total * 100 + 0.5 + 1e-6).astype(np.int64)


def tight_pass(scheme: Scheme, facts: Facts) -> Ints:
    """(b): one indicator after the other, every temporary in a buffer that is used again, only inner nodes differenced."""
    size, category = facts.population.size, facts.population.category
    inner = np.flatnonzero(size > 1)
    stop, count = inner + size[inner], len(size)
    running, sums = np.zeros(count + 1, np.int64), np.empty((2, count), np.int64)
    value, weight, earned, applicable = np.empty(count), np.empty(count), np.zeros(count), np.zeros(count)
    due = np.empty(count, np.bool_)
    for each, own in zip(scheme.indicators, facts.amounts.values(), strict=True):
        for column, found in zip((own.numerator, own.denominator), sums, strict=True):
            np.cumsum(column, out=running[1:])
            np.copyto(found, column)
            found[inner] = running[stop] - running[inner]
        np.greater(sums[1], 0, out=due)
        value.fill(0.0)
        np.divide(sums[0], sums[1], out=value, where=due)
        _tight_fraction(each.rule.model_dump(), value)
        np.take(np.array(each.points.by_number()), category, out=weight)
        if each.when_nothing_due == "not_applicable":
            np.multiply(weight, due, out=weight)
        applicable += weight
        value *= due
        value *= weight
        earned += value
    earned *= 100
    earned /= applicable
    earned *= 100
    earned += 0.5 + 1e-6
    return np.floor(earned, out=earned).astype(np.int64)


def _tight_fraction(rule: dict, value: Floats) -> None:
    if rule["kind"] != "ratio":
        value[:] = _plain_fraction(rule, value)
        return
    if rule["floor"]:
        value[value < rule["floor"]] = 0.0
    if rule["target"] != 1:
        value /= rule["target"]
    np.minimum(value, 1.0, out=value)


def measured(work: Callable[[], Ints], rounds: int = 3) -> tuple[Ints, float, int]:
    """The result, the best time of some rounds, and the peak of memory allocated meanwhile (in a round of its own)."""
    best = math.inf
    for _ in range(rounds):
        gc.collect()
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, best, peak


def exact(facts: Facts) -> bool:
    """Whether the root's and some inner sums equal math.fsum over their subtrees."""
    size = facts.population.size
    inner = np.flatnonzero(size > 1)[:200]
    subtrees = Subtrees(size, np.arange(len(size)))
    for own in list(facts.amounts.values())[:3]:
        assert own.numerator is not None
        sums = subtrees.sums(own.numerator)
        if any(sums[at] != math.fsum(own.numerator[at : at + size[at]]) for at in inner):
            return False
    return True


def main(organisations: int = 620_000, indicators: int = 60) -> None:
    """Print the table."""
    scheme, facts = scheme_of(indicators), world(organisations, indicators)
    held = sum(own.numerator.nbytes + own.denominator.nbytes for own in facts.amounts.values())
    ours, our_time, our_peak = measured(lambda: score(scheme, facts).units)
    print(f"{organisations:,} organisations × {indicators} indicators, facts {held / 1e6:,.0f} MB, sums equal math.fsum: {exact(facts)}")
    print(f"{'':28}{'seconds':>9}{'ours / it':>11}{'goal':>6}{'peak, facts = 1':>17}{'same totals':>13}")
    print(f"{'ours':28}{our_time:9.2f}{'':17}{1 + our_peak / held:17.2f}   (goal {GOAL_MEMORY})")
    for title, goal, work in (("(a) whole-array expression", GOAL_WHOLE, whole_array), ("(b) tight pass", GOAL_TIGHT, tight_pass)):
        theirs, seconds, peak = measured(lambda work=work: work(scheme, facts))
        same = np.array_equal(ours, theirs)
        print(f"{title:28}{seconds:9.2f}{our_time / seconds:11.2f}{goal:6.1f}{1 + peak / held:17.2f}{same!s:>13}")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
