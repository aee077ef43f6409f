"""Inspections and what they found: open until somebody confirms that it was put right."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import Conflict
from app.models.duties import Inspection, InspectionIssue
from app.schemas.duties import INSPECTION_ISSUES, CloseIssueIn, ReopenIn
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_outside_life
from app.services.lifetimes import by_ids
from app.services.records import get_record, patch_record, prepares


@prepares("inspection")
def prepare_inspections(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Of an organisation that existed, by another one."""
    refuse_future(drafts, "held_on")
    refuse_outside_life(session, drafts, "held_on", "held_on")
    for draft in drafts:
        if draft.column("inspector_id") == draft.column("organisation_id"):
            draft.refuse("inspector", "不能督查自己")


@prepares("inspection_issue")
def prepare_issues(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Due and closed after the inspection; closed on a day and by somebody, or neither."""
    refuse_future(drafts, "closed_on")
    held = select(Inspection.id, Inspection.held_on)
    held_on = dict(by_ids(session, held, Inspection.id, (draft.column("inspection_id") for draft in drafts)))
    for draft in drafts:
        day, closed_on = held_on[draft.column("inspection_id")], draft.data["closed_on"]
        if draft.data["due_on"] < day:
            draft.refuse("due_on", f"整改期限早于督查日期 {day}")
        if closed_on is not None and closed_on < day:
            draft.refuse("closed_on", f"整改完成日期早于督查日期 {day}")
        if (closed_on is None) != (draft.data["closed_by"] is None):
            draft.refuse("closed_by", "整改完成日期与确认人须一并填写")


def close_issue(session: Session, actor: Actor, issue_id: int, data: CloseIssueIn, version: int | None) -> InspectionIssue:
    """Confirms that it was put right."""
    issue: InspectionIssue = get_record(session, actor, INSPECTION_ISSUES, issue_id, Permission.write_records)
    if issue.closed_on is not None:
        raise Conflict("already_closed", f"该问题已于 {issue.closed_on} 整改完成。")
    patch_record(session, actor, INSPECTION_ISSUES, issue_id, data.model_dump(), version)
    return issue


def reopen_issue(session: Session, actor: Actor, issue_id: int, data: ReopenIn, version: int | None) -> InspectionIssue:
    """Takes the confirmation back, with a reason."""
    issue: InspectionIssue = get_record(session, actor, INSPECTION_ISSUES, issue_id, Permission.write_records)
    if issue.closed_on is None:
        raise Conflict("not_closed", "该问题尚未整改完成，不需要重新打开。")
    patch_record(session, actor, INSPECTION_ISSUES, issue_id, {"closed_on": None, "closed_by": None, "reason": data.reason}, version)
    return issue
