"""Floating members: out, in touch, back."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.errors import Conflict, FieldError, Invalid
from app.models.members import Member, Membership
from app.models.mobility import FloatDirection, FloatingMember
from app.schemas.mobility import FLOATING_CONTACTS, FLOATING_MEMBERS, ReturnIn
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_left_out, refuse_outside, refuse_outside_life, refuse_overlaps
from app.services.lifetimes import by_ids
from app.services.records import get_record, patch_record, prepares

_TWICE = "此人在这段时间已登记为流动党员"


@prepares("floating_member")
def prepare_floating(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Nobody floats twice at a time; whoever floats out belongs to the organisation on the first day."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    refuse_left_out(session, drafts, FLOATING_CONTACTS, "floating_member", "contacted_on")
    ours = [draft for draft in drafts if draft.column("member_id") is not None]
    others = [draft for draft in drafts if draft.column("member_id") is None]
    refuse_overlaps(session, ours, FLOATING_MEMBERS, ("member_id",), _TWICE)
    refuse_overlaps(session, others, FLOATING_MEMBERS, ("organisation_id", "person", "direction", "other_id", "other_name"), _TWICE)
    _refuse_strangers(session, ours)


def _refuse_strangers(session: Session, drafts: Sequence[Draft]) -> None:
    ids = [draft.column("member_id") for draft in drafts]
    names = dict(by_ids(session, select(Member.id, Member.name), Member.id, ids))
    columns = select(Membership.member_id, Membership.organisation_id, Membership.valid_from, Membership.valid_to)
    belonging = by_ids(session, columns.where(Membership.withdrawn_at.is_(None)), Membership.member_id, ids)
    homes: dict[int, list[tuple[int, date, date | None]]] = {}
    for member, home, first, last in belonging:
        homes.setdefault(member, []).append((home, first, last))
    for draft in drafts:
        member, day = draft.column("member_id"), draft.data["valid_from"]
        if names[member] != draft.data["person"]:
            draft.refuse("person", "姓名与所选党员不一致")
        there = [home for home, first, last in homes.get(member, ()) if first <= day and (last is None or day <= last)]
        if draft.data["direction"] is FloatDirection.outward and draft.column("organisation_id") not in there:
            draft.refuse("member", "流出之日组织关系不在这个组织")


@prepares("floating_contact")
def prepare_contacts(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """While the member floats."""
    refuse_future(drafts, "contacted_on")
    refuse_outside(session, drafts, FLOATING_MEMBERS, "contacted_on")


def return_member(session: Session, actor: Actor, floating_id: int, data: ReturnIn, version: int | None) -> FloatingMember:
    """The member is back: floating ends on the last day."""
    floating: FloatingMember = get_record(session, actor, FLOATING_MEMBERS, floating_id, Permission.write_records)
    if floating.valid_to is not None:
        raise Conflict("already_returned", f"流动已于 {floating.valid_to} 结束。")
    if not floating.valid_from <= data.last_day <= clock.today():
        message = f"流动最后一日应在 {floating.valid_from} 至今天之间"
        raise Invalid("date_outside", f"{message}。", [FieldError("last_day", message)])
    patch_record(session, actor, FLOATING_MEMBERS, floating_id, {"valid_to": data.last_day}, version)
    return floating
