"""The tree as of a day, read from placements: who stands where, who is above and below whom. Selects only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, literal, select
from sqlalchemy.orm import Session, aliased

from app.models.base import Id
from app.models.organisations import Organisation, OrganisationPlacement
from app.scoring.metrics.view import covers, kept

MOST_LEVELS = 100
"""No tree is this deep; walking up ends here even where a damaged one runs in a circle."""


def stands(day: date, placement: type[OrganisationPlacement] = OrganisationPlacement) -> ColumnElement[bool]:
    """Whether a placement holds on a day."""
    return covers(placement.valid_from, placement.valid_to, day) & kept(placement)


def below_on(root_id: int, day: date) -> CTE:
    """`organisation_id` of everything in the subtree of a root as of a day, the root included."""
    start = select(literal(root_id, Id).label("organisation_id")).cte("below_on", recursive=True)
    placement = aliased(OrganisationPlacement)
    return start.union(
        select(placement.organisation_id).join(start, placement.parent_id == start.c.organisation_id).where(stands(day, placement))
    )


def line_on(session: Session, organisation_id: int, day: date) -> Sequence[Organisation]:
    """The organisation and those above it as of a day, nearest first."""
    start = select(literal(organisation_id, Id).label("organisation_id"), literal(0).label("height")).cte("line_on", recursive=True)
    placement = aliased(OrganisationPlacement)
    above = (
        select(placement.parent_id, start.c.height + 1)
        .join(start, placement.organisation_id == start.c.organisation_id)
        .where(stands(day, placement), placement.parent_id.is_not(None), start.c.height < MOST_LEVELS)
    )
    line = start.union(above)
    return session.scalars(select(Organisation).join(line, line.c.organisation_id == Organisation.id).order_by(line.c.height)).all()


def ever_above(session: Session, organisation_id: int, wanted: set[int], day: date) -> tuple[int, date] | None:
    """The first of some organisations that stands above one (or is it) on `day` or later, with the first such day; None if none ever does.

    Each step upwards keeps only the days on which all placements below it hold, so that a later move somewhere above is seen.
    """
    end_of_time = date.max
    start = select(literal(organisation_id, Id).label("organisation_id"), literal(day).label("since"), literal(end_of_time).label("until"))
    line = start.cte("ever_above", recursive=True)
    placement = aliased(OrganisationPlacement)
    since, until = _later(line.c.since, placement.valid_from), _earlier(line.c.until, placement.valid_to)
    above = select(placement.parent_id, since, until).join(line, placement.organisation_id == line.c.organisation_id)
    line = line.union(above.where(kept(placement), placement.parent_id.is_not(None), since <= until))
    found = select(line.c.organisation_id, line.c.since).where(line.c.organisation_id.in_(wanted)).order_by(line.c.since)
    row = session.execute(found.limit(1)).first()
    return None if row is None else (row.organisation_id, row.since)


def _later(left: ColumnElement[date], right: Any) -> ColumnElement[date]:
    return case((right > left, right), else_=left)


def _earlier(left: ColumnElement[date], right: Any) -> ColumnElement[date]:
    """NULL is open."""
    return case((right < left, right), else_=left)
