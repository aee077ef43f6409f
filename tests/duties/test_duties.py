"""Directives, debriefs, inspections and plans over HTTP."""

from __future__ import annotations

import pytest

from tests.records import days_ago, fields, statements

DIRECTIVE = {"organisation": "T", "title": "关于学习的通知", "issued_on": days_ago(20), "due_on": days_ago(5)}


@pytest.fixture
def receipt(office):
    made = office.post("directives", DIRECTIVE)
    office.post(f"directives/{made['id']}/issue", {"organisations": ["A1"]}, 200)
    [receipt] = office.get("directive-receipts", directive=made["id"])["items"]
    return f"directive-receipts/{receipt['id']}"


def test_a_directive_goes_to_all_evaluated_below_once(office):
    made = office.post("directives", DIRECTIVE)
    place = f"directives/{made['id']}/issue"
    assert office.post(place, {}, 200) == {"made": 2, "there": 0}
    assert office.post(place, {}, 200) == {"made": 0, "there": 2}
    assert office.post(place, {"organisations": ["A", "A1", "A2"]}, 200) == {"made": 2, "there": 1}
    receipts = office.get("directive-receipts", directive=made["id"])["items"]
    assert {(each["organisation"], each["due_on"]) for each in receipts} == {(code, days_ago(5)) for code in ("A", "A1", "A2", "B")}
    for wrong in (["NIX"], ["A1", "T"], ["OLD"]):
        assert office.post(place, {"organisations": wrong}, 422)["code"] == "not_below"
    office.withdraw(f"directives/{made['id']}")
    assert office.post(place, {}, 409)["code"] == "record_withdrawn"
    lower = office.post("directives", DIRECTIVE | {"organisation": "B"})
    assert office.post(f"directives/{lower['id']}/issue", {}, 409)["code"] == "nobody_below"
    assert office.post("directives/99/issue", {}, 404)["code"] == "record_not_found"


def test_issuing_takes_as_many_statements_for_many_as_for_one(office, database):
    counts = []
    for receivers in (["A"], ["A", "A1", "A2", "B"]):
        made = office.post("directives", DIRECTIVE | {"title": f"通知{len(receivers)}"})
        with statements(database) as seen:
            office.post(f"directives/{made['id']}/issue", {"organisations": receivers}, 200)
        counts.append(len([each for each in seen if not each.startswith("SELECT max(")]))
    assert counts[0] == counts[1]


def test_a_repeated_request_gets_the_first_answer(office):
    made = office.post("directives", DIRECTIVE)
    for _ in range(2):
        assert office.post(f"directives/{made['id']}/issue", {}, 200, **{"Idempotency-Key": "k1"}) == {"made": 2, "there": 0}


def test_a_receipt_is_conveyed_once(office, receipt):
    meeting = office.activity("A1", occurred_on=days_ago(6))
    said = {"conveyed_on": days_ago(6), "activity": meeting["id"]}
    assert office.post(f"{receipt}/convey", said, 428)["code"] == "if_match_required"
    for wrong, place in (
        ({"conveyed_on": days_ago(-1)}, "conveyed_on"),
        ({"conveyed_on": days_ago(21), "activity": None}, "conveyed_on"),
        ({"conveyed_on": days_ago(7)}, "activity"),
        ({"activity": 99}, "activity"),
    ):
        assert place in fields(office.step(receipt, "convey", said | wrong, 422))
    shown = office.step(receipt, "convey", said)
    assert (shown["conveyed_on"], shown["activity"], shown["version"]) == (days_ago(6), meeting["id"], 2)
    assert office.step(receipt, "convey", said, 409)["code"] == "already_conveyed"
    assert fields(office.change(receipt, {"due_on": days_ago(21)}, 422)) == {"due_on"}
    assert office.change(receipt, {"conveyed_on": days_ago(4), "activity": None})["conveyed_on"] == days_ago(4)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"issued_on": days_ago(-1), "due_on": days_ago(-2)}, "issued_on"),
        ({"due_on": days_ago(21)}, "body"),
        ({"organisation": "OLD"}, "issued_on"),
        ({"title": "字" * 201}, "title"),
    ],
)
def test_a_directive_that_cannot_be(office, wrong, place):
    assert place in fields(office.post("directives", DIRECTIVE | wrong, 422))


@pytest.fixture
def debrief(office):
    """The debrief of B, whose secretary is 张三."""
    office.position(office.member("张三", "B", member_since="2020-07-01"), "B")
    held = office.post("debrief-rounds", {"organisation": "T", "quarter": "2026-Q3", "title": "三季度述职", "held_on": days_ago(9)})
    assert office.post(f"debrief-rounds/{held['id']}/convene", {}, 200) == {"made": 2, "there": 0}
    assert office.post(f"debrief-rounds/{held['id']}/convene", {}, 200) == {"made": 0, "there": 2}
    [mine] = office.get("debriefs", organisation="B")["items"]
    assert mine["member_name"] == "张三"
    assert office.get("debriefs", organisation="A")["items"][0]["member"] is None
    return f"debriefs/{mine['id']}"


