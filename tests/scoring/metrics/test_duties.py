"""Directives, plans, debriefs and duty reports: records in, items out."""

import datetime as dt

import pytest

from app.models.duties import Debrief, DebriefRating, DebriefRound, Directive, DirectiveReceipt, DutyReport, PlanItem, WorkPlan
from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
SPRING = D(2025, 3, 31)
SEPTEMBER = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 9, 15))


@pytest.fixture
def town(world):
    """A town under a county, with a village that has a branch, and an agency."""
    world.organisation("县委", "committee", category="higher")
    world.organisation("镇党委", "committee", category="township", below="县委", evaluated=True)
    world.organisation("甲村", "general_branch", below="镇党委", evaluated=True)
    world.organisation("甲村一支部", below="甲村")
    world.organisation("财政所", category="agency", below="镇党委", evaluated=True)
    return world


def found(items):
    return {(item.organisation, item.label): (item.record, item.amounts) for item in items}


# ---- directives, plans ----------------------------------------------------------


def test_directives_are_conveyed_in_time_or_not_at_all(town, look):
    def receipt(title, due, done=None, *, of="甲村", gone=None, **values):
        directive = town.record(Directive, "镇党委", title=title, issued_on=D(2025, 1, 1), due_on=due, withdrawn_at=gone)
        return town.record(DirectiveReceipt, of, directive_id=directive, due_on=due, conveyed_on=done, **values)

    prompt, late = receipt("按期", D(2025, 3, 1), D(2025, 3, 1)), receipt("逾期", D(2025, 3, 1), D(2025, 3, 2), of="甲村一支部")
    missing, ahead = receipt("未传达", D(2025, 9, 15)), receipt("未到期", D(2025, 9, 16))
    early = receipt("提前", D(2025, 12, 31), D(2025, 9, 15))
    receipt("已撤回", D(2025, 3, 1), withdrawn_at=GONE)
    receipt("文件已撤回", D(2025, 3, 1), gone=GONE)
    receipt("去年", D(2024, 12, 31))
    receipt("明年", D(2026, 1, 1))
    assert found(look("directives_conveyed", SEPTEMBER)) == {
        ("甲村", "按期"): (("directive_receipt", prompt), (1, 1, 0, 0, 0)),
        ("甲村一支部", "逾期"): (("directive_receipt", late), (0, 1, 0, 0, 0)),
        ("甲村", "未传达"): (("directive_receipt", missing), (0, 1, 0, 0, 0)),
        ("甲村", "未到期"): (("directive_receipt", ahead), (0, 0, 0, 1, 0)),
        ("甲村", "提前"): (("directive_receipt", early), (1, 1, 0, 0, 0)),
    }
    assert {item.label for item in look("directives_conveyed", SEPTEMBER, only="甲村一支部")} == {"逾期"}


def test_plan_items_earn_half_when_late(town, look):
    plan = town.record(WorkPlan, "甲村", year=2025, title="计划")
    dropped = town.record(WorkPlan, "财政所", year=2025, title="计划", withdrawn_at=GONE)

    def item(task, due, done=None, *, of="甲村", work_plan=plan, **values):
        return town.record(PlanItem, of, work_plan_id=work_plan, task=task, due_on=due, completed_on=done, **values)

    item("按期", D(2025, 3, 1), D(2025, 2, 1))
    item("逾期", D(2025, 3, 1), D(2025, 9, 15))
    item("以后补做", D(2025, 3, 1), D(2025, 9, 16))
    item("逾期未做", D(2025, 3, 1))
    item("未到期", D(2025, 10, 1))
    item("已撤回", D(2025, 3, 1), withdrawn_at=GONE)
    item("计划已撤回", D(2025, 3, 1), of="财政所", work_plan=dropped)
    amounts = {item.label: item.amounts for item in look("plan_items_completed", SEPTEMBER)}
    assert amounts == {
        "按期": (1, 1, 0, 0, 0),
        "逾期": (0.5, 1, 0, 0, 0),
        "以后补做": (0, 1, 0, 0, 0.5),
        "逾期未做": (0, 1, 0, 0, 0.5),
        "未到期": (0, 0, 0, 1, 0),
    }
    strict = {item.label: item.amounts for item in look("plan_items_completed", SEPTEMBER, late=0)}
    assert strict["逾期"] == strict["逾期未做"] == (0, 1, 0, 0, 0)


# ---- debriefs ---------------------------------------------------------------------


def hold(town, host, on, **values):
    return town.record(DebriefRound, host, quarter=f"{on.year}-Q{(on.month + 2) // 3}", title="述职会", held_on=on, **values)


def debrief(town, of, number, on, **values):
    return town.record(Debrief, of, debrief_round_id=number, presented_on=on, **values)


