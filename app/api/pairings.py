"""结对共建: confirming an entry of the ledger, handing in a report. Everything else are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission
from app.api.records import RecordId, shown
from app.schemas.pairings import PAIRING_ENTRIES, PAIRING_REPORTS, ConfirmIn, SubmitIn
from app.services import pairings

router = APIRouter(route_class=RepeatableRoute, dependencies=[permission(Permission.write_records)])


@router.post(
    "/pairing-entries/{record_id}/confirm", response_model=PAIRING_ENTRIES.Out, tags=[PAIRING_ENTRIES.title], summary="对方确认台账"
)
def confirm_entry(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: ConfirmIn
) -> Any:
    """By the side that did not enter it."""
    return shown(session, actor, response, PAIRING_ENTRIES, pairings.confirm_entry(session, actor, record_id, body, version))


@router.post(
    "/pairing-reports/{record_id}/submit", response_model=PAIRING_REPORTS.Out, tags=[PAIRING_REPORTS.title], summary="提交共建上报"
)
def submit_report(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: SubmitIn
) -> Any:
    return shown(session, actor, response, PAIRING_REPORTS, pairings.submit_report(session, actor, record_id, body, version))
