"""An operation from its request to its result: planned as a whole, then shown, kept for its day, or carried out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.models.organisations import OperationKind, OperationState, Organisation, OrganisationOperation
from app.schemas.organisations import OperationIn
from app.scoring.metrics.view import kept
from app.services.journal import Change, write_down
from app.services.listing import find_organisation
from app.services.organisations.operations.carry_out import carry_out
from app.services.organisations.operations.dissolve import plan_dissolve
from app.services.organisations.operations.ground import refuse_published
from app.services.organisations.operations.merge import plan_merge
from app.services.organisations.operations.move import plan_move
from app.services.organisations.operations.plan import Plan
from app.services.organisations.operations.rebuild import plan_rebuild
from app.services.organisations.operations.sentences import sentences_of
from app.services.organisations.operations.split import plan_split
from app.services.organisations.operations.upgrade import plan_upgrade
from app.services.records import require_version

_VERBS: Mapping[OperationKind, Callable[[Session, Actor, Plan, Any], None]] = {
    OperationKind.move: plan_move,
    OperationKind.rebuild: plan_rebuild,
    OperationKind.merge: plan_merge,
    OperationKind.divide: plan_split,
    OperationKind.upgrade: plan_upgrade,
    OperationKind.dissolve: plan_dissolve,
}
MOST_WORDS = 1000


def operate(
    session: Session, actor: Actor, code: str, kind: OperationKind, request: OperationIn, version: int | None
) -> tuple[OrganisationOperation, Organisation]:
    """Carries the operation out, or keeps it for its day when that is in the future. Conflict or Invalid say why not."""
    organisation = _take(session, actor, code)
    require_version(organisation, version)
    plan = plan_operation(session, actor, organisation, kind, request)
    operation = OrganisationOperation(
        organisation_id=organisation.id, kind=kind, effective_on=request.effective_on, state=OperationState.planned,
        details=request.model_dump(mode="json"), recorded_by=actor.name,
    )  # fmt: skip
    if plan.day <= clock.today():
        finish(session, actor, operation, plan)
    session.add(operation)
    session.flush()
    write_down(session, actor, [Change(operation, "create", None, request.reason)])
    return operation, organisation


def finish(session: Session, actor: Actor, operation: OrganisationOperation, plan: Plan) -> None:
    """Does what was planned and says so in the operation."""
    operation.state, operation.outcome = OperationState.done, "".join(sentences_of(plan))[:MOST_WORDS]
    carry_out(session, actor, plan)


def preview_operation(session: Session, actor: Actor, code: str, kind: OperationKind, request: OperationIn) -> dict[str, list[str]]:
    """What the operation would do, or the refusal it would meet; nothing is written."""
    organisation = find_organisation(session, actor, code, Permission.operate_organisations)
    plan = plan_operation(session, actor, organisation, kind, request)
    waiting = session.scalars(
        select(OrganisationOperation.effective_on)
        .where(OrganisationOperation.organisation_id == organisation.id, OrganisationOperation.state == OperationState.planned)
        .order_by(OrganisationOperation.effective_on)
    )
    warnings = [*plan.warnings, *[f"“{organisation.name}”另有一项调整将于 {day} 生效" for day in waiting]]
    if plan.day > clock.today():
        warnings.append(f"生效日期在将来：届时（{plan.day}）自动办理，此前可以取消")
    return {"sentences": sentences_of(plan), "warnings": warnings}


def plan_operation(session: Session, actor: Actor, organisation: Organisation, kind: OperationKind, request: OperationIn) -> Plan:
    """The verb's plan, checked against published evaluations of everybody concerned."""
    plan = Plan(kind, organisation, request.effective_on, request.reason)
    with session.no_autoflush:
        _VERBS[kind](session, actor, plan, request)
        refuse_published(session, plan.concerned(), plan.day)
    return plan


def list_operations(session: Session, actor: Actor, code: str) -> list[dict[str, Any]]:
    """What was done and what is planned, latest first. An organisation sees few operations in its life: there are no pages."""
    organisation = find_organisation(session, actor, code)
    operation = OrganisationOperation
    found = session.scalars(
        select(operation)
        .where(operation.organisation_id == organisation.id, kept(operation))
        .order_by(operation.effective_on.desc(), operation.id.desc())
    )
    return [present_operation(each, organisation) for each in found]


def present_operation(operation: OrganisationOperation, organisation: Organisation) -> dict[str, Any]:
    plain = ("id", "kind", "effective_on", "state", "details", "outcome", "recorded_at", "recorded_by")
    labels = {"kind_label": operation.kind.label, "state_label": operation.state.label}
    return {name: getattr(operation, name) for name in plain} | labels | {"organisation": organisation.code}


def take_tree(session: Session, organisations: Sequence[Organisation]) -> None:
    """Locks the roots of the trees: two operations at once could otherwise each be right and together make a circle."""
    roots = {int(each.path.split("/")[1]) for each in organisations}
    session.execute(select(Organisation.id).where(Organisation.id.in_(roots)).order_by(Organisation.id).with_for_update())
    for each in organisations:
        session.refresh(each)


def _take(session: Session, actor: Actor, code: str) -> Organisation:
    organisation = find_organisation(session, actor, code, Permission.operate_organisations)
    take_tree(session, [organisation])
    return organisation
