"""Metrics of rooms and of support for activities: one item per evaluated organisation, which looks at its own tree."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import CTE, ColumnElement, String, and_, case, func, literal, select, union_all

from app.models.organisations import Organisation
from app.models.resources import Fund, FundDirection, FundSource, Venue, VenueKind, VenueUse
from app.scoring.metrics.items import NOTHING, WHOLE, earliest, items, of_kinds, one, part, place, told_apart
from app.scoring.metrics.sources import NEW, evaluated, own_trees
from app.scoring.metrics.view import Condition, Rows, View, covers, kept
from app.scoring.registry import Parameters, metric


class VenuesReady(Parameters):
    """Parameters of `venues_ready`."""

    activity_room: float = Field(0.5, title="活动室所占比例", ge=0, le=1)
    distance_site: float = Field(0.5, title="远程教育站点所占比例", ge=0, le=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _add_up(self.activity_room, self.distance_site)
        return self


class ActivitySupport(Parameters):
    """Parameters of `activity_support`."""

    funds: float = Field(0.5, title="活动经费所占比例", ge=0, le=1)
    place: float = Field(0.5, title="活动场所所占比例", ge=0, le=1)
    sources: tuple[FundSource, ...] = Field((FundSource.owner, FundSource.fiscal), title="算作经费支持的收入来源", min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _add_up(self.funds, self.place)
        return self


@metric("活动阵地与远程教育站点", parameters=VenuesReady)
def venues_ready(view: View, parameters: VenuesReady) -> Rows:
    """需要阵地的考评单位，有达标的党员活动室得一半，有达标的远程教育站点得一半。本单位及下级自有的，或者考评期内使用过的开放共享阵地，都算；每个单位算一项。

    依据条款 1.1.2。
    """
    owner, usable = evaluated(view), _usable(view).subquery("usable").c
    found = (
        select(
            usable.owner_id,
            earliest(place(usable.valid_from, usable.venue_id)).label("record_id"),
            func.max(one(usable.kind == VenueKind.activity_room)).label("room"),
            func.max(one(usable.kind == VenueKind.distance_site)).label("site"),
        )
        .group_by(usable.owner_id)
        .subquery("found")
    )
    return (
        items(
            "venue",
            organisation_id=owner.c.organisation_id,
            record_id=found.c.record_id,
            label=literal("活动阵地", String),
            numerator=_share(found.c.room == 1, parameters.activity_room) + _share(found.c.site == 1, parameters.distance_site),
            denominator=WHOLE,
            mendable=True,
        )
        .select_from(owner)
        .join(Organisation, Organisation.id == owner.c.organisation_id)
        .outerjoin(found, found.c.owner_id == owner.c.organisation_id)
        .where(Organisation.needs_venue)
    )


@metric("活动经费与场所支持", parameters=ActivitySupport)
def activity_support(view: View, parameters: ActivitySupport) -> Rows:
    """考评的两新组织，考评期内有上级下拨的经费，或有业主资助、财政拨付的收入，得一半；有自己的活动室，或考评期内使用过阵地，再得一半。本单位及下级合并计算，每个单位算一项。

    依据条款 3.2。
    """
    owner, tree = evaluated(view, NEW), own_trees(view, NEW)
    proofs = {"fund": _funded(view, tree, parameters.sources), "venue": _own_rooms(view, tree), "venue_use": _used(view, tree)}
    proof = of_kinds(proofs)
    found = (
        select(
            proof.c.owner_id,
            earliest(proof.c.place).label("record"),
            func.max(one(proof.c.n == 0)).label("funds"),
            func.max(one(proof.c.n > 0)).label("place"),
        )
        .group_by(proof.c.owner_id)
        .subquery("found")
    )
    kind, record_id = told_apart(found.c.record, list(proofs))
    return items(
        kind,
        organisation_id=owner.c.organisation_id,
        record_id=record_id,
        label=literal("活动经费与场所", String),
        numerator=_share(found.c.funds == 1, parameters.funds) + _share(found.c.place == 1, parameters.place),
        denominator=WHOLE,
        mendable=True,
    ).select_from(owner.outerjoin(found, found.c.owner_id == owner.c.organisation_id))


def _usable(view: View) -> Rows:
    """Venues up to standard that an own tree has, or that are shared and it used in the window: owner_id, venue_id, kind, valid_from."""
    tree = own_trees(view)
    columns = (tree.c.owner_id, Venue.id.label("venue_id"), Venue.kind, Venue.valid_from)
    own = select(*columns).join(Venue, Venue.organisation_id == tree.c.organisation_id)
    shared = (
        select(*columns)
        .join(VenueUse, VenueUse.organisation_id == tree.c.organisation_id)
        .join(Venue, Venue.id == VenueUse.venue_id)
        .where(Venue.shared, view.within(VenueUse.used_on), kept(VenueUse))
    )
    wanted = Venue.kind.in_((VenueKind.activity_room, VenueKind.distance_site))
    ready = and_(wanted, Venue.meets_standard, covers(Venue.valid_from, Venue.valid_to, view.until), kept(Venue))
    return select(union_all(own.where(ready), shared.where(ready)).subquery("either"))


def _funded(view: View, tree: CTE, sources: tuple[FundSource, ...]) -> Rows:
    """Money that reached an own tree in the window: allocated to it, or taken in by itself from some sources."""
    columns = (tree.c.owner_id, Fund.id.label("record_id"), Fund.booked_on.label("occurred_on"))
    allocated = (
        select(*columns).join(Fund, Fund.to_organisation_id == tree.c.organisation_id).where(Fund.direction == FundDirection.allocated)
    )
    income = (
        select(*columns)
        .join(Fund, Fund.organisation_id == tree.c.organisation_id)
        .where(Fund.direction == FundDirection.income, Fund.fund_source.in_(sources))
    )
    booked = and_(view.within(Fund.booked_on), kept(Fund))
    return select(union_all(allocated.where(booked), income.where(booked)).subquery("money"))


def _own_rooms(view: View, tree: CTE) -> Rows:
    """Activity rooms that an own tree has on D."""
    return (
        select(tree.c.owner_id, Venue.id.label("record_id"), Venue.valid_from.label("occurred_on"))
        .join(Venue, Venue.organisation_id == tree.c.organisation_id)
        .where(Venue.kind == VenueKind.activity_room, covers(Venue.valid_from, Venue.valid_to, view.until), kept(Venue))
    )


def _used(view: View, tree: CTE) -> Rows:
    """Uses of any venue by an own tree in the window."""
    return (
        select(tree.c.owner_id, VenueUse.id.label("record_id"), VenueUse.used_on.label("occurred_on"))
        .join(VenueUse, VenueUse.organisation_id == tree.c.organisation_id)
        .where(view.within(VenueUse.used_on), kept(VenueUse))
    )


def _share(condition: Condition, share: float) -> ColumnElement[int]:
    return case((condition, part(share)), else_=NOTHING)


def _add_up(*shares: float) -> None:
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError("各项所占比例之和应为1")
