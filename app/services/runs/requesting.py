"""Asking for a run, finding runs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, belongs, require
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models.evaluations import Run, RunStatus
from app.models.journal import Job
from app.models.organisations import Category, Organisation
from app.schemas.evaluations import RunIn
from app.scoring.outcome import Period
from app.services import jobs
from app.services.journal import Change, write_down
from app.services.listing import beyond, decode_cursor, encode_cursor, find_organisation
from app.services.schemes import get_version

KIND = "run"


def request_run(session: Session, actor: Actor, data: RunIn) -> tuple[Run, Job]:
    """A run in draft and the job that will compute it, in one transaction."""
    run = create_run(session, actor, data)
    return run, jobs.request_job(session, actor, KIND, run.organisation_id, {"run": run.id})


def create_run(session: Session, actor: Actor, data: RunIn) -> Run:
    """A run in draft. Invalid when the period is not whole months or the day of evaluation lies in the future or before it."""
    require(actor, Permission.run_evaluations)
    root = find_organisation(session, actor, data.root, Permission.run_evaluations)
    as_of = data.as_of or min(clock.today(), data.period.end)
    if as_of > clock.today():
        raise Invalid("as_of_future", "数据截止日不能晚于今天。", [FieldError("as_of", "不能晚于今天")])
    period = Period(data.period.start, data.period.end, as_of)
    version = get_version(session, data.scheme, data.scheme_version)
    _require_root(root, period)
    run = Run(
        organisation_id=root.id, scheme_version_id=version.id, period_start=period.start, period_end=period.end,
        as_of=period.as_of, status=RunStatus.draft, recorded_by=actor.name,
    )  # fmt: skip
    session.add(run)
    session.flush()
    write_down(session, actor, [Change(run, "create", None)])
    return run


def _require_root(root: Organisation, period: Period) -> None:
    if root.established_on > period.until or (root.dissolved_on is not None and root.dissolved_on <= period.until):
        raise Conflict("root_not_existing", f"{root.name} 在 {period.until} 不存在，不能作为评价范围。")


def get_run(session: Session, actor: Actor, run_id: int, *, lock: bool = False) -> Run:
    """The run, if its root is in the actor's reach."""
    query = select(Run).where(Run.id == run_id, belongs(actor, Permission.read_results, Run.organisation_id))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("run_not_found", f"没有找到编号为 {run_id} 的评价。")
    return found


def get_computed_run(session: Session, actor: Actor, run_id: int) -> Run:
    """A run that has results; Conflict while it is still being computed."""
    run = get_run(session, actor, run_id)
    if run.status in {RunStatus.draft, RunStatus.computing}:
        raise Conflict("run_not_computed", "这次评价尚未计算完成。")
    return run


def list_runs(session: Session, actor: Actor, *, root: str | None, limit: int, cursor: str | None) -> tuple[Sequence[Run], str | None]:
    """Newest first."""
    query = select(Run).where(belongs(actor, Permission.read_results, Run.organisation_id), Run.withdrawn_at.is_(None))
    if root is not None:
        query = query.where(Run.organisation_id == find_organisation(session, actor, root).id)
    if cursor is not None:
        after, last_id = decode_cursor(cursor, "-id", Run.id)
        query = query.where(beyond(Run.id, Run.id, after, last_id, descending=True))
    found = session.scalars(query.order_by(Run.id.desc()).limit(limit + 1)).all()
    page = found[:limit]
    return page, encode_cursor("-id", page[-1].id, page[-1].id) if len(found) > limit else None


def default_run(session: Session, actor: Actor) -> int | None:
    """The run a page opens with: the newest one that gave ranks, of the widest root (county before township)."""
    rows: Any = session.execute(
        select(Run.id, Run.period_end, Organisation.category, Run.manifest)
        .join(Organisation, Organisation.id == Run.organisation_id)
        .where(
            belongs(actor, Permission.read_results, Run.organisation_id),
            Run.status.not_in([RunStatus.draft, RunStatus.computing, RunStatus.superseded]),
            Run.withdrawn_at.is_(None),
        )
        .order_by(Run.id.desc())
        .limit(50)
    ).all()
    ranked = [row for row in rows if row.manifest.get("ranked")]
    best = max(ranked, key=lambda row: (row.category is Category.higher, row.period_end, row.id), default=None)
    return None if best is None else int(best.id)