def test_debriefs_are_due_in_quarters_with_a_round_above(town, look):
    spring = hold(town, "镇党委", D(2025, 3, 31))
    hold(town, "镇党委", D(2025, 5, 1))
    hold(town, "镇党委", D(2025, 8, 1), withdrawn_at=GONE)
    presented = debrief(town, "甲村", spring, D(2025, 3, 31))
    items = [item for item in look("debriefs_presented", 2025) if item.organisation in ("甲村", "甲村一支部", "财政所")]
    assert found(items) == {
        ("甲村", "2025-Q1"): (("debrief", presented), (1, 1, 0, 0, 0)),
        ("甲村", "2025-Q2"): (None, (0, 1, 0, 0, 0)),
        ("财政所", "2025-Q1"): (None, (0, 1, 0, 0, 0)),
        ("财政所", "2025-Q2"): (None, (0, 1, 0, 0, 0)),
    }
    assert look("debriefs_presented", 2025, only="甲村") == [item for item in items if item.organisation == "甲村"]


def test_a_round_of_the_county_calls_everybody_below_and_a_round_below_nobody_above(town, look):
    hold(town, "县委", D(2025, 2, 1))
    hold(town, "甲村", D(2025, 5, 1))
    due = [(item.organisation, item.label) for item in look("debriefs_presented", 2025) if "述职会" not in item.label]
    assert sorted(due) == sorted((name, "2025-Q1") for name in ("镇党委", "甲村", "财政所"))


def test_a_quarter_in_progress_may_still_get_its_round(town, look):
    hold(town, "镇党委", D(2025, 7, 1))
    future = [item.label for item in look("debriefs_presented", SEPTEMBER, only="甲村") if item.future]
    assert future == ["2025-Q3", "2025-Q4"]


def test_a_township_hosts_a_round_every_quarter(town, look):
    held = hold(town, "镇党委", D(2025, 3, 31))
    hold(town, "甲村", D(2025, 5, 1))
    assert found(look("debriefs_presented", 2025, only="镇党委")) == {
        ("镇党委", "2025-Q1 · 召开述职会"): (("debrief_round", held), (1, 1, 0, 0, 0)),
        **{("镇党委", f"2025-Q{n} · 召开述职会"): (None, (0, 1, 0, 0, 0)) for n in (2, 3, 4)},
    }


def test_debriefs_are_owed_while_evaluated_and_not_when_exempt(world, look):
    world.organisation("镇党委", "committee", category="township")
    for month in (2, 5, 8, 11):
        hold(world, "镇党委", D(2025, month, 1))
    world.organisation(
        "甲村", placed=[{"since": D(2015, 1, 1), "below": "镇党委"}, {"since": D(2025, 6, 1), "below": "镇党委", "evaluated": True}]
    )
    world.organisation("乙村", below="镇党委", evaluated=True)
    world.exempt("乙村", D(2025, 1, 1), D(2025, 9, 30), what="debriefs_presented")
    assert [(item.organisation, item.label) for item in look("debriefs_presented", 2025)] == [
        ("甲村", "2025-Q3"),
        ("甲村", "2025-Q4"),
        ("乙村", "2025-Q4"),
    ]


def test_ratings_are_averaged_and_awaited(town, look):
    number = hold(town, "镇党委", D(2025, 3, 31))

    def presented(of, *grades, on=SPRING, **values):
        held = debrief(town, of, number, on, **values)
        for rater, grade in enumerate(grades):
            town.record(DebriefRating, of, debrief_id=held, rater=f"评委{rater}", grade=grade, comment="实在")
        return held

    judged = presented("甲村", "good", "fairly_good", "poor")
    town.record(DebriefRating, "甲村", debrief_id=judged, rater="撤回", grade="poor", comment="重复", withdrawn_at=GONE)
    awaited = presented("财政所")
    presented("甲村一支部", "good", on=None)
    presented("镇党委", "good", withdrawn_at=GONE)
    assert found(look("debrief_ratings", 2025)) == {
        ("甲村", "2025-Q1"): (("debrief", judged), (0.616667, 1, 0, 0, 0)),
        ("财政所", "2025-Q1"): (("debrief", awaited), (0, 0, 1, 0, 0)),
    }
    assert look("debrief_ratings", 2025, only="甲村", good=0.9, fairly_good=0, fair=0)[0].numerator == 0.3


# ---- reports ----------------------------------------------------------------------


def test_agencies_and_townships_report_every_half_year(town, look):
    def report(of, on, half="2025-H1", **values):
        return town.record(DutyReport, of, leader="书记", half=half, reported_on=on, **values)

    first = report("财政所", D(2025, 6, 30))
    report("财政所", None, "2025-H2")
    report("镇党委", D(2025, 7, 1))
    report("镇党委", D(2025, 5, 1), "2024-H2", withdrawn_at=GONE)
    report("甲村", D(2025, 5, 1))
    items = look("duty_reports", 2025)
    assert [(item.organisation, item.label, item.numerator, item.denominator) for item in items] == [
        ("镇党委", "2025-H1", 0, 1),
        ("镇党委", "2025-H2", 1, 1),
        ("财政所", "2025-H1", 1, 1),
        ("财政所", "2025-H2", 0, 1),
    ]
    assert items[2].record == ("duty_report", first)
    assert look("duty_reports", 2025, only="甲村") == []
