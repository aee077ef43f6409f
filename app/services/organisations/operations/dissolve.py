"""撤销: an organisation ends without a successor."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Conflict, FieldError
from app.models.organisations import Organisation
from app.schemas.organisations import DissolveIn
from app.services.organisations.operations.ground import (
    children_of,
    gather_dated,
    name_organisations,
    open_placement,
    refuse_circle,
    require_there,
)
from app.services.organisations.operations.plan import Placing, Plan, built_of


def plan_dissolve(session: Session, actor: Actor, plan: Plan, request: DissolveIn) -> None:
    """Refuses to leave members or children behind without a destination."""
    leaving = plan.organisation
    plan.ended[leaving] = open_placement(session, leaving, plan.day)
    plan.heirs[leaving] = []
    plan.members_to = _destination(session, actor, plan, request.members_to, "members_to", "党员转入的组织")
    children = children_of(session, [leaving], plan.day)
    parent = _destination(session, actor, plan, request.children_to, "children_to", "下级组织转隶的组织")
    if children and parent is None:
        detail = f"“{leaving.name}”还有 {len(children)} 个下级组织，请指定它们转隶的组织。"
        raise Conflict("children_left", detail, [FieldError("children_to", "请指定下级组织的去向")])
    if parent is not None:
        refuse_circle(session, parent, [leaving], plan.day)
        plan.placings += [Placing(child, parent, built_of(before), before) for before, child in children]
    gather_dated(session, plan)
    if plan.memberships and plan.members_to is None:
        detail = f"“{leaving.name}”还有 {len(plan.memberships)} 名党员，请指定他们转入的组织。"
        raise Conflict("members_left", detail, [FieldError("members_to", "请指定党员的去向")])


def _destination(session: Session, actor: Actor, plan: Plan, code: str | None, field: str, role: str) -> Organisation | None:
    if code is None:
        return None
    found = name_organisations(session, actor, [code], field)[code]
    require_there(found, plan.day, role)
    if found is plan.organisation:
        raise Conflict("destination_dissolved", f"{role}不能是被撤销的“{found.name}”。", [FieldError(field, "不能是被撤销的组织")])
    plan.also.append(found)
    return found
