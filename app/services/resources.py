"""阵地经费: venues and who uses them when, money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.activities import Activity
from app.models.organisations import Organisation
from app.models.resources import Venue, VenueUse
from app.schemas.resources import VENUE_USES, VENUES
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_left_out, refuse_outside, refuse_outside_life
from app.services.lifetimes import by_ids
from app.services.records import prepares


@dataclass(frozen=True, slots=True)
class Booking:
    """A venue, a day, and the time from `start` until before `end`."""

    venue: int
    day: date
    start: time
    end: time
    who: str
    draft: Draft | None = None

    def sentence(self) -> str:
        return f"该阵地当日 {self.start:%H:%M}–{self.end:%H:%M} 已由{self.who}预订"


@prepares("venue")
def prepare_venues(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Of an organisation that existed meanwhile; not closed before its last use."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    refuse_left_out(session, drafts, VENUE_USES, "venue", "used_on")


@prepares("venue_use")
def prepare_uses(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """While there is such a venue, for an activity of that day, and never two at a time."""
    refuse_outside(session, drafts, VENUES, "used_on")
    refuse_outside_life(session, drafts, "used_on", "used_on")
    days = select(Activity.id, Activity.occurred_on)
    held_on = dict(by_ids(session, days, Activity.id, (draft.column("activity_id") for draft in drafts)))
    for draft in drafts:
        if held_on.get(draft.column("activity_id"), draft.data["used_on"]) != draft.data["used_on"]:
            draft.refuse("activity", "活动不在这一天")
    _refuse_collisions(session, drafts)


def _refuse_collisions(session: Session, drafts: Sequence[Draft]) -> None:
    """Looks at the batch and the table together. Bookings of one venue wait for each other, also on PostgreSQL."""
    venues = [draft.column("venue_id") for draft in drafts]
    by_ids(session, select(Venue.id).order_by(Venue.id).with_for_update(), Venue.id, venues)
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    use = VenueUse
    columns: Any = select(use.id, use.venue_id, use.used_on, use.starts_at, use.ends_at, Organisation.name)
    stored = columns.join(Organisation, Organisation.id == use.organisation_id).where(use.withdrawn_at.is_(None))
    wanted = {(draft.column("venue_id"), draft.data["used_on"]) for draft in drafts}
    first, last = (choose((day for _, day in wanted), default=date.max) for choose in (min, max))
    rows = by_ids(session, stored.where(use.used_on.between(first, last)), use.venue_id, venues)
    bookings = [Booking(*rest) for key, *rest in rows if key not in changed and tuple(rest[:2]) in wanted]
    names = dict(
        by_ids(session, select(Organisation.id, Organisation.name), Organisation.id, (each.column("organisation_id") for each in drafts))
    )
    for draft in drafts:
        sent, who = draft.data, names[draft.column("organisation_id")]
        bookings.append(Booking(draft.column("venue_id"), sent["used_on"], sent["starts_at"], sent["ends_at"], who, draft))
    _refuse_later(bookings)


def _refuse_later(bookings: Sequence[Booking]) -> None:
    """Of two that collide the new one is refused, of two new ones the one that begins later. Sorted, so each is looked at once."""
    longest: dict[tuple[int, date], Booking] = {}
    for booking in sorted(bookings, key=lambda each: (each.venue, each.day, each.start, each.draft is not None)):
        before = longest.get((booking.venue, booking.day))
        if before is not None and booking.start < before.end:
            late, early = (booking, before) if booking.draft is not None else (before, booking)
            if late.draft is not None:
                late.draft.refuse("starts_at", early.sentence())
        if before is None or booking.end > before.end:
            longest[booking.venue, booking.day] = booking


@prepares("fund")
def prepare_funds(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Booked when it was, by an organisation that existed, and not allocated to itself."""
    refuse_future(drafts, "booked_on")
    refuse_outside_life(session, drafts, "booked_on", "booked_on")
    for draft in drafts:
        if draft.column("to_organisation_id") == draft.column("organisation_id"):
            draft.refuse("to_organisation", "不能拨付给自己")
