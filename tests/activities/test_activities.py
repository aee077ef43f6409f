"""Activities over HTTP: planned, held, cancelled; late entries; doubts that are said."""

from __future__ import annotations

import pytest

from tests.records import days_ago, fields


def test_a_held_activity_counts_who_was_expected(office):
    for name in "甲乙丙":
        office.member(name)
    made = office.activity()
    assert (made["status"], made["form"], made["expected_count"], made["present_count"], made["late_entry"]) == (
        "held",
        "central",
        3,
        0,
        False,
    )
    assert made["warnings"] == []
    assert office.activity(occurred_on=days_ago(7))["late_entry"] is False
    assert office.activity(occurred_on=days_ago(8))["late_entry"] is True


def test_planned_then_held(office):
    office.member("甲")
    made = office.activity(status="planned", occurred_on=days_ago(-3), planned_start="2030-01-01T09:00:00+08:00")
    place = f"activities/{made['id']}"
    assert fields(office.change(place, {"status": "held"}, 422)) == {"occurred_on"}
    assert office.change(place, {"status": "held", "occurred_on": days_ago(0)})["status"] == "held"
    assert office.activity(status="planned", occurred_on=days_ago(2))["warnings"] == ["计划日期已过，请登记为已开展或已取消"]
    assert office.change(place, {"status": "cancelled"})["status"] == "cancelled"
    assert office.withdraw(place)["withdrawn_reason"] == "重复登记"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"occurred_on": days_ago(-1)}, "occurred_on"),
        ({"organisation": "OLD", "occurred_on": "2024-01-01"}, "occurred_on"),
        ({"organisation": "B", "occurred_on": "2020-06-30"}, "occurred_on"),
        ({"kind": "group_meeting"}, "body"),
        ({"kind": "group_meeting", "group": 2}, "group"),
        ({"kind": "party"}, "kind"),
        ({"planned_start": "2026-01-01T09:00:00"}, "body"),
        ({"planned_start": "2026-01-01T09:00:00Z", "planned_end": "2026-01-01T08:00:00Z"}, "body"),
        ({"votes_due": 3, "votes_present": 4}, "body"),
        ({"votes_present": 3, "votes_for": 4}, "body"),
        ({"topics": ["议题"] * 51}, "topics"),
        ({"expected_count": 5}, "expected_count"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(office, wrong, place):
    assert place in fields(office.activity(**wrong, answers=422))
    assert office.get("activities")["items"] == []


def test_a_decision_needs_more_than_half(office):
    invalid = ["到会有表决权的党员未超过半数，所作决议无效"]
    members = [office.member(name) for name in "甲乙丙丁"]
    counted = office.activity(decisions="同意", votes_due=4, votes_present=2, votes_for=2)
    assert counted["warnings"] == invalid
    assert office.change(f"activities/{counted['id']}", {"votes_present": 3})["warnings"] == []
    registered = office.activity(decisions="同意")
    assert office.mark(registered, present=members[:2])["warnings"] == invalid
    assert office.mark(registered, late=[members[2]])["warnings"] == []


def test_an_empty_roster_is_pointed_out(office):
    assert office.activity(kind="committee_meeting")["warnings"] == ["应到名单为空，请核对党员、党小组和班子成员的登记"]
