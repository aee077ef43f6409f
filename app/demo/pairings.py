"""结对共建: pairings across categories, the ledger both sides share, who led, what was reported."""

from decimal import Decimal
from typing import NamedTuple

from app.demo.drawing import NEW, Dice, Rows, Slot, Towns, slots
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, dates, day
from app.models.organisations import Category
from app.models.pairings import EntryKind, PairingSide

_CONTENT = {
    EntryKind.activity: "联合开展主题党日，共同清洁村庄环境",
    EntryKind.study: "联合组织理论学习，交流支部工作经验",
    EntryKind.project: "对接产业帮扶项目，落实技术和销路",
    EntryKind.donation: "捐赠图书和学习用品，慰问困难党员",
    EntryKind.volunteering: "组织志愿者入户宣传政策、代办事项",
}
_RESULTS = ("解决群众实际困难，反响良好", "形成事项清单并按期办结", "达成下一步合作意向")
_PLAN = "组织共建、资源共享、活动联办、发展互促，每季度至少开展一次共建活动。"


class _Pair(NamedTuple):
    id: int
    a: Node
    b: Node
    since: int


def write_pairings(tree: Tree, posts: Posts, seed: int) -> dict[str, Columns]:
    """The tables pairing, pairing_entry, pairing_leader and pairing_report."""
    written = _Pairings(tree, posts, Dice(tree, seed, "pairings"))
    for town in written.towns:
        for a, b in written.couples(town):
            written.agree(a, b)
    for pair in written.pairs:
        written.keep_ledger(pair)
        written.report(pair)
    return {
        "pairing": written.pairings.columns(),
        "pairing_entry": written.entries.columns(),
        "pairing_leader": written.leaders.columns(),
        "pairing_report": written.reports.columns(),
    }


class _Pairings:
    def __init__(self, tree: Tree, posts: Posts, dice: Dice) -> None:
        self.tree, self.dice, self.towns, self.secretaries = tree, dice, Towns(tree), posts.secretaries()
        self.pairings, self.entries, self.leaders, self.reports = Rows(tree), Rows(tree), Rows(tree), Rows(tree)
        self.pairs: list[_Pair] = []

    def couples(self, town: Node) -> list[tuple[Node, Node]]:
        """Agencies with villages, firms with communities, the township with its weakest village; a few weak ones stay alone."""
        towns = self.towns
        villages = [node for node in towns.members_of(town, Category.village) if node.expected_to_pair]
        agencies, firms = towns.members_of(town, Category.agency), towns.members_of(town, *NEW)
        found = [(town, min(towns.members_of(town, Category.village), key=lambda node: node.quality))]
        found += [(agencies[place % len(agencies)], village) for place, village in enumerate(villages) if self.dice.does(village, 0.96)]
        communities = towns.members_of(town, Category.community)
        found += [(firm, communities[place % len(communities)]) for place, firm in enumerate(firms)] if communities else []
        return found

    def agree(self, a: Node, b: Node) -> None:
        """A pairing that began before the window or early in it; its plan and goals as good as the two sides."""
        since = max(self.tree.first + self.dice.between(-500, 60), a.established, b.established)
        if since > self.tree.last:
            return
        planned = self.dice.happens(float(self.dice.reliability[a.id] + self.dice.reliability[b.id]) / 2 + 0.03)
        identity = self.pairings.add(
            since,
            organisation_id=a.id,
            partner_id=b.id,
            agreed_on=day(since) if planned else None,
            plan=_PLAN if planned else None,
            in_goals_a=self.dice.does(a, 1.03),
            in_goals_b=self.dice.does(b, 1.03),
            valid_from=day(since),
            valid_to=None,
        )
        self.pairs.append(_Pair(identity, a, b, since))

    def keep_ledger(self, pair: _Pair) -> None:
        """About one entry a quarter, as often as the two sides together are able; nearly all confirmed by the other side."""
        together = float(self.dice.reliability[pair.a.id] + self.dice.reliability[pair.b.id]) / 2
        for quarter in slots(self.tree, 3):
            on = self.dice.between(max(quarter.first + 5, pair.since), quarter.last - 10)
            if pair.since <= on <= self.tree.last and quarter.first <= on <= quarter.last and self.dice.happens(0.99 * together + 0.02):
                self._entry(pair, on, together)

    def _entry(self, pair: _Pair, on: int, together: float) -> None:
        dice = self.dice
        side = dice.one_of(list(PairingSide))
        kind = dice.one_of(list(EntryKind))
        confirmed = on + dice.between(0, 7)
        owner = pair.a if side is PairingSide.a else pair.b
        entry = self.entries.add(
            on,
            organisation_id=owner.id,
            pairing_id=pair.id,
            entered_side=side.value,
            happened_on=day(on),
            kind=kind.value,
            content=_CONTENT[kind],
            participants=dice.between(8, 40) if dice.happens(0.85 + 0.15 * together) else 0,
            volunteers=dice.between(3, 15) if kind is EntryKind.volunteering else 0,
            amount=Decimal(dice.between(5, 60) * 100) if kind is EntryKind.donation else None,
            result=dice.one_of(_RESULTS) if dice.happens(0.5 + 0.5 * together) else None,
            has_attachment=False,
            confirmed_on=dates([confirmed if confirmed <= self.tree.last and dice.happens(0.9 + 0.1 * together) else OPEN])[0],
        )
        led = {self._secretary(node, on) for node in (pair.a, pair.b) if dice.does(node, 0.62)} - {None}
        for member in sorted(member for member in led if member is not None):
            self.leaders.add(on, organisation_id=owner.id, pairing_entry_id=entry, member_id=member + 1)

    def _secretary(self, node: Node, on: int) -> int | None:
        terms = [member for since, member in self.secretaries.get(node.id, []) if since <= on]
        return terms[-1] if terms else None

    def report(self, pair: _Pair) -> None:
        """Both sides report every half-year."""
        for half in slots(self.tree, 6):
            for node in (pair.a, pair.b):
                if pair.since < half.first + 60 and half.first + 30 <= self.tree.last:
                    self._report(pair, node, half)

    def _report(self, pair: _Pair, node: Node, half: Slot) -> None:
        due = half.last - 10
        submitted = self.dice.done(node, due - 15, due)
        self.reports.add(
            due - 20,
            organisation_id=node.id,
            pairing_id=pair.id,
            period=f"{half.year}年{'上' if half.place == 1 else '下'}半年",
            due_on=day(due),
            submitted_on=dates([submitted])[0],
            receiver="镇党建办",
        )
