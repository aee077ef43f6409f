"""Elections, committees, secretaries and reserves of evaluated organisations: records in, items out."""

import datetime as dt

import pytest

from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
READERS = ["elections_in_term", "committee_filled", "reserve_talent"]


@pytest.fixture
def village(world):
    """An evaluated village whose branch below is not."""
    world.organisation("镇党委", "committee", category="township", evaluated=True, has_committee=True, committee_seats=3)
    world.organisation("甲村", below="镇党委", evaluated=True)
    world.organisation("甲村二支部", below="甲村")
    return world


def of(items, organisation="甲村"):
    return [item for item in items if item.organisation == organisation]


@pytest.mark.parametrize("metric", READERS)
def test_only_evaluated_organisations_that_exist_on_the_day_owe(village, look, metric):
    village.organisation("乙村", evaluated=True, dissolved_on=D(2025, 12, 31))
    village.organisation("丙村", placed=[{"since": D(2015, 1, 1), "evaluated": True}, {"since": D(2025, 12, 31), "evaluated": False}])
    village.organisation("丁村", placed=[{"since": D(2015, 1, 1), "evaluated": False}, {"since": D(2025, 12, 31), "evaluated": True}])
    assert {item.organisation for item in look(metric, 2025)} == {"镇党委", "甲村", "丁村"}


# ---- elections ------------------------------------------------------------------

TWO, DIRECT = "two_recommendations_one_election", "open_recommendation_direct_election"


@pytest.mark.parametrize(("category", "method", "counts"), [
    ("village", TWO, 1), ("village", DIRECT, 1), ("village", "member_assembly", 0), ("village", "appointed", 0),
    ("community", DIRECT, 1), ("community", "member_assembly", 0),
    ("agency", "member_assembly", 1), ("agency", TWO, 1), ("agency", "party_congress", 0),
    ("new_economic", "member_assembly", 1), ("new_social", DIRECT, 1), ("new_social", "appointed", 0),
    ("township", "party_congress", 1), ("township", TWO, 0),
])  # fmt: skip
def test_methods_allowed_per_category(world, look, category, method, counts):
    world.organisation("本组织", category=category, evaluated=True)
    found = world.election("本组织", D(2023, 3, 1), method, D(2028, 3, 1))
    assert [(item.record, item.numerator) for item in look("elections_in_term", 2025)] == [(("election", found), counts)]


def test_methods_are_a_parameter_per_category_that_keeps_the_others(world, look):
    world.organisation("甲村", evaluated=True)
    world.organisation("乙社区", evaluated=True, category="community")
    for name in ("甲村", "乙社区"):
        world.election(name, D(2023, 3, 1), "member_assembly", D(2028, 3, 1))
    found = look("elections_in_term", 2025, methods={"village": ["member_assembly"]})
    assert [item.numerator for item in found] == [1, 0]


def test_the_latest_election_held_by_the_day_decides(village, look):
    village.election("甲村", D(2020, 12, 31), TWO, D(2025, 12, 31))
    assert of(look("elections_in_term", 2025))[0].amounts == (1, 1, 0, 0, 0)
    village.election("甲村", D(2026, 1, 1), "appointed", D(2031, 1, 1))
    assert of(look("elections_in_term", 2025))[0].numerator == 1
    village.election("甲村", D(2025, 2, 1), TWO, D(2025, 12, 30))
    assert of(look("elections_in_term", 2025))[0].amounts == (0, 1, 0, 0, 1)
    village.election("甲村", D(2025, 3, 1), TWO, D(2030, 3, 1), withdrawn_at=GONE)
    assert of(look("elections_in_term", 2025))[0].numerator == 0


def test_no_election_earns_nothing(village, look):
    village.election("甲村二支部", D(2023, 3, 1), TWO, D(2028, 3, 1))
    item = of(look("elections_in_term", 2025))[0]
    assert (item.record, item.amounts) == (None, (0, 1, 0, 0, 1))


# ---- committees -------------------------------------------------------------------


