"""Venues, their use, and money over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.records import days_ago, fields


@pytest.fixture
def use(office):
    venue = office.post("venues", {"organisation": "A", "name": "党员活动室", "kind": "activity_room", "valid_from": "2020-01-01"})
    return {"organisation": "A1", "venue": venue["id"], "used_on": "2024-05-01", "starts_at": "09:00", "ends_at": "10:30"}


def test_a_venue_is_booked_by_one_at_a_time(office, use):
    made = office.post("venue-uses", use)
    assert (made["starts_at"], made["ends_at"]) == ("09:00:00", "10:30:00")
    for start, end in (("09:00", "10:30"), ("10:29", "11:00"), ("08:00", "09:01"), ("08:00", "12:00"), ("09:30", "09:40")):
        refusal = office.post("venue-uses", use | {"organisation": "A2", "starts_at": start, "ends_at": end}, 422)
        assert (refusal["code"], fields(refusal)) == ("record_invalid", {"starts_at"})
        assert "09:00–10:30 已由甲一支部预订" in refusal["detail"]
    before = office.post("venue-uses", use | {"starts_at": "08:00", "ends_at": "09:00"})
    office.post("venue-uses", use | {"starts_at": "10:30", "ends_at": "11:00"})
    office.post("venue-uses", use | {"used_on": "2024-05-02"})
    assert fields(office.change(f"venue-uses/{before['id']}", {"ends_at": "09:01"}, 422)) == {"starts_at"}
    assert office.change(f"venue-uses/{before['id']}", {"ends_at": "08:30"})["ends_at"] == "08:30:00"
    office.withdraw(f"venue-uses/{made['id']}")
    office.post("venue-uses", use | {"organisation": "A2"})


def test_two_at_the_same_moment_get_one_booking(office, use):
    def book(code):
        return office.client.post("/api/v1/venue-uses", json=use | {"organisation": code}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(book, ("A1", "A2", "A", "T"))) == [201, 422, 422, 422]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"used_on": "2019-12-31"}, "used_on"),
        ({"ends_at": "09:00"}, "body"),
        ({"starts_at": "09:00+08:00"}, "starts_at"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"activity": 1}, "activity"),
        ({"venue": 99}, "venue"),
    ],
)
def test_a_booking_that_cannot_be(office, use, wrong, place):
    office.activity("A1", occurred_on="2024-05-02")
    assert place in fields(office.post("venue-uses", use | wrong, 422))
    office.post("venue-uses", use)
    assert fields(office.change(f"venues/{use['venue']}", {"valid_to": "2024-04-30"}, 422)) == {"valid_to"}


def test_money_is_in_cents_and_goes_to_somebody_else(office):
    fund = {"organisation": "T", "year": 2024, "fund_source": "fiscal", "direction": "allocated", "amount": "5000.50"}
    fund |= {"booked_on": "2024-02-01", "to_organisation": "B"}
    for wrong, place in (
        ({"amount": "5000.505"}, "amount"),
        ({"amount": "0.00"}, "amount"),
        ({"to_organisation": "T"}, "to_organisation"),
        ({"to_organisation": None}, "body"),
        ({"booked_on": days_ago(-1)}, "booked_on"),
    ):
        assert place in fields(office.post("funds", fund | wrong, 422))
    made = office.post("funds", fund)
    assert (made["amount"], made["to_organisation"]) == ("5000.50", "B")
    assert office.change(f"funds/{made['id']}", {"amount": "6000"})["amount"] in {"6000", "6000.00"}
