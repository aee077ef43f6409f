"""Metrics of the duties of committees: directives, plans, debriefs, reports."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import case, func, select

from app.models.duties import (
    Debrief,
    DebriefGrade,
    DebriefRating,
    DebriefRound,
    Directive,
    DirectiveReceipt,
    DutyReport,
    PlanItem,
    WorkPlan,
)
from app.models.organisations import Category
from app.scoring.metrics.dues import dated, recurring
from app.scoring.metrics.items import NOTHING, half_up, items, part, together, whole
from app.scoring.metrics.sources import above, while_evaluated
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.outcome import HALF, QUARTER
from app.scoring.registry import Parameters, metric


class PlanItemsCompleted(Parameters):
    """Parameters of `plan_items_completed`."""

    late: float = Field(0.5, title="逾期完成的得分比例", ge=0, le=1)


class DebriefRatings(Parameters):
    """Parameters of `debrief_ratings`."""

    good: float = Field(1, title="“好”的得分比例", ge=0, le=1)
    fairly_good: float = Field(0.85, title="“较好”的得分比例", ge=0, le=1)
    fair: float = Field(0.6, title="“一般”的得分比例", ge=0, le=1)
    poor: float = Field(0, title="“差”的得分比例", ge=0, le=1)


@metric("上级精神传达及时率")
def directives_conveyed(view: View, parameters: Parameters) -> Rows:
    """上级精神要求在考评期内传达的，每个接收组织每件算一项，按期传达得满分，逾期传达不得分。尚未到期且未传达的，到期前不计。

    依据条款 1.1.1。
    """
    receipt = DirectiveReceipt
    return (
        dated(
            view,
            "directive_receipt",
            organisation_id=receipt.organisation_id,
            record_id=receipt.id,
            label=Directive.title,
            due_on=receipt.due_on,
            done_on=receipt.conveyed_on,
        )
        .join(Directive, Directive.id == receipt.directive_id)
        .where(kept(receipt, Directive))
    )


@metric("年度党建计划完成率", parameters=PlanItemsCompleted)
def plan_items_completed(view: View, parameters: PlanItemsCompleted) -> Rows:
    """年度党建计划中应在考评期内完成的任务，每项按期完成得满分，逾期完成得一半。尚未到期且未完成的，到期前不计。

    依据条款 1.1.2、1.2。
    """
    return (
        dated(
            view,
            "plan_item",
            organisation_id=PlanItem.organisation_id,
            record_id=PlanItem.id,
            label=PlanItem.task,
            due_on=PlanItem.due_on,
            done_on=PlanItem.completed_on,
            late=parameters.late,
        )
        .join(WorkPlan, WorkPlan.id == PlanItem.work_plan_id)
        .where(kept(PlanItem, WorkPlan))
    )


@metric("书记党建专题述职")
def debriefs_presented(view: View, parameters: Parameters) -> Rows:
    """每个考评单位每季度在述职会上作一次党建专题述职。每个单位每季度算一项；上级当季没有召开述职会的不算应述。乡镇(街道)还应每季度召开一次述职会，每季度另算一项。

    依据条款 1.2。
    """
    name, hosts = "debriefs_presented", while_evaluated(view, [Category.township], label=" · 召开述职会")
    reported = recurring(view, QUARTER, while_evaluated(view), _presented(view), metric=name, kind="debrief", called=_rounds_above(view))
    convened = recurring(view, QUARTER, hosts, _convened(view), metric=name, kind="debrief_round")
    return together(reported, convened)


@metric("述职评议等次", parameters=DebriefRatings)
def debrief_ratings(view: View, parameters: DebriefRatings) -> Rows:
    """考评期内每次述职的评议得分：好得满分，较好得85%，一般得60%，差不得分，多人评议取平均。每次述职算一项；尚未评议的为待评。

    依据条款 1.2。
    """
    rating, worth = DebriefRating, {grade: part(getattr(parameters, grade.value)) for grade in DebriefGrade}
    judged = (
        select(rating.debrief_id, half_up(func.sum(case(worth, value=rating.grade)), func.count()).label("mean"))
        .join(Debrief, Debrief.id == rating.debrief_id)
        .where(kept(rating), view.sees(Debrief.organisation_id))
        .group_by(rating.debrief_id)
        .subquery("judged")
    )
    done = judged.c.mean.is_not(None)
    return (
        items(
            "debrief",
            organisation_id=Debrief.organisation_id,
            record_id=Debrief.id,
            label=DebriefRound.quarter,
            numerator=func.coalesce(judged.c.mean, NOTHING),
            denominator=whole(done),
            pending=whole(~done),
        )
        .join(DebriefRound, DebriefRound.id == Debrief.debrief_round_id)
        .outerjoin(judged, judged.c.debrief_id == Debrief.id)
        .where(view.within(Debrief.presented_on), kept(Debrief, DebriefRound), view.sees(Debrief.organisation_id))
    )


@metric("向党委会报告履职情况")
def duty_reports(view: View, parameters: Parameters) -> Rows:
    """机关和乡镇(街道)每半年向党委会报告一次抓党建履职情况。每个单位每半年算一项，报告日期落在该半年的得满分。

    依据条款 1.2。
    """
    report = DutyReport
    reported = select(
        report.organisation_id.label("owner_id"), report.id.label("record_id"), report.reported_on.label("occurred_on")
    ).where(view.within(report.reported_on), kept(report), view.sees(report.organisation_id))
    owners = while_evaluated(view, [Category.agency, Category.township])
    return recurring(view, HALF, owners, reported, metric="duty_reports", kind="duty_report")


def _presented(view: View) -> Rows:
    """Debriefs presented in the window, whose round was not withdrawn."""
    return (
        select(Debrief.organisation_id.label("owner_id"), Debrief.id.label("record_id"), Debrief.presented_on.label("occurred_on"))
        .join(DebriefRound, DebriefRound.id == Debrief.debrief_round_id)
        .where(view.within(Debrief.presented_on), kept(Debrief, DebriefRound), view.sees(Debrief.organisation_id))
    )


def _rounds_above(view: View) -> Rows:
    """Days on which an organisation above held a round: owner_id, occurred_on."""
    upper = above(view)
    return (
        select(upper.c.organisation_id.label("owner_id"), DebriefRound.held_on.label("occurred_on"))
        .join(DebriefRound, DebriefRound.organisation_id == upper.c.upper_id)
        .where(view.within(DebriefRound.held_on), kept(DebriefRound))
    )


def _convened(view: View) -> Rows:
    """Rounds that an organisation held itself in the window."""
    return select(
        DebriefRound.organisation_id.label("owner_id"), DebriefRound.id.label("record_id"), DebriefRound.held_on.label("occurred_on")
    ).where(view.within(DebriefRound.held_on), kept(DebriefRound), view.sees(DebriefRound.organisation_id))
