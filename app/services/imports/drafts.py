"""Typed rows → drafts: known records are recognised by their keys, and only what differs becomes a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.db import chunks
from app.errors import FieldError, Invalid
from app.exchange.tables import RowState, Table, TypedRow
from app.models.organisations import Organisation
from app.schemas.base import RecordType
from app.schemas.messages import field_errors
from app.services.drafts import Draft
from app.services.records import AMENDED, in_reach, merged, present, used_in_published

_CHUNK = 2_000
Key = tuple[tuple[str, ...], tuple[Any, ...]]
"""Names of the fields, and their values."""

SECOND_KEYS: dict[str, tuple[str, ...]] = {"member": ("organisation", "name", "admitted_on")}
"""By which records are recognised in a file that does not give their code."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that a key of the file belongs to."""

    record: Any
    mine: bool
    now: Mapping[str, Any]


def make_drafts(session: Session, actor: Actor, table: Table, reason: str | None = None) -> list[tuple[TypedRow, Draft]]:
    """Drafts for the rows that are new or change something; the others get their state, faulty ones their faults."""
    rows = [row for row in table.rows if row.state is RowState.waiting and not row.faults]
    keyed = _keyed(table, rows)
    stored = _stored(session, actor, table.record_type, keyed.values())
    drafts = []
    for row in rows:
        key = keyed.get(id(row))
        found = stored.get(key, []) if key else []
        draft = _new(table, row) if not found else _changed(table, row, found, reason)
        if draft is not None:
            drafts.append((row, draft))
    _refuse_unreasoned(session, table, drafts)
    return [(row, draft) for row, draft in drafts if not row.faults]


def _keyed(table: Table, rows: Iterable[TypedRow]) -> dict[int, Key]:
    """Identity of a row → key. A key that occurs twice in the file is a fault of the later row."""
    record_type, found = table.record_type, {}
    first: dict[Key, int] = {}
    for row in rows:
        key = _key(record_type, row.values)
        if key is None:
            continue
        if key in first:
            table.refuse(row, key[0][0], f"与第 {first[key]} 行重复")
            continue
        first[key] = row.number
        found[id(row)] = key
    return found


def _key(record_type: RecordType, values: Mapping[str, Any]) -> Key | None:
    for names in (("source", "external_id"), record_type.natural_key, SECOND_KEYS.get(record_type.kind, ())):
        key = tuple(values.get(name) for name in names)
        if key and None not in key:
            return names, key
    return None


def _stored(session: Session, actor: Actor, record_type: RecordType, keys: Iterable[Key]) -> dict[Key, list[Stored]]:
    """The records behind the keys, with what they say now. A few statements, however many keys."""
    model: Any = record_type.model
    by_names: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for names, values in keys:
        by_names[names].append(values)
    mine = in_reach(actor, record_type, Permission.write_records).label("mine")
    found: dict[Key, list[Stored]] = defaultdict(list)
    for names, wanted in by_names.items():
        inside = _inside(session, record_type, names, wanted)
        columns = [getattr(model, _column(record_type, name)) for name in names]
        for chunk in chunks(list(inside), _CHUNK):
            statement = select(model, mine).where(
                columns[0].in_([each[0] for each in chunk]) if len(columns) == 1 else tuple_(*columns).in_(chunk)
            )
            if names != ("code",):  # codes are never given twice, not even after a withdrawal
                statement = statement.where(model.withdrawn_at.is_(None))
            rows = session.execute(statement).all()
            for (record, is_mine), now in zip(rows, present(session, actor, record_type, [row[0] for row in rows]), strict=True):
                key = inside[tuple(getattr(record, column.key) for column in columns)]
                found[names, key].append(Stored(record, bool(is_mine), now))
    return found


def _column(record_type: RecordType, name: str) -> str:
    return f"{name}_id" if name in record_type.references else name


def _inside(
    session: Session, record_type: RecordType, names: Sequence[str], wanted: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Keys as the table has them (ids for codes of organisations) → keys as the file has them."""
    coded = [index for index, name in enumerate(names) if name in record_type.references and record_type.references[name].by == "code"]
    if not coded:
        return {values: values for values in wanted}
    codes = {values[index] for values in wanted for index in coded}
    ids = {
        code: number
        for chunk in chunks(sorted(codes), _CHUNK)
        for code, number in session.execute(select(Organisation.code, Organisation.id).where(Organisation.code.in_(chunk)))
    }
    return {tuple(ids.get(value) if index in coded else value for index, value in enumerate(values)): values for values in wanted}


def _new(table: Table, row: TypedRow) -> Draft | None:
    data = dict(row.founding) | {path: value for path, value in row.values.items() if "." not in path and value is not None}
    try:
        checked = table.record_type.In.model_validate(data)
    except ValidationError as error:
        _refuse_all(table, row, field_errors(error))
        return None
    whole = checked.model_dump()
    return Draft(whole, frozenset(whole), place=f"第 {row.number} 行")


def _changed(table: Table, row: TypedRow, found: list[Stored], reason: str | None) -> Draft | None:
    """A draft of what differs; None for a row that changes nothing or must not."""
    record_type, stored = table.record_type, found[0]
    key = record_type.natural_key[0] if record_type.natural_key else ""
    if len(found) > 1:
        table.refuse(row, key, f"系统中有 {len(found)} 条{record_type.title}与本行相符，请填写{_title(record_type, key)}以便区分")
    elif not stored.mine:
        table.refuse(row, key, f"这条{record_type.title}属于其他党组织，您无权修改")
    elif stored.record.withdrawn_at is not None:
        table.refuse(row, key, f"这条{record_type.title}已经撤回，不能再导入")
    if row.faults:
        return None
    values = {path: value for path, value in row.values.items() if "." not in path}
    changes = {name: value for name, value in values.items() if name in stored.now and stored.now[name] != value}
    # What is sealed cannot be compared here; the family's service drops what is the same.
    changes |= {name: value for name, value in values.items() if name not in stored.now}
    for name in sorted(changes.keys() & record_type.fixed):
        table.refuse(row, name, f"已登记的{_title(record_type, name)}不能通过导入修改，请办理相应的变动手续")
    if not changes or row.faults:
        row.state = RowState.failed if row.faults else RowState.unchanged
        return None
    try:
        draft = merged(record_type, stored.record, stored.now, changes)
    except Invalid as error:
        _refuse_all(table, row, error.errors)
        return None
    draft.place, draft.reason = f"第 {row.number} 行", reason
    return draft


def _title(record_type: RecordType, name: str) -> str:
    info = record_type.In.model_fields.get(name)
    return info.title or name if info else name


def _refuse_all(table: Table, row: TypedRow, errors: Iterable[FieldError]) -> None:
    for error in errors:
        table.refuse(row, error.field.split(".")[0].split("[")[0], error.message)


def _refuse_unreasoned(session: Session, table: Table, drafts: Iterable[tuple[TypedRow, Draft]]) -> None:
    """Once a published result rests on a record, it changes only with a reason, in an import as anywhere."""
    changed = {draft.record.id: row for row, draft in drafts if draft.record is not None and not draft.reason}
    for number in used_in_published(session, table.record_type.kind, changed):
        table.refuse(changed[number], "", AMENDED)
