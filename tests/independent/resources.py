"""Venues and money."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.independent.world import ONE, Happened, Item, World, calendar, covers, days, earliest, rounded

TILTED = {"village", "new_economic", "new_social"}


def millionths(yuan: object) -> int:
    return int(Decimal(str(yuan)) * ONE)


def venues_ready(world: World) -> Iterator[Item]:
    """1.03."""
    users = defaultdict(set)
    for row in world.dated("venue_use", "used_on"):
        users[row["venue_id"]].add(world.own_tree_of[row["organisation_id"]])
    for each in world.evaluated:
        if world.organisations[each]["needs_venue"]:
            ready: list[sqlite3.Row] = []
            got = 0
            for kind in ("activity_room", "distance_site"):
                rooms = [row for row in world.existing("venue") if row["kind"] == kind and row["meets_standard"]]
                found = [
                    row
                    for row in rooms
                    if world.own_tree_of[row["organisation_id"]] == each or (row["shared"] and each in users[row["id"]])
                ]
                got += ONE // 2 if found else 0
                ready += found
            yield Item(each, "", earliest(ready), got, ONE, fixable=ONE - got)


def funds_guaranteed(world: World) -> Iterator[Item]:
    """5.05: 200 yuan × share of the year × members of the own tree."""
    members: dict[int | None, int] = defaultdict(int)
    for organisation, _ in world.members:
        members[world.own_tree_of[organisation]] += 1
    money: dict[int | None, int] = defaultdict(int)
    for row in world.dated("fund", "booked_on"):
        if row["direction"] != "out":
            to = row["organisation_id"] if row["direction"] == "in" else row["to_organisation_id"]
            money[world.own_tree_of[to]] += millionths(row["amount"])
    months = len(calendar(world.start, world.end, 1))
    share = months * days(world.start, world.day), 12 * days(world.start, world.end)
    for each in world.evaluated:
        due = rounded(200 * share[0] * members[each], share[1])
        got = min(due, money[each])
        if due:
            yield Item(each, "", None, got, due, fixable=due - got)


def funds_tilted(world: World) -> Iterator[Item]:
    """5.06."""
    for row in world.dated("fund", "booked_on"):
        if row["direction"] == "allocated" and world.organisations[row["organisation_id"]]["category"] == "township":
            amount = millionths(row["amount"])
            to = world.organisations[row["to_organisation_id"]]
            yield Item(row["organisation_id"], "", row["id"], amount if to["category"] in TILTED else 0, amount)


def venues_shared(world: World) -> Iterator[Item]:
    """5.07: due where a venue of the own tree exists on the first and on the last day."""
    owned, happened = defaultdict(list), defaultdict(list)
    venues = world.by_id("venue")
    for row in venues.values():
        owned[world.own_tree_of[row["organisation_id"]]].append(row)
    for row in world.dated("venue_use", "used_on"):
        if row["venue_id"] in venues:
            owner = world.own_tree_of[venues[row["venue_id"]]["organisation_id"]]
            if owner is not None and world.own_tree_of[row["organisation_id"]] != owner:
                happened[owner].append((row["used_on"], row["id"]))
    uses: Happened = happened

    def owing(organisation: int, day: str) -> bool:
        return world.evaluated_on(organisation, day) and any(covers(row, day) for row in owned[organisation])

    owners = [each._replace(owing=lambda day, owner=each.id: owing(owner, day)) for each in world.owing_evaluated()]
    return world.recurring("venues_shared", 3, owners, uses)
