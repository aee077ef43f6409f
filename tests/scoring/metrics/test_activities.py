"""Meetings and other activities: records in, items out."""

import datetime as dt

from app.scoring.outcome import Period

D = dt.date


def labels(items, *, held=None, future=None):
    return [
        item.label for item in items if (held is None or bool(item.numerator) == held) and (future is None or bool(item.future) == future)
    ]


def test_one_item_per_quarter_with_its_record_or_without(world, look):
    world.organisation("甲支部")
    first = world.activity("甲支部", "general_meeting", D(2025, 2, 3))
    items = look("general_meetings", 2025)
    assert [(item.label, item.record, item.amounts) for item in items] == [
        ("2025-Q1", ("activity", first), (1, 1, 0, 0, 0)),
        ("2025-Q2", None, (0, 1, 0, 0, 0)),
        ("2025-Q3", None, (0, 1, 0, 0, 0)),
        ("2025-Q4", None, (0, 1, 0, 0, 0)),
    ]


def test_of_several_records_in_a_slot_the_earliest_by_day_then_id_is_named(world, look):
    world.organisation("甲支部")
    late = world.activity("甲支部", "general_meeting", D(2025, 3, 9))
    early = world.activity("甲支部", "general_meeting", D(2025, 1, 20))
    world.activity("甲支部", "general_meeting", D(2025, 1, 20))
    assert late < early
    assert look("general_meetings", 2025)[0].record == ("activity", early)


def test_planned_cancelled_withdrawn_and_other_kinds_hold_nothing(world, look):
    world.organisation("甲支部")
    for values in ({"status": "planned"}, {"status": "cancelled"}, {"withdrawn_at": dt.datetime(2025, 5, 1, tzinfo=dt.UTC)}):
        world.activity("甲支部", "general_meeting", D(2025, 2, 3), **values)
    world.activity("甲支部", "committee_meeting", D(2025, 2, 3))
    world.activity("甲支部", "general_meeting", D(2026, 1, 1))
    world.activity("甲支部", "general_meeting", D(2024, 12, 31))
    assert sum(item.numerator for item in look("general_meetings", 2025)) == 0


def test_a_record_after_the_day_of_evaluation_is_not_seen_yet(world, look):
    world.organisation("甲支部")
    world.activity("甲支部", "general_meeting", D(2025, 8, 20))
    items = look("general_meetings", Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 8, 19)))
    assert labels(items, future=True) == ["2025-Q3", "2025-Q4"]
    assert labels(items, future=False) == ["2025-Q1", "2025-Q2"]


def test_committees_and_general_branches_owe_no_branch_meetings(world, look):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("总支", "general_branch", below="镇党委", evaluated=True)
    for metric in ("general_meetings", "committee_meetings", "party_lectures", "theme_days", "branches_active", "practice_activities"):
        assert look(metric, 2025) == []


def test_party_groups_owe_their_own_months(world, look):
    world.organisation("甲支部")
    world.group("第一党小组", "甲支部")
    world.group("第二党小组", "甲支部", since=D(2025, 11, 1))
    world.group("旧党小组", "甲支部", until=D(2025, 1, 30))
    met = world.activity("甲支部", "group_meeting", D(2025, 12, 5), group="第二党小组")
    world.activity("甲支部", "group_meeting", D(2025, 12, 6))
    items = look("group_meetings", 2025)
    assert len(items) == 12 + 2
    assert [(item.label, item.record) for item in items if item.record] == [("2025-12 · 第二党小组", ("activity", met))]
    assert {item.organisation for item in items} == {"甲支部"}


