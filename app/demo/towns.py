"""Plans the tree: towns with villages, communities, agencies and new organisations, and what changed among them."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from app.demo import names
from app.demo.tree import Node, Tree
from app.demo.world import Floats, Size, day, number, stream
from app.models.organisations import Category, Form, JointKind, LineageKind

_TIERS = ((0.0, 0.46), (0.08, 0.56), (0.25, 0.72), (0.45, 0.84), (0.65, 0.92), (0.85, 0.962), (1.0, 0.985))
"""Latent quality by quantile: a few weak branches, many middling ones, a good third."""
_MEMBERS = {
    Category.village: (30, 48, 72),
    Category.community: (44, 62, 92),
    Category.agency: (26, 46, 74),
    Category.new_economic: (4, 10, 26),
}
"""Members of a branch: fewest, usual, most."""
_BELOW = (2, 3, 3, 4)
"""How many branches the first, second … general branch of a town has below; then from the start."""
_FULL_BRANCH, _FULL_GENERAL_BRANCH = 50, 99


class Shape(NamedTuple):
    """How many evaluated organisations one town has; `big` villages are general branches with branches below."""

    villages: int
    big: int
    communities: int
    agencies: int
    new: int
    members: int


def plan_tree(size: Size, seed: int, as_of: date) -> Tree:
    """The organisations of a world. Ids follow the order of creation: parents before children."""
    random = stream(seed, "organisations")
    first, last = number(date(as_of.year - 1, 1, 1)), number(as_of)
    nodes: list[Node] = []
    county = None
    if size == "county":
        code, name = names.COUNTY
        county = Node(code, f"中共{name}委员会", name, Form.committee, Category.higher, None, number(date(1951, 7, 1)), evaluated=False)
        nodes.append(county)
    villages = iter(names.village_names(random, 500))
    for index, (code, name) in enumerate(names.TOWNS[: 1 if county is None else None]):
        shape = Shape(18, 3, 3, 3, 5, 1480) if county is None else Shape(24, 7, 3 - (index % 3 == 2), 4, 6, 2480)
        nodes.extend(_Town(random, code, name, county, villages, (first, last)).plan(shape, reorganised=index % 3 == 0))
    for identity, node in enumerate(nodes, 1):
        node.id = identity
    return Tree(nodes, first, last, as_of.year)


def _spread(random: np.random.Generator, count: int) -> Floats:
    """Qualities that cover all tiers even in a small cohort: one per quantile, in random order, with noise."""
    quantiles = (random.permutation(count) + random.random(count)) / count
    at, quality = zip(*_TIERS, strict=True)
    spread: Floats = np.interp(quantiles, at, quality) + random.normal(0, 0.01, count)
    return np.clip(spread, 0.4, 0.995)


class _Town:
    """One town while it is being planned."""

    def __init__(
        self, random: np.random.Generator, code: str, name: str, county: Node | None, villages: Iterator[str], window: tuple[int, int]
    ) -> None:
        self.random, self.code, self.name, self.villages, (self.first, self.last) = random, code, name, villages, window
        root = Node(code, f"中共{name}委员会", name, Form.committee, Category.township, county, number(date(1958, 3, 1)), seats=7)
        root.quality = float(random.uniform(0.8, 0.95))
        root.standing_delegates = True
        self.root, self.nodes, self.used = root, [root], dict.fromkeys("VCAN", 0)

    def plan(self, shape: Shape, *, reorganised: bool) -> list[Node]:
        """All organisations of the town, those that a merger or a split ended included."""
        big = {1 + index * (shape.villages - 4) // shape.big for index in range(shape.big)}
        villages = [self._village(big=index in big) for index in range(shape.villages - 3 * reorganised)]
        communities = [self._community(index) for index in range(shape.communities)]
        agencies = [self._agency(index) for index in range(shape.agencies)]
        new = [self._new(index, villages) for index in range(shape.new)]
        for cohort in (villages, communities, agencies, new):
            self._give_quality(cohort)
        if reorganised:
            self._merge()
            self._split()
        self._fit_to(shape.members)
        self._special_cases(villages, communities, agencies, new)
        for node in self.nodes:
            self._settle(node)
        return self.nodes

    def _add(
        self, letter: str, short_name: str, category: Category, form: Form = Form.branch, *, members: int = 0, since: int | None = None
    ) -> Node:
        self.used[letter] += 1
        label = {Form.branch: "党支部", Form.general_branch: "党总支", Form.joint_branch: "联合党支部", Form.committee: "党委"}[form]
        oldest, youngest = (1960, 2008) if category in {Category.village, Category.agency} else (2009, 2017)
        founded = number(date(int(self.random.integers(oldest, youngest)), int(self.random.integers(1, 13)), 1)) if since is None else since
        code = f"{self.code}-{letter}{self.used[letter]:02d}"
        node = Node(code, short_name + label, short_name, form, category, self.root, founded, members=members)
        self.nodes.append(node)
        return node

    def _size(self, category: Category) -> int:
        return round(float(self.random.triangular(*_MEMBERS[category])))

    def _village(self, *, big: bool) -> Node:
        if not big:
            return self._add("V", next(self.villages), Category.village, members=self._size(Category.village))
        village = self._add("V", next(self.villages), Category.village, Form.general_branch)
        already = sum(node.form is Form.general_branch for node in self.nodes) - 1
        for index in range(_BELOW[already % len(_BELOW)]):
            name = f"{village.short_name}第{'一二三四'[index]}"
            code = f"{village.code}-{index + 1}"
            below = Node(code, name + "党支部", name + "支部", Form.branch, Category.village, village, village.established)
            below.evaluated = False
            below.members = round(float(self.random.uniform(29, 49)))
            self.nodes.append(below)
        return village

    def _community(self, index: int) -> Node:
        name = self.name[:-1] + names.COMMUNITY_SUFFIXES[index]
        return self._add("C", name, Category.community, members=self._size(Category.community))

    def _agency(self, index: int) -> Node:
        return self._add("A", self.name + names.AGENCIES[index], Category.agency, members=self._size(Category.agency))

    def _new(self, index: int, villages: list[Node]) -> Node:
        """An association, a joint branch with a village, a newly founded one, then ordinary companies."""
        stem = self.name[:-1]
        if index == 0:
            node = self._add("N", stem + names.ASSOCIATIONS[1], Category.new_social, members=11)
            node.former_parent, node.moved = villages[0], self._month(-250)
            return node
        name = stem + names.COMPANIES[index]
        if index == 1:
            node = self._add("N", villages[2].short_name + "与" + name, Category.new_economic, Form.joint_branch, members=17)
            node.joint, node.partners, node.industry = JointKind.village_enterprise, (villages[2].code,), names.INDUSTRIES[0]
            return node
        if index == 2:
            return self._add("N", name, Category.new_economic, members=7, since=self._month(-100))
        return self._add("N", name, Category.new_economic, members=self._size(Category.new_economic))

    def _month(self, days_before: int) -> int:
        """The first day of the month that many days before the day of the world."""
        return number(day(self.last + days_before).replace(day=1))

    def _give_quality(self, cohort: list[Node]) -> None:
        for node, quality in zip(cohort, _spread(self.random, len(cohort)).tolist(), strict=True):
            node.quality = quality

    def _fit_to(self, members: int) -> None:
        """Scales the branches so that the town has about that many members."""
        factor = members / sum(node.members for node in self.nodes)
        for node in self.nodes:
            node.members = round(node.members * factor)

    def _merge(self) -> None:
        """Two shrinking villages become one."""
        on = self._month(-190)
        pair = [self._add("V", next(self.villages), Category.village, members=24) for _ in range(2)]
        heir = self._add("V", next(self.villages), Category.village, since=on)
        heir.quality = 0.86
        for node, quality in zip(pair, (0.74, 0.55), strict=True):
            node.quality, node.dissolved, node.heirs, node.lineage = quality, on, (heir,), LineageKind.merge

    def _split(self) -> None:
        """One large village becomes two."""
        on = self._month(-280)
        whole = self._add("V", next(self.villages), Category.village, members=82)
        halves = tuple(self._add("V", next(self.villages), Category.village, since=on) for _ in range(2))
        halves[0].quality, halves[1].quality, whole.quality = 0.9, 0.68, 0.72
        whole.dissolved, whole.heirs, whole.lineage = on, halves, LineageKind.divide

    def _special_cases(self, villages: list[Node], communities: list[Node], agencies: list[Node], new: list[Node]) -> None:
        by_quality = sorted(villages, key=lambda node: node.quality)
        by_quality[0].special = "vacant"
        by_quality[-1].special = by_quality[1].special = "term_ending"
        flooded, renovated = by_quality[len(by_quality) // 2], communities[0]
        flooded.exemption = ("all", "汛期整村转移安置，暂不组织集中活动", self._month(-150), self._month(-90) - 1)
        renovated.exemption = ("committee_meetings", "社区党群服务中心改造，经镇党委同意暂缓", self._month(-120), self._month(-60) - 1)
        for node in (*villages[1::2], *communities, *agencies, self.root):
            node.expected_to_pair = True
        for node in (*villages, *communities, *new[::2]):
            node.needs_venue = True
        pair = villages[4], villages[5]
        pair[0].joint, pair[0].partners, pair[0].industry = JointKind.village_village, (pair[1].code,), names.INDUSTRIES[2]

    def _settle(self, node: Node) -> None:
        """What follows from size and quality: branches below take after the village, seats, approved deviations."""
        if node.parent is not None and not node.evaluated:
            node.quality = float(np.clip(node.parent.quality + self.random.normal(0, 0.04), 0.38, 0.995))
        below = sum(each.members for each in self.nodes if each.parent is node)
        if node.is_branch:
            size = node.members or round(sum(each.members / len(each.heirs) for each in self.nodes if node in each.heirs))
            node.seats = 0 if size < 8 else 3 if size < 35 else 5
            above = size > _FULL_BRANCH
        else:
            node.seats = 7 if below > 150 or node is self.root else 5
            above = node is not self.root and below > _FULL_GENERAL_BRANCH
        if above and self.random.random() < node.quality:
            node.approval = f"{self.name[:-1]}党委〔{day(self.first).year}〕{int(self.random.integers(3, 60))}号：同意暂保留现设置形式"
