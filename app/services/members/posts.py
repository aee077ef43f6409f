"""Posts on committees, elections, reserves of talent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.base import Record
from app.models.members import Election, Member, Membership, Position, Post, SelectionMethod
from app.models.organisations import Organisation
from app.services.drafts import Draft
from app.services.lifetimes import Span, by_ids, organisation_lives, overlapping
from app.services.records import prepares, presents


@prepares("position")
def prepare_positions(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """A holder belongs somewhere on the first day; one secretary at a time; nobody holds one post twice."""
    holders = {id(draft): _holder(draft) for draft in drafts}
    lives = organisation_lives(session, (organisation_id for organisation_id, _ in holders.values()))
    columns = select(Membership.member_id, Membership.valid_from, Membership.valid_to).where(Membership.withdrawn_at.is_(None))
    belonging: dict[int, list[tuple[date, date | None]]] = {}
    for member_id, since, until in by_ids(session, columns, Membership.member_id, (member_id for _, member_id in holders.values())):
        belonging.setdefault(member_id, []).append((since, until))
    for draft in drafts:
        organisation_id, member_id = holders[id(draft)]
        first, last = draft.data["valid_from"], draft.data["valid_to"]
        if not lives[organisation_id].covers(first, last):
            draft.refuse("valid_from", f"{lives[organisation_id].sentence()}，任职不能超出这段时间")
        if not any(since <= first and (until is None or first <= until) for since, until in belonging.get(member_id, [])):
            draft.refuse("member", "任职之日没有组织关系")
    _refuse_twice(session, drafts, holders)


def _holder(draft: Draft) -> tuple[int, int]:
    """Organisation and member."""
    return draft.column("organisation_id"), draft.column("member_id")


def _refuse_twice(session: Session, drafts: Sequence[Draft], holders: dict[int, tuple[int, int]]) -> None:
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    stored = select(Position).where(Position.withdrawn_at.is_(None))
    found = by_ids(session, stored, Position.organisation_id, (place for place, _ in holders.values()))
    kept = [post for (post,) in found if post.id not in changed]
    spans = [Span(_chair(post.post, post.organisation_id, post.member_id), post.valid_from, post.valid_to) for post in kept]
    for draft in drafts:
        organisation_id, member_id = holders[id(draft)]
        spans.append(Span(_chair(draft.data["post"], organisation_id, member_id), draft.data["valid_from"], draft.data["valid_to"], draft))
    for draft in {id(span.mark): span.mark for span in overlapping(spans) if span.mark is not None}.values():
        one = draft.data["post"] is Post.secretary
        draft.refuse("valid_from", "这段时间已有书记，同一时间只能有一名书记" if one else "此人在这段时间已任该职务")


def _chair(post: Post, organisation_id: int, member_id: int) -> tuple[int, Post, int | None]:
    """What cannot be held twice at a time: the secretary's chair by anybody, another post by the same person."""
    return organisation_id, post, None if post is Post.secretary else member_id


@presents("position")
def present_positions(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """Somebody from outside may be appointed from above; it is said, not refused."""
    positions = [record for record in records if isinstance(record, Position)]
    place = select(Member.id, Organisation.path).join(Organisation, Organisation.id == Member.organisation_id)
    home = dict(by_ids(session, place, Member.id, (each.member_id for each in positions)))
    own = select(Organisation.id, Organisation.path)
    seat = dict(by_ids(session, own, Organisation.id, (each.organisation_id for each in positions)))
    for position, row in zip(positions, rows, strict=True):
        outside = position.valid_to is None and not home[position.member_id].startswith(seat[position.organisation_id])
        row["warnings"] = ["任职者的组织关系不在本组织及其下级"] if outside else []


@prepares("election")
def prepare_elections(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Held by an organisation that existed, not in the future."""
    lives = organisation_lives(session, (draft.column("organisation_id") for draft in drafts))
    for draft in drafts:
        day, life = draft.data["held_on"], lives[draft.column("organisation_id")]
        if day > clock.today():
            draft.refuse("held_on", "日期不能晚于今天")
        elif not life.covers(day, day):
            draft.refuse("held_on", f"{life.sentence()}，这一天不能选举")


@presents("election")
def present_elections(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """An election needs four fifths of those entitled (基层组织选举工作条例, article 18); it is said, not refused."""
    for record, row in zip(records, rows, strict=True):
        few = isinstance(record, Election) and record.method is not SelectionMethod.appointed and record.present * 5 < record.eligible * 4
        row["warnings"] = ["实到人数不足应到人数的五分之四"] if few else []


@prepares("talent_reserve")
def prepare_talent(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """When the person is a member, both names are the same."""
    names = dict(by_ids(session, select(Member.id, Member.name), Member.id, (draft.data["member"] for draft in drafts)))
    for draft in drafts:
        if names.get(draft.data["member"], draft.data["person"]) != draft.data["person"]:
            draft.refuse("person", "姓名与所选党员不一致")
