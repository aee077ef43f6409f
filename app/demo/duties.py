"""落实责任制: directives and receipts, work plans, debriefs and their ratings, duty reports, inspections."""

import numpy as np

from app.demo.drawing import Dice, Rows, Slot, Towns, slots
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, dates, day, moments
from app.models.duties import DebriefGrade, IssueLevel
from app.models.organisations import Category

_DIRECTIVES = (
    "关于认真学习贯彻上级党委全会精神的通知",
    "关于做好基层党组织规范化建设的通知",
    "关于开展党员集中轮训的通知",
    "关于做好发展党员工作的通知",
    "关于推进党群服务中心开放共享的通知",
    "关于加强流动党员教育管理的通知",
    "关于开展作风建设专项工作的通知",
    "关于做好困难党员走访慰问的通知",
)
_TASKS = (
    ("完善支部规范化建设台账", 90),
    ("办好一件惠民实事", 180),
    ("开展党员集中培训", 243),
    ("推进集体经济项目落地", 304),
    ("完成年度党建工作总结", 350),
)
_RATERS = ("镇党委书记", "镇党委副书记", "党员代表")
_COUNTY_RATERS = ("县委组织部", "县委班子成员", "党代表")
_COMMENTS = {
    DebriefGrade.good: "抓党建思路清、措施实，成效明显",
    DebriefGrade.fairly_good: "工作扎实，个别任务推进偏慢",
    DebriefGrade.fair: "基础工作有短板，需加大力度",
    DebriefGrade.poor: "责任落实不到位，须限期整改",
}
_FOUND = ("党费收缴台账不规范", "会议记录不完整", "主题党日质量不高", "党员学习记录缺失", "党务公开不及时", "发展党员材料不齐全")


def write_duties(tree: Tree, people: People, posts: Posts, seed: int) -> dict[str, Columns]:
    """The ten tables of this family."""
    towns, leaders = Towns(tree), _leaders(people, posts)
    return {
        **_directives(tree, towns, Dice(tree, seed, "directives")),
        **_plans(tree, towns, Dice(tree, seed, "plans")),
        **_debriefs(tree, towns, posts, Dice(tree, seed, "debriefs")),
        "duty_report": _reports(tree, towns, leaders, Dice(tree, seed, "duty reports")),
        **_inspections(tree, towns, Dice(tree, seed, "inspections")),
    }


def _leaders(people: People, posts: Posts) -> dict[int, str]:
    return {organisation: people.names[terms[-1][1]] for organisation, terms in posts.secretaries().items()}


def _directives(tree: Tree, towns: Towns, dice: Dice) -> dict[str, Columns]:
    """Eight a year by every township; four by the county to the townships."""
    directives, receipts = Rows(tree), Rows(tree)
    issuers = [(node, 8) for node in towns]
    issuers += [(node, 4) for node in tree.nodes if node.category is Category.higher]
    for issuer, count in issuers:
        below = [node for node in towns.evaluated if towns.above(node) is issuer]
        for year in slots(tree, 12):
            for index in range(count):
                issued = year.first + (index * 365 + 100) // count + dice.between(0, 20)
                if issued > tree.last:
                    break
                due = issued + 14
                directive = directives.add(
                    issued,
                    organisation_id=issuer.id,
                    title=_DIRECTIVES[index % len(_DIRECTIVES)],
                    document=f"{issuer.short_name[:-1]}党委〔{year.year}〕{index * 6 + 3}号",
                    issued_on=day(issued),
                    due_on=day(due),
                )
                for node in below:
                    if node.established <= issued <= node.last:
                        conveyed = dice.done(node, issued + 1, due)
                        receipts.add(
                            issued if conveyed == OPEN else conveyed,
                            organisation_id=node.id,
                            directive_id=directive,
                            due_on=day(due),
                            conveyed_on=dates([conveyed])[0],
                        )
    return {"directive": directives.columns(), "directive_receipt": receipts.columns()}


def _plans(tree: Tree, towns: Towns, dice: Dice) -> dict[str, Columns]:
    """One a year with five tasks; the weakest make none."""
    plans, items = Rows(tree), Rows(tree)
    for year in slots(tree, 12):
        for node in towns.evaluated:
            begins = max(year.first + 10, node.established)
            if begins > min(node.last, tree.last) or dice.happens(0.5 - node.quality):
                continue
            plan = plans.add(begins, organisation_id=node.id, year=year.year, title=f"{node.short_name}{year.year}年度党建工作计划")
            for task, after in _TASKS:
                due = year.first + after
                if begins + 20 <= due <= node.last:
                    completed = dates([dice.done(node, max(begins, due - 30), due)])[0]
                    items.add(begins, organisation_id=node.id, work_plan_id=plan, task=task, due_on=day(due), completed_on=completed)
    return {"work_plan": plans.columns(), "plan_item": items.columns()}


