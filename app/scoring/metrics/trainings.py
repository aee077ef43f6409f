"""Metrics of education and training: a training is in the window if its first day is, and its records belong to the members' branches."""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field
from sqlalchemy import BigInteger, Date, String, Subquery, and_, case, func, literal, or_, select, true, union_all

from app.models.members import Member, MemberClass, Membership, Position
from app.models.organisations import Organisation
from app.models.trainings import LearningRecord, Lesson, Training, TrainingClass, TrainingRecord, TrainingTheme
from app.scoring.metrics.items import WHOLE, at_most, earliest, half_up, items, place, shortened, whole
from app.scoring.metrics.sources import BRANCHES, members
from app.scoring.metrics.view import Column, Condition, Rows, View, covers, days, kept, lives
from app.scoring.outcome import ONE
from app.scoring.registry import Parameters, metric


class TrainingHours(Parameters):
    """Parameters of `training_hours`."""

    hours: int = Field(32, title="党员每年应达到的学时", ge=1, le=1000)
    committee_hours: int = Field(56, title="班子成员每年应达到的学时", ge=1, le=1000)


class FitsClass(Parameters):
    """Parameters of `training_fits_class`."""

    members: int = Field(1, title="至少参加的党员人数", ge=1)


class Themes(Parameters):
    """Parameters of `training_themes`."""

    themes: tuple[TrainingTheme, ...] = Field(
        (TrainingTheme.ideals, TrainingTheme.leadership, TrainingTheme.integrity), title="应开展的培训主题", min_length=1
    )
    members: int = Field(1, title="至少参加的党员人数", ge=1)


@metric("教育培训学时达标", parameters=TrainingHours)
def training_hours(view: View, parameters: TrainingHours) -> Rows:
    """每名党员全年应完成32学时的教育培训，截止日担任班子职务的应完成56学时；应完成数按考评期长短和其间在册天数折算。参加培训的学时和学完课时的规定学时合计，超出的不重复计分。

    依据条款 4.1.3。
    """
    member = members(view).subquery("member_due")
    post = select(Position.id).where(
        Position.member_id == member.c.member_id, covers(Position.valid_from, Position.valid_to, view.until), kept(Position)
    )
    enrolled, learned = _enrolled(view, member), _learned(view, member)
    due = case((post.exists(), _owed(view, enrolled, parameters.committee_hours)), else_=_owed(view, enrolled, parameters.hours))
    earned = half_up(func.coalesce(learned.c.minutes, 0) * literal(ONE, BigInteger), literal(60, BigInteger))
    each = (
        select(member, due.label("due"), earned.label("earned"), learned.c.member_id.label("record_id"))
        .select_from(member)
        .join(enrolled, enrolled.c.member_id == member.c.member_id)
        .outerjoin(learned, learned.c.member_id == member.c.member_id)
        .subquery("each")
    ).c
    return items(
        "member",
        organisation_id=each.organisation_id,
        record_id=each.record_id,
        label=each.name,
        numerator=at_most(each.earned, each.due),
        denominator=each.due,
        mendable=True,
    )


@metric("分类培训“三个相适应”", parameters=FitsClass)
def training_fits_class(view: View, parameters: FitsClass) -> Rows:
    """支部党员中有哪几类人员，就应有针对这些类别的培训，并有该类党员参加。每个支部的每一类人员算一项；没有限定对象类别的培训视为面向所有类别。

    依据条款 4.1.1。
    """
    person = _branch_members(view).subquery("classmate")
    present = select(person.c.organisation_id, person.c.member_class).distinct().subquery("present")
    aimed = select(TrainingClass.id).where(TrainingClass.training_id == Training.id, kept(TrainingClass))
    fits = or_(aimed.where(TrainingClass.member_class == person.c.member_class).exists(), ~aimed.exists())
    first = _attended(view, person, person.c.member_class, parameters.members, fits)
    return items(
        "training",
        organisation_id=present.c.organisation_id,
        record_id=first.c.record_id,
        label=case({each: literal(each.label, String) for each in MemberClass}, value=present.c.member_class),
        numerator=whole(first.c.record_id.is_not(None)),
        denominator=WHOLE,
        mendable=True,
    ).select_from(
        present.outerjoin(first, and_(first.c.organisation_id == present.c.organisation_id, first.c.what == present.c.member_class))
    )


@metric("培训“三个注重”", parameters=Themes)
def training_themes(view: View, parameters: Themes) -> Rows:
    """每个党支部在考评期内应有党员参加理想信念、领导能力、廉政勤政三个主题的培训。每个支部每个主题算一项，由哪一级举办都算。

    依据条款 4.1.2。
    """
    theme = union_all(
        *[
            select(literal(each.value, String).label("theme"), literal(each.label, String).label("label"))
            for each in dict.fromkeys(parameters.themes)
        ]
    ).cte("theme")
    person = _branch_members(view).subquery("colleague")
    first = _attended(view, person, Training.theme, parameters.members, Training.theme.in_(parameters.themes))
    return (
        items(
            "training",
            organisation_id=Organisation.id,
            record_id=first.c.record_id,
            label=theme.c.label,
            numerator=whole(first.c.record_id.is_not(None)),
            denominator=WHOLE,
            mendable=True,
        )
        .select_from(Organisation)
        .join(theme, true())
        .outerjoin(first, and_(first.c.organisation_id == Organisation.id, first.c.what == theme.c.theme))
        .where(Organisation.form.in_(BRANCHES), lives(Organisation, view.until), kept(Organisation), view.sees(Organisation.id))
    )


