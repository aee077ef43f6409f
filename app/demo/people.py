"""Members, their memberships over time and the Party groups they meet in."""

from dataclasses import dataclass

import numpy as np

from app.demo.names import person_names
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Coded, Columns, Flags, Floats, Ints, dates, from_rows, stream, with_stamps
from app.models.members import Education, Gender, MemberClass, MemberStatus
from app.models.organisations import Category

_YEAR = 365.25
_CLASSES = {
    Category.village: (
        (MemberClass.farmer, 0.8),
        (MemberClass.worker, 0.08),
        (MemberClass.retiree, 0.05),
        (MemberClass.student, 0.03),
        (MemberClass.other, 0.04),
    ),
    Category.community: ((MemberClass.retiree, 0.45), (MemberClass.worker, 0.25), (MemberClass.farmer, 0.15), (MemberClass.other, 0.15)),
    Category.agency: ((MemberClass.agency_staff, 0.86), (MemberClass.retiree, 0.14)),
    Category.new_economic: ((MemberClass.enterprise_staff, 0.8), (MemberClass.farmer, 0.2)),
    Category.new_social: ((MemberClass.social_staff, 0.5), (MemberClass.retiree, 0.5)),
}
_AGES = {
    Category.village: (54, 15),
    Category.community: (57, 15),
    Category.agency: (41, 10),
    Category.new_economic: (38, 9),
    Category.new_social: (58, 11),
}
_GROUP_SIZE = 15
_ETHNICITIES = ["01", "03", "11"]


@dataclass(frozen=True, slots=True)
class People:
    """Members (index = id − 1) and membership rows, days as numbers; what the later families read."""

    names: list[str]
    male: Flags
    born: Ints
    admitted: Ints
    full: Ints
    exempt_from: Ints
    member: Ints
    """Member index of each membership row."""
    organisation: Ints
    group: Ints
    """Party group id of each membership row, 0 for none."""
    since: Ints
    until: Ints
    groups: list[tuple[int, Node, str]]
    """Party groups: id, branch, name."""
    diligence: Floats


def make_people(tree: Tree, seed: int) -> tuple[People, dict[str, Columns]]:
    """Draws all members; returns what later families read and the tables member, membership and party_group."""
    random = stream(seed, "members")
    homes = [node for node in tree.nodes if node.members]
    sizes = np.array([node.members for node in homes])
    home = np.repeat(np.arange(len(homes)), sizes)
    count = len(home)
    male, born, admitted, full = _lives(random, tree, homes, home)
    codes = _serial_codes(homes, home)
    names = person_names(random, male)
    category = np.array([list(_AGES).index(node.category) for node in homes])[home]
    fates = _Fates(random, tree, homes, home, born, admitted)
    exempt_from = np.where(
        random.random(count) < np.clip((tree.last - born) / _YEAR - 74, 0, 10) / 12,
        born + (76 * _YEAR + random.integers(0, 900, count)).astype(int),
        OPEN,
    )
    exempt_from = np.where(exempt_from > tree.last, OPEN, exempt_from)
    groups, group = _groups(random, tree, fates)
    people = People(
        names,
        male,
        born,
        admitted,
        full,
        exempt_from,
        fates.member,
        fates.organisation,
        group,
        fates.since,
        fates.until,
        groups,
        random.normal(0, 0.05, count),
    )
    latest = np.zeros(count, dtype=np.int64)
    latest[fates.member] = fates.organisation  # rows of one member are in order of time: the last one stays
    recorded = np.maximum(admitted, tree.first)
    columns: Columns = {
        "organisation_id": latest,
        "code": codes,
        "name": names,
        "gender": Coded([Gender.female.value, Gender.male.value], male.astype(int)),
        "birth_date": dates(born),
        "ethnicity": Coded(_ETHNICITIES, random.choice(3, count, p=[0.97, 0.015, 0.015])),
        "education": _education(random, (tree.last - born) / _YEAR),
        "member_class": _classes(random, category),
        "status": _status(full, fates.kind),
        "suspended_from": dates(np.where(fates.kind == _SUSPENDED, fates.end + 1, OPEN)),
        "admitted_on": dates(admitted),
        "full_on": dates(full),
        "duty_exempt_reason": [None if each == OPEN else "年老体弱，经支部同意免予参加集中活动" for each in exempt_from.tolist()],
        "duty_exempt_from": dates(exempt_from),
    }
    memberships: Columns = {
        "member_id": fates.member + 1,
        "organisation_id": fates.organisation,
        "group_id": [each or None for each in group.tolist()],
        "valid_from": dates(fates.since),
        "valid_to": dates(fates.until),
    }
    tables = {
        "member": with_stamps(columns, recorded.tolist()),
        "membership": with_stamps(memberships, np.maximum(fates.since, tree.first).tolist()),
        "party_group": _group_table(tree, people),
    }
    return people, tables


