"""Who was expected at an activity, as the tree, memberships and posts were on its day; and the two counters made from it.

Set-based: one statement for one activity or for a hundred thousand.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, not_, or_, select, union, update
from sqlalchemy.orm import Session

from app.db import chunks
from app.models.activities import Activity, ActivityKind, Attendance, AttendanceStatus
from app.models.members import Member, Membership, Position
from app.models.mobility import FloatDirection, FloatingMember
from app.models.organisations import OrganisationPlacement

_CHUNK = 5000
CAME = (AttendanceStatus.present, AttendanceStatus.late)
_OWN = (ActivityKind.committee_meeting, ActivityKind.group_meeting)


def rosters(chosen: ColumnElement[bool]) -> Select[int, int]:
    """Rows (activity_id, member_id): who was expected at the activities of the condition, before lines that say exempt."""
    activity = Activity
    committee = (
        select(activity.id.label("activity_id"), Position.member_id.label("member_id"))
        .join(Position, Position.organisation_id == activity.organisation_id)
        .where(chosen, activity.kind == ActivityKind.committee_meeting, *_held_on(Position, activity.occurred_on))
    )
    group = (
        select(activity.id, Membership.member_id)
        .join(Membership, Membership.group_id == activity.group_id)
        .where(chosen, activity.kind == ActivityKind.group_meeting, *_held_on(Membership, activity.occurred_on))
    )
    below = _below(and_(chosen, activity.kind.not_in(_OWN)))
    everybody = (
        select(activity.id, Membership.member_id)
        .join(below, and_(below.c.root_id == activity.organisation_id, below.c.day == activity.occurred_on))
        .join(Membership, Membership.organisation_id == below.c.organisation_id)
        .where(chosen, activity.kind.not_in(_OWN), *_held_on(Membership, activity.occurred_on))
    )
    called = union(committee, group, everybody).subquery("called")
    day = select(Activity.id, Activity.occurred_on).subquery("day")
    exempt = and_(
        Member.duty_exempt_from <= day.c.occurred_on, or_(Member.duty_exempt_to.is_(None), Member.duty_exempt_to >= day.c.occurred_on)
    )
    away = select(FloatingMember.id).where(
        FloatingMember.member_id == called.c.member_id,
        FloatingMember.direction == FloatDirection.outward,
        *_held_on(FloatingMember, day.c.occurred_on),
    )
    return (
        select(called.c.activity_id, called.c.member_id)
        .join(day, day.c.id == called.c.activity_id)
        .join(Member, Member.id == called.c.member_id)
        .where(Member.withdrawn_at.is_(None), or_(Member.duty_exempt_from.is_(None), not_(exempt)), ~away.exists())
    )


def _below(chosen: ColumnElement[bool]) -> CTE:
    """The organisations of each (organisation, day) and below it on that day: root_id, day, organisation_id."""
    top = select(
        Activity.organisation_id.label("root_id"), Activity.occurred_on.label("day"), Activity.organisation_id.label("organisation_id")
    ).where(chosen)
    below = top.cte("below", recursive=True)
    placement = OrganisationPlacement
    step = select(below.c.root_id, below.c.day, placement.organisation_id).join(placement, placement.parent_id == below.c.organisation_id)
    return below.union(step.where(*_held_on(placement, below.c.day)))


def _held_on(model: Any, day: Any) -> list[ColumnElement[bool]]:
    return [model.withdrawn_at.is_(None), model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to >= day)]


def recount(session: Session, activity_ids: Iterable[int]) -> None:
    """Keeps expected_count and present_count of these activities, in the transaction that changed their register.

    A signed register is frozen: its expected lines are marked, and expected_count stays.
    """
    for chunk in chunks(sorted(set(activity_ids)), _CHUNK):
        session.flush()
        _store(session, and_(Activity.id.in_(chunk), Activity.signed_off_at.is_(None)), _open_counts(chunk))
        _store(session, and_(Activity.id.in_(chunk), Activity.signed_off_at.is_not(None)), _frozen_counts(chunk))
        if any(isinstance(each, Activity) for each in session.identity_map.values()):
            session.scalars(select(Activity).where(Activity.id.in_(chunk)).execution_options(populate_existing=True)).all()


def _store(session: Session, chosen: ColumnElement[bool], counted: Select[int, int, int]) -> None:
    counts = counted.subquery("counts")
    values = {"expected_count": counts.c.expected, "present_count": counts.c.present}
    statement = update(Activity).where(chosen, Activity.id == counts.c.activity_id).values(values)
    session.execute(statement, execution_options={"synchronize_session": False})


def _open_counts(chunk: Any) -> Select[int, int, int]:
    roster = rosters(Activity.id.in_(chunk)).subquery("roster")
    line = and_(
        Attendance.activity_id == roster.c.activity_id, Attendance.member_id == roster.c.member_id, Attendance.withdrawn_at.is_(None)
    )
    waived, came = Attendance.status == AttendanceStatus.exempt, Attendance.status.in_(CAME)
    rows = select(roster.c.activity_id, case((waived, 0), else_=1).label("expected"), case((came, 1), else_=0).label("present"))
    each = rows.outerjoin(Attendance, line).subquery("each")
    return (
        select(Activity.id.label("activity_id"), _sum(each.c.expected).label("expected"), _sum(each.c.present).label("present"))
        .outerjoin(each, each.c.activity_id == Activity.id)
        .where(Activity.id.in_(chunk))
        .group_by(Activity.id)
    )


def _frozen_counts(chunk: Any) -> Select[int, int, int]:
    came = and_(Attendance.on_roster.is_(True), Attendance.status.in_(CAME), Attendance.withdrawn_at.is_(None))
    return (
        select(
            Activity.id.label("activity_id"),
            Activity.expected_count.label("expected"),
            _sum(case((came, 1), else_=0)).label("present"),
        )
        .outerjoin(Attendance, Attendance.activity_id == Activity.id)
        .where(Activity.id.in_(chunk))
        .group_by(Activity.id, Activity.expected_count)
    )


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)
