"""The spine of all record types: find, create, change, withdraw. What is special about a noun hooks in, nothing else.

Everything works on batches: one request is a batch of one, an import a batch of thousands, with the same checks and the
same number of statements. A family's service registers two hooks for its kind: `prepares` (after references are
resolved: derive values, refuse what does not fit) and `completes` (after the rows exist: dependent rows).
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, belongs, require, visible
from app.db import chunks
from app.errors import Conflict, FieldError, Invalid, MustMatch, NotFound, Stale
from app.models.base import Record
from app.models.evaluations import FrozenItem, Run, RunStatus
from app.models.organisations import Organisation
from app.schemas.base import RecordType
from app.schemas.messages import field_errors
from app.services.drafts import Draft
from app.services.journal import Change, snapshot, write_down
from app.services.references import name_references, resolve

Hook = Callable[[Session, Actor, Sequence[Draft]], None]
Presenter = Callable[[Session, Actor, Sequence[Record], list[dict[str, Any]]], None]
_prepare: dict[str, Hook] = {}
_complete: dict[str, Hook] = {}
_present: dict[str, Presenter] = {}


def prepares(kind: str) -> Callable[[Hook], Hook]:
    """Registers what is derived and refused before records of a kind are written."""
    return lambda hook: _prepare.setdefault(kind, hook)


def completes(kind: str) -> Callable[[Hook], Hook]:
    """Registers what follows from records of a kind in the same transaction."""
    return lambda hook: _complete.setdefault(kind, hook)


def presents(kind: str) -> Callable[[Presenter], Presenter]:
    """Registers how read-only fields of a kind are filled, for a whole page at once."""
    return lambda hook: _present.setdefault(kind, hook)


def in_reach(actor: Actor, record_type: RecordType, permission: Permission = Permission.read_records) -> Any:
    """The predicate for rows of this type the actor may see; the same for lists and single objects."""
    model: Any = record_type.model
    return visible(actor, permission) if model is Organisation else belongs(actor, permission, model.organisation_id)


def get_record(
    session: Session, actor: Actor, record_type: RecordType, record_id: int, permission: Permission = Permission.read_records
) -> Any:
    """The record, or NotFound, which says the same for what does not exist and what is somebody else's."""
    found = session.scalar(select(record_type.model).where(record_type.model.id == record_id, in_reach(actor, record_type, permission)))
    if found is None:
        raise NotFound("record_not_found", f"没有找到编号为 {record_id} 的{record_type.title}。")
    return found


def get_changeable(session: Session, actor: Actor, record_type: RecordType, record_id: int, version: int | None) -> Any:
    """The record in its newest version, to be changed; NotFound, MustMatch, Stale, or Conflict when it was withdrawn."""
    record = get_record(session, actor, record_type, record_id, Permission.write_records)
    require_version(record, version)
    if record.withdrawn_at is not None:
        raise Conflict("record_withdrawn", f"该{record_type.title}已撤回，不能修改。")
    return record


def founding(record_type: RecordType, **fields: Any) -> Draft:
    """A draft of a new record that the service itself makes, from fields as people would send them."""
    data = record_type.In(**fields).model_dump()
    return Draft(data, frozenset(data))


def create_record(session: Session, actor: Actor, record_type: RecordType, data: Mapping[str, Any]) -> Record:
    """Creates one record from validated fields; Invalid or Conflict with the places of the faults."""
    draft = Draft(dict(data), frozenset(data))
    return save(session, actor, record_type, [draft])[0]


def patch_record(
    session: Session, actor: Actor, record_type: RecordType, record_id: int, changes: Mapping[str, Any], version: int | None
) -> Record:
    """Changes the fields sent. After a published result rests on the record, a reason is demanded (amendment)."""
    record = get_changeable(session, actor, record_type, record_id, version)
    fields = dict(changes)
    reason = fields.pop("reason", None)
    _require_amendment_reason(session, record, reason)
    draft = draft_of(session, actor, record_type, record, fields)
    draft.reason = reason
    save(session, actor, record_type, [draft])
    return record  # type: ignore[no-any-return]  # the model behind the noun


def draft_of(session: Session, actor: Actor, record_type: RecordType, record: Record, changes: Mapping[str, Any]) -> Draft:
    """An existing record with changes, checked as a whole; Invalid when they do not fit together."""
    return merged(record_type, record, present(session, actor, record_type, [record])[0], changes)


def merged(record_type: RecordType, record: Record, now: Mapping[str, Any], changes: Mapping[str, Any]) -> Draft:
    """The same for a record whose presentation is at hand already."""
    whole = {name: now[name] for name in record_type.In.model_fields if name in now} | dict(changes)
    sealed = {name for name, value in whole.items() if value == SEALED}
    try:
        checked = record_type.In.model_validate({name: None if name in sealed else value for name, value in whole.items()})
    except ValueError as error:
        raise invalid(record_type, field_errors(error)) from None  # type: ignore[arg-type]  # pydantic's ValidationError
    return Draft(checked.model_dump(), frozenset(changes) - sealed, record)


SEALED = "******"
"""Shown in place of a sealed value; sent back unchanged it means no change."""


def withdraw_record(session: Session, actor: Actor, record_type: RecordType, record_id: int, reason: str, version: int | None) -> Record:
    """Withdraws with a reason; the row stays and counts nowhere."""
    record = get_record(session, actor, record_type, record_id, Permission.write_records)
    require_version(record, version)
    if record.withdrawn_at is not None:
        raise Conflict("record_withdrawn", f"该{record_type.title}已经撤回。")
    withdraw_all(session, actor, record_type, [record], reason)
    return record  # type: ignore[no-any-return]  # the model behind the noun


