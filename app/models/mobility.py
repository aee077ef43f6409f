"""流动与发展: floating members and their contacts, development of new members."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Json, Labelled, OrganisationRecord, choice, where_kept


class FloatDirection(Labelled):
    outward = "out", "流出"
    inward = "in", "流入"


class Stage(Labelled):
    applicant = "applicant", "入党申请人"
    activist = "activist", "入党积极分子"
    target = "target", "发展对象"
    probationary = "probationary", "预备党员"
    full = "full", "正式党员"


class FloatingMember(OrganisationRecord):
    """流动党员: owner is the home organisation for `out`, the host for `in`."""

    __tablename__ = "floating_member"

    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    person: Mapped[str] = mapped_column(String(100))
    """Name: a member who floats in is not on our books."""
    direction: Mapped[FloatDirection] = mapped_column(choice(FloatDirection))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The other side's organisation, when it is in this system."""
    other_name: Mapped[str | None] = mapped_column(String(200))
    """The other side's organisation or place, in words."""
    certificate: Mapped[str | None] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class FloatingContact(OrganisationRecord):
    __tablename__ = "floating_contact"

    floating_member_id: Mapped[int] = mapped_column(ForeignKey("floating_member.id"))
    contacted_on: Mapped[date]
    by: Mapped[str] = mapped_column(String(100))
    how: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_floating_contact_day", "floating_member_id", "contacted_on"),)


class Development(OrganisationRecord):
    """发展党员: one person on the way."""

    __tablename__ = "development"

    person: Mapped[str] = mapped_column(String(100))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    mentors: Mapped[str | None] = mapped_column(String(200))
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    """The latest stage reached; kept with the stages."""


class DevelopmentStage(OrganisationRecord):
    """A stage reached on a day, with the kinds of documents that are there."""

    __tablename__ = "development_stage"

    development_id: Mapped[int] = mapped_column(ForeignKey("development.id"))
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    reached_on: Mapped[date]
    documents: Mapped[list[str]] = mapped_column(Json, default=list)

    __table_args__ = (Index("uq_development_stage", "development_id", "stage", unique=True, **where_kept()),)


class DevelopmentDocument(OrganisationRecord):
    """One kind of document of a stage, as a row that a metric can join."""

    __tablename__ = "development_document"

    development_stage_id: Mapped[int] = mapped_column(ForeignKey("development_stage.id"))
    kind: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("uq_development_document", "development_stage_id", "kind", unique=True),)
