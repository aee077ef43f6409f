"""Outcomes in words, and what can still be gained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from app.scoring.explain import indicator_document, next_steps, section_documents, title, value
from app.scoring.outcome import ONE, Period
from tests.scoring.worlds import YEAR, line, scheme


@dataclass
class Row:
    state: str = "scored"
    numerator: int = 0
    denominator: int = 0
    pending: int = 0
    future: int = 0
    fixable: int = 0
    fraction: float | None = None
    effective_weight: float = 50.0
    points: float = 0.0


def row(n=0.0, d=0.0, pending=0.0, future=0.0, fixable=0.0, **more) -> Row:
    return Row("scored", *(round(each * ONE) for each in (n, d, pending, future, fixable)), **more)


RUNNING = Period(date(2025, 1, 1), date(2025, 12, 31), date(2025, 8, 15))
OWN = scheme(
    line(1, 50, passed="都开了", failed="没开齐", why="为何", fix="及时召开。", clauses=["3.1.2"]),
    line(2, 50, {"kind": "rank", "bands": [[0.3, 1], [1, 0.5]]}),
)


def test_the_document_of_an_indicator():
    found = indicator_document(OWN.indicators[0], "village", row(3, 4, fraction=0.75, points=37.5))
    text = found.pop("clause_texts")
    assert [each["number"] for each in text] == ["3.1.2"]
    assert found == {
        "code": "1.01", "name": "指标1", "clause": "3.1.2", "metric": "general_meetings", "state": "scored",
        "numerator": 3.0, "denominator": 4.0, "pending": 0.0, "future": 0.0, "value": 0.75, "fraction": 0.75,
        "weight": 50.0, "effective_weight": 50.0, "points": 37.5, "lost": 12.5,
        "rule": "按完成比例得分", "title": "没开齐", "why": "为何", "fix": "及时召开。",
    }  # fmt: skip


def test_sections_carry_their_indicators():
    rows = {"1.01": row(4, 4, fraction=1.0, points=50.0), "1.02": row(1, 4, fraction=0.5, points=25.0)}
    (section,) = section_documents(OWN, "village", {"1": {"weight": 100.0, "points": 75.0, "coverage": 1.0}}, rows)
    assert (section["code"], section["weight"], section["points"], section["coverage"]) == ("1", 100.0, 75.0, 1.0)
    assert [each["code"] for each in section["indicators"]] == ["1.01", "1.02"]


@pytest.mark.parametrize(
    ("outcome", "headline"),
    [
        (row(4, 4, fraction=1.0), "都开了"),
        (row(3, 4, fraction=0.75), "没开齐"),
        (row(pending=1), "等待评议，暂未得分"),
        (row(future=1), "尚未到期，暂未得分"),
        (row(), "没有可以评价的记录，暂未得分"),
        (Row("not_applicable"), "本单位不适用"),
        (Row("error"), "本项计算失败，考评结果不完整"),
    ],
)
def test_headlines(outcome, headline):
    if outcome.fraction is None and outcome.state == "scored":
        outcome.state = "unknown"
    assert title(OWN.indicators[0], outcome) == headline


def test_values():
    assert value(row(1, 4)) == 0.25
    assert value(row()) == 0.0
    assert value(Row("unknown")) is None


def steps(first, second=None, period=RUNNING):
    rows = {"1.01": first, "1.02": second or Row("not_applicable", effective_weight=0.0)}
    return [(step["indicator"], round(step["gain"], 9)) for step in next_steps(OWN, "village", period, rows)]


def test_gain_counts_what_is_to_come_and_what_can_be_mended():
    assert steps(row(1, 2, future=2, fixable=0.5, fraction=0.5)) == [("1.01", 50 * (3.5 / 4 - 0.5))]
    assert steps(row(2, 2, future=2, fraction=1.0)) == []
    assert steps(row(1, 2, fraction=0.5)) == []


def test_an_unknown_indicator_gains_from_nothing():
    waiting = row(future=2)
    waiting.state = "unknown"
    assert steps(waiting) == [("1.01", 50)]
    judged_later = row(pending=1)
    judged_later.state = "unknown"
    assert steps(judged_later) == []


def test_a_rank_may_always_hope_for_its_first_band():
    assert steps(Row("not_applicable", effective_weight=0.0), row(2, 4, fraction=0.5)) == [("1.02", 25)]


def test_greatest_gain_first_ties_by_code():
    assert [code for code, _ in steps(row(2, 4, fixable=2, fraction=0.5), row(2, 4, fraction=0.5))] == ["1.01", "1.02"]
    assert [code for code, _ in steps(row(3, 4, fixable=1, fraction=0.75), row(2, 4, fraction=0.5))] == ["1.02", "1.01"]


def test_nothing_to_gain_once_the_period_is_over():
    assert steps(row(1, 2, future=2, fixable=1, fraction=0.5), period=YEAR) == []
    last_day = Period(RUNNING.start, RUNNING.end, RUNNING.end)
    assert steps(row(1, 2, fixable=1, fraction=0.5), period=last_day) == []


def test_a_step_says_how_much_and_how():
    rows = {"1.01": row(1, 2, future=2, fixable=1, fraction=0.5), "1.02": Row("not_applicable", effective_weight=0.0)}
    (step,) = next_steps(OWN, "village", RUNNING, rows)
    assert step == {
        "indicator": "1.01",
        "gain": 25.0,
        "text": "“指标1”还可得 25.00 分：1 项现在仍可补上，2 项尚未到期、可以按时完成。及时召开。",
        "until": "2025-12-31",
    }
