"""Reading the tree as of a day: lists of nodes, and one organisation with all that its card shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app import access, clock
from app.access import Actor, Permission
from app.errors import FieldError, Invalid
from app.models.base import Record
from app.models.members import Member, Membership
from app.models.organisations import Organisation, OrganisationLineage, OrganisationPlacement
from app.schemas.organisations import ORGANISATIONS
from app.scoring.metrics.view import Rows, covers, kept, lives
from app.services.listing import Page, Query, beyond, decode_cursor, encode_cursor, find_organisation
from app.services.organisations.placements import below_on, line_on, stands
from app.services.organisations.warnings import warnings_of
from app.services.records import present, presents


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of the tree a list shows, as of which day (None: today)."""

    parent: str | None = None
    root: bool = False
    as_of: date | None = None

    @property
    def day(self) -> date:
        return self.as_of or clock.today()


def list_nodes(session: Session, actor: Actor, query: Query, place: Place) -> Page:
    """Organisations that exist on the day. Children and roots come in their own order, everything else by code."""
    order = query.sort or ("sort_order" if place.root or place.parent else "code")
    column, descending = _sort_column(order)
    statement = _matching(session, actor, query, place)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) if query.count else None
    if query.cursor:
        after, last_code = decode_cursor(query.cursor, order, column, tie=str)
        statement = statement.where(beyond(column, Organisation.code, after, last_code, descending))
    ordered = (column.desc(), Organisation.code.desc()) if descending else (column.asc(), Organisation.code.asc())
    rows = session.execute(statement.order_by(*ordered).limit(query.limit + 1)).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    following = encode_cursor(order, getattr(last, column.key), last.code) if last else None
    return Page(_nodes(session, page, place.day), following, total)


def get_card(session: Session, actor: Actor, organisation: Organisation, as_of: date | None = None) -> dict[str, Any]:
    """One organisation as of a day (today): its own fields, place, line of those above it, lineage, counts, warnings."""
    day = as_of or clock.today()
    card = present(session, actor, ORGANISATIONS, [organisation])[0]
    placement = _placements(session, [organisation.id], day).get(organisation.id)
    counts = _counts(session, organisation.id, day)
    line = line_on(session, organisation.id, day)
    standing = _standing(placement)
    return card | standing | {
        "placement": placement and standing | {"valid_from": placement[0].valid_from, "valid_to": placement[0].valid_to},
        "path": [{"code": each.code, "name": each.name} for each in reversed(line)],
        "lineage": _lineage(session, organisation.id),
        "counts": counts,
        "has_children": counts["children"] > 0,
        "warnings": warnings_of(session, organisation, counts["full_subtree"], day),
    }  # fmt: skip


