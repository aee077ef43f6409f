"""The generated world obeys the rules of the records; everything is recomputed here from the rows alone."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from app.demo import World, build
from app.models.activities import ActivityKind

PARTICIPATION = {"present", "late"}


def by_id(world: World, table: str) -> dict[int, dict]:
    return {row["id"]: row for row in world.rows(table)}


def grouped(rows, key: str) -> dict[int, list[dict]]:
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def covers(row: dict, day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)


def parents(world: World, day: date) -> dict[int, int | None]:
    return {row["organisation_id"]: row["parent_id"] for row in world.rows("organisation_placement") if covers(row, day)}


def test_the_same_seed_and_day_give_equal_rows_and_another_seed_others():
    first, second, other = (build("town", seed, date(2026, 6, 30)) for seed in (3, 3, 4))
    for table in first.tables:
        assert list(first.rows(table)) == list(second.rows(table)), table
    assert list(first.rows("activity")) != list(other.rows("activity"))


def test_a_town_has_the_size_that_is_promised(town: World):
    organisations = [row for row in town.rows("organisation") if row["dissolved_on"] is None]
    assert sum(row["form"] in {"branch", "joint_branch"} for row in organisations) == 34
    assert 1400 <= town.count("member") <= 1600
    assert {row["category"] for row in organisations} == {"township", "village", "community", "agency", "new_economic", "new_social"}


def test_a_county_has_the_size_that_is_promised():
    county = build("county", 7, date(2026, 6, 30))
    categories = Counter(
        row["category"] for row in county.rows("organisation") if row["dissolved_on"] is None and row["code"].count("-") < 2
    )
    assert (categories["higher"], categories["township"], categories["village"] + categories["community"]) == (1, 12, 320)
    branches = sum(row["form"] in {"branch", "joint_branch"} and row["dissolved_on"] is None for row in county.rows("organisation"))
    assert abs(branches - 600) <= 20
    assert abs(county.count("member") - 30_000) <= 1_000
    held = [row for row in county.rows("activity") if row["status"] == "held" and row["occurred_on"].year == 2025]
    assert abs(len(held) - 30_000) <= 4_500
    assert abs(sum(row["expected_count"] for row in held) - 900_000) <= 135_000


def test_every_member_belongs_somewhere_without_overlap(any_town: World):
    organisations, members = by_id(any_town, "organisation"), by_id(any_town, "member")
    memberships = grouped(any_town.rows("membership"), "member_id")
    groups = by_id(any_town, "party_group")
    assert memberships.keys() == members.keys()
    for member, rows in memberships.items():
        rows.sort(key=lambda row: row["valid_from"])
        assert members[member]["organisation_id"] == rows[-1]["organisation_id"]
        assert members[member]["admitted_on"] <= rows[0]["valid_from"] <= any_town.as_of
        for row, following in pairwise(rows):
            assert row["valid_to"] < following["valid_from"]
        for row in rows:
            owner = organisations[row["organisation_id"]]
            assert owner["established_on"] <= row["valid_from"]
            assert owner["dissolved_on"] is None or row["valid_to"] < owner["dissolved_on"]
            assert row["group_id"] is None or groups[row["group_id"]]["organisation_id"] == owner["id"]
        gone = members[member]["status"] in {"left", "deceased", "suspended"}
        assert (rows[-1]["valid_to"] is not None) == gone


def test_members_are_adults_and_carry_no_invented_identity(any_town: World):
    for row in any_town.rows("member"):
        assert (row["admitted_on"] - row["birth_date"]).days >= 18 * 365
        assert (row["full_on"] is None) == (row["status"] == "probationary" or (row["admitted_on"] + timedelta(365) > any_town.as_of))
        assert not {"national_id_sealed", "national_id_index", "phone_sealed", "phone_index"} & row.keys()


def test_every_organisation_has_one_open_placement_until_it_is_dissolved(any_town: World):
    organisations = by_id(any_town, "organisation")
    placements = grouped(any_town.rows("organisation_placement"), "organisation_id")
    for identity, organisation in organisations.items():
        rows = sorted(placements[identity], key=lambda row: row["valid_from"])
        assert rows[0]["valid_from"] == organisation["established_on"]
        for row, following in pairwise(rows):
            assert row["valid_to"] + timedelta(1) == following["valid_from"]
        ended = organisation["dissolved_on"]
        assert rows[-1]["valid_to"] == (None if ended is None else ended - timedelta(1))
        for row in rows:
            above = organisations.get(row["parent_id"])
            assert above is None or above["established_on"] <= row["valid_from"]
            assert (row["committee_seats"] > 0) == row["has_committee"]


def test_paths_follow_placements_and_principal_successors(any_town: World):
    above = parents(any_town, any_town.as_of)
    above |= {row["predecessor_id"]: row["successor_id"] for row in any_town.rows("organisation_lineage") if row["principal"]}
    for row in any_town.rows("organisation"):
        chain, step = [], row["id"]
        while step is not None:
            assert step not in chain
            chain.append(step)
            step = above[step]
        assert row["path"] == "/" + "".join(f"{each}/" for each in reversed(chain))


def test_counters_are_those_of_the_register(any_town: World):
    expected, present = Counter(), Counter()
    for row in any_town.rows("attendance"):
        expected[row["activity_id"]] += row["status"] != "exempt"
        present[row["activity_id"]] += row["status"] in PARTICIPATION
    for row in any_town.rows("activity"):
        assert row["present_count"] == present[row["id"]]
        if row["status"] == "held" and not row["withdrawn_at"]:
            assert row["expected_count"] == expected[row["id"]]
        else:
            assert not expected[row["id"]]
        if row["votes_due"] is not None:
            assert row["votes_for"] <= row["votes_present"] <= row["votes_due"] < 2 * row["votes_present"]


def test_rosters_follow_the_rules_of_each_kind(any_town: World):
    members = by_id(any_town, "member")
    memberships, positions = list(any_town.rows("membership")), list(any_town.rows("position"))
    floating = [row for row in any_town.rows("floating_member") if row["direction"] == "out"]
    registers = defaultdict(list)
    for row in any_town.rows("attendance"):
        registers[row["activity_id"]].append(row["member_id"])
    every = list(any_town.rows("activity"))
    rare = [row for row in every if row["kind"] == "delegates"][:2] + [row for row in every if row["status"] != "held"][:20]
    for activity in [*rare, *every[:: len(every) // 150]]:
        day = activity["occurred_on"]
        if activity["kind"] == ActivityKind.committee_meeting:
            roster = {row["member_id"] for row in positions if row["organisation_id"] == activity["organisation_id"] and covers(row, day)}
        elif activity["kind"] == ActivityKind.group_meeting:
            roster = {row["member_id"] for row in memberships if row["group_id"] == activity["group_id"] and covers(row, day)}
        else:
            inside, above = {activity["organisation_id"]}, parents(any_town, day)
            while below := {child for child, parent in above.items() if parent in inside} - inside:
                inside |= below
            roster = {row["member_id"] for row in memberships if row["organisation_id"] in inside and covers(row, day)}
        roster = {each for each in roster if not (since := members[each]["duty_exempt_from"]) or since > day}
        roster -= {row["member_id"] for row in floating if covers(row, day)}
        if activity["status"] == "held" and not activity["withdrawn_at"]:
            assert registers[activity["id"]] == sorted(roster), activity
        else:
            assert activity["expected_count"] == len(roster)


def test_activities_lie_in_the_life_of_their_organisation(any_town: World):
    organisations = by_id(any_town, "organisation")
    first = date(any_town.as_of.year - 1, 1, 1)
    for row in any_town.rows("activity"):
        owner, day = organisations[row["organisation_id"]], row["occurred_on"]
        assert owner["established_on"] <= day
        assert owner["dissolved_on"] is None or day < owner["dissolved_on"]
        assert first <= day
        assert (day > any_town.as_of) == (row["status"] == "planned")
        assert (row["group_id"] is None) == (row["kind"] != "group_meeting")


def test_nothing_is_entered_twice(any_town: World):
    kept = [row for row in any_town.rows("activity") if not row["withdrawn_at"]]
    keys = [(row["organisation_id"], row["kind"], row["occurred_on"], row["title"]) for row in kept]
    assert len(keys) == len(set(keys))


def test_posts_are_held_by_members_and_terms_do_not_overlap(any_town: World):
    memberships = grouped(any_town.rows("membership"), "member_id")
    for organisation, rows in grouped(any_town.rows("position"), "organisation_id").items():
        for day in {row["valid_from"] for row in rows}:
            holders = [row["member_id"] for row in rows if covers(row, day)]
            assert len(holders) == len(set(holders)), organisation
            assert sum(row["post"] == "secretary" for row in rows if covers(row, day)) <= 1
        for row in rows:
            last = row["valid_to"] or any_town.as_of
            assert any(covers(each, row["valid_from"]) and covers(each, last) for each in memberships[row["member_id"]])


def test_an_organisation_has_a_secretary(any_town: World):
    led = {row["organisation_id"] for row in any_town.rows("position") if row["post"] == "secretary" and covers(row, any_town.as_of)}
    assert led == {row["id"] for row in any_town.rows("organisation") if row["dissolved_on"] is None}


def test_at_most_a_third_is_graded_excellent(any_town: World):
    graded = defaultdict(list)
    for row in any_town.rows("member_appraisal"):
        assert row["appraised_on"] <= any_town.as_of
        graded[row["organisation_id"], row["year"]].append(row["grade"])
    assert {year for _, year in graded} >= {any_town.as_of.year - 1}
    for grades in graded.values():
        assert grades.count("excellent") * 3 <= len(grades)


def test_good_and_weak_organisations_differ_in_every_category(town: World):
    evaluated = {row["organisation_id"] for row in town.rows("organisation_placement") if row["evaluated"] and row["valid_to"] is None}
    category = {
        row["id"]: row["category"].replace("new_social", "new_economic") for row in town.rows("organisation") if row["id"] in evaluated
    }
    shares = defaultdict(list)
    held = (row for row in town.rows("activity") if row["status"] == "held" and not row["withdrawn_at"])
    for identity, rows in grouped(held, "organisation_id").items():
        expected = sum(row["expected_count"] for row in rows)
        if identity in category and expected:
            shares[category[identity]].append(sum(row["present_count"] for row in rows) / expected)
    for kind in ("village", "community", "agency", "new_economic"):
        assert max(shares[kind]) > 0.88, kind
        assert max(shares[kind]) - min(shares[kind]) > 0.08, kind
    assert np.min(shares["village"]) < 0.78


def lineage(world: World, kind: str) -> list[bool]:
    return [row["principal"] for row in world.rows("organisation_lineage") if row["kind"] == kind]


def terms(world: World) -> list[timedelta]:
    """How long the latest term of every organisation still runs."""
    latest = {row["organisation_id"]: row["term_until"] for row in sorted(world.rows("election"), key=lambda row: row["held_on"])}
    return [until - world.as_of for until in latest.values()]


def vacancies(world: World) -> list[int]:
    holders = Counter(row["organisation_id"] for row in world.rows("position") if covers(row, world.as_of))
    standing = [row for row in world.rows("organisation_placement") if row["valid_to"] is None and row["has_committee"]]
    return [row["committee_seats"] - holders[row["organisation_id"]] for row in standing]


def lags(world: World) -> list[int]:
    return [(row["recorded_at"].date() - row["occurred_on"]).days for row in world.rows("activity")]


def some(table: str, condition: Callable[[dict], bool]) -> Callable[[World], bool]:
    return lambda world: any(condition(row) for row in world.rows(table))


CASES: dict[str, Callable[[World], bool]] = {
    "newly founded": lambda world: any(
        row["category"] == "new_economic" and row["established_on"] > world.as_of - timedelta(140) for row in world.rows("organisation")
    ),
    "merged pair": lambda world: lineage(world, "merge") == [True, True],
    "split": lambda world: lineage(world, "split") == [True, False],
    "moved": some("organisation_placement", lambda row: row["valid_to"] and not row["evaluated"] and row["parent_id"] != 1),
    "joint branch": some("organisation", lambda row: row["form"] == "joint_branch" and row["joint_kind"] and row["partners"]),
    "joined villages": some("organisation", lambda row: row["joint_kind"] == "village_village" and row["partners"]),
    "exempt from all": some("organisation_exemption", lambda row: row["what"] == "all"),
    "exempt from one": some("organisation_exemption", lambda row: row["what"] == "committee_meetings"),
    "late entry": lambda world: max(lags(world)) > 10,
    "cancelled": some("activity", lambda row: row["status"] == "cancelled"),
    "planned": some("activity", lambda row: row["status"] == "planned"),
    "withdrawn": some("activity", lambda row: row["withdrawn_at"] and row["withdrawn_reason"]),
    "signed off": some("activity", lambda row: row["signed_off_at"]),
    "not signed off": some("activity", lambda row: row["status"] == "held" and not row["signed_off_at"]),
    "transferred": lambda world: world.count("membership") > world.count("member"),
    "probationary": some("member", lambda row: row["status"] == "probationary"),
    "suspended": some("member", lambda row: row["status"] == "suspended" and row["suspended_from"]),
    "left": some("member", lambda row: row["status"] == "left"),
    "deceased": some("member", lambda row: row["status"] == "deceased"),
    "exempt from duties": some("member", lambda row: row["duty_exempt_from"] and row["duty_exempt_reason"]),
    "exempt that day": some("attendance", lambda row: row["status"] == "exempt"),
    "term ends soon": lambda world: any(timedelta(0) < left < timedelta(183) for left in terms(world)),
    "seats empty": lambda world: max(vacancies(world)) >= 2,
    "standing delegates": some("organisation", lambda row: row["standing_delegates"]),
    "needs a venue": some("organisation", lambda row: row["needs_venue"]),
    "bonus": some("adjustment", lambda row: row["kind"] == "bonus" and row["confirmed_on"] and row["document"]),
    "deduction": some("adjustment", lambda row: row["kind"] == "deduction" and row["confirmed_on"]),
    "ceiling not confirmed": some("adjustment", lambda row: row["kind"] == "ceiling" and not row["confirmed_on"]),
}


@pytest.mark.parametrize("case", CASES)
def test_every_special_case_is_shown(any_town: World, case: str):
    assert CASES[case](any_town)
