"""Metrics of pairings: two sides, one ledger; what is confirmed counts for both."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import String, Subquery, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.models.members import Membership
from app.models.organisations import Organisation
from app.models.pairings import Pairing, PairingEntry, PairingLeader, PairingReport
from app.scoring.metrics.dues import dated, recurring
from app.scoring.metrics.items import NOTHING, WHOLE, earliest, items, one, part, place, whole
from app.scoring.metrics.sources import Owners, below, evaluated, own_trees
from app.scoring.metrics.view import Condition, Rows, View, covers, kept
from app.scoring.outcome import QUARTER
from app.scoring.registry import Parameters, metric


class Planned(Parameters):
    """Parameters of `pairing_planned`."""

    plan: float = Field(0.5, title="商定方案所占的份额", ge=0, le=1)
    goals: float = Field(0.5, title="列入年度目标所占的份额", ge=0, le=1)

    @model_validator(mode="after")
    def _make_a_whole(self) -> Self:
        if abs(self.plan + self.goals - 1) > 1e-9:
            raise ValueError("商定方案与列入年度目标的份额之和应为1")
        return self


@metric("结对共建方案与年度目标", parameters=Planned)
def pairing_planned(view: View, parameters: Planned) -> Rows:
    """应结对的考评单位，截止日应有结对关系，已商定共建方案得一半，列入本方年度目标再得一半。每个单位算一项，有多个结对关系的取最好的一个，下级组织的结对也算。

    依据条款 6.2.1、6.2.3。
    """
    owner, tree, side = evaluated(view), own_trees(view), _sides().subquery("side")
    agreed = and_(side.c.agreed_on.is_not(None), side.c.agreed_on <= view.until)
    earned = case((agreed, part(parameters.plan)), else_=NOTHING) + case((side.c.in_goals == 1, part(parameters.goals)), else_=NOTHING)
    paired = (
        select(
            tree.c.owner_id,
            earned.label("earned"),
            func.max(earned).over(partition_by=tree.c.owner_id).label("best"),
            place(side.c.valid_from, side.c.pairing_id).label("place"),
        )
        .join(side, side.c.organisation_id == tree.c.organisation_id)
        .where(covers(side.c.valid_from, side.c.valid_to, view.until))
        .subquery("paired")
    )
    best = (
        select(paired.c.owner_id, paired.c.best, earliest(paired.c.place).label("record_id"))
        .where(paired.c.earned == paired.c.best)
        .group_by(paired.c.owner_id, paired.c.best)
        .subquery("best")
    )
    return (
        items(
            "pairing",
            organisation_id=owner.c.organisation_id,
            record_id=best.c.record_id,
            label=literal("结对方案与年度目标", String),
            numerator=func.coalesce(best.c.best, NOTHING),
            denominator=WHOLE,
            mendable=True,
        )
        .select_from(owner)
        .join(Organisation, Organisation.id == owner.c.organisation_id)
        .outerjoin(best, best.c.owner_id == owner.c.organisation_id)
        .where(Organisation.expected_to_pair)
    )


@metric("共建活动")
def pairing_activities(view: View, parameters: Parameters) -> Rows:
    """每个结对关系每季度至少开展一次共建活动，以对方确认的台账为准。结对双方各按季度算一项，同一条台账双方都计入。

    依据条款 6.2.1、6.2.2、6.2.3。
    """
    side, other = _sides().subquery("side"), aliased(Organisation)
    rows = (
        select(side.c.organisation_id, side.c.side_id.label("owner_id"), (literal(" · ", String) + other.name).label("label"))
        .join(other, other.id == side.c.other_id)
        .where(view.sees(side.c.organisation_id))
    )
    party = _sides().subquery("party")
    held = (
        select(party.c.side_id.label("owner_id"), PairingEntry.id.label("record_id"), PairingEntry.happened_on.label("occurred_on"))
        .join(party, party.c.pairing_id == PairingEntry.pairing_id)
        .where(_is_confirmed(view), view.sees(party.c.organisation_id))
    )
    owners = Owners(rows, lambda day: covers(side.c.valid_from, side.c.valid_to, day))
    return recurring(view, QUARTER, owners, held, metric="pairing_activities", kind="pairing_entry")


@metric("党员领导干部带头参加")
def pairing_led(view: View, parameters: Parameters) -> Rows:
    """考评期内对方已确认的共建台账中，本方有党员领导干部参加的比例。每条台账双方各算一项，领导干部当天的党籍须在该方或其下级组织。

    依据条款 6.2.2。
    """
    side = _sides().subquery("side")
    subtree = below(view, Organisation.id.in_(select(side.c.organisation_id)))
    led = (
        select(PairingEntry.id.label("entry_id"), subtree.c.owner_id)
        .join(PairingLeader, PairingLeader.pairing_entry_id == PairingEntry.id)
        .join(Membership, Membership.member_id == PairingLeader.member_id)
        .join(subtree, subtree.c.organisation_id == Membership.organisation_id)
        .where(
            _is_confirmed(view),
            covers(Membership.valid_from, Membership.valid_to, PairingEntry.happened_on),
            kept(PairingLeader, Membership),
        )
        .distinct()
        .subquery("led")
    )
    party = _sides().subquery("party")
    listed = _entries(view, party, led.c.entry_id.is_not(None), mendable=False)
    return listed.outerjoin(led, and_(led.c.entry_id == PairingEntry.id, led.c.owner_id == party.c.organisation_id))


@metric("共建台账完整")
def pairing_ledger_complete(view: View, parameters: Parameters) -> Rows:
    """考评期内对方已确认的共建台账，应写明内容和参加人数，并有成效或附件。每条台账双方各算一项。

    依据条款 6.2.2。
    """
    entry = PairingEntry
    proven = or_(entry.has_attachment, and_(entry.result.is_not(None), entry.result != ""))
    return _entries(view, _sides().subquery("party"), and_(entry.content != "", entry.participants > 0, proven), mendable=True)


@metric("共建情况及时上报")
def pairing_reported(view: View, parameters: Parameters) -> Rows:
    """共建情况应在期限前上报。每份应报的材料算一项，期限落在考评期内的才算，按期上报得满分；期限未到又未上报的为尚未到期。

    依据条款 6.2.2。
    """
    report = PairingReport
    return (
        dated(
            view,
            "pairing_report",
            organisation_id=report.organisation_id,
            record_id=report.id,
            label=report.period,
            due_on=report.due_on,
            done_on=report.submitted_on,
        )
        .join(Pairing, Pairing.id == report.pairing_id)
        .where(kept(report, Pairing))
    )


def _sides() -> Rows:
    """Each side of each pairing: side_id, pairing_id, organisation_id, other_id, agreed_on, in_goals, valid_from, valid_to."""
    first, second = Pairing.organisation_id, Pairing.partner_id
    each = [
        select(
            (Pairing.id * 2 + number).label("side_id"),
            Pairing.id.label("pairing_id"),
            mine.label("organisation_id"),
            other.label("other_id"),
            Pairing.agreed_on,
            one(goals.is_(True)).label("in_goals"),
            Pairing.valid_from,
            Pairing.valid_to,
        ).where(kept(Pairing))
        for number, (mine, other, goals) in enumerate([(first, second, Pairing.in_goals_a), (second, first, Pairing.in_goals_b)])
    ]
    both = union_all(*each).subquery("both")
    return select(both)


def _is_confirmed(view: View) -> Condition:
    """Whether a ledger entry of the window has been confirmed by the other side."""
    entry = PairingEntry
    return and_(view.within(entry.happened_on), entry.confirmed_on.is_not(None), entry.confirmed_on <= view.until, kept(entry))


def _entries(view: View, party: Subquery, earns: Condition, *, mendable: bool) -> Rows:
    """One item per confirmed ledger entry of the window and side."""
    other = aliased(Organisation)
    return (
        items(
            "pairing_entry",
            organisation_id=party.c.organisation_id,
            record_id=PairingEntry.id,
            label=cast(PairingEntry.happened_on, String) + literal(" · ", String) + other.name,
            numerator=whole(earns),
            denominator=WHOLE,
            mendable=mendable,
        )
        .select_from(PairingEntry)
        .join(party, party.c.pairing_id == PairingEntry.pairing_id)
        .join(other, other.id == party.c.other_id)
        .where(_is_confirmed(view), view.sees(party.c.organisation_id))
    )
