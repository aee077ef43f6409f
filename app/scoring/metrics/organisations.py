"""Metrics of how organisations are built."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import and_, func, not_, or_, select, true

from app.models.organisations import Form, Organisation
from app.scoring.metrics.items import WHOLE, items, whole
from app.scoring.metrics.sources import below, full_members, inside
from app.scoring.metrics.view import Rows, View, kept, lives
from app.scoring.registry import Parameters, metric

Size = tuple[int, int | None]


class Sizes(Parameters):
    """Least and most full members of each form; no upper end where it is None."""

    branch: Size = Field((3, 50), title="党支部人数范围")
    joint_branch: Size = Field((3, 50), title="联合党支部人数范围")
    general_branch: Size = Field((50, 99), title="党总支人数范围")
    committee: Size = Field((100, None), title="党委人数范围")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for form in Form:
            least, most = getattr(self, form)
            if least < 0 or (most is not None and most < least):
                raise ValueError(f"{form.label}的人数范围应从小到大")
        return self


class FormFitsSize(Parameters):
    """Parameters of `form_fits_size`."""

    sizes: Sizes = Field(Sizes(), title="各种形式的正式党员人数范围")


@metric("组织设置规范", parameters=FormFitsSize)
def form_fits_size(view: View, parameters: FormFitsSize) -> Rows:
    """每个党组织的形式应与正式党员人数相符：党支部、联合党支部3至50人，党总支50至99人，党委100人以上。人数含下级组织和免予参加组织生活的党员；经上级批复保持现状的也算相符。

    依据条款 2.1.1。
    """
    subtree = below(view, lives(Organisation, view.until))
    people = full_members(inside(view, subtree), with_exempt=True).subquery("people")
    strength = select(people.c.organisation_id, func.count().label("people")).group_by(people.c.organisation_id).subquery("strength")
    total = (
        select(subtree.c.owner_id, func.sum(strength.c.people).label("people"))
        .join(strength, strength.c.organisation_id == subtree.c.organisation_id)
        .group_by(subtree.c.owner_id)
        .subquery("total")
    )
    count = func.coalesce(total.c.people, 0)
    fits = [
        and_(Organisation.form == form, count >= least, true() if most is None else count <= most)
        for form in Form
        for least, most in [getattr(parameters.sizes, form)]
    ]
    approved = and_(Organisation.form_deviation_approval.is_not(None), not_(Organisation.form_deviation_approval == ""))
    return (
        items(
            "organisation",
            organisation_id=Organisation.id,
            record_id=Organisation.id,
            label=Organisation.name,
            numerator=whole(or_(approved, *fits)),
            denominator=WHOLE,
            mendable=True,
        )
        .select_from(Organisation)
        .outerjoin(total, total.c.owner_id == Organisation.id)
        .where(lives(Organisation, view.until), kept(Organisation), view.sees(Organisation.id))
    )
