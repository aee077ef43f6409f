"""Metrics of single members: their items belong to the organisation of the membership on D."""

from __future__ import annotations

import datetime as dt

from pydantic import Field
from sqlalchemy import Integer, String, and_, literal, not_, or_, select, true, union_all

from app.models.activities import Activity, ActivityKind, Attendance, AttendanceStatus
from app.models.members import MemberAppraisal
from app.scoring.metrics.items import WHOLE, earliest, items, no_items, place, whole
from app.scoring.metrics.sources import full_members, is_held, members_at_home
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.registry import Parameters, metric


class Volunteering(Parameters):
    """Parameters of `volunteering`."""

    kinds: tuple[ActivityKind, ...] = Field((ActivityKind.volunteering,), title="算作志愿服务的活动种类", min_length=1)


@metric("民主评议党员")
def member_appraisals(view: View, parameters: Parameters) -> Rows:
    """每名正式党员每年参加一次民主评议并评定等次，每人每年算一项。年度结束，或者支部已经开始评定该年度等次，就算应评；此前为尚未到期。属于哪一年以登记的年度为准。

    依据条款 3.1。
    """
    appraisal = MemberAppraisal
    ends = [dt.date(year, 12, 31) for year in range(view.period.start.year, view.period.end.year + 1)]
    ends = [day for day in ends if day <= view.period.end]
    if not ends:
        return no_items("member_appraisal")
    year = union_all(
        *[
            select(
                literal(day.year, Integer).label("year"),
                literal(f"{day.year} · ", String).label("label"),
                literal(int(day <= view.until), Integer).label("ended"),
            )
            for day in ends
        ]
    ).cte("year")
    person = full_members(view, with_exempt=False).subquery("person")
    begun = (
        select(appraisal.organisation_id, appraisal.year)
        .where(kept(appraisal), appraisal.year.in_([day.year for day in ends]))
        .distinct()
        .subquery("begun")
    )
    rows = (
        person.join(year, true())
        .outerjoin(appraisal, and_(appraisal.member_id == person.c.member_id, appraisal.year == year.c.year, kept(appraisal)))
        .outerjoin(begun, and_(begun.c.organisation_id == person.c.organisation_id, begun.c.year == year.c.year))
    )
    graded = appraisal.id.is_not(None)
    due = or_(graded, year.c.ended == 1, begun.c.year.is_not(None))
    return items(
        "member_appraisal",
        organisation_id=person.c.organisation_id,
        record_id=appraisal.id,
        label=year.c.label + person.c.name,
        numerator=whole(graded),
        denominator=whole(due),
        future=whole(not_(due)),
        mendable=True,
    ).select_from(rows)


@metric("党员志愿服务", parameters=Volunteering)
def volunteering(view: View, parameters: Volunteering) -> Rows:
    """考评期内参加过至少一次志愿服务活动(到会或迟到)的党员比例。按截止日的党员名册统计，流出党员和免予参加组织生活的党员不计。

    依据条款 6.2.2。
    """
    member = members_at_home(view).subquery("member_at_home")
    scope = [] if view.organisations is None else [Attendance.member_id.in_(select(member.c.member_id))]
    served = (
        select(Attendance.member_id, earliest(place(Activity.occurred_on, Activity.id)).label("record_id"))
        .join(Activity, Activity.id == Attendance.activity_id)
        .where(
            Activity.kind.in_(parameters.kinds),
            is_held(view),
            Attendance.status.in_([AttendanceStatus.present, AttendanceStatus.late]),
            kept(Attendance),
            *scope,
        )
        .group_by(Attendance.member_id)
        .subquery("served")
    )
    return items(
        "activity",
        organisation_id=member.c.organisation_id,
        record_id=served.c.record_id,
        label=member.c.name,
        numerator=whole(served.c.record_id.is_not(None)),
        denominator=WHOLE,
        mendable=True,
    ).select_from(member.outerjoin(served, served.c.member_id == member.c.member_id))
