"""Pairings over HTTP: two sides, one ledger, reports."""

from __future__ import annotations

import pytest

from tests.records import TODAY, days_ago, fields, statements

PAIRING = {"organisation": "A", "partner": "B", "valid_from": "2024-01-01"}


@pytest.fixture
def pairing(office):
    return office.post("pairings", PAIRING)


def entry_of(pairing, **fields):
    return {"pairing": pairing["id"], "entered_side": "a", "happened_on": "2024-05-01", "kind": "study", "content": "联合学习", **fields}


def test_two_sides_are_paired_once_at_a_time(office, pairing):
    refusal = office.post("pairings", PAIRING | {"partner": "A"}, 422)
    assert "不能与自己结对" in refusal["detail"]
    for again in (PAIRING, PAIRING | {"organisation": "B", "partner": "A"}, PAIRING | {"valid_from": "2020-07-01"}):
        refusal = office.post("pairings", again, 422)
        assert (refusal["code"], fields(refusal)) == ("record_invalid", {"valid_from"})
    office.post("pairings", PAIRING | {"valid_from": "2021-01-01", "valid_to": "2023-12-31"})
    office.post("pairings", PAIRING | {"partner": "A2"})
    office.change(f"pairings/{pairing['id']}", {"valid_to": "2024-12-31"})
    office.post("pairings", PAIRING | {"organisation": "B", "partner": "A", "valid_from": "2025-01-01"})
    assert fields(office.change(f"pairings/{pairing['id']}", {"valid_to": None}, 422)) == {"valid_from"}
    assert fields(office.post("pairings", PAIRING | {"partner": "OLD"}, 422)) == {"valid_from"}


def test_an_entry_is_confirmed_by_the_other_side_only(office, pairing):
    entry = office.post("pairing-entries", entry_of(pairing, entered_side="b"))
    assert (entry["organisation"], entry["confirmed_on"], entry["has_attachment"]) == ("B", None, False)
    place = f"pairing-entries/{entry['id']}"
    assert office.post(f"{place}/confirm", {"side": "a"}, 428)["code"] == "if_match_required"
    assert office.step(place, "confirm", {"side": "b"}, 409)["code"] == "own_entry"
    for wrong in ("2024-04-30", days_ago(-1)):
        assert office.step(place, "confirm", {"side": "a", "confirmed_on": wrong}, 422)["code"] == "date_outside"
    confirmed = office.step(place, "confirm", {"side": "a"})
    assert (confirmed["confirmed_on"], confirmed["version"]) == (TODAY.isoformat(), 2)
    assert office.step(place, "confirm", {"side": "a"}, 409)["code"] == "already_confirmed"
    assert office.change(place, {"content": "联合学习"})["confirmed_on"] == TODAY.isoformat()
    assert office.change(place, {"content": "联合党课"})["confirmed_on"] is None
    office.step(place, "confirm", {"side": "a"})
    office.withdraw(place)
    assert office.step(place, "confirm", {"side": "a"}, 409)["code"] == "record_withdrawn"
    assert office.post("pairing-entries/99/confirm", {"side": "a"}, 404)["code"] == "record_not_found"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"happened_on": "2023-12-31"}, "happened_on"),
        ({"happened_on": days_ago(-1)}, "happened_on"),
        ({"leaders": [99]}, "leaders"),
        ({"leaders": [2**63]}, "leaders[0]"),
        ({"amount": "12.345"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"pairing": 99}, "pairing"),
    ],
)
def test_an_entry_that_cannot_be(office, pairing, wrong, place):
    assert place in fields(office.post("pairing-entries", entry_of(pairing) | wrong, 422))
    assert office.post("pairing-entries", entry_of(pairing, amount="12.30"))["amount"] == "12.30"


def test_leaders_are_rows_that_follow_the_list(office, pairing, database):
    first, second, third = (office.member(name)["id"] for name in "甲乙丙")
    entry = office.post("pairing-entries", entry_of(pairing, leaders=[first, second, first]))
    place = f"pairing-entries/{entry['id']}"
    assert entry["leaders"] == [first, second]
    changed = office.change(place, {"leaders": [second, third]})
    assert (changed["leaders"], changed["version"]) == ([second, third], 2)
    assert office.change(place, {"leaders": [third, second]})["version"] == 2
    assert office.change(place, {"leaders": [first, second]})["leaders"] == [first, second]
    assert office.change(place, {"result": "成效好"})["leaders"] == [first, second]
    assert fields(office.change(place, {"leaders": [99]}, 422)) == {"leaders"}
    with statements(database) as seen:
        assert office.get("pairing-entries")["items"][0]["leaders"] == [first, second]
    assert len([each for each in seen if "pairing_leader" in each]) == 1
    office.withdraw(place)
    assert office.get(place)["leaders"] == []


def test_a_report_is_handed_in_once_by_one_of_the_two(office, pairing):
    report = {"organisation": "B", "pairing": pairing["id"], "period": "2024年上半年", "due_on": "2024-07-10"}
    assert fields(office.post("pairing-reports", report | {"organisation": "A2"}, 422)) == {"organisation"}
    place = f"pairing-reports/{office.post('pairing-reports', report)['id']}"
    said = {"submitted_on": "2024-07-05", "receiver": "镇党委"}
    assert fields(office.step(place, "submit", said | {"submitted_on": days_ago(-1)}, 422)) == {"submitted_on"}
    shown = office.step(place, "submit", said)
    assert (shown["submitted_on"], shown["receiver"]) == ("2024-07-05", "镇党委")
    assert office.step(place, "submit", said, 409)["code"] == "already_submitted"
