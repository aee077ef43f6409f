"""Metrics of distance education and of training in practical skills."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import and_, distinct, extract, func, select

from app.models.activities import ActivityKind
from app.models.members import Member, MemberClass
from app.models.trainings import LearningRecord, Training, TrainingRecord, TrainingTheme
from app.scoring.metrics.dues import recurring
from app.scoring.metrics.items import WHOLE, earliest, items, place, whole
from app.scoring.metrics.sources import branches, held_for_branch, members
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.outcome import MONTH, ONE
from app.scoring.registry import Parameters, metric


class DistanceEducation(Parameters):
    """Parameters of `distance_education`."""

    members: int = Field(1, title="当月至少学完课程的党员人数", ge=1)
    share: float = Field(0.5, title="当月学完课程的党员比例", ge=0, le=1)


@metric("实用技术培训覆盖率")
def skills_training_coverage(view: View, parameters: Parameters) -> Rows:
    """考评期内参加过至少一次实用技术培训的农民党员比例。按截止日的党员名册统计，免予参加组织生活的党员不计；培训属于哪一期以开始日期为准。

    依据条款 1.1.2。
    """
    farmer = members(view).where(Member.member_class == MemberClass.farmer).subquery("farmer")
    trained = (
        select(TrainingRecord.member_id, earliest(place(Training.valid_from, Training.id)).label("record_id"))
        .join(Training, Training.id == TrainingRecord.training_id)
        .where(
            Training.theme == TrainingTheme.practical_skills,
            view.within(Training.valid_from),
            TrainingRecord.attended.is_(True),
            kept(Training, TrainingRecord),
            *([] if view.organisations is None else [TrainingRecord.member_id.in_(select(farmer.c.member_id))]),
        )
        .group_by(TrainingRecord.member_id)
        .subquery("trained")
    )
    return items(
        "training",
        organisation_id=farmer.c.organisation_id,
        record_id=trained.c.record_id,
        label=farmer.c.name,
        numerator=whole(trained.c.record_id.is_not(None)),
        denominator=WHOLE,
        mendable=True,
    ).select_from(farmer.outerjoin(trained, trained.c.member_id == farmer.c.member_id))


@metric("远程教育", parameters=DistanceEducation)
def distance_education(view: View, parameters: DistanceEducation) -> Rows:
    """每个党支部每月至少组织一次远程教育，或者当月有一半以上的党员(至少一名)在线学完一课。每个支部每月算一项；所在党总支、党委统一组织的自动计入。

    依据条款 3.1.1。
    """
    held = {"activity": held_for_branch(view, ActivityKind.distance_education), "learning_record": _learnt(view, parameters)}
    return recurring(view, MONTH, branches(view), held, metric="distance_education")


def _learnt(view: View, parameters: DistanceEducation) -> Rows:
    """The first lesson of every month in which enough of an organisation's members on D completed one: owner_id, record_id, occurred_on."""
    person, lesson = members(view).subquery("person"), LearningRecord
    strength = select(person.c.organisation_id, func.count().label("people")).group_by(person.c.organisation_id).subquery("strength")
    learners, month = (
        func.count(distinct(person.c.member_id)),
        (extract("year", lesson.completed_on), extract("month", lesson.completed_on)),
    )
    return (
        select(
            person.c.organisation_id.label("owner_id"),
            earliest(place(lesson.completed_on, lesson.id)).label("record_id"),
            func.min(lesson.completed_on).label("occurred_on"),
        )
        .join(lesson, lesson.member_id == person.c.member_id)
        .join(strength, strength.c.organisation_id == person.c.organisation_id)
        .where(view.within(lesson.completed_on), kept(lesson))
        .group_by(person.c.organisation_id, strength.c.people, *month)
        .having(and_(learners >= parameters.members, learners * ONE >= strength.c.people * int(parameters.share * ONE + 0.5)))
    )
