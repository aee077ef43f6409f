"""Operations whose day lies in the future: carried out by the daily job or the command line, or cancelled before."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, belongs
from app.db import Database
from app.errors import AppError, Conflict, NotFound
from app.models.organisations import OperationState, Organisation, OrganisationOperation
from app.schemas.organisations import OPERATIONS
from app.services.journal import Change, snapshot, write_down
from app.services.organisations.operations.operate import finish, plan_operation, take_tree
from app.services.records import raise_version


def carry_out_due(database: Database, actor: Actor, today: date) -> list[int]:
    """Carries out what is planned up to today, oldest first, each in a transaction of its own; the ids of those looked at.

    One that has become impossible is marked as failed with the sentence that says why, and holds up no other.
    """
    operation = OrganisationOperation
    with database.read() as session:
        due = session.scalars(
            select(operation.id)
            .where(operation.state == OperationState.planned, operation.effective_on <= today)
            .order_by(operation.effective_on, operation.id)
        ).all()
    for operation_id in due:
        try:
            with database.write() as session:
                _carry_out_one(session, actor, operation_id)
        except AppError as error:
            with database.write() as session:
                _mark(session, actor, _locked(session, operation_id), OperationState.failed, error.detail)
    return list(due)


def cancel_operation(session: Session, actor: Actor, operation_id: int, reason: str) -> tuple[OrganisationOperation, Organisation]:
    """Cancels a planned operation. Conflict once it was carried out."""
    seen = belongs(actor, Permission.operate_organisations, OrganisationOperation.organisation_id)
    if session.scalar(select(OrganisationOperation.id).where(OrganisationOperation.id == operation_id, seen)) is None:
        raise NotFound("operation_not_found", f"没有找到编号为 {operation_id} 的组织调整。")
    operation = _locked(session, operation_id)
    if operation.state is not OperationState.planned:
        raise Conflict("operation_not_planned", f"这项调整{operation.state.label}，不能取消。")
    _mark(session, actor, operation, OperationState.cancelled, reason)
    return operation, session.get_one(Organisation, operation.organisation_id)


def _carry_out_one(session: Session, actor: Actor, operation_id: int) -> None:
    operation = _locked(session, operation_id)
    if operation.state is not OperationState.planned:
        return  # cancelled or carried out by somebody else since the list was made
    organisation = session.get_one(Organisation, operation.organisation_id)
    take_tree(session, [organisation])
    request = OPERATIONS[operation.kind].model_validate(operation.details)
    plan = plan_operation(session, actor, organisation, operation.kind, request)
    before = snapshot(operation)
    finish(session, actor, operation, plan)
    raise_version(operation)
    session.flush()
    write_down(session, actor, [Change(operation, "carry_out", before, request.reason)])


def _mark(session: Session, actor: Actor, operation: OrganisationOperation, state: OperationState, outcome: str) -> None:
    before = snapshot(operation)
    operation.state, operation.outcome = state, outcome
    raise_version(operation)
    session.flush()
    write_down(session, actor, [Change(operation, state.value, before, outcome)])


def _locked(session: Session, operation_id: int) -> OrganisationOperation:
    return session.scalars(select(OrganisationOperation).where(OrganisationOperation.id == operation_id).with_for_update()).one()
