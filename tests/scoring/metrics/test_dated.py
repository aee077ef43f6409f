"""Dated dues: what counts on which side of its day and of the day looked at."""

import datetime as dt

import pytest
from sqlalchemy import literal, select

from app.models.duties import PlanItem, WorkPlan
from app.scoring.metrics.dues import dated
from app.scoring.metrics.view import View, later
from app.scoring.outcome import AMOUNTS, Period

D = dt.date
HALF_WAY = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 6, 30))


def amounts(world, period, **values):
    rows = dated(
        View(period), "plan_item", organisation_id=PlanItem.organisation_id, record_id=PlanItem.id, label=PlanItem.task,
        due_on=PlanItem.due_on, done_on=PlanItem.completed_on, **values,
    )  # fmt: skip
    return [tuple(row[name] / 1_000_000 for name in AMOUNTS) for row in world.connection.execute(rows).mappings()]


@pytest.fixture
def plan(world):
    world.organisation("甲村", evaluated=True)
    found = world.record(WorkPlan, "甲村", year=2025, title="计划")
    return lambda due, done=None: world.record(PlanItem, "甲村", work_plan_id=found, task="任务", due_on=due, completed_on=done)


@pytest.mark.parametrize(("due", "done", "plain", "with_late"), [
    (D(2025, 3, 1), D(2025, 3, 1), (1, 1, 0, 0, 0), (1, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2024, 12, 1), (1, 1, 0, 0, 0), (1, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 3, 2), (0, 1, 0, 0, 0), (0.5, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 6, 30), (0, 1, 0, 0, 0), (0.5, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 7, 1), (0, 1, 0, 0, 0), (0, 1, 0, 0, 0.5)),
    (D(2025, 3, 1), None, (0, 1, 0, 0, 0), (0, 1, 0, 0, 0.5)),
    (D(2025, 6, 30), None, (0, 1, 0, 0, 0), (0, 1, 0, 0, 0.5)),
    (D(2025, 7, 1), None, (0, 0, 0, 1, 0), (0, 0, 0, 1, 0)),
    (D(2025, 7, 1), D(2025, 7, 1), (0, 0, 0, 1, 0), (0, 0, 0, 1, 0)),
    (D(2025, 12, 31), D(2025, 6, 30), (1, 1, 0, 0, 0), (1, 1, 0, 0, 0)),
])  # fmt: skip
def test_each_side_of_each_day(world, plan, due, done, plain, with_late):
    plan(due, done)
    assert amounts(world, HALF_WAY) == [plain]
    assert amounts(world, HALF_WAY, late=0.5) == [with_late]


@pytest.mark.parametrize("due", [D(2024, 12, 31), D(2026, 1, 1)])
def test_what_is_due_outside_the_period_is_no_item(world, plan, due):
    plan(due, D(2025, 3, 1))
    assert amounts(world, HALF_WAY) == []


def test_what_is_done_in_time_may_need_more(world, plan):
    plan(D(2025, 3, 1), D(2025, 2, 1))
    plan(D(2025, 9, 1), D(2025, 2, 1))
    assert amounts(world, HALF_WAY, earns=PlanItem.task == "别的") == [(0, 1, 0, 0, 0), (0, 0, 0, 1, 0)]


def test_days_later(world, plan):
    plan(D(2025, 2, 28))
    day = select(later(PlanItem.due_on, 30), later(PlanItem.due_on, 30) == literal(D(2025, 3, 30)))
    assert world.connection.execute(day).one() == (D(2025, 3, 30), True)
