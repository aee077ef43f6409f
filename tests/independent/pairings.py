"""Pairings: two sides, one ledger for both."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from tests.independent.world import ONE, Happened, Item, Owner, World, covers, earned


def sides(row: sqlite3.Row) -> list[tuple[int, str]]:
    """Organisation and letter of both sides."""
    return [(row["organisation_id"], "a"), (row["partner_id"], "b")]


def confirmed(world: World) -> list[tuple[sqlite3.Row, sqlite3.Row]]:
    """Ledger entries in W that the other side has confirmed by D, each with its pairing."""
    pairings = world.by_id("pairing")
    return [
        (row, pairings[row["pairing_id"]])
        for row in world.dated("pairing_entry", "happened_on")
        if row["pairing_id"] in pairings and world.known(row["confirmed_on"]) is not None
    ]


def pairing_planned(world: World) -> Iterator[Item]:
    """6.04: of several pairings the best, of equals the earliest."""
    for each in world.evaluated:
        if world.organisations[each]["expected_to_pair"]:
            found = []
            for row in world.existing("pairing"):
                planned = world.known(row["agreed_on"]) is not None and bool(row["plan"])
                worth = [int(planned) + int(bool(row[f"in_goals_{side}"])) for at, side in sides(row) if world.own_tree_of[at] == each]
                found += [(-value, row["valid_from"], row["id"]) for value in worth]
            value, _, record = min(found, default=(0, "", None))
            got = -value * ONE // 2
            yield Item(each, "", record, got, ONE, fixable=ONE - got)


def pairing_activities(world: World) -> Iterator[Item]:
    """6.05."""
    happened: Happened = defaultdict(list)
    for entry, pairing in confirmed(world):
        happened[pairing["id"]].append((entry["happened_on"], entry["id"]))
    for row in world.rows["pairing"]:
        for organisation, _ in sides(row):
            owner = Owner(row["id"], organisation, "", lambda day, row=row: covers(row, day))
            yield from world.recurring("pairing_activities", 3, [owner], happened)


def pairing_led(world: World) -> Iterator[Item]:
    """6.06: a leader with a membership in that side's subtree on the day."""
    leaders, memberships = defaultdict(list), defaultdict(list)
    for row in world.rows["pairing_leader"]:
        leaders[row["pairing_entry_id"]].append(row["member_id"])
    for row in world.rows["membership"]:
        memberships[row["member_id"]].append(row)
    for entry, pairing in confirmed(world):
        homes = [
            row["organisation_id"] for leader in leaders[entry["id"]] for row in memberships[leader] if covers(row, entry["happened_on"])
        ]
        for organisation, _ in sides(pairing):
            led = any(organisation in world.upwards(home) for home in homes)
            yield Item(organisation, "", entry["id"], ONE if led else 0, ONE)


def pairing_ledger_complete(world: World) -> Iterator[Item]:
    """6.07."""
    for entry, pairing in confirmed(world):
        complete = bool(entry["content"]) and entry["participants"] > 0 and bool(entry["result"] or entry["has_attachment"])
        for organisation, _ in sides(pairing):
            yield earned(organisation, "", entry["id"], int(complete))


def pairing_reported(world: World) -> Iterator[Item]:
    """6.08."""
    pairings = world.by_id("pairing")
    for row in world.rows["pairing_report"]:
        if row["pairing_id"] in pairings:
            yield from world.dated_due(row, row["period"], row["due_on"], row["submitted_on"])
