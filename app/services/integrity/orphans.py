"""Records whose parent was withdrawn: one check for all nouns, made from the references their schemas declare."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import String, literal, select, union_all
from sqlalchemy.orm import aliased

from app.schemas.base import RecordType
from app.schemas.nouns import BY_KIND, RECORD_TYPES
from app.scoring.metrics.view import Rows
from app.services.integrity.checks import records, warning


@warning("所属记录已撤回", "一并撤回，或改为属于仍然有效的记录。")
def orphaned(_today: date) -> Rows:
    found = union_all(*[rows for each in RECORD_TYPES.values() for rows in _below_withdrawn(each)]).subquery("orphans")
    return select(found)


def _below_withdrawn(record_type: RecordType) -> Iterator[Rows]:
    """Records of one type with a withdrawn parent, a select per reference."""
    model: Any = record_type.model
    for name, reference in record_type.references.items():
        column = getattr(model, f"{name}_id", None)
        if column is None or reference.kind not in BY_KIND or not hasattr(model, "organisation_id"):
            continue
        parent: Any = aliased(BY_KIND[reference.kind].model)
        label = literal(f"{record_type.title}：{BY_KIND[reference.kind].title}已撤回", String)
        yield records(model, label).join(parent, parent.id == column).where(parent.withdrawn_at.is_not(None))
