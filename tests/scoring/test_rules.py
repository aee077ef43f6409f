"""Every rule kind as a table: value in, fraction of the weight out."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from app.scoring import registry
from app.scoring.outcome import ONE, Frame


def frame(rows, weight=3.0, cohort=0, counted=True) -> Frame:
    """Rows of (numerator, denominator) in whole items."""
    numerator, denominator = (np.array([round(row[at] * ONE) for row in rows], np.int64) for at in (0, 1))
    return Frame(
        value=np.array([n / d if d else 0.0 for n, d in rows]),
        numerator=numerator,
        denominator=denominator,
        weight=np.full(len(rows), weight),
        cohort=np.broadcast_to(np.asarray(cohort, np.int8), len(rows)).copy(),
        counted=np.broadcast_to(np.asarray(counted), len(rows)).copy(),
    )


def rule(**document) -> registry.Rule:
    return registry.rules()[document["kind"]].model_validate(document)


CURVE = {"kind": "curve", "points": [[0.6, 0], [0.8, 0.8], [0.95, 1]]}
BANDS = {"kind": "bands", "bands": [[0.9, 1], [0.6, 0.5]]}


@pytest.mark.parametrize(
    ("document", "held", "due", "fraction"),
    [
        ({"kind": "ratio"}, 3, 4, 0.75),
        ({"kind": "ratio"}, 0, 4, 0),
        ({"kind": "ratio", "target": 0.95}, 19, 20, 1),
        ({"kind": "ratio", "target": 0.5}, 1, 4, 0.5),
        ({"kind": "ratio", "target": 0.5}, 3, 4, 1),
        ({"kind": "ratio", "floor": 0.5}, 1, 4, 0),
        ({"kind": "ratio", "floor": 0.5}, 2, 4, 0.5),
        (CURVE, 5, 10, 0),
        (CURVE, 6, 10, 0),
        (CURVE, 7, 10, 0.4),
        (CURVE, 8, 10, 0.8),
        (CURVE, 95, 100, 1),
        (CURVE, 10, 10, 1),
        (BANDS, 59, 100, 0),
        (BANDS, 6, 10, 0.5),
        (BANDS, 89, 100, 0.5),
        (BANDS, 9, 10, 1),
        ({"kind": "shortfall", "points_each": 0.5}, 4, 4, 1),
        ({"kind": "shortfall", "points_each": 0.5}, 2, 4, 1 - 1 / 3),
        ({"kind": "shortfall", "points_each": 0.5}, 2.5, 4, 0.75),
        ({"kind": "shortfall", "points_each": 2}, 0, 4, 0),
        ({"kind": "all_or_nothing"}, 4, 4, 1),
        ({"kind": "all_or_nothing"}, 3.999999, 4, 0),
        ({"kind": "all_or_nothing", "at_least": 0.75}, 3, 4, 1),
    ],
)
def test_value_to_fraction(document, held, due, fraction):
    assert rule(**document).fraction(frame([(held, due)]))[0] == pytest.approx(fraction, abs=1e-12)


def ranked(values, bands, **more):
    return rule(kind="rank", bands=bands).fraction(frame([(value, 10) for value in values], **more)).tolist()


def test_rank_counts_the_strictly_better_in_the_cohort():
    assert ranked([9, 7, 7, 1], [[0.25, 1], [0.5, 0.6]]) == [1, 0.6, 0.6, 0]  # (r − 1)/n = 0, ¼, ¼, ¾


def test_a_place_on_the_border_of_a_band_belongs_to_the_next():
    assert ranked([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [[0.3, 1], [1, 0.5]]) == [1, 1, 1] + [0.5] * 7


def test_rank_does_not_look_at_other_cohorts_nor_at_results_without_sufficient_coverage():
    assert ranked([5, 9], [[0.5, 1]], cohort=[0, 1]) == [1, 1]
    assert ranked([5, 9, 9], [[0.5, 1]], counted=[True, True, False]) == [0, 1, 1]


def test_nobody_to_be_compared_with_is_the_first_place():
    assert ranked([5], [[0.3, 1]], counted=[False]) == [1]


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "ratio", "target": 0},
        {"kind": "ratio", "target": "1"},
        {"kind": "ratio", "floor": 1.5},
        {"kind": "curve", "points": []},
        {"kind": "curve", "points": [[0.8, 0], [0.6, 1]]},
        {"kind": "curve", "points": [[0.8, 1.2]]},
        {"kind": "bands", "bands": [[0.6, 0.5], [0.9, 1]]},
        {"kind": "bands"},
        {"kind": "shortfall"},
        {"kind": "shortfall", "points_each": -1},
        {"kind": "rank", "bands": [[0.6, 1], [0.3, 0.5]]},
        {"kind": "rank", "bands": [[1.6, 1]]},
        {"kind": "all_or_nothing", "at_least": float("nan")},
        {"kind": "ratio", "targett": 1},
    ],
)
def test_refused_parameters(document):
    with pytest.raises(ValidationError):
        rule(**document)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"kind": "ratio"}, "按完成比例得分"),
        ({"kind": "ratio", "target": 0.95, "floor": 0.6}, "达到95%得满分，未达到的按比例得分，低于60%不得分"),
        (BANDS, "按完成比例分档：达到90%得100%的分值，达到60%得50%的分值，再低不得分"),
        ({"kind": "shortfall", "points_each": 0.5}, "少一次扣0.5分，扣完为止"),
        ({"kind": "rank", "bands": [[0.3, 1]]}, "在同类单位中按名次得分：前30%得100%的分值，其余不得分"),
        ({"kind": "all_or_nothing"}, "全部完成得满分，否则不得分"),
    ],
)
def test_sentences_are_made_from_the_parameters(document, sentence):
    assert rule(**document).describe() == sentence


def test_curve_names_every_point():
    assert all(each in rule(**CURVE).describe() for each in ("60%", "80%", "95%"))


def test_each_shipped_kind_is_registered_with_a_title():
    assert sorted(registry.rules()) == ["all_or_nothing", "bands", "curve", "rank", "ratio", "shortfall"]
    assert all(each.title for each in registry.rules().values())
