"""Days and what they must fit: whether organisations and groups existed, whether periods of the same thing overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVarTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.db import chunks
from app.models.organisations import Organisation, PartyGroup

_CHUNK = 5000
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Life:
    """The days of something, both inclusive; no end means it still exists. `home`: its organisation (or itself)."""

    home: int
    name: str
    start: date
    end: date | None

    def covers(self, first: date, last: date | None) -> bool:
        """Whether it existed on every day from `first` to `last` (None: from then on without end)."""
        return self.start <= first and (self.end is None or (last is not None and last <= self.end))

    def meets(self, first: date, last: date | None) -> bool:
        """Whether it existed on at least one day of the period."""
        return (last is None or self.start <= last) and (self.end is None or first <= self.end)

    def sentence(self) -> str:
        """When it existed, for people."""
        return f"{self.name}自 {self.start} 起存在" if self.end is None else f"{self.name}存在于 {self.start} 至 {self.end}"


@dataclass(frozen=True, slots=True)
class Span:
    """A period on its way into the database. `owner`: what must not overlap within; `mark`: whose period it is."""

    owner: object
    valid_from: date
    valid_to: date | None
    mark: Any = None


def organisation_lives(session: Session, ids: Iterable[int | None]) -> dict[int, Life]:
    """Organisation id → its days (`dissolved_on` is the first day it no longer exists)."""
    statement = select(Organisation.id, Organisation.id, Organisation.name, Organisation.established_on, Organisation.dissolved_on)
    found = by_ids(session, statement, Organisation.id, ids)
    return {key: Life(home, name, start, None if end is None else end - clock.DAY) for key, home, name, start, end in found}


def group_lives(session: Session, ids: Iterable[int | None]) -> dict[int, Life]:
    """Party group id → its days and organisation."""
    statement = select(PartyGroup.id, PartyGroup.organisation_id, PartyGroup.name, PartyGroup.valid_from, PartyGroup.valid_to)
    return {key: Life(home, name, start, end) for key, home, name, start, end in by_ids(session, statement, PartyGroup.id, ids)}


def by_ids(session: Session, statement: Select[*Columns], column: Any, ids: Iterable[Any]) -> list[tuple[*Columns]]:
    """The rows of a select for these ids (or other keys), in chunks a database takes."""
    wanted = sorted({each for each in ids if each is not None})
    return [row for chunk in chunks(wanted, _CHUNK) for row in session.execute(statement.where(column.in_(chunk)))]


def overlapping(spans: Iterable[Span]) -> list[Span]:
    """Periods that share a day with an earlier beginning one of the same owner, and those earlier ones."""
    found: list[Span] = []
    reach: dict[object, Span] = {}
    for span in sorted(spans, key=lambda each: (each.valid_from, _end(each))):
        furthest = reach.setdefault(span.owner, span)
        if furthest is span:
            continue
        if span.valid_from <= _end(furthest):
            found += [furthest, span]
        if _end(span) > _end(furthest):
            reach[span.owner] = span
    return found


def _end(span: Span) -> date:
    return span.valid_to or date.max
