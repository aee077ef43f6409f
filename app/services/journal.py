"""The one way a change is written down: audit entry, outbox event and, for a change of something, its version before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.db import mark_audited
from app.models.base import Record
from app.models.journal import AuditEntry, OutboxEvent, RecordVersion
from app.models.organisations import Organisation

_SEALED = frozenset({"national_id_sealed", "phone_sealed", "cause_sealed"})
_BOOKKEEPING = frozenset({"version", "updated_at", "path"})

Plain = dict[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """One record before (None: new) and after; both are plain column values."""

    record: Record
    action: str
    before: Plain | None
    reason: str | None = None


def snapshot(record: Record) -> Plain:
    """All column values as JSON can hold them; sealed bytes as hex."""
    return {column.key: _plain(getattr(record, column.key)) for column in inspect(record).mapper.column_attrs}


def write_down(session: Session, actor: Actor, changes: Iterable[Change]) -> None:
    """Audits a batch with a fixed number of statements. Flush before, so that new records have ids."""
    entries, events, versions = [], [], []
    now = clock.now()
    for change in changes:
        record, after = change.record, snapshot(change.record)
        organisation_id = record.id if isinstance(record, Organisation) else getattr(record, "organisation_id", None)
        common = {
            "record_kind": record.record_kind,
            "record_id": record.id,
            "action": change.action,
            "organisation_id": organisation_id,
            "at": now,
        }
        before, now_is = _difference(change.before, after)
        entries.append(
            {**common, "actor": actor.name, "request_id": actor.request_id, "reason": change.reason, "before": before, "after": now_is}
        )
        events.append(common)
        if change.before is not None:
            number = change.before["version"]
            versions.append(
                {
                    "record_kind": record.record_kind,
                    "record_id": record.id,
                    "number": number,
                    "content": change.before,
                    "replaced_at": now,
                    "replaced_by": actor.name,
                    "reason": change.reason,
                }
            )
        mark_audited(session, (record.record_kind, record.id))
    for model, rows in ((AuditEntry, entries), (OutboxEvent, events), (RecordVersion, versions)):
        if rows:
            session.execute(insert(model.__table__), rows)  # type: ignore[arg-type]  # the table itself: no ORM object per row


def _difference(before: Plain | None, after: Plain) -> tuple[Plain | None, Plain]:
    """Only what changed; sealed values as their presence, because the trail outlives the right to read them."""
    if before is None:
        return None, {key: _veiled(key, value) for key, value in after.items() if value is not None and key not in _BOOKKEEPING}
    changed = [key for key, value in after.items() if before.get(key) != value and key not in _BOOKKEEPING]
    return {key: _veiled(key, before.get(key)) for key in changed}, {key: _veiled(key, after[key]) for key in changed}


def _veiled(key: str, value: object) -> object:
    return "(加密)" if key in _SEALED and value is not None else value


def _plain(value: Any) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, bytes):
        return value.hex()
    return value
