"""What a record refers to: from outside names to ids and back, one statement per kind of reference for a whole batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, belongs, visible
from app.db import chunks
from app.models.organisations import Organisation
from app.schemas.base import RecordType, Reference
from app.schemas.nouns import BY_KIND
from app.services.drafts import Draft

_CHUNK = 5000


def resolve(session: Session, actor: Actor, record_type: RecordType, drafts: Sequence[Draft]) -> None:
    """Puts ids for all references into the values; what is not there, or not yours, is a fault of the field."""
    for name, reference in record_type.references.items():
        if name in record_type.resolved_by_service:
            continue
        wanted = {draft.data[name] for draft in drafts if name in draft.changed and draft.data.get(name) is not None}
        found = find(
            session,
            actor,
            reference,
            wanted,
            Permission.write_records if name in {"organisation", record_type.owner} else Permission.read_records,
        )
        for draft in drafts:
            if name in draft.changed:
                _fill(record_type, draft, name, reference, found)


def _fill(record_type: RecordType, draft: Draft, name: str, reference: Reference, found: dict[Any, tuple[int, int]]) -> None:
    value = draft.data.get(name)
    if value is None:
        draft.values[f"{name}_id"] = None
    elif value in found:
        draft.values[f"{name}_id"], organisation_id = found[value]
        if record_type.owner == name:
            draft.values["organisation_id"] = organisation_id
    else:
        draft.refuse(name, f"没有找到{BY_KIND[reference.kind].title} {value}")


def find(session: Session, actor: Actor, reference: Reference, wanted: Iterable[Any], permission: Permission) -> dict[Any, tuple[int, int]]:
    """Outside name → (id, its organisation's id), of what the actor may use."""
    model: Any = BY_KIND[reference.kind].model
    key = getattr(model, reference.by)
    home = model.id if model is Organisation else model.organisation_id
    seen = visible(actor, permission) if model is Organisation else belongs(actor, permission, home)
    found: dict[Any, tuple[int, int]] = {}
    for chunk in chunks(sorted(set(wanted)), _CHUNK):
        rows = session.execute(select(key, model.id, home).where(key.in_(chunk), seen, model.withdrawn_at.is_(None)))
        found |= {outside: (inside, owner) for outside, inside, owner in rows}
    return found


def name_references(session: Session, record_type: RecordType, records: Sequence[Any], rows: list[dict[str, Any]]) -> None:
    """Fills `<field>` and `<field>_name` for every reference (and the organisation of an owned record) of a page."""
    references = {name: each for name, each in record_type.references.items() if name not in record_type.resolved_by_service}
    if record_type.owner:
        references["organisation"] = Reference("organisation", "code")
    by_kind: dict[str, set[int]] = {}
    for name, reference in references.items():
        ids = (getattr(record, f"{name}_id", None) for record in records)
        by_kind.setdefault(reference.kind, set()).update(each for each in ids if each is not None)
    names = {kind: _names(session, kind, ids) for kind, ids in by_kind.items()}
    for record, row in zip(records, rows, strict=True):
        for name, reference in references.items():
            inside = getattr(record, f"{name}_id", None)
            outside, title = names[reference.kind].get(inside, (None, None))
            row[name] = outside if reference.by == "code" else inside
            row[f"{name}_name"] = title


def _names(session: Session, kind: str, ids: set[int]) -> dict[int | None, tuple[str | None, str | None]]:
    record_type = BY_KIND[kind]
    model: Any = record_type.model
    found: dict[int | None, tuple[str | None, str | None]] = {}
    for chunk in chunks(sorted(ids), _CHUNK):
        code = model.code if hasattr(model, "code") else model.id
        found |= {
            inside: (outside, None if title is None else str(title))
            for inside, outside, title in session.execute(
                select(model.id, code, getattr(model, record_type.name_field)).where(model.id.in_(chunk))
            )
        }
    return found
