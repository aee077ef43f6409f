"""调整隶属: an organisation with everything below it goes under another parent."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Conflict
from app.schemas.organisations import MoveIn
from app.services.organisations.operations.ground import name_organisations, open_placement, refuse_circle, require_there
from app.services.organisations.operations.plan import Placing, Plan, built_of


def plan_move(session: Session, actor: Actor, plan: Plan, request: MoveIn) -> None:
    """Refuses a parent that is not there, is the same, or lies below."""
    organisation = plan.organisation
    before = open_placement(session, organisation, plan.day)
    parent = name_organisations(session, actor, [request.parent], "parent")[request.parent]
    if parent.id == before.parent_id:
        raise Conflict("nothing_changes", f"“{organisation.name}”已经隶属于“{parent.name}”。")
    require_there(parent, plan.day, "上级组织")
    refuse_circle(session, parent, [organisation], plan.day)
    plan.placings.append(Placing(organisation, parent, built_of(before), before))
