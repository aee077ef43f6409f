"""When every organisation met: slots of the calendar, filled the more reliably the better an organisation is."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.demo.people import People
from app.demo.tree import Node, Tree
from app.demo.world import Flags, Floats, Ints, number, stream
from app.models.activities import ActivityForm, ActivityKind, ActivityStatus
from app.models.organisations import Category, Form

KINDS = list(ActivityKind)
FORMS = list(ActivityForm)
STATUSES = list(ActivityStatus)
_AHEAD = 35
"""Days beyond the last one for which activities are already planned."""
_CENTRAL = [ActivityKind.general_meeting, ActivityKind.committee_meeting, ActivityKind.organisation_life, ActivityKind.democratic_appraisal]


@dataclass(frozen=True, slots=True)
class Habit:
    """An activity that recurs every `months`, on a day `earliest`–`latest` after the slot begins; `share` scales how often it is held."""

    kind: ActivityKind
    months: int
    share: float
    earliest: int
    latest: int


_BRANCH_HABITS = (
    Habit(ActivityKind.general_meeting, 3, 1, 8, 85),
    Habit(ActivityKind.party_lecture, 3, 1, 8, 85),
    Habit(ActivityKind.theme_day, 1, 1, 4, 26),
    Habit(ActivityKind.organisation_life, 12, 1.02, 12, 80),
    Habit(ActivityKind.democratic_appraisal, 12, 1.02, 338, 360),
    Habit(ActivityKind.distance_education, 1, 0.22, 6, 27),
    Habit(ActivityKind.practice, 3, 1, 8, 85),
    Habit(ActivityKind.volunteering, 6, 0.5, 10, 170),
    Habit(ActivityKind.mutual_aid, 3, 0.62, 8, 85),
    Habit(ActivityKind.other, 12, 0.3, 30, 330),
)
_COMMITTEE = Habit(ActivityKind.committee_meeting, 1, 1, 1, 12)
_GROUP = Habit(ActivityKind.group_meeting, 1, 1, 5, 26)
_GENERAL_BRANCH_HABITS = (Habit(ActivityKind.party_lecture, 6, 0.8, 8, 160), Habit(ActivityKind.theme_day, 12, 0.9, 165, 190))
_TOWN_HABITS = (Habit(ActivityKind.delegates, 6, 0.9, 20, 170),)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Activities in order of organisation and day (id = index + 1); codes index KINDS, FORMS and STATUSES."""

    organisation: Ints
    group: Ints
    kind: Ints
    day: Ints
    form: Ints
    status: Ints
    withdrawn: Flags
    skill: Floats
    """Quality of the organisation in that year, 0–1: decides who comes."""

    @property
    def registered(self) -> Flags:
        """Whether a register was kept: held and not withdrawn."""
        held: Flags = self.status == STATUSES.index(ActivityStatus.held)
        return held & ~self.withdrawn


def make_schedule(tree: Tree, people: People, seed: int) -> Schedule:
    """Draws all activities of the window and those planned shortly after it."""
    random = stream(seed, "schedule")
    quality = np.array([0.0, *(node.quality for node in tree.nodes)])
    drift = np.clip(quality[:, None] + np.array([-0.012, 0.012]) + random.normal(0, 0.02, (len(quality), 2)), 0.3, 0.998)
    branches = [(node, 0) for node in tree.nodes if node.is_branch]
    owners = [(habit, branches) for habit in _BRANCH_HABITS]
    owners.append((_COMMITTEE, [(node, 0) for node in tree.nodes if node.seats]))
    owners.append((_GROUP, [(node, group) for group, node, _ in people.groups]))
    general = [(node, 0) for node in tree.nodes if node.form is Form.general_branch]
    owners += [(habit, general) for habit in _GENERAL_BRANCH_HABITS]
    owners += [(habit, [(node, 0) for node in tree.nodes if node.category is Category.township]) for habit in _TOWN_HABITS]
    found = np.concatenate([_occurrences(random, tree, habit, each, drift) for habit, each in owners])
    found = np.unique(found, axis=0)  # in order of organisation, day, kind, group; nothing twice on one day
    organisation, day, kind, group = found.T
    skill = drift[organisation, np.minimum((day >= number(date(tree.year, 1, 1))).astype(int), 1)]
    count = len(day)
    status = np.where(day > tree.last, STATUSES.index(ActivityStatus.planned), STATUSES.index(ActivityStatus.held))
    status = np.where((status == 1) & (random.random(count) < 0.012), STATUSES.index(ActivityStatus.cancelled), status)
    schedule = Schedule(organisation, group, kind, day, _forms(random, kind, skill), status, np.zeros(count, dtype=bool), skill)
    return _with_withdrawn(random, schedule)


