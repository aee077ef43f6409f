"""流动与发展: coming back, reaching the next stage. Everything else are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission
from app.api.records import RecordId, shown
from app.schemas.mobility import DEVELOPMENTS, FLOATING_MEMBERS, AdvanceIn, ReturnIn
from app.services import mobility

router = APIRouter(route_class=RepeatableRoute, dependencies=[permission(Permission.write_records)])


@router.post("/floating-members/{record_id}/return", response_model=FLOATING_MEMBERS.Out, tags=[FLOATING_MEMBERS.title], summary="流动结束")
def return_member(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: ReturnIn
) -> Any:
    return shown(session, actor, response, FLOATING_MEMBERS, mobility.return_member(session, actor, record_id, body, version))


@router.post("/developments/{record_id}/advance", response_model=DEVELOPMENTS.Out, tags=[DEVELOPMENTS.title], summary="进入下一阶段")
def advance_development(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: AdvanceIn
) -> Any:
    """Refused with the earliest possible day when it is too early."""
    return shown(session, actor, response, DEVELOPMENTS, mobility.advance_development(session, actor, record_id, body, version))
