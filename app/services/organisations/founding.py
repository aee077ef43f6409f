"""Founding organisations, one or thousands at once: codes, parents (of the same batch too), first placement, path. And withdrawing one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import exists, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.access import Actor, Permission, visible
from app.db import chunks
from app.errors import Conflict, FieldError
from app.models.base import Base, OrganisationRecord, Record
from app.models.organisations import Organisation, OrganisationLineage, OrganisationPlacement
from app.schemas.nouns import BY_KIND
from app.schemas.organisations import ORGANISATIONS
from app.scoring.metrics.view import kept
from app.services.drafts import Draft
from app.services.journal import Change, snapshot, write_down
from app.services.records import add_new, completes, create_record, prepares, present, raise_version

BUILT = ("evaluated", "has_committee", "committee_seats")
_CHUNK = 5000


class Found(NamedTuple):
    """An organisation a new one may be placed under."""

    id: int
    name: str
    path: str
    established_on: date
    dissolved_on: date | None


def found_organisation(session: Session, actor: Actor, data: Mapping[str, Any]) -> Organisation:
    """Founds one organisation. Conflict when its code is taken, Invalid for everything else that does not fit."""
    refuse_taken_codes(session, [data["code"]])
    return cast(Organisation, create_record(session, actor, ORGANISATIONS, data))


def refuse_taken_codes(session: Session, codes: Sequence[str]) -> None:
    """Conflict naming the first code that an organisation has or ever had."""
    for code, sentence in _taken(session, codes).items():
        raise Conflict("code_taken", f"{sentence}。", [FieldError("code", f"编码 {code} 已被使用")])


@prepares("organisation")
def prepare_organisations(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Refuses what does not fit: codes in use, parents that are missing, not yet or no longer there, or below the child."""
    new = [draft for draft in drafts if draft.is_new]
    old = [draft for draft in drafts if not draft.is_new]
    if old:
        _refuse_rebuilding(session, actor, old)
    if not new:
        return
    _check_codes(session, new)
    batch = {draft.data["code"]: draft for draft in new}
    wanted = {draft.data["parent"] for draft in new} | {code for draft in drafts for code in draft.data["partners"]}
    known = _known(session, actor, {code for code in wanted if code is not None and code not in batch})
    for draft in new:
        _check_parent(actor, draft, batch, known)
    _refuse_circles(new, batch)
    for draft in drafts:
        missing = [code for code in draft.data["partners"] if code not in batch and code not in known]
        if missing:
            draft.refuse("partners", f"没有找到党组织 {'、'.join(missing)}")


