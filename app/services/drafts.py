"""A record on its way into the database."""

from dataclasses import dataclass, field
from typing import Any

from app.errors import FieldError
from app.models.base import Record


@dataclass
class Draft:
    """One record on its way into the database."""

    data: dict[str, Any]
    """The whole record as people send it (fields of the In schema)."""
    changed: frozenset[str]
    """Fields that were sent; of a new record all of them."""
    record: Record | None = None
    """The record as it is, when it exists already."""
    place: str = ""
    """Where it came from, `第 5 行`; empty for what somebody enters by hand."""
    reason: str | None = None
    """Why a record is changed, when somebody said so."""
    values: dict[str, Any] = field(default_factory=dict)
    """Column values to be written."""
    errors: list[FieldError] = field(default_factory=list)
    lists_change: bool = False
    """Whether rows that hang on the record change with it; set by the family's service."""
    is_new: bool = field(init=False)
    """Whether the record is founded by this draft; still true after it was written."""

    def __post_init__(self) -> None:
        self.is_new = self.record is None

    def column(self, name: str) -> Any:
        """A column as it will be: the value to be written, else the one that is there."""
        return self.values[name] if name in self.values else getattr(self.record, name, None)

    def differs(self) -> bool:
        """Whether writing it changes anything about the record that is there."""
        return self.lists_change or any(getattr(self.record, name) != value for name, value in self.values.items())

    def refuse(self, name: str, message: str) -> None:
        self.errors.append(FieldError(name, message))
