"""结对共建: pairings with two sides, one ledger for both, reports."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, Money, OrganisationRecord, choice, where_kept


class EntryKind(Labelled):
    activity = "activity", "共建活动"
    study = "study", "联合学习"
    project = "project", "帮扶项目"
    donation = "donation", "捐资捐物"
    volunteering = "volunteering", "志愿服务"


class PairingSide(Labelled):
    a = "a", "甲方"
    b = "b", "乙方"


class Pairing(OrganisationRecord):
    """Two organisations of any category; owner is side A."""

    __tablename__ = "pairing"

    partner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Side B."""
    agreed_on: Mapped[date | None]
    plan: Mapped[str | None] = mapped_column(String(2000))
    in_goals_a: Mapped[bool] = mapped_column(default=False)
    in_goals_b: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("partner_id <> organisation_id", name="two_sides"),)


class PairingEntry(OrganisationRecord):
    """台账: entered by one side (its owner), confirmed by the other, counts for both."""

    __tablename__ = "pairing_entry"

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"))
    entered_side: Mapped[PairingSide] = mapped_column(choice(PairingSide))
    happened_on: Mapped[date]
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind))
    content: Mapped[str] = mapped_column(String(2000))
    participants: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    result: Mapped[str | None] = mapped_column(String(1000))
    has_attachment: Mapped[bool] = mapped_column(default=False)
    """Kept with the attachments."""
    confirmed_on: Mapped[date | None]

    __table_args__ = (Index("ix_pairing_entry_day", "pairing_id", "happened_on"),)


class PairingLeader(OrganisationRecord):
    """A leading member who took part in an entry."""

    __tablename__ = "pairing_leader"

    pairing_entry_id: Mapped[int] = mapped_column(ForeignKey("pairing_entry.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)

    __table_args__ = (Index("uq_pairing_leader", "pairing_entry_id", "member_id", unique=True, **where_kept()),)


class PairingReport(OrganisationRecord):
    """共建情况上报 by one side."""

    __tablename__ = "pairing_report"

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), index=True)
    period: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    submitted_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index("uq_pairing_report", "pairing_id", "organisation_id", "period", unique=True, **where_kept()),)
