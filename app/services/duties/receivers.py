"""Who is meant when an organisation addresses those below it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, visible
from app.errors import Conflict, FieldError, Invalid
from app.models.organisations import Organisation, OrganisationPlacement
from app.services.organisations.placements import below_on, stands


def receivers(session: Session, actor: Actor, root_id: int, day: date, codes: Sequence[str] = ()) -> dict[int, str]:
    """Id → code of those below the root on a day: the named ones, or all that are evaluated.

    Invalid when a named one is not below, Conflict when nobody is.
    """
    below = below_on(root_id, day)
    statement = (
        select(Organisation.id, Organisation.code)
        .join(OrganisationPlacement, OrganisationPlacement.organisation_id == Organisation.id)
        .where(
            stands(day), or_(Organisation.dissolved_on.is_(None), Organisation.dissolved_on > day),
            Organisation.id.in_(select(below.c.organisation_id)), Organisation.id != root_id,
            Organisation.withdrawn_at.is_(None), visible(actor, Permission.write_records),
        )
        .order_by(Organisation.id)
    )  # fmt: skip
    chosen = Organisation.code.in_(set(codes)) if codes else OrganisationPlacement.evaluated
    found = dict(session.execute(statement.where(chosen)).all())
    strangers = set(codes) - set(found.values())
    if strangers:
        first = min(strangers)
        raise Invalid("not_below", f"{first} 在 {day} 不是下级组织。", [FieldError("organisations", f"{first} 不是下级组织")])
    if not found:
        raise Conflict("nobody_below", f"{day} 没有参评的下级组织。")
    return found
