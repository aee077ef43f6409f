"""The items behind an indicator of one subtree, met and unmet, from the very select the fact is the sum of; or as frozen on publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Subquery, cast, func, or_, select, tuple_

from app.models.evaluations import FrozenItem
from app.models.organisations import Organisation
from app.scoring.engine.gather import items_of
from app.scoring.engine.population import scope
from app.scoring.metrics.view import Rows, View
from app.scoring.outcome import AMOUNTS, Period
from app.scoring.scheme.model import Indicator

Cursor = tuple[int, str, int, int]
"""Where a page ended: organisation id, label, record id (0 without one), number among equals."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. organisation: code of the organisation it arose in, which may have been succeeded by another; amounts in millionths."""

    organisation: str
    label: str
    record_kind: str | None
    record_id: int | None
    numerator: int
    denominator: int
    pending: int
    future: int
    fixable: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in a stable order, and the cursor of the next page if there is one."""

    items: tuple[Item, ...]
    after: Cursor | None


def items(
    connection: Connection,
    indicator: Indicator,
    period: Period,
    organisation_id: int,
    *,
    unmet: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """Live items of an indicator for an organisation and everything below it on D; `unmet`: only those that still lack something."""
    view = View(period, scope(connection, period, organisation_id))
    return _page(connection, items_of(indicator, view), unmet, after, limit)


def frozen_items(
    connection: Connection,
    run_id: int,
    indicator: Indicator,
    period: Period,
    organisation_id: int,
    *,
    unmet: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The same from the items frozen when the run was published."""
    item = FrozenItem
    listed = select(item.organisation_id, item.record_kind, item.record_id, item.label, *[getattr(item, name) for name in AMOUNTS]).where(
        item.run_id == run_id, item.fact_key == indicator.fact_key
    )
    within = scope(connection, period, organisation_id)
    return _page(connection, listed if within is None else listed.where(item.organisation_id.in_(within)), unmet, after, limit)


def live_items(connection: Connection, indicator: Indicator, period: Period, root_id: int) -> Rows:
    """Select of all items of a run: what publishing freezes and `verify` compares with."""
    return items_of(indicator, View(period, scope(connection, period, root_id)))


def _page(connection: Connection, listed: Rows, unmet: bool, after: Cursor | None, limit: int) -> Page:
    item = _numbered(listed)
    key = tuple_(item.c.organisation_id, item.c.label, item.c.record_key, item.c.nth)
    statement = (
        select(item, Organisation.code.label("code"))
        .join(Organisation, Organisation.id == item.c.organisation_id)
        .order_by(item.c.organisation_id, item.c.label, item.c.record_key, item.c.nth)
        .limit(limit + 1)
    )
    if unmet:
        statement = statement.where(or_(item.c.numerator < item.c.denominator, item.c.pending > 0, item.c.future > 0))
    rows: list[Any] = list(connection.execute(statement if after is None else statement.where(key > tuple_(*after))))
    found = tuple(
        Item(row.code, row.label, row.record_kind, row.record_id, *(int(getattr(row, name)) for name in AMOUNTS)) for row in rows[:limit]
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(found, None if last is None else (last.organisation_id, last.label, last.record_key, last.nth))


def _numbered(listed: Rows) -> Subquery:
    """Items with a complete order: equals in organisation, label and record are told apart by a number."""
    item = listed.subquery("item")
    key = func.coalesce(cast(item.c.record_id, BigInteger), 0)
    order = (item.c.organisation_id, item.c.label, key)
    nth = func.row_number().over(partition_by=order, order_by=(item.c.numerator, item.c.denominator, item.c.future))
    return select(item, key.label("record_key"), nth.label("nth")).subquery("numbered")
