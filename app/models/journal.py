"""What the system keeps about changes and long work: audit trail, outbox, old versions, idempotency keys, jobs."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Json, Labelled, choice, key_text


class AuditEntry(Base):
    """Who changed what, when, from where; before and after of what changed (sensitive values as hashes)."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(BigInteger)
    record_count: Mapped[int] = mapped_column(default=1, server_default="1")
    """More than 1 for a bulk change (import, demo): the rows are those of the same kind and moment."""
    organisation_id: Mapped[int | None] = mapped_column(BigInteger)
    request_id: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))
    before: Mapped[dict[str, object] | None] = mapped_column(Json)
    after: Mapped[dict[str, object] | None] = mapped_column(Json)

    __table_args__ = (Index("ix_audit_entry_record", "record_kind", "record_id"),)


class OutboxEvent(Base):
    """One change for other systems; `position` is given later by the one sequencer."""

    __tablename__ = "outbox_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]


class RecordVersion(Base):
    """A record as it was before a change."""

    __tablename__ = "record_version"

    record_kind: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(Json)
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))


class IdempotencyKey(Base):
    """The first answer to a POST with an Idempotency-Key; written in the transaction of its effect."""

    __tablename__ = "idempotency_key"

    actor: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    route: Mapped[str] = mapped_column(key_text(200), primary_key=True)
    key: Mapped[str] = mapped_column(key_text(200), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[str | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(index=True)


class JobState(Labelled):
    queued = "queued", "排队中"
    running = "running", "进行中"
    done = "done", "已完成"
    failed = "failed", "失败"
    cancelled = "cancelled", "已取消"


class Job(Base):
    """Long work as a durable row: whoever holds the lease works on it, a sweeper takes it up when the lease ends."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    request: Mapped[dict[str, object]] = mapped_column(Json)
    state: Mapped[JobState] = mapped_column(choice(JobState))
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    progress_total: Mapped[int] = mapped_column(default=0, server_default="0")
    progress_text: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, object] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(String(1000))

    __table_args__ = (Index("ix_job_state", "state", "id"),)
