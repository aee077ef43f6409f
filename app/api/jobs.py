"""Long work: how far it is, and stopping it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.access import Permission
from app.api.deps import ActorDep, RepeatableRoute, SessionDep, permission
from app.api.records import RecordId
from app.models.journal import JobState
from app.services import jobs

router = APIRouter(prefix="/jobs", tags=["任务"], route_class=RepeatableRoute)


class JobOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    state: JobState
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: int
    progress_total: int
    progress_text: str | None
    outcome: dict[str, Any] | None
    error: str | None


@router.get("/{job_id}", response_model=JobOut, dependencies=[permission(Permission.read_records)])
def get_job(session: SessionDep, actor: ActorDep, job_id: RecordId) -> Any:
    """State and progress of one job."""
    return jobs.get_job(session, actor, job_id)


@router.post("/{job_id}/cancel", response_model=JobOut, dependencies=[permission(Permission.read_records)])
def cancel_job(session: SessionDep, actor: ActorDep, job_id: RecordId) -> Any:
    """Asks a job to stop; a running one stops at its next step, and nothing of it is kept."""
    return jobs.cancel_job(session, actor, job_id)
