"""扩大覆盖面: units, liaisons and visits."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, OrganisationRecord, choice, where_kept


class UnitKind(Labelled):
    private_enterprise = "private_enterprise", "非公企业"
    social_organisation = "social_organisation", "社会组织"
    cooperative = "cooperative", "农民专业合作社"
    association = "association", "行业协会"
    project = "project", "重大项目"
    market = "market", "商圈市场"


class Coverage(Labelled):
    alone = "alone", "单独组建"
    joint = "joint", "联合组建"
    none = "none", "未组建"


class Unit(OrganisationRecord):
    """单位 in the field of 两新; owner is the responsible organisation."""

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    """Unified social credit code, GB 32100."""
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    staff: Mapped[int] = mapped_column(default=0)
    full_members: Mapped[int] = mapped_column(default=0)
    covering_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    coverage: Mapped[Coverage] = mapped_column(choice(Coverage))
    instructor: Mapped[str | None] = mapped_column(String(100))
    mass_organisation: Mapped[str | None] = mapped_column(String(100))
    valid_from: Mapped[date]
    """Operating from."""
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index("uq_unit_uscc", "uscc", unique=True, **where_kept("uscc IS NOT NULL")),
        CheckConstraint("(coverage = 'none') = (covering_id IS NULL)", name="coverage"),
    )


class Liaison(OrganisationRecord):
    """党员干部联系两新: a leader and a unit, or a new-type organisation (the owner is who is visited or responsible)."""

    __tablename__ = "liaison"

    leader: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """NULL: the owning organisation itself is visited."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LiaisonVisit(OrganisationRecord):
    __tablename__ = "liaison_visit"

    liaison_id: Mapped[int] = mapped_column(ForeignKey("liaison.id"), index=True)
    visited_on: Mapped[date]
    findings: Mapped[str] = mapped_column(String(1000))
    problem: Mapped[str | None] = mapped_column(String(500))
    solved_on: Mapped[date | None]
