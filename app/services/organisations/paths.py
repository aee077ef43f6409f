"""The materialised path: today's place in the tree, kept for rights. One rule says under what an organisation's path lies; all use it."""

from collections.abc import Collection

from sqlalchemy import CTE, ColumnElement, Subquery, Text, cast, exists, func, literal, select, union_all, update
from sqlalchemy.orm import Session, aliased

from app.models.organisations import Organisation, OrganisationLineage, OrganisationPlacement
from app.scoring.metrics.view import kept


def above() -> Subquery:
    """organisation_id, above_id: the principal successor of one that became another, else the parent of its last placement."""
    placement, later = aliased(OrganisationPlacement), aliased(OrganisationPlacement)
    heir = select(OrganisationLineage.predecessor_id, OrganisationLineage.successor_id).where(
        OrganisationLineage.principal, kept(OrganisationLineage)
    )
    is_last = ~exists().where(later.organisation_id == placement.organisation_id, later.valid_from > placement.valid_from, kept(later))
    has_heir = exists().where(
        OrganisationLineage.predecessor_id == placement.organisation_id, OrganisationLineage.principal, kept(OrganisationLineage)
    )
    place = select(placement.organisation_id, placement.parent_id.label("above_id")).where(kept(placement), is_last, ~has_heir)
    return union_all(place, heir).subquery("above")


def expected_paths(tops: Collection[int] | None = None) -> CTE:
    """organisation_id, path: what the paths should be, of everything at and below some organisations (None: of all roots).

    `tops` must not lie below each other; the paths directly above them are taken as they are.
    """
    link, parent = above(), aliased(Organisation)
    start = select(link.c.organisation_id, (func.coalesce(parent.path, "/") + _step(link.c.organisation_id)).label("path"))
    start = start.outerjoin(parent, parent.id == link.c.above_id)
    paths = start.where(link.c.above_id.is_(None) if tops is None else link.c.organisation_id.in_(tops)).cte(
        "expected_paths", recursive=True
    )
    down = above().alias("link")
    return paths.union_all(
        select(down.c.organisation_id, paths.c.path + _step(down.c.organisation_id)).join(paths, down.c.above_id == paths.c.organisation_id)
    )


def recompute_paths(session: Session, tops: Collection[int]) -> None:
    """Writes the paths of everything at and below `tops`, in one statement."""
    paths = expected_paths(tops)
    wanted = select(paths.c.path).where(paths.c.organisation_id == Organisation.id).scalar_subquery()
    session.execute(
        update(Organisation).where(Organisation.id.in_(select(paths.c.organisation_id))).values(path=wanted),
        execution_options={"synchronize_session": False},
    )
    for each in session.identity_map.values():
        if isinstance(each, Organisation):
            session.expire(each, ["path"])


def _step(identity: ColumnElement[int]) -> ColumnElement[str]:
    return cast(identity, Text) + literal("/")