def test_a_debrief_is_presented_then_rated_by_others_once(office, debrief):
    rating = {"rater": "李四", "grade": "good", "comment": "思路清楚"}
    assert fields(office.post(f"{debrief}/rate", rating, 422)) == {"debrief"}
    assert fields(office.step(debrief, "present", {"presented_on": days_ago(-1)}, 422)) == {"presented_on"}
    assert office.step(debrief, "present", {"presented_on": days_ago(9)})["presented_on"] == days_ago(9)
    assert office.step(debrief, "present", {"presented_on": days_ago(9)}, 409)["code"] == "already_presented"
    made = office.post(f"{debrief}/rate", rating)
    assert (made["organisation"], made["grade"]) == ("B", "good")
    for again in ("李四", "李 四"):
        refusal = office.post(f"{debrief}/rate", rating | {"rater": again}, 422)
        assert (refusal["code"], fields(refusal)) == ("record_invalid", {"rater"})
        assert "只评一次" in refusal["detail"]
    for subject in ("张三", "张 三", "乙支部", "B"):
        refusal = office.post(f"{debrief}/rate", rating | {"rater": subject}, 422)
        assert fields(refusal) == {"rater"}
        assert "不能评议自己" in refusal["detail"]
    assert fields(office.post("debrief-ratings", rating | {"debrief": made["debrief"]}, 422)) == {"rater"}
    office.post(f"{debrief}/rate", rating | {"rater": "王五", "grade": "fair"})
    assert office.change(f"debrief-ratings/{made['id']}", {"grade": "fairly_good"})["grade"] == "fairly_good"
    office.withdraw(f"debrief-ratings/{made['id']}")
    office.post(f"{debrief}/rate", rating)
    assert office.post("debriefs/99/rate", rating, 404)["code"] == "record_not_found"


def test_a_debrief_is_not_submitted_tomorrow(office, debrief):
    assert fields(office.change(debrief, {"submitted_at": f"{days_ago(-2)}T08:00:00+08:00"}, 422)) == {"submitted_at"}
    assert office.change(debrief, {"submitted_at": f"{days_ago(9)}T08:00:00+08:00"})["submitted_at"]


def test_an_issue_is_closed_and_opened_again(office):
    inspection = {"organisation": "B", "inspector": "T", "held_on": days_ago(30), "subject": "基层党建"}
    for wrong, place in (({"inspector": "B"}, "inspector"), ({"held_on": days_ago(-1)}, "held_on"), ({"held_on": "2019-01-01"}, "held_on")):
        assert place in fields(office.post("inspections", inspection | wrong, 422))
    held = office.post("inspections", inspection)
    issue = {"inspection": held["id"], "level": "minor", "found": "记录不全", "due_on": days_ago(10)}
    assert fields(office.post("inspection-issues", issue | {"due_on": days_ago(31)}, 422)) == {"due_on"}
    assert fields(office.post("inspection-issues", issue | {"closed_on": days_ago(3)}, 422)) == {"closed_by"}
    place = f"inspection-issues/{office.post('inspection-issues', issue)['id']}"
    closing = {"closed_on": days_ago(12), "closed_by": "王书记"}
    assert office.step(place, "reopen", {"reason": "又出现"}, 409)["code"] == "not_closed"
    for wrong in (days_ago(-1), days_ago(31)):
        assert fields(office.step(place, "close", closing | {"closed_on": wrong}, 422)) == {"closed_on"}
    assert office.step(place, "close", closing)["closed_by"] == "王书记"
    assert office.step(place, "close", closing, 409)["code"] == "already_closed"
    opened = office.step(place, "reopen", {"reason": "又出现"})
    assert (opened["closed_on"], opened["closed_by"], opened["version"]) == (None, None, 3)


def test_plans_and_reports_lie_in_their_time(office):
    plan = office.post("work-plans", {"organisation": "B", "year": 2021, "title": "党建计划"})
    assert fields(office.post("work-plans", {"organisation": "B", "year": 2019, "title": "党建计划"}, 422)) == {"year"}
    item = {"work_plan": plan["id"], "task": "换届", "due_on": "2021-06-30"}
    assert fields(office.post("plan-items", item | {"completed_on": days_ago(-1)}, 422)) == {"completed_on"}
    office.post("plan-items", item | {"completed_on": "2021-06-01"})
    report = {"organisation": "B", "leader": "张三", "half": "2026-H1", "reported_on": "2026-07-02"}
    for wrong, place in (({"reported_on": "2025-12-31"}, "reported_on"), ({"leader": "字" * 101}, "leader"), ({"half": "2026-H3"}, "half")):
        assert place in fields(office.post("duty-reports", report | wrong, 422))
    office.post("duty-reports", report)