def test_cross_appointments_count_posts_that_exist_in_villages_and_communities(village, look):
    village.organisation("乙社区", category="community", evaluated=True)
    village.organisation("丙机关", category="agency", evaluated=True)
    for name in ("书记", "委员", "离任", "下级", "镇委员", "机关委员", "社区委员"):
        village.member(name, "甲村")
    first = village.post("书记", "甲村", "secretary", village_post="村委会主任")
    village.post("委员", "甲村", village_post="")
    village.post("离任", "甲村", until=D(2025, 12, 30), village_post="委员")
    village.post("下级", "甲村二支部", village_post="委员")
    village.post("镇委员", "镇党委", village_post="委员")
    village.post("机关委员", "丙机关", village_post="委员")
    village.post("社区委员", "乙社区", since=D(2025, 12, 31), village_post="居委会副主任")
    assert [(item.organisation, item.label, item.amounts) for item in look("cross_appointments", 2025)] == [
        ("甲村", "书记", (1, 1, 0, 0, 0)),
        ("甲村", "委员", (0, 1, 0, 0, 1)),
        ("乙社区", "社区委员", (1, 1, 0, 0, 0)),
    ]
    assert look("cross_appointments", 2025)[0].record == ("position", first)


def test_seats_are_filled_by_distinct_people_at_most_the_seats(village, look):
    village.organisation("满编村", evaluated=True, has_committee=True, committee_seats=3)
    for name in ("赵", "钱", "孙", "李"):
        village.member(name, "满编村")
        village.post(name, "满编村", since=D(2024, 1, 1))
    village.post("赵", "镇党委", "secretary", since=D(2024, 5, 1))
    earliest = village.post("赵", "镇党委", "organisation_commissioner", since=D(2024, 4, 1))
    village.post("钱", "镇党委", until=D(2025, 6, 30))
    found = {item.organisation: (item.record, item.amounts) for item in look("committee_filled", 2025)}
    assert found["镇党委"] == (("position", earliest), (1, 3, 0, 0, 2))
    assert found["满编村"][1] == (3, 3, 0, 0, 0)
    assert found["甲村"] == (None, (0, 1, 0, 0, 1))


def test_without_a_committee_the_secretary_is_the_one_seat(village, look):
    village.member("副书记", "甲村")
    village.post("副书记", "甲村", "deputy_secretary")
    assert of(look("committee_filled", 2025))[0].amounts == (0, 1, 0, 0, 1)
    village.member("书记", "甲村")
    post = village.post("书记", "甲村", "secretary", since=D(2025, 12, 31))
    assert (of(look("committee_filled", 2025))[0].record, of(look("committee_filled", 2025))[0].amounts) == (
        ("position", post),
        (1, 1, 0, 0, 0),
    )


@pytest.mark.parametrize(("born", "on", "young"), [
    (D(1981, 1, 1), D(2025, 12, 31), 1),
    (D(1980, 12, 31), D(2025, 12, 31), 0),
    (D(1979, 3, 1), D(2024, 2, 29), 1),
    (D(1979, 2, 28), D(2024, 2, 29), 0),
])  # fmt: skip
def test_young_is_younger_than_45_on_the_day(village, look, born, on, young):
    village.member("书记", "甲村", birth_date=born)
    village.member("委员", "甲村", birth_date=None)
    village.post("书记", "甲村", "secretary")
    village.post("委员", "甲村")
    period = Period(D(on.year, 1, 1), D(on.year, 12, 31), on)
    assert [item.amounts for item in look("committee_young", period)] == [(young, 1, 0, 0, 1 - young)]
    assert [item.numerator for item in look("committee_young", period, younger_than=18)] == [0]


@pytest.mark.parametrize(("category", "owes"), [
    ("village", 1), ("community", 1), ("township", 1), ("agency", 0), ("new_economic", 0), ("new_social", 0),
])  # fmt: skip
def test_age_is_asked_of_villages_communities_and_townships(world, look, category, owes):
    world.organisation("本组织", category=category, evaluated=True)
    world.member("书记", "本组织", birth_date=D(1990, 1, 1))
    world.post("书记", "本组织", "secretary")
    assert len(look("committee_young", 2025)) == owes


# ---- secretaries ------------------------------------------------------------------


