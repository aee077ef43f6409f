"""Long work as durable rows: asked for in the caller's transaction, claimed with a lease, watched, cancelled."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, belongs
from app.errors import AppError, Conflict, NotFound
from app.models.journal import Job, JobState

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
_FINAL = (JobState.done, JobState.failed, JobState.cancelled)


class Cancelled(AppError):
    """Raised inside a job when somebody asked it to stop."""

    status = 409
    title = "已取消"

    def __init__(self) -> None:
        super().__init__("job_cancelled", "任务已取消。")


def request_job(session: Session, actor: Actor, kind: str, organisation_id: int | None, request: Mapping[str, Any]) -> Job:
    """Queues work in this transaction: it is asked for exactly when the caller's change is kept."""
    job = Job(
        kind=kind, organisation_id=organisation_id, request=dict(request), state=JobState.queued,
        requested_by=actor.name, requested_at=clock.now(),
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def get_job(session: Session, actor: Actor, job_id: int) -> Job:
    """The job, if its organisation is in the actor's reach."""
    found = session.scalar(select(Job).where(Job.id == job_id, belongs(actor, Permission.read_records, Job.organisation_id)))
    if found is None:
        raise NotFound("job_not_found", f"没有找到编号为 {job_id} 的任务。")
    return found


def find_job(session: Session, kind: str, key: str, value: object) -> Job | None:
    """The latest job of a kind whose request names this value."""
    return session.scalar(select(Job).where(Job.kind == kind, Job.request[key].as_integer() == value).order_by(Job.id.desc()).limit(1))


def cancel_job(session: Session, actor: Actor, job_id: int) -> Job:
    """Asks a job to stop: at once when it still waits, at its next report of progress when it runs."""
    job = get_job(session, actor, job_id)
    if job.state in _FINAL:
        raise Conflict("job_finished", f"任务{job.state.label}，不能再取消。")
    job.cancel_requested = True
    if job.state is JobState.queued:
        job.state, job.finished_at = JobState.cancelled, clock.now()
    session.flush()
    return job


def claim_job(session: Session, holder: str) -> Job | None:
    """The oldest job that waits or whose holder's lease has ended; several workers never get the same one."""
    now = clock.now()
    free = or_(Job.state == JobState.queued, and_(Job.state == JobState.running, Job.lease_until < now))
    job = session.scalar(select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True))
    if job is None:
        return None
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:
        job.state, job.finished_at, job.error = JobState.failed, now, "多次中断，不再重试。"
        session.flush()
        return None
    job.state, job.lease_holder, job.lease_until = JobState.running, holder, now + LEASE
    job.started_at, job.progress, job.progress_total = now, 0, 0
    session.flush()
    return job


def report_progress(session: Session, job_id: int, holder: str, done: int, total: int, text: str) -> None:
    """Shows progress and renews the lease. Cancelled when asked to stop; Conflict when the lease went to somebody else."""
    kept = and_(Job.id == job_id, Job.lease_holder == holder, Job.state == JobState.running)
    row = session.execute(
        update(Job)
        .where(kept)
        .values(progress=done, progress_total=total, progress_text=text, lease_until=clock.now() + LEASE)
        .returning(Job.cancel_requested)
    ).first()
    if row is None:
        raise Conflict("lease_lost", "任务已由另一个进程接手。")
    if row.cancel_requested:
        raise Cancelled


def finish_job(
    session: Session, job_id: int, state: JobState, *, outcome: Mapping[str, Any] | None = None, error: str | None = None
) -> None:
    """Ends a job; an ended one is left as it is."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.not_in(_FINAL))
        .values(state=state, finished_at=clock.now(), outcome=None if outcome is None else dict(outcome), error=error, lease_until=None)
    )
    if state is JobState.done:
        session.execute(update(Job).where(Job.id == job_id, Job.state == JobState.done).values(progress=Job.progress_total))
