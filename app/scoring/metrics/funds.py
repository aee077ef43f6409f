"""Metrics of money and of rooms that are shared. Money is counted in whole cents, so that no database rounds it."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field
from sqlalchemy import BigInteger, ColumnElement, String, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from app.models.organisations import Category, Organisation
from app.models.resources import Fund, FundDirection, Venue, VenueUse
from app.scoring.metrics.dues import recurring
from app.scoring.metrics.items import NOTHING, at_most, earliest, half_up, items, one, place
from app.scoring.metrics.sources import Owners, evaluated, inside, members, own_trees, while_evaluated
from app.scoring.metrics.view import Column, Rows, View, covers, kept
from app.scoring.outcome import ONE, QUARTER
from app.scoring.registry import Parameters, metric

_CENT = ONE // 100

_MEANT = {
    "village": (Category.village,),
    "community": (Category.community,),
    "agency": (Category.agency,),
    "new": (Category.new_economic, Category.new_social),
    "township": (Category.township,),
}
"""The categories of organisations behind those a scheme gives points to."""


class Guaranteed(Parameters):
    """Parameters of `funds_guaranteed`."""

    yuan_per_member: int = Field(200, title="每名党员每年的经费(元)", ge=1, le=100_000)


class Tilted(Parameters):
    """Parameters of `funds_tilted`."""

    categories: tuple[Literal["village", "community", "agency", "new", "township"], ...] = Field(
        ("village", "new"), title="应倾斜的组织类别", min_length=1
    )


@metric("党建经费保障", parameters=Guaranteed)
def funds_guaranteed(view: View, parameters: Guaranteed) -> Rows:
    """考评单位本级及下级组织(下级考评单位除外)在考评期内入账的收入和上级下拨经费，与应有经费之比，超出的不重复计分。应有经费按每名党员每年200元，依考评期长短和已过天数折算。

    依据条款 5.2.2。
    """
    owner, tree = evaluated(view), own_trees(view)
    person = members(inside(view, tree)).subquery("person")
    strength = (
        select(tree.c.owner_id, func.count().label("people"))
        .join(person, person.c.organisation_id == tree.c.organisation_id)
        .group_by(tree.c.owner_id)
        .subquery("strength")
    )
    receiver = case((Fund.direction == FundDirection.allocated, Fund.to_organisation_id), else_=Fund.organisation_id)
    received = (
        select(
            tree.c.owner_id,
            cast(func.sum(_cents(Fund.amount)), BigInteger).label("cents"),
            earliest(place(Fund.booked_on, Fund.id)).label("record_id"),
        )
        .join(Fund, receiver == tree.c.organisation_id)
        .where(Fund.direction != FundDirection.outgo, view.within(Fund.booked_on), kept(Fund))
        .group_by(tree.c.owner_id)
        .subquery("received")
    )
    period = view.period
    each_person = Fraction(parameters.yuan_per_member * ONE * period.months * period.elapsed, 12 * period.days)
    due = half_up(strength.c.people * literal(each_person.numerator, BigInteger), literal(each_person.denominator, BigInteger))
    return (
        items(
            "fund",
            organisation_id=owner.c.organisation_id,
            record_id=received.c.record_id,
            label=literal("党建经费", String),
            numerator=at_most(func.coalesce(received.c.cents, NOTHING) * _CENT, due),
            denominator=due,
            mendable=True,
        )
        .select_from(owner)
        .join(strength, strength.c.owner_id == owner.c.organisation_id)
        .outerjoin(received, received.c.owner_id == owner.c.organisation_id)
    )


@metric("经费向农村和两新倾斜", parameters=Tilted)
def funds_tilted(view: View, parameters: Tilted) -> Rows:
    """乡镇(街道)党组织在考评期内下拨的经费中，拨给村和两新组织的金额所占比例。每笔下拨算一项，按金额计。

    依据条款 5.2.2。
    """
    giver, receiver = aliased(Organisation), aliased(Organisation)
    favoured = [category for each in parameters.categories for category in _MEANT[each]]
    amount = _cents(Fund.amount) * _CENT
    return (
        items(
            "fund",
            organisation_id=Fund.organisation_id,
            record_id=Fund.id,
            label=receiver.name,
            numerator=case((receiver.category.in_(favoured), amount), else_=NOTHING),
            denominator=amount,
        )
        .select_from(Fund)
        .join(giver, giver.id == Fund.organisation_id)
        .join(receiver, receiver.id == Fund.to_organisation_id)
        .where(
            giver.category == Category.township,
            Fund.direction == FundDirection.allocated,
            view.within(Fund.booked_on),
            kept(Fund),
            view.sees(Fund.organisation_id),
        )
    )


@metric("阵地资源开放共享")
def venues_shared(view: View, parameters: Parameters) -> Rows:
    """有活动阵地的考评单位，每季度至少有一次供本单位以外的党组织使用。每个单位每季度算一项，季初和季末都有阵地的才算应开放；下级组织(下级考评单位除外)的阵地算在本单位。

    依据条款 5.2.3。
    """
    tree, owning = own_trees(view, departed=True), while_evaluated(view)
    home = tree.alias("home")
    rows = owning.rows.join(tree, tree.c.owner_id == Organisation.id).join(Venue, Venue.organisation_id == tree.c.organisation_id)
    owners = Owners(
        rows.where(kept(Venue)),
        lambda day: and_(owning.exists(day), func.max(one(covers(Venue.valid_from, Venue.valid_to, day))) == 1),
    )
    used = (
        select(tree.c.owner_id, VenueUse.id.label("record_id"), VenueUse.used_on.label("occurred_on"))
        .select_from(VenueUse)
        .join(Venue, Venue.id == VenueUse.venue_id)
        .join(tree, tree.c.organisation_id == Venue.organisation_id)
        .outerjoin(home, and_(home.c.owner_id == tree.c.owner_id, home.c.organisation_id == VenueUse.organisation_id))
        .where(home.c.owner_id.is_(None), view.within(VenueUse.used_on), kept(VenueUse, Venue))
    )
    return recurring(view, QUARTER, owners, used, metric="venues_shared", kind="venue_use")


def _cents(amount: Column) -> ColumnElement[int]:
    """An amount of yuan in cents; rounded first, since one database keeps the fraction in binary."""
    return cast(func.round(amount * 100), BigInteger)
