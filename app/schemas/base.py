"""How a record type is described once: its schemas, references, keys and titles feed API, forms, Excel and import alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model, model_validator

from app.models.base import Record


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a field that names another record: `kind` of that record, and by which column outsiders name it."""

    kind: str
    by: str = "id"


OrganisationCode = Annotated[str, Reference("organisation", "code"), StringConstraints(min_length=1, max_length=64)]
_id = Field(ge=1, le=2**63 - 1)
MemberId = Annotated[int, Reference("member"), _id]
GroupId = Annotated[int, Reference("party_group"), _id]
MemberIds = list[Annotated[int, _id]]
"""Members that a record names beside its own, as rows that hang on it."""
ActivityId = Annotated[int, Reference("activity"), _id]

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class RecordIn(BaseModel):
    """What is sent to create a record. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str | None, Field(title="来源系统", max_length=64)] = None
    external_id: Annotated[str | None, Field(title="来源编号", max_length=128)] = None

    @model_validator(mode="before")
    @classmethod
    def storable(cls, data: Any) -> Any:
        """One of the two databases cannot hold the NUL character; neither gets it."""
        if isinstance(data, dict) and any("\0" in text for value in data.values() for text in _texts(value)):
            raise ValueError("含有无法保存的字符")
        return data


def _texts(value: Any) -> Iterator[str]:
    """All texts of a value, also those in lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


class DatedIn(RecordIn):
    """A record that holds from one day to another, both inclusive; no end means it still holds."""

    valid_from: Annotated[date, Field(title="起始日期")]
    valid_to: Annotated[date | None, Field(title="结束日期")] = None

    @model_validator(mode="after")
    def ends_after_start(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("结束日期早于起始日期")
        return self


class RecordOut(BaseModel):
    """What every stored record says besides its own fields."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    version: Annotated[int, Field(title="版本")]
    recorded_at: Annotated[datetime, Field(title="录入时间")]
    updated_at: Annotated[datetime, Field(title="更新时间")]
    recorded_by: Annotated[str, Field(title="录入人")]
    withdrawn_at: Annotated[datetime | None, Field(title="撤回时间")]
    withdrawn_reason: Annotated[str | None, Field(title="撤回原因")]


class Withdrawal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500), Field(title="原因")]


@dataclass(frozen=True)
class RecordType:
    """One noun: where it lives, what comes in, what goes out, how it is found."""

    noun: str
    """Plural stem of the URL, `party-groups`."""
    title: str
    model: type[Record]
    In: type[RecordIn]
    extra_out: dict[str, Any] = field(default_factory=dict)
    """Read-only fields of the answer beyond those that came in: name → (annotation, default or Field)."""
    fixed: frozenset[str] = frozenset()
    """Fields that a change may not touch (they identify the record, or an operation changes them)."""
    natural_key: tuple[str, ...] = ()
    """Fields by which an import recognises a record it has seen before."""
    name_field: str = "id"
    """Column that stands for the record where another one refers to it."""
    search: tuple[str, ...] = ()
    """Text columns that `q` looks into."""
    sort: str = "id"
    """Default order, `-occurred_on`; NOT NULL column, ties by id."""
    sorts: tuple[str, ...] = ()
    day: tuple[str, str] | None = None
    """Columns that `from` and `to` compare with: (start, end), equal for a dated record."""
    filters: tuple[str, ...] = ()
    """Fields that a list can be narrowed by."""
    owner: str | None = None
    """Reference whose organisation becomes the record's, for records that do not name one."""
    resolved_by_service: frozenset[str] = frozenset()
    """References that may name a row of the same batch, so that the family's service finds them."""

    @property
    def kind(self) -> str:
        return self.model.record_kind

    @cached_property
    def references(self) -> dict[str, Reference]:
        """Field → what it refers to."""
        found = {}
        for name, info in self.In.model_fields.items():
            marks = [*info.metadata, *(mark for arg in get_args(info.annotation) for mark in getattr(arg, "__metadata__", ()))]
            for mark in marks:
                if isinstance(mark, Reference):
                    found[name] = mark
        return found

    @cached_property
    def Patch(self) -> type[BaseModel]:
        """Every field optional; only those sent change. `reason` is asked for once a published result rests on the record."""
        fields: dict[str, Any] = {
            name: (info.annotation if not info.metadata else Annotated[info.annotation, *info.metadata], _optional(info))
            for name, info in self.In.model_fields.items()
            if name not in self.fixed
        }
        fields["reason"] = (str | None, Field(None, title="修改原因", max_length=500))
        return create_model(self._name("Patch"), __config__=ConfigDict(extra="forbid"), **fields)

    @cached_property
    def Out(self) -> type[BaseModel]:
        """All fields that came in, names of what is referred to, and what every record says."""
        fields: dict[str, Any] = {}
        for name, info in self.In.model_fields.items():
            fields[name] = (
                (info.annotation, Field(title=info.title)) if info.is_required() else (info.annotation, Field(None, title=info.title))
            )
            if name in self.references:
                fields[f"{name}_name"] = (str | None, Field(None, title=f"{(info.title or name).removesuffix('编码')}名称"))
        fields |= self.extra_out
        return create_model(self._name(""), __base__=RecordOut, **fields)

    def _name(self, suffix: str) -> str:
        return self.In.__name__.removesuffix("In") + suffix


def _optional(info: Any) -> Any:
    return Field(None, title=info.title, description=info.description)


def page_of(out: type[BaseModel]) -> type[BaseModel]:
    """`{"items": […], "next_cursor": …, "total": …}`; total is null unless asked for."""
    return create_model(
        f"{out.__name__}Page",
        items=(Sequence[out], Field(title="记录")),  # type: ignore[valid-type]  # a model made at run time
        next_cursor=(str | None, Field(None, title="下一页")),
        total=(int | None, Field(None, title="总数")),
    )