def withdraw_all(session: Session, actor: Actor, record_type: RecordType, found: Sequence[Record], reason: str) -> None:
    """Withdraws records that were found for this purpose (what hangs on a withdrawn one), and what follows from that."""
    changes = []
    for record in found:
        changes.append(Change(record, "withdraw", snapshot(record), reason))
        record.withdrawn_at, record.withdrawn_reason = clock.now(), reason
        raise_version(record)
    session.flush()
    write_down(session, actor, changes)
    _complete.get(record_type.kind, _nothing)(session, actor, [Draft({}, frozenset(), record, reason=reason) for record in found])


def require_version(record: Record, version: int | None) -> None:
    """MustMatch without a version, Stale when the record has moved on."""
    if version is None:
        raise MustMatch("if_match_required", "请在 If-Match 中给出所修改内容的版本。")
    if version != record.version:
        raise Stale("version_stale", "该内容已被他人修改，请核对最新内容后再保存。")


def save(session: Session, actor: Actor, record_type: RecordType, drafts: Sequence[Draft]) -> list[Record]:
    """Checks all drafts, then writes all of them, or raises and writes none; the records in the order of the drafts."""
    check(session, actor, record_type, drafts)
    faults = [FieldError(" ".join(filter(None, (draft.place, error.field))), error.message) for draft in drafts for error in draft.errors]
    if faults:
        raise invalid(record_type, faults)
    return write(session, actor, record_type, drafts)


def check(session: Session, actor: Actor, record_type: RecordType, drafts: Sequence[Draft]) -> None:
    """Resolves references and runs the family's rules; faults are left in the drafts."""
    require(actor, Permission.write_records)
    for draft in drafts:
        _own_columns(record_type, draft)
    resolve(session, actor, record_type, drafts)
    _prepare.get(record_type.kind, _nothing)(session, actor, [draft for draft in drafts if not draft.errors])


def write(session: Session, actor: Actor, record_type: RecordType, drafts: Sequence[Draft]) -> list[Record]:
    """Writes checked drafts with their audit entries. Conflict when somebody was faster with the same key."""
    changes = []
    for draft in drafts:
        if draft.record is None:
            draft.record = record_type.model(recorded_by=actor.name, **draft.values)
            changes.append(Change(draft.record, "create", None, draft.reason))
            continue
        before = snapshot(draft.record)
        if draft.differs():
            for name, value in draft.values.items():
                setattr(draft.record, name, value)
            raise_version(draft.record)
            changes.append(Change(draft.record, "change", before, draft.reason))
    add_new(session, [change.record for change in changes if change.before is None])
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("already_exists", f"同样的{record_type.title}已经存在。") from error
    write_down(session, actor, changes)
    _complete.get(record_type.kind, _nothing)(session, actor, drafts)
    return [draft.record for draft in drafts if draft.record is not None]


def add_new(session: Session, records: Sequence[Record]) -> None:
    """Adds new records to be written as one batch per kind.

    SQLite tells the ids of a batch only row by row; its one writer may as well count on from the highest itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        for model, count in Counter(type(record) for record in records).items():
            if count > 1:
                numbers = itertools.count((session.scalar(select(func.max(model.id))) or 0) + 1)
                for record in records:
                    if type(record) is model:
                        record.id = next(numbers)
    session.add_all(records)


def present(session: Session, actor: Actor, record_type: RecordType, records: Sequence[Any]) -> list[dict[str, Any]]:
    """Records as the Out schema wants them: references by their outside names, labels of what they name, read-only fields."""
    columns = {column.key for column in record_type.model.__mapper__.column_attrs}
    wanted = [name for name in record_type.Out.model_fields if name in columns]
    rows = [{name: getattr(record, name) for name in wanted} for record in records]
    name_references(session, record_type, records, rows)
    _present.get(record_type.kind, _no_extras)(session, actor, records, rows)
    return rows


def invalid(record_type: RecordType, faults: Iterable[FieldError]) -> Invalid:
    listed = list(faults)
    return Invalid("record_invalid", f"{record_type.title}有 {len(listed)} 处需要改正：{listed[0].message}。", listed)


def _own_columns(record_type: RecordType, draft: Draft) -> None:
    """Fields that are plain columns go straight into the values."""
    columns = record_type.model.__mapper__.column_attrs
    for name in draft.changed:
        if name in columns and name not in record_type.references and name in draft.data:
            value, longest = draft.data[name], getattr(columns[name].columns[0].type, "length", None)
            if isinstance(value, str) and longest is not None and len(value) > longest:
                draft.refuse(name, f"最多 {longest} 个字")
            draft.values[name] = value


def raise_version(record: Record) -> None:
    """Marks a record as changed now; whoever still holds the version before is refused."""
    record.version += 1
    record.updated_at = clock.now()


def _require_amendment_reason(session: Session, record: Record, reason: str | None) -> None:
    if reason is None and used_in_published(session, record.record_kind, [record.id]):
        raise Conflict("amendment_reason_required", f"{AMENDED}。", [FieldError("reason", "请填写修改原因")])


AMENDED = "已公布的评价用到了这条记录，修改须写明原因"


def used_in_published(session: Session, kind: str, ids: Iterable[int]) -> set[int]:
    """Those of some records on which a published result rests: to change them demands a reason."""
    found: set[int] = set()
    for chunk in chunks(sorted(ids), 5000):
        used = select(FrozenItem.record_id).join(Run, Run.id == FrozenItem.run_id).where(Run.status == RunStatus.published)
        found |= set(session.scalars(used.where(FrozenItem.record_kind == kind, FrozenItem.record_id.in_(chunk)).distinct()))
    return found


def _nothing(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """A kind without rules of its own."""


def _no_extras(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """A kind without read-only fields of its own."""
