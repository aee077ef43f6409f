"""States, effective weights, coverage, adjustments: the tables of the design page, one line each."""

from __future__ import annotations

import math

import pytest

from app.errors import Invalid
from app.scoring.engine.hashes import facts_hash
from app.scoring.engine.reasons import reasons
from app.scoring.engine.score import score
from app.scoring.engine.tree import depth_first
from app.scoring.explain import grade_reasons
from app.scoring.outcome import Adjustment, State
from tests.scoring.worlds import Org, everywhere, facts, line, scheme


def only(own, org, **more):
    """The scores of a single organisation, row 0."""
    return score(own, facts(own, org, **more))


@pytest.mark.parametrize(
    ("amounts", "empty", "exempt", "state", "known"),
    [
        ((3, 4), "unknown", (), State.SCORED, 1),
        ((0, 4), "not_applicable", (), State.SCORED, 1),
        ((3, 4, 1), "unknown", (), State.SCORED, 0.8),
        ((3, 4, 0, 2), "unknown", (), State.SCORED, 1),
        ((), "not_applicable", (), State.NOT_APPLICABLE, 0),
        ((), "unknown", (), State.UNKNOWN, 0),
        ((), "zero", (), State.SCORED, 1),
        ((0, 0, 1), "not_applicable", (), State.UNKNOWN, 0),
        ((0, 0, 0, 1), "zero", (), State.UNKNOWN, 0),
        ((), "unknown", ("all",), State.NOT_APPLICABLE, 0),
        ((), "zero", ("general_meetings",), State.NOT_APPLICABLE, 0),
        ((), "unknown", ("theme_days",), State.UNKNOWN, 0),
        ((0, 0, 0, 1), "unknown", ("all",), State.UNKNOWN, 0),
        ((1, 1), "unknown", ("all",), State.SCORED, 1),
    ],
)
def test_states(amounts, empty, exempt, state, known):
    own = scheme(line(1, 40, empty=empty), line(2, 60))
    scores = only(own, Org("a", exempt=exempt, amounts={"1.01": amounts, "1.02": (1, 1)}))
    detail = scores.indicator("1.01")
    assert detail.state[0] == state
    share = 0.4 if state != State.NOT_APPLICABLE else 0
    assert scores.coverage[0] == pytest.approx(1 - share + share * known, abs=1e-12)
    assert detail.points[0] == pytest.approx(detail.effective_weight[0] * detail.fraction[0], abs=1e-12)


def test_no_points_in_the_category_is_not_applicable():
    own = scheme(line(1, everywhere(50) | {"village": 0}), line(2, everywhere(50) | {"village": 100}))
    scores = only(own, Org("a", amounts={"1.01": (0, 4), "1.02": (1, 1)}))
    assert scores.indicator("1.01").state[0] == State.NOT_APPLICABLE
    assert scores.total[0] == 100


def test_weights_are_redistributed_over_the_whole_scheme():
    own = scheme(line(1, 20), line(2, 30), line(3, 50))
    scores = only(own, Org("a", amounts={"1.01": (1, 2), "1.02": (1, 1)}))
    assert [each.effective_weight[0] for each in scores.indicators()] == pytest.approx([40, 60, 0])
    assert scores.total[0] == 80


def test_nothing_applies():
    scores = only(scheme(line(1, 100)), Org("a"))
    assert math.isnan(scores.total[0])
    assert (scores.rank[0], scores.grade_name(0), scores.coverage[0]) == (0, None, 0)
    assert grade_reasons(scores.scheme, reasons(scores, 0)) == ["没有适用的指标，不计总分、不排名、不评等次"]


def test_below_minimum_coverage_a_result_is_shown_but_neither_ranked_nor_graded():
    own = scheme(line(1, 90, empty="unknown"), line(2, 10, empty="unknown"))
    known = facts(own, Org("a", amounts={"1.01": (1, 1)}), Org("b", amounts={"1.02": (1, 1)}))
    scores = score(own, known)
    assert scores.total.tolist() == [90, 10]  # 0.9 is enough, with 1e-9 to spare
    assert scores.rank.tolist() == [1, 0]
    assert [scores.grade_name(row) for row in (0, 1)] == ["优秀", None]
    assert scores.cohort_sizes.tolist() == [1, 0, 0, 0, 0]
    assert grade_reasons(own, reasons(scores, 1)) == ["数据完整度 10.0% 低于 90%，暂不排名、不评等次"]


