"""From a file to tables: which sheet holds which noun, which profile reads it. No database."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.errors import FieldError, Invalid, NotFound
from app.exchange import divisions
from app.exchange.columns import fold
from app.exchange.reading import Sheet, opened
from app.exchange.tables import Table, read_table
from app.schemas.base import RecordType
from app.schemas.nouns import RECORD_TYPES

DIVISIONS = "divisions"
_ALSO = {
    "组织": "organisations",
    "组织生活会": "activities",
    "活动": "activities",
    "出勤": "attendances",
    "班子成员": "positions",
    "任职": "positions",
    "换届": "elections",
}
_OPENINGS = ("说明", "可选值")
"""In the titles of sheets that hold no records, as in our own templates."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read. `mapping`: header → field or `-`; `profile`: `divisions`, or None to recognise it."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    profile: str | None = None
    established_on: date | None = None
    """Of organisations that a list of divisions founds."""
    parent: str | None = None
    """Code of the organisation under which a list of divisions is hung."""


def kind_named(kind: str) -> RecordType:
    """The record type with this noun or Chinese title. NotFound with what there is."""
    wanted = fold(kind)
    for noun, each in RECORD_TYPES.items():
        if wanted in (fold(noun), fold(each.title), fold(each.kind)):
            return each
    if kind in _ALSO:
        return RECORD_TYPES[_ALSO[kind]]
    raise NotFound(
        "noun_not_found",
        f"没有名为“{kind}”的记录类型，可选：{'、'.join(f'{noun}（{each.title}）' for noun, each in RECORD_TYPES.items())}。",
    )


def sheets_of(record_type: RecordType) -> tuple[RecordType, list[RecordType]]:
    """For a template: the type itself, and the types that one file may hold with it."""
    return record_type, [RECORD_TYPES["attendances"]] if record_type.noun == "activities" else []


def read_file(
    path: Path, record_type: RecordType, how: Reading | None = None, progress: Callable[[int], None] = lambda _done: None
) -> list[Table]:
    """Tables of one file: the noun's own sheet first, then sheets that are named after another noun (出勤登记)."""
    how = how or Reading()
    if how.profile not in (None, DIVISIONS, "records"):
        raise Invalid(
            "mapping_unknown",
            "没有这种对应方式，可选：divisions（行政区划）、records（按表头）。",
            [FieldError("mapping", "没有这种对应方式")],
        )
    tables: list[Table] = []
    with opened(path) as sheets:
        for sheet in sheets:
            named = _noun_of(sheet.title)
            if any(word in sheet.title for word in _OPENINGS) or (tables and named is None):
                deque(sheet.rows, maxlen=0)  # read to its end: the next sheet follows it
                continue
            try:
                tables.append(_read_sheet(sheet, (named if tables and named else record_type), how, progress, first=not tables))
            except Invalid as error:
                if error.code != "file_without_rows":
                    raise
    if not any(table.rows for table in tables):
        raise Invalid("file_without_rows", "文件中没有数据行。")
    return tables


def _read_sheet(sheet: Sheet, record_type: RecordType, how: Reading, progress: Callable[[int], None], *, first: bool) -> Table:
    mapping = how.mapping if first else {}
    if record_type.noun == "organisations" and how.profile in (None, DIVISIONS):
        wish = {"demanded": how.profile == DIVISIONS, "established_on": how.established_on, "parent": how.parent}
        return divisions.read_divisions(sheet, record_type, wish, progress, mapping)
    return read_table(sheet, record_type, mapping, progress)


def _noun_of(title: str) -> RecordType | None:
    try:
        return kind_named(title)
    except NotFound:
        return None
