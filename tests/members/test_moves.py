"""Transfer, departure, return; corrections of memberships."""

from __future__ import annotations

import pytest

from tests.records import days_ago, fields

TRANSFER = {"organisation": "B", "effective_on": "2025-03-01", "reason": "工作调动"}


@pytest.fixture
def zhang(office):
    return office.member("张三")


def periods(office, member):
    found = office.get("memberships", member=member["id"], sort="valid_from")["items"]
    return [(each["organisation"], each["valid_from"], each["valid_to"]) for each in found]


def test_a_transfer_closes_opens_and_ends_posts(office, zhang):
    kept = office.position(zhang, "A", "member")
    ended = office.position(zhang, "A1")
    later = office.position(zhang, "A1", "deputy_secretary", valid_from="2025-04-01")
    group = office.post("party-groups", {"organisation": "A1", "name": "三组", "leader": zhang["id"], "valid_from": "2020-01-01"})
    moved = office.step(f"members/{zhang['id']}", "transfer", TRANSFER)
    assert (moved["organisation"], moved["member_since"]) == ("B", "2025-03-01")
    assert moved["version"] > zhang["version"]
    assert periods(office, zhang) == [("A1", "2016-07-01", "2025-02-28"), ("B", "2025-03-01", None)]
    assert office.get(f"positions/{ended['id']}")["valid_to"] == "2025-02-28"
    assert office.get(f"positions/{kept['id']}")["valid_to"] is None
    assert office.get(f"positions/{kept['id']}")["warnings"] == ["任职者的组织关系不在本组织及其下级"]
    assert office.get(f"positions/{later['id']}")["withdrawn_reason"] == "工作调动"
    assert office.get(f"party-groups/{group['id']}")["leader"] is None
    assert [each["name"] for each in office.get("members", organisation="B")["items"]] == ["张三"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"organisation": "A1"}, "same_organisation"),
        ({"effective_on": "2016-07-01"}, "date_too_early"),
        ({"effective_on": days_ago(-1)}, "date_in_future"),
        ({"effective_on": "2019-01-01"}, "organisation_not_existing"),
        ({"organisation": "OLD"}, "organisation_not_existing"),
        ({"group": 1}, "group_not_there"),
        ({"group": 2**62}, "group_not_there"),
        ({"reason": ""}, "request_invalid"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_and_changes_nothing(office, zhang, wrong, code):
    refusal = office.step(f"members/{zhang['id']}", "transfer", TRANSFER | wrong, 422)
    assert refusal["code"] == code
    assert periods(office, zhang) == [("A1", "2016-07-01", None)]
    office.step(f"members/{zhang['id']}", "transfer", TRANSFER)


def test_a_transfer_needs_the_newest_version_and_a_known_place(office, zhang):
    place = f"members/{zhang['id']}/transfer"
    assert office.post(place, TRANSFER, 428)["code"] == "if_match_required"
    assert office.post(place, TRANSFER, 412, **{"If-Match": '"v9"'})["code"] == "version_stale"
    assert office.step(f"members/{zhang['id']}", "transfer", TRANSFER | {"organisation": "NIX"}, 404)["code"] == "organisation_not_found"
    assert office.post("members/99/transfer", TRANSFER, 404, **{"If-Match": '"v1"'})["code"] == "record_not_found"


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_a_departure_ends_membership_and_posts(office, zhang, status):
    post = office.position(zhang, "A", "member")
    leaving = {"status": status, "last_day": "2025-05-31", "reason": "已核实"}
    for wrong in ({"last_day": "2016-06-30"}, {"last_day": days_ago(-1)}, {"status": "full"}):
        office.step(f"members/{zhang['id']}", "departure", leaving | wrong, 422)
    assert office.step(f"members/{zhang['id']}", "departure", leaving)["status"] == status
    assert periods(office, zhang) == [("A1", "2016-07-01", "2025-05-31")]
    assert office.get(f"positions/{post['id']}")["valid_to"] == "2025-05-31"
    assert office.step(f"members/{zhang['id']}", "departure", leaving, 409)["code"] == "membership_missing"
    assert office.step(f"members/{zhang['id']}", "transfer", TRANSFER, 409)["code"] == "membership_missing"
    assert fields(office.change(f"members/{zhang['id']}", {"status": "full"}, 422)) == {"status"}
    back = {"effective_on": "2025-08-01", "reason": "恢复"}
    assert office.step(f"members/{zhang['id']}", "reinstatement", back, 409)["code"] == "not_suspended"


def test_a_suspended_member_returns(office, zhang):
    place = f"members/{zhang['id']}"
    suspended = office.step(place, "departure", {"status": "suspended", "last_day": "2025-05-31", "reason": "失去联系"})
    assert (suspended["status"], suspended["suspended_from"], suspended["suspended_to"]) == ("suspended", "2025-06-01", None)
    assert office.step(place, "reinstatement", {"effective_on": "2025-06-01", "reason": "找回"}, 422)["code"] == "date_too_early"
    back = office.step(place, "reinstatement", {"effective_on": "2025-08-01", "reason": "取得联系"})
    assert (back["status"], back["suspended_to"], back["organisation"]) == ("full", "2025-07-31", "A1")
    assert periods(office, zhang) == [("A1", "2016-07-01", "2025-05-31"), ("A1", "2025-08-01", None)]


def test_periods_of_one_member_never_overlap(office, zhang):
    earlier = {"organisation": "A2", "member": zhang["id"], "valid_from": "2016-07-01", "valid_to": "2018-12-31"}
    assert fields(office.post("memberships", earlier, 422)) == {"valid_from"}
    assert fields(office.post("memberships", earlier | {"valid_to": None, "valid_from": "2030-01-01"}, 422)) == {"valid_from"}
    [mine] = office.get("memberships", member=zhang["id"])["items"]
    place = f"memberships/{mine['id']}"
    assert office.change(place, {"valid_to": "2020-12-31"})["valid_to"] == "2020-12-31"
    second = office.post("memberships", {"organisation": "B", "member": zhang["id"], "valid_from": "2021-01-01"})
    assert office.get(f"members/{zhang['id']}")["organisation"] == "B"
    assert fields(office.change(place, {"valid_to": "2021-01-01"}, 422)) == {"valid_to"}
    assert fields(office.change(place, {"valid_to": None}, 422)) == {"valid_to"}
    office.withdraw(f"memberships/{second['id']}")
    assert office.get(f"members/{zhang['id']}")["organisation"] == "A1"
    assert office.change(place, {"valid_to": None})["valid_to"] is None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"organisation": "B", "valid_from": "2020-06-30"}, "valid_from"),
        ({"organisation": "OLD", "valid_to": "2024-01-01"}, "valid_to"),
        ({"valid_from": "2016-06-30"}, "valid_from"),
        ({"group": 2}, "group"),
        ({"valid_to": "2017-01-01"}, "body"),
    ],
)
def test_a_membership_fits_the_life_of_its_organisation(office, zhang, wrong, place):
    [mine] = office.get("memberships", member=zhang["id"])["items"]
    office.withdraw(f"memberships/{mine['id']}")
    good = {"organisation": "A1", "member": zhang["id"], "valid_from": "2021-01-01"}
    assert place in fields(office.post("memberships", good | wrong, 422))
    office.post("memberships", good)
