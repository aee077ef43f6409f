"""Training and distance education."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from tests.independent.world import BRANCHES, ONE, Item, World, calendar, days, earned, overlap, rounded

THEMES = ("ideals", "leadership", "integrity")


def in_window(world: World) -> dict[int, sqlite3.Row]:
    """Trainings whose first day lies in W."""
    return {row["id"]: row for row in world.dated("training", "valid_from")}


def attended(world: World) -> dict[int, list[sqlite3.Row]]:
    """By member the trainings in W that he or she attended."""
    trainings, found = in_window(world), defaultdict(list)
    for row in world.rows["training_record"]:
        if row["training_id"] in trainings and row["attended"]:
            found[row["member_id"]].append(trainings[row["training_id"]])
    return found


def first_of(trainings: list[sqlite3.Row]) -> int | None:
    return min(((row["valid_from"], row["id"]) for row in trainings), default=(None, None))[1]


def skills_training_coverage(world: World) -> Iterator[Item]:
    """1.04."""
    went = attended(world)
    for organisation, person in world.members:
        if person["member_class"] == "farmer":
            first = first_of([row for row in went.get(person["id"], []) if row["theme"] == "practical_skills"])
            yield earned(organisation, person["name"], first, int(first is not None))


def distance_education(world: World) -> Iterator[Item]:
    """3.09."""
    happened = world.own_and_shared("distance_education")
    homes = {person["id"]: organisation for organisation, person in world.members}
    sizes: dict[int, int] = defaultdict(int)
    for home in homes.values():
        sizes[home] += 1
    learners: dict[tuple[int, str], dict[int, tuple[str, int]]] = defaultdict(dict)
    for row in sorted(world.dated("learning_record", "completed_on"), key=lambda row: (row["completed_on"], row["id"])):
        if row["member_id"] in homes:
            month = (homes[row["member_id"]], row["completed_on"][:7])
            learners[month].setdefault(row["member_id"], (row["completed_on"], row["id"]))
    for (branch, _), found in learners.items():
        if 2 * len(found) >= sizes[branch]:
            happened[branch] = [*happened.get(branch, []), *found.values()]
    return world.recurring("distance_education", 1, world.branches(), happened)


def training_hours(world: World) -> Iterator[Item]:
    """4.01: amounts in hours; the year's hours × share of the year × days with a membership / days(W)."""
    months, whole = len(calendar(world.start, world.end, 1)), days(world.start, world.end)
    lessons, trainings = world.by_id("lesson"), in_window(world)
    minutes: dict[int, int] = defaultdict(int)
    for row in world.rows["training_record"]:
        if row["training_id"] in trainings and row["attended"]:
            minutes[row["member_id"]] += row["minutes"]
    for row in world.dated("learning_record", "completed_on"):
        if row["lesson_id"] in lessons:
            minutes[row["member_id"]] += lessons[row["lesson_id"]]["minutes"]
    belonged: dict[int, int] = defaultdict(int)
    for row in world.rows["membership"]:
        belonged[row["member_id"]] += overlap(row, world.start, world.day)
    leading = {row["member_id"] for row in world.existing("position")}
    for organisation, person in world.members:
        hours = 56 if person["id"] in leading else 32
        due = rounded(hours * months * belonged[person["id"]], 12 * whole)
        got = min(due, rounded(minutes[person["id"]], 60))
        yield Item(organisation, person["name"], None, got, due, fixable=due - got)


def training_fits_class(world: World) -> Iterator[Item]:
    """4.02: a training without classes is aimed at all."""
    went, aimed, present = attended(world), defaultdict(set), defaultdict(list)
    for row in world.rows["training_class"]:
        aimed[row["training_id"]].add(row["member_class"])
    for organisation, person in world.members:
        if world.organisations[organisation]["form"] in BRANCHES:
            present[organisation, person["member_class"]].append(person["id"])
    for (branch, kind), persons in present.items():
        fitting = [row for person in persons for row in went.get(person, []) if kind in aimed.get(row["id"], {kind})]
        first = first_of(fitting)
        yield earned(branch, "", first, int(first is not None))


def training_themes(world: World) -> Iterator[Item]:
    """4.03."""
    went, had = attended(world), defaultdict(list)
    for organisation, person in world.members:
        for row in went.get(person["id"], []):
            had[organisation, row["theme"]].append(row)
    for each, row in world.organisations.items():
        if row["form"] in BRANCHES and world.exists(each, world.day):
            for theme in THEMES:
                first = first_of(had.get((each, theme), []))
                yield earned(each, "", first, int(first is not None))


def of_members(world: World) -> Iterator[tuple[int, str, sqlite3.Row]]:
    """Organisation, label and row of the training records in W of members."""
    homes = {person["id"]: (organisation, person["name"]) for organisation, person in world.members}
    trainings = in_window(world)
    for row in world.rows["training_record"]:
        if row["training_id"] in trainings and row["member_id"] in homes:
            yield *homes[row["member_id"]], row


def training_register(world: World) -> Iterator[Item]:
    """4.04."""
    for organisation, name, row in of_members(world):
        complete = row["attended"] is not None and (not row["attended"] or bool(row["assessed"]))
        yield earned(organisation, name, row["id"], int(complete))


def training_passed(world: World) -> Iterator[Item]:
    """4.05."""
    for organisation, name, row in of_members(world):
        if row["assessed"]:
            yield Item(organisation, name, row["id"], ONE if row["passed"] else 0, ONE)


def training_responsibility(world: World) -> Iterator[Item]:
    """4.06."""
    for row in in_window(world).values():
        yield earned(row["organisation_id"], row["title"], row["id"], int(bool(row["level"] and row["responsible"])))