def _occurrences(random: np.random.Generator, tree: Tree, habit: Habit, owners: list[tuple[Node, int]], drift: Floats) -> Ints:
    """Rows (organisation id, day, kind, group id) of one habit of many owners."""
    organisation = np.array([node.id for node, _ in owners], dtype=np.int64)
    group = np.array([each for _, each in owners], dtype=np.int64)
    founded = np.array([node.established for node, _ in owners])[:, None]
    last = np.array([min(node.last, tree.last + _AHEAD) for node, _ in owners])[:, None]
    months = range(0, 26, habit.months)
    starts = np.array([number(date(tree.year - 1 + month // 12, month % 12 + 1, 1)) for month in months])
    second = np.array([min(month // 12, 1) for month in months])
    skill = np.clip(drift[organisation] + random.normal(0, 0.035, (len(owners), 1)), 0.3, 1)[:, second]
    chance = np.minimum(habit.share * (1 - (1 - skill) ** 1.35), 0.997)
    shape = (len(owners), len(starts))
    day = starts + random.integers(habit.earliest, habit.latest + 1, shape)
    chance = np.where(_exempt(owners, habit, day), 0.08, chance)
    row, column = np.nonzero((random.random(shape) < chance) & (day >= founded) & (day <= last))
    kind = np.full(len(row), KINDS.index(habit.kind))
    if habit.kind is ActivityKind.practice:
        kind = np.where(random.random(len(row)) < 0.45, KINDS.index(ActivityKind.volunteering), kind)
    return np.column_stack([organisation[row], day[row, column], kind, group[row]])


def _exempt(owners: list[tuple[Node, int]], habit: Habit, day: Ints) -> Flags:
    """Where an exemption of the organisation, or of the one above it, covers the day."""
    found = np.zeros(day.shape, dtype=bool)
    for index, (node, _) in enumerate(owners):
        waiver = node.top.exemption
        if waiver and waiver[0] in {"all", f"{habit.kind.value}s"}:
            found[index] = (day[index] >= waiver[2]) & (day[index] <= waiver[3])
    return found


def _forms(random: np.random.Generator, kind: Ints, skill: Floats) -> Ints:
    """Meetings of the whole branch are central; the rest the oftener small the better an organisation works."""
    count = len(kind)
    small = random.choice(
        [FORMS.index(each) for each in (ActivityForm.group, ActivityForm.dispersed, ActivityForm.spare_time, ActivityForm.online)], count
    )
    central = np.isin(kind, [KINDS.index(each) for each in _CENTRAL]) | (random.random(count) > 0.05 + 0.68 * skill)
    in_group = kind == KINDS.index(ActivityKind.group_meeting)
    form = np.where(central, FORMS.index(ActivityForm.central), small)
    return np.where(in_group, np.where(random.random(count) < 0.1, FORMS.index(ActivityForm.online), FORMS.index(ActivityForm.group)), form)


def _with_withdrawn(random: np.random.Generator, plan: Schedule) -> Schedule:
    """Some activities were entered twice; the second entry was withdrawn."""
    held = np.flatnonzero(plan.registered)
    twice = np.sort(random.choice(held, max(2, len(held) // 900), replace=False))
    take = np.sort(np.concatenate([np.arange(len(plan.day)), twice]))
    again = np.concatenate([[False], take[1:] == take[:-1]])
    return Schedule(
        plan.organisation[take],
        plan.group[take],
        plan.kind[take],
        plan.day[take],
        plan.form[take],
        plan.status[take],
        again,
        plan.skill[take],
    )
