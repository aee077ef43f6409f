"""流动与发展: who floats out and in, how contact is kept; people on their way into the Party."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.demo.drawing import NEW, Dice, Rows, Towns, slots
from app.demo.names import person_names
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, Ints, dates, day
from app.models.mobility import FloatDirection, Stage
from app.models.organisations import Category

_FAR = ("外省务工，在当地企业参加组织生活", "省城务工", "沿海城市经商", "外县项目工地")
_HOW = ("电话联系", "微信群通报学习内容", "视频谈心", "返乡时当面谈话")
_STAGES = list(Stage)
_DOCUMENTS = {
    Stage.applicant: ["application"],
    Stage.activist: ["recommendation"],
    Stage.target: ["assessment"],
    Stage.probationary: ["political_review", "training_certificate", "meeting_resolution", "approval"],
    Stage.full: ["meeting_resolution", "approval"],
}
_SHARES = {
    Category.village: 0.05,
    Category.community: 0.025,
    Category.agency: 0.012,
    Category.new_economic: 0.07,
    Category.new_social: 0.03,
}


@dataclass(frozen=True, slots=True)
class Floating:
    """Members floating out (member index) with first and last day; nobody floats twice. They are on no roster meanwhile."""

    member: Ints
    organisation: Ints
    since: Ints
    until: Ints

    def away(self, member: Ints, on: Ints) -> np.typing.NDArray[np.bool_]:
        """Whether each member floats out on a day."""
        place = np.minimum(np.searchsorted(self.member, member), max(len(self.member) - 1, 0))
        if not len(self.member):
            return np.zeros(len(member), dtype=bool)
        found: np.typing.NDArray[np.bool_] = (self.member[place] == member) & (self.since[place] <= on) & (self.until[place] >= on)
        return found


def make_floating(tree: Tree, people: People, posts: Posts, seed: int) -> Floating:
    """Chooses them among younger full members without a post who belong to one organisation all the time."""
    random = Dice(tree, seed, "floating").random
    rows, count = people.member, len(people.member)
    share = np.array([0.0, *(_SHARES.get(node.category, 0) for node in tree.nodes)])[people.organisation]
    once = np.bincount(rows, minlength=len(people.names))[rows] == 1
    age = (tree.last - people.born[rows]) / 365.25
    held = np.isin(rows, np.array(posts.member))
    fit = once & ~held & (people.until == OPEN) & (people.full[rows] < tree.first) & (age < 56) & (people.exempt_from[rows] == OPEN)
    fit &= (people.since < tree.first) & (random.random(count) < 2.2 * share)
    chosen = np.flatnonzero(fit)
    since = np.maximum(tree.first + random.integers(-400, 560, len(chosen)), people.since[chosen])
    until = np.where(random.random(len(chosen)) < 0.25, since + random.integers(120, 700, len(chosen)), OPEN)
    until = np.where(until >= tree.last, OPEN, until)
    kept = since <= tree.last
    chosen, since, until = chosen[kept], since[kept], until[kept]
    order = np.argsort(rows[chosen])
    return Floating(rows[chosen][order], people.organisation[chosen][order], since[order], until[order])


def write_mobility(tree: Tree, people: People, floating: Floating, seed: int) -> dict[str, Columns]:
    """The five tables of this family."""
    return {**_floating_tables(tree, people, floating, Dice(tree, seed, "contacts")), **_Developments(tree, people, seed).tables()}


def _floating_tables(tree: Tree, people: People, floating: Floating, dice: Dice) -> dict[str, Columns]:
    periods, contacts = Rows(tree), Rows(tree)
    nodes = {node.id: node for node in tree.nodes}
    quarters = slots(tree, 3)

    def add(node: Node, member: int | None, person: str, direction: FloatDirection, since: int, until: int) -> None:
        complete = dice.does(node)
        period = periods.add(
            since,
            organisation_id=node.id,
            member_id=member,
            person=person,
            direction=direction.value,
            other_id=None,
            other_name=dice.one_of(_FAR) if complete or dice.happens(0.4) else None,
            certificate=f"流动党员活动证 {node.code}-{len(periods.rows) + 1:04d}" if complete else None,
            valid_from=day(since),
            valid_to=dates([until])[0],
        )
        for quarter in quarters:
            first, last = max(quarter.first, since), min(quarter.last, until, tree.last)
            if first <= last and dice.does(node, 0.98):
                on = dice.between(first, last)
                contacts.add(
                    on, organisation_id=node.id, floating_member_id=period, contacted_on=day(on), by="支部联系人", how=dice.one_of(_HOW)
                )

    lists = (floating.member, floating.organisation, floating.since, floating.until)
    for member, organisation, since, until in zip(*(each.tolist() for each in lists), strict=True):
        add(nodes[organisation], member + 1, people.names[member], FloatDirection.outward, since, until)
    hosts = [node for node in Towns(tree).evaluated if node.category in NEW | {Category.community} and node.established < tree.first]
    for node in hosts:
        for person in person_names(dice.random, dice.random.random(dice.between(0, 3)) < 0.7):
            add(node, None, person, FloatDirection.inward, dice.between(tree.first - 200, tree.last), OPEN)
    return {"floating_member": periods.columns(), "floating_contact": contacts.columns()}


class _Developments:
    """People on their way: those admitted lately, and others who have come less far."""

    def __init__(self, tree: Tree, people: People, seed: int) -> None:
        self.tree, self.people, self.dice = tree, people, Dice(tree, seed, "developments")
        self.developments, self.stages, self.documents = Rows(tree), Rows(tree), Rows(tree)

    def tables(self) -> dict[str, Columns]:
        """The tables development, development_stage and development_document."""
        tree, people, dice = self.tree, self.people, self.dice
        nodes = {node.id: node for node in tree.nodes}
        first_row = np.unique(people.member, return_index=True)[1]
        lately = first_row[people.admitted > tree.first - 400]
        for row in lately.tolist():
            member, node = int(people.member[row]), nodes[int(people.organisation[row])]
            self._person(node, people.names[member], member + 1, self._days(node, int(people.admitted[member]), int(people.full[member])))
        branches = [node for node in tree.nodes if node.is_branch and node.dissolved == OPEN and node.established < tree.first]
        on_the_way = [node for node in branches for _ in range(dice.between(0, 3))]
        names = person_names(dice.random, dice.random.random(len(on_the_way)) < 0.6)
        for node, person in zip(on_the_way, names, strict=True):
            applied = dice.between(tree.first - 700, tree.last - 20)
            self._person(node, person, None, self._days(node, dice.between(applied + 900, applied + 1500), OPEN)[:3])
        return {
            "development": self.developments.columns(),
            "development_stage": self.stages.columns(),
            "development_document": self.documents.columns(),
        }

    def _days(self, node: Node, admitted: int, full: int) -> list[int]:
        """Days of the five stages, backwards from the admission; a weak branch hurries somebody through."""
        dice = self.dice
        target = admitted - dice.between(100, 260)
        activist = target - (dice.between(150, 340) if not dice.does(node) and dice.happens(0.5) else dice.between(380, 620))
        return [activist - dice.between(190, 330), activist, target, admitted, full]

    def _person(self, node: Node, person: str, member: int | None, days: list[int]) -> None:
        reached = [(stage, on) for stage, on in zip(_STAGES, days, strict=False) if on <= min(self.tree.last, node.last)]
        if not reached:
            return
        recorded = reached[0][1]
        own: dict[str, Any] = {"organisation_id": node.id}
        development = self.developments.add(
            recorded, **own, person=person, member_id=member, mentors="支部委员、正式党员各一名", stage=reached[-1][0].value
        )
        for stage, on in reached:
            documents = list(_DOCUMENTS[stage])
            if not self.dice.does(node, 1.01):
                documents.pop()
            entry = self.stages.add(on, **own, development_id=development, stage=stage.value, reached_on=day(on), documents=documents)
            for kind in documents:
                self.documents.add(on, **own, development_stage_id=entry, kind=kind)