def test_committee_meetings_are_due_while_there_is_a_committee(world, look):
    world.organisation(
        "甲支部",
        placed=[
            {"since": D(2015, 1, 1), "has_committee": False},
            {"since": D(2025, 3, 1), "has_committee": True},
            {"since": D(2025, 6, 30), "has_committee": False},
        ],
    )
    world.organisation("乙支部")
    for on in (D(2025, 1, 10), D(2025, 4, 10), D(2025, 6, 5), D(2025, 7, 5)):
        world.activity("甲支部", "committee_meeting", on)
    world.activity("乙支部", "committee_meeting", D(2025, 4, 10))
    items = look("committee_meetings", 2025)
    assert {item.organisation for item in items} == {"甲支部"}
    assert labels(items, held=True) == ["2025-04", "2025-06"]
    assert labels(items, held=False) == ["2025-03", "2025-05"]


def test_a_placement_that_changes_in_mid_slot_but_keeps_the_committee_leaves_the_slot_due(world, look):
    world.organisation("镇党委", "committee", category="township")
    world.organisation("村党总支", "general_branch", below="镇党委")
    world.organisation(
        "甲支部", placed=[{"since": D(2015, 1, 1), "below": "镇党委"}, {"since": D(2025, 5, 15), "below": "村党总支"}], has_committee=True
    )
    assert len(look("committee_meetings", 2025)) == 12


def test_a_committee_in_place_on_the_day_of_evaluation_makes_the_running_month_future(world, look):
    world.organisation("甲支部", placed=[{"since": D(2015, 1, 1)}, {"since": D(2025, 11, 10), "has_committee": True}])
    items = look("committee_meetings", Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 11, 20)))
    assert [(item.label, item.future) for item in items] == [("2025-11", 1), ("2025-12", 1)]


def test_what_is_shared_counts_for_every_branch_below_in_the_same_own_tree(world, look):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("机关支部", category="agency", below="镇党委")
    world.organisation("村党总支", "general_branch", below="镇党委", evaluated=True)
    world.organisation("片区总支", "general_branch", below="村党总支")
    world.organisation("一支部", below="村党总支")
    world.organisation("二支部", "joint_branch", below="片区总支")
    world.organisation("企业支部", below="村党总支", category="new_economic", evaluated=True)
    township = world.activity("镇党委", "party_lecture", D(2025, 2, 1))
    village = world.activity("村党总支", "party_lecture", D(2025, 5, 1))
    world.activity("片区总支", "party_lecture", D(2025, 8, 1))
    own = world.activity("二支部", "party_lecture", D(2025, 7, 1))
    records = {(item.organisation, item.label): item.record[1] for item in look("party_lectures", 2025) if item.record}
    assert records == {
        ("机关支部", "2025-Q1"): township,
        ("一支部", "2025-Q2"): village,
        ("二支部", "2025-Q2"): village,
        ("二支部", "2025-Q3"): own,
    }


def test_six_kinds_are_shared_and_meetings_are_not(world, look):
    world.organisation("村党总支", "general_branch", evaluated=True)
    world.organisation("一支部", below="村党总支")
    for month, kind in enumerate(
        ("party_lecture", "theme_day", "practice", "volunteering", "general_meeting", "committee_meeting", "other")
    ):
        world.activity("村党总支", kind, D(2025, 1 + month, 1))
    assert labels(look("theme_days", 2025), held=True) == ["2025-02"]
    assert labels(look("practice_activities", 2025), held=True) == ["2025-Q1", "2025-Q2"]
    assert labels(look("branches_active", 2025), held=True) == ["2025-Q1", "2025-Q2"]
    assert labels(look("general_meetings", 2025), held=True) == []
    assert labels(look("practice_activities", 2025, kinds=["practice"]), held=True) == ["2025-Q1"]


def test_a_branch_is_not_credited_with_what_was_shared_before_it_was_founded_or_after_it_ended(world, look):
    world.organisation("村党总支", "general_branch", evaluated=True)
    world.organisation("新支部", below="村党总支", since=D(2025, 6, 10))
    world.organisation("旧支部", below="村党总支", dissolved_on=D(2025, 6, 10))
    for month in (1, 5, 9):
        world.activity("村党总支", "party_lecture", D(2025, month, 9))
    items = look("party_lectures", 2025)
    assert [(item.organisation, item.label) for item in items if item.numerator] == [
        ("新支部", "2025-Q3"),
        ("旧支部", "2025-Q1"),
        ("旧支部", "2025-Q2"),
    ]


