"""关爱帮扶: members in hardship and the care for them, projects for weak villages, disputes, projects that help neighbours earn."""

from decimal import Decimal

import numpy as np

from app.demo.drawing import LOCAL, NEW, Dice, Rows, Towns, slots
from app.demo.people import People
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Coded, Columns, dates, day
from app.models.care import CareKind, DisputeKind, HardshipLevel
from app.models.members import MemberClass
from app.models.organisations import Category

_MEASURES = ("完善产业道路和灌溉设施", "引进特色种植项目", "盘活闲置集体资产")
_PROJECTS = ("茶果种植示范园", "生态养殖", "竹编加工坊", "农家乐", "电商带货", "中药材种植")
_SUMMARIES = ("宅基地边界争议", "赡养纠纷", "土地流转租金争议", "务工薪酬争议", "邻里噪声纠纷")
_FARMERS_PER_PROJECT = 20


def write_care(tree: Tree, people: People, classes: Coded, seed: int) -> dict[str, Columns]:
    """The six tables of this family. `classes`: the member class of everybody. No cause of hardship is invented."""
    here = _here(tree, people)
    return {
        **_hardship(tree, people, here, Dice(tree, seed, "hardship")),
        "assistance_project": _assistance(tree, Dice(tree, seed, "assistance")),
        **_disputes(tree, here, Dice(tree, seed, "disputes")),
        "prosperity_project": _prosperity(tree, here, classes, Dice(tree, seed, "prosperity")),
    }


def _here(tree: Tree, people: People) -> dict[int, list[int]]:
    """By organisation id: members who have belonged to it through the whole window."""
    found: dict[int, list[int]] = {node.id: [] for node in tree.nodes}
    once = (people.until == OPEN) & (people.since < tree.first)
    for member, organisation in zip(people.member[once].tolist(), people.organisation[once].tolist(), strict=True):
        found[organisation].append(member)
    return found


def _hardship(tree: Tree, people: People, here: dict[int, list[int]], dice: Dice) -> dict[str, Columns]:
    """One member in forty, the older ones oftener; some cases are younger than a month."""
    cases, care = Rows(tree), Rows(tree)
    for node in tree.nodes:
        for member in here[node.id]:
            elderly = people.born[member] < tree.last - 65 * 365
            if dice.happens(0.05 if elderly else 0.018):
                since = dice.between(tree.last - 20, tree.last) if dice.happens(0.04) else dice.between(tree.first - 500, tree.last - 60)
                until = since + dice.between(200, 700) if dice.happens(0.2) else OPEN
                level = HardshipLevel.severe if dice.happens(0.25) else HardshipLevel.general
                cases.add(
                    since,
                    organisation_id=node.id,
                    member_id=member + 1,
                    level=level.value,
                    valid_from=day(since),
                    valid_to=dates([until if until <= tree.last else OPEN])[0],
                )
                _look_after(tree, node, member, (since, min(until, tree.last)), care, dice)
            elif dice.happens(0.03):
                on = dice.between(tree.first, tree.last)
                care.add(
                    on,
                    organisation_id=node.id,
                    member_id=member + 1,
                    kind=CareKind.political_birthday.value,
                    amount=None,
                    cared_on=day(on),
                )
    return {"hardship_case": cases.columns(), "care_record": care.columns()}


def _look_after(tree: Tree, node: Node, member: int, span: tuple[int, int], care: Rows, dice: Dice) -> None:
    for half in slots(tree, 6):
        first, last = max(half.first, span[0]), min(half.last, span[1])
        if first > last or not dice.does(node, 0.8):
            continue
        on, kind = dice.between(first, last), dice.one_of((CareKind.visit, CareKind.visit, CareKind.subsidy, CareKind.help))
        amount = Decimal(dice.between(3, 20) * 100) if kind is CareKind.subsidy else None
        care.add(on, organisation_id=node.id, member_id=member + 1, kind=kind.value, amount=amount, cared_on=day(on))


def _assistance(tree: Tree, dice: Dice) -> Columns:
    """Every agency of a town helps one of its weakest villages."""
    projects, towns = Rows(tree), Towns(tree)
    for town in towns:
        weak = sorted(towns.members_of(town, Category.village), key=lambda node: node.quality)
        for village, helper in zip(weak, towns.members_of(town, Category.agency), strict=False):
            for since in (tree.first + dice.between(20, 90), tree.first + dice.between(380, 450)):
                if since > tree.last:
                    continue
                planned = min(100, 10 + 5 * ((tree.last - since) // 20))
                projects.add(
                    since,
                    organisation_id=village.id,
                    helper_id=helper.id,
                    measure=dice.one_of(_MEASURES),
                    planned_progress=planned,
                    progress=min(100, round(planned * (0.55 + 0.6 * float(dice.skill[helper.id]) * dice.between(6, 10) / 10))),
                    valid_from=day(since),
                    valid_to=None,
                )
    return projects.columns()


def _disputes(tree: Tree, here: dict[int, list[int]], dice: Dice) -> dict[str, Columns]:
    """A few a year in villages and communities, rarely in firms; members mediate most of them."""
    disputes, mediators = Rows(tree), Rows(tree)
    for year in slots(tree, 12):
        for node in Towns(tree).evaluated:
            most = 4 if node.category in LOCAL else 1 if node.category in NEW else 0
            pool = [member for each in tree.nodes if each.top is node for member in here[each.id]] if most else []
            for _ in range(dice.between(0, most)):
                taken = dice.between(year.first, year.last)
                if not node.established <= taken <= min(node.last, tree.last):
                    continue
                resolved = dice.done(node, taken + 1, taken + 30)
                dispute = disputes.add(
                    taken,
                    organisation_id=node.id,
                    taken_up_on=day(taken),
                    kind=dice.one_of(list(DisputeKind)).value,
                    summary=dice.one_of(_SUMMARIES),
                    resolved_on=dates([resolved])[0],
                )
                if pool and dice.does(node, 1.02):
                    mediators.add(taken, organisation_id=node.id, dispute_id=dispute, member_id=dice.one_of(pool) + 1)
    return {"dispute": disputes.columns(), "dispute_mediator": mediators.columns()}


def _prosperity(tree: Tree, here: dict[int, list[int]], classes: Coded, dice: Dice) -> Columns:
    """Farmers with a project that neighbours take part in, about as many as a good village needs."""
    projects = Rows(tree)
    farmer = np.asarray(classes.codes) == classes.values.index(MemberClass.farmer.value)
    for node in tree.nodes:
        if node.category is not Category.village or not node.is_branch:
            continue
        farmers = [member for member in here[node.id] if farmer[member]]
        for _ in range(-(-len(farmers) // _FARMERS_PER_PROJECT)):
            if not dice.does(node, 0.98):
                continue
            since = dice.between(tree.first - 900, tree.first + 200)
            households = dice.between(1, 18) if dice.happens(0.95) else 0
            projects.add(
                since,
                organisation_id=node.id,
                member_id=dice.one_of(farmers) + 1,
                what=dice.one_of(_PROJECTS),
                households=households,
                valid_from=day(min(since, tree.last)),
                valid_to=None,
            )
    return projects.columns()
