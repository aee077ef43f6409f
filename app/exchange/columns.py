"""The columns of a record type in a file, made from its schema: titles, converters, choices, parts of a reference."""

import re
import types
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from app.exchange import cells
from app.exchange.cells import Converter
from app.exchange.codes import HEADER_WORDS
from app.models.base import Labelled
from app.schemas.base import RecordType, Reference
from app.schemas.nouns import BY_KIND

_LAST = ("source", "external_id")


@dataclass(frozen=True, eq=False)
class Column:
    """One column of the file. `path` is a field, or `activity.kind`: a part of the key of what the field refers to."""

    path: str
    title: str
    convert: Converter
    required: bool
    names: frozenset[str]
    """Headers by which it is known, folded."""
    choices: tuple[str, ...] = ()
    reference: Reference | None = None
    sealed: bool = False
    hint: str = ""
    example: str = ""

    @property
    def field(self) -> str:
        return self.path.split(".")[0]

    @property
    def is_part(self) -> bool:
        return "." in self.path


def columns_of(record_type: RecordType) -> tuple[Column, ...]:
    """All columns of a record type: its own fields, then those that many types share, last what names the source system."""
    fields = record_type.In.model_fields
    found: list[Column] = []
    own = record_type.In.__annotations__
    for name in sorted(fields, key=lambda each: (each in _LAST, each not in own)):
        found.append(_column(record_type, name))
        found += _parts(record_type, name, taken={each.title or "" for each in fields.values()})
    return tuple(found)


def _column(record_type: RecordType, name: str) -> Column:
    info = record_type.In.model_fields[name]
    plain, inner = _bare(info.annotation)
    reference = record_type.references.get(name)
    convert, choices, example = _how(name, plain, inner, reference)
    title = info.title or name
    return Column(
        path=name, title=title, convert=convert, required=info.is_required(), choices=choices, reference=reference,
        names=frozenset(fold(each) for each in (title, name, *HEADER_WORDS.get(title, "").split())),
        sealed=hasattr(record_type.model, f"{name}_sealed"), hint=info.description or "", example=example,
    )  # fmt: skip


def _parts(record_type: RecordType, name: str, taken: set[str]) -> list[Column]:
    """What is known only by several fields together (an activity) may be named by them: 活动类型, 日期, 主题 …"""
    reference = record_type.references.get(name)
    if reference is None or reference.kind not in BY_KIND or reference.by != "id" or name in record_type.resolved_by_service:
        return []
    target = BY_KIND[reference.kind]
    first, *others = target.natural_key or ("",)
    # A dated record is named by its name or number: the day it began would be one column too many.
    if first != "organisation" or not others or "valid_from" in others or target.references.keys() & set(others):
        return []
    found = []
    for key in target.natural_key:
        column = _column(target, key)
        title = f"{record_type.In.model_fields[name].title}{column.title}" if column.title in taken else column.title
        prefixed = fold(f"{record_type.In.model_fields[name].title}{column.title}")
        found.append(
            Column(
                path=f"{name}.{key}",
                title=title,
                convert=column.convert,
                required=False,
                choices=column.choices,
                reference=column.reference,
                names=column.names | {fold(title), prefixed} - {key},
                example=column.example,
            )
        )
    return found


def _bare(annotation: Any) -> tuple[Any, Any]:
    """(type, type of the parts of a list) without None and annotations."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(each for each in get_args(annotation) if each is not type(None))
        elif origin is list:
            return list, _bare(get_args(annotation)[0])[0]
        else:
            return annotation, None


_SIMPLE: dict[Any, tuple[Converter, str]] = {
    date: (cells.remembering(cells.day), "2026-03-05"),
    datetime: (cells.moment, "2026-03-05 09:00"),
    int: (cells.remembering(cells.whole), "1"),
    Decimal: (cells.money, "1234.50"),
}


def _how(name: str, plain: Any, inner: Any, reference: Reference | None) -> tuple[Converter, tuple[str, ...], str]:
    """(converter, offered choices, example) of one field."""
    if reference is not None:
        return cells.code, (), ""
    if plain is list:
        return cells.several(_how(name, inner, None, None)[0]), (), "第一项；第二项"
    if plain is bool:
        return cells.remembering(cells.yes_or_no), ("是", "否"), "是"
    if isinstance(plain, type) and issubclass(plain, Enum):
        labels = tuple(each.label if isinstance(each, Labelled) else str(each.value) for each in plain)
        return cells.remembering(cells.choice(plain)), labels, labels[0]
    if name == "ethnicity":
        return cells.remembering(cells.people), (), "汉族"
    if name in _CODES:
        return cells.code, (), ""
    convert, example = _SIMPLE.get(plain, (cells.text_of, ""))
    return convert, (), example


_CODES = frozenset({"code", "national_id", "phone", "region_code", "external_id", "what", "partners"})
"""Text in which a full-width digit or a space is a slip of the pen."""


def fold(header: str) -> str:
    """A header without spaces, marks and remarks in brackets: `入党日期（必填）*` and `入党日期` are the same."""
    text = unicodedata.normalize("NFKC", header).lower()
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text) if not text.startswith("(") else text
    return re.sub(r"[\s*:_\-/、,。]+", "", text)
