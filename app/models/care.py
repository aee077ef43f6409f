"""关爱帮扶: hardship, care, assistance projects, disputes, projects that lead to prosperity."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, Money, OrganisationRecord, choice, where_kept


class HardshipLevel(Labelled):
    general = "general", "一般困难"
    severe = "severe", "特别困难"


class CareKind(Labelled):
    visit = "visit", "走访慰问"
    subsidy = "subsidy", "发放补助"
    help = "help", "结对帮扶"
    political_birthday = "political_birthday", "政治生日"


class DisputeKind(Labelled):
    neighbourhood = "neighbourhood", "邻里纠纷"
    family = "family", "婚姻家庭"
    land = "land", "土地山林"
    labour = "labour", "劳动争议"
    other = "other", "其他"


class HardshipCase(OrganisationRecord):
    """A member in hardship. The cause is sensitive: sealed, with a permission of its own, never in default exports."""

    __tablename__ = "hardship_case"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    cause_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    level: Mapped[HardshipLevel] = mapped_column(choice(HardshipLevel))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class CareRecord(OrganisationRecord):
    __tablename__ = "care_record"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[CareKind] = mapped_column(choice(CareKind))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    cared_on: Mapped[date]

    __table_args__ = (Index("ix_care_record_member_day", "member_id", "cared_on"),)


class AssistanceProject(OrganisationRecord):
    """薄弱村扶持: owner is the weak organisation. Progress in per cent."""

    __tablename__ = "assistance_project"

    helper_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    measure: Mapped[str] = mapped_column(String(300))
    planned_progress: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("progress >= 0 AND planned_progress >= 0", name="progress"),)


class Dispute(OrganisationRecord):
    __tablename__ = "dispute"

    taken_up_on: Mapped[date] = mapped_column(index=True)
    kind: Mapped[DisputeKind] = mapped_column(choice(DisputeKind))
    summary: Mapped[str] = mapped_column(String(300))
    resolved_on: Mapped[date | None]


class DisputeMediator(OrganisationRecord):
    """A member who mediates a dispute."""

    __tablename__ = "dispute_mediator"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)

    __table_args__ = (Index("uq_dispute_mediator", "dispute_id", "member_id", unique=True, **where_kept()),)


class ProsperityProject(OrganisationRecord):
    """带头致富、带领群众致富."""

    __tablename__ = "prosperity_project"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    what: Mapped[str] = mapped_column(String(300))
    households: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
