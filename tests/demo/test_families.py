"""The families beside members and activities: dates in order, owners alive, children that agree with their parents."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.demo import World

HAPPENED = {
    "directive": "issued_on",
    "debrief_round": "held_on",
    "inspection": "held_on",
    "liaison_visit": "visited_on",
    "post_service": "served_on",
    "training": "valid_from",
    "learning_record": "completed_on",
    "care_record": "cared_on",
    "dispute": "taken_up_on",
    "venue_use": "used_on",
    "fund": "booked_on",
    "floating_contact": "contacted_on",
    "pairing_entry": "happened_on",
    "directive_receipt": "conveyed_on",
    "plan_item": "completed_on",
    "debrief": "presented_on",
    "duty_report": "reported_on",
    "inspection_issue": "closed_on",
    "pairing_report": "submitted_on",
}
"""The day on which something was done; it lies in the window and in the life of the owner."""
UNIQUE = {
    "directive_receipt": ("directive_id", "organisation_id"),
    "work_plan": ("organisation_id", "year"),
    "debrief": ("debrief_round_id", "organisation_id"),
    "debrief_rating": ("debrief_id", "rater"),
    "duty_report": ("organisation_id", "half", "leader"),
    "training_class": ("training_id", "member_class"),
    "training_record": ("training_id", "member_id"),
    "learning_record": ("member_id", "lesson_id"),
    "dispute_mediator": ("dispute_id", "member_id"),
    "development_stage": ("development_id", "stage"),
    "development_document": ("development_stage_id", "kind"),
    "pairing_leader": ("pairing_entry_id", "member_id"),
    "pairing_report": ("pairing_id", "organisation_id", "period"),
    "venue_use": ("venue_id", "used_on"),
}
STAGES = ["applicant", "activist", "target", "probationary", "full"]


def by_id(world: World, table: str) -> dict[int, dict]:
    return {row["id"]: row for row in world.rows(table)}


def children(world: World, table: str, key: str) -> dict[int, list[dict]]:
    found = defaultdict(list)
    for row in world.rows(table):
        found[row[key]].append(row)
    return found


def with_parent(world: World, table: str, parent: str):
    """Pairs (row, its parent)."""
    above = by_id(world, parent)
    for row in world.rows(table):
        yield row, above[row[f"{parent}_id"]]


@pytest.mark.parametrize("table", HAPPENED)
def test_what_was_done_lies_in_the_window_and_in_the_life_of_its_owner(any_town: World, table: str):
    organisations = by_id(any_town, "organisation")
    first = date(any_town.as_of.year - 1, 1, 1)
    for row in any_town.rows(table):
        day, owner = row[HAPPENED[table]], organisations[row["organisation_id"]]
        if day is not None:
            assert first <= day <= any_town.as_of
            assert owner["established_on"] <= day
            assert owner["dissolved_on"] is None or day < owner["dissolved_on"]


@pytest.mark.parametrize("table", UNIQUE)
def test_keys_are_unique(any_town: World, table: str):
    keys = Counter(tuple(row[name] for name in UNIQUE[table]) for row in any_town.rows(table))
    assert max(keys.values(), default=1) == 1


def test_directives_reach_every_evaluated_organisation(any_town: World):
    for row, directive in with_parent(any_town, "directive_receipt", "directive"):
        assert directive["issued_on"] < row["due_on"] == directive["due_on"]
        assert row["conveyed_on"] is None or row["conveyed_on"] > directive["issued_on"]


def test_debriefs_belong_to_the_quarter_and_are_rated_when_presented(any_town: World):
    rounds = by_id(any_town, "debrief_round")
    for row in rounds.values():
        assert row["quarter"] == f"{row['held_on'].year}-Q{(row['held_on'].month + 2) // 3}"
    for row, round_ in with_parent(any_town, "debrief", "debrief_round"):
        assert row["presented_on"] in {None, round_["held_on"]}
        assert row["submitted_at"] or not row["presented_on"]
    names = {row["id"]: row["name"] for row in any_town.rows("member")}
    for row, debrief in with_parent(any_town, "debrief_rating", "debrief"):
        assert debrief["presented_on"]
        assert row["rater"] != names[debrief["member_id"]]
        assert row["organisation_id"] == debrief["organisation_id"]


def test_reports_lie_in_their_half_year(any_town: World):
    for row in any_town.rows("duty_report"):
        on = row["reported_on"]
        assert on is None or row["half"] == f"{on.year}-H{1 + (on.month > 6)}"


def test_issues_are_closed_after_they_were_found(any_town: World):
    for row, inspection in with_parent(any_town, "inspection_issue", "inspection"):
        assert inspection["held_on"] < row["due_on"]
        assert row["closed_on"] is None or row["closed_on"] > inspection["held_on"]
        assert row["organisation_id"] == inspection["organisation_id"] != inspection["inspector_id"]
        assert (row["closed_by"] is None) == (row["closed_on"] is None)


def test_units_carry_no_invented_code_and_visits_follow_the_liaison(any_town: World):
    for row in any_town.rows("unit"):
        assert "uscc" not in row
        assert (row["coverage"] == "none") == (row["covering_id"] is None)
    units = by_id(any_town, "unit")
    for row in any_town.rows("liaison"):
        assert row["unit_id"] is None or row["valid_from"] >= units[row["unit_id"]]["valid_from"]
    for row, liaison in with_parent(any_town, "liaison_visit", "liaison"):
        assert row["visited_on"] >= liaison["valid_from"]
        assert row["solved_on"] is None or (row["problem"] and row["visited_on"] <= row["solved_on"] <= any_town.as_of)


def test_services_fall_in_the_time_of_the_post(any_town: World):
    for row, post in with_parent(any_town, "post_service", "pioneer_post"):
        assert row["served_on"] >= post["valid_from"]
        assert row["organisation_id"] == post["organisation_id"]


def test_training_registers_are_consistent(any_town: World):
    classes = children(any_town, "training_class", "training_id")
    for row in any_town.rows("training"):
        assert sorted(each["member_class"] for each in classes[row["id"]]) == sorted(row["target_classes"])
    for row, training in with_parent(any_town, "training_record", "training"):
        assert row["organisation_id"] == training["organisation_id"]
        assert row["minutes"] == (training["minutes"] if row["attended"] else 0)
        assert row["attended"] or not row["assessed"]
        assert (row["passed"] is None) == (row["score"] is None) == (not row["assessed"])


def test_learning_happens_in_the_organisation_of_that_day_and_its_town(any_town: World):
    memberships = children(any_town, "membership", "member_id")
    for row in list(any_town.rows("learning_record"))[::20]:
        on = row["completed_on"]
        assert (row["completed_at"] + timedelta(hours=8)).date() == on
        assert any(
            each["organisation_id"] == row["organisation_id"] and each["valid_from"] <= on and (each["valid_to"] or on) >= on
            for each in memberships[row["member_id"]]
        )


def test_hardship_has_no_invented_cause_and_members_belong_to_the_owner(any_town: World):
    members = by_id(any_town, "member")
    for table in ("hardship_case", "care_record", "prosperity_project", "pioneer_post"):
        for row in any_town.rows(table):
            assert "cause_sealed" not in row
            assert members[row["member_id"]]["organisation_id"] == row["organisation_id"]
    for row in any_town.rows("dispute"):
        assert row["resolved_on"] is None or row["taken_up_on"] < row["resolved_on"] <= any_town.as_of


def test_money_that_is_allocated_goes_to_somebody(any_town: World):
    for row in any_town.rows("fund"):
        assert row["amount"] > 0
        assert row["year"] == row["booked_on"].year
        assert (row["direction"] == "allocated") == (row["to_organisation_id"] is not None)


def test_venues_are_used_by_those_who_may(any_town: World):
    for row, venue in with_parent(any_town, "venue_use", "venue"):
        assert row["starts_at"] < row["ends_at"]
        assert venue["valid_from"] <= row["used_on"]
        assert venue["valid_to"] is None or row["used_on"] <= venue["valid_to"]


def test_who_floats_out_is_a_member_there_all_the_time(any_town: World):
    memberships = children(any_town, "membership", "member_id")
    out = [row for row in any_town.rows("floating_member") if row["direction"] == "out"]
    assert len({row["member_id"] for row in out}) == len(out)
    for row in out:
        (membership,) = memberships[row["member_id"]]
        assert membership["organisation_id"] == row["organisation_id"]
        assert membership["valid_from"] <= row["valid_from"] <= any_town.as_of
    for row, period in with_parent(any_town, "floating_contact", "floating_member"):
        assert period["valid_from"] <= row["contacted_on"] <= (period["valid_to"] or any_town.as_of)


def test_stages_are_in_order_and_documents_are_listed_twice_alike(any_town: World):
    documents = children(any_town, "development_document", "development_stage_id")
    developments = by_id(any_town, "development")
    members = by_id(any_town, "member")
    for identity, stages in children(any_town, "development_stage", "development_id").items():
        development = developments[identity]
        assert [row["stage"] for row in stages] == STAGES[: len(stages)]
        assert development["stage"] == stages[-1]["stage"]
        days = [row["reached_on"] for row in stages]
        assert days == sorted(days)
        assert days[-1] <= any_town.as_of
        for row in stages:
            assert sorted(each["kind"] for each in documents[row["id"]]) == sorted(row["documents"])
        if development["member_id"]:
            assert stages[3]["reached_on"] == members[development["member_id"]]["admitted_on"]


def test_pairings_have_two_sides_and_everything_comes_from_one_of_them(any_town: World):
    for row in any_town.rows("pairing"):
        assert row["organisation_id"] != row["partner_id"]
    for row, pairing in with_parent(any_town, "pairing_entry", "pairing"):
        side = pairing["organisation_id"] if row["entered_side"] == "a" else pairing["partner_id"]
        assert row["organisation_id"] == side
        assert row["happened_on"] >= pairing["valid_from"]
        assert row["confirmed_on"] is None or row["happened_on"] <= row["confirmed_on"] <= any_town.as_of
    for row, pairing in with_parent(any_town, "pairing_report", "pairing"):
        assert row["organisation_id"] in {pairing["organisation_id"], pairing["partner_id"]}


def some(table: str, condition: Callable[[dict], bool]) -> Callable[[World], bool]:
    return lambda world: any(condition(row) for row in world.rows(table))


def unrated(world: World) -> bool:
    newest = max(row["held_on"] for row in world.rows("debrief_round"))
    rated = {row["debrief_id"] for row in world.rows("debrief_rating")}
    return any(row["presented_on"] == newest and row["id"] not in rated for row in world.rows("debrief"))


CASES: dict[str, Callable[[World], bool]] = {
    "conveyed late": some("directive_receipt", lambda row: row["conveyed_on"] and row["conveyed_on"] > row["due_on"]),
    "not conveyed": some("directive_receipt", lambda row: row["conveyed_on"] is None),
    "not presented": some("debrief", lambda row: row["presented_on"] is None),
    "newest round partly unrated": unrated,
    "closed late": some("inspection_issue", lambda row: row["closed_on"] and row["closed_on"] > row["due_on"]),
    "still open": some("inspection_issue", lambda row: row["closed_on"] is None),
    "covered alone": some("unit", lambda row: row["coverage"] == "alone"),
    "not covered": some("unit", lambda row: row["coverage"] == "none"),
    "instructor": some("unit", lambda row: row["instructor"]),
    "mass organisation": some("unit", lambda row: row["mass_organisation"]),
    "attendance not entered": some("training_record", lambda row: row["attended"] is None),
    "failed": some("training_record", lambda row: row["passed"] is False),
    "young hardship": lambda world: any(row["valid_from"] > world.as_of - timedelta(30) for row in world.rows("hardship_case")),
    "behind plan": some("assistance_project", lambda row: row["progress"] < row["planned_progress"]),
    "room below standard": some("venue", lambda row: not row["meets_standard"]),
    "floating in": some("floating_member", lambda row: row["direction"] == "in"),
    "no certificate": some("floating_member", lambda row: row["certificate"] is None),
    "not confirmed": some("pairing_entry", lambda row: row["confirmed_on"] is None),
    "no result": some("pairing_entry", lambda row: row["result"] is None),
    "report missing": some("pairing_report", lambda row: row["submitted_on"] is None),
    "no plan agreed": some("pairing", lambda row: row["agreed_on"] is None),
}


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_shown(town: World, case: str):
    assert CASES[case](town)
