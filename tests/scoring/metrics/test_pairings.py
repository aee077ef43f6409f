"""Pairings, their ledger and reports: records in, items out."""

import datetime as dt

import pytest
from pydantic import ValidationError

from app.models.pairings import Pairing, PairingEntry, PairingLeader, PairingReport
from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
HALF_WAY = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 6, 30))


@pytest.fixture
def two(world):
    """A village with a branch below it, and an agency: both are expected to pair."""
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("甲村", "general_branch", below="镇党委", evaluated=True, expected_to_pair=True)
    world.organisation("甲村一支部", below="甲村")
    world.organisation("乙机关", category="agency", below="镇党委", evaluated=True, expected_to_pair=True)
    return world


def pair(world, first="甲村", second="乙机关", since=D(2024, 1, 1), until=None, **values):  # noqa: B008
    return world.record(Pairing, first, partner_id=world.organisations[second], valid_from=since, valid_to=until, **values)


def entry(world, pairing, on, **values):
    defaults = {"entered_side": "a", "kind": "activity", "content": "义诊", "participants": 20, "confirmed_on": on}
    return world.record(PairingEntry, "甲村", pairing_id=pairing, happened_on=on, **defaults | values)


def told(items):
    return {item.organisation: (item.record and item.record[1], item.amounts) for item in items}


# ---- plan and goals -----------------------------------------------------------------


def test_half_for_the_plan_and_half_for_the_goals_of_the_own_side(two, look):
    assert told(look("pairing_planned", 2025)) == {"甲村": (None, (0, 1, 0, 0, 1)), "乙机关": (None, (0, 1, 0, 0, 1))}
    found = pair(two, agreed_on=D(2025, 12, 31), in_goals_b=True)
    assert told(look("pairing_planned", 2025)) == {"甲村": (found, (0.5, 1, 0, 0, 0.5)), "乙机关": (found, (1, 1, 0, 0, 0))}
    assert told(look("pairing_planned", HALF_WAY)) == {"甲村": (found, (0, 1, 0, 0, 1)), "乙机关": (found, (0.5, 1, 0, 0, 0.5))}
    weighted = look("pairing_planned", 2025, plan=0.3, goals=0.7)
    assert [item.numerator for item in weighted] == [0.3, 1]


def test_the_best_pairing_of_the_own_tree_counts_and_the_earliest_of_equals(two, look):
    pair(two, "甲村", "乙机关", D(2020, 1, 1))
    late = pair(two, "乙机关", "甲村一支部", D(2025, 2, 1), agreed_on=D(2025, 2, 1), in_goals_b=True)
    pair(two, "甲村", "镇党委", D(2025, 3, 1), agreed_on=D(2025, 2, 1), in_goals_a=True)
    pair(two, "甲村", "乙机关", D(2019, 1, 1), D(2025, 12, 30), agreed_on=D(2019, 1, 1), in_goals_a=True, in_goals_b=True)
    pair(two, "甲村", "乙机关", D(2018, 1, 1), agreed_on=D(2019, 1, 1), in_goals_a=True, in_goals_b=True, withdrawn_at=GONE)
    assert told(look("pairing_planned", 2025)) == {"甲村": (late, (1, 1, 0, 0, 0)), "乙机关": (late, (0.5, 1, 0, 0, 0.5))}


def test_the_shares_make_a_whole(look):
    with pytest.raises(ValidationError, match="之和应为1"):
        look("pairing_planned", 2025, plan=0.5, goals=0.4)


# ---- activities ---------------------------------------------------------------------


def test_a_confirmed_entry_counts_for_both_sides(two, look):
    found = pair(two, since=D(2025, 1, 1), until=D(2025, 9, 30))
    first = entry(two, found, D(2025, 2, 1))
    entry(two, found, D(2025, 5, 1), confirmed_on=None)
    entry(two, found, D(2025, 5, 1), withdrawn_at=GONE)
    entry(two, found, D(2025, 8, 1), confirmed_on=D(2026, 1, 1))
    items = look("pairing_activities", 2025)
    assert [(item.organisation, item.label, item.record, item.amounts) for item in items] == [
        (name, f"2025-{quarter} · {other}", ("pairing_entry", first) if quarter == "Q1" else None, (int(quarter == "Q1"), 1, 0, 0, 0))
        for name, other in (("甲村", "乙机关"), ("乙机关", "甲村"))
        for quarter in ("Q1", "Q2", "Q3")
    ]