def test_a_metric_that_is_not_built_leaves_and_one_that_failed_stays_as_a_gap():
    own = scheme(line(1, 50), line(2, 50))
    known = facts(own, Org("a", amounts={"1.01": (1, 1), "1.02": (1, 1)}))
    first = own.indicators[0].fact_key
    rest = {key: each for key, each in known.amounts.items() if key != first}
    not_built = score(own, type(known)(known.period, known.population, rest, not_built=frozenset({"general_meetings"})))
    assert (not_built.indicator("1.01").state[0], not_built.total[0], not_built.failed) == (State.NOT_APPLICABLE, 100, ())
    failed = score(own, type(known)(known.period, known.population, rest, failed={first: "…"}))
    assert (failed.indicator("1.01").state[0], failed.total[0], failed.coverage[0]) == (State.ERROR, 50, 0.5)
    assert (failed.failed, failed.rank[0]) == (("1.01",), 0)
    with pytest.raises(Invalid, match=r"1\.01 指标1（general_meetings") as refusal:
        score(own, type(known)(known.period, known.population, rest))
    assert refusal.value.code == "facts_missing"


def test_inner_nodes_are_scored_on_their_subtree():
    own = scheme(line(1, 100))
    known = facts(
        own,
        Org("T", None, "township", True),
        Org("a", "T", amounts={"1.01": (1, 2)}),
        Org("a1", "a", evaluated=False, amounts={"1.01": (1, 2)}),
        Org("b", "T", amounts={"1.01": (4, 4)}),
    )
    scores = score(own, known)
    assert scores.total.tolist() == [75, 50, 100]
    assert scores.rank.tolist() == [1, 2, 1]


def test_new_economic_and_social_are_one_cohort():
    own = scheme(line(1, 100))
    known = facts(
        own, Org("a", category="new_economic", amounts={"1.01": (1, 2)}), Org("b", category="new_social", amounts={"1.01": (1, 1)})
    )
    assert score(own, known).rank.tolist() == [2, 1]


def adjusted(*adjustments, held=8):
    own = scheme(line(1, 100))
    known = facts(own, Org("a", amounts={"1.01": (held, 10)}))
    organisation = int(known.population.ids[1])
    return score(own, known, [Adjustment(organisation, *each) for each in adjustments])


@pytest.mark.parametrize(
    ("adjustments", "total"),
    [
        ([("bonus", "county", "x")], 81),
        ([("bonus", "county", "x"), ("bonus", "nation", "x")], 85),
        ([("bonus", "county", "x"), ("bonus", "county", "y")], 82),
        ([("bonus", "nation", "x"), ("bonus", "county", "y")], 85),
        ([("deduction", "refused", "x"), ("deduction", "serious", "x")], 75),
        ([("deduction", "serious", each) for each in "xyz"], 70),
        ([("bonus", "unheard of", "x")], 80),
    ],
)
def test_adjustments_count_once_per_case_and_up_to_the_cap(adjustments, total):
    assert adjusted(*adjustments).total[0] == total


def test_totals_stay_between_nothing_and_the_bonus_cap():
    assert adjusted(("bonus", "nation", "x"), held=10).total[0] == 105
    assert adjusted(("deduction", "serious", "x"), held=0).total[0] == 0


def test_an_adjustment_is_never_rolled_up():
    own = scheme(line(1, 100))
    known = facts(own, Org("T", None, "township", True), Org("a", "T", amounts={"1.01": (1, 2)}))
    assert score(own, known, [Adjustment(int(known.population.ids[1]), "bonus", "county", "x")]).total.tolist() == [50, 51]


def test_the_hash_of_the_facts_ignores_order_and_notices_everything_else():
    own = scheme(line(1, 100))
    one = [Org("a", amounts={"1.01": (1, 2)}), Org("b", category="community")]
    base = facts_hash(facts(own, *one))
    assert facts_hash(facts(own, *reversed(one))) == base
    others = [
        facts(own, Org("a", amounts={"1.01": (2, 2)}), one[1]),
        facts(own, Org("a", amounts={"1.01": (1, 2, 0, 1)}), one[1]),
        facts(own, one[0], Org("b", category="village")),
        facts(own, one[0], Org("b", "a", category="community")),
        facts(own, one[0], Org("b", category="community", exempt=("all",))),
        facts(own, one[0], Org("b", category="community", evaluated=False)),
        facts(own, *one, not_built=frozenset({"x"})),
    ]
    assert len({base, *map(facts_hash, others)}) == len(others) + 1
    assert facts_hash(facts(own, *one), [Adjustment(2, "bonus", "county", "x")]) != base


@pytest.mark.parametrize("parent", [[-1, 2, 1], [-1, -1, 0], [1, 0]])
def test_a_broken_tree_is_refused(parent):
    import numpy as np

    with pytest.raises(Invalid) as refusal:
        depth_first(np.array(parent), np.arange(len(parent)))
    assert refusal.value.code == "tree_broken"


def test_an_empty_run_has_no_results():
    own = scheme(line(1, 100))
    assert len(score(own, facts(own, Org("a", evaluated=False)))) == 0