class _Debriefs:
    """Debriefs of all rounds while they are written."""

    def __init__(self, tree: Tree, posts: Posts, dice: Dice) -> None:
        self.dice, self.secretaries = dice, posts.secretaries()
        self.rounds, self.debriefs, self.ratings = Rows(tree), Rows(tree), Rows(tree)

    def hold(self, host: Node, below: list[Node], quarter: Slot, held: int, newest: bool) -> None:
        """One round: nearly all present; of the newest one some are not rated yet."""
        name = f"{quarter.year}-Q{quarter.place}"
        title = f"{quarter.year}年第{'一二三四'[quarter.place - 1]}季度党组织书记述职会"
        round_ = self.rounds.add(held, organisation_id=host.id, quarter=name, title=title, held_on=day(held))
        raters = _RATERS if host.category is Category.township else _COUNTY_RATERS
        for node in below:
            if not node.established <= held <= node.last:
                continue
            presented = self.dice.does(node, 1.02)
            secretary = [member for since, member in self.secretaries.get(node.id, []) if since <= held]
            submitted = moments(np.array([held - 2]), np.array([16 * 60]))[0] if presented or self.dice.happens(0.5) else None
            debrief = self.debriefs.add(
                held,
                organisation_id=node.id,
                debrief_round_id=round_,
                member_id=secretary[-1] + 1 if secretary else None,
                text=None if submitted is None else f"{node.short_name}：本季度抓党建责任落实、组织生活、队伍建设及下步打算。",
                submitted_at=submitted,
                presented_on=day(held) if presented else None,
            )
            if presented and not (newest and self.dice.happens(0.3)):
                self._rate(node, debrief, held, raters)

    def _rate(self, node: Node, debrief: int, held: int, raters: tuple[str, ...]) -> None:
        for rater in raters:
            mark = self.dice.skill[node.id] + self.dice.random.normal(0, 0.07)
            grade = list(DebriefGrade)[0 if mark > 0.84 else 1 if mark > 0.66 else 2 if mark > 0.42 else 3]
            self.ratings.add(
                held + 1, organisation_id=node.id, debrief_id=debrief, rater=rater, grade=grade.value, comment=_COMMENTS[grade]
            )


def _debriefs(tree: Tree, towns: Towns, posts: Posts, dice: Dice) -> dict[str, Columns]:
    """Quarterly by every township for all below it, and by the county for the townships."""
    written = _Debriefs(tree, posts, dice)
    hosts = [*towns, *(node for node in tree.nodes if node.category is Category.higher)]
    for host in hosts:
        below = [node for node in towns.evaluated if towns.above(node) is host]
        held = [(quarter, quarter.first + dice.between(55, 80)) for quarter in slots(tree, 3)]
        held = [(quarter, on) for quarter, on in held if on <= tree.last]
        for quarter, on in held:
            if dice.happens(0.96) or on == held[-1][1]:
                written.hold(host, below, quarter, on, on == held[-1][1])
    return {
        "debrief_round": written.rounds.columns(),
        "debrief": written.debriefs.columns(),
        "debrief_rating": written.ratings.columns(),
    }


def _reports(tree: Tree, towns: Towns, leaders: dict[int, str], dice: Dice) -> Columns:
    """Leaders of agencies and townships report twice a year."""
    reports = Rows(tree)
    villages = {town.town: [node.short_name for node in towns.members_of(town, Category.village)] for town in towns}
    for half in slots(tree, 6):
        for node in towns.evaluated:
            if node.category not in {Category.agency, Category.township} or half.first + 30 > tree.last:
                continue
            on = dice.between(half.first + 120, half.last)
            reported = dice.does(node) and on <= tree.last
            reports.add(
                on,
                organisation_id=node.id,
                leader=leaders.get(node.id, "主要负责人"),
                half=f"{half.year}-H{half.place}",
                reported_on=day(on) if reported else None,
                contact_villages="、".join(dict.fromkeys(dice.one_of(villages[node.town]) for _ in range(2))),
            )
    return reports.columns()


def _inspections(tree: Tree, towns: Towns, dice: Dice) -> dict[str, Columns]:
    """The weaker an organisation, the oftener it is looked at and the more is found."""
    inspections, issues = Rows(tree), Rows(tree)
    for year in slots(tree, 12):
        for index, node in enumerate(towns.evaluated):
            inspector, held = towns.above(node), year.first + dice.between(60, 330)
            wanted = index % 9 == 1 or dice.happens(1.15 - 0.6 * node.quality)
            if inspector is None or not wanted or not node.established <= held <= min(node.last, tree.last):
                continue
            subject = f"{year.year}年党建工作专项督查"
            inspection = inspections.add(held, organisation_id=node.id, inspector_id=inspector.id, held_on=day(held), subject=subject)
            count = 1 + (dice.random.random(2) > node.quality).sum() if dice.happens(1.3 - 0.7 * node.quality) else 0
            first = dice.between(0, len(_FOUND) - 1)
            for place in range(count):
                due = held + dice.one_of((15, 30, 30, 60))
                closed = dice.done(node, held + 5, due)
                issues.add(
                    held,
                    organisation_id=node.id,
                    inspection_id=inspection,
                    level=IssueLevel.major.value if dice.happens(0.2) else IssueLevel.minor.value,
                    found=_FOUND[(first + place) % len(_FOUND)],
                    due_on=day(due),
                    closed_on=dates([closed])[0],
                    closed_by=None if closed == OPEN else "督查组",
                    sanction="通报批评" if due < closed < OPEN and dice.happens(0.2) else None,
                )
    return {"inspection": inspections.columns(), "inspection_issue": issues.columns()}
