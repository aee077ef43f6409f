"""调整设置: the same place, built differently (committee, seats, evaluated)."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Conflict, Invalid
from app.models.organisations import Category, Organisation
from app.schemas.organisations import RebuildIn
from app.services.organisations.operations.ground import open_placement
from app.services.organisations.operations.plan import BUILT, Placing, Plan, built_of


def plan_rebuild(session: Session, _actor: Actor, plan: Plan, request: RebuildIn) -> None:
    """Refuses a change that changes nothing, and an evaluated organisation of a level that never is."""
    organisation = plan.organisation
    before = open_placement(session, organisation, plan.day)
    built = {name: getattr(request, name) for name in BUILT}
    if built == built_of(before):
        raise Conflict("nothing_changes", f"“{organisation.name}”现在就是这样设置的。")
    if built["evaluated"] and organisation.category is Category.higher:
        raise Invalid("higher_not_evaluated", "县级及以上组织不参评。")
    parent = None if before.parent_id is None else session.get_one(Organisation, before.parent_id)
    plan.placings.append(Placing(organisation, parent, built, before, moved=False))