def test_each_pairing_of_an_organisation_owes_its_own_activities(two, look):
    first, second = pair(two), pair(two, "镇党委", "甲村")
    entry(two, first, D(2025, 2, 1))
    entry(two, second, D(2025, 5, 1))
    pair(two, withdrawn_at=GONE)
    held = [(item.organisation, item.label) for item in look("pairing_activities", HALF_WAY) if item.numerator]
    assert held == [("镇党委", "2025-Q2 · 甲村"), ("甲村", "2025-Q1 · 乙机关"), ("甲村", "2025-Q2 · 镇党委"), ("乙机关", "2025-Q1 · 甲村")]
    assert sum(item.future for item in look("pairing_activities", HALF_WAY)) == 8


def test_a_leader_of_the_own_subtree_that_day_took_part(two, look):
    found = pair(two)
    two.member("村书记", "甲村一支部", until=D(2025, 6, 30))
    two.join("村书记", "镇党委", D(2025, 7, 1))
    two.member("科长", "乙机关")
    spring, autumn = entry(two, found, D(2025, 6, 30)), entry(two, found, D(2025, 7, 1))
    for each in (spring, autumn):
        two.record(PairingLeader, "甲村", pairing_entry_id=each, member="村书记")
    two.record(PairingLeader, "甲村", pairing_entry_id=autumn, member="科长")
    two.record(PairingLeader, "甲村", pairing_entry_id=spring, member="科长", withdrawn_at=GONE)
    items = look("pairing_led", 2025)
    assert [(item.organisation, item.label, item.record[1], item.amounts) for item in items] == [
        ("甲村", "2025-06-30 · 乙机关", spring, (1, 1, 0, 0, 0)),
        ("甲村", "2025-07-01 · 乙机关", autumn, (0, 1, 0, 0, 0)),
        ("乙机关", "2025-06-30 · 甲村", spring, (0, 1, 0, 0, 0)),
        ("乙机关", "2025-07-01 · 甲村", autumn, (1, 1, 0, 0, 0)),
    ]
    assert look("pairing_led", 2025, only="甲村") == items[:2]


@pytest.mark.parametrize(("values", "complete"), [
    ({"result": "看病二十人"}, 1), ({"has_attachment": True}, 1), ({}, 0), ({"result": ""}, 0),
    ({"result": "好", "participants": 0}, 0), ({"result": "好", "content": ""}, 0),
])  # fmt: skip
def test_the_ledger_is_complete_for_both_sides(two, look, values, complete):
    found = pair(two)
    written = entry(two, found, D(2025, 12, 31), **values)
    entry(two, found, D(2024, 12, 31), **values)
    entry(two, found, D(2025, 3, 1), confirmed_on=None)
    entry(two, pair(two, withdrawn_at=GONE), D(2025, 3, 1))
    amounts = (complete, 1, 0, 0, 1 - complete)
    assert told(look("pairing_ledger_complete", 2025)) == {"甲村": (written, amounts), "乙机关": (written, amounts)}


# ---- reports ------------------------------------------------------------------------


@pytest.mark.parametrize(("due", "submitted", "amounts"), [
    (D(2025, 6, 30), D(2025, 6, 30), (1, 1, 0, 0, 0)),
    (D(2025, 6, 29), D(2025, 6, 30), (0, 1, 0, 0, 0)),
    (D(2025, 6, 30), None, (0, 1, 0, 0, 0)),
    (D(2025, 7, 1), None, (0, 0, 0, 1, 0)),
    (D(2025, 7, 1), D(2025, 6, 1), (1, 1, 0, 0, 0)),
    (D(2026, 1, 1), D(2025, 6, 1), None),
])  # fmt: skip
def test_reports_are_submitted_by_their_day(two, look, due, submitted, amounts):
    found = pair(two)
    fields = {"period": "2025-Q2", "due_on": due, "submitted_on": submitted}
    report = two.record(PairingReport, "乙机关", pairing_id=found, **fields)
    two.record(PairingReport, "甲村", pairing_id=found, **fields, withdrawn_at=GONE)
    two.record(PairingReport, "甲村", pairing_id=pair(two, withdrawn_at=GONE), **fields)
    expected = [] if amounts is None else [("乙机关", "2025-Q2", ("pairing_report", report), amounts)]
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("pairing_reported", HALF_WAY)] == expected