@presents("organisation")
def show_standing(session: Session, _actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """Parent and build as of today (of one that does not exist today: none), and the labels."""
    found = _placements(session, [record.id for record in records], clock.today())
    for record, row in zip(records, rows, strict=True):
        row.update(_standing(found.get(record.id)), form_label=row["form"].label, category_label=row["category"].label)


def _sort_column(order: str) -> tuple[Any, bool]:
    name = order.removeprefix("-")
    allowed = ("sort_order", *ORGANISATIONS.sorts)
    if name not in allowed:
        raise Invalid("sort_unknown", f"不能按 {name} 排序，可选：{'、'.join(sorted(allowed))}。", [FieldError("sort", "没有这种排序")])
    return getattr(Organisation, name), order.startswith("-")


def _matching(session: Session, actor: Actor, query: Query, place: Place) -> Rows:
    access.require(actor, Permission.read_records)
    parent = aliased(Organisation)
    statement = (
        select(Organisation, OrganisationPlacement.evaluated, parent.code)
        .join(OrganisationPlacement, and_(OrganisationPlacement.organisation_id == Organisation.id, stands(place.day)))
        .outerjoin(parent, parent.id == OrganisationPlacement.parent_id)
        .where(access.visible(actor, Permission.read_records), kept(Organisation), lives(Organisation, place.day))
    )
    if place.root:
        statement = statement.where(_is_top(actor))
    if place.parent is not None:
        statement = statement.where(OrganisationPlacement.parent_id == find_organisation(session, actor, place.parent).id)
    if query.organisation is not None:
        statement = statement.where(_within(find_organisation(session, actor, query.organisation), place.day, subtree=query.subtree))
    if query.q:
        statement = statement.where(or_(*[getattr(Organisation, name).contains(query.q, autoescape=True) for name in ORGANISATIONS.search]))
    return statement.where(*[getattr(Organisation, name) == value for name, value in query.filters.items()])


def _is_top(actor: Actor) -> ColumnElement[bool]:
    """The top of what the actor sees: the roots of the tree, or the organisations of the grants."""
    prefixes = actor.grants.get(Permission.read_records, ())
    if "/" in prefixes:
        return OrganisationPlacement.parent_id.is_(None)
    return or_(false(), Organisation.path.in_(prefixes))


def _within(root: Organisation, day: date, *, subtree: bool) -> ColumnElement[bool]:
    """In the subtree as of the day; from today on the path says it, for an earlier day the placements of that day do."""
    if not subtree:
        return Organisation.id == root.id
    if day >= clock.today():
        return access.below(root.path)
    return Organisation.id.in_(select(below_on(root.id, day).c.organisation_id))


def _nodes(session: Session, page: Sequence[Row[*tuple[Any, ...]]], day: date) -> list[dict[str, Any]]:
    child = aliased(OrganisationPlacement)
    ids = [row[0].id for row in page]
    parents = set(session.scalars(select(child.parent_id).where(child.parent_id.in_(ids), stands(day, child)).distinct()))
    plain = ("code", "name", "short_name", "form", "category", "established_on", "dissolved_on")
    return [
        {name: getattr(organisation, name) for name in plain}
        | {"form_label": organisation.form.label, "category_label": organisation.category.label}
        | {"parent": parent, "evaluated": evaluated, "has_children": organisation.id in parents}
        for organisation, evaluated, parent in map(tuple, page)
    ]


Placed = tuple[OrganisationPlacement, str | None, str | None]


def _placements(session: Session, ids: Collection[int], day: date) -> dict[int, Placed]:
    """Organisation → placement on the day, code and name of the parent."""
    parent = aliased(Organisation)
    rows = session.execute(
        select(OrganisationPlacement, parent.code, parent.name)
        .outerjoin(parent, parent.id == OrganisationPlacement.parent_id)
        .where(OrganisationPlacement.organisation_id.in_(ids), stands(day))
    )
    return {placement.organisation_id: (placement, code, name) for placement, code, name in rows}


def _standing(placed: Placed | None) -> dict[str, Any]:
    if placed is None:
        return {"parent": None, "parent_name": None, "evaluated": False, "has_committee": False, "committee_seats": 0}
    placement, code, name = placed
    built = {key: getattr(placement, key) for key in ("evaluated", "has_committee", "committee_seats")}
    return {"parent": code, "parent_name": name} | built


def _lineage(session: Session, organisation_id: int) -> list[dict[str, Any]]:
    before, after = aliased(Organisation), aliased(Organisation)
    lineage = OrganisationLineage
    rows = session.execute(
        select(lineage, before.code, before.name, after.code, after.name)
        .join(before, before.id == lineage.predecessor_id)
        .join(after, after.id == lineage.successor_id)
        .where(or_(lineage.predecessor_id == organisation_id, lineage.successor_id == organisation_id), kept(lineage))
        .order_by(lineage.happened_on, lineage.id)
    )
    return [
        {
            "predecessor": {"code": old, "name": old_name}, "successor": {"code": new, "name": new_name}, "principal": each.principal,
            "kind": each.kind, "kind_label": each.kind.label, "happened_on": each.happened_on,
        }
        for each, old, old_name, new, new_name in rows
    ]  # fmt: skip


def _counts(session: Session, organisation_id: int, day: date) -> dict[str, int]:
    """Members on the day (full_on ≤ day, else admitted_on ≤ day, both with a membership that day), and direct children."""
    full = Member.full_on <= day
    probationary = and_(Member.admitted_on <= day, or_(Member.full_on.is_(None), Member.full_on > day))
    own = Membership.organisation_id == organisation_id
    people = session.execute(
        select(
            *[func.coalesce(func.sum(case((and_(kind, where), 1), else_=0)), 0) for where in (own, true()) for kind in (full, probationary)]
        )
        .select_from(Membership)
        .join(Member, Member.id == Membership.member_id)
        .where(
            Membership.organisation_id.in_(select(below_on(organisation_id, day).c.organisation_id)),
            covers(Membership.valid_from, Membership.valid_to, day),
            kept(Membership, Member),
        )
    ).one()
    child = aliased(OrganisationPlacement)
    children = session.scalar(select(func.count()).select_from(child).where(child.parent_id == organisation_id, stands(day, child)))
    return dict(zip(("full", "probationary", "full_subtree", "probationary_subtree"), map(int, people), strict=True)) | {
        "children": children or 0
    }
