"""Schemes, runs, facts, results, adjustments, and the items frozen when a run is published."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Json, Labelled, OrganisationRecord, Record, choice, key_text, where_kept


class RunStatus(Labelled):
    draft = "draft", "草稿"
    computing = "computing", "计算中"
    incomplete = "incomplete", "不完整"
    computed = "computed", "已计算"
    self_review = "self_review", "自查"
    review = "review", "审核"
    published = "published", "已公布"
    superseded = "superseded", "已被替代"


class AdjustmentKind(Labelled):
    bonus = "bonus", "加分"
    deduction = "deduction", "扣分"
    ceiling = "ceiling", "等次上限"


class Scheme(Record):
    """An evaluation scheme by code; its versions are immutable once a run has used them."""

    __tablename__ = "scheme"

    code: Mapped[str] = mapped_column(key_text(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))


class SchemeVersion(Record):
    __tablename__ = "scheme_version"

    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    number: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(Json)
    """The complete scheme (a base is already worked in), as accepted by app.scoring.scheme."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    change: Mapped[str | None] = mapped_column(String(10))
    """major, minor or patch against the version before; NULL for the first."""

    __table_args__ = (Index("uq_scheme_version_number", "scheme_id", "number", unique=True),)


class Run(OrganisationRecord):
    """One evaluation of everything below `organisation_id` (the root) in a period, as of a day."""

    __tablename__ = "run"

    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"), index=True)
    period_start: Mapped[date]
    period_end: Mapped[date]
    as_of: Mapped[date]
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus))
    engine: Mapped[str] = mapped_column(String(20), default="")
    facts_hash: Mapped[str] = mapped_column(String(64), default="")
    manifest: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    """Cohorts with sizes and medians, not-built and failed metrics, durations: written once when computed."""
    computed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))

    __table_args__ = (CheckConstraint("period_end > period_start", name="period"), CheckConstraint("as_of >= period_start", name="as_of"))


class RunMove(Base):
    """History of a run's states; appended."""

    __tablename__ = "run_move"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    before: Mapped[RunStatus] = mapped_column(choice(RunStatus))
    after: Mapped[RunStatus] = mapped_column(choice(RunStatus))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))


class Fact(Base):
    """Sums of one organisation's own items (not of its subtree) for one metric with its parameters, in millionths."""

    __tablename__ = "fact"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    fact_key: Mapped[str] = mapped_column(key_text(100), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[int] = mapped_column(BigInteger)
    future: Mapped[int] = mapped_column(BigInteger)
    fixable: Mapped[int] = mapped_column(BigInteger)


class RunOrganisation(Base):
    """The tree of a run, as of its day, so that a finished run can be simulated and verified without today's records."""

    __tablename__ = "run_organisation"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Place in depth-first order, from 0."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    parent_position: Mapped[int | None]
    category: Mapped[str] = mapped_column(String(20))
    evaluated: Mapped[bool]
    exempt: Mapped[list[str]] = mapped_column(Json, default=list)
    """`all` or metric names waived on this organisation or above it within the window."""


class Result(Base):
    __tablename__ = "result"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    cohort: Mapped[str] = mapped_column(key_text(20))
    total: Mapped[float | None] = mapped_column(Float)
    base: Mapped[float | None] = mapped_column(Float)
    bonus: Mapped[float] = mapped_column(Float)
    deduction: Mapped[float] = mapped_column(Float)
    coverage: Mapped[float] = mapped_column(Float)
    rank: Mapped[int | None]
    rank_low: Mapped[int | None]
    rank_high: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(String(20))
    grade_reasons: Mapped[list[str]] = mapped_column(Json, default=list)
    sections: Mapped[dict[str, dict[str, float]]] = mapped_column(Json, default=dict)
    """Section code → weight (nominal), points (unrounded), coverage."""
    position: Mapped[int]
    """Order inside the cohort: by rank, unranked last, ties by organisation code."""

    __table_args__ = (Index("ix_result_cohort", "run_id", "cohort", "position"),)


class IndicatorResult(Base):
    __tablename__ = "indicator_result"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(key_text(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[int] = mapped_column(BigInteger)
    future: Mapped[int] = mapped_column(BigInteger)
    fixable: Mapped[int] = mapped_column(BigInteger)
    fraction: Mapped[float | None] = mapped_column(Float)
    effective_weight: Mapped[float] = mapped_column(Float)
    points: Mapped[float] = mapped_column(Float)


class FrozenItem(Base):
    """The evidence of a published run: a copy of the metric's items, taken with one INSERT … SELECT per metric."""

    __tablename__ = "frozen_item"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    fact_key: Mapped[str] = mapped_column(key_text(100))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    record_kind: Mapped[str | None] = mapped_column(String(40))
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String(300))
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[int] = mapped_column(BigInteger)
    future: Mapped[int] = mapped_column(BigInteger)
    fixable: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_frozen_item_evidence", "run_id", "fact_key", "organisation_id"),
        Index("ix_frozen_item_record", "record_kind", "record_id"),
    )


class Adjustment(OrganisationRecord):
    """Bonus, deduction or grade ceiling of one organisation, proved by a document; counts once confirmed."""

    __tablename__ = "adjustment"

    kind: Mapped[AdjustmentKind] = mapped_column(choice(AdjustmentKind))
    level: Mapped[str] = mapped_column(String(40))
    """Level of the award, kind of the deduction or of the ceiling: a key of the scheme's adjustments."""
    occurred_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(300))
    case_key: Mapped[str] = mapped_column(String(100))
    confirmed_on: Mapped[date | None]

    __table_args__ = (Index("uq_adjustment_case", "organisation_id", "kind", "case_key", "level", unique=True, **where_kept()),)
