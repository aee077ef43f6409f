"""Metrics of floating members and of those on the way into the Party."""

from __future__ import annotations

import calendar
import datetime as dt

from pydantic import Field
from sqlalchemy import ColumnElement, String, and_, case, extract, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.mobility import Development, DevelopmentDocument, DevelopmentStage, FloatDirection, FloatingContact, FloatingMember, Stage
from app.schemas.mobility import Document
from app.scoring.metrics.dues import recurring
from app.scoring.metrics.items import WHOLE, items, whole
from app.scoring.metrics.sources import Owners
from app.scoring.metrics.view import Column, Condition, Rows, View, covers, kept
from app.scoring.outcome import QUARTER
from app.scoring.registry import Parameters, metric

_BEFORE = dict(zip(list(Stage)[1:], list(Stage), strict=False))


class DualManaged(Parameters):
    """Parameters of `floating_dual_managed`."""

    out_months: int = Field(6, title="流出满多少个月纳入双重管理", ge=0, le=120)


class Months(Parameters):
    """Least months from the stage before to a stage."""

    activist: int = Field(0, title="入党积极分子", ge=0, le=120)
    target: int = Field(12, title="发展对象", ge=0, le=120)
    probationary: int = Field(0, title="预备党员", ge=0, le=120)
    full: int = Field(12, title="正式党员", ge=0, le=120)


class Documents(Parameters):
    """Documents each stage needs."""

    applicant: tuple[Document, ...] = Field(("application",), title="入党申请人")
    activist: tuple[Document, ...] = Field(("recommendation",), title="入党积极分子")
    target: tuple[Document, ...] = Field(("assessment",), title="发展对象")
    probationary: tuple[Document, ...] = Field(
        ("political_review", "training_certificate", "meeting_resolution", "approval"), title="预备党员"
    )
    full: tuple[Document, ...] = Field(("meeting_resolution", "approval"), title="正式党员")


class Compliant(Parameters):
    """Parameters of `development_compliant`."""

    months_after_previous: Months = Field(Months(), title="距上一阶段至少的月数")
    documents: Documents = Field(Documents(), title="各阶段应有的材料")


@metric("流动党员联系")
def floating_contacted(view: View, parameters: Parameters) -> Rows:
    """每名流出党员在流出期间，每季度至少由流出地党组织联系一次。每段流出每季度算一项，整个季度都在外的才算应联系，联系了得满分。

    依据条款 6.1。
    """
    floating, contact = FloatingMember, FloatingContact
    out = and_(floating.direction == FloatDirection.outward, kept(floating), view.sees(floating.organisation_id))
    rows = select(floating.organisation_id, floating.id.label("owner_id"), (literal(" · ", String) + floating.person).label("label"))
    held = (
        select(floating.id.label("owner_id"), contact.id.label("record_id"), contact.contacted_on.label("occurred_on"))
        .join(floating, floating.id == contact.floating_member_id)
        .where(out, view.within(contact.contacted_on), kept(contact))
    )
    owners = Owners(rows.where(out), lambda day: covers(floating.valid_from, floating.valid_to, day))
    return recurring(view, QUARTER, owners, held, metric="floating_contacted", kind="floating_contact")


@metric("流动党员双重管理", parameters=DualManaged)
def floating_dual_managed(view: View, parameters: DualManaged) -> Rows:
    """截止日流出满6个月的党员和流入的党员，都应登记对方党组织和流动党员活动证。每人算一项，流出的算在流出地党组织，流入的算在接收的党组织。

    依据条款 6.1。
    """
    floating = FloatingMember
    long_out = floating.valid_from <= _latest_start(view.until, parameters.out_months)
    known = or_(floating.other_id.is_not(None), and_(floating.other_name.is_not(None), floating.other_name != ""))
    certified = and_(floating.certificate.is_not(None), floating.certificate != "")
    return items(
        "floating_member",
        organisation_id=floating.organisation_id,
        record_id=floating.id,
        label=floating.person,
        numerator=whole(and_(known, certified)),
        denominator=WHOLE,
        mendable=True,
    ).where(
        or_(floating.direction == FloatDirection.inward, long_out),
        covers(floating.valid_from, floating.valid_to, view.until),
        kept(floating),
        view.sees(floating.organisation_id),
    )


@metric("发展党员程序合规", parameters=Compliant)
def development_compliant(view: View, parameters: Compliant) -> Rows:
    """考评期内每进入一个发展阶段算一项：上一阶段已有记录、距上一阶段的时间够长(成为积极分子满一年方可列为发展对象，预备期满一年方可转正)、该阶段材料齐全，才得满分。

    依据条款 6.1。
    """
    stage, before = DevelopmentStage, aliased(DevelopmentStage)
    needed = {each: getattr(parameters.documents, each) for each in Stage}
    wanted = or_(*[and_(stage.stage == each, DevelopmentDocument.kind.in_(kinds)) for each, kinds in needed.items()])
    there = (
        select(func.count())
        .select_from(DevelopmentDocument)
        .where(DevelopmentDocument.development_stage_id == stage.id, wanted, kept(DevelopmentDocument))
        .correlate(stage)
        .scalar_subquery()
    )
    complete = there == case({each: len(set(kinds)) for each, kinds in needed.items()}, value=stage.stage)
    in_turn = [
        and_(
            stage.stage == each,
            before.stage == previous,
            _months_later(before.reached_on, stage.reached_on, getattr(parameters.months_after_previous, each)),
        )
        for each, previous in _BEFORE.items()
    ]
    followed = select(before.id).where(before.development_id == stage.development_id, before.withdrawn_at.is_(None), or_(*in_turn)).exists()
    names = case({each: literal(" · " + each.label, String) for each in Stage}, value=stage.stage)
    return (
        items(
            "development_stage",
            organisation_id=stage.organisation_id,
            record_id=stage.id,
            label=Development.person + names,
            numerator=whole(and_(or_(stage.stage == Stage.applicant, followed), complete)),
            denominator=WHOLE,
        )
        .select_from(stage)
        .join(Development, Development.id == stage.development_id)
        .where(view.within(stage.reached_on), kept(stage, Development), view.sees(stage.organisation_id))
    )


def _latest_start(day: dt.date, months: int) -> dt.date:
    """The latest day from which so many months have passed on a day; a month that is too short ends on its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    ends = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, length if ends else min(day.day, length))


def _months_later(first: Column, last: Column, months: int) -> Condition:
    """Whether so many months have passed from one day to another; a month that is too short ends on its last day."""
    passed = _month_number(last) - _month_number(first)
    year, month, day = (extract(part, last) for part in ("year", "month", "day"))
    leap = or_(year % 400 == 0, and_(year % 4 == 0, year % 100 != 0))
    length = case((month.in_([4, 6, 9, 11]), 30), (and_(month == 2, leap), 29), (month == 2, 28), else_=31)
    return or_(passed > months, and_(passed == months, or_(extract("day", first) <= day, day == length)))


def _month_number(day: Column) -> ColumnElement[int]:
    return extract("year", day) * 12 + extract("month", day)
