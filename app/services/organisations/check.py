"""Whether the stored tree is a tree: for `doctor`, and for the tests of everything that changes it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.organisations import Organisation, OrganisationLineage, OrganisationPlacement
from app.scoring.metrics.view import Rows, kept, lives
from app.services.organisations.paths import expected_paths
from app.services.organisations.placements import stands

MOST = 50
"""Sentences per kind of fault; more of the same say nothing new."""


def check_tree(session: Session, as_of: date) -> list[str]:
    """What is wrong with the tree as of a day, and with the stored paths: one sentence per fault, empty when all is well."""
    return [
        *_said(session, overlapping(), "{0}（{1}）的隶属记录自 {2} 起重叠"),
        *_said(session, unplaced(as_of), f"{{0}}（{{1}}）在 {as_of} 存在，但没有隶属记录"),
        *_said(session, under_missing(as_of), f"{{0}}（{{1}}）的上级 {{2}} 在 {as_of} 不存在"),
        *_said(session, in_circle(as_of), f"{{0}}（{{1}}）在 {as_of} 处于循环的上下级关系中，或在其下"),
        *_said(session, without_heir(), "{0}（{1}）有承接组织，但承接评价的不是恰好一个，或它自己没有撤销"),
        *_said(session, wrong_path(), "{0}（{1}）登记的路径 {2} 与隶属关系不符"),
    ]


def _said(session: Session, statement: Rows, pattern: str) -> Iterable[str]:
    return (pattern.format(*row) for row in session.execute(statement.limit(MOST)))


def overlapping() -> Rows:
    """Organisations with two places on one day: name, code, from when."""
    one, other = aliased(OrganisationPlacement), aliased(OrganisationPlacement)
    return (
        select(Organisation.name, Organisation.code, other.valid_from)
        .join(one, one.organisation_id == Organisation.id)
        .join(other, and_(other.organisation_id == one.organisation_id, other.id != one.id, other.valid_from >= one.valid_from))
        .where(kept(one), kept(other), or_(one.valid_to.is_(None), one.valid_to >= other.valid_from))
        .where(or_(other.valid_from > one.valid_from, other.id > one.id))
        .order_by(Organisation.code)
    )


def unplaced(day: date) -> Rows:
    """Organisations that exist on the day and have no place: name, code."""
    placed = exists().where(OrganisationPlacement.organisation_id == Organisation.id, stands(day))
    return (
        select(Organisation.name, Organisation.code)
        .where(lives(Organisation, day), kept(Organisation), ~placed)
        .order_by(Organisation.code)
    )


def under_missing(day: date) -> Rows:
    """Organisations below one that does not exist on the day: name, code, name of the missing one."""
    parent = aliased(Organisation)
    return (
        select(Organisation.name, Organisation.code, parent.name)
        .join(OrganisationPlacement, OrganisationPlacement.organisation_id == Organisation.id)
        .join(parent, parent.id == OrganisationPlacement.parent_id)
        .where(stands(day), not_(and_(lives(parent, day), kept(parent))))
        .order_by(Organisation.code)
    )


def in_circle(day: date) -> Rows:
    """Whoever is not met on the way down, from the roots and from those whose parent has no place that day."""
    placement, parent, child = OrganisationPlacement, aliased(OrganisationPlacement), aliased(OrganisationPlacement)
    parent_stands = exists().where(parent.organisation_id == placement.parent_id, stands(day, parent))
    start = select(placement.organisation_id).where(stands(day), or_(placement.parent_id.is_(None), ~parent_stands))
    met = start.cte("met", recursive=True)
    met = met.union(select(child.organisation_id).join(met, child.parent_id == met.c.organisation_id).where(stands(day, child)))
    return (
        select(Organisation.name, Organisation.code)
        .join(placement, placement.organisation_id == Organisation.id)
        .where(stands(day), Organisation.id.not_in(select(met.c.organisation_id)))
        .order_by(Organisation.code)
    )


def without_heir() -> Rows:
    """Organisations with successors, but not exactly one principal, or not dissolved: name, code."""
    lineage = OrganisationLineage
    heirs = (
        select(lineage.predecessor_id, func.count().filter(lineage.principal).label("principal"))
        .where(kept(lineage))
        .group_by(lineage.predecessor_id)
        .subquery("heirs")
    )
    return (
        select(Organisation.name, Organisation.code)
        .join(heirs, heirs.c.predecessor_id == Organisation.id)
        .where(or_(heirs.c.principal != 1, Organisation.dissolved_on.is_(None)))
        .order_by(Organisation.code)
    )


def wrong_path() -> Rows:
    """Organisations whose stored path is not what their place says: name, code, path."""
    paths = expected_paths()
    return (
        select(Organisation.name, Organisation.code, Organisation.path)
        .outerjoin(paths, paths.c.organisation_id == Organisation.id)
        .where(kept(Organisation), func.coalesce(paths.c.path, literal("")) != Organisation.path)
        .order_by(Organisation.code)
    )
