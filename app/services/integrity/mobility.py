"""Checks of floating members and of the development of new ones."""

from datetime import date

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import aliased

from app.models.mobility import Development, DevelopmentStage, FloatingContact, FloatingMember, Stage
from app.scoring.metrics.view import Rows, covers, kept
from app.services.integrity.checks import error, records
from app.services.integrity.members import overlap


@error("同一党员同时有两条流动登记", "返回或再次流出时先填写上一条的结束日期。")
def floating_overlapping(_today: date) -> Rows:
    other = aliased(FloatingMember)
    shared = overlap(FloatingMember.valid_from, FloatingMember.valid_to, other.valid_from, other.valid_to)
    twice = select(other.id).where(
        other.member_id == FloatingMember.member_id,
        other.direction == FloatingMember.direction,
        other.id != FloatingMember.id,
        shared,
        kept(other),
    )
    return records(FloatingMember, FloatingMember.person).where(twice.exists())


@error("联系不在流动期内", "核对联系日期，或改正流动的起止日期。")
def contact_outside_floating(_today: date) -> Rows:
    return (
        records(FloatingContact, FloatingMember.person)
        .join(FloatingMember, FloatingMember.id == FloatingContact.floating_member_id)
        .where(~covers(FloatingMember.valid_from, FloatingMember.valid_to, FloatingContact.contacted_on))
    )


@error("发展党员的阶段先后颠倒", "核对各阶段的日期：后一阶段不早于前一阶段。")
def stages_out_of_order(_today: date) -> Rows:
    earlier = aliased(DevelopmentStage)
    overtaken = select(earlier.id).where(
        earlier.development_id == DevelopmentStage.development_id,
        _place(earlier) < _place(DevelopmentStage),
        earlier.reached_on > DevelopmentStage.reached_on,
        kept(earlier),
    )
    return (
        records(DevelopmentStage, Development.person)
        .join(Development, Development.id == DevelopmentStage.development_id)
        .where(overtaken.exists())
    )


@error("发展阶段的日期在今天之后", "到了那一天再登记，或改正日期。")
def stage_in_future(today: date) -> Rows:
    return (
        records(DevelopmentStage, Development.person)
        .join(Development, Development.id == DevelopmentStage.development_id)
        .where(DevelopmentStage.reached_on > today)
    )


def _place(stage: type[DevelopmentStage]) -> ColumnElement[int]:
    return case({each: place for place, each in enumerate(Stage)}, value=stage.stage)