def _lives(random: np.random.Generator, tree: Tree, homes: list[Node], home: Ints) -> tuple[Flags, Ints, Ints, Ints]:
    """Gender, birth, admission at 18 or later, end of the year of probation (OPEN while it lasts)."""
    count = len(home)
    male = random.random(count) < 0.66
    centre, width = np.array([_AGES[node.category] for node in homes], dtype=float)[home].T
    age = np.clip(random.normal(centre, width), 19.5, 93)
    born = (tree.last - age * _YEAR).astype(np.int64)
    joined_at = np.clip(18.2 + random.gamma(2.2, 4.0, count), 18.2, None)
    admitted = born + (joined_at * _YEAR).astype(np.int64)
    lately = random.random(count) < 0.035
    admitted = np.where(lately & (age < 50), tree.last - random.integers(5, 700, count), admitted)
    admitted = np.maximum(admitted, born + int(18.2 * _YEAR))
    too_late = admitted > tree.last - 5
    admitted = np.where(too_late, np.maximum(born + int(18.2 * _YEAR), tree.last - random.integers(400, 1500, count)), admitted)
    full = np.where(admitted + 365 <= tree.last, admitted + 365, OPEN)
    return male, born, admitted, full


def _serial_codes(homes: list[Node], home: Ints) -> list[str]:
    """QH-0001 …: serial numbers within a town."""
    used: dict[str, int] = {}
    codes = []
    for index in home.tolist():
        town = homes[index].town
        used[town] = used.get(town, 0) + 1
        codes.append(f"{town}-{used[town]:04d}")
    return codes


_STAYS, _DIED, _LEFT, _SUSPENDED, _MOVED = range(5)


