"""扩大覆盖面: units in villages and communities, who covers them, who visits them."""

from datetime import date

from app.demo.drawing import LOCAL, NEW, Dice, Rows, Towns, slots
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, dates, day, number
from app.models.coverage import Coverage, UnitKind
from app.models.organisations import Category, Form

_NAMES = (
    ("粮油加工坊", UnitKind.private_enterprise),
    ("果蔬专业合作社", UnitKind.cooperative),
    ("建材经营部", UnitKind.private_enterprise),
    ("农机服务社", UnitKind.cooperative),
    ("物流配送点", UnitKind.private_enterprise),
    ("养老互助协会", UnitKind.association),
    ("文化艺术团", UnitKind.social_organisation),
    ("便民集市", UnitKind.market),
)
_FINDINGS = ("了解生产经营和党员学习情况", "宣讲惠企政策，指导组建工作", "走访职工党员，听取意见建议", "协调解决用工和场地需求")
_PROBLEMS = ("缺少党员活动场地", "党员流动性大，集中学习难", "用工季节性短缺")


def write_coverage(tree: Tree, people: People, posts: Posts, seed: int) -> dict[str, Columns]:
    """The tables unit, liaison and liaison_visit. No unit has a code: an invented one could be that of a real firm."""
    dice, towns = Dice(tree, seed, "units"), Towns(tree)
    written = _Coverage(tree, dice, towns, people, posts)
    for town in towns:
        written.town(town)
    return {"unit": written.units.columns(), "liaison": written.liaisons.columns(), "liaison_visit": written.visits.columns()}


class _Coverage:
    def __init__(self, tree: Tree, dice: Dice, towns: Towns, people: People, posts: Posts) -> None:
        self.tree, self.dice, self.towns = tree, dice, towns
        self.units, self.liaisons, self.visits = Rows(tree), Rows(tree), Rows(tree)
        self.leaders: dict[int, list[str]] = {}
        for organisation, member, until in zip(posts.organisation, posts.member, posts.until, strict=True):
            if until == OPEN:
                self.leaders.setdefault(organisation, []).append(people.names[member])
        self.quarters = slots(tree, 3)

    def town(self, town: Node) -> None:
        """New organisations cover the firms they grew from; villages and communities answer for the others."""
        own = [node for node in self.towns.evaluated if node.town == town.code]
        local = [node for node in own if node.category in LOCAL and node.dissolved == OPEN]
        for node in own:
            if node.category in NEW:
                responsible = self.dice.one_of(local)
                kind = UnitKind.private_enterprise if node.category is Category.new_economic else UnitKind.social_organisation
                joint = node.form is Form.joint_branch
                self._unit(responsible, node.short_name, kind, node, Coverage.joint if joint else Coverage.alone, 3 + node.members)
                self._liaison(town, node, None, node.established)
        for node in local:
            several = (3, 6) if node.category is Category.community else (0, 3)
            first = self.dice.between(0, len(_NAMES) - 1)
            for index in range(self.dice.between(*several)):
                name, kind = _NAMES[(first + index) % len(_NAMES)]
                self._small(town, node, node.short_name + name, kind)

    def _small(self, town: Node, node: Node, name: str, kind: UnitKind) -> None:
        """Covered together with its village, or worked with from outside, or neither."""
        dice = self.dice
        covered = dice.does(node, 0.97)
        covering, coverage = (node, Coverage.joint) if covered else (None, Coverage.none)
        unit = self._unit(node, name, kind, covering, coverage, 3 if dice.happens(0.25 * (1 - node.quality)) else dice.between(0, 2))
        if dice.does(node) if coverage is Coverage.none else dice.happens(0.35):
            self._liaison(town, node, unit, node.established)

    def _unit(self, node: Node, name: str, kind: UnitKind, covering: Node | None, coverage: Coverage, full_members: int) -> int:
        dice, tree = self.dice, self.tree
        uncovered = covering is None
        since = max(number(date(dice.between(2008, tree.year - 3), dice.between(1, 12), 1)), covering.established if covering else 0)
        closed = dice.between(tree.first + 60, tree.last) if uncovered and dice.happens(0.06) else OPEN
        return self.units.add(
            since,
            organisation_id=node.id,
            name=name,
            kind=kind.value,
            staff=full_members * 3 + dice.between(3, 60),
            full_members=full_members,
            covering_id=covering and covering.id,
            coverage=coverage.value,
            instructor=dice.one_of(self.leaders[node.id]) if uncovered and dice.does(node) else None,
            mass_organisation="工会小组" if uncovered and dice.happens(0.4) else None,
            valid_from=day(since),
            valid_to=dates([closed])[0],
        )

    def _liaison(self, town: Node, node: Node, unit: int | None, established: int) -> None:
        """A leader of the town and whom he or she calls on every quarter."""
        dice = self.dice
        since = max(self.tree.first + dice.between(-300, 20), established)
        leader = dice.one_of(self.leaders[town.id])
        liaison = self.liaisons.add(since, organisation_id=node.id, leader=leader, unit_id=unit, valid_from=day(since), valid_to=None)
        for quarter in self.quarters:
            on = dice.between(quarter.first + 5, quarter.last - 3)
            if not dice.does(node, 0.97) or not since <= on <= self.tree.last:
                continue
            problem = dice.one_of(_PROBLEMS) if dice.happens(0.25) else None
            solved = dice.between(on, on + 60) if problem and dice.happens(0.8) else OPEN
            self.visits.add(
                on,
                organisation_id=node.id,
                liaison_id=liaison,
                visited_on=day(on),
                findings=dice.one_of(_FINDINGS),
                problem=problem,
                solved_on=dates([solved if solved <= self.tree.last else OPEN])[0],
            )
