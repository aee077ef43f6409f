"""Section one without posts and elections, and inspections: directives, plans, debriefs, reports, projects that lead to prosperity."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from tests.independent.world import ONE, Happened, Item, World, earned, rounded

GRADES = {"good": 100, "fairly_good": 85, "fair": 60, "poor": 0}
"""In hundredths."""


def directives_conveyed(world: World) -> Iterator[Item]:
    """1.01."""
    directives = world.by_id("directive")
    for row in world.rows["directive_receipt"]:
        if row["directive_id"] in directives:
            yield from world.dated_due(row, directives[row["directive_id"]]["title"], row["due_on"], row["conveyed_on"])


def plan_items_completed(world: World) -> Iterator[Item]:
    """1.02."""
    plans = world.by_id("work_plan")
    for row in world.rows["plan_item"]:
        if row["work_plan_id"] in plans:
            yield from world.dated_due(row, row["task"], row["due_on"], row["completed_on"], late=0.5)


def prosperity_projects(world: World) -> Iterator[Item]:
    """1.05: the projects of everybody with a membership on D in the own tree."""
    homes = {person["id"]: world.own_tree_of[organisation] for organisation, person in world.people}
    farmers: dict[int | None, int] = defaultdict(int)
    for organisation, person in world.members:
        farmers[world.own_tree_of[organisation]] += person["member_class"] == "farmer"
    projects = [row for row in world.running("prosperity_project") if row["households"] >= 1]
    for each in world.of_category("village"):
        due = -(-farmers[each] // 20)
        own = [row for row in projects if homes.get(row["member_id"]) == each]
        if due:
            first = min(((row["valid_from"], row["id"]) for row in own), default=(None, None))[1]
            yield earned(each, "", first, min(due, len(own)), due)


def presented_debriefs(world: World) -> list[sqlite3.Row]:
    """Debriefs presented in W in a round that was not withdrawn."""
    rounds = world.by_id("debrief_round")
    return [row for row in world.dated("debrief", "presented_on") if row["debrief_round_id"] in rounds]


def debriefs_presented(world: World) -> Iterator[Item]:
    """1.08: due in quarters in which an organisation above held a round; a township owes its own rounds besides."""
    presented: Happened = defaultdict(list)
    for row in presented_debriefs(world):
        presented[row["organisation_id"]].append((row["presented_on"], row["id"]))
    rounds: Happened = defaultdict(list)
    for row in world.dated("debrief_round", "held_on"):
        rounds[row["organisation_id"]].append((row["held_on"], row["id"]))
    for item, slot in world.recurring_slots("debriefs_presented", 3, world.owing_evaluated(), presented):
        above = [each for each in world.upwards(item.organisation_id) if each != item.organisation_id]
        convened = any(slot.first <= held[0] <= slot.last for each in above for held in rounds.get(each, ()))
        if item.numerator or item.future or convened:
            yield item
    for item, _ in world.recurring_slots("debriefs_presented", 3, world.owing_evaluated("township"), rounds):
        yield item


def debrief_ratings(world: World) -> Iterator[Item]:
    """1.09."""
    ratings = defaultdict(list)
    for row in world.rows["debrief_rating"]:
        ratings[row["debrief_id"]].append(GRADES[row["grade"]])
    for row in presented_debriefs(world):
        given = ratings.get(row["id"])
        if given:
            yield Item(row["organisation_id"], "", row["id"], rounded(sum(given), 100 * len(given)), ONE)
        else:
            yield Item(row["organisation_id"], "", row["id"], pending=ONE)


def duty_reports(world: World) -> Iterator[Item]:
    """1.10."""
    happened: Happened = defaultdict(list)
    for row in world.dated("duty_report", "reported_on"):
        happened[row["organisation_id"]].append((row["reported_on"], row["id"]))
    owners = list(world.owing_evaluated("agency", "township"))
    return world.recurring("duty_reports", 6, owners, happened)


def inspection_issues_closed(world: World) -> Iterator[Item]:
    """4.07: issues by their day, and per township one inspection a year."""
    inspections = world.by_id("inspection")
    for row in world.rows["inspection_issue"]:
        if row["inspection_id"] in inspections:
            yield from world.dated_due(row, row["found"], row["due_on"], row["closed_on"], late=0.5)
    happened: Happened = defaultdict(list)
    for row in world.dated("inspection", "held_on"):
        happened[row["inspector_id"]].append((row["held_on"], row["id"]))
    townships = world.organisations_owing(lambda row: row["category"] == "township")
    yield from world.recurring("inspection_issues_closed", 12, townships, happened)
