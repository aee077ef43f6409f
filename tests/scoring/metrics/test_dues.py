"""What all recurring dues have in common beside the cases of `tests/scoring/cases`."""

import datetime as dt

import pytest

D = dt.date
RECURRING = [
    "joint_organisations_active", "branches_active", "general_meetings", "committee_meetings", "group_meetings", "party_lectures",
    "theme_days", "organisation_life_meetings", "practice_activities",
]  # fmt: skip


@pytest.mark.parametrize("name", RECURRING)
def test_an_exemption_names_the_metric_it_waives(world, look, name):
    for what in (name, "all", "another"):
        world.organisation(what, "joint_branch", has_committee=True)
        world.group(f"{what}组", what)
        world.exempt(what, D(2025, 1, 1), D(2025, 12, 31), what=what)
    assert {item.organisation for item in look(name, 2025)} == {"another"}


def test_withdrawn_owners_and_exemptions_do_not_count(world, look):
    gone = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
    world.organisation("甲支部", withdrawn_at=gone)
    world.organisation("乙支部")
    world.group("一组", "乙支部", withdrawn_at=gone)
    world.exempt("乙支部", D(2025, 1, 1), withdrawn_at=gone)
    assert {item.organisation for item in look("general_meetings", 2025)} == {"乙支部"}
    assert look("group_meetings", 2025) == []
