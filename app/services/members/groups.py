"""Party groups: they live within their organisation, and their leader is one of its members."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.members import Membership
from app.services.drafts import Draft
from app.services.lifetimes import by_ids, organisation_lives
from app.services.records import prepares


@prepares("party_group")
def prepare_groups(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Refuses days outside the life of the organisation, and leaders from elsewhere."""
    lives = organisation_lives(session, (draft.column("organisation_id") for draft in drafts))
    columns = select(Membership.member_id, Membership.organisation_id, Membership.valid_from, Membership.valid_to)
    kept = columns.where(Membership.withdrawn_at.is_(None))
    belonging: dict[tuple[int, int], list[tuple[date, date | None]]] = {}
    for member_id, organisation_id, since, until in by_ids(
        session, kept, Membership.member_id, (draft.column("leader_id") for draft in drafts)
    ):
        belonging.setdefault((member_id, organisation_id), []).append((since, until))
    for draft in drafts:
        first, last = draft.data["valid_from"], draft.data["valid_to"]
        home, leader = draft.column("organisation_id"), draft.column("leader_id")
        if not lives[home].covers(first, last):
            draft.refuse("valid_from", f"{lives[home].sentence()}，党小组不能超出这段时间")
        there = belonging.get((leader, home), [])
        if leader is not None and not any((last is None or since <= last) and (until is None or first <= until) for since, until in there):
            draft.refuse("leader", "组长不是该党组织的党员")
