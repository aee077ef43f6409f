"""Form and size of organisations: records in, items out."""

import datetime as dt

import pytest

from app.scoring.outcome import Period

D = dt.date


def people(world, of, count, **values):
    for number in range(count):
        world.member(f"{of}{len(world.members)}-{number}", of, **values)


@pytest.mark.parametrize(("form", "count", "fits"), [
    ("branch", 2, False), ("branch", 3, True), ("branch", 50, True), ("branch", 51, False),
    ("joint_branch", 2, False), ("joint_branch", 3, True),
    ("general_branch", 49, False), ("general_branch", 50, True), ("general_branch", 99, True), ("general_branch", 100, False),
    ("committee", 99, False), ("committee", 100, True),
])  # fmt: skip
def test_sizes_at_their_edges(world, look, form, count, fits):
    number = world.organisation("本组织", form)
    people(world, "本组织", count)
    assert [(item.record, item.amounts) for item in look("form_fits_size", 2025)] == [
        (("organisation", number), (1, 1, 0, 0, 0) if fits else (0, 1, 0, 0, 1))
    ]


def test_the_whole_subtree_counts_exempt_members_included_probationary_not(world, look):
    world.organisation("总支", "general_branch", evaluated=True)
    world.organisation("一支部", below="总支")
    world.organisation("二支部", below="总支", evaluated=True)
    people(world, "总支", 1)
    people(world, "一支部", 2)
    people(world, "一支部", 1, duty_exempt_reason="年老体弱", duty_exempt_from=D(2020, 1, 1))
    people(world, "二支部", 2)
    people(world, "二支部", 5, full_on=None)
    people(world, "二支部", 5, full_on=D(2026, 1, 1))
    people(world, "二支部", 5, until=D(2025, 12, 30))
    sizes = {"general_branch": (6, 6), "branch": (3, 3)}
    found = {item.organisation: item.numerator for item in look("form_fits_size", 2025, sizes=sizes)}
    assert found == {"总支": 1, "一支部": 1, "二支部": 0}


def test_scope_sees_the_members_below_its_organisations(world, look):
    world.organisation("总支", "general_branch")
    world.organisation("一支部", below="总支")
    people(world, "一支部", 50)
    assert [item.numerator for item in look("form_fits_size", 2025, only="总支")] == [1]


@pytest.mark.parametrize(("approval", "fits"), [("批复〔2024〕3号", 1), ("", 0), (None, 0)])
def test_an_approved_deviation_fits(world, look, approval, fits):
    world.organisation("甲支部", form_deviation_approval=approval)
    assert [item.numerator for item in look("form_fits_size", 2025)] == [fits]


def test_one_item_per_organisation_that_exists_on_the_day(world, look):
    world.organisation("县委", "committee", category="higher")
    world.organisation("未成立", since=D(2026, 1, 1), below="县委")
    world.organisation("已撤销", dissolved_on=D(2025, 12, 31), below="县委")
    world.organisation("次日撤销", dissolved_on=D(2026, 1, 1), below="县委")
    assert [item.organisation for item in look("form_fits_size", 2025)] == ["县委", "次日撤销"]


def test_the_subtree_is_that_of_the_day_of_evaluation(world, look):
    world.organisation("甲总支", "general_branch")
    world.organisation("乙总支", "general_branch")
    world.organisation("支部", placed=[{"since": D(2015, 1, 1), "below": "甲总支"}, {"since": D(2025, 7, 1), "below": "乙总支"}])
    people(world, "支部", 50)
    half = Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 12, 1))
    assert {item.organisation: item.numerator for item in look("form_fits_size", half)} == {"甲总支": 1, "乙总支": 0, "支部": 1}
    assert {item.organisation: item.numerator for item in look("form_fits_size", 2025)} == {"甲总支": 0, "乙总支": 1, "支部": 1}
