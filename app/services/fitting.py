"""What the days of a record must fit: today, the life of its organisation, what it belongs to, other periods of the same thing.

Each rule looks at a whole batch with one statement per 5,000 keys and leaves its refusals in the drafts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.schemas.base import RecordType
from app.services.drafts import Draft
from app.services.lifetimes import Span, by_ids, organisation_lives, overlapping


def refuse_future(drafts: Sequence[Draft], *names: str) -> None:
    """What is said to have happened has happened."""
    today = clock.today()
    for draft in drafts:
        for name in names:
            if name in draft.changed and draft.data[name] is not None and draft.data[name] > today:
                draft.refuse(name, "日期不能晚于今天")


def refuse_outside_life(session: Session, drafts: Sequence[Draft], first: str, last: str, reference: str = "organisation") -> None:
    """The organisation named by `reference` existed on at least one day from `first` to `last` (fields, the same for a single day)."""
    lives = organisation_lives(session, (draft.column(f"{reference}_id") for draft in drafts))
    for draft in drafts:
        life = lives.get(draft.column(f"{reference}_id"))
        if life is not None and not life.meets(draft.data[first], draft.data[last]):
            draft.refuse(first, f"{life.sentence()}，登记的日期不在这段时间内")


def refuse_outside(session: Session, drafts: Sequence[Draft], parents: RecordType, day: str) -> None:
    """A day lies within the period of the dated record that this one belongs to."""
    model: Any = parents.model
    reference = f"{parents.kind}_id"
    statement = select(model.id, model.valid_from, model.valid_to)
    rows = by_ids(session, statement, model.id, (draft.column(reference) for draft in drafts))
    periods = {key: (first, last) for key, first, last in rows}
    for draft in drafts:
        first, last = periods[draft.column(reference)]
        if draft.data[day] < first:
            draft.refuse(day, f"{parents.title}自 {first} 起，这一天还没有开始")
        elif last is not None and draft.data[day] > last:
            draft.refuse(day, f"{parents.title}已于 {last} 结束")


def refuse_left_out(session: Session, drafts: Sequence[Draft], children: RecordType, reference: str, day: str) -> None:
    """A dated record is not shortened past what already belongs to it."""
    shortened = [draft for draft in drafts if not draft.is_new and draft.changed & {"valid_from", "valid_to"}]
    model: Any = children.model
    owner, on = getattr(model, f"{reference}_id"), getattr(model, day)
    statement = select(owner, func.min(on), func.max(on)).where(model.withdrawn_at.is_(None)).group_by(owner)
    reached = {key: (first, last) for key, first, last in by_ids(session, statement, owner, (draft.column("id") for draft in shortened))}
    for draft in shortened:
        first, last = reached.get(draft.column("id"), (None, None))
        if first is not None and first < draft.data["valid_from"]:
            draft.refuse("valid_from", f"已有 {first} 的{children.title}，起始日期不能更晚")
        if last is not None and draft.data["valid_to"] is not None and last > draft.data["valid_to"]:
            draft.refuse("valid_to", f"已有 {last} 的{children.title}，结束日期不能更早")


def refuse_overlaps(session: Session, drafts: Sequence[Draft], record_type: RecordType, owner: tuple[str, ...], message: str) -> None:
    """Periods of one owner (equal values in these columns) share no day, neither in the batch nor with what is there."""
    model: Any = record_type.model
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    columns = [getattr(model, name) for name in owner]
    stored: Any = select(model.id, model.valid_from, model.valid_to, *columns).where(model.withdrawn_at.is_(None))
    rows = by_ids(session, stored, columns[0], (draft.column(owner[0]) for draft in drafts))
    spans = [Span(tuple(rest), first, last) for key, first, last, *rest in rows if key not in changed]
    spans += [Span(tuple(map(draft.column, owner)), draft.data["valid_from"], draft.data["valid_to"], draft) for draft in drafts]
    refuse_spans(spans, message)


def refuse_spans(spans: Sequence[Span], message: str) -> None:
    """Refuses the drafts (marks) among overlapping periods, each once."""
    for draft in {id(span.mark): span.mark for span in overlapping(spans) if span.mark is not None}.values():
        draft.refuse("valid_from", message)
