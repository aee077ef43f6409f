"""扩大覆盖面: units and who covers them, liaisons and visits, posts of pioneers and what was done there."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.coverage import Unit
from app.schemas.coverage import LIAISON_VISITS, LIAISONS, PIONEER_POSTS, POST_SERVICES, UNITS, CoverIn
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_left_out, refuse_outside, refuse_outside_life, refuse_overlaps
from app.services.lifetimes import by_ids, organisation_lives
from app.services.records import patch_record, prepares


@prepares("unit")
def prepare_units(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The responsible organisation existed meanwhile; one that comes to cover a unit exists today (or did, before the unit ended)."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    lives = organisation_lives(session, (draft.column("covering_id") for draft in drafts))
    for draft in drafts:
        life = lives.get(draft.column("covering_id"))
        day = min(clock.today(), draft.data["valid_to"] or clock.today())
        if life is not None and draft.changed & {"covering", "valid_to"} and not life.covers(day, day):
            draft.refuse("covering", f"{life.sentence()}，不能覆盖该单位")


def cover_unit(session: Session, actor: Actor, unit_id: int, data: CoverIn, version: int | None) -> Unit:
    """The unit gets an organisation, alone or jointly with others."""
    unit: Unit = patch_record(session, actor, UNITS, unit_id, data.model_dump(), version)  # type: ignore[assignment]  # the model behind the noun
    return unit


@prepares("liaison")
def prepare_liaisons(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The unit visited is one the organisation is responsible for; a liaison is not shortened past its visits."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    refuse_left_out(session, drafts, LIAISON_VISITS, "liaison", "visited_on")
    units = select(Unit.id, Unit.organisation_id)
    responsible = dict(by_ids(session, units, Unit.id, (draft.column("unit_id") for draft in drafts)))
    for draft in drafts:
        unit = draft.column("unit_id")
        if unit is not None and responsible[unit] != draft.column("organisation_id"):
            draft.refuse("unit", "该单位的责任党组织不是这个组织")


@prepares("liaison_visit")
def prepare_visits(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Not before the liaison began, not after it ended."""
    refuse_future(drafts, "visited_on", "solved_on")
    refuse_outside(session, drafts, LIAISONS, "visited_on")


@prepares("pioneer_post")
def prepare_posts(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The same post is not held twice at a time; it is not shortened past what was done there."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    refuse_left_out(session, drafts, POST_SERVICES, "pioneer_post", "served_on")
    refuse_overlaps(session, drafts, PIONEER_POSTS, ("member_id", "kind", "place"), "该党员在这段时间已有同一岗位")


@prepares("post_service")
def prepare_services(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Done while the post was held."""
    refuse_future(drafts, "served_on")
    refuse_outside(session, drafts, PIONEER_POSTS, "served_on")
