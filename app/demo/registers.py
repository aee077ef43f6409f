"""The registers of attendance: who was expected at each activity by the rules of the roster, and who came."""

from dataclasses import dataclass

import numpy as np

from app.demo.mobility import Floating
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.schedule import KINDS, Schedule
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Ints, stream
from app.models.activities import ActivityKind, AttendanceMethod, AttendanceStatus

STATUSES = list(AttendanceStatus)
METHODS = [None, *AttendanceMethod]
_PRESENT, _LATE, _LEAVE, _ABSENT, _EXEMPT = range(5)


@dataclass(frozen=True, slots=True)
class Registers:
    """Lines of all registers in order of activity and member (indices), and counts per activity.

    `expected` counts the roster of every activity; only held ones have a register, so only they have anybody present.
    """

    activity: Ints
    member: Ints
    status: Ints
    method: Ints
    expected: Ints
    present: Ints
    voting: Ints
    voting_present: Ints


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Who may be on which roster: (key, member, first day, last day), ordered by key and member."""

    key: Ints
    member: Ints
    since: Ints
    until: Ints


def make_registers(tree: Tree, people: People, posts: Posts, schedule: Schedule, floating: Floating, seed: int) -> Registers:
    """Expands the rosters on the day of each activity and draws who came.

    Those floating out leave the rosters only after the draw, so they change nobody else's.
    """
    random = stream(seed, "registers")
    everyone, called = _rosters(tree, people, posts, schedule)
    kept, there = schedule.registered[everyone], ~floating.away(called, schedule.day[everyone])
    activity, member = everyone[kept], called[kept]
    status = _came(random, people, schedule, activity, member)
    method = np.where(status <= _LATE, np.where(random.random(len(status)) < 0.35 + 0.5 * schedule.skill[activity], 1, 3), 0)
    activity, member, status, method = (each[there[kept]] for each in (activity, member, status, method))
    everyone, count = everyone[there], len(schedule.day)
    waived, came = status == _EXEMPT, status <= _LATE
    voting = ~waived & (people.full[member] <= schedule.day[activity])
    return Registers(
        activity,
        member,
        status,
        method,
        np.bincount(everyone, minlength=count) - np.bincount(activity[waived], minlength=count),
        np.bincount(activity[came], minlength=count),
        np.bincount(activity[voting], minlength=count),
        np.bincount(activity[voting & came], minlength=count),
    )


def _rosters(tree: Tree, people: People, posts: Posts, schedule: Schedule) -> tuple[Ints, Ints]:
    """Activity and member index of every expected person: committee, group, or the organisation and all below it."""
    organisations, groups = len(tree.nodes) + 1, len(people.groups) + 1
    candidates = _candidates(tree, people, posts, organisations, groups)
    kind = schedule.kind
    key = np.select(
        [kind == KINDS.index(ActivityKind.group_meeting), kind == KINDS.index(ActivityKind.committee_meeting)],
        [organisations + schedule.group, organisations + groups + schedule.organisation],
        default=schedule.organisation,
    )
    start = np.searchsorted(candidates.key, key, side="left")
    size = np.searchsorted(candidates.key, key, side="right") - start
    activity = np.repeat(np.arange(len(key)), size)
    within = np.arange(len(activity)) - np.repeat(np.cumsum(size) - size, size)
    entry = np.repeat(start, size) + within
    day = schedule.day[activity]
    member = candidates.member[entry]
    there = (candidates.since[entry] <= day) & (candidates.until[entry] >= day) & (people.exempt_from[member] > day)
    return activity[there], member[there]


def _candidates(tree: Tree, people: People, posts: Posts, organisations: int, groups: int) -> _Candidates:
    """Keys: the organisation id; beyond those the group ids; beyond those the committees by organisation id."""
    spans = [(node.id, above.id, since, until) for node in tree.nodes for above, since, until in _ancestors(node)]
    own, above, since, until = np.array(spans).T
    order = np.argsort(people.organisation, kind="stable")
    start = np.searchsorted(people.organisation[order], own, side="left")
    size = np.searchsorted(people.organisation[order], own, side="right") - start
    span = np.repeat(np.arange(len(own)), size)
    row = order[np.repeat(start, size) + np.arange(len(span)) - np.repeat(np.cumsum(size) - size, size)]
    grouped = np.flatnonzero(people.group)
    key = [above[span], organisations + people.group[grouped], organisations + groups + np.array(posts.organisation)]
    member = [people.member[row], people.member[grouped], np.array(posts.member)]
    first = [np.maximum(people.since[row], since[span]), people.since[grouped], np.array(posts.since)]
    last = [np.minimum(people.until[row], until[span]), people.until[grouped], np.array(posts.until)]
    keys, members, sinces, untils = (np.concatenate(each) for each in (key, member, first, last))
    ordered = np.lexsort((members, keys))
    return _Candidates(keys[ordered], members[ordered], sinces[ordered], untils[ordered])


def _ancestors(node: Node) -> list[tuple[Node, int, int]]:
    """The organisation itself and those above it up to the town, with the days on which it stood below them."""
    found = [(node, -OPEN, OPEN)]
    above = node.parent
    while above is not None and above.parent is not above:
        found.append((above, -OPEN, OPEN))
        above = above.parent
    if node.former_parent is not None:
        found.append((node.former_parent, -OPEN, node.moved - 1))
    return found


def _came(random: np.random.Generator, people: People, schedule: Schedule, activity: Ints, member: Ints) -> Ints:
    """Present, late, on leave, absent or exempt: by the quality of the organisation and the person's diligence."""
    skill = schedule.skill[activity]
    eager = np.where(schedule.kind == KINDS.index(ActivityKind.volunteering), 0.8, 1.0)[activity]
    mood = random.normal(0, 0.025, len(schedule.day))[activity]
    chance = np.clip((0.46 + 0.52 * skill + mood + people.diligence[member]) * eager, 0.05, 0.995)
    draw = random.random((2, len(activity)))
    status = np.where(draw[0] < chance * 0.96, _PRESENT, np.where(draw[0] < chance, _LATE, _ABSENT))
    status = np.where((status == _ABSENT) & (draw[1] < 0.3 + 0.6 * skill), _LEAVE, status)
    return np.where(draw[1] > 0.997, _EXEMPT, status)
