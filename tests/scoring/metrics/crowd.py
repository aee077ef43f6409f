"""What a crowded world records of trainings, care, money, mobility and pairings, by the dice it is given."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

from app.models.care import AssistanceProject, CareRecord, Dispute, DisputeMediator, HardshipCase
from app.models.duties import Inspection, InspectionIssue
from app.models.mobility import Development, DevelopmentDocument, DevelopmentStage, FloatingContact, Stage
from app.models.pairings import Pairing, PairingEntry, PairingLeader, PairingReport
from app.models.resources import Fund, Venue, VenueUse
from app.models.trainings import Course, LearningRecord, Lesson, Training, TrainingClass, TrainingRecord
from tests.factories import World

Day = Callable[[], dt.date]


def fill(world: World, dice: random.Random, day: Day) -> None:
    """Records of every kind for every organisation of the world, whose members are called by its name and a number."""
    names = list(world.organisations)
    course = world.record(Course, names[0], title="课程", valid_from=dt.date(2024, 1, 1))
    lessons = [world.record(Lesson, names[0], course_id=course, title=f"第{n}课", minutes=50 + n) for n in range(3)]
    for name in names:
        _train(world, dice, day, name, lessons)
        _care(world, dice, day, name, dice.choice(names))
        _spend(world, dice, day, name, dice.choice(names))
        _move(world, dice, day, name)
    for name in names[::2]:
        _pair(world, dice, day, name, dice.choice([other for other in names if other != name]))


def _train(world: World, dice: random.Random, day: Day, name: str, lessons: list[int]) -> None:
    aimed = dice.choice([[], ["farmer"], ["student"]])
    fields = {"title": "培训", "theme": dice.choice(["ideals", "leadership", "law"]), "form": "lecture", "minutes": 240}
    held = world.record(
        Training, name, valid_from=day(), target_classes=aimed, level=dice.choice([None, "branch"]), responsible="王书记", **fields
    )
    for each in aimed:
        world.record(TrainingClass, name, training_id=held, member_class=each)
    for number in range(3):
        result = {
            "attended": dice.choice([None, True, False]),
            "assessed": dice.choice([True, False]),
            "passed": dice.choice([True, False]),
        }
        world.record(TrainingRecord, name, training_id=held, member=f"{name}{number}", minutes=dice.randrange(241), **result)
        world.record(
            LearningRecord, name, member=f"{name}{number}", lesson_id=dice.choice(lessons), completed_on=dice.choice([None, day()])
        )


def _care(world: World, dice: random.Random, day: Day, name: str, inspector: str) -> None:
    person, begun = f"{name}{dice.randrange(4)}", day()
    until = begun + dt.timedelta(days=dice.randrange(60))
    world.record(HardshipCase, name, member=person, level="general", valid_from=begun, valid_to=dice.choice([None, until]))
    world.record(CareRecord, name, member=f"{name}{dice.randrange(4)}", kind="visit", cared_on=day())
    world.record(AssistanceProject, name, measure="修路", planned_progress=dice.randrange(4), progress=dice.randrange(4), valid_from=day())
    quarrel = world.record(Dispute, name, taken_up_on=begun, resolved_on=dice.choice([None, until]), kind="land", summary="田界之争")
    if dice.random() < 0.7:
        world.record(DisputeMediator, name, dispute_id=quarrel, member=person)
    visit = world.record(Inspection, name, inspector_id=world.organisations[inspector], held_on=day(), subject="党费")
    world.record(
        InspectionIssue, name, inspection_id=visit, level="minor", found="不全", due_on=day(), closed_on=dice.choice([None, day()])
    )


def _spend(world: World, dice: random.Random, day: Day, name: str, other: str) -> None:
    for to, direction in ((None, "in"), (None, "out"), (world.organisations[other], "allocated")):
        amount = Decimal(dice.randrange(1, 100_000)) / 100
        world.record(
            Fund, name, year=2025, fund_source="fiscal", direction=direction, to_organisation_id=to, amount=amount, booked_on=day()
        )
    room = world.record(Venue, name, name="活动室", kind="activity_room", valid_from=day(), valid_to=None)
    world.record(VenueUse, other, venue_id=room, used_on=day(), starts_at=dt.time(9), ends_at=dt.time(10))


def _move(world: World, dice: random.Random, day: Day, name: str) -> None:
    known = {"other_name": dice.choice([None, "外地"]), "certificate": dice.choice([None, "001"])}
    away = world.floating(
        f"{name}0", name, day(), dice.choice([None, dt.date(2025, 11, 30)]), direction=dice.choice(["out", "in"]), **known
    )
    world.record(FloatingContact, name, floating_member_id=away, contacted_on=day(), by="书记", how="电话")
    person = world.record(Development, name, person="小王", stage="full")
    for stage in Stage:
        reached = world.record(DevelopmentStage, name, development_id=person, stage=stage, reached_on=day(), documents=[])
        for kind in dice.sample(["application", "recommendation", "assessment", "meeting_resolution", "approval"], 3):
            world.record(DevelopmentDocument, name, development_stage_id=reached, kind=kind)


def _pair(world: World, dice: random.Random, day: Day, name: str, other: str) -> None:
    goals = {"in_goals_a": dice.choice([True, False]), "in_goals_b": dice.choice([True, False])}
    found = world.record(
        Pairing, name, partner_id=world.organisations[other], valid_from=day(), agreed_on=dice.choice([None, day()]), **goals
    )
    for _ in range(3):
        happened = day()
        values = {"content": "义诊", "participants": dice.randrange(3), "result": dice.choice([None, "好"])}
        entry = world.record(
            PairingEntry, name, pairing_id=found, entered_side="a", happened_on=happened, kind="activity",
            confirmed_on=dice.choice([None, happened]), **values,
        )  # fmt: skip
        world.record(PairingLeader, name, pairing_entry_id=entry, member=f"{dice.choice([name, other])}{dice.randrange(4)}")
    world.record(PairingReport, other, pairing_id=found, period="2025", due_on=day(), submitted_on=dice.choice([None, day()]))
