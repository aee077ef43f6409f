"""Metrics of units in the field of 两新: how they are covered, and who visits them."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import String, and_, func, literal, not_, or_, select

from app.models.coverage import Coverage, Liaison, LiaisonVisit, Unit
from app.models.organisations import Organisation
from app.scoring.metrics.dues import recurring
from app.scoring.metrics.items import WHOLE, items, together, whole
from app.scoring.metrics.sources import NEW, Owners, while_evaluated
from app.scoring.metrics.view import Condition, Rows, View, covers, kept, lives
from app.scoring.outcome import QUARTER
from app.scoring.registry import Parameters, metric


class UnitsCoveredAlone(Parameters):
    """Parameters of `units_covered_alone`."""

    full_members: int = Field(3, title="应单独组建的正式党员人数", ge=1)


class UnitsWorkCovered(Parameters):
    """Parameters of `units_work_covered`."""

    visits: int = Field(1, title="考评期内至少走访次数", ge=1)


@metric("两新组织党组织覆盖率")
def units_covered(view: View, parameters: Parameters) -> Rows:
    """截止日正在运行的两新单位，已由党组织单独或联合覆盖的比例。每个单位算一项，归负责它的组织；覆盖它的党组织已撤销的，不算覆盖。

    依据条款 2.2。
    """
    return _units(view, _covered(view))


@metric("单独组建优先", parameters=UnitsCoveredAlone)
def units_covered_alone(view: View, parameters: UnitsCoveredAlone) -> Rows:
    """截止日正在运行、正式党员3名以上的两新单位，已单独建立党组织的比例。每个单位算一项，归负责它的组织。

    依据条款 2.2。
    """
    return _units(view, _covered_alone(view)).where(Unit.full_members >= parameters.full_members)


@metric("党的工作覆盖", parameters=UnitsWorkCovered)
def units_work_covered(view: View, parameters: UnitsWorkCovered) -> Rows:
    """截止日正在运行、没有党组织覆盖的两新单位，有党建指导员或群团组织，并且考评期内至少走访过一次的比例。每个单位算一项，归负责它的组织。

    依据条款 2.2。
    """
    visit = _visits(view).subquery("visit")
    visited = select(visit.c.unit_id, func.count().label("visits")).group_by(visit.c.unit_id).subquery("visited")
    helped = or_(*[and_(who.is_not(None), who != "") for who in (Unit.instructor, Unit.mass_organisation)])
    return (
        _units(view, and_(helped, func.coalesce(visited.c.visits, 0) >= parameters.visits))
        .outerjoin(visited, visited.c.unit_id == Unit.id)
        .where(not_(_covered(view)))
    )


@metric("党员干部联系两新组织")
def liaison_visits(view: View, parameters: Parameters) -> Rows:
    """党员干部每季度至少走访一次所联系的两新组织。考评的两新党组织每季度算一项；有联系人、没有单独建立党组织的两新单位每季度也算一项，归负责它的组织。

    依据条款 3.2。
    """
    visit, name, kind = _visits(view).subquery("visit").c, "liaison_visits", "liaison_visit"
    to_organisations = select(visit.organisation_id.label("owner_id"), visit.record_id, visit.occurred_on).where(visit.unit_id.is_(None))
    to_units = select(visit.unit_id.label("owner_id"), visit.record_id, visit.occurred_on).where(visit.unit_id.is_not(None))
    return together(
        recurring(view, QUARTER, while_evaluated(view, NEW), to_organisations, metric=name, kind=kind),
        recurring(view, QUARTER, _units_with_liaison(view), to_units, metric=name, kind=kind),
    )


def _units(view: View, earns: Condition) -> Rows:
    """One item per unit operating on D, whole if it earns it."""
    return items(
        "unit",
        organisation_id=Unit.organisation_id,
        record_id=Unit.id,
        label=Unit.name,
        numerator=whole(earns),
        denominator=WHOLE,
        mendable=True,
    ).where(covers(Unit.valid_from, Unit.valid_to, view.until), kept(Unit), view.sees(Unit.organisation_id))


def _covered(view: View) -> Condition:
    """Whether an organisation that exists on D covers the unit."""
    return select(Organisation.id).where(Organisation.id == Unit.covering_id, lives(Organisation, view.until), kept(Organisation)).exists()


def _covered_alone(view: View) -> Condition:
    return and_(Unit.coverage == Coverage.alone, _covered(view))


def _units_with_liaison(view: View) -> Owners:
    """Units with a liaison on D that are not covered alone, by the dates of the unit."""
    assigned = select(Liaison.id).where(Liaison.unit_id == Unit.id, covers(Liaison.valid_from, Liaison.valid_to, view.until), kept(Liaison))
    rows = select(Unit.organisation_id, Unit.id.label("owner_id"), (literal(" · ", String) + Unit.name).label("label")).where(
        assigned.exists(), not_(_covered_alone(view)), kept(Unit), view.sees(Unit.organisation_id)
    )
    return Owners(rows, lambda day: covers(Unit.valid_from, Unit.valid_to, day))


def _visits(view: View) -> Rows:
    """Visits in the window: organisation_id (that of the liaison), unit_id, record_id, occurred_on."""
    return (
        select(
            Liaison.organisation_id,
            Liaison.unit_id,
            LiaisonVisit.id.label("record_id"),
            LiaisonVisit.visited_on.label("occurred_on"),
        )
        .join(Liaison, Liaison.id == LiaisonVisit.liaison_id)
        .where(view.within(LiaisonVisit.visited_on), kept(Liaison, LiaisonVisit))
    )
