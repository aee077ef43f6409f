"""What a crowded world records of duties, units, rooms, lessons and pioneers, by dice of its own."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import update

from app.models.care import ProsperityProject
from app.models.coverage import Liaison, LiaisonVisit, Unit
from app.models.duties import Debrief, DebriefRating, DebriefRound, Directive, DirectiveReceipt, DutyReport, PlanItem, WorkPlan
from app.models.organisations import Organisation
from app.models.posts import PioneerPost, PostService
from app.models.resources import Venue
from app.models.trainings import Training, TrainingRecord
from tests.factories import World


def fill_duties(world: World) -> None:
    """Records for every organisation of the world, whose members are called by its name and a number."""
    dice = random.Random(2026)
    world.connection.execute(update(Organisation).values(needs_venue=True, standing_delegates=True))
    names = list(world.organisations)
    for name in names:
        _duties(world, dice, name)
        _units(world, dice, name, dice.choice(names))
        _members(world, dice, name)
    for _ in range(12):
        held = _day(dice)
        number = world.record(DebriefRound, dice.choice(["东镇", "西镇"]), quarter="2025-Q1", title="述职会", held_on=held)
        for name in dice.sample(names, 6):
            given = world.record(Debrief, name, debrief_round_id=number, presented_on=dice.choice([None, held]))
            for rater in range(dice.randrange(4)):
                grade = dice.choice(["good", "fairly_good", "fair", "poor"])
                world.record(DebriefRating, name, debrief_id=given, rater=f"评委{rater}", grade=grade, comment="实在")


def _day(dice: random.Random) -> dt.date:
    return dt.date(2024, 6, 1) + dt.timedelta(days=dice.randrange(600))


def _duties(world: World, dice: random.Random, name: str) -> None:
    order = world.record(Directive, "东镇", title="会议精神", issued_on=dt.date(2025, 1, 1), due_on=dt.date(2025, 6, 1))
    world.record(DirectiveReceipt, name, directive_id=order, due_on=_day(dice), conveyed_on=dice.choice([None, _day(dice)]))
    plan = world.record(WorkPlan, name, year=2025, title="计划")
    for task in range(3):
        world.record(PlanItem, name, work_plan_id=plan, task=f"任务{task}", due_on=_day(dice), completed_on=dice.choice([None, _day(dice)]))
    world.record(DutyReport, name, leader="书记", half="2025-H1", reported_on=dice.choice([None, _day(dice)]))


def _units(world: World, dice: random.Random, name: str, other: str) -> None:
    for number in range(3):
        coverage = dice.choice(["alone", "joint", "none"])
        unit = world.record(
            Unit, name, name=f"企业{number}", kind="market", full_members=dice.randrange(6), coverage=coverage, valid_from=_day(dice),
            covering_id=None if coverage == "none" else world.organisations[other], instructor=dice.choice([None, "", "李四"]),
        )  # fmt: skip
        liaison = world.record(Liaison, name, leader="张书记", unit_id=dice.choice([None, unit, unit]), valid_from=_day(dice))
        world.record(LiaisonVisit, name, liaison_id=liaison, visited_on=_day(dice), findings="已了解")
    fields = {"meets_standard": dice.choice([True, False]), "shared": dice.choice([True, False]), "valid_from": _day(dice)}
    world.record(Venue, name, name="站点", kind=dice.choice(["distance_site", "service_centre"]), **fields)


def _members(world: World, dice: random.Random, name: str) -> None:
    held = world.record(
        Training, name, title="剪枝", theme="practical_skills", target_classes=[], form="lecture", valid_from=_day(dice), minutes=60
    )
    for number in range(3):
        person, begun = f"{name}{number}", _day(dice)
        world.record(TrainingRecord, name, training_id=held, member=person, attended=dice.choice([None, True, False]))
        world.record(ProsperityProject, name, member=person, what="大棚", households=dice.randrange(3), valid_from=begun)
        post = world.record(PioneerPost, name, member=person, kind="pioneer_post", place="大厅", valid_from=begun)
        world.record(PostService, name, pioneer_post_id=post, served_on=_day(dice), done="值班")
