"""教育培训: trainings of branches and towns with their registers; a course a year with monthly lessons."""

from typing import Any, NamedTuple

import numpy as np

from app.demo.drawing import Dice, Rows, Slot, Towns, slots
from app.demo.mobility import Floating
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import Coded, Columns, Ints, dates, day, moments, with_stamps
from app.models.members import MemberClass
from app.models.organisations import Category
from app.models.trainings import TrainingForm, TrainingLevel, TrainingTheme

_TITLES = {
    TrainingTheme.ideals: ("党的创新理论专题培训", "党史学习教育专题班"),
    TrainingTheme.leadership: ("基层治理能力提升班", "服务群众本领培训"),
    TrainingTheme.integrity: ("党风廉政专题教育", "纪律教育专题培训"),
    TrainingTheme.practical_skills: ("果树栽培与病虫害防治", "电商直播实用技术"),
    TrainingTheme.law: ("基层常用法律知识培训", "信访与应急处置培训"),
}
_DAY = 360
"""Minutes of one day of training: six hours."""
_LESSON = 50
_TOWN_DAYS = 4
_LESSONS = (
    "学习先进典型",
    "惠农政策解读",
    "春耕生产技术",
    "防灾减灾常识",
    "基层党务实务",
    "党章党规学习",
    "红色故事分享",
    "电商销售入门",
    "矛盾调解方法",
    "乡村治理案例",
    "健康与急救",
    "年度学习回顾",
)


class _Register(NamedTuple):
    """The lines of one training: membership rows or members called, on a day."""

    training: int
    node: Node
    on: int
    minutes: int
    members: Ints


def write_trainings(tree: Tree, people: People, posts: Posts, floating: Floating, classes: Coded, seed: int) -> dict[str, Columns]:
    """The seven tables of this family. `classes`: the member class of everybody."""
    written = _Trainings(tree, people, floating, classes, Dice(tree, seed, "trainings"))
    for year in slots(tree, 12):
        for node in tree.nodes:
            if node.is_branch:
                written.of_branch(node, year)
        for town in Towns(tree):
            written.of_town(town, year, posts)
    return {
        "training": written.trainings.columns(),
        "training_class": written.classes.columns(),
        "training_record": written.records(),
        **_write_learning(tree, people, Dice(tree, seed, "learning")),
    }


class _Trainings:
    def __init__(self, tree: Tree, people: People, floating: Floating, classes: Coded, dice: Dice) -> None:
        self.tree, self.people, self.floating, self.dice = tree, people, floating, dice
        self.trainings, self.classes = Rows(tree), Rows(tree)
        self.registers: list[_Register] = []
        self.order = np.argsort(people.organisation, kind="stable")
        self.starts = np.searchsorted(people.organisation[self.order], np.arange(len(tree.nodes) + 2))
        self.class_of = classes.codes

    def of_branch(self, node: Node, year: Slot) -> None:
        """Five days a year, each under a theme of its own; a weak branch leaves some out."""
        skills = TrainingTheme.law if node.category is Category.agency else TrainingTheme.practical_skills
        for place, theme in enumerate(
            (TrainingTheme.ideals, TrainingTheme.leadership, TrainingTheme.integrity, skills, TrainingTheme.ideals)
        ):
            on = year.first + 20 + 62 * place + self.dice.between(0, 45)
            held = self.dice.does(node, 1.02)
            if not held or not node.established <= on <= min(node.last, self.tree.last):
                continue
            row = self.order[self.starts[node.id] : self.starts[node.id + 1]]
            row = row[(self.people.since[row] <= on) & (self.people.until[row] >= on)]
            member = self.people.member[row]
            member = member[(self.people.exempt_from[member] > on) & ~self.floating.away(member, np.full(len(member), on))]
            title = f"{year.year}年{_TITLES[theme][place // 4]}"
            self._hold(node, title, theme, TrainingLevel.branch, on, 1, member)

    def of_town(self, town: Node, year: Slot, posts: Posts) -> None:
        """Once a year everybody who holds a post, and a lesson in the law for the staff of the town."""
        on = year.first + self.dice.between(80, 130)
        if on + _TOWN_DAYS > self.tree.last:
            return
        inside = {node.id for node in self.tree.nodes if node.town == town.code}
        lists = zip(posts.organisation, posts.member, posts.since, posts.until, strict=True)
        held = {member for organisation, member, since, until in lists if organisation in inside and since <= on <= until}
        member = np.array(sorted(held), dtype=np.int64)
        self._hold(
            town, f"{year.year}年基层党组织班子成员示范培训", TrainingTheme.leadership, TrainingLevel.township, on, _TOWN_DAYS, member
        )

    def _hold(self, node: Node, title: str, theme: TrainingTheme, level: TrainingLevel, on: int, days: int, member: Ints) -> None:
        dice = self.dice
        complete = dice.does(node, 1.03)
        present = np.unique(self.class_of[member]).tolist() if len(member) else []
        aimed = [list(MemberClass)[code].value for code in present if dice.happens(0.05 + 0.4 * dice.skill[node.id])]
        training = self.trainings.add(
            on,
            organisation_id=node.id,
            title=title,
            level=level.value if complete or node.category is not Category.agency else None,
            responsible="组织委员" if complete else None,
            theme=theme.value,
            aim="提高党员政治素质和服务本领",
            target_classes=aimed,
            form=dice.one_of(
                (TrainingForm.lecture, TrainingForm.lecture, TrainingForm.visit, TrainingForm.film, TrainingForm.report)
            ).value,
            valid_from=day(on),
            valid_to=day(on + days - 1),
            minutes=_DAY * days,
            concentrated=True,
        )
        for each in aimed:
            self.classes.add(on, organisation_id=node.id, training_id=training, member_class=each)
        self.registers.append(_Register(training, node, on, _DAY * days, member))

    def records(self) -> Columns:
        """Who came, was assessed and passed. In weak branches some lines were never filled in."""
        size = np.array([len(each.members) for each in self.registers], dtype=np.int64)
        training, organisation, minutes, on = (
            (
                np.repeat(np.array(values, dtype=np.int64), size)
                for values in zip(*((each.training, each.node.id, each.minutes, each.on) for each in self.registers), strict=True)
            )
            if self.registers
            else (np.zeros(0, dtype=np.int64),) * 4
        )
        member = np.concatenate([np.zeros(0, dtype=np.int64), *(each.members for each in self.registers)])
        random, skill = self.dice.random, self.dice.skill[organisation]
        came = random.random(len(member)) < 0.66 + 0.33 * skill + self.people.diligence[member]
        open_ = random.random(len(member)) < 0.3 * (1 - skill)
        assessed = came & ~open_ & (random.random(len(member)) < 0.62 + 0.38 * skill)
        score = np.clip(np.round(random.normal(58 + 20 * skill, 10)), 30, 100).astype(np.int64)
        marked = np.where(assessed, score, 0)
        columns: Columns = {
            "organisation_id": organisation,
            "training_id": training,
            "member_id": member + 1,
            "attended": Coded([False, True, None], np.where(open_, 2, came)),
            "minutes": np.where(came & ~open_, minutes, 0),
            "assessed": Coded([False, True], assessed.astype(np.int64)),
            "score": Coded([None, *range(1, 101)], marked),
            "passed": Coded([None, False, True], np.where(assessed, 1 + (score >= 60), 0)),
        }
        return with_stamps(columns, np.minimum(on + 3, self.tree.last).tolist())


