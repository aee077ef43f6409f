"""Floating members and the way into the Party, over HTTP."""

from __future__ import annotations

import datetime as dt

import pytest

from app.models.mobility import Stage
from app.services.mobility.stages import minimum_on
from tests.records import days_ago, fields

WAY = [
    ("applicant", "2021-01-10", ["application"]),
    ("activist", "2021-07-01", ["recommendation"]),
    ("target", "2022-07-01", ["assessment"]),
    ("probationary", "2022-12-01", ["political_review", "training_certificate", "meeting_resolution", "approval"]),
    ("full", "2023-12-01", ["meeting_resolution", "approval"]),
]


@pytest.fixture
def floating(office):
    member = office.member("张三")
    return {
        "organisation": "A1", "member": member["id"], "person": "张三", "direction": "out", "other_name": "上海",
        "valid_from": "2024-02-01",
    }  # fmt: skip


def test_nobody_floats_twice_at_a_time_and_comes_back_once(office, floating):
    out = office.post("floating-members", floating)
    refusal = office.post("floating-members", floating | {"valid_from": "2024-06-01"}, 422)
    assert (refusal["code"], fields(refusal)) == ("record_invalid", {"valid_from"})
    place = f"floating-members/{out['id']}"
    contact = {"floating_member": out["id"], "contacted_on": "2024-03-01", "by": "书记", "how": "电话"}
    office.post("floating-contacts", contact)
    assert office.post(f"{place}/return", {"last_day": "2024-12-31"}, 428)["code"] == "if_match_required"
    for wrong in ("2024-01-31", days_ago(-1)):
        assert office.step(place, "return", {"last_day": wrong}, 422)["code"] == "date_outside"
    assert fields(office.step(place, "return", {"last_day": "2024-02-28"}, 422)) == {"valid_to"}
    assert office.step(place, "return", {"last_day": "2024-12-31"})["valid_to"] == "2024-12-31"
    assert office.step(place, "return", {"last_day": "2024-12-31"}, 409)["code"] == "already_returned"
    for wrong in ("2024-01-31", "2025-01-01", days_ago(-1)):
        assert fields(office.post("floating-contacts", contact | {"contacted_on": wrong}, 422)) == {"contacted_on"}
    assert fields(office.post("floating-members", floating | {"valid_from": "2024-12-31"}, 422)) == {"valid_from"}
    office.post("floating-members", floating | {"valid_from": "2025-01-01"})


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"organisation": "A2"}, "member"),
        ({"valid_from": "2016-06-30"}, "member"),
        ({"person": "李四"}, "person"),
        ({"member": None}, "body"),
    ],
)
def test_who_floats_out_belongs_there(office, floating, wrong, place):
    assert place in fields(office.post("floating-members", floating | wrong, 422))
    office.post("floating-members", floating)


def test_who_floats_in_may_be_unknown(office):
    arrived = {"organisation": "B", "person": "外来", "direction": "in", "other_name": "安徽", "valid_from": "2024-02-01"}
    office.post("floating-members", arrived)
    assert fields(office.post("floating-members", arrived | {"valid_from": "2024-05-01"}, 422)) == {"valid_from"}
    office.post("floating-members", arrived | {"other_name": "江西"})


@pytest.fixture
def person(office):
    made = office.post("developments", {"organisation": "A1", "person": "王五"})
    assert made["stage"] == "applicant"
    return f"developments/{made['id']}"


def test_stages_are_reached_in_order_and_not_too_early(office, person):
    too_early = {"target": ("2022-06-30", "2022-07-01"), "probationary": ("2022-06-30", "2022-07-01"), "full": ("2023-11-30", "2023-12-01")}
    assert office.post(f"{person}/advance", {"reached_on": "2021-01-10"}, 428)["code"] == "if_match_required"
    for stage, day, documents in WAY:
        if stage in too_early:
            wrong, earliest = too_early[stage]
            refusal = office.step(person, "advance", {"reached_on": wrong}, 422)
            assert (refusal["code"], fields(refusal)) == ("record_invalid", {"reached_on"})
            assert f"最早为 {earliest}" in refusal["detail"]
        assert fields(office.step(person, "advance", {"reached_on": days_ago(-1)}, 422)) >= {"reached_on"}
        shown = office.step(person, "advance", {"reached_on": day, "documents": documents})
        assert shown["stage"] == stage
    assert office.step(person, "advance", {"reached_on": days_ago(0)}, 409)["code"] == "already_full"
    stages = office.get("development-stages", sort="reached_on")["items"]
    assert [(each["stage"], each["reached_on"], each["documents"]) for each in stages] == WAY


def test_a_stage_is_not_skipped_moved_or_taken_from_below(office, person):
    number = int(person.rsplit("/", 1)[1])
    stage = {"development": number, "stage": "activist", "reached_on": "2021-07-01"}
    refusal = office.post("development-stages", stage, 422)
    assert fields(refusal) == {"stage"}
    assert "入党申请人" in refusal["detail"]
    for name, day, _ in WAY[:3]:
        made = office.post("development-stages", stage | {"stage": name, "reached_on": day})
    assert fields(office.post("development-stages", stage, 422)) == {"stage"}
    [_, activist, _] = office.get("development-stages", sort="reached_on")["items"]
    place = f"development-stages/{activist['id']}"
    assert fields(office.change(place, {"reached_on": "2021-07-02"}, 422)) == {"reached_on"}
    assert office.change(place, {"documents": ["recommendation"]})["documents"] == ["recommendation"]
    assert office.withdraw(place, status=409)["code"] == "later_stage_exists"
    assert office.get(person)["stage"] == "target"
    office.withdraw(f"development-stages/{made['id']}")
    assert office.get(person)["stage"] == "activist"
    assert office.step(person, "advance", {"reached_on": "2022-08-01"})["stage"] == "target"


def test_minimum_times_are_dated():
    assert minimum_on(Stage.target, dt.date(2014, 5, 27)) is None
    assert minimum_on(Stage.target, dt.date(2014, 5, 28)).months == 12
    assert minimum_on(Stage.full, dt.date(2000, 1, 1)).months == 12
    assert minimum_on(Stage.activist, dt.date(2026, 1, 1)) is None
