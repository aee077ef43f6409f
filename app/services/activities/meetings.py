"""Activities: planned, held, cancelled; what is said about them without being refused."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.config import LATE_ENTRY_DAYS
from app.models.activities import Activity, ActivityKind, ActivityStatus
from app.models.base import Record
from app.services.activities.roster import recount
from app.services.drafts import Draft
from app.services.lifetimes import group_lives, organisation_lives
from app.services.records import completes, prepares, presents

_SHAPES_ROSTER = frozenset({"occurred_on", "kind", "group_id", "organisation_id"})
_SIGNED_FIXED = {"occurred_on": "日期", "kind": "活动类型", "group_id": "党小组", "status": "状态"}


@prepares("activity")
def prepare_activities(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Held ones are not in the future, the organisation and the group existed on the day, a signed register keeps its frame."""
    lives = organisation_lives(session, (draft.column("organisation_id") for draft in drafts))
    groups = group_lives(session, (draft.column("group_id") for draft in drafts))
    for draft in drafts:
        day, home = draft.data["occurred_on"], lives[draft.column("organisation_id")]
        if draft.data["status"] is ActivityStatus.held and day > clock.today():
            draft.refuse("occurred_on", "已开展的活动日期不能晚于今天，尚未开展的请登记为计划中")
        if not home.covers(day, day):
            draft.refuse("occurred_on", f"{home.sentence()}，这一天不能开展活动")
        group = groups.get(draft.column("group_id"))
        if group is not None and (group.home != draft.column("organisation_id") or not group.covers(day, day)):
            draft.refuse("group", "党小组不属于该党组织，或在这一天不存在")
        if isinstance(draft.record, Activity) and draft.record.signed_off_at is not None:
            _refuse_new_frame(draft, draft.record)


def _refuse_new_frame(draft: Draft, activity: Activity) -> None:
    for name, title in _SIGNED_FIXED.items():
        if name in draft.values and draft.values[name] != getattr(activity, name):
            draft.refuse(name.removesuffix("_id"), f"出勤已签核，不能再改{title}")


@completes("activity")
def complete_activities(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """What decides who is expected has changed: the unsigned register is counted again."""
    recount(session, [draft.column("id") for draft in drafts if draft.is_new or _SHAPES_ROSTER & draft.values.keys()])


@presents("activity")
def present_activities(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """Says what was entered late and what looks wrong."""
    allowed = session.info.get("late_entry_days", LATE_ENTRY_DAYS)
    for record, row in zip(records, rows, strict=True):
        if isinstance(record, Activity):
            row["late_entry"] = (clock.local_day(record.recorded_at) - record.occurred_on).days > allowed
            row["warnings"] = warnings_of(record)


def warnings_of(activity: Activity) -> list[str]:
    """Doubts about one activity, in sentences."""
    found = []
    if activity.status is ActivityStatus.planned and activity.occurred_on < clock.today():
        found.append("计划日期已过，请登记为已开展或已取消")
    if activity.status is ActivityStatus.held and activity.expected_count == 0:
        found.append("应到名单为空，请核对党员、党小组和班子成员的登记")
    if activity.kind is ActivityKind.general_meeting and activity.decisions and _no_quorum(activity):
        found.append("到会有表决权的党员未超过半数，所作决议无效")
    return found


def _no_quorum(activity: Activity) -> bool:
    """A decision needs more than half of the voting members; without counted votes the register speaks."""
    due, present = activity.votes_due, activity.votes_present
    if due is None or present is None:
        due, present = activity.expected_count, activity.present_count
    return present * 2 <= due
