"""Activities: the register of attendance. Everything else about them are standard routes."""

from typing import Any

from fastapi import APIRouter, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission, tag
from app.api.records import RecordId
from app.schemas.activities import ACTIVITIES, RegisterIn, Roster
from app.services import activities
from app.services.records import present

router = APIRouter(prefix="/activities", tags=[ACTIVITIES.title], route_class=RepeatableRoute)


@router.get("/{record_id}/roster", dependencies=[permission(Permission.read_records)], summary="应到名单与出勤")
def activity_roster(session: SessionDep, actor: ActorDep, record_id: RecordId) -> Roster:
    """Who is expected, who has a line in the register, and what looks wrong."""
    return activities.show_roster(session, actor, record_id)


@router.post("/{record_id}/attendance:mark", dependencies=[permission(Permission.write_records)], summary="登记出勤")
def mark_attendance(session: SessionDep, actor: ActorDep, record_id: RecordId, body: RegisterIn) -> Roster:
    """Several lines at once; those not named keep theirs."""
    activities.mark_attendance(session, actor, record_id, body)
    return activities.show_roster(session, actor, record_id)


@router.post(
    "/{record_id}/sign-off", response_model=ACTIVITIES.Out, dependencies=[permission(Permission.write_records)], summary="签核出勤"
)
def sign_off_activity(session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep) -> Any:
    """Closes the register: roster and expected_count freeze."""
    activity = activities.sign_off_activity(session, actor, record_id, version)
    tag(response, activity.version)
    return present(session, actor, ACTIVITIES, [activity])[0]
