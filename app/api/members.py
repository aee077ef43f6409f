"""Members: what happens to one as a step with a date. Everything else about them are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission, tag
from app.api.records import RecordId
from app.schemas.members import MEMBERS, DepartureIn, ReinstatementIn, TransferIn
from app.services import members
from app.services.records import present

router = APIRouter(
    prefix="/members", tags=[MEMBERS.title], route_class=RepeatableRoute, dependencies=[permission(Permission.write_records)]
)


@router.post("/{record_id}/transfer", response_model=MEMBERS.Out, summary="转接组织关系")
def transfer_member(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: TransferIn
) -> Any:
    """Out of the present organisation and into another in one step; posts in the old one end."""
    member = members.transfer_member(session, actor, record_id, body, version)
    tag(response, member.version)
    return present(session, actor, MEMBERS, [member])[0]


@router.post("/{record_id}/departure", response_model=MEMBERS.Out, summary="党籍变动：出党、去世、停止党籍")
def depart_member(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: DepartureIn
) -> Any:
    """Ends the membership and every post on the last day."""
    member = members.depart_member(session, actor, record_id, body, version)
    tag(response, member.version)
    return present(session, actor, MEMBERS, [member])[0]


@router.post("/{record_id}/reinstatement", response_model=MEMBERS.Out, summary="恢复党籍")
def reinstate_member(
    session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: ReinstatementIn
) -> Any:
    """Ends a suspension with a new membership."""
    member = members.reinstate_member(session, actor, record_id, body, version)
    tag(response, member.version)
    return present(session, actor, MEMBERS, [member])[0]
