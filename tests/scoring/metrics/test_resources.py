"""Rooms and support for activities: records in, items out."""

import datetime as dt

import pytest
from pydantic import ValidationError

from app.models.resources import Fund, Venue, VenueUse
from app.scoring import registry

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
SPRING = D(2025, 3, 1)


@pytest.fixture
def places(world):
    """A village with a branch and an evaluated enterprise below it; a neighbour; all need a venue but the township."""
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("甲村", "general_branch", below="镇党委", evaluated=True, needs_venue=True)
    world.organisation("甲村一支部", below="甲村", needs_venue=True)
    world.organisation("企业", "general_branch", category="new_economic", below="甲村", evaluated=True, needs_venue=True)
    world.organisation("企业支部", category="new_economic", below="企业")
    world.organisation("邻村", below="镇党委")
    return world


def venue(world, of, kind="activity_room", **values):
    defaults = {"name": "会议室", "meets_standard": True, "valid_from": D(2020, 1, 1)}
    return world.record(Venue, of, kind=kind, **defaults | values)


def use(world, of, room, on=SPRING, **values):
    return world.record(VenueUse, of, venue_id=room, used_on=on, starts_at=dt.time(9), ends_at=dt.time(10), **values)


def fund(world, of, direction, source="fiscal", *, to=None, on=SPRING, **values):
    receiver = world.organisations[to] if to else None
    fields = {"year": 2025, "fund_source": source, "direction": direction, "amount": 100, "booked_on": on, "to_organisation_id": receiver}
    return world.record(Fund, of, **fields | values)


def first(look, metric, name, **values):
    [item] = look(metric, 2025, only=name, **values)
    return item.record, item.amounts


# ---- venues -----------------------------------------------------------------------


def test_one_venue_each_per_evaluated_organisation_that_needs_one(places, look):
    assert [(item.organisation, item.label, item.amounts) for item in look("venues_ready", 2025)] == [
        ("甲村", "活动阵地", (0, 1, 0, 0, 1)),
        ("企业", "活动阵地", (0, 1, 0, 0, 1)),
    ]


def test_an_own_tree_shares_its_rooms_and_ends_at_the_next_evaluated_organisation(places, look):
    room = venue(places, "甲村一支部")
    venue(places, "甲村", "service_centre")
    site = venue(places, "企业支部", "distance_site", valid_from=D(2019, 1, 1))
    assert first(look, "venues_ready", "甲村") == (("venue", room), (0.5, 1, 0, 0, 0.5))
    assert first(look, "venues_ready", "企业") == (("venue", site), (0.5, 1, 0, 0, 0.5))
    venue(places, "甲村", "distance_site")
    venue(places, "甲村", "distance_site")
    assert first(look, "venues_ready", "甲村") == (("venue", room), (1, 1, 0, 0, 0))
    assert first(look, "venues_ready", "甲村", activity_room=0.7, distance_site=0.3)[1] == (1, 1, 0, 0, 0)


@pytest.mark.parametrize("values", [
    {"meets_standard": False}, {"valid_to": D(2025, 12, 30)}, {"valid_from": D(2026, 1, 1)}, {"withdrawn_at": GONE}
])  # fmt: skip
def test_rooms_that_do_not_count(places, look, values):
    venue(places, "甲村", **values)
    use(places, "甲村", venue(places, "邻村", shared=True, **values))
    assert first(look, "venues_ready", "甲村")[1] == (0, 1, 0, 0, 1)


def test_shared_rooms_count_where_they_are_used(places, look):
    shared, closed = venue(places, "邻村", shared=True), venue(places, "邻村", "distance_site", shared=False)
    use(places, "甲村一支部", closed)
    use(places, "甲村一支部", shared, withdrawn_at=GONE)
    use(places, "甲村一支部", shared, D(2024, 12, 31))
    use(places, "企业支部", shared)
    assert first(look, "venues_ready", "甲村")[1] == (0, 1, 0, 0, 1)
    assert first(look, "venues_ready", "企业") == (("venue", shared), (0.5, 1, 0, 0, 0.5))
    use(places, "甲村一支部", shared)
    assert first(look, "venues_ready", "甲村") == (("venue", shared), (0.5, 1, 0, 0, 0.5))


# ---- support ----------------------------------------------------------------------


def test_only_new_organisations_are_supported(places, look):
    fund(places, "镇党委", "allocated", to="甲村")
    assert [(item.organisation, item.record, item.amounts) for item in look("activity_support", 2025)] == [("企业", None, (0, 1, 0, 0, 1))]


@pytest.mark.parametrize(("values", "earned"), [
    ({"of": "镇党委", "direction": "allocated", "to": "企业", "source": "dues"}, 0.5),
    ({"of": "镇党委", "direction": "allocated", "to": "企业支部"}, 0.5),
    ({"of": "企业", "direction": "in", "source": "owner"}, 0.5),
    ({"of": "企业支部", "direction": "in", "source": "fiscal"}, 0.5),
    ({"of": "企业", "direction": "in", "source": "dues"}, 0),
    ({"of": "企业", "direction": "out", "source": "owner"}, 0),
    ({"of": "企业", "direction": "allocated", "to": "邻村"}, 0),
    ({"of": "甲村", "direction": "in"}, 0),
    ({"of": "企业", "direction": "in", "on": D(2026, 1, 1)}, 0),
    ({"of": "企业", "direction": "in", "on": D(2024, 12, 31)}, 0),
    ({"of": "企业", "direction": "in", "withdrawn_at": GONE}, 0),
])  # fmt: skip
def test_money_that_counts(places, look, values, earned):
    number = fund(places, **values)
    assert first(look, "activity_support", "企业") == (("fund", number) if earned else None, (earned, 1, 0, 0, 1 - earned))


def test_a_room_of_ones_own_or_a_venue_used(places, look):
    room = venue(places, "邻村", "service_centre")
    used = use(places, "企业支部", room, D(2025, 6, 1))
    assert first(look, "activity_support", "企业") == (("venue_use", used), (0.5, 1, 0, 0, 0.5))
    own = venue(places, "企业", meets_standard=False)
    assert first(look, "activity_support", "企业") == (("venue", own), (0.5, 1, 0, 0, 0.5))
    fund(places, "企业", "in", "owner")
    assert first(look, "activity_support", "企业") == (("venue", own), (1, 1, 0, 0, 0))
    assert first(look, "activity_support", "企业", sources=["fiscal"], funds=0.3, place=0.7)[1] == (0.7, 1, 0, 0, 0.3)


@pytest.mark.parametrize(("metric", "values"), [("venues_ready", {"activity_room": 0.6}), ("activity_support", {"funds": 0.4})])
def test_shares_of_one_item_add_up(metric, values):
    with pytest.raises(ValidationError, match="之和应为1"):
        registry.metrics()[metric].completed(values)
