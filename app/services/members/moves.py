"""What happens to a member as one step with a date: transfer, departure, return."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.errors import Conflict, FieldError, Invalid
from app.models.members import Member, Membership, MemberStatus, Position
from app.models.organisations import Organisation, PartyGroup
from app.schemas.members import MEMBERS, MEMBERSHIPS, POSITIONS, DepartureIn, ReinstatementIn, TransferIn
from app.schemas.organisations import PARTY_GROUPS
from app.services.drafts import Draft
from app.services.lifetimes import group_lives, organisation_lives
from app.services.listing import find_organisation
from app.services.members.persons import latest_memberships
from app.services.records import get_record, require_version, withdraw_all, write


def transfer_member(session: Session, actor: Actor, member_id: int, data: TransferIn, version: int | None) -> Member:
    """Out of the present organisation the day before, into the other on the day; posts there end with the membership."""
    member = _changeable(session, actor, member_id, version)
    current = _open_membership(session, member)
    target = find_organisation(session, actor, data.organisation, Permission.write_records)
    if target.id == current.organisation_id:
        raise _refused("same_organisation", "organisation", "转入组织就是现在的组织")
    if data.effective_on <= current.valid_from:
        raise _refused("date_too_early", "effective_on", f"转入日期须晚于现组织关系的起始日期 {current.valid_from}")
    _fits(session, target, data.group, data.effective_on, "effective_on")
    _leave(session, actor, current, data.effective_on - clock.DAY, data.reason)
    end_duties(session, actor, [member.id], data.effective_on - clock.DAY, data.reason, organisation_id=current.organisation_id)
    _join(session, actor, member, target, data.group, data.effective_on, data.reason)
    return member


def depart_member(session: Session, actor: Actor, member_id: int, data: DepartureIn, version: int | None) -> Member:
    """Left the Party, died, or suspended: the membership and every post end on the last day."""
    member = _changeable(session, actor, member_id, version)
    current = _open_membership(session, member)
    if data.last_day < current.valid_from:
        raise _refused("date_too_early", "last_day", f"最后一日早于现组织关系的起始日期 {current.valid_from}")
    if data.last_day > clock.today():
        raise _refused("date_in_future", "last_day", "最后一日不能晚于今天")
    _leave(session, actor, current, data.last_day, data.reason)
    end_duties(session, actor, [member.id], data.last_day, data.reason)
    values: dict[str, object] = {"status": data.status}
    if data.status is MemberStatus.suspended:
        values |= {"suspended_from": data.last_day + clock.DAY, "suspended_to": None}
    write(session, actor, MEMBERS, [Draft({}, frozenset(), member, reason=data.reason, values=values)])
    return member


def reinstate_member(session: Session, actor: Actor, member_id: int, data: ReinstatementIn, version: int | None) -> Member:
    """Ends a suspension: a new membership, in the old organisation unless another is named."""
    member = _changeable(session, actor, member_id, version)
    if member.status is not MemberStatus.suspended or member.suspended_from is None:
        raise Conflict("not_suspended", "该党员没有停止党籍，不需要恢复。")
    if data.effective_on <= member.suspended_from:
        raise _refused("date_too_early", "effective_on", f"恢复日期须晚于停止党籍的起始日期 {member.suspended_from}")
    if data.organisation is None:
        target = session.get_one(Organisation, member.organisation_id)
    else:
        target = find_organisation(session, actor, data.organisation, Permission.write_records)
    _fits(session, target, data.group, data.effective_on, "effective_on")
    status = MemberStatus.full if member.full_on is not None else MemberStatus.probationary
    values = {"status": status, "suspended_to": data.effective_on - clock.DAY}
    write(session, actor, MEMBERS, [Draft({}, frozenset(), member, reason=data.reason, values=values)])
    _join(session, actor, member, target, data.group, data.effective_on, data.reason)
    return member


def end_duties(
    session: Session, actor: Actor, member_ids: Sequence[int], last_day: date, reason: str, *, organisation_id: int | None = None
) -> None:
    """Ends the posts of members (of one organisation, or all), and their leading of groups. Posts that had not begun are withdrawn."""
    mine: list[ColumnElement[bool]] = [Position.member_id.in_(member_ids), Position.withdrawn_at.is_(None)]
    leading: list[ColumnElement[bool]] = [PartyGroup.leader_id.in_(member_ids), PartyGroup.withdrawn_at.is_(None)]
    if organisation_id is not None:
        mine.append(Position.organisation_id == organisation_id)
        leading.append(PartyGroup.organisation_id == organisation_id)
    posts = [post for post in session.scalars(select(Position).where(*mine)) if post.valid_to is None or post.valid_to > last_day]
    begun = [post for post in posts if post.valid_from <= last_day]
    if begun:
        write(session, actor, POSITIONS, [Draft({}, frozenset(), post, reason=reason, values={"valid_to": last_day}) for post in begun])
    if len(begun) < len(posts):
        withdraw_all(session, actor, POSITIONS, [post for post in posts if post.valid_from > last_day], reason)
    groups = session.scalars(select(PartyGroup).where(*leading)).all()
    if groups:
        write(session, actor, PARTY_GROUPS, [Draft({}, frozenset(), group, reason=reason, values={"leader_id": None}) for group in groups])


def _changeable(session: Session, actor: Actor, member_id: int, version: int | None) -> Member:
    member: Member = get_record(session, actor, MEMBERS, member_id, Permission.write_records)
    require_version(member, version)
    if member.withdrawn_at is not None:
        raise Conflict("record_withdrawn", "该党员的登记已撤回，不能办理。")
    return member


def _open_membership(session: Session, member: Member) -> Membership:
    current = latest_memberships(session, [member.id]).get(member.id)
    if current is None or current.valid_to is not None:
        raise Conflict("membership_missing", f"该党员{member.status.label}，没有有效的组织关系。")
    return current


def _fits(session: Session, target: Organisation, group_id: int | None, day: date, field: str) -> None:
    if day > clock.today():
        raise _refused("date_in_future", field, "日期不能晚于今天")
    life = organisation_lives(session, [target.id])[target.id]
    if not life.covers(day, None):
        raise _refused("organisation_not_existing", "organisation", f"{life.sentence()}，不能从 {day} 起接收党员")
    group = group_lives(session, [group_id]).get(group_id) if group_id is not None else None
    if group_id is not None and (group is None or group.home != target.id or not group.meets(day, None)):
        raise _refused("group_not_there", "group", "党小组不属于转入组织，或已经撤销")


def _leave(session: Session, actor: Actor, current: Membership, last_day: date, reason: str) -> None:
    """Written before the next one begins: at most one membership is open, and the index is asked at once."""
    write(session, actor, MEMBERSHIPS, [Draft({}, frozenset(), current, reason=reason, values={"valid_to": last_day})])


def _join(session: Session, actor: Actor, member: Member, target: Organisation, group_id: int | None, day: date, reason: str) -> None:
    values = {"member_id": member.id, "organisation_id": target.id, "group_id": group_id, "valid_from": day}
    write(session, actor, MEMBERSHIPS, [Draft({}, frozenset(), reason=reason, values=values)])


def _refused(code: str, field: str, message: str) -> Invalid:
    return Invalid(code, f"{message}。", [FieldError(field, message)])