class _Fates:
    """Membership rows: where every member was, from when to when; at most two rows each, in order of time."""

    def __init__(self, random: np.random.Generator, tree: Tree, homes: list[Node], home: Ints, born: Ints, admitted: Ints) -> None:
        count = len(home)
        ids = np.array([node.id for node in homes])
        founded = np.array([node.established for node in homes])[home]
        dissolved = np.array([node.dissolved for node in homes])[home]
        lasting = (dissolved == OPEN) & (founded < tree.first)
        age = (tree.last - born) / _YEAR
        death = np.where(age > 70, 0.035, np.where(age > 55, 0.008, 0.001))
        draw = random.random(count)
        self.kind = np.select(
            [draw < death, draw < death + 0.002, draw < death + 0.004, draw < death + 0.026],
            [_DIED, _LEFT, _SUSPENDED, _MOVED],
            default=_STAYS,
        )
        settled = admitted < tree.first - 30
        self.kind = np.where(lasting & settled, self.kind, _STAYS)
        self._show_every_fate(lasting & settled & (age < 60))
        when = random.integers(tree.first + 20, tree.last - 1, count)
        self.end = np.where(self.kind == _STAYS, OPEN, when)
        since = np.maximum(admitted, founded)
        target = self._targets(random, homes, home)
        heirs = [[heir.id for heir in node.heirs] for node in homes]
        inherits = dissolved != OPEN
        part = random.integers(0, 2, count)
        target = np.where(
            inherits, [(heirs[each] or [0])[part[row] % max(1, len(heirs[each]))] for row, each in enumerate(home.tolist())], target
        )
        until = np.where(inherits, dissolved - 1, self.end)
        newcomer = since > until  # admitted after the reorganisation: belongs to the successor from the start
        second = (inherits | (self.kind == _MOVED)) & ~newcomer
        first = np.arange(count)
        self.member = np.concatenate([first, first[second]])
        self.organisation = np.concatenate([np.where(newcomer, target, ids[home]), target[second]])
        self.since = np.concatenate([since, until[second] + 1])
        self.until = np.concatenate([np.where(newcomer, OPEN, until), np.full(int(second.sum()), OPEN)])
        order = np.lexsort((self.since, self.member))
        self.member, self.organisation, self.since, self.until = (
            each[order] for each in (self.member, self.organisation, self.since, self.until)
        )

    def _show_every_fate(self, candidates: Flags) -> None:
        """Even a small world shows one of each."""
        free = np.flatnonzero(candidates & (self.kind == _STAYS))
        for kind, row in zip((_DIED, _LEFT, _SUSPENDED, _MOVED, _MOVED), free[:: max(1, len(free) // 5)], strict=False):
            self.kind[row] = kind

    @staticmethod
    def _targets(random: np.random.Generator, homes: list[Node], home: Ints) -> Ints:
        """For everybody another lasting branch of the same town, for the case of a transfer."""
        towns = [node.town for node in homes]
        lasting: dict[str, list[int]] = {}
        for node in homes:
            if node.dissolved == OPEN and node.special is None and not node.joint and node.established < 17000:
                lasting.setdefault(node.town, []).append(node.id)
        draws = random.integers(0, 10**6, len(home)).tolist()
        chosen = []
        for row, each in enumerate(home.tolist()):
            others = lasting[towns[each]]
            pick = others[draws[row] % len(others)]
            chosen.append(pick if pick != homes[each].id else others[(draws[row] + 1) % len(others)])
        return np.array(chosen)


def _groups(random: np.random.Generator, tree: Tree, fates: _Fates) -> tuple[list[tuple[int, Node, str]], Ints]:
    """Party groups of one branch in three with 26 members or more, and the group of each membership row."""
    groups: list[tuple[int, Node, str]] = []
    first_of = np.zeros(len(tree.nodes) + 1, dtype=np.int64)
    number_of = np.ones(len(tree.nodes) + 1, dtype=np.int64)
    sizes = np.bincount(fates.organisation, minlength=len(tree.nodes) + 1)
    for node in tree.nodes:
        wanted = random.random() < 0.36
        if not (wanted and node.is_branch and sizes[node.id] >= 26):
            continue
        first, number_of[node.id] = len(groups) + 1, min(5, round(sizes[node.id] / _GROUP_SIZE))
        first_of[node.id] = first
        groups.extend((first + index, node, f"第{'一二三四五'[index]}党小组") for index in range(number_of[node.id]))
    place = np.arange(len(fates.member)) % number_of[fates.organisation]
    founded = first_of[fates.organisation]
    return groups, np.where(founded > 0, founded + place, 0)


def _group_table(tree: Tree, people: People) -> Columns:
    leaders: dict[int, int] = {}
    for group, member, until in zip(people.group.tolist(), people.member.tolist(), people.until.tolist(), strict=True):
        if until == OPEN or group not in leaders:
            leaders.setdefault(group, member + 1)
    rows = [
        {
            "organisation_id": node.id,
            "name": name,
            "leader_id": leaders.get(group),
            "valid_from": dates([node.established])[0],
            "valid_to": dates([node.last])[0],
        }
        for group, node, name in people.groups
    ]
    return from_rows(rows, [max(node.established, tree.first) for _, node, _ in people.groups])


def _status(full: Ints, kind: Ints) -> Coded:
    """What became of everybody by the last day."""
    values = [MemberStatus.full, MemberStatus.probationary, MemberStatus.deceased, MemberStatus.left, MemberStatus.suspended]
    codes = np.select([kind == _DIED, kind == _LEFT, kind == _SUSPENDED, full == OPEN], [2, 3, 4, 1], default=0)
    return Coded([each.value for each in values], codes)


def _education(random: np.random.Generator, ages: Floats) -> Coded:
    """The younger, the longer at school; index into the levels of GB/T 4658, highest first."""
    level = np.clip(np.round((ages - 22) / 9 + random.normal(0, 1.1, len(ages))), 0, 6).astype(int)
    return Coded([each.value for each in Education], level)


def _classes(random: np.random.Generator, category: Ints) -> Coded:
    """A member class that is usual in the category of the home branch (index into the keys of _CLASSES)."""
    values = [each.value for each in MemberClass]
    draw = random.random(len(category))
    codes = np.zeros(len(category), dtype=np.int64)
    for index, shares in enumerate(_CLASSES.values()):
        steps = np.cumsum([share for _, share in shares])
        kinds = np.array([values.index(kind.value) for kind, _ in shares])
        mine = category == index
        codes[mine] = kinds[np.minimum(np.searchsorted(steps, draw[mine], side="right"), len(kinds) - 1)]
    return Coded(values, codes)
