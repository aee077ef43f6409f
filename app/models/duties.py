"""落实责任制: directives and their receipts, work plans, debriefs, duty reports, inspections."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, OrganisationRecord, choice, where_kept


class DebriefGrade(Labelled):
    good = "good", "好"
    fairly_good = "fairly_good", "较好"
    fair = "fair", "一般"
    poor = "poor", "差"


class IssueLevel(Labelled):
    minor = "minor", "一般问题"
    major = "major", "突出问题"
    serious = "serious", "严重问题"


class Directive(OrganisationRecord):
    """上级精神: issued by an upper organisation (its owner) to a set of lower ones."""

    __tablename__ = "directive"

    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str | None] = mapped_column(String(200))
    issued_on: Mapped[date]
    due_on: Mapped[date]

    __table_args__ = (Index("ix_directive_issued", "issued_on", "id"),)


class DirectiveReceipt(OrganisationRecord):
    """What one organisation did with a directive: conveyed on a day, in an activity."""

    __tablename__ = "directive_receipt"

    directive_id: Mapped[int] = mapped_column(ForeignKey("directive.id"))
    due_on: Mapped[date]
    conveyed_on: Mapped[date | None]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))

    __table_args__ = (
        Index("uq_directive_receipt", "directive_id", "organisation_id", unique=True, **where_kept()),
        Index("ix_directive_receipt_due", "organisation_id", "due_on"),
    )


class WorkPlan(OrganisationRecord):
    """年度党建工作计划."""

    __tablename__ = "work_plan"

    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("uq_work_plan_year", "organisation_id", "year", unique=True, **where_kept()),)


class PlanItem(OrganisationRecord):
    __tablename__ = "plan_item"

    work_plan_id: Mapped[int] = mapped_column(ForeignKey("work_plan.id"), index=True)
    task: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    completed_on: Mapped[date | None]

    __table_args__ = (Index("ix_plan_item_due", "organisation_id", "due_on"),)


class DebriefRound(OrganisationRecord):
    """述职会: hosted by an organisation for those below it, in a quarter."""

    __tablename__ = "debrief_round"

    quarter: Mapped[str] = mapped_column(String(7))
    """`2026-Q3`"""
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]


class Debrief(OrganisationRecord):
    """A secretary's report in a round; owner is the organisation that reports."""

    __tablename__ = "debrief"

    debrief_round_id: Mapped[int] = mapped_column(ForeignKey("debrief_round.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """The secretary who reports."""
    text: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime | None]
    presented_on: Mapped[date | None]

    __table_args__ = (
        Index("uq_debrief_round_organisation", "debrief_round_id", "organisation_id", unique=True, **where_kept()),
        Index("ix_debrief_presented", "organisation_id", "presented_on"),
    )


class DebriefRating(OrganisationRecord):
    """One rater's grade with its reason; owner is the organisation judged."""

    __tablename__ = "debrief_rating"

    debrief_id: Mapped[int] = mapped_column(ForeignKey("debrief.id"), index=True)
    rater: Mapped[str] = mapped_column(String(100))
    grade: Mapped[DebriefGrade] = mapped_column(choice(DebriefGrade))
    comment: Mapped[str] = mapped_column(String(500))

    __table_args__ = (Index("uq_debrief_rating_rater", "debrief_id", "rater", unique=True, **where_kept()),)


class DutyReport(OrganisationRecord):
    """向党委会报告履职情况, twice a year."""

    __tablename__ = "duty_report"

    leader: Mapped[str] = mapped_column(String(100))
    half: Mapped[str] = mapped_column(String(7))
    """`2026-H1`"""
    reported_on: Mapped[date | None]
    contact_villages: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (Index("uq_duty_report", "organisation_id", "half", "leader", unique=True, **where_kept()),)


class Inspection(OrganisationRecord):
    """督查: of the organisation that is looked at, by another one."""

    __tablename__ = "inspection"

    inspector_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    held_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(200))


class InspectionIssue(OrganisationRecord):
    """A finding with its day to be put right."""

    __tablename__ = "inspection_issue"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    level: Mapped[IssueLevel] = mapped_column(choice(IssueLevel))
    found: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(100))
    sanction: Mapped[str | None] = mapped_column(String(200))
    """Reward or sanction that followed."""

    __table_args__ = (Index("ix_inspection_issue_due", "organisation_id", "due_on"),)
