"""Checks of directives, debriefs, inspections, liaisons and trainings."""

from datetime import date

from sqlalchemy import or_

from app.models.coverage import Liaison, LiaisonVisit
from app.models.duties import Debrief, DebriefRating, Directive, DirectiveReceipt, Inspection, InspectionIssue
from app.models.members import Member
from app.models.trainings import Training, TrainingRecord
from app.scoring.metrics.view import Rows, covers
from app.services.integrity.checks import error, records, warning


@error("传达日期早于上级精神下发日期", "核对传达日期。")
def conveyed_before_issue(_today: date) -> Rows:
    return (
        records(DirectiveReceipt, Directive.title)
        .join(Directive, Directive.id == DirectiveReceipt.directive_id)
        .where(DirectiveReceipt.conveyed_on < Directive.issued_on)
    )


@warning("传达期限与上级精神不一致", "核对期限；确有不同期限的可以不改。")
def due_unlike_directive(_today: date) -> Rows:
    return (
        records(DirectiveReceipt, Directive.title)
        .join(Directive, Directive.id == DirectiveReceipt.directive_id)
        .where(DirectiveReceipt.due_on != Directive.due_on)
    )


@error("尚未述职就有评议", "补登述职日期，或撤回评议。")
def rated_before_presented(today: date) -> Rows:
    return (
        records(DebriefRating, DebriefRating.rater)
        .join(Debrief, Debrief.id == DebriefRating.debrief_id)
        .where(or_(Debrief.presented_on.is_(None), Debrief.presented_on > today))
    )


@error("督查问题的销号早于督查", "核对销号日期。")
def closed_before_found(_today: date) -> Rows:
    return (
        records(InspectionIssue, InspectionIssue.found)
        .join(Inspection, Inspection.id == InspectionIssue.inspection_id)
        .where(InspectionIssue.closed_on < Inspection.held_on)
    )


@error("走访不在联系期内", "核对走访日期，或改正联系的起止日期。")
def visit_outside_liaison(_today: date) -> Rows:
    return (
        records(LiaisonVisit, Liaison.leader)
        .join(Liaison, Liaison.id == LiaisonVisit.liaison_id)
        .where(~covers(Liaison.valid_from, Liaison.valid_to, LiaisonVisit.visited_on))
    )


@error("学时超过培训总学时", "核对该党员的学时。")
def minutes_over_training(_today: date) -> Rows:
    return (
        records(TrainingRecord, Member.name)
        .join(Member, Member.id == TrainingRecord.member_id)
        .join(Training, Training.id == TrainingRecord.training_id)
        .where(TrainingRecord.minutes > Training.minutes)
    )


@error("培训尚未开始就登记为已参加", "培训开始之后再登记参加情况，或改正培训日期。")
def attended_in_future(today: date) -> Rows:
    return (
        records(TrainingRecord, Member.name)
        .join(Member, Member.id == TrainingRecord.member_id)
        .join(Training, Training.id == TrainingRecord.training_id)
        .where(TrainingRecord.attended.is_(True), Training.valid_from > today)
    )
