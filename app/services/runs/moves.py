"""The life of a run as data: which state leads to which, who may move it, whether a reason is needed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, require
from app.errors import Conflict, FieldError, Invalid
from app.models.evaluations import Run, RunMove, RunStatus
from app.models.organisations import Organisation
from app.services.journal import Change, snapshot, write_down
from app.services.runs import freezing
from app.services.runs.requesting import get_run


@dataclass(frozen=True, slots=True)
class Move:
    before: RunStatus
    after: RunStatus
    name: str
    """Word for `may`, and for the button."""
    permission: Permission = Permission.run_evaluations
    needs_reason: bool = False


MOVES = (
    Move(RunStatus.computed, RunStatus.self_review, "start_self_review"),
    Move(RunStatus.self_review, RunStatus.review, "submit_for_review"),
    Move(RunStatus.review, RunStatus.self_review, "send_back", needs_reason=True),
    Move(RunStatus.review, RunStatus.published, "publish"),
    Move(RunStatus.published, RunStatus.superseded, "supersede", needs_reason=True),
)


def moves_of(session: Session, actor: Actor, run: Run) -> list[str]:
    """Names of the moves the actor may make now."""
    path = session.get_one(Organisation, run.organisation_id).path
    return [move.name for move in MOVES if move.before is run.status and actor.may(move.permission, path)]


def move_run(session: Session, actor: Actor, run_id: int, to: RunStatus, reason: str | None = None) -> Run:
    """Moves a run on. Conflict when the table has no such move, or publication would rest on missing parts."""
    run = get_run(session, actor, run_id, lock=True)
    move = next((each for each in MOVES if each.before is run.status and each.after is to), None)
    if move is None:
        raise Conflict("run_move_not_allowed", f"“{run.status.label}”的评价不能变为“{to.label}”。")
    require(actor, move.permission, session.get_one(Organisation, run.organisation_id).path)
    if move.needs_reason and not reason:
        raise Invalid("reason_required", "这一步须写明原因。", [FieldError("reason", "请填写原因")])
    if to is RunStatus.published:
        _require_publishable(run, reason)
    before = snapshot(run)
    if to is RunStatus.published:
        freezing.freeze(session, run)
        run.published_at = clock.now()
    change_status(session, actor, run, to, reason)
    write_down(session, actor, [Change(run, "move", before, reason)])
    return run


def change_status(session: Session, actor: Actor, run: Run, to: RunStatus, reason: str | None = None) -> None:
    """Sets the state and appends to the history."""
    session.add(RunMove(run_id=run.id, before=run.status, after=to, at=clock.now(), by=actor.name, reason=reason))
    run.status, run.version, run.updated_at = to, run.version + 1, clock.now()
    session.flush()


def _require_publishable(run: Run, reason: str | None) -> None:
    missing = run.manifest.get("not_built")
    if missing:
        raise Conflict("run_not_built", f"方案中有 {len(missing)} 项指标尚未实现（{'、'.join(missing[:8])} 等），这样的评价不能公布。")  # type: ignore[arg-type,index]  # a list in JSON
    low = run.manifest.get("low_coverage")
    if low and not reason:
        raise Conflict("coverage_reason_required", f"有 {low} 个组织数据完整度不足，公布须写明原因。", [FieldError("reason", "请填写原因")])


def history(session: Session, run: Run) -> list[RunMove]:
    """All moves of a run, oldest first."""
    return list(session.scalars(select(RunMove).where(RunMove.run_id == run.id).order_by(RunMove.id)))
