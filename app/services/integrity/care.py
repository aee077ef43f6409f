"""Checks of care, disputes, venues, funds and pairings."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models.care import CareRecord, Dispute
from app.models.members import Member, Membership
from app.models.pairings import Pairing, PairingEntry
from app.models.resources import Fund, Venue, VenueUse
from app.scoring.metrics.view import Rows, covers, kept
from app.services.integrity.checks import error, records, warning


@warning("关爱对象当天已没有组织关系", "核对日期和对象；对群众的帮扶不登记为党员关爱。")
def care_for_gone(_today: date) -> Rows:
    here = select(Membership.id).where(
        Membership.member_id == CareRecord.member_id,
        covers(Membership.valid_from, Membership.valid_to, CareRecord.cared_on),
        kept(Membership),
    )
    return records(CareRecord, Member.name).join(Member, Member.id == CareRecord.member_id).where(~here.exists())


@error("矛盾化解日期早于受理日期", "核对受理日期和化解日期。")
def resolved_before_taken_up(_today: date) -> Rows:
    return records(Dispute, Dispute.summary).where(Dispute.resolved_on < Dispute.taken_up_on)


@error("阵地使用时间重叠", "与另一家使用单位商定时间，改正其中一条。")
def venue_uses_overlapping(_today: date) -> Rows:
    other = aliased(VenueUse)
    clash = select(other.id).where(
        other.venue_id == VenueUse.venue_id, other.used_on == VenueUse.used_on, other.id != VenueUse.id,
        other.starts_at < VenueUse.ends_at, other.ends_at > VenueUse.starts_at, kept(other),
    )  # fmt: skip
    return records(VenueUse, Venue.name).join(Venue, Venue.id == VenueUse.venue_id).where(clash.exists())


@error("经费下拨给了自己", "改正收款组织；自用的登记为支出。")
def fund_to_itself(_today: date) -> Rows:
    return records(Fund, Fund.amount).where(Fund.to_organisation_id == Fund.organisation_id)


@error("共建台账不在结对期内", "核对台账日期，或改正结对的起止日期。")
def entry_outside_pairing(_today: date) -> Rows:
    return (
        records(PairingEntry, PairingEntry.content)
        .join(Pairing, Pairing.id == PairingEntry.pairing_id)
        .where(~covers(Pairing.valid_from, Pairing.valid_to, PairingEntry.happened_on))
    )


@error("共建台账由结对双方以外的组织登记", "由结对的一方重新登记，撤回这一条。")
def entry_by_stranger(_today: date) -> Rows:
    return (
        records(PairingEntry, PairingEntry.content)
        .join(Pairing, Pairing.id == PairingEntry.pairing_id)
        .where(PairingEntry.organisation_id.not_in([Pairing.organisation_id, Pairing.partner_id]))
    )
