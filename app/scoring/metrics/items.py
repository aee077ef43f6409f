"""The columns every metric lists, and the fact that is their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, ColumnElement, Integer, String, Subquery, case, cast, extract, false, func, literal, select, union_all

from app.scoring.metrics.view import Column, Condition, Rows
from app.scoring.outcome import AMOUNTS, ONE

NOTHING = literal(0, Integer)
WHOLE = literal(ONE, BigInteger)

_IDS = 10**11
"""More records than a table will ever hold: an id below it shares one 64-bit number with a day (20261231 × 10^11 < 2^63)."""

_LABEL = 300
"""Characters of a label that are kept when items are frozen."""


def items(
    kind: str | ColumnElement[str],
    *,
    organisation_id: Column,
    record_id: Column,
    label: Column,
    numerator: ColumnElement[int],
    denominator: ColumnElement[int],
    pending: ColumnElement[int] = NOTHING,
    future: ColumnElement[int] = NOTHING,
    fixable: ColumnElement[int] = NOTHING,
    mendable: bool = False,
) -> Rows:
    """A metric's select: one row per item, amounts in int64 millionths.

    kind: of the record behind an item; NULL where record_id is. mendable: all that is missing can still be made good now (else `fixable`).
    """
    return select(
        organisation_id.label("organisation_id"),
        case((record_id.is_not(None), literal(kind, String) if isinstance(kind, str) else kind)).label("record_kind"),
        record_id.label("record_id"),
        label.label("label"),
        numerator.label("numerator"),
        denominator.label("denominator"),
        pending.label("pending"),
        future.label("future"),
        (denominator - numerator if mendable else fixable).label("fixable"),
    )


def no_items(kind: str) -> Rows:
    """The items of a metric that owes nothing in the whole period."""
    nobody = literal(0, BigInteger)
    return items(kind, organisation_id=nobody, record_id=nobody, label=literal("", String), numerator=NOTHING, denominator=NOTHING).where(
        false()
    )


def together(*listed: Rows) -> Rows:
    """The items of several selects as those of one metric."""
    return select(union_all(*listed).subquery("either"))


def shortened(text: Column) -> ColumnElement[str]:
    """The beginning of a text, as much of it as a label holds."""
    return func.substr(text, 1, _LABEL)


def fact(listed: Rows) -> Rows:
    """The fact of every organisation: organisation_id and its five sums. A column that is nothing by construction is not summed."""
    item = listed.subquery("item")
    idle = {name for name in AMOUNTS if getattr(listed.selected_columns[name], "element", None) is NOTHING}
    sums = [(NOTHING if name in idle else cast(func.sum(item.c[name]), BigInteger)).label(name) for name in AMOUNTS]
    return select(item.c.organisation_id, *sums).group_by(item.c.organisation_id)


def whole(condition: Condition) -> ColumnElement[int]:
    """One whole item where the condition holds, else nothing."""
    return case((condition, WHOLE), else_=NOTHING)


def part(share: float) -> ColumnElement[int]:
    """A share of one item as an amount, rounded half-up."""
    return literal(int(share * ONE + 0.5), BigInteger)


def one(condition: Condition) -> ColumnElement[int]:
    """1 where the condition holds, else 0."""
    return case((condition, 1), else_=0)


def millionths(count: Column) -> ColumnElement[int]:
    """A count as an amount: widened first, since a thousand people are more millionths than 32 bits hold."""
    return cast(count, BigInteger) * WHOLE


def at_most(count: ColumnElement[int], limit: Column) -> ColumnElement[int]:
    """The smaller of two numbers (no two databases agree on the name of that function)."""
    return case((count < limit, count), else_=limit)


def half_up(dividend: ColumnElement[int], divisor: ColumnElement[int]) -> ColumnElement[int]:
    """Quotient of two natural numbers rounded half-up; whole numbers throughout, so every database divides exactly."""
    return cast(dividend * 2 + divisor, BigInteger) // cast(divisor * 2, BigInteger)


def place(day: Column, record_id: Column) -> ColumnElement[int]:
    """The place of a record in the order by (day, id), as one whole number that every database can compute and compare."""
    date = cast(extract("year", day) * 10_000 + extract("month", day) * 100 + extract("day", day), BigInteger)
    return date * _IDS + record_id


def earliest(places: ColumnElement[int], condition: Condition | None = None) -> ColumnElement[int]:
    """Aggregate: id of the record whose place comes first, among those that meet the condition."""
    return func.min(places if condition is None else case((condition, places))) % _IDS


def of_kinds(kinds: Mapping[str, Rows]) -> Subquery:
    """Records of several kinds (owner_id, record_id, occurred_on) as one list: owner_id, n (of the kind), occurred_on, place.

    Where there is more than one kind an id is multiplied by their number, to carry the kind with it.
    """
    records = [rows.subquery(f"record_{n}").c for n, rows in enumerate(kinds.values())]
    numbers = [each.record_id if len(records) == 1 else each.record_id * len(records) + n for n, each in enumerate(records)]
    listed = [
        select(each.owner_id, literal(n, Integer).label("n"), each.occurred_on, place(each.occurred_on, number).label("place"))
        for n, (each, number) in enumerate(zip(records, numbers, strict=True))
    ]
    return (listed[0] if len(listed) == 1 else union_all(*listed)).subquery("happened")


def told_apart(record: ColumnElement[int], kinds: Sequence[str]) -> tuple[str | ColumnElement[str], ColumnElement[int]]:
    """Kind and id of a record from the number that `of_kinds` gave it."""
    if len(kinds) == 1:
        return kinds[0], record
    names = {n: literal(name, String) for n, name in enumerate(kinds)}
    return case(names, value=record % len(kinds)), record // len(kinds)