def test_the_appraisal_of_a_secretary_is_the_mean_of_means_rounded_half_up(village, look):
    for name in ("书记", "前书记"):
        village.member(name, "甲村")
    village.post("书记", "甲村", "secretary", since=D(2025, 3, 1))
    village.post("前书记", "甲村", "secretary", until=D(2025, 2, 28))
    village.sheet("书记", "甲村", D(2025, 8, 1), 100, 100, 100, 100)
    first = village.sheet("书记", "甲村", D(2025, 7, 1), 80, 85, 90, 91)
    village.sheet("书记", "甲村", D(2025, 9, 1), 60, 70, 80, 90)
    village.sheet("书记", "甲村", D(2026, 1, 1), 0, 0, 0, 0)
    village.sheet("书记", "甲村", D(2025, 9, 1), 0, 0, 0, 0, withdrawn_at=GONE)
    village.sheet("书记", "镇党委", D(2025, 9, 1), 0, 0, 0, 0)
    village.sheet("前书记", "甲村", D(2025, 1, 5), 0, 0, 0, 0)
    assert [(item.label, item.record, item.amounts) for item in look("leader_appraisal", 2025)] == [
        ("书记", ("leader_appraisal", first), (0.871667, 1, 0, 0, 0))  # (400 + 346 + 300) / 1200 = 0.8716666…
    ]


def test_a_secretary_nobody_has_appraised_is_pending(village, look):
    village.member("书记", "甲村")
    village.post("书记", "甲村", "secretary")
    village.post("书记", "甲村二支部", "secretary")
    village.post("书记", "镇党委", "deputy_secretary")
    assert [(item.organisation, item.record, item.amounts) for item in look("leader_appraisal", 2025)] == [("甲村", None, (0, 0, 1, 0, 0))]


@pytest.mark.parametrize(("background", "counts"), [
    ("entrepreneur", 1), ("professional_farmer", 1), ("veteran", 1), ("graduate", 1), ("returned_worker", 1),
    ("cadre", 0), ("other", 0), (None, 0),
])  # fmt: skip
def test_capable_secretaries_by_background(village, look, background, counts):
    village.member("书记", "甲村")
    post = village.post("书记", "甲村", "secretary", background=background)
    village.post("书记", "甲村", "member", background="veteran")
    assert [(item.organisation, item.record, item.amounts) for item in look("capable_secretary", 2025)] == [
        ("甲村", ("position", post), (counts, 1, 0, 0, 1 - counts))
    ]


def test_a_village_without_secretary_owes_a_capable_one(village, look):
    assert [(item.organisation, item.record, item.amounts) for item in look("capable_secretary", 2025)] == [("甲村", None, (0, 1, 0, 0, 1))]


# ---- reserves ---------------------------------------------------------------------


def test_two_reserve_cadres_per_organisation(village, look):
    assert of(look("reserve_talent", 2025))[0].amounts == (0, 2, 0, 0, 2)
    later = village.talent("小王", "甲村", "reserve_cadre", since=D(2025, 3, 1))
    village.talent("小陈", "甲村", "reserve_cadre", until=D(2025, 12, 30))
    village.talent("小林", "甲村", "graduate")
    village.talent("小吴", "甲村二支部", "reserve_cadre")
    item = of(look("reserve_talent", 2025))[0]
    assert (item.record, item.amounts) == (("talent_reserve", later), (1, 2, 0, 0, 1))
    for name in ("小李", "小周"):
        village.talent(name, "甲村", "reserve_cadre")
    assert of(look("reserve_talent", 2025))[0].amounts == (2, 2, 0, 0, 0)


@pytest.mark.parametrize(("category", "owes"), [
    ("village", 1), ("community", 1), ("new_economic", 1), ("new_social", 1), ("agency", 0), ("township", 0),
])  # fmt: skip
def test_graduates_and_scarce_talents_serve_villages_communities_and_new_organisations(world, look, category, owes):
    world.organisation("本组织", category=category, evaluated=True)
    world.talent("小王", "本组织", "reserve_cadre")
    assert [item.amounts for item in look("graduates_serving", 2025)] == [(0, 1, 0, 0, 1)] * owes
    for kind in ("graduate", "scarce_talent"):
        world.talent(kind, "本组织", kind)
    assert [item.amounts for item in look("graduates_serving", 2025)] == [(1, 1, 0, 0, 0)] * owes
