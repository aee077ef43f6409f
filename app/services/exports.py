"""Export: any filtered list as a stream of rows with the columns of the import, so that a file can be edited and sent back."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.exchange.writing import export_columns, shown
from app.schemas.base import RecordType
from app.services.imports.names import codes_of_members
from app.services.listing import Query, matching
from app.services.records import present

_CHUNK = 2_000


def export_rows(session: Session, actor: Actor, record_type: RecordType, query: Query | None = None) -> Iterator[list[Any]]:
    """Rows in the order of `export_columns`, oldest record first, a slice at a time. Sealed fields are never among them."""
    require(actor, Permission.export_records)
    columns = export_columns(record_type)
    model: Any = record_type.model
    statement = matching(session, actor, record_type, query or Query()).order_by(model.id).limit(_CHUNK)
    last = 0
    while True:
        records = session.scalars(statement.where(model.id > last)).all()
        if not records:
            return
        rows = present(session, actor, record_type, records)
        _name_members(session, record_type, rows)
        for row in rows:
            yield [shown(name, row.get(name)) for name, _title in columns]
        last = records[-1].id
        for record in records:
            session.expunge(record)


def _name_members(session: Session, record_type: RecordType, rows: list[dict[str, Any]]) -> None:
    """Members by code: their ids mean nothing to people."""
    fields = [name for name, reference in record_type.references.items() if reference.kind == "member"]
    codes = codes_of_members(session, {row[name] for row in rows for name in fields if row.get(name) is not None})
    for row in rows:
        row.update({name: codes.get(row[name]) for name in fields if row.get(name) is not None})
