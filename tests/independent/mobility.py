"""Floating members and the way into the Party."""

from collections import defaultdict
from collections.abc import Iterator

from tests.independent.world import ONE, Happened, Item, Owner, World, covers, earned, months_later

STAGES = ["applicant", "activist", "target", "probationary", "full"]
MONTHS = {"target": 12, "full": 12}
DOCUMENTS = {
    "applicant": {"application"},
    "activist": {"recommendation"},
    "target": {"assessment"},
    "probationary": {"political_review", "training_certificate", "meeting_resolution", "approval"},
    "full": {"meeting_resolution", "approval"},
}


def floating_contacted(world: World) -> Iterator[Item]:
    """6.01."""
    contacts: Happened = defaultdict(list)
    for row in world.dated("floating_contact", "contacted_on"):
        contacts[row["floating_member_id"]].append((row["contacted_on"], row["id"]))
    owners = [
        Owner(row["id"], row["organisation_id"], f" · {row['person']}", lambda day, row=row: covers(row, day))
        for row in world.rows["floating_member"]
        if row["direction"] == "out"
    ]
    return world.recurring("floating_contacted", 3, owners, contacts)


def floating_dual_managed(world: World) -> Iterator[Item]:
    """6.02: six months are calendar months that have passed on D."""
    for row in world.existing("floating_member"):
        if row["direction"] == "in" or months_later(row["valid_from"], 6) <= world.day:
            registered = (row["other_id"] is not None or bool(row["other_name"])) and bool(row["certificate"])
            yield earned(row["organisation_id"], row["person"], row["id"], int(registered))


def development_compliant(world: World) -> Iterator[Item]:
    """6.03."""
    documents, reached = defaultdict(set), {}
    for row in world.rows["development_document"]:
        documents[row["development_stage_id"]].add(row["kind"])
    for row in world.rows["development_stage"]:
        reached[row["development_id"], row["stage"]] = row["reached_on"]
    persons = world.by_id("development")
    for row in world.dated("development_stage", "reached_on"):
        if row["development_id"] in persons:
            stage, place = row["stage"], STAGES.index(row["stage"])
            good = DOCUMENTS[stage] <= documents.get(row["id"], set())
            if place:
                before = reached.get((row["development_id"], STAGES[place - 1]))
                good = good and before is not None and months_later(before, MONTHS.get(stage, 0)) <= row["reached_on"]
            yield Item(row["organisation_id"], persons[row["development_id"]]["person"], row["id"], ONE if good else 0, ONE)
