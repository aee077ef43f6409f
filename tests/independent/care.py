"""Care and mutual aid, projects for weak villages, disputes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.independent.world import ONE, Item, World, earned, overlap, rounded


def hardship_cared(world: World) -> Iterator[Item]:
    """4.08: persons with a membership on D, exempt or not; any case running in W that is younger and not cared for is the future one."""
    cared = defaultdict(list)
    for row in world.dated("care_record", "cared_on"):
        cared[row["member_id"]].append((row["cared_on"], row["id"]))
    homes = {person["id"]: (organisation, person["name"]) for organisation, person in world.people}
    for row in world.running("hardship_case"):
        if row["member_id"] in homes:
            organisation, name = homes[row["member_id"]]
            first = min(cared.get(row["member_id"], ()), default=(None, None))[1]
            if first is not None or overlap(row, world.start, world.day) >= 30:
                yield earned(organisation, name, first, int(first is not None))
            elif world.as_of < world.end:
                yield Item(organisation, name, None, future=ONE)


def mutual_aid(world: World) -> Iterator[Item]:
    """4.09."""
    return world.recurring("mutual_aid", 3, world.branches(), world.own_and_shared("mutual_aid"))


def assistance_projects(world: World) -> Iterator[Item]:
    """4.10."""
    for row in world.running("assistance_project"):
        if row["planned_progress"] > 0:
            got = min(ONE, rounded(row["progress"], row["planned_progress"]))
            yield Item(row["organisation_id"], row["measure"], row["id"], got, ONE, fixable=ONE - got)


def disputes_resolved(world: World) -> Iterator[Item]:
    """4.11: due 30 days after it was taken up; without a member mediating it is not earned."""
    mediators = defaultdict(list)
    for row in world.rows["dispute_mediator"]:
        mediators[row["dispute_id"]].append(row["member_id"])
    for row in world.rows["dispute"]:
        due = (date.fromisoformat(row["taken_up_on"]) + timedelta(30)).isoformat()
        yield from world.dated_due(row, row["summary"], due, row["resolved_on"] if mediators.get(row["id"]) else None)
