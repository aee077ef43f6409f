"""Puts the families together. Each draws from its own stream, so a new family leaves the others as they are."""

from datetime import date
from typing import cast

import numpy as np

from app.demo import appraisals
from app.demo.activities import write_activities
from app.demo.care import write_care
from app.demo.coverage import write_coverage
from app.demo.duties import write_duties
from app.demo.mobility import make_floating, write_mobility
from app.demo.organisations import write_organisations
from app.demo.pairings import write_pairings
from app.demo.people import make_people
from app.demo.pioneers import write_pioneers
from app.demo.posts import make_posts
from app.demo.registers import make_registers
from app.demo.resources import write_resources
from app.demo.schedule import KINDS, Schedule, make_schedule
from app.demo.towns import plan_tree
from app.demo.trainings import write_trainings
from app.demo.world import Coded, Size, World, day
from app.models.activities import ActivityKind


def build(size: Size, seed: int, as_of: date) -> World:
    """All rows of a world with the records of two years: the year before `as_of` and its own year up to that day.

    The same (size, seed, as_of) gives equal rows; nothing reads the clock or a database.
    """
    tree = plan_tree(size, seed, as_of)
    people, tables = make_people(tree, seed)
    posts, more = make_posts(tree, people, seed)
    schedule = make_schedule(tree, people, seed)
    floating = make_floating(tree, people, posts, seed)
    registers = make_registers(tree, people, posts, schedule, floating, seed)
    classes = cast(Coded, tables["member"]["member_class"])
    tables |= write_organisations(tree) | more
    tables["leader_appraisal"] = appraisals.write_leader_appraisals(tree, posts, seed)
    tables["member_appraisal"] = appraisals.write_member_appraisals(tree, people, _appraisal_days(schedule), seed)
    tables["talent_reserve"] = appraisals.write_talent(tree, seed)
    tables["adjustment"] = appraisals.write_adjustments(tree, seed)
    tables |= write_activities(tree, people, posts, schedule, registers, seed)
    tables |= write_duties(tree, people, posts, seed)
    tables |= write_coverage(tree, people, posts, seed)
    tables |= write_pioneers(tree, people, floating, seed)
    tables |= write_trainings(tree, people, posts, floating, classes, seed)
    tables |= write_care(tree, people, classes, seed)
    tables |= write_resources(tree, people, seed)
    tables |= write_mobility(tree, people, floating, seed)
    tables |= write_pairings(tree, posts, seed)
    return World(size, seed, as_of, tables)


def _appraisal_days(schedule: Schedule) -> dict[tuple[int, int], int]:
    """(organisation id, year) → day of the meeting that appraised the members."""
    rows = np.flatnonzero(schedule.registered & (schedule.kind == KINDS.index(ActivityKind.democratic_appraisal)))
    return {(int(schedule.organisation[row]), day(int(schedule.day[row])).year): int(schedule.day[row]) for row in rows}
