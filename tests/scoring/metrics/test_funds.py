"""Money, and rooms that are shared: records in, items out."""

import datetime as dt
from decimal import Decimal

import pytest

from app.models.resources import Fund, Venue, VenueUse
from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
HALF_WAY = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 6, 30))


@pytest.fixture
def town(world):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("机关支部", category="agency", below="镇党委")
    world.organisation("甲村", "general_branch", below="镇党委", evaluated=True)
    world.organisation("甲村一支部", below="甲村")
    world.organisation("企业支部", category="new_economic", below="甲村", evaluated=True)
    return world


def fund(world, of, amount, direction="in", to=None, on=D(2025, 3, 1), **values):  # noqa: B008
    to_id = None if to is None else world.organisations[to]
    fields = {"year": on.year, "fund_source": "fiscal", "direction": direction, "to_organisation_id": to_id}
    return world.record(Fund, of, **fields, amount=Decimal(amount), booked_on=on, **values)


def told(items):
    return {item.organisation: (item.record and item.record[1], item.numerator, item.denominator) for item in items}


# ---- funds --------------------------------------------------------------------------


def test_money_for_the_own_tree_against_two_hundred_yuan_a_member(town, look):
    for name, of in (("镇", "镇党委"), ("机", "机关支部"), ("村", "甲村"), ("一", "甲村一支部"), ("企", "企业支部")):
        town.member(name, of)
    town.member("免", "甲村", duty_exempt_reason="生病", duty_exempt_from=D(2025, 1, 1))
    later = fund(town, "镇党委", "100.10", "allocated", "甲村一支部")
    first = fund(town, "甲村", "19.99", on=D(2025, 1, 1))
    fund(town, "甲村", "1000", "out")
    fund(town, "甲村", "1000", on=D(2024, 12, 31))
    fund(town, "甲村", "1000", on=D(2026, 1, 1))
    fund(town, "甲村", "1000", withdrawn_at=GONE)
    rich = fund(town, "企业支部", "999999999999.99")
    assert later < first
    assert told(look("funds_guaranteed", 2025)) == {
        "镇党委": (None, 0, 400),
        "甲村": (first, 120.09, 400),
        "企业支部": (rich, 200, 200),
    }
    assert [item.fixable for item in look("funds_guaranteed", 2025)] == [400, 279.91, 0]
    assert told(look("funds_guaranteed", 2025, only="甲村")) == {"甲村": (first, 120.09, 400)}


@pytest.mark.parametrize(("period", "due"), [
    (Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 6, 30)), 300),
    (HALF_WAY, 297.534247),  # 600 × 181 / 365 = 297.53424657…
    (Period(D(2025, 1, 1), D(2025, 3, 31), D(2025, 1, 1)), 1.666667),  # 600 × 3 / 12 / 90
    (Period(D(2024, 1, 1), D(2025, 12, 31), D(2026, 3, 1)), 1200),
])  # fmt: skip
def test_what_is_due_follows_the_share_of_the_year(town, look, period, due):
    for name in ("张", "王", "李"):
        town.member(name, "甲村")
    assert told(look("funds_guaranteed", period))["甲村"] == (None, 0, due)
    assert told(look("funds_guaranteed", 2025, yuan_per_member=7))["甲村"] == (None, 0, 21)


def test_without_members_nothing_is_due(town, look):
    fund(town, "甲村", "100")
    assert look("funds_guaranteed", 2025) == []


def test_cents_are_counted_exactly(town, look):
    for number in range(30):
        town.member(f"党员{number}", "甲村")
    for _ in range(1000):
        fund(town, "甲村", "0.07")
    assert told(look("funds_guaranteed", 2025))["甲村"][1] == 70


def test_what_a_township_allocates_goes_to_villages_and_new_organisations(town, look):
    village = fund(town, "镇党委", "600.01", "allocated", "甲村")
    new = fund(town, "镇党委", "999999999999.99", "allocated", "企业支部")
    agency = fund(town, "镇党委", "250", "allocated", "机关支部")
    fund(town, "镇党委", "250", "allocated", "甲村", on=D(2024, 12, 31))
    fund(town, "镇党委", "250", "allocated", "甲村", withdrawn_at=GONE)
    fund(town, "镇党委", "250")
    fund(town, "甲村", "250", "allocated", "甲村一支部")
    items = {item.label: (item.organisation, item.record, item.numerator, item.denominator) for item in look("funds_tilted", 2025)}
    assert items == {
        "甲村": ("镇党委", ("fund", village), 600.01, 600.01),
        "企业支部": ("镇党委", ("fund", new), 999999999999.99, 999999999999.99),
        "机关支部": ("镇党委", ("fund", agency), 0, 250),
    }
    assert {item.label: bool(item.numerator) for item in look("funds_tilted", 2025, categories=["agency"])} == {
        "甲村": False,
        "企业支部": False,
        "机关支部": True,
    }


# ---- rooms --------------------------------------------------------------------------


def venue(world, of, since=D(2020, 1, 1), until=None, **values):  # noqa: B008
    return world.record(Venue, of, name="活动室", kind="activity_room", valid_from=since, valid_to=until, **values)


def use(world, found, by, on, **values):
    return world.record(VenueUse, by, venue_id=found, used_on=on, starts_at=dt.time(9), ends_at=dt.time(11), **values)


def test_rooms_are_used_by_organisations_outside_the_own_tree(town, look):
    room = venue(town, "甲村一支部")
    use(town, room, "甲村", D(2025, 2, 1))
    first = use(town, room, "企业支部", D(2025, 5, 1))
    township = use(town, room, "机关支部", D(2025, 8, 1))
    use(town, room, "机关支部", D(2025, 11, 1), withdrawn_at=GONE)
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("venues_shared", 2025)] == [
        ("甲村", "2025-Q1", None, (0, 1, 0, 0, 0)),
        ("甲村", "2025-Q2", ("venue_use", first), (1, 1, 0, 0, 0)),
        ("甲村", "2025-Q3", ("venue_use", township), (1, 1, 0, 0, 0)),
        ("甲村", "2025-Q4", None, (0, 1, 0, 0, 0)),
    ]
    assert look("venues_shared", 2025, only="甲村") == look("venues_shared", 2025)


def test_a_quarter_is_owed_with_a_room_and_evaluated_on_its_first_and_last_day(town, look):
    venue(town, "甲村", D(2025, 1, 2), D(2025, 9, 29))
    assert [item.label for item in look("venues_shared", 2025)] == ["2025-Q2"]
    venue(town, "甲村", D(2025, 9, 1))
    venue(town, "甲村", withdrawn_at=GONE)
    assert [item.label for item in look("venues_shared", 2025)] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert [item.amounts for item in look("venues_shared", HALF_WAY)] == [(0, 1, 0, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 1, 0)]
    town.organisation("乙村", placed=[{"since": D(2015, 1, 1), "evaluated": False}, {"since": D(2025, 5, 1), "evaluated": True}])
    venue(town, "乙村")
    assert [item.label for item in look("venues_shared", 2025, only="乙村")] == ["2025-Q3", "2025-Q4"]
