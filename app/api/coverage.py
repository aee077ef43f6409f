"""Units: covering one. Everything else about 扩大覆盖面 are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission
from app.api.records import RecordId, shown
from app.schemas.coverage import UNITS, CoverIn
from app.services import coverage

router = APIRouter(prefix="/units", tags=[UNITS.title], route_class=RepeatableRoute, dependencies=[permission(Permission.write_records)])


@router.post("/{record_id}/cover", response_model=UNITS.Out, summary="组建党组织覆盖")
def cover_unit(session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: CoverIn) -> Any:
    """Alone or jointly, by an organisation that exists."""
    return shown(session, actor, response, UNITS, coverage.cover_unit(session, actor, record_id, body, version))
