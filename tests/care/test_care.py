"""Hardship, care, assistance and disputes over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.records import days_ago, fields

CAUSE = "重病致贫"


@pytest.fixture
def case(office):
    return {"member": office.member("张三")["id"], "cause": CAUSE, "level": "severe", "valid_from": "2024-01-01", "valid_to": "2024-12-31"}


def test_the_cause_is_sealed_everywhere(office, case, database):
    made = office.post("hardship-cases", case)
    place = f"hardship-cases/{made['id']}"
    assert made["cause"] == "******"
    assert office.change(place, {"cause": "******", "level": "general"})["version"] == 2
    assert office.change(place, {"cause": CAUSE})["version"] == 2
    with database.engine.connect() as connection:
        sealed = bytes(connection.scalar(text("SELECT cause_sealed FROM hardship_case")))
        trail = str(connection.execute(text("SELECT before, after FROM audit_entry")).all())
    assert CAUSE.encode() not in sealed
    assert CAUSE not in trail
    assert sealed.hex() not in trail
    assert office.change(place, {"cause": "失业"})["version"] == 3
    assert office.change(place, {"cause": None})["cause"] is None
    assert fields(office.post("hardship-cases", case | {"valid_from": "2025-01-01", "valid_to": None, "cause": "******"}, 422)) == {"cause"}


def test_cases_of_one_member_do_not_overlap(office, case):
    office.post("hardship-cases", case)
    again = case | {"valid_from": "2024-12-31", "valid_to": None}
    assert fields(office.post("hardship-cases", again, 422)) == {"valid_from"}
    office.post("hardship-cases", again | {"valid_from": "2025-01-01"})


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"amount": "100.005"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1000000000000"}, "amount"),
        ({"cared_on": days_ago(-1)}, "cared_on"),
        ({"member": 99}, "member"),
    ],
)
def test_care_with_money_in_cents(office, wrong, place):
    record = {"member": office.member("张三")["id"], "kind": "subsidy", "amount": "100.05", "cared_on": "2024-02-01"}
    refusal = office.post("care-records", record | wrong, 422)
    assert place in fields(refusal)
    made = office.post("care-records", record)
    assert (made["amount"], made["organisation"]) == ("100.05", "A1")
    assert office.change(f"care-records/{made['id']}", {"amount": "100.05"})["version"] == 1


def test_money_with_three_decimals_is_told_so(office):
    record = {"member": office.member("张三")["id"], "kind": "subsidy", "amount": "100.005", "cared_on": "2024-02-01"}
    assert "最多 2 位小数" in office.post("care-records", record, 422)["detail"]


def test_nobody_assists_himself(office):
    project = {
        "organisation": "B",
        "helper": "T",
        "measure": "产业帮扶",
        "planned_progress": 50,
        "progress": 40,
        "valid_from": "2024-01-01",
    }
    for wrong, place in (
        ({"helper": "B"}, "helper"),
        ({"progress": 101}, "progress"),
        ({"organisation": "OLD", "helper": "T"}, "valid_from"),
    ):
        assert place in fields(office.post("assistance-projects", project | wrong, 422))
    office.post("assistance-projects", project)


def test_mediators_are_members_and_rows(office):
    first, second = office.member("甲")["id"], office.member("乙")["id"]
    dispute = {"organisation": "A1", "taken_up_on": "2024-02-01", "kind": "land", "summary": "地界", "mediators": [first]}
    for wrong, place in (
        ({"mediators": [99]}, "mediators"),
        ({"mediators": [0]}, "mediators[0]"),
        ({"taken_up_on": days_ago(-1)}, "taken_up_on"),
        ({"resolved_on": days_ago(-1)}, "resolved_on"),
        ({"resolved_on": "2024-01-31"}, "body"),
    ):
        assert place in fields(office.post("disputes", dispute | wrong, 422))
    made = office.post("disputes", dispute)
    assert made["mediators"] == [first]
    changed = office.change(f"disputes/{made['id']}", {"mediators": [second]})
    assert (changed["mediators"], changed["version"]) == ([second], 2)
    assert office.change(f"disputes/{made['id']}", {"resolved_on": "2024-03-01"})["mediators"] == [second]
