"""Dues: recurring ones, an item per owner and calendar slot that was due or held; dated ones, an item per record with a day to meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import CTE, ColumnElement, Date, Integer, String, Subquery, and_, case, func, literal, not_, or_, select, true, union_all

from app.models.organisations import OrganisationExemption
from app.scoring.metrics.items import NOTHING, WHOLE, earliest, items, no_items, of_kinds, one, part, told_apart, whole
from app.scoring.metrics.sources import Owners, placements
from app.scoring.metrics.view import Column, Condition, Rows, View, kept
from app.scoring.outcome import Slot

EVERYTHING = "all"
"""What an exemption names when it waives every metric."""


def recurring(
    view: View,
    months: int,
    owners: Owners,
    held: Rows | Mapping[str, Rows],
    *,
    metric: str,
    kind: str = "activity",
    called: Rows | None = None,
) -> Rows:
    """Items of a metric with quarter logic (month, half-year and year alike).

    months: length of a slot; held: the qualifying records inside the window (owner_id, record_id, occurred_on), by kind where there are
    several; metric: its name, which exemptions refer to; called: where given, a slot that is over was due only if one of these days
    (owner_id, occurred_on) lies in it. A slot is due when its owner existed on its first and its last day and it has ended by D; until it
    ends it is future if the owner exists on D; a slot with an exempt day is neither; a slot with a record always counts.

    Records are grouped into one column per slot before anything is multiplied by the calendar: that was measured fastest everywhere.
    """
    slots = view.period.slots(months)
    if not slots:
        return no_items(kind)
    slot, kinds = _calendar(view, slots), held if isinstance(held, Mapping) else {kind: held}
    happened = of_kinds(kinds)
    owner = owners.rows.add_columns(*_owed(view, slots, owners)).subquery("owner")
    records = [
        earliest(happened.c.place, happened.c.occurred_on.between(each.first, each.last)).label(f"slot_{n}") for n, each in enumerate(slots)
    ]
    first = select(happened.c.owner_id, *records).group_by(happened.c.owner_id).subquery("held")
    waived = _waived(view, slot, metric)
    call = _called(slots, called)
    rows = owner.outerjoin(first, first.c.owner_id == owner.c.owner_id)
    rows = rows if call is None else rows.outerjoin(call, call.c.owner_id == owner.c.owner_id)
    each = (
        select(
            owner.c.organisation_id,
            (slot.c.label + owner.c.label).label("label"),
            slot.c.ended,
            and_(_pick(owner, "owed", slots, slot) == 1, waived.c.n.is_(None), _was_called(call, slots, slot)).label("owed"),
            _pick(first, "slot", slots, slot).label("record"),
        )
        .select_from(rows)
        .join(slot, true())
        .outerjoin(waived, and_(waived.c.organisation_id == owner.c.organisation_id, waived.c.n == slot.c.n))
        .subquery("each")
    ).c
    done, ended = each.record.is_not(None), each.ended == 1
    named, record_id = told_apart(each.record, list(kinds))
    return items(
        named,
        organisation_id=each.organisation_id,
        record_id=record_id,
        label=each.label,
        numerator=whole(done),
        denominator=whole(or_(done, ended)),
        future=whole(and_(not_(done), not_(ended))),
    ).where(or_(done, each.owed))


def dated(
    view: View,
    kind: str,
    *,
    organisation_id: Column,
    record_id: Column,
    label: Column,
    due_on: Column,
    done_on: Column,
    earns: Condition | None = None,
    late: float = 0,
) -> Rows:
    """Items of dated dues: one per record that is due in the period, for the caller to join and filter further.

    earns: what a record done in time needs besides. late: what one is worth that was done after its day; as much can still be had from one
    that is open. What was done after D is open. Until its day has come, a record either is earned already or is future.
    """
    came, done = due_on <= view.until, and_(done_on.is_not(None), done_on <= view.until)
    earned = and_(done, done_on <= due_on, true() if earns is None else earns)
    belated = [] if late == 0 else [(and_(done, done_on > due_on), part(late))]
    return items(
        kind,
        organisation_id=organisation_id,
        record_id=record_id,
        label=label,
        numerator=case((earned, WHOLE), *belated, else_=NOTHING),
        denominator=whole(or_(came, earned)),
        future=whole(not_(or_(came, earned))),
        fixable=NOTHING if late == 0 else case((and_(came, not_(done)), part(late)), else_=NOTHING),
    ).where(view.planned(due_on), view.sees(organisation_id))


def _called(slots: Sequence[Slot], called: Rows | None) -> Subquery | None:
    """One column per slot: 1 where a day lies in it."""
    if called is None:
        return None
    day = called.subquery("day").c
    columns = [func.max(one(day.occurred_on.between(each.first, each.last))).label(f"call_{n}") for n, each in enumerate(slots)]
    return select(day.owner_id, *columns).group_by(day.owner_id).subquery("call")


def _was_called(call: Subquery | None, slots: Sequence[Slot], slot: CTE) -> Condition:
    """Whether a slot could be met at all: it was called for, or may still be."""
    return true() if call is None else or_(slot.c.ended == 0, _pick(call, "call", slots, slot) == 1)


def _calendar(view: View, slots: Sequence[Slot]) -> CTE:
    """n, label, starts_on, ends_on, ended: a union of literals, which every database plans well."""
    rows = [
        select(
            literal(n, Integer).label("n"),
            literal(each.label, String).label("label"),
            literal(each.first, Date).label("starts_on"),
            literal(each.last, Date).label("ends_on"),
            literal(int(each.last <= view.until), Integer).label("ended"),
        )
        for n, each in enumerate(slots)
    ]
    return union_all(*rows).cte()


def _owed(view: View, slots: Sequence[Slot], owners: Owners) -> list[ColumnElement[int]]:
    """One column per slot: 1 if the owner owes it, or, while the slot runs, can still hold it."""
    conditions = [
        and_(owners.exists(each.first), owners.exists(each.last)) if each.last <= view.until else owners.exists(view.until)
        for each in slots
    ]
    return [one(condition).label(f"owed_{n}") for n, condition in enumerate(conditions)]


def _pick(rows: Subquery, name: str, slots: Sequence[Slot], slot: CTE) -> ColumnElement[int]:
    """The column of the slot at hand among the columns of all slots."""
    return case({n: rows.c[f"{name}_{n}"] for n in range(len(slots))}, value=slot.c.n)


def _waived(view: View, slot: CTE, metric: str) -> Subquery:
    """Slots with an exempt day: organisation_id, n. An exemption holds for everything below its organisation, in the tree as of D."""
    exemption, placed = OrganisationExemption, placements(view)
    granted = (
        select(exemption.organisation_id, exemption.valid_from, exemption.valid_to)
        .where(exemption.what.in_([EVERYTHING, metric]), kept(exemption))
        .cte(recursive=True)
    )
    granted = granted.union(
        select(placed.c.organisation_id, granted.c.valid_from, granted.c.valid_to).join(
            granted, placed.c.parent_id == granted.c.organisation_id
        )
    )
    overlaps = and_(granted.c.valid_from <= slot.c.ends_on, or_(granted.c.valid_to.is_(None), granted.c.valid_to >= slot.c.starts_on))
    return (
        select(granted.c.organisation_id, slot.c.n)
        .join(slot, overlaps)
        .where(view.sees(granted.c.organisation_id))
        .distinct()
        .subquery("waived")
    )
