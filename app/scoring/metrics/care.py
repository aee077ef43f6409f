"""Metrics of care: members in hardship, mutual aid, weak organisations, disputes."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import BigInteger, Date, and_, case, cast, func, literal, not_, or_, select, true

from app.models.activities import ActivityKind
from app.models.care import AssistanceProject, CareRecord, Dispute, DisputeMediator, HardshipCase
from app.scoring.metrics.dues import dated, recurring
from app.scoring.metrics.items import NOTHING, WHOLE, at_most, earliest, half_up, items, millionths, place, whole
from app.scoring.metrics.sources import branches, held_for_branch, people
from app.scoring.metrics.view import Rows, View, kept, later
from app.scoring.outcome import QUARTER
from app.scoring.registry import Parameters, metric


class HardshipCared(Parameters):
    """Parameters of `hardship_cared`."""

    open_days: int = Field(30, title="认定满多少天即应有关爱记录", ge=1, le=366)
    care_records: int = Field(1, title="至少的关爱记录条数", ge=1)


class DisputesResolved(Parameters):
    """Parameters of `disputes_resolved`."""

    days: int = Field(30, title="化解期限(天)", ge=1, le=366)


@metric("困难党员关爱帮扶", parameters=HardshipCared)
def hardship_cared(view: View, parameters: HardshipCared) -> Rows:
    """考评期内认定满30天的困难党员，至少应有一次关爱记录；不满30天的，有了关爱记录也计入。每次认定算一项，算在党员所在的支部；考评期未结束时，不满30天又没有记录的为尚未到期。

    依据条款 4.2.3。
    """
    person, case_ = people(view).subquery("person"), HardshipCase
    scope = [] if view.organisations is None else [CareRecord.member_id.in_(select(person.c.member_id))]
    care = (
        select(
            CareRecord.member_id,
            func.count().label("records"),
            earliest(place(CareRecord.cared_on, CareRecord.id)).label("record_id"),
        )
        .where(view.within(CareRecord.cared_on), kept(CareRecord), *scope)
        .group_by(CareRecord.member_id)
        .subquery("care")
    )
    begin = literal(view.period.start, Date)
    first = case((case_.valid_from < begin, begin), else_=case_.valid_from)
    ripe_on = later(first, parameters.open_days - 1)
    ripe = and_(ripe_on <= view.until, or_(case_.valid_to.is_(None), ripe_on <= case_.valid_to))
    cared = func.coalesce(care.c.records, 0) >= parameters.care_records
    due = or_(ripe, cared)
    running = view.period.as_of < view.period.end
    return (
        items(
            "care_record",
            organisation_id=person.c.organisation_id,
            record_id=care.c.record_id,
            label=person.c.name,
            numerator=whole(cared),
            denominator=whole(due),
            future=whole(not_(due)) if running else NOTHING,
            mendable=True,
        )
        .select_from(person)
        .join(case_, case_.member_id == person.c.member_id)
        .outerjoin(care, care.c.member_id == person.c.member_id)
        .where(view.runs(case_.valid_from, case_.valid_to), kept(case_), true() if running else due)
    )


@metric("互帮互助活动")
def mutual_aid(view: View, parameters: Parameters) -> Rows:
    """每个党支部每季度至少开展一次互帮互助活动。每个支部每季度算一项；所在党总支、党委统一开展的自动计入，不必重复登记。

    依据条款 4.2.1。
    """
    return recurring(view, QUARTER, branches(view), held_for_branch(view, ActivityKind.mutual_aid), metric="mutual_aid")


@metric("薄弱村扶持项目")
def assistance_projects(view: View, parameters: Parameters) -> Rows:
    """考评期内正在实施的薄弱村扶持项目，实际进度占计划进度的比例，超出计划的按完成计。每个项目算一项，算在受扶持的组织；计划进度为零的不算。

    依据条款 4.2.1。
    """
    project = AssistanceProject
    planned = cast(project.planned_progress, BigInteger)
    return items(
        "assistance_project",
        organisation_id=project.organisation_id,
        record_id=project.id,
        label=project.measure,
        numerator=half_up(at_most(millionths(project.progress), millionths(project.planned_progress)), planned),
        denominator=WHOLE,
        mendable=True,
    ).where(
        project.planned_progress > 0, view.runs(project.valid_from, project.valid_to), kept(project), view.sees(project.organisation_id)
    )


@metric("党员化解矛盾", parameters=DisputesResolved)
def disputes_resolved(view: View, parameters: DisputesResolved) -> Rows:
    """受理的矛盾纠纷应在30天内化解，并有党员参与调解。每件算一项，期限落在考评期内的才算；期限未到又未化解的为尚未到期。

    依据条款 4.2.3。
    """
    mediator = select(DisputeMediator.id).where(DisputeMediator.dispute_id == Dispute.id, kept(DisputeMediator))
    return dated(
        view,
        "dispute",
        organisation_id=Dispute.organisation_id,
        record_id=Dispute.id,
        label=Dispute.summary,
        due_on=later(Dispute.taken_up_on, parameters.days),
        done_on=Dispute.resolved_on,
        earns=mediator.exists(),
    ).where(kept(Dispute))