@metric("培训登记、考勤、考核完整")
def training_register(view: View, parameters: Parameters) -> Rows:
    """党员的每条培训登记都应填写是否参加，参加了的应有考核。每条登记算一项，算在党员所在的支部。

    依据条款 4.1.3。
    """
    record = TrainingRecord
    entered = or_(record.attended.is_(False), and_(record.attended.is_(True), record.assessed))
    return _records(view, entered, mendable=True)


@metric("培训考核合格率")
def training_passed(view: View, parameters: Parameters) -> Rows:
    """已经考核的党员培训登记中，考核合格的比例。每条登记算一项，算在党员所在的支部。

    依据条款 4.1.3。
    """
    return _records(view, TrainingRecord.passed.is_(True), mendable=False).where(TrainingRecord.assessed)


@metric("培训责任到位")
def training_responsibility(view: View, parameters: Parameters) -> Rows:
    """本组织举办的每次培训都应明确培训层级和责任人。每次培训算一项。

    依据条款 4.1.3。
    """
    named = and_(Training.level.is_not(None), Training.responsible.is_not(None), Training.responsible != "")
    return items(
        "training",
        organisation_id=Training.organisation_id,
        record_id=Training.id,
        label=Training.title,
        numerator=whole(named),
        denominator=WHOLE,
        mendable=True,
    ).where(view.within(Training.valid_from), kept(Training), view.sees(Training.organisation_id))


def _enrolled(view: View, member: Subquery) -> Subquery:
    """Days in the window on which members were enrolled anywhere: member_id, days."""
    begin, end = literal(view.period.start, Date), literal(view.until, Date)
    first = case((Membership.valid_from < begin, begin), else_=Membership.valid_from)
    last = case((or_(Membership.valid_to.is_(None), Membership.valid_to > end), end), else_=Membership.valid_to)
    return (
        select(Membership.member_id, func.sum(days(first, last)).label("days"))
        .where(view.runs(Membership.valid_from, Membership.valid_to), kept(Membership), _among(view, Membership.member_id, member))
        .group_by(Membership.member_id)
        .subquery("enrolled")
    )


def _owed(view: View, enrolled: Subquery, hours: int) -> Column:
    """Hours a year × share of the year × share of the window enrolled, in millionths; the days of the window cancel out."""
    each_day = Fraction(hours * ONE * view.period.months, 12 * view.period.days)
    return half_up(enrolled.c.days * literal(each_day.numerator, BigInteger), literal(each_day.denominator, BigInteger))


def _learned(view: View, member: Subquery) -> Subquery:
    """Minutes in the window of members who learnt anything: member_id, minutes."""
    record, learning = TrainingRecord, LearningRecord
    taught = (
        select(record.member_id, record.minutes)
        .join(Training, Training.id == record.training_id)
        .where(record.attended.is_(True), view.within(Training.valid_from), kept(record, Training), _among(view, record.member_id, member))
    )
    watched = (
        select(learning.member_id, Lesson.minutes)
        .join(Lesson, Lesson.id == learning.lesson_id)
        .where(view.within(learning.completed_on), kept(learning, Lesson), _among(view, learning.member_id, member))
    )
    both = union_all(taught, watched).subquery("minutes")
    return select(both.c.member_id, func.sum(both.c.minutes).label("minutes")).group_by(both.c.member_id).subquery("learned")


def _among(view: View, member_id: Column, member: Subquery) -> Condition:
    """Only members in question; of all members no list is made."""
    return true() if view.organisations is None else member_id.in_(select(member.c.member_id))


def _branch_members(view: View) -> Rows:
    return (
        members(view)
        .add_columns(Member.member_class)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.form.in_(BRANCHES))
    )


def _attended(view: View, person: Subquery, what: Column, least: int, fits: Condition) -> Subquery:
    """First training in the window that enough members of a branch attended: organisation_id, what, record_id."""
    record = TrainingRecord
    each = (
        select(person.c.organisation_id, what.label("what"), place(Training.valid_from, Training.id).label("place"))
        .select_from(person)
        .join(record, record.member_id == person.c.member_id)
        .join(Training, Training.id == record.training_id)
        .where(record.attended.is_(True), view.within(Training.valid_from), kept(record, Training), fits)
        .group_by(person.c.organisation_id, what, Training.id, Training.valid_from)
        .having(func.count() >= least)
        .subquery("attended")
    ).c
    return (
        select(each.organisation_id, each.what, earliest(each.place).label("record_id"))
        .group_by(each.organisation_id, each.what)
        .subquery("first_training")
    )


def _records(view: View, earns: Condition, *, mendable: bool) -> Rows:
    """One item per training record in the window of a member."""
    member, record = members(view).subquery("trainee"), TrainingRecord
    return (
        items(
            "training_record",
            organisation_id=member.c.organisation_id,
            record_id=record.id,
            label=shortened(member.c.name + literal(" · ", String) + Training.title),
            numerator=whole(earns),
            denominator=WHOLE,
            mendable=mendable,
        )
        .select_from(member)
        .join(record, record.member_id == member.c.member_id)
        .join(Training, Training.id == record.training_id)
        .where(view.within(Training.valid_from), kept(record, Training))
    )
