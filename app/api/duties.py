"""Duties: steps of directives, debriefs and inspection issues. Everything else about them are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission
from app.api.records import RecordId, shown
from app.schemas.duties import (
    DEBRIEF_RATINGS,
    DEBRIEF_ROUNDS,
    DEBRIEFS,
    DIRECTIVE_RECEIPTS,
    DIRECTIVES,
    INSPECTION_ISSUES,
    CloseIssueIn,
    ConveyIn,
    IssueDirectiveIn,
    PresentIn,
    RateIn,
    ReopenIn,
    Spread,
)
from app.services import duties

router = APIRouter(route_class=RepeatableRoute, dependencies=[permission(Permission.write_records)])


@router.post("/directives/{record_id}/issue", tags=[DIRECTIVES.title], summary="下发上级精神")
def issue_directive(session: SessionDep, actor: ActorDep, record_id: RecordId, body: IssueDirectiveIn) -> Spread:
    """Receipts for those named, or for all evaluated organisations below; again adds only who is missing."""
    return duties.issue_directive(session, actor, record_id, body)


@router.post(
    "/directive-receipts/{record_id}/convey",
    response_model=DIRECTIVE_RECEIPTS.Out,
    tags=[DIRECTIVE_RECEIPTS.title],
    summary="登记传达",
)
def convey_directive(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: ConveyIn
) -> Any:
    receipt = duties.convey_directive(session, actor, record_id, body, version)
    return shown(session, actor, response, DIRECTIVE_RECEIPTS, receipt)


@router.post("/debrief-rounds/{record_id}/convene", tags=[DEBRIEF_ROUNDS.title], summary="召集述职")
def convene_round(session: SessionDep, actor: ActorDep, record_id: RecordId) -> Spread:
    """A debrief for every evaluated organisation below the host; again adds only who is missing."""
    return duties.convene_round(session, actor, record_id)


@router.post("/debriefs/{record_id}/present", response_model=DEBRIEFS.Out, tags=[DEBRIEFS.title], summary="登记已述职")
def present_debrief(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: PresentIn
) -> Any:
    return shown(session, actor, response, DEBRIEFS, duties.present_debrief(session, actor, record_id, body, version))


@router.post("/debriefs/{record_id}/rate", response_model=DEBRIEF_RATINGS.Out, status_code=201, tags=[DEBRIEFS.title], summary="评议述职")
def rate_debrief(session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, body: RateIn) -> Any:
    """Once by each rater, after it was presented, never by who is judged."""
    rating = duties.rate_debrief(session, actor, record_id, body)
    response.headers["Location"] = f"/api/v1/{DEBRIEF_RATINGS.noun}/{rating.id}"
    return shown(session, actor, response, DEBRIEF_RATINGS, rating)


@router.post(
    "/inspection-issues/{record_id}/close", response_model=INSPECTION_ISSUES.Out, tags=[INSPECTION_ISSUES.title], summary="整改完成"
)
def close_issue(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: CloseIssueIn
) -> Any:
    return shown(session, actor, response, INSPECTION_ISSUES, duties.close_issue(session, actor, record_id, body, version))


@router.post(
    "/inspection-issues/{record_id}/reopen",
    response_model=INSPECTION_ISSUES.Out,
    tags=[INSPECTION_ISSUES.title],
    summary="重新打开督查问题",
)
def reopen_issue(session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: ReopenIn) -> Any:
    return shown(session, actor, response, INSPECTION_ISSUES, duties.reopen_issue(session, actor, record_id, body, version))