def _write_learning(tree: Tree, people: People, dice: Dice) -> dict[str, Columns]:
    """A course a year of every town with a lesson a month and its quiz; branches that learn together have most members through."""
    courses, lessons, quizzes = Rows(tree), Rows(tree), Rows(tree)
    towns = {town.town: place for place, town in enumerate(Towns(tree))}
    town_of = np.array([0, *(towns.get(node.town, 0) for node in tree.nodes)])
    found: list[tuple[Ints, Ints, Ints]] = []
    for year in slots(tree, 12):
        first_lesson = len(lessons.rows) + 1
        for town in Towns(tree):
            _add_course(town, year, courses, lessons, quizzes)
        for month in slots(tree, 1):
            if month.year == year.year and month.first <= tree.last:
                row, on = _completed(tree, people, dice, month)
                found.append((row, on, first_lesson + 12 * town_of[people.organisation[row]] + month.place - 1))
    row, on, lesson = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.lexsort((row, on))
    row, on, lesson = row[order], on[order], lesson[order]
    _, kept = np.unique(people.member[row] * 10**6 + lesson, return_index=True)
    kept = np.sort(kept)  # who moved within a month learned once
    row, on, lesson = row[kept], on[kept], lesson[kept]
    days, code = np.unique(on, return_inverse=True)
    records: Columns = {
        "organisation_id": people.organisation[row],
        "member_id": people.member[row] + 1,
        "lesson_id": lesson,
        "completed_at": Coded(moments(days, np.full(len(days), 20 * 60)), code),
        "completed_on": Coded(dates(days), code),
        "quiz_score": Coded([60, 70, 80, 90, 100], dice.random.integers(0, 5, len(row))),
    }
    tables = {"course": courses.columns(), "lesson": lessons.columns(), "quiz": quizzes.columns()}
    return {**tables, "learning_record": with_stamps(records, on.tolist(), at_minute=20 * 60)}


def _add_course(town: Node, year: Slot, courses: Rows, lessons: Rows, quizzes: Rows) -> None:
    own: dict[str, Any] = {"organisation_id": town.id}
    title, summary = f"{year.year}年度党员远程教育课程", "每月一课，学完并完成测验计入学时"
    course = courses.add(year.first, **own, title=title, summary=summary, valid_from=day(year.first), valid_to=None)
    for name in _LESSONS:
        lesson = lessons.add(year.first, **own, course_id=course, title=name, minutes=_LESSON, content=None)
        question = {"question": f"“{name}”一课的主要内容是否已经学完？", "choices": ["已学完", "未学完"], "answer": 0}
        quizzes.add(year.first, **own, lesson_id=lesson, questions=[question])


def _completed(tree: Tree, people: People, dice: Dice, month: Slot) -> tuple[Ints, Ints]:
    """Membership rows of those who completed the lesson of a month, and the days."""
    random, count = dice.random, len(people.member)
    together = random.random(len(dice.skill)) < dice.reliability
    on = month.first + random.integers(0, month.last - month.first + 1, count)
    eager = np.where(together, 0.5 + 0.4 * dice.skill, 0.08)[people.organisation] + people.diligence[people.member]
    done = (random.random(count) < eager) & (people.since <= on) & (people.until >= on) & (on <= tree.last)
    row = np.flatnonzero(done)
    return row, on[row]
