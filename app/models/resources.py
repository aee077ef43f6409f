"""阵地经费: venues and their use, funds."""

from datetime import date, time
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, Money, OrganisationRecord, choice


class VenueKind(Labelled):
    activity_room = "activity_room", "党员活动室"
    distance_site = "distance_site", "远程教育站点"
    service_centre = "service_centre", "党群服务中心"


class FundSource(Labelled):
    fiscal = "fiscal", "财政"
    dues = "dues", "党费"
    own = "own", "自筹"
    owner = "owner", "业主资助"


class FundDirection(Labelled):
    income = "in", "收入"
    outgo = "out", "支出"
    allocated = "allocated", "下拨"


class Venue(OrganisationRecord):
    __tablename__ = "venue"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[VenueKind] = mapped_column(choice(VenueKind))
    area: Mapped[int | None]
    """Square metres."""
    meets_standard: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=False)
    open_hours: Mapped[str | None] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class VenueUse(OrganisationRecord):
    """A booking; owner is the organisation that uses the room. Times of day in Asia/Shanghai."""

    __tablename__ = "venue_use"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    used_on: Mapped[date]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))

    __table_args__ = (
        Index("ix_venue_use_day", "venue_id", "used_on"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )


class Fund(OrganisationRecord):
    """A sum of money in yuan: taken in, spent, or allocated to another organisation."""

    __tablename__ = "fund"

    year: Mapped[int]
    fund_source: Mapped[FundSource] = mapped_column(choice(FundSource))
    direction: Mapped[FundDirection] = mapped_column(choice(FundDirection))
    to_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    booked_on: Mapped[date] = mapped_column(index=True)
    purpose: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(direction = 'allocated') = (to_organisation_id IS NOT NULL)", name="allocated"),
    )
