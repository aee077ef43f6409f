"""Tables of activities and attendance, from the schedule and the registers."""

from bisect import bisect_right
from datetime import datetime

import numpy as np

from app.demo import texts
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.registers import METHODS, STATUSES, Registers
from app.demo.schedule import FORMS, KINDS, Schedule
from app.demo.schedule import STATUSES as ACTIVITY_STATUSES
from app.demo.tree import Tree
from app.demo.world import Coded, Columns, Flags, Ints, dates, day, moments, stream
from app.models.activities import ActivityForm, ActivityKind, ActivityStatus

_OUTDOOR = {ActivityForm.dispersed, ActivityForm.group}
_STARTS = {ActivityForm.spare_time: 19 * 60, ActivityForm.online: 19 * 60 + 30, ActivityForm.dispersed: 8 * 60 + 30}


def write_activities(tree: Tree, people: People, posts: Posts, schedule: Schedule, registers: Registers, seed: int) -> dict[str, Columns]:
    """The tables activity and attendance; some activities were entered weeks late."""
    random = stream(seed, "activities")
    count = len(schedule.day)
    start = np.array([_STARTS.get(form, 9 * 60) for form in FORMS])[schedule.form] + 30 * random.integers(0, 3, count)
    recorded_on = _recorded(random, tree, schedule)
    recorded = moments(recorded_on, 1000 + random.integers(0, 300, count))
    began = moments(schedule.day, start)
    signed_on = recorded_on + random.integers(0, 4, count)
    ready = schedule.registered & (registers.expected > 0) & (signed_on <= tree.last)
    signed = ready & (random.random(count) < 0.8 + 0.2 * schedule.skill)  # the secretary signs within days; a few never do
    activities = {
        "id": np.arange(1, count + 1),
        "organisation_id": schedule.organisation,
        "group_id": [each or None for each in schedule.group.tolist()],
        "kind": Coded([each.value for each in KINDS], schedule.kind),
        "form": Coded([each.value for each in FORMS], schedule.form),
        **_texts(random, people, posts, schedule, registers),
        "planned_start": began,
        "planned_end": moments(schedule.day, start + 60 + 30 * random.integers(0, 4, count)),
        "occurred_on": dates(schedule.day),
        "status": Coded([each.value for each in ACTIVITY_STATUSES], schedule.status),
        **_votes(random, schedule, registers),
        "expected_count": registers.expected,
        "present_count": registers.present,
        **_sign_off(moments(signed_on, np.full(count, 22 * 60 + 30)), signed),
        "recorded_at": recorded,
        "updated_at": recorded,
        "recorded_by": Coded(["demo"], np.zeros(count, dtype=np.int64)),
        "withdrawn_at": [at if withdrawn else None for at, withdrawn in zip(recorded, schedule.withdrawn.tolist(), strict=True)],
        "withdrawn_reason": Coded([None, texts.WITHDRAWN], schedule.withdrawn.astype(int)),
    }
    return {
        "activity": activities,
        "attendance": _attendance(schedule, registers, signed, recorded, began, moments(schedule.day, start + 12)),
    }


def _recorded(random: np.random.Generator, tree: Tree, schedule: Schedule) -> Ints:
    """The day of entry: the same or the next days, one in thirty weeks late, planned ones before the last day."""
    count = len(schedule.day)
    lag = np.where(random.random(count) < 0.035, random.integers(12, 70, count), random.integers(0, 4, count))
    planned = schedule.status == ACTIVITY_STATUSES.index(ActivityStatus.planned)
    return np.where(planned, tree.last - random.integers(0, 6, count), np.minimum(schedule.day + lag, tree.last))