@completes("organisation")
def place_organisations(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Gives new organisations their first placement and path; takes back those of a withdrawn one."""
    new = [draft for draft in drafts if draft.is_new]
    withdrawn = [draft.record for draft in drafts if isinstance(draft.record, Organisation) and draft.record.withdrawn_at is not None]
    if new:
        _place(session, actor, new)
    if withdrawn:
        _withdraw_placements(session, actor, {each.id: each for each in withdrawn})


def _place(session: Session, actor: Actor, new: Sequence[Draft]) -> None:
    batch = {draft.data["code"]: draft for draft in new}
    known = _known(session, actor, {draft.data["parent"] for draft in new} - batch.keys() - {None})
    places = {code: (found.id, found.path) for code, found in known.items()}
    for draft in new:
        _fill_path(draft, batch, places)
    placements = [
        OrganisationPlacement(
            organisation_id=draft.record.id,
            parent_id=draft.data["parent"] and places[draft.data["parent"]][0],
            valid_from=draft.record.established_on,
            recorded_by=actor.name,
            **{name: draft.data[name] for name in BUILT},
        )
        for draft in new
        if isinstance(draft.record, Organisation)
    ]
    add_new(session, placements)
    session.flush()
    write_down(session, actor, [Change(placement, "create", None) for placement in placements])


def _fill_path(draft: Draft, batch: Mapping[str, Draft], places: dict[str, tuple[int, str]]) -> None:
    """Paths from the nearest known place downwards; circles were refused before."""
    waiting = [draft]
    while (parent := waiting[-1].data["parent"]) is not None and parent not in places:
        waiting.append(batch[parent])
    for each in reversed(waiting):
        organisation, parent = cast(Organisation, each.record), each.data["parent"]
        organisation.path = f"{places[parent][1] if parent else '/'}{organisation.id}/"
        places[organisation.code] = (organisation.id, organisation.path)


def _check_codes(session: Session, new: Sequence[Draft]) -> None:
    taken = _taken(session, [draft.data["code"] for draft in new])
    seen: set[str] = set()
    for draft in new:
        code = draft.data["code"]
        if code in taken:
            draft.refuse("code", taken[code])
        elif code in seen:
            draft.refuse("code", f"编码 {code} 在同一批中重复")
        seen.add(code)


def _taken(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """Codes in use → the sentence that says so; a code once given is never given again."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(set(codes)), _CHUNK):
        for code, name in session.execute(select(Organisation.code, Organisation.name).where(Organisation.code.in_(chunk))):
            found[code] = f"编码 {code} 已被“{name}”使用"
    return found


def _known(session: Session, actor: Actor, codes: set[str]) -> dict[str, Found]:
    """Existing organisations by code that the actor may write to; locked against being dissolved in the meantime."""
    columns = (
        Organisation.code,
        Organisation.id,
        Organisation.name,
        Organisation.path,
        Organisation.established_on,
        Organisation.dissolved_on,
    )
    found: dict[str, Found] = {}
    for chunk in chunks(sorted(codes), _CHUNK):
        rows = select(*columns).where(Organisation.code.in_(chunk), visible(actor, Permission.write_records), kept(Organisation))
        found |= {row.code: Found(*row[1:]) for row in session.execute(rows.with_for_update(read=True))}
    return found


def _check_parent(actor: Actor, draft: Draft, batch: Mapping[str, Draft], known: Mapping[str, Found]) -> None:
    code, founded = draft.data["parent"], draft.data["established_on"]
    if code is None:
        if not actor.may(Permission.write_records, "/"):
            draft.refuse("parent", "请填写上级组织")
        return
    if code == draft.data["code"]:
        draft.refuse("parent", "上级组织不能是它自己")
    elif code in batch:
        above = batch[code].data
        if above["established_on"] > founded:
            draft.refuse("established_on", f"成立日期早于上级组织“{above['name']}”的成立日期 {above['established_on']}")
    elif code not in known:
        draft.refuse("parent", f"没有找到上级组织 {code}")
    elif (parent := known[code]).dissolved_on is not None:
        draft.refuse("parent", f"上级组织“{parent.name}”已于 {parent.dissolved_on} 撤销")
    elif parent.established_on > founded:
        draft.refuse("established_on", f"成立日期早于上级组织“{parent.name}”的成立日期 {parent.established_on}")


def _refuse_circles(new: Sequence[Draft], batch: Mapping[str, Draft]) -> None:
    """Walks up inside the batch; each draft is passed once, so a batch of thousands costs thousands of steps."""
    safe: set[str] = set()
    for draft in new:
        way: dict[str, Draft] = {}
        code = draft.data["code"]
        while code in batch and code not in safe and code not in way:
            way[code] = batch[code]
            code = batch[code].data["parent"]
        circle = code in way and len(way) > 1
        for each in way.values():
            if circle:
                each.refuse("parent", "上下级关系成环")
        safe |= way.keys()


def _refuse_rebuilding(session: Session, actor: Actor, old: Sequence[Draft]) -> None:
    """What only an operation changes may be sent again as it is (an import does), not changed here."""
    now = present(session, actor, ORGANISATIONS, [draft.record for draft in old])
    for draft, row in zip(old, now, strict=True):
        for name in sorted(ORGANISATIONS.fixed & draft.changed):
            if draft.data[name] != row[name]:
                title = ORGANISATIONS.In.model_fields[name].title
                draft.refuse(name, f"{title}不能直接修改，请办理组织调整")


def _withdraw_placements(session: Session, actor: Actor, withdrawn: Mapping[int, Organisation]) -> None:
    """Only an organisation entered by mistake is withdrawn: one that nothing else names. Anything else is dissolved."""
    named = session.scalars(_naming(withdrawn.keys())).all()
    if named:
        names = "、".join(each.name for each in withdrawn.values())
        titles = "、".join(BY_KIND[kind].title if kind in BY_KIND else kind for kind in named)
        raise Conflict("organisation_in_use", f"“{names}”名下已有记录（{titles}），不能撤回；不再存在的组织请办理撤销。")
    placement = OrganisationPlacement
    placements = session.scalars(select(placement).where(placement.organisation_id.in_(withdrawn), kept(placement))).all()
    changes = [Change(each, "withdraw", snapshot(each), withdrawn[each.organisation_id].withdrawn_reason) for each in placements]
    for each in placements:
        organisation = withdrawn[each.organisation_id]
        each.withdrawn_at, each.withdrawn_reason = organisation.withdrawn_at, organisation.withdrawn_reason
        raise_version(each)
    session.flush()
    write_down(session, actor, changes)


def _naming(ids: Collection[int]) -> Any:
    """Kinds of records that name the organisations, their own placements apart; one statement over all tables."""
    placement, lineage = OrganisationPlacement, OrganisationLineage
    owned = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OrganisationRecord))
    found: list[tuple[type[Record], Any]] = [(model, model.organisation_id.in_(ids)) for model in owned if model is not placement]
    found.append((lineage, or_(lineage.predecessor_id.in_(ids), lineage.successor_id.in_(ids))))
    kinds = [select(literal(model.record_kind)).where(exists().where(where, kept(model))) for model, where in found]
    children = exists().where(placement.parent_id.in_(ids), kept(placement))
    return union_all(select(literal(Organisation.record_kind)).where(children), *kinds)