def test_what_is_shared_follows_the_tree_as_of_the_day_of_evaluation(world, look):
    world.organisation("甲村总支", "general_branch", evaluated=True)
    world.organisation("乙村总支", "general_branch", evaluated=True)
    world.organisation("一支部", placed=[{"since": D(2015, 1, 1), "below": "甲村总支"}, {"since": D(2025, 7, 1), "below": "乙村总支"}])
    world.activity("甲村总支", "party_lecture", D(2025, 2, 1))
    world.activity("乙村总支", "party_lecture", D(2025, 5, 1))
    assert labels(look("party_lectures", 2025), held=True) == ["2025-Q2"]
    assert labels(look("party_lectures", Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 6, 30))), held=True) == ["2025-Q1"]


def test_joint_organisations_live_by_what_is_held_in_them_or_below(world, look):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("产业链总支", "general_branch", below="镇党委", joint_kind="industry_chain")
    world.organisation("企业支部", below="产业链总支", category="new_economic")
    world.organisation("联合支部", "joint_branch", below="镇党委")
    world.organisation("普通支部", below="镇党委")
    world.activity("企业支部", "other", D(2025, 1, 5))
    world.activity("产业链总支", "mutual_aid", D(2025, 4, 5))
    world.activity("镇党委", "party_lecture", D(2025, 7, 5))
    items = look("joint_organisations_active", 2025)
    assert [(item.organisation, item.label) for item in items if item.numerator] == [("产业链总支", "2025-Q1"), ("产业链总支", "2025-Q2")]
    assert len(items) == 8


def test_attendance_sums_heads_of_the_five_kinds(world, look):
    world.organisation("甲支部")
    world.organisation("镇党委", "committee", category="township")
    crowd = world.activity("镇党委", "party_lecture", D(2025, 3, 1), expected_count=3000, present_count=2999)
    for kind in ("general_meeting", "committee_meeting", "group_meeting", "theme_day"):
        world.activity("甲支部", kind, D(2025, 3, 1), expected_count=10, present_count=7)
    for kind in ("organisation_life", "practice", "other"):
        world.activity("甲支部", kind, D(2025, 3, 1), expected_count=10, present_count=1)
    world.activity("甲支部", "general_meeting", D(2025, 4, 1))
    world.activity("甲支部", "general_meeting", D(2025, 4, 1), expected_count=5, status="cancelled")
    items = look("attendance", 2025)
    assert [item.amounts for item in items] == [(7, 10, 0, 0, 0)] * 4 + [(2999, 3000, 0, 0, 0)]
    assert items[-1].record == ("activity", crowd)
    assert len(look("attendance", 2025, kinds=["theme_day"])) == 1


def test_small_scale_leaves_out_the_meetings_that_must_be_central(world, look):
    world.organisation("甲支部")
    for kind in ("general_meeting", "committee_meeting", "organisation_life", "democratic_appraisal"):
        world.activity("甲支部", kind, D(2025, 3, 1), form="group")
    for form in ("central", "group", "dispersed", "spare_time", "online"):
        world.activity("甲支部", "theme_day", D(2025, 3, 1), form=form)
    assert sorted(item.amounts for item in look("small_scale_share", 2025)) == [(0, 1, 0, 0, 0)] + [(1, 1, 0, 0, 0)] * 4
    assert sum(item.numerator for item in look("small_scale_share", 2025, forms=["online"])) == 1


def test_year_logic_needs_a_whole_calendar_year_in_the_period(world, look):
    world.organisation("甲支部")
    world.activity("甲支部", "organisation_life", D(2025, 12, 31))
    assert labels(look("organisation_life_meetings", 2025), held=True) == ["2025"]
    assert look("organisation_life_meetings", Period(D(2025, 7, 1), D(2026, 6, 30), D(2026, 6, 30))) == []
