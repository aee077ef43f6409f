"""The person: number and status, sealed fields, what identity number, birth date and gender say about each other."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.base import Record
from app.models.members import Member, Membership, MemberStatus, Position
from app.schemas.members import MEMBERSHIPS, POSITIONS
from app.schemas.numbers import birth_date_of, gender_of
from app.security import keys, sealing
from app.services.drafts import Draft
from app.services.lifetimes import by_ids, group_lives, organisation_lives
from app.services.records import SEALED, completes, prepares, presents, withdraw_all, write

_SEALED_FIELDS = ("national_id", "phone")
_IN_THE_PARTY = frozenset({MemberStatus.probationary, MemberStatus.full})
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O, 1 I L: people read these numbers to each other."""


@prepares("member")
def prepare_members(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Derives number, status and first membership of new members; seals; refuses what contradicts itself or exists."""
    for draft in drafts:
        draft.values.pop("group_id", None)  # belongs to the membership
        _seal(session, draft)
        _agree_with_number(session, draft)
        _derive_status(draft)
    _refuse_known_numbers(session, drafts)
    _begin_memberships(session, [draft for draft in drafts if draft.is_new])
    _refuse_admission_after_membership(session, [draft for draft in drafts if "admitted_on" in draft.changed and not draft.is_new])
    _number(session, [draft for draft in drafts if draft.is_new])


def _seal(session: Session, draft: Draft) -> None:
    key_file = session.info["key_file"]
    for name in _SEALED_FIELDS:
        if name not in draft.changed:
            continue
        value = draft.data[name]
        index = None if value is None else sealing.blind_index(keys.load(key_file), f"member.{name}", value)
        if draft.is_new or index != getattr(draft.record, f"{name}_index"):
            draft.values[f"{name}_index"] = index
            draft.values[f"{name}_sealed"] = None if value is None else sealing.seal(keys.load(key_file), f"member.{name}", value)


def _agree_with_number(session: Session, draft: Draft) -> None:
    """Birth date and gender are both inside the identity number; the sentence names the field, never the number."""
    if not draft.changed & {"national_id", "birth_date", "gender"}:
        return
    number = draft.data["national_id"]
    if number is None and "national_id" not in draft.changed and isinstance(draft.record, Member) and draft.record.national_id_sealed:
        number = sealing.unseal(keys.load(session.info["key_file"]), "member.national_id", draft.record.national_id_sealed)
    if number is None:
        return
    if draft.data["birth_date"] is None:
        draft.data["birth_date"] = draft.values["birth_date"] = birth_date_of(number)
    if draft.data["birth_date"] != birth_date_of(number):
        draft.refuse("birth_date", "出生日期与身份证号不一致")
    if draft.data["gender"] != gender_of(number):
        draft.refuse("gender", "性别与身份证号不一致")


def _derive_status(draft: Draft) -> None:
    """Full from the day of `full_on`. Leaving, death and suspension end a membership: they are moves, not edits."""
    if not draft.changed & {"status", "full_on", "admitted_on"}:
        return
    admitted_on, full_on, today = draft.data["admitted_on"], draft.data["full_on"], clock.today()
    for name, day in (("admitted_on", admitted_on), ("full_on", full_on)):
        if day is not None and day > today:
            draft.refuse(name, "日期不能晚于今天")
    now = draft.record.status if isinstance(draft.record, Member) else None
    sent = draft.data["status"] if draft.is_new or "status" in draft.changed else None
    if now is not None and now not in _IN_THE_PARTY:
        if sent not in {None, now}:
            draft.refuse("status", f"该党员{now.label}，恢复党籍请办理恢复")
        return
    derived = MemberStatus.full if full_on is not None else MemberStatus.probationary
    if sent is not None and sent not in _IN_THE_PARTY:
        draft.refuse("status", f"{sent.label}须办理党籍变动，不能直接填写")
    elif sent is not None and sent != derived:
        draft.refuse("full_on", "正式党员须填写转正日期" if sent is MemberStatus.full else "预备党员不应有转正日期")
    else:
        draft.values["status"] = derived


def _refuse_known_numbers(session: Session, drafts: Sequence[Draft]) -> None:
    """An identity number belongs to one person; nothing in the answer repeats it."""
    wanted = [(draft, draft.values["national_id_index"]) for draft in drafts if draft.values.get("national_id_index")]
    kept = select(Member.national_id_index).where(Member.withdrawn_at.is_(None))
    taken = {row[0] for row in by_ids(session, kept, Member.national_id_index, (index for _, index in wanted))}
    here = Counter(index for _, index in wanted)
    for draft, index in wanted:
        if index in taken:
            draft.refuse("national_id", "这个身份证号已登记在另一名党员名下")
        elif here[index] > 1:
            draft.refuse("national_id", "这个身份证号在本批中出现了不止一次")


def _begin_memberships(session: Session, drafts: Sequence[Draft]) -> None:
    """The first membership: from `member_since`, else from the later of admission and the founding of the organisation."""
    lives = organisation_lives(session, (draft.values["organisation_id"] for draft in drafts))
    groups = group_lives(session, (draft.data["group"] for draft in drafts))
    for draft in drafts:
        home = lives[draft.values["organisation_id"]]
        since = draft.data["member_since"] or max(draft.data["admitted_on"], home.start)
        draft.data["member_since"] = since
        if since < draft.data["admitted_on"]:
            draft.refuse("member_since", "组织关系转入日期早于入党日期")
        elif since > clock.today():
            draft.refuse("member_since", "日期不能晚于今天")
        elif not home.covers(since, None):
            draft.refuse("organisation", f"{home.sentence()}，不能从 {since} 起接收党员")
        group = groups.get(draft.data["group"])
        if group is not None and (group.home != draft.values["organisation_id"] or not group.meets(since, None)):
            draft.refuse("group", "党小组不属于该党组织，或已经撤销")


def _refuse_admission_after_membership(session: Session, drafts: Sequence[Draft]) -> None:
    kept = select(Membership.member_id, func.min(Membership.valid_from)).where(Membership.withdrawn_at.is_(None))
    begun = dict(by_ids(session, kept.group_by(Membership.member_id), Membership.member_id, (draft.column("id") for draft in drafts)))
    for draft in drafts:
        first = begun.get(draft.column("id"), date.max)
        if draft.data["admitted_on"] > first:
            draft.refuse("admitted_on", f"入党日期晚于组织关系的起始日期 {first}")


def _number(session: Session, drafts: Sequence[Draft]) -> None:
    """Numbers those that brought none; refuses numbers that are taken."""
    given = [draft.data["code"] for draft in drafts if draft.data["code"] is not None]
    taken = {row[0] for row in by_ids(session, select(Member.code), Member.code, given)}
    here = Counter(given)
    for draft in drafts:
        code = draft.data["code"]
        if code is None:
            draft.values["code"] = "DY" + "".join(secrets.choice(_ALPHABET) for _ in range(10))
        elif code in taken or here[code] > 1:
            draft.refuse("code", "这个党员编号已经使用")


@completes("member")
def complete_members(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Opens the membership of new members; withdraws memberships and posts with a withdrawn one."""
    new = [draft for draft in drafts if draft.is_new]
    if new:
        opened = [
            Draft({}, frozenset(), values={
                "member_id": draft.column("id"), "organisation_id": draft.values["organisation_id"],
                "group_id": draft.data["group"], "valid_from": draft.data["member_since"],
            })
            for draft in new
        ]  # fmt: skip
        write(session, actor, MEMBERSHIPS, opened)
    gone = [draft for draft in drafts if draft.record is not None and draft.record.withdrawn_at is not None]
    if gone:
        ids = [draft.column("id") for draft in gone]
        reason = f"党员登记已撤回：{gone[0].reason}"[:500]
        posts = session.scalars(select(Position).where(Position.member_id.in_(ids), Position.withdrawn_at.is_(None))).all()
        withdraw_all(session, actor, POSITIONS, posts, reason)
        memberships = session.scalars(select(Membership).where(Membership.member_id.in_(ids), Membership.withdrawn_at.is_(None))).all()
        withdraw_all(session, actor, MEMBERSHIPS, memberships, reason)


@presents("member")
def present_members(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """Group and begin of the latest membership; sealed values as the sign that there is one."""
    latest = latest_memberships(session, (record.id for record in records))
    names = {key: life.name for key, life in group_lives(session, (each.group_id for each in latest.values() if each.group_id)).items()}
    for record, row in zip(records, rows, strict=True):
        for name in _SEALED_FIELDS:
            row[name] = SEALED if getattr(record, f"{name}_sealed") is not None else None
        membership = latest.get(record.id)
        if membership is not None:
            row |= {"group": membership.group_id, "group_name": names.get(membership.group_id or 0), "member_since": membership.valid_from}


def latest_memberships(session: Session, member_ids: Iterable[int]) -> dict[int, Membership]:
    """Member id → the membership that began last."""
    statement = select(Membership).where(Membership.withdrawn_at.is_(None)).order_by(Membership.valid_from)
    return {each.member_id: each for (each,) in by_ids(session, statement, Membership.member_id, member_ids)}
