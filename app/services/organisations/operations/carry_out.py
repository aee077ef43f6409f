"""Carrying a plan out: a fixed number of statements, every touched record audited, paths recomputed for the whole subtree at once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.base import Record
from app.models.members import Membership, TalentReserve
from app.models.organisations import Organisation, OrganisationLineage, OrganisationPlacement, PartyGroup
from app.scoring.metrics.view import covers, kept
from app.services.journal import Change, snapshot, write_down
from app.services.organisations.operations.plan import Plan
from app.services.organisations.paths import recompute_paths
from app.services.records import add_new, raise_version

R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class Trail:
    """What was touched and made, for the audit; each record once, as it was before the first touch."""

    actor: Actor
    plan: Plan
    touched: dict[Record, Change] = field(default_factory=dict)
    made: list[Record] = field(default_factory=list)

    def touch(self, record: R) -> R:
        """To be called before a record is changed."""
        if record not in self.touched and record not in self.plan.founded:
            self.touched[record] = Change(record, self.plan.kind.value, snapshot(record), self.plan.reason)
            raise_version(record)
        return record

    def make(self, record: R) -> R:
        record.recorded_by = self.actor.name
        self.made.append(record)
        return record

    def changes(self) -> list[Change]:
        return [*self.touched.values(), *[Change(record, "create", None, self.plan.reason) for record in self.made]]


def carry_out(session: Session, actor: Actor, plan: Plan) -> None:
    """Changes everything the plan names, in the caller's transaction."""
    trail = Trail(actor, plan)
    trail.touch(plan.organisation)
    add_new(session, [trail.make(each) for each in plan.founded])
    session.flush()
    groups = _groups(session, plan)
    opened = [*_placements(plan), *_lineage(plan), *_talents(plan), *groups.values()]
    memberships = _memberships(plan)
    _close(trail, plan)
    session.flush()  # what is open is closed before what follows it opens: there is never a second open one
    add_new(session, [trail.make(each) for each in opened])
    session.flush()
    for membership, former_group in memberships:
        membership.group_id = former_group and groups[former_group].id
    add_new(session, [trail.make(membership) for membership, _ in memberships])
    session.flush()
    write_down(session, actor, trail.changes())
    recompute_paths(session, [each.id for each in _tops(plan)])


def _close(trail: Trail, plan: Plan) -> None:
    for organisation, placement in plan.ended.items():
        trail.touch(organisation).dissolved_on = plan.day
        trail.touch(placement).valid_to = plan.eve
    for placing in plan.placings:
        trail.touch(placing.organisation)
        if placing.before is not None:
            trail.touch(placing.before).valid_to = plan.eve
    for record in plan.dated:
        trail.touch(record).valid_to = plan.eve
    for membership, member in plan.memberships:
        destination = plan.destination(member.id)
        if destination is not None and member.organisation_id == membership.organisation_id:
            trail.touch(member).organisation_id = destination.id


def _placements(plan: Plan) -> list[OrganisationPlacement]:
    return [
        OrganisationPlacement(
            organisation_id=each.organisation.id,
            parent_id=each.parent and each.parent.id,
            valid_from=plan.day,
            valid_to=each.before and each.before.valid_to,
            **each.built,
        )
        for each in plan.placings
    ]


def _lineage(plan: Plan) -> list[OrganisationLineage]:
    return [
        OrganisationLineage(
            predecessor_id=before.id, successor_id=after.id, principal=after is heirs[0], kind=plan.lineage, happened_on=plan.day
        )
        for before, heirs in plan.heirs.items()
        for after in heirs
    ]


def _talents(plan: Plan) -> list[TalentReserve]:
    if plan.members_to is None:
        return []
    home = plan.members_to.id
    return [
        TalentReserve(
            organisation_id=home, person=each.person, member_id=each.member_id, kind=each.kind, valid_from=plan.day, valid_to=each.valid_to
        )
        for each in plan.talents
    ]


def _groups(session: Session, plan: Plan) -> dict[int, PartyGroup]:
    """Former group id → the group that continues it; a name that would be there twice is preceded by its organisation's."""
    if plan.members_to is None or not plan.groups:
        return {}
    home = plan.members_to
    there = session.scalars(
        select(PartyGroup.name).where(
            PartyGroup.organisation_id == home.id, covers(PartyGroup.valid_from, PartyGroup.valid_to, plan.day), kept(PartyGroup)
        )
    )
    names = Counter([*there, *[each.name for each in plan.groups]])
    of = {each.id: each.short_name or each.name for each in plan.heirs}
    return {
        each.id: PartyGroup(
            organisation_id=home.id,
            name=each.name if names[each.name] == 1 else f"{of[each.organisation_id][:50]}{each.name[:50]}",
            leader_id=each.leader_id,
            valid_from=plan.day,
            valid_to=each.valid_to,
        )
        for each in plan.groups
    }


def _memberships(plan: Plan) -> list[tuple[Membership, int | None]]:
    """The memberships that follow, each with the id of the former group where the group comes along."""
    found = []
    for former, member in plan.memberships:
        destination = plan.destination(member.id)
        if destination is not None:
            follows = Membership(organisation_id=destination.id, member_id=member.id, valid_from=plan.day, valid_to=former.valid_to)
            found.append((follows, former.group_id if destination is plan.members_to else None))
    return found


def _tops(plan: Plan) -> list[Organisation]:
    """Those below which every path may have changed; none of them lies below another."""
    heirs = {heir for heirs in plan.heirs.values() for heir in heirs}
    return list(heirs) or [each.organisation for each in plan.placings if each.moved]
