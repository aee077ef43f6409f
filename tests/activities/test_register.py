"""Who is expected, the lines of the register, sign-off, leave."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import insert, text

from app.access import operator
from app.models.activities import Activity
from app.models.organisations import OrganisationPlacement
from app.schemas.activities import ATTENDANCES, AttendanceIn
from app.services.drafts import Draft
from app.services.records import save
from tests.records import days_ago, fields, statements


def on_roster(office, activity):
    return {line["name"] for line in office.get(f"activities/{activity['id']}/roster")["lines"] if line["on_roster"]}


def counts(office, activity):
    found = office.get(f"activities/{activity['id']}")
    return found["expected_count"], found["present_count"]


@pytest.fixture
def people(office):
    """甲 (group one, secretary), 乙 (exempt), 丙 in branch A1; 丁 in A2; 戊 in B; 己 directly in the general branch A."""
    people = {
        "甲": office.member("甲", group=office.groups["一组"]),
        "乙": office.member("乙", duty_exempt_reason="年老", duty_exempt_from="2024-01-01"),
        "丙": office.member("丙"),
        "丁": office.member("丁", "A2"),
        "戊": office.member("戊", "B"),
        "己": office.member("己", "A"),
    }
    office.position(people["甲"])
    return people


def test_who_is_expected(office, people):
    office.position(people["丁"], post="member")
    assert on_roster(office, office.activity()) == {"甲", "丙"}
    assert on_roster(office, office.activity("A", "party_lecture")) == {"甲", "丙", "丁", "己"}
    assert on_roster(office, office.activity("T", "party_lecture")) == {"甲", "丙", "丁", "戊", "己"}
    assert on_roster(office, office.activity(kind="committee_meeting")) == {"甲", "丁"}
    assert on_roster(office, office.activity(kind="group_meeting", group=office.groups["一组"])) == {"甲"}
    assert on_roster(office, office.activity(occurred_on="2023-12-31")) == {"甲", "乙", "丙"}
    assert on_roster(office, office.activity(kind="committee_meeting", occurred_on="2023-12-31")) == set()


def test_those_floating_out_that_day_are_not_expected(office, people):
    away = {"organisation": "A1", "direction": "out", "other_name": "深圳", "valid_from": "2025-03-01", "valid_to": "2025-03-31"}
    office.post("floating-members", away | {"member": people["甲"]["id"], "person": "甲"})
    back = office.post("floating-members", away | {"member": people["丙"]["id"], "person": "丙"})
    office.withdraw(f"floating-members/{back['id']}")
    kinds = ("general_meeting", "committee_meeting", "group_meeting")
    for day, who in [("2025-02-28", {"甲"}), ("2025-03-01", set()), ("2025-03-31", set()), ("2025-04-01", {"甲"})]:
        for kind in kinds:
            meeting = office.activity(kind=kind, occurred_on=day, group=office.groups["一组"] if kind == "group_meeting" else None)
            assert on_roster(office, meeting) - {"丙"} == who
    assert "丙" in on_roster(office, office.activity(occurred_on="2025-03-15"))


def test_tree_and_memberships_are_those_of_the_day(office, people, database):
    office.step(f"members/{people['丙']['id']}", "transfer", {"organisation": "B", "effective_on": "2025-03-01", "reason": "调动"})
    assert on_roster(office, office.activity(occurred_on="2025-02-28")) == {"甲", "丙"}
    assert on_roster(office, office.activity(occurred_on="2025-03-01")) == {"甲"}
    with database.engine.begin() as connection:
        moved = {"day": dt.date(2025, 5, 31), "branch": office.organisations["A2"]}
        connection.execute(text("UPDATE organisation_placement SET valid_to = :day WHERE organisation_id = :branch"), moved)
        values = {"organisation_id": office.organisations["A2"], "parent_id": office.organisations["T"], "valid_from": dt.date(2025, 6, 1)}
        connection.execute(insert(OrganisationPlacement).values(values))
    assert "丁" in on_roster(office, office.activity("A", "theme_day", occurred_on="2025-05-31"))
    assert "丁" not in on_roster(office, office.activity("A", "theme_day", occurred_on="2025-06-01"))


def test_lines_and_counters_go_together(office, people):
    meeting = office.activity()
    assert counts(office, meeting) == (2, 0)
    roster = office.mark(meeting, present=[people["甲"]], late=[people["丙"]], absent=[])
    assert (roster["expected_count"], roster["present_count"]) == (2, 2)
    office.mark(meeting, present=[people["乙"], people["戊"]])
    assert counts(office, meeting) == (2, 2), "guests have a line and do not count"
    office.mark(meeting, exempt=[people["丙"]])
    assert counts(office, meeting) == (1, 1)
    office.mark(meeting, absent=[people["甲"]])
    assert counts(office, meeting) == (1, 0)
    assert office.get(f"activities/{meeting['id']}")["version"] == 1
    [line] = office.get("attendances", activity=meeting["id"], member=people["甲"]["id"])["items"]
    assert (line["organisation"], line["method"], line["entered_by"], line["status"]) == ("A1", "proxy", "operator", "absent")
    office.withdraw(f"attendances/{line['id']}")
    line = office.post("attendances", {"activity": meeting["id"], "member": people["甲"]["id"], "status": "present"})
    assert counts(office, meeting) == (1, 1)
    office.change(f"attendances/{line['id']}", {"status": "leave"})
    assert counts(office, meeting) == (1, 0)


def test_refused_lines(office, people):
    meeting, planned = office.activity(), office.activity(status="planned", occurred_on=days_ago(-2))
    cancelled = office.activity(status="cancelled")
    body = {"activity": meeting["id"], "member": people["甲"]["id"], "status": "present"}
    office.post("attendances", body)
    assert fields(office.post("attendances", body, 422)) == {"member"}
    assert fields(office.post("attendances", body | {"member": 2**63 - 1}, 422)) == {"member"}
    assert fields(office.post("attendances", body | {"activity": 2**63}, 422)) == {"activity"}
    assert fields(office.mark(planned, present=[people["甲"]], answers=422)) == {"status"}
    assert {line["status"] for line in office.mark(planned, leave=[people["甲"]])["lines"]} == {"leave", None}
    assert office.mark(cancelled, present=[people["甲"]], answers=409)["code"] == "activity_cancelled"
    assert office.mark(meeting, present=[people["甲"]], absent=[people["甲"]], answers=422)["code"] == "member_twice"
    assert office.mark({"id": 999}, present=[people["甲"]], answers=404)["code"] == "record_not_found"
    assert office.mark(meeting, present=[{"id": 999}], answers=422)["code"] == "record_invalid"


def test_changing_the_frame_counts_an_unsigned_register_again(office, people):
    meeting = office.activity(kind="party_lecture")
    assert counts(office, meeting) == (2, 0)
    place = f"activities/{meeting['id']}"
    assert office.change(place, {"occurred_on": "2023-12-31"})["expected_count"] == 3
    assert office.change(place, {"kind": "group_meeting", "group": office.groups["一组"]})["expected_count"] == 1


def test_sign_off_freezes_roster_and_counts(office, people):
    meeting = office.activity()
    office.mark(meeting, present=[people["甲"], people["戊"]])
    place = f"activities/{meeting['id']}"
    assert office.post(f"{place}/sign-off", {}, 428)["code"] == "if_match_required"
    signed = office.step(place, "sign-off")
    assert (signed["signed_off_by"], signed["expected_count"], signed["present_count"]) == ("operator", 2, 1)
    assert office.step(place, "sign-off", status=409)["code"] == "already_signed"
    lines = {
        line["member_name"]: (line["status"], line["on_roster"]) for line in office.get("attendances", activity=meeting["id"])["items"]
    }
    assert lines == {"甲": ("present", True), "丙": ("absent", True), "戊": ("present", False)}
    office.member("庚")
    office.step(f"members/{people['丙']['id']}", "departure", {"status": "left", "last_day": "2025-01-01", "reason": "退党"})
    assert on_roster(office, meeting) == {"甲", "丙"}
    assert counts(office, meeting) == (2, 1)
    for change in ({"occurred_on": days_ago(2)}, {"kind": "party_lecture"}, {"status": "cancelled"}, {"group": office.groups["一组"]}):
        assert fields(office.change(place, change, 422)) == set(change)
    assert office.change(place, {"minutes": "补记"})["minutes"] == "补记"


def test_corrections_after_sign_off_need_a_reason_and_are_audited(office, people, database):
    meeting = office.activity()
    office.mark(meeting, present=[people["甲"]])
    office.step(f"activities/{meeting['id']}", "sign-off")
    assert office.mark(meeting, present=[people["丙"]], answers=409)["code"] == "reason_required"
    assert office.mark(meeting, present=[people["丙"]], reason="漏记")["present_count"] == 2
    [line] = office.get("attendances", activity=meeting["id"], member=people["丙"]["id"])["items"]
    place = f"attendances/{line['id']}"
    assert fields(office.change(place, {"status": "absent"}, 422)) == {"reason"}
    assert fields(office.change(place, {"status": "exempt", "reason": "年老"}, 422)) == {"status"}
    office.change(place, {"status": "absent", "reason": "核对签到表"})
    assert counts(office, meeting) == (2, 1)
    assert office.withdraw(place, status=409)["code"] == "register_signed"
    office.mark(meeting, present=[people["戊"]], reason="列席")
    assert counts(office, meeting) == (2, 1)
    with database.read() as session:
        reasons = session.scalars(
            text("SELECT reason FROM audit_entry WHERE record_kind = 'attendance' AND reason IS NOT NULL ORDER BY id")
        )
        assert list(reasons) == ["漏记", "核对签到表", "列席"]


def test_what_cannot_be_signed_off(office, people):
    planned, empty = office.activity(status="planned"), office.activity("A1", "committee_meeting", occurred_on="2023-01-01")
    assert office.step(f"activities/{planned['id']}", "sign-off", status=409)["code"] == "not_held"
    assert office.step(f"activities/{empty['id']}", "sign-off", status=409)["code"] == "roster_empty"
    gone = office.activity()
    office.withdraw(f"activities/{gone['id']}")
    assert office.step(f"activities/{gone['id']}", "sign-off", status=409)["code"] == "record_withdrawn"
    assert office.mark(gone, present=[people["甲"]], answers=409)["code"] == "record_withdrawn"


def test_leave_is_asked_for_and_decided(office, people):
    meeting = office.activity(status="planned", occurred_on=days_ago(-2))
    asked = office.post("leave-requests", {"activity": meeting["id"], "member": people["甲"]["id"], "reason": "出差"})
    assert (asked["state"], asked["organisation"]) == ("requested", "A1")
    assert office.get("attendances", activity=meeting["id"])["items"] == []
    place = f"leave-requests/{asked['id']}"
    assert office.change(place, {"state": "approved"})["state"] == "approved"
    assert office.get("attendances", activity=meeting["id"])["items"][0]["status"] == "leave"
    assert fields(office.change(place, {"state": "requested"}, 422)) == {"state"}
    again = {"activity": meeting["id"], "member": people["甲"]["id"], "reason": "再请"}
    assert office.post("leave-requests", again, 409)["code"] == "already_exists"
    refused = office.post("leave-requests", {"activity": meeting["id"], "member": people["丙"]["id"], "reason": "有事", "state": "refused"})
    assert refused["state"] == "refused"
    assert len(office.get("attendances", activity=meeting["id"])["items"]) == 1
    cancelled = office.activity(status="cancelled")
    assert fields(office.post("leave-requests", {"activity": cancelled["id"], "member": people["甲"]["id"], "reason": "出差"}, 422)) == {
        "activity"
    }


def test_an_import_of_attendance_costs_the_statements_of_one_line(office, people, database):
    members = [each["id"] for name, each in people.items() if name in "甲丙"]

    def load(number: int) -> int:
        with database.write() as session:
            common = {
                "organisation_id": office.organisations["A1"],
                "kind": "party_lecture",
                "form": "central",
                "title": "党课",
                "status": "held",
            }
            held = [Activity(**common, occurred_on=dt.date(2025, 1, 1) + dt.timedelta(days=each)) for each in range(number)]
            session.add_all(held)
            session.flush()
            session.info["changed_records"].clear()
            ids = [each.id for each in held]
        rows = [AttendanceIn(activity=activity, member=member, status="present").model_dump() for activity in ids for member in members]
        with database.write() as session, statements(database) as seen:
            save(session, operator(), ATTENDANCES, [Draft(row, frozenset(row), place=f"第 {each} 行") for each, row in enumerate(rows)])
        return len(seen)

    few, many = load(2), load(200)
    assert many <= few + 2
    found = office.get("activities", count="true", limit=200)
    assert found["total"] == 202
    assert {(each["expected_count"], each["present_count"]) for each in found["items"]} == {(2, 2)}
    assert office.get("attendances", limit=1)["items"][0]["method"] == "import"
