"""阵地经费: venues and who uses them, money taken in, spent and allocated."""

from datetime import time
from decimal import Decimal

from app.demo.drawing import LOCAL, NEW, Dice, Rows, Slot, Towns, slots
from app.demo.people import People
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, day
from app.models.organisations import Category
from app.models.resources import FundDirection, FundSource, VenueKind

_HOURS = "工作日8:30—17:30，周末预约"
_YUAN_PER_MEMBER = 200
_HALVES = 2
_SUPPORTED = 0.7
"""Quality of a firm below which neither its owner nor the township pays for its Party work."""
_RENOVATION = "党群服务阵地改造专项"


def write_resources(tree: Tree, people: People, seed: int) -> dict[str, Columns]:
    """The tables venue, venue_use and fund."""
    venues = _Venues(tree, Dice(tree, seed, "venues"))
    venues.furnish()
    venues.use()
    return {"venue": venues.venues.columns(), "venue_use": venues.uses.columns(), "fund": _funds(tree, people, Dice(tree, seed, "funds"))}


class _Venues:
    def __init__(self, tree: Tree, dice: Dice) -> None:
        self.tree, self.dice, self.towns = tree, dice, Towns(tree)
        self.venues, self.uses = Rows(tree), Rows(tree)
        self.rooms: list[tuple[int, Node]] = []
        """What others may book: venue id and owner."""
        self.without: list[Node] = []
        self.booked: set[tuple[int, int]] = set()

    def furnish(self) -> None:
        """A service centre per town; rooms and distance sites of villages, communities, agencies and larger firms."""
        dice = self.dice
        for town in self.towns:
            self.rooms.append((self._add(town, VenueKind.service_centre, "党群服务中心", meets=True, shared=True), town))
            self._add(town, VenueKind.activity_room, "党员活动室", meets=True, shared=True)
        for node in self.towns.evaluated:
            usual = node.category in LOCAL or (node.category is Category.agency and dice.happens(0.6))
            if not (usual or node.needs_venue):
                continue
            if dice.happens(0.93 if node.category in LOCAL else 0.55 * node.quality):
                room = self._add(node, VenueKind.activity_room, "党员活动室", meets=dice.does(node, 1.03), shared=dice.happens(0.7))
                self.rooms.append((room, node))
            else:
                self.without.append(node)
            if node.needs_venue and dice.does(node):
                self._add(node, VenueKind.distance_site, "远程教育站点", meets=dice.does(node, 1.03), shared=dice.happens(0.2))

    def _add(self, node: Node, kind: VenueKind, name: str, *, meets: bool, shared: bool) -> int:
        since = max(node.established, self.tree.first - self.dice.between(100, 2000))
        return self.venues.add(
            since,
            organisation_id=node.id,
            name=node.short_name + name,
            kind=kind.value,
            area=self.dice.between(40, 160) if meets else self.dice.between(15, 30),
            meets_standard=meets,
            shared=shared,
            open_hours=_HOURS if shared else None,
            valid_from=day(since),
            valid_to=None if node.last == OPEN else day(node.last),
        )

    def use(self) -> None:
        """Every quarter somebody else meets in a room; those without one of their own go to the town's."""
        centres = {node.town: venue for venue, node in self.rooms if node.category is Category.township}
        for quarter in slots(self.tree, 3):
            for venue, owner in self.rooms:
                others = [node for node in self.towns.evaluated if node.town == owner.town and node is not owner]
                if self.dice.does(owner):
                    self._book(venue, owner, self.dice.one_of(others), quarter)
                if self.dice.happens(0.5):
                    self._book(venue, owner, owner, quarter)
            for node in self.without:
                if self.dice.does(node, 0.3 if node.category in NEW else 0.8):
                    self._book(centres[node.town], self.towns.heads[node.town], node, quarter)

    def _book(self, venue: int, owner: Node, user: Node, quarter: Slot) -> None:
        """One booking a day is enough for a room, so nobody collides."""
        on = self.dice.between(quarter.first, quarter.last)
        first, last = max(owner.established, user.established), min(owner.last, user.last, self.tree.last)
        if not first <= on <= last or (venue, on) in self.booked:
            return
        self.booked.add((venue, on))
        hour = self.dice.one_of((9, 14, 19))
        self.uses.add(on, organisation_id=user.id, venue_id=venue, used_on=day(on), starts_at=time(hour), ends_at=time(hour + 2))


def _funds(tree: Tree, people: People, dice: Dice) -> Columns:
    """Twice a year: what the township allocates by members, what each takes in itself, what is spent."""
    funds, towns = Rows(tree), Towns(tree)
    members = _members_of_tops(tree, people)

    def book(
        node: Node, on: int, source: FundSource, direction: FundDirection, amount: float, purpose: str, to: Node | None = None
    ) -> None:
        if on <= min(tree.last, node.last) and amount >= 10:
            funds.add(
                on,
                organisation_id=node.id,
                year=day(on).year,
                fund_source=source.value,
                direction=direction.value,
                to_organisation_id=to and to.id,
                amount=Decimal(round(amount / 10) * 10),
                booked_on=day(on),
                purpose=purpose,
            )

    for half in slots(tree, 6):
        for node in towns.evaluated:
            above, on = towns.above(node), half.first + dice.between(35, 75)
            if not node.established <= on <= min(node.last, tree.last):
                continue
            due = _YUAN_PER_MEMBER * members[node.id] / _HALVES
            granted = due * (0.35 + 0.55 * float(dice.skill[node.id])) if dice.does(node, 1.05) else due * 0.3
            supported = node.category not in NEW or node.quality > _SUPPORTED
            if above is None:
                book(node, on, FundSource.fiscal, FundDirection.income, granted * 1.15, "上级拨付党建工作经费")
            elif dice.happens(0.96) and supported:
                granted *= 0.55 if node.category is Category.agency else 1
                book(above, on, FundSource.fiscal, FundDirection.allocated, granted, "党建工作经费", node)
            own = FundSource.owner if node.category in NEW else FundSource.own if dice.happens(0.5) else FundSource.dues
            if supported and dice.does(node, 0.95):
                book(node, on + 20, own, FundDirection.income, due * (0.1 + 0.2 * float(dice.skill[node.id])), "自筹党建活动经费")
            if node.category is Category.community and half.place == 1 and dice.happens(0.4):
                book(
                    towns.heads[node.town],
                    on + 5,
                    FundSource.fiscal,
                    FundDirection.allocated,
                    dice.between(20_000, 80_000),
                    _RENOVATION,
                    node,
                )
            book(node, on + 45, FundSource.fiscal, FundDirection.outgo, granted * 0.7, "开展组织生活、慰问党员")
    return funds.columns()


def _members_of_tops(tree: Tree, people: People) -> dict[int, int]:
    """By id of an evaluated organisation: members of its own tree on the last day; one that has ended: all it had."""
    top = {node.id: node.top for node in tree.nodes}
    count = dict.fromkeys(top, 0)
    for organisation, until in zip(people.organisation.tolist(), people.until.tolist(), strict=True):
        if until == OPEN or top[organisation].dissolved != OPEN:
            count[top[organisation].id] += 1
    return count
