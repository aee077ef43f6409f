"""Where members belong, by date: periods of one member never overlap and lie within the life of the organisation."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.members import Member, Membership
from app.schemas.members import MEMBERS
from app.services.drafts import Draft
from app.services.lifetimes import Span, by_ids, group_lives, organisation_lives, overlapping
from app.services.members.persons import latest_memberships
from app.services.records import completes, prepares, write


@prepares("membership")
def prepare_memberships(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Corrections by hand; moves (transfer, departure) come here checked already."""
    placed = {id(draft): _placed(draft) for draft in drafts}
    lives = organisation_lives(session, (organisation_id for _, organisation_id in placed.values()))
    groups = group_lives(session, (draft.data["group"] for draft in drafts))
    admitted_on = dict(by_ids(session, select(Member.id, Member.admitted_on), Member.id, (member_id for member_id, _ in placed.values())))
    for draft in drafts:
        member_id, organisation_id = placed[id(draft)]
        first, last = draft.data["valid_from"], draft.data["valid_to"]
        home, group = lives[organisation_id], groups.get(draft.data["group"])
        if not home.covers(first, last):
            draft.refuse("valid_to" if home.start <= first else "valid_from", f"{home.sentence()}，组织关系不能超出这段时间")
        if first < admitted_on[member_id]:
            draft.refuse("valid_from", "组织关系早于入党日期")
        if group is not None and (group.home != organisation_id or not group.meets(first, last)):
            draft.refuse("group", "党小组不属于该党组织，或在这段时间不存在")
    _refuse_overlaps(session, drafts, placed)


def _placed(draft: Draft) -> tuple[int, int]:
    """Member and organisation."""
    return draft.column("member_id"), draft.column("organisation_id")


def _refuse_overlaps(session: Session, drafts: Sequence[Draft], placed: dict[int, tuple[int, int]]) -> None:
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    columns = select(Membership.id, Membership.member_id, Membership.valid_from, Membership.valid_to)
    kept = columns.where(Membership.withdrawn_at.is_(None))
    rows = by_ids(session, kept, Membership.member_id, (member_id for member_id, _ in placed.values()))
    spans = [Span(member_id, first, last) for key, member_id, first, last in rows if key not in changed]
    spans += [Span(placed[id(draft)][0], draft.data["valid_from"], draft.data["valid_to"], draft) for draft in drafts]
    for draft in {id(span.mark): span.mark for span in overlapping(spans) if span.mark is not None}.values():
        draft.refuse("valid_from" if draft.is_new else "valid_to", "与该党员的另一段组织关系重叠，同一天只能有一处组织关系")


@completes("membership")
def complete_memberships(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Keeps the member under the organisation of the latest membership: it decides who may see the person."""
    ids = {draft.record.member_id for draft in drafts if isinstance(draft.record, Membership)}
    latest = latest_memberships(session, ids)
    members = [member for (member,) in by_ids(session, select(Member), Member.id, latest)]
    moved = [
        (member, latest[member.id].organisation_id) for member in members if member.organisation_id != latest[member.id].organisation_id
    ]
    if moved:
        write(session, actor, MEMBERS, [Draft({}, frozenset(), member, values={"organisation_id": home}) for member, home in moved])
