"""拆分: new organisations take the place of one."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import FieldError, Invalid
from app.models.organisations import LineageKind
from app.schemas.organisations import SplitIn
from app.services.organisations.operations.plan import Plan
from app.services.organisations.operations.succession import found_successors, succeed


def plan_split(session: Session, _actor: Actor, plan: Plan, request: SplitIn) -> None:
    """Refuses a destination for somebody who is not a member of the organisation on the day."""
    wanted = sorted(request.into, key=lambda each: not each.principal)
    heirs = found_successors(session, plan, wanted, [plan.organisation])
    by_code = {each.code: each for each in heirs}
    plan.chosen = {member: by_code[code] for code, members in request.members.items() for member in members}
    succeed(session, plan, LineageKind.divide, [plan.organisation], heirs)
    strangers = plan.chosen.keys() - {member.id for _, member in plan.memberships}
    if strangers:
        numbers = "、".join(str(each) for each in sorted(strangers))
        raise Invalid(
            "not_a_member", f"编号为 {numbers} 的党员当日不在“{plan.organisation.name}”。", [FieldError("members", "有不属于本组织的党员")]
        )
