"""Puts the families together. Each draws from its own stream, so a new family leaves the others as they are."""

from datetime import date

import numpy as np

from app.demo import appraisals
from app.demo.activities import write_activities
from app.demo.organisations import write_organisations
from app.demo.people import make_people
from app.demo.posts import make_posts
from app.demo.registers import make_registers
from app.demo.schedule import KINDS, Schedule, make_schedule
from app.demo.towns import plan_tree
from app.demo.world import Size, World, day
from app.models.activities import ActivityKind


def build(size: Size, seed: int, as_of: date) -> World:
    """All rows of a world with the records of two years: the year before `as_of` and its own year up to that day.

    The same (size, seed, as_of) gives equal rows; nothing reads the clock or a database.
    """
    tree = plan_tree(size, seed, as_of)
    people, tables = make_people(tree, seed)
    posts, more = make_posts(tree, people, seed)
    schedule = make_schedule(tree, people, seed)
    registers = make_registers(tree, people, posts, schedule, seed)
    tables |= write_organisations(tree) | more
    tables["leader_appraisal"] = appraisals.write_leader_appraisals(tree, posts, seed)
    tables["member_appraisal"] = appraisals.write_member_appraisals(tree, people, _appraisal_days(schedule), seed)
    tables["talent_reserve"] = appraisals.write_talent(tree, seed)
    tables["adjustment"] = appraisals.write_adjustments(tree, seed)
    tables |= write_activities(tree, people, posts, schedule, registers, seed)
    return World(size, seed, as_of, tables)


def _appraisal_days(schedule: Schedule) -> dict[tuple[int, int], int]:
    """(organisation id, year) → day of the meeting that appraised the members."""
    rows = np.flatnonzero(schedule.registered & (schedule.kind == KINDS.index(ActivityKind.democratic_appraisal)))
    return {(int(schedule.organisation[row]), day(int(schedule.day[row])).year): int(schedule.day[row]) for row in rows}
