"""Rounding, ranks, lines, quota, ties and ceilings as tables."""

from __future__ import annotations

import numpy as np
import pytest

from app.scoring.engine.grade import rounded
from app.scoring.engine.reasons import reasons
from app.scoring.engine.score import score
from app.scoring.explain import grade_reasons
from app.scoring.outcome import Adjustment
from tests.scoring.worlds import GRADES, Org, facts, line, scheme


def graded(totals, quota=None, adjustments=()):
    """Scores of villages with these totals (out of 100, one decimal); adjustments: (number, effect, reason)."""
    own = scheme(line(1, 100), grades=GRADES | {"quota": quota})
    known = facts(own, *[Org(f"o{number:02}", amounts={"1.01": (total, 100)}) for number, total in enumerate(totals)])
    ids = dict(zip(known.population.codes, known.population.ids.tolist(), strict=True))
    return score(own, known, [Adjustment(ids[f"o{number:02}"], effect, reason, "x") for number, effect, reason in adjustments])


def names(scores):
    return "".join((scores.grade_name(row) or "-")[0] for row in range(len(scores)))


@pytest.mark.parametrize(
    ("points", "precision", "units"),
    [
        (89.994, 2, 8999),
        (89.995, 2, 9000),
        (89.994999995, 2, 9000),
        (89.99498, 2, 8999),
        (0, 2, 0),
        (85.25, 1, 853),
        (85.24, 1, 852),
        (85.5, 0, 86),
    ],
)
def test_rounding_is_half_up_with_a_millionth_to_spare(points, precision, units):
    assert rounded(np.array([points], float), precision)[0] == units


def test_ranks_are_1_2_2_4():
    assert graded([70, 90, 80, 80]).rank.tolist() == [4, 1, 2, 2]


def test_totals_that_round_alike_rank_alike():
    assert graded([70.001, 70.0014, 70.006]).rank.tolist() == [2, 2, 1]


def test_lines():
    assert names(graded([90, 89.99, 80, 79.9, 60, 59.9, 0])) == "优良良合合不不"


EXCLUDE, INCLUDE = {"share": 0.3, "ties": "exclude"}, {"share": 0.3, "ties": "include"}


@pytest.mark.parametrize(
    ("totals", "quota", "grades"),
    [
        ([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], EXCLUDE, "优优优良良良良良良良"),
        ([99, 98, 97, 97, 95, 94, 93, 92, 91, 90], EXCLUDE, "优优良良良良良良良良"),
        ([99, 98, 97, 97, 95, 94, 93, 92, 91, 90], INCLUDE, "优优优优良良良良良良"),
        ([95] * 10, EXCLUDE, "良" * 10),
        ([95] * 10, INCLUDE, "优" * 10),
        ([95, 94], EXCLUDE, "优良"),
        ([95, 95], EXCLUDE, "良良"),
        ([95], EXCLUDE, "优"),
        ([99, 70, 70, 70], EXCLUDE, "优合合合"),
        ([99, 98, 97, 96, 95, 94, 93, 92, 91, 70], {"share": 0.7, "ties": "exclude"}, "优优优优优优优良良合"),
    ],
)
def test_quota(totals, quota, grades):
    assert names(graded(totals, quota)) == grades


def test_a_ceiling_comes_before_the_quota_and_leaves_its_place_to_others():
    scores = graded([99, 98, 97], EXCLUDE, [(0, "ceiling", "falsified_records")])
    assert names(scores) == "合优良"
    assert grade_reasons(scores.scheme, reasons(scores, 0)) == ["经查实弄虚作假，等次由“优秀”降为“合格”"]
    assert reasons(scores, 1) == []
    assert grade_reasons(scores.scheme, reasons(scores, 2)) == [
        "同类 3 个单位中“优秀”名额为 1 个，并列超出名额的都不计入，等次由“优秀”调整为“良好”"
    ]


def test_the_lowest_of_several_ceilings_holds():
    scores = graded(
        [99, 50],
        None,
        [(0, "ceiling", "falsified_records"), (0, "ceiling", "serious_discipline_case"), (1, "ceiling", "falsified_records")],
    )
    assert names(scores) == "不不"
    assert scores.total.tolist() == [99, 50]
    assert reasons(scores, 1) == []