def _texts(random: np.random.Generator, people: People, posts: Posts, schedule: Schedule, registers: Registers) -> Columns:
    """Title, topics, place, host, lecturer and minutes of every activity."""
    groups = ["", *(name for _, _, name in people.groups)]
    secretaries = posts.secretaries()
    starts = {organisation: [since for since, _ in terms] for organisation, terms in secretaries.items()}
    draw = random.integers(0, 10**6, len(schedule.day)).tolist()
    columns: dict[str, list[object]] = {name: [] for name in ("title", "topics", "place", "host", "lecturer", "minutes")}
    registered = schedule.registered.tolist()
    lists = (schedule.organisation, schedule.kind, schedule.form, schedule.day, schedule.group, registers.expected, registers.present)
    for row, (organisation, kind_code, form_code, on, group, expected, present) in enumerate(
        zip(*(each.tolist() for each in lists), strict=True)
    ):
        kind, form = KINDS[kind_code], FORMS[form_code]
        if row and not registered[row] and schedule.withdrawn[row]:
            for values in columns.values():  # the second entry of the same activity says the same
                values.append(values[-1])
            continue
        subjects = texts.SUBJECTS[kind]
        subject = subjects[draw[row] % len(subjects)]
        terms = secretaries.get(organisation, [])
        leader = people.names[terms[max(0, bisect_right(starts[organisation], on) - 1)][1]] if terms else None
        place = texts.FIELD_PLACES if form in _OUTDOOR else texts.PLACES
        columns["title"].append(texts.title(kind, day(on).month, groups[group], subject))
        columns["topics"].append([subject])
        columns["place"].append(texts.ONLINE if form is ActivityForm.online else place[draw[row] % len(place)])
        columns["host"].append(leader)
        columns["lecturer"].append(leader if kind is ActivityKind.party_lecture else None)
        columns["minutes"].append(texts.minutes(kind, day(on), leader, subject, expected, present) if registered[row] else None)
    return dict(columns.items())


def _votes(random: np.random.Generator, schedule: Schedule, registers: Registers) -> Columns:
    """General meetings decide something in two cases of five, if more than half of those who vote are there."""
    quorum = registers.voting_present * 2 > registers.voting
    decided = (
        (schedule.kind == KINDS.index(ActivityKind.general_meeting)) & schedule.registered & quorum & (random.random(len(quorum)) < 0.4)
    )
    against = random.integers(0, 3, len(quorum))
    agreed = np.maximum(registers.voting_present - np.where(registers.voting_present > 8, against, 0), 0)
    return {
        "decisions": Coded([None, texts.DECISION], decided.astype(int)),
        "votes_due": _where(decided, registers.voting),
        "votes_present": _where(decided, registers.voting_present),
        "votes_for": _where(decided, agreed),
    }


def _where(flags: Flags, values: Ints) -> list[int | None]:
    return [value if flag else None for flag, value in zip(flags.tolist(), values.tolist(), strict=True)]


def _sign_off(at: list[datetime], signed: Flags) -> Columns:
    return {
        "signed_off_by": Coded([None, "demo"], signed.astype(int)),
        "signed_off_at": [moment if flag else None for moment, flag in zip(at, signed.tolist(), strict=True)],
    }


def _attendance(
    schedule: Schedule, registers: Registers, signed: Flags, recorded: list[datetime], began: list[datetime], late: list[datetime]
) -> Columns:
    """One line per expected member; arrival times exist for those who came."""
    activity, count = registers.activity, len(schedule.day)
    arrival = np.select([registers.status == 0, registers.status == 1], [activity, activity + count], default=2 * count)
    entered = Coded(recorded, activity)
    nobody = np.zeros(len(activity), dtype=np.int8)
    return {
        "id": np.arange(1, len(activity) + 1),
        "organisation_id": schedule.organisation[activity],
        "activity_id": activity + 1,
        "member_id": registers.member + 1,
        "status": Coded([each.value for each in STATUSES], registers.status),
        "method": Coded([each and each.value for each in METHODS], registers.method),
        "at": Coded([*began, *late, None], arrival),
        "entered_by": Coded([None, "demo"], (registers.method == 3).astype(np.int8)),
        "on_roster": Coded([None, True, False], np.where(signed[activity], 1 + (registers.status == 4), 0)),
        "recorded_at": entered,
        "updated_at": entered,
        "recorded_by": Coded(["demo"], nobody),
    }
