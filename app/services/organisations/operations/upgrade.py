"""升格: an organisation continues as one of another form or category; of the same ones, under another name and code (更名)."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.models.organisations import LineageKind
from app.schemas.organisations import UpgradeIn
from app.services.organisations.operations.plan import Plan
from app.services.organisations.operations.succession import found_successors, succeed


def plan_upgrade(session: Session, _actor: Actor, plan: Plan, request: UpgradeIn) -> None:
    """One successor, which is the principal one."""
    leaving = plan.organisation
    heirs = found_successors(session, plan, [request.into], [leaving])
    same = (heirs[0].form, heirs[0].category) == (leaving.form, leaving.category)
    succeed(session, plan, LineageKind.rename if same else LineageKind.upgrade, [leaving], heirs)
