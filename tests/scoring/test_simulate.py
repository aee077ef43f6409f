"""What-if and rank stability."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.errors import Invalid
from app.scoring.engine.grade import rounded
from app.scoring.engine.score import score
from app.scoring.engine.simulate import rank_intervals, simulate
from tests.scoring.worlds import Org, facts, line, scheme


def towns(count=12):
    random = np.random.default_rng(7)
    return [
        Org(
            f"o{number:02}",
            category="village" if number % 3 else "community",
            amounts={f"1.0{i}": (int(random.integers(5, 11)), 10) for i in (1, 2, 3)},
        )
        for number in range(count)
    ]


OLD = scheme(line(1, 40), line(2, 30), line(3, 30))


def test_moves_tell_who_wins_and_who_loses():
    known = facts(
        OLD,
        Org("a", amounts={"1.01": (9, 10), "1.02": (5, 10), "1.03": (5, 10)}),
        Org("b", amounts={"1.01": (5, 10), "1.02": (9, 10), "1.03": (5, 10)}),
    )
    moves = simulate(OLD, scheme(line(1, 10), line(2, 60), line(3, 30)), known)
    assert moves.total_change.tolist() == [54 - 66, 74 - 62]
    assert moves.rank_change.tolist() == [-1, 1]
    (village,) = moves.categories
    assert (village.category, village.size, village.mean_change, village.gain, village.lose, village.regraded) == ("village", 2, 0, 1, 1, 1)


def test_the_same_scheme_moves_nothing():
    moves = simulate(OLD, OLD, facts(OLD, *towns()))
    assert not moves.total_change.any()
    assert not moves.rank_change.any()
    assert all(each.gain == each.lose == each.regraded == 0 for each in moves.categories)


def test_an_indicator_without_facts_is_refused_by_name():
    draft = scheme(line(1, 40), line(2, 30), line(4, 30))
    with pytest.raises(Invalid, match=r"1\.04 指标4（party_lectures") as refusal:
        simulate(OLD, draft, facts(OLD, *towns()))
    assert refusal.value.status == 422
    assert [each.field for each in refusal.value.errors] == ["indicators[2].metric"]


def test_rank_intervals_are_those_of_the_design_page():
    known = facts(OLD, *towns())
    scores = score(OLD, known)
    found = rank_intervals(scores)
    factors = np.random.default_rng(20260101).uniform(0.9, 1.1, (200, 3))
    fraction = np.array([each.fraction for each in scores.indicators()])
    best, worst = scores.rank.copy(), scores.rank.copy()
    for draw in factors:
        weights = draw * [40, 30, 30]
        units = rounded(weights @ fraction * 100 / weights.sum(), 2)
        for row in range(len(scores)):
            rank = 1 + sum(units[other] > units[row] for other in range(len(scores)) if scores.category[other] == scores.category[row])
            best[row], worst[row] = min(best[row], rank), max(worst[row], rank)
    assert found.best.tolist() == best.tolist()
    assert found.worst.tolist() == worst.tolist()
    again = rank_intervals(score(OLD, known))
    assert (again.best == found.best).all()
    assert (again.worst == found.worst).all()


def test_tie_bands_are_chains_of_neighbours_whose_intervals_overlap():
    scores = score(OLD, facts(OLD, *towns(30)))
    found = rank_intervals(scores)
    for category in set(scores.category.tolist()):
        rows = sorted(np.flatnonzero(scores.category == category), key=lambda row: scores.rank[row])
        assert found.band[rows[0]] == 1
        for higher, lower in itertools.pairwise(rows):
            assert found.band[lower] - found.band[higher] in (0, 1)
            if found.worst[higher] >= found.best[lower]:
                assert found.band[higher] == found.band[lower]
    apart = score(OLD, facts(OLD, *[Org(f"p{each}", amounts={f"1.0{i}": (each, 10) for i in (1, 2, 3)}) for each in (9, 6, 3)]))
    assert rank_intervals(apart).band.tolist() == [1, 2, 3]


def test_results_without_rank_have_no_interval():
    own = scheme(line(1, 50, empty="unknown"), line(2, 50))
    found = rank_intervals(score(own, facts(own, Org("a", amounts={"1.02": (1, 1)}))))
    assert (found.best[0], found.worst[0], found.band[0]) == (0, 0, 0)
