"""Appraisals and volunteering of single members: records in, items out."""

import datetime as dt

import pytest

from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def branch(world):
    world.organisation("甲支部")
    world.organisation("乙支部")
    return world


def test_members_are_full_or_probationary_not_exempt_with_a_membership_that_day(branch, look):
    branch.member("正式", "甲支部")
    branch.member("预备", "甲支部", full_on=None, admitted_on=D(2025, 11, 1), status="probationary")
    branch.member("明年转正", "甲支部", full_on=D(2026, 2, 1))
    branch.member("明年入党", "甲支部", full_on=None, admitted_on=D(2026, 1, 1), since=D(2026, 1, 1))
    branch.member("已出党", "甲支部", until=D(2025, 12, 30), status="left")
    branch.member("当日离开", "甲支部", until=D(2025, 12, 31), status="left")
    branch.member("当日到来", "甲支部", since=D(2025, 12, 31))
    branch.member("没有支部", None)
    branch.member("免予", "甲支部", duty_exempt_reason="年老体弱", duty_exempt_from=D(2025, 12, 31))
    branch.member("免予已过", "甲支部", duty_exempt_reason="生病", duty_exempt_from=D(2025, 1, 1), duty_exempt_to=D(2025, 12, 30))
    branch.member("已撤回", "甲支部", withdrawn_at=GONE)
    everyone = {item.label for item in look("volunteering", 2025)}
    assert everyone == {"正式", "预备", "明年转正", "当日离开", "当日到来", "免予已过"}
    assert {item.label for item in look("member_appraisals", 2025)} == {f"2025 · {name}" for name in everyone - {"预备", "明年转正"}}


def test_volunteering_counts_presence_or_lateness_anywhere_in_the_window(branch, look):
    later = branch.activity("乙支部", "volunteering", D(2025, 6, 1))
    sooner = branch.activity("甲支部", "volunteering", D(2025, 3, 1))
    others = [
        branch.activity("甲支部", "volunteering", D(2024, 12, 31)),
        branch.activity("甲支部", "volunteering", D(2025, 4, 1), status="cancelled"),
        branch.activity("甲支部", "practice", D(2025, 4, 1)),
    ]
    for name, status in [("到会", "present"), ("迟到", "late"), ("请假", "leave"), ("缺席", "absent"), ("免予参加", "exempt")]:
        branch.member(name, "甲支部")
        branch.attend(later, "乙支部", name, status)
    branch.attend(sooner, "甲支部", "到会")
    branch.member("别处", "甲支部")
    for other in others:
        branch.attend(other, "甲支部", "别处")
    branch.attend(sooner, "甲支部", "别处", withdrawn_at=GONE)
    found = {item.label: (item.record, item.amounts) for item in look("volunteering", 2025)}
    missing = (None, (0, 1, 0, 0, 1))
    assert found == {
        "到会": (("activity", sooner), (1, 1, 0, 0, 0)),
        "迟到": (("activity", later), (1, 1, 0, 0, 0)),
        "请假": missing,
        "缺席": missing,
        "免予参加": missing,
        "别处": missing,
    }


def test_items_belong_to_the_organisation_of_the_membership_on_the_day(branch, look):
    branch.member("张三", "甲支部", until=D(2025, 6, 30))
    branch.join("张三", "乙支部", D(2025, 7, 1))
    branch.grade("张三", "甲支部", 2025)
    served = branch.activity("甲支部", "volunteering", D(2025, 2, 1))
    branch.attend(served, "甲支部", "张三")
    for metric in ("volunteering", "member_appraisals"):
        assert [(item.organisation, item.numerator) for item in look(metric, 2025)] == [("乙支部", 1)]
        assert look(metric, 2025, only="甲支部") == []


def test_appraisals_are_future_until_the_year_ends_or_the_branch_begins(branch, look):
    for name in ("张三", "李四"):
        branch.member(name, "甲支部")
    branch.member("王五", "乙支部")
    graded = branch.grade("张三", "甲支部", 2025)
    branch.grade("李四", "甲支部", 2024)
    branch.grade("李四", "甲支部", 2025, withdrawn_at=GONE)
    november = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 11, 30))
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("member_appraisals", november)] == [
        ("甲支部", "2025 · 张三", ("member_appraisal", graded), (1, 1, 0, 0, 0)),
        ("甲支部", "2025 · 李四", None, (0, 1, 0, 0, 1)),
        ("乙支部", "2025 · 王五", None, (0, 0, 0, 1, 0)),
    ]
    assert [item.amounts for item in look("member_appraisals", 2025)][2] == (0, 1, 0, 0, 1)


def test_the_year_of_an_appraisal_decides_not_its_day(branch, look):
    branch.member("张三", "甲支部")
    branch.grade("张三", "甲支部", 2025, appraised_on=D(2026, 1, 20))
    assert [item.numerator for item in look("member_appraisals", 2025)] == [1]
    assert [item.numerator for item in look("member_appraisals", 2026)] == [0]


def test_a_grade_of_the_former_branch_in_a_running_year_helps(branch, look):
    branch.member("张三", "甲支部", until=D(2025, 6, 30))
    branch.join("张三", "乙支部", D(2025, 7, 1))
    branch.member("李四", "乙支部")
    branch.grade("张三", "甲支部", 2025)
    items = look("member_appraisals", Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 11, 30)))
    assert [(item.label, item.amounts) for item in items] == [("2025 · 张三", (1, 1, 0, 0, 0)), ("2025 · 李四", (0, 0, 0, 1, 0))]


def test_appraisals_are_owed_for_the_years_that_end_in_the_period(branch, look):
    branch.member("张三", "甲支部")
    assert [item.label for item in look("member_appraisals", Period(D(2024, 7, 1), D(2025, 12, 31), D(2026, 1, 1)))] == [
        "2024 · 张三",
        "2025 · 张三",
    ]
    assert look("member_appraisals", Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 6, 30))) == []
