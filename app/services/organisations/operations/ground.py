"""What the planning of an operation needs to know, and the refusals all of them share."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from app.access import Actor, Permission, visible
from app.errors import Conflict, FieldError, Invalid
from app.models.evaluations import Run, RunStatus
from app.models.members import Member, Membership, Position, TalentReserve
from app.models.organisations import Organisation, OrganisationPlacement, PartyGroup
from app.scoring.metrics.view import kept
from app.services.organisations.operations.plan import Dated, Plan
from app.services.organisations.placements import ever_above, stands


def name_organisations(session: Session, actor: Actor, codes: Collection[str], field: str) -> dict[str, Organisation]:
    """Code → organisation the actor may reorganise; Invalid naming the first that is not there."""
    wanted = select(Organisation).where(Organisation.code.in_(codes), visible(actor, Permission.operate_organisations), kept(Organisation))
    found = {each.code: each for each in session.scalars(wanted)}
    for code in codes:
        if code not in found:
            raise Invalid("organisation_not_found", f"没有找到编码为 {code} 的党组织。", [FieldError(field, f"没有找到党组织 {code}")])
    return found


def open_placement(session: Session, organisation: Organisation, day: date) -> OrganisationPlacement:
    """The placement that ends on the eve of the day. Conflict when the organisation is gone, or has changed on or after that day."""
    if organisation.dissolved_on is not None:
        raise Conflict("organisation_dissolved", f"“{organisation.name}”已于 {organisation.dissolved_on} 撤销。")
    placement = session.scalars(
        select(OrganisationPlacement).where(
            OrganisationPlacement.organisation_id == organisation.id, OrganisationPlacement.valid_to.is_(None), kept(OrganisationPlacement)
        )
    ).one()
    if day <= organisation.established_on:
        raise Conflict("effective_too_early", f"生效日期须晚于“{organisation.name}”的成立日期 {organisation.established_on}。")
    if day <= placement.valid_from:
        raise Conflict("effective_too_early", f"“{organisation.name}”在 {placement.valid_from} 已有调整，生效日期须晚于这一天。")
    return placement


def require_there(organisation: Organisation, day: date, role: str) -> None:
    """Conflict unless the organisation exists from the day on without end; `role` says what it is to be (上级组织)."""
    if organisation.dissolved_on is not None:
        raise Conflict("organisation_dissolved", f"{role}“{organisation.name}”已于 {organisation.dissolved_on} 撤销。")
    if organisation.established_on > day:
        raise Conflict("organisation_not_yet", f"{role}“{organisation.name}”在 {organisation.established_on} 才成立，晚于生效日期 {day}。")


def refuse_circle(session: Session, parent: Organisation, below: Iterable[Organisation], day: date) -> None:
    """Conflict when `parent` is one of the organisations, or stands below one of them on the day or at any time after."""
    names = {each.id: each for each in below}
    found = ever_above(session, parent.id, set(names), day)
    if found is None:
        return
    above, since = found
    if above == parent.id:
        raise Conflict("tree_cycle", f"“{parent.name}”不能隶属于它自己。")
    when = "" if since <= day else f"（自 {since} 起）"
    raise Conflict("tree_cycle", f"“{parent.name}”在“{names[above].name}”之下{when}，上下级关系会成环。")


def children_of(session: Session, leaving: Iterable[Organisation], day: date) -> list[tuple[OrganisationPlacement, Organisation]]:
    """Organisations that stand below the leaving ones on the day, with their placements. Conflict for one that only came later."""
    names = {each.id: each.name for each in leaving}
    placement, child = OrganisationPlacement, aliased(Organisation)
    rows = session.execute(
        select(placement, child)
        .join(child, child.id == placement.organisation_id)
        .where(placement.parent_id.in_(names), kept(placement), (placement.valid_from >= day) | stands(day))
        .order_by(child.code)
    )
    found = [(row[0], row[1]) for row in rows]
    for each, organisation in found:
        if each.valid_from >= day and each.parent_id is not None:
            detail = f"“{organisation.name}”在 {each.valid_from} 才归入“{names[each.parent_id]}”，生效日期须晚于这一天。"
            raise Conflict("effective_too_early", detail)
    return found


def gather_dated(session: Session, plan: Plan) -> None:
    """Fills the plan with what ends with the dissolved organisations. Conflict for what begins on the day or later."""
    ids = [each.id for each in plan.heirs]
    plan.memberships = [
        (membership, member)
        for membership, member in session.execute(
            select(Membership, Member)
            .join(Member, Member.id == Membership.member_id)
            .where(*_running(Membership, ids, plan.day))
            .order_by(Membership.id)
        )
    ]
    plan.groups = list(session.scalars(select(PartyGroup).where(*_running(PartyGroup, ids, plan.day)).order_by(PartyGroup.id)))
    plan.positions = list(session.scalars(select(Position).where(*_running(Position, ids, plan.day)).order_by(Position.id)))
    plan.talents = list(session.scalars(select(TalentReserve).where(*_running(TalentReserve, ids, plan.day)).order_by(TalentReserve.id)))
    late = [each.valid_from for each in plan.dated if each.valid_from >= plan.day]
    if late:
        detail = f"所撤销的组织有 {len(late)} 条党员、任职、党小组或后备人才记录始于生效日期或之后（最早 {min(late)}），请先核对。"
        raise Conflict("records_after_effective_day", detail)


def _running(model: type[Dated], ids: Collection[int], day: date) -> tuple[ColumnElement[bool], ...]:
    return model.organisation_id.in_(ids), kept(model), (model.valid_to.is_(None)) | (model.valid_to >= day)


def refuse_published(session: Session, concerned: Iterable[Organisation], day: date) -> None:
    """Conflict when a published evaluation of those concerned covers the day: it would no longer be reproducible."""
    above = {int(step) for each in concerned for step in each.path.strip("/").split("/") if step}
    root = aliased(Organisation)
    row = session.execute(
        select(root.name, Run.period_start, Run.period_end)
        .join(root, root.id == Run.organisation_id)
        .where(Run.organisation_id.in_(above), Run.status == RunStatus.published, Run.period_end >= day, kept(Run))
        .order_by(Run.period_end.desc())
        .limit(1)
    ).first()
    if row is not None:
        name, start, end = row
        raise Conflict("period_published", f"“{name}”{start} 至 {end} 的评价已经公布，生效日期须晚于 {end}。")
