"""发展党员: stages are reached in their order, and none before its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Conflict
from app.models.members import Member
from app.models.mobility import Development, DevelopmentDocument, DevelopmentStage, Stage
from app.schemas.mobility import DEVELOPMENT_STAGES, DEVELOPMENTS, AdvanceIn
from app.services.drafts import Draft
from app.services.fitting import refuse_future
from app.services.hanging import Hanging
from app.services.lifetimes import by_ids
from app.services.organisations.warnings import months_later
from app.services.records import completes, founding, get_changeable, prepares, save, write

ORDER = tuple(Stage)
DOCUMENTS = Hanging("documents", DevelopmentDocument, "development_stage_id", "kind")


@dataclass(frozen=True, slots=True)
class Minimum:
    """So many months lie between a stage and the one before, for stages reached from `since` on."""

    since: date
    stage: Stage
    months: int
    reference: str


MINIMUMS = (
    Minimum(date(1982, 9, 6), Stage.full, 12, "《中国共产党章程》第七条：预备党员的预备期为一年"),
    Minimum(date(2014, 5, 28), Stage.target, 12, "《中国共产党发展党员工作细则》：入党积极分子经过一年以上培养教育和考察"),
)
"""Oldest first; a changed rule is one more entry."""


def minimum_on(stage: Stage, day: date) -> Minimum | None:
    """The rule in force for a stage reached on a day."""
    return next((each for each in reversed(MINIMUMS) if each.stage is stage and each.since <= day), None)


@prepares("development")
def prepare_developments(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Everybody begins as an applicant; a member named has the same name."""
    names = dict(by_ids(session, select(Member.id, Member.name), Member.id, (draft.column("member_id") for draft in drafts)))
    for draft in drafts:
        if draft.is_new:
            draft.values["stage"] = ORDER[0]
        if names.get(draft.column("member_id"), draft.data["person"]) != draft.data["person"]:
            draft.refuse("person", "姓名与所选党员不一致")


@prepares("development_stage")
def prepare_stages(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Looks at each person's stages as they will be: none missing in between, none too early after the one before."""
    refuse_future(drafts, "reached_on")
    days = _stored(session, drafts)
    sent: dict[tuple[int, Stage], Draft] = {}
    for draft in drafts:
        key = (draft.column("development_id"), draft.column("stage"))
        if draft.is_new and key in days:
            draft.refuse("stage", f"{key[1].label}阶段已经登记")
        else:
            sent[key] = draft
            days[key] = draft.data["reached_on"]
    for (person, stage), draft in sent.items():
        place = ORDER.index(stage)
        before = ORDER[place - 1] if place else None
        if before is not None and (person, before) not in days:
            draft.refuse("stage", f"尚未登记{before.label}阶段，请按顺序登记")
        elif before is not None and (refusal := _too_early(before, days[person, before], stage, days[person, stage])):
            draft.refuse("reached_on", refusal)
        after = ORDER[place + 1] if place + 1 < len(ORDER) else None
        if after is not None and (person, after) in days.keys() - sent.keys():
            refusal = _too_early(stage, days[person, stage], after, days[person, after])
            if refusal is not None:
                draft.refuse("reached_on", f"与已登记的{after.label}阶段（{days[person, after]}）不符：{refusal}")


def _too_early(before: Stage, since: date, stage: Stage, day: date) -> str | None:
    """Why a stage cannot have been reached on a day, with the earliest possible day; None when it can."""
    rule = minimum_on(stage, day)
    earliest = since if rule is None else months_later(since, rule.months)
    if day >= earliest:
        return None
    if rule is None:
        return f"{stage.label}不能早于{before.label}的日期，最早为 {earliest}"
    return f"{stage.label}须在成为{before.label}满 {rule.months} 个月之后，最早为 {earliest}（{rule.reference}）"


def _stored(session: Session, drafts: Sequence[Draft]) -> dict[tuple[int, Stage], date]:
    """(development, stage) → the day it was reached, of the people in the batch."""
    columns = select(DevelopmentStage.development_id, DevelopmentStage.stage, DevelopmentStage.reached_on)
    kept = columns.where(DevelopmentStage.withdrawn_at.is_(None))
    rows = by_ids(session, kept, DevelopmentStage.development_id, (draft.column("development_id") for draft in drafts))
    return {(person, stage): day for person, stage, day in rows}


@completes("development_stage")
def complete_stages(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Documents as rows; the person's stage is the latest reached. Only the latest can be withdrawn."""
    DOCUMENTS.follow(session, actor, drafts)
    reached = dict(sorted(_stored(session, drafts), key=lambda each: ORDER.index(each[1])))
    for draft in drafts:
        latest = reached.get(draft.column("development_id"))
        if draft.column("withdrawn_at") is not None and latest and ORDER.index(latest) > ORDER.index(draft.column("stage")):
            raise Conflict("later_stage_exists", f"已登记{latest.label}阶段，请先撤回后面的阶段。")
    people = by_ids(session, select(Development), Development.id, (draft.column("development_id") for draft in drafts))
    moved = [
        Draft({}, frozenset(), person, values={"stage": stage})
        for (person,) in people
        if person.stage is not (stage := reached.get(person.id, ORDER[0]))
    ]
    write(session, actor, DEVELOPMENTS, moved)


def advance_development(session: Session, actor: Actor, development_id: int, data: AdvanceIn, version: int | None) -> Development:
    """The next stage after the latest one recorded is reached; Invalid with the earliest possible day when it is too early."""
    person: Development = get_changeable(session, actor, DEVELOPMENTS, development_id, version)
    kept = select(DevelopmentStage.stage).where(DevelopmentStage.development_id == person.id, DevelopmentStage.withdrawn_at.is_(None))
    reached = set(session.scalars(kept))
    following = next((stage for stage in ORDER if stage not in reached), None)
    if following is None:
        raise Conflict("already_full", "已是正式党员，发展程序已经完成。")
    draft = founding(DEVELOPMENT_STAGES, development=person.id, stage=following, **data.model_dump())
    save(session, actor, DEVELOPMENT_STAGES, [draft])
    return person
