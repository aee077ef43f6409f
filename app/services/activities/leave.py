"""Asking for leave: decided by the secretary, entered into the register when approved."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.activities import Activity, ActivityStatus, AttendanceStatus, LeaveRequest, LeaveState
from app.services.activities.register import mark_lines
from app.services.drafts import Draft
from app.services.lifetimes import by_ids
from app.services.records import completes, prepares


@prepares("leave_request")
def prepare_leave(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """A decision says by whom and when; a signed or cancelled activity takes none any more."""
    activities = {
        each.id: each for (each,) in by_ids(session, select(Activity), Activity.id, (each.column("activity_id") for each in drafts))
    }
    for draft in drafts:
        activity = activities[draft.column("activity_id")]
        if activity.signed_off_at is not None:
            draft.refuse("activity", "出勤已签核，不再办理请假")
        elif activity.status is ActivityStatus.cancelled:
            draft.refuse("activity", "活动已取消，不需要请假")
        before = draft.record.state if isinstance(draft.record, LeaveRequest) else LeaveState.requested
        if draft.data["state"] == before:
            continue
        if draft.data["state"] is LeaveState.requested:
            draft.refuse("state", "已经审批的请假不能退回待批")
        draft.values |= {"decided_by": actor.name, "decided_at": clock.now()}


@completes("leave_request")
def complete_leave(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Approved: the line says leave."""
    approved = {
        (draft.column("activity_id"), draft.column("member_id")): AttendanceStatus.leave
        for draft in drafts
        if draft.values.get("state") is LeaveState.approved
    }
    if approved:
        mark_lines(session, actor, approved, None)
