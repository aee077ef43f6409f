"""Debriefs: a round is convened, secretaries present, others rate; nobody rates himself, and nobody rates twice."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.errors import Conflict
from app.models.duties import Debrief, DebriefRating, DebriefRound
from app.models.members import Member, Position, Post
from app.models.organisations import Organisation
from app.schemas.duties import DEBRIEF_RATINGS, DEBRIEF_ROUNDS, DEBRIEFS, PresentIn, RateIn, Spread
from app.services.drafts import Draft
from app.services.duties.receivers import receivers
from app.services.fitting import refuse_future, refuse_outside_life
from app.services.lifetimes import by_ids
from app.services.records import founding, get_record, patch_record, prepares, save


@prepares("debrief_round")
def prepare_rounds(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Hosted by an organisation that existed; a round may be planned ahead."""
    refuse_outside_life(session, drafts, "held_on", "held_on")


@prepares("debrief")
def prepare_debriefs(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Presented and submitted when it was; whoever was secretary on the day of the round reports, unless somebody is named."""
    refuse_future(drafts, "presented_on")
    for draft in drafts:
        submitted_at = draft.data["submitted_at"]
        if "submitted_at" in draft.changed and submitted_at is not None and submitted_at > clock.now():
            draft.refuse("submitted_at", "提交时间不能晚于现在")
    nameless = [draft for draft in drafts if draft.is_new and draft.column("member_id") is None]
    rounds = select(DebriefRound.id, DebriefRound.held_on)
    held_on = dict(by_ids(session, rounds, DebriefRound.id, (draft.column("debrief_round_id") for draft in nameless)))
    days = {draft.column("organisation_id"): held_on[draft.column("debrief_round_id")] for draft in nameless}
    reporting = _secretaries(session, days)
    for draft in nameless:
        draft.values["member_id"] = reporting.get(draft.column("organisation_id"))


def _secretaries(session: Session, days: dict[int, date]) -> dict[int, int]:
    """Organisation id → who was its secretary on the day given."""
    columns = select(Position.organisation_id, Position.member_id, Position.valid_from, Position.valid_to)
    held = columns.where(Position.post == Post.secretary, Position.withdrawn_at.is_(None))
    return {
        home: member
        for home, member, first, last in by_ids(session, held, Position.organisation_id, days)
        if first <= days[home] and (last is None or days[home] <= last)
    }


@prepares("debrief_rating")
def prepare_ratings(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """After it was presented, once by each rater, never by who is judged."""
    new = [draft for draft in drafts if draft.is_new]
    debriefs = {each.id: each for (each,) in by_ids(session, select(Debrief), Debrief.id, (each.column("debrief_id") for each in new))}
    subjects = _subjects(session, list(debriefs.values()))
    ratings = select(DebriefRating.debrief_id, DebriefRating.rater).where(DebriefRating.withdrawn_at.is_(None))
    taken = {(key, _plain(rater)) for key, rater in by_ids(session, ratings, DebriefRating.debrief_id, debriefs)}
    here = Counter((draft.column("debrief_id"), _plain(draft.data["rater"])) for draft in new)
    for draft in new:
        debrief, rater = debriefs[draft.column("debrief_id")], _plain(draft.data["rater"])
        if debrief.presented_on is None:
            draft.refuse("debrief", "尚未述职，不能评议")
        if rater in subjects[debrief.id]:
            draft.refuse("rater", "述职人和述职组织不能评议自己")
        elif (debrief.id, rater) in taken or here[debrief.id, rater] > 1:
            draft.refuse("rater", "该评议人已评议过这次述职，每人只评一次")


def _subjects(session: Session, debriefs: Sequence[Debrief]) -> dict[int, set[str]]:
    """Debrief id → names under which the judged one could rate: the secretary, the organisation."""
    names = dict(by_ids(session, select(Member.id, Member.name), Member.id, (each.member_id for each in debriefs)))
    columns = select(Organisation.id, Organisation.name, Organisation.short_name, Organisation.code)
    homes = {key: said for key, *said in by_ids(session, columns, Organisation.id, (each.organisation_id for each in debriefs))}
    return {each.id: {_plain(name) for name in (names.get(each.member_id or 0), *homes[each.organisation_id]) if name} for each in debriefs}


def _plain(name: str) -> str:
    """Blanks inside a name (张 三) make nobody else of it."""
    return "".join(name.split())


def convene_round(session: Session, actor: Actor, round_id: int) -> Spread:
    """A debrief for every evaluated organisation below the host; doing it again adds only who is missing."""
    held: DebriefRound = get_record(session, actor, DEBRIEF_ROUNDS, round_id, Permission.write_records)
    if held.withdrawn_at is not None:
        raise Conflict("record_withdrawn", "该述职会已撤回，不能召集。")
    found = receivers(session, actor, held.organisation_id, held.held_on)
    kept = select(Debrief.organisation_id).where(Debrief.debrief_round_id == held.id, Debrief.withdrawn_at.is_(None))
    there = set(session.scalars(kept))
    drafts = [founding(DEBRIEFS, organisation=code, debrief_round=held.id) for key, code in found.items() if key not in there]
    save(session, actor, DEBRIEFS, drafts)
    return Spread(made=len(drafts), there=len(found) - len(drafts))


def present_debrief(session: Session, actor: Actor, debrief_id: int, data: PresentIn, version: int | None) -> Debrief:
    """Says when the secretary presented."""
    debrief: Debrief = get_record(session, actor, DEBRIEFS, debrief_id, Permission.write_records)
    if debrief.presented_on is not None:
        raise Conflict("already_presented", f"已于 {debrief.presented_on} 述职。")
    patch_record(session, actor, DEBRIEFS, debrief_id, data.model_dump(), version)
    return debrief


def rate_debrief(session: Session, actor: Actor, debrief_id: int, data: RateIn) -> DebriefRating:
    """One rater's grade with its reason."""
    debrief: Debrief = get_record(session, actor, DEBRIEFS, debrief_id, Permission.write_records)
    draft = founding(DEBRIEF_RATINGS, debrief=debrief.id, **data.model_dump())
    save(session, actor, DEBRIEF_RATINGS, [draft])
    return draft.record  # type: ignore[return-value]  # the model behind the noun
