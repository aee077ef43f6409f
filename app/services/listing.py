"""Lists of records: filters, the one scope predicate, keyset pages that stay stable while rows are added."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app import access
from app.access import Actor, Permission
from app.errors import FieldError, Invalid, NotFound
from app.models.organisations import Organisation
from app.schemas.base import RecordType
from app.services.records import in_reach, present

MOST = 200


@dataclass(frozen=True, slots=True)
class Query:
    """What a list was asked for; all parts narrow it."""

    organisation: str | None = None
    subtree: bool = False
    start: date | None = None
    end: date | None = None
    q: str | None = None
    sort: str | None = None
    limit: int = 50
    cursor: str | None = None
    count: bool = False
    withdrawn: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    items: list[dict[str, Any]]
    next_cursor: str | None
    total: int | None


def list_records(session: Session, actor: Actor, record_type: RecordType, query: Query) -> Page:
    """One page of what the actor may see. Invalid for an unknown sort or a cursor of another list."""
    statement = matching(session, actor, record_type, query)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) if query.count else None
    order = query.sort or record_type.sort
    column, descending = _sort_column(record_type, order)
    model: Any = record_type.model
    if query.cursor:
        after, last_id = decode_cursor(query.cursor, order, column)
        statement = statement.where(beyond(column, model.id, after, last_id, descending))
    ordered = (column.desc(), model.id.desc()) if descending else (column.asc(), model.id.asc())
    records = session.scalars(statement.order_by(*ordered).limit(query.limit + 1)).all()
    page = records[: query.limit]
    following = encode_cursor(order, getattr(page[-1], column.key or "id"), page[-1].id) if len(records) > query.limit else None
    return Page(present(session, actor, record_type, page), following, total)


def matching(session: Session, actor: Actor, record_type: RecordType, query: Query) -> Select[Any]:
    """The select behind list and export: filtered and scoped, not ordered."""
    access.require(actor, Permission.read_records)
    model: Any = record_type.model
    statement = select(model).where(in_reach(actor, record_type))
    if not query.withdrawn:
        statement = statement.where(model.withdrawn_at.is_(None))
    if query.organisation is not None:
        statement = statement.where(_of_organisation(session, actor, record_type, query.organisation, subtree=query.subtree))
    if record_type.day is not None:
        first, last = (getattr(model, name) for name in record_type.day)
        statement = statement.where(*_within(first, last, query.start, query.end))
    if query.q:
        statement = statement.where(or_(*[getattr(model, name).contains(query.q, autoescape=True) for name in record_type.search]))
    for name, value in query.filters.items():
        column = getattr(model, f"{name}_id" if name in record_type.references else name)
        statement = statement.where(column == value)
    return statement


def _within(first: Any, last: Any, start: date | None, end: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if end is not None:
        found.append(first <= end)
    if start is not None:
        found.append(or_(last.is_(None), last >= start) if last is not first else first >= start)
    return found


def _of_organisation(session: Session, actor: Actor, record_type: RecordType, code: str, *, subtree: bool) -> ColumnElement[bool]:
    root = find_organisation(session, actor, code)
    model: Any = record_type.model
    home = model.id if model is Organisation else model.organisation_id
    if not subtree:
        return home == root.id
    inside = access.below(root.path)
    return inside if model is Organisation else home.in_(select(Organisation.id).where(inside))


def find_organisation(session: Session, actor: Actor, code: str, permission: Permission = Permission.read_records) -> Organisation:
    """The organisation with this code, if the actor may see it."""
    found = session.scalar(
        select(Organisation).where(Organisation.code == code, access.visible(actor, permission), Organisation.withdrawn_at.is_(None))
    )
    if found is None:
        raise NotFound("organisation_not_found", f"没有找到编码为 {code} 的党组织。")
    return found


def beyond(column: Any, id_column: Any, after: Any, last_id: int | str, descending: bool) -> ColumnElement[bool]:
    """Rows after the last one of the page before; the first part alone lets an index find the place."""
    if descending:
        return and_(column <= after, or_(column < after, id_column < last_id))
    return and_(column >= after, or_(column > after, id_column > last_id))


def _sort_column(record_type: RecordType, order: str) -> tuple[Any, bool]:
    name, descending = order.removeprefix("-"), order.startswith("-")
    allowed = {"id", record_type.sort.removeprefix("-"), *record_type.sorts}
    if name not in allowed:
        raise Invalid("sort_unknown", f"不能按 {name} 排序，可选：{'、'.join(sorted(allowed))}。", [FieldError("sort", "没有这种排序")])
    return getattr(record_type.model, name), descending


def encode_cursor(order: str, value: Any, last_id: int | str) -> str:
    plain = value.isoformat() if isinstance(value, date | datetime) else value
    return base64.urlsafe_b64encode(json.dumps([order, plain, last_id], ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, order: str, column: Any, tie: type[int] | type[str] = int) -> tuple[Any, Any]:
    """The place where the last page ended; Invalid if the cursor is not one of this list and order. `tie`: of what ends ties."""
    try:
        made_for, value, last_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        kind = column.type.python_type
        if made_for != order or not isinstance(last_id, tie):
            raise ValueError(cursor)
        after = kind.fromisoformat(value) if issubclass(kind, date) else kind(value)
    except (ValueError, TypeError, UnicodeDecodeError, binascii.Error, json.JSONDecodeError):
        raise Invalid("cursor_invalid", "翻页标识无效，请从第一页重新开始。", [FieldError("cursor", "翻页标识无效")]) from None
    return after, last_id
