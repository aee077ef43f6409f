"""Units, who covers them and who visits them: records in, items out."""

import datetime as dt

import pytest

from app.models.coverage import Liaison, LiaisonVisit, Unit
from app.scoring.outcome import Period
from tests.factories import LONG_AGO

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def village(world):
    world.organisation("甲村", evaluated=True)
    world.organisation("企业支部", category="new_economic", evaluated=True)
    world.organisation("旧企业支部", category="new_economic", dissolved_on=D(2025, 12, 31))
    return world


def unit(world, name, by=None, how="alone", *, since=LONG_AGO, of="甲村", **values):
    covering = {"covering_id": world.organisations[by] if by else None, "coverage": how if by else "none"}
    return world.record(Unit, of, name=name, kind="private_enterprise", valid_from=since, **covering | values)


def visit(world, of, *days, unit=None, since=LONG_AGO, **values):
    liaison = world.record(Liaison, of, leader="张书记", unit_id=unit, valid_from=since, **values)
    return [world.record(LiaisonVisit, of, liaison_id=liaison, visited_on=day, findings="已了解") for day in days]


def amounts(items):
    return {item.label: item.amounts for item in items}


YES, NO = (1, 1, 0, 0, 0), (0, 1, 0, 0, 1)


def test_units_are_covered_by_organisations_that_exist(village, look):
    first = unit(village, "单独", "企业支部")
    unit(village, "联合", "企业支部", "joint")
    unit(village, "没有")
    unit(village, "已撤销", "旧企业支部")
    unit(village, "当日停业", valid_to=D(2025, 12, 31))
    unit(village, "已停业", valid_to=D(2025, 12, 30))
    unit(village, "明年开业", since=D(2026, 1, 1))
    unit(village, "已撤回", withdrawn_at=GONE)
    items = look("units_covered", 2025)
    assert amounts(items) == {"单独": YES, "联合": YES, "没有": NO, "已撤销": NO, "当日停业": NO}
    assert {item.organisation for item in items} == {"甲村"}
    assert next(item.record for item in items if item.label == "单独") == ("unit", first)
    assert look("units_covered", 2025, only="企业支部") == []


def test_units_with_three_full_members_should_be_covered_alone(village, look):
    unit(village, "单独", "企业支部", full_members=3)
    unit(village, "联合", "企业支部", "joint", full_members=5)
    unit(village, "没有", full_members=3)
    unit(village, "已撤销", "旧企业支部", full_members=3)
    unit(village, "人少", full_members=2)
    assert amounts(look("units_covered_alone", 2025)) == {"单独": YES, "联合": NO, "没有": NO, "已撤销": NO}
    assert set(amounts(look("units_covered_alone", 2025, full_members=5))) == {"联合"}


def test_work_covers_a_unit_by_somebody_who_helps_and_somebody_who_comes(village, look):
    seen = {
        "指导员": {"instructor": "李四"},
        "群团": {"mass_organisation": "工会"},
        "空白": {"instructor": "", "mass_organisation": None},
        "两者皆无": {},
    }
    for name, values in seen.items():
        visit(village, "甲村", D(2025, 3, 1), unit=unit(village, name, **values))
    unit(village, "无人走访", instructor="李四")
    visit(village, "甲村", D(2024, 12, 31), D(2026, 1, 1), unit=unit(village, "窗口以外", instructor="李四"))
    visit(village, "甲村", D(2025, 3, 1), unit=unit(village, "联系已撤回", instructor="李四"), withdrawn_at=GONE)
    visit(village, "甲村", D(2025, 3, 1), unit=unit(village, "组织已撤销", "旧企业支部", instructor="李四"))
    unit(village, "已覆盖", "企业支部", "joint")
    assert amounts(look("units_work_covered", 2025)) == {
        "指导员": YES,
        "群团": YES,
        "空白": NO,
        "两者皆无": NO,
        "无人走访": NO,
        "窗口以外": NO,
        "联系已撤回": NO,
        "组织已撤销": YES,
    }
    assert amounts(look("units_work_covered", 2025, visits=2))["指导员"] == NO


def test_new_organisations_are_visited_every_quarter(village, look):
    village.organisation("未考评", category="new_social")
    first, _ = visit(village, "企业支部", D(2025, 2, 1), D(2025, 8, 1), valid_to=D(2025, 8, 31))
    visit(village, "甲村", D(2025, 5, 1))
    items = look("liaison_visits", 2025)
    assert [(item.organisation, item.label, item.amounts) for item in items] == [
        ("企业支部", f"2025-Q{n}", (n in (1, 3), 1, 0, 0, 0)) for n in (1, 2, 3, 4)
    ]
    assert items[0].record == ("liaison_visit", first)


def test_units_with_a_liaison_and_not_covered_alone_are_visited_by_their_own_dates(village, look):
    late = unit(village, "五月开业", since=D(2025, 5, 1))
    visit(village, "甲村", D(2025, 6, 1), unit=late)
    visit(village, "甲村", unit=unit(village, "联合", "企业支部", "joint"))
    visit(village, "甲村", D(2025, 2, 1), unit=unit(village, "单独", "企业支部"))
    visit(village, "甲村", D(2025, 2, 1), unit=unit(village, "联系已结束"), valid_to=D(2025, 12, 30))
    visit(village, "甲村", unit=unit(village, "停业", valid_to=D(2025, 6, 30)))
    unit(village, "没有联系人")
    items = look("liaison_visits", 2025, only="甲村")
    assert {item.label: item.amounts for item in items} == {
        "2025-Q2 · 五月开业": (1, 1, 0, 0, 0),
        "2025-Q3 · 五月开业": (0, 1, 0, 0, 0),
        "2025-Q4 · 五月开业": (0, 1, 0, 0, 0),
        **{f"2025-Q{n} · 联合": (0, 1, 0, 0, 0) for n in (1, 2, 3, 4)},
        **{f"2025-Q{n} · 停业": (0, 1, 0, 0, 0) for n in (1, 2)},
    }
    halfway = look("liaison_visits", Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 8, 1)), only="甲村")
    assert {item.label for item in halfway if item.future} == {
        f"2025-Q{n} · {name}" for n in (3, 4) for name in ("五月开业", "联合", "联系已结束")
    }
