"""Sections two and three where they are about units and new-type organisations: coverage, delegates, liaison, support, pioneers."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from tests.independent.world import NEW, ONE, Happened, Item, Owner, World, covers, earned


def is_covered(world: World, unit: sqlite3.Row) -> bool:
    return unit["coverage"] != "none" and unit["covering_id"] in world.organisations and world.exists(unit["covering_id"], world.day)


def units_covered(world: World) -> Iterator[Item]:
    """2.01."""
    for unit in world.existing("unit"):
        yield earned(unit["organisation_id"], unit["name"], unit["id"], int(is_covered(world, unit)))


def units_covered_alone(world: World) -> Iterator[Item]:
    """2.02."""
    for unit in world.existing("unit"):
        if unit["full_members"] >= 3:
            alone = is_covered(world, unit) and unit["coverage"] == "alone"
            yield earned(unit["organisation_id"], unit["name"], unit["id"], int(alone))


def visits(world: World) -> tuple[Happened, Happened]:
    """Visits in W by unit, and by organisation where no unit is named."""
    units: Happened = defaultdict(list)
    organisations: Happened = defaultdict(list)
    liaisons = world.by_id("liaison")
    for row in world.dated("liaison_visit", "visited_on"):
        liaison = liaisons.get(row["liaison_id"])
        if liaison is not None and liaison["unit_id"] is not None:
            units[liaison["unit_id"]].append((row["visited_on"], row["id"]))
        elif liaison is not None:
            organisations[liaison["organisation_id"]].append((row["visited_on"], row["id"]))
    return units, organisations


def units_work_covered(world: World) -> Iterator[Item]:
    """2.03."""
    visited, _ = visits(world)
    for unit in world.existing("unit"):
        if not is_covered(world, unit):
            good = bool(unit["instructor"] or unit["mass_organisation"]) and bool(visited.get(unit["id"]))
            yield earned(unit["organisation_id"], unit["name"], unit["id"], int(good))


def delegate_activities(world: World) -> Iterator[Item]:
    """2.06."""
    owners = world.organisations_owing(lambda row: bool(row["standing_delegates"]))
    return world.recurring("delegate_activities", 6, owners, world.own("delegates"))


def pioneer_posts(world: World) -> Iterator[Item]:
    """3.12."""
    served = {row["pioneer_post_id"] for row in world.dated("post_service", "served_on")}
    held = defaultdict(list)
    for row in world.running("pioneer_post"):
        if row["id"] in served:
            held[row["member_id"]].append((row["valid_from"], row["id"]))
    for organisation, person in world.members:
        if person["id"] not in world.away:
            first = min(held.get(person["id"], ()), default=(None, None))[1]
            yield earned(organisation, person["name"], first, int(first is not None))


def liaison_visits(world: World) -> Iterator[Item]:
    """3.13: a unit has a liaison if one exists on D; its quarters follow its own dates."""
    to_units, to_organisations = visits(world)
    yield from world.recurring("liaison_visits", 3, world.owing_evaluated(*NEW), to_organisations)
    with_liaison = {row["unit_id"] for row in world.existing("liaison")}
    units = [row for row in world.rows["unit"] if row["id"] in with_liaison and row["coverage"] != "alone"]
    owners = [Owner(row["id"], row["organisation_id"], f" · {row['name']}", lambda day, row=row: covers(row, day)) for row in units]
    yield from world.recurring("liaison_visits", 3, owners, to_units)


def activity_support(world: World) -> Iterator[Item]:
    """3.14: the room may stand anywhere in the own tree."""
    funded = {row["to_organisation_id"] for row in world.dated("fund", "booked_on") if row["direction"] == "allocated"}
    sources = ("owner", "fiscal")
    incomes = [row for row in world.dated("fund", "booked_on") if row["direction"] == "in" and row["fund_source"] in sources]
    funded |= {row["organisation_id"] for row in incomes}
    placed = {world.own_tree_of[row["organisation_id"]] for row in world.existing("venue") if row["kind"] == "activity_room"}
    placed |= {row["organisation_id"] for row in world.dated("venue_use", "used_on")}
    for each in world.of_category(*NEW):
        got = ((each in funded) + (each in placed)) * ONE // 2
        yield Item(each, "", None, got, ONE, fixable=ONE - got)
