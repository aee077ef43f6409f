"""What a metric may look at, and the predicates every source is filtered with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, literal, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.models.base import Record
from app.models.organisations import Organisation
from app.scoring.outcome import Period

Rows: TypeAlias = Select[*tuple[Any, ...]]
Column: TypeAlias = ColumnElement[Any] | QueryableAttribute[Any]
Condition: TypeAlias = ColumnElement[bool]


class _Filter(FunctionElement[dt.date]):
    """A day to filter by, not to search by.

    A year is a large part of a table, yet SQLite prefers to fetch that part row by row through an index on the day over the index on
    kind and organisation (measured: three times as slow, the evidence of one branch a hundred times). Its unary plus hides a column
    from indexes.
    """

    type = Date()
    inherit_cache = True


@compiles(_Filter)
def _plain(element: _Filter, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Filter, "sqlite")
def _hidden(element: _Filter, compiler: SQLCompiler, **options: Any) -> str:
    return "+" + compiler.process(element.clauses, **options)


class _Later(FunctionElement[dt.date]):
    """A day so many days later, which no two databases write alike."""

    type = Date()
    inherit_cache = True


@compiles(_Later)
def _added(element: _Later, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({day} + {days})"


@compiles(_Later, "sqlite")
def _counted(element: _Later, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({day}, {days} || ' days')"


def later(day: Column, days: int) -> ColumnElement[dt.date]:
    """The day so many days after another."""
    return _Later(day, literal(days, Integer))


class _Between(FunctionElement[int]):
    """Days from one day to another."""

    type = Integer()
    inherit_cache = True


@compiles(_Between)
def _subtracted(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({last} - {first})"


@compiles(_Between, "sqlite")
def _reckoned(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


def days(first: Column, last: Column) -> ColumnElement[int]:
    """The number of days from one day to another, both counted."""
    return _Between(first, last) + literal(1, Integer)


@dataclass(frozen=True, slots=True)
class View:
    """A period, and the organisations in question: a select of their ids, or None for all of them.

    The scope goes into every source instead of around the finished select: that keeps the evidence of one organisation in milliseconds.
    """

    period: Period
    organisations: Rows | None = None

    @property
    def until(self) -> dt.date:
        """D, the last day looked at."""
        return self.period.until

    def sees(self, organisation_id: Column) -> Condition:
        """Whether an organisation is in question."""
        return true() if self.organisations is None else organisation_id.in_(self.organisations)

    def within(self, day: Column) -> Condition:
        """Whether a day lies in the window W = [start, D]."""
        return _Filter(day).between(self.period.start, self.until)

    def planned(self, day: Column) -> Condition:
        """Whether a day lies in the whole period P, which may not be over yet."""
        return _Filter(day).between(self.period.start, self.period.end)

    def runs(self, valid_from: Column, valid_to: Column) -> Condition:
        """Whether a period with inclusive ends, NULL meaning open, overlaps the window W."""
        return and_(or_(valid_from.is_(None), valid_from <= self.until), or_(valid_to.is_(None), valid_to >= self.period.start))


def kept(*models: type[Record]) -> Condition:
    """Only records that were not withdrawn."""
    return and_(*[model.withdrawn_at.is_(None) for model in models])


def covers(valid_from: Column, valid_to: Column, day: Column | dt.date) -> Condition:
    """Whether a period with inclusive ends, NULL meaning open, covers a day."""
    return and_(or_(valid_from.is_(None), valid_from <= day), or_(valid_to.is_(None), valid_to >= day))


def lives(organisation: type[Organisation], day: Column | dt.date) -> Condition:
    """Whether an organisation exists on a day; `dissolved_on` is the first day on which it does not."""
    return and_(organisation.established_on <= day, or_(organisation.dissolved_on.is_(None), organisation.dissolved_on > day))
