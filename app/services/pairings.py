"""结对共建: two sides, one ledger; what one side enters the other confirms."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, visible
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models.base import Record
from app.models.organisations import Organisation
from app.models.pairings import Pairing, PairingEntry, PairingLeader, PairingReport, PairingSide
from app.schemas.pairings import PAIRING_ENTRIES, PAIRING_REPORTS, PAIRINGS, ConfirmIn, SubmitIn
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_left_out, refuse_outside, refuse_outside_life, refuse_spans
from app.services.hanging import Hanging, refuse_unknown_members
from app.services.lifetimes import Span, by_ids
from app.services.records import completes, get_record, patch_record, prepares, presents, require_version, write

LEADERS = Hanging("leaders", PairingLeader, "pairing_entry_id", "member_id")


@prepares("pairing")
def prepare_pairings(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Both sides existed meanwhile; the same two are paired once at a time, whoever is called 甲方; the ledger lies inside."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    refuse_outside_life(session, drafts, "valid_from", "valid_to", "partner")
    refuse_left_out(session, drafts, PAIRING_ENTRIES, "pairing", "happened_on")
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    columns = select(Pairing.id, Pairing.organisation_id, Pairing.partner_id, Pairing.valid_from, Pairing.valid_to)
    kept = columns.where(Pairing.withdrawn_at.is_(None))
    ours = [draft.column(name) for draft in drafts for name in ("organisation_id", "partner_id")]
    rows = {*by_ids(session, kept, Pairing.organisation_id, ours), *by_ids(session, kept, Pairing.partner_id, ours)}
    spans = [Span(frozenset({a, b}), first, last) for key, a, b, first, last in rows if key not in changed]
    for draft in drafts:
        sides = frozenset({draft.column("organisation_id"), draft.column("partner_id")})
        spans.append(Span(sides, draft.data["valid_from"], draft.data["valid_to"], draft))
    refuse_spans(spans, "这两个组织在这段时间已经结对")


@prepares("pairing_entry")
def prepare_entries(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Within the pairing, by a side the actor may speak for; what the other side confirmed and then changes waits for it again."""
    refuse_future(drafts, "happened_on")
    refuse_outside(session, drafts, PAIRINGS, "happened_on")
    refuse_unknown_members(session, actor, drafts, LEADERS.name)
    LEADERS.note(session, drafts)
    pairings = _pairings(session, drafts)
    homes = {id(draft): _side(pairings[draft.column("pairing_id")], draft.data["entered_side"]) for draft in drafts}
    mine = _writable(session, actor, homes.values())
    for draft in drafts:
        draft.values["organisation_id"] = homes[id(draft)]
        if homes[id(draft)] not in mine:
            draft.refuse("entered_side", "不能代对方登记")
        if draft.column("confirmed_on") is not None and draft.differs():
            draft.values["confirmed_on"] = None


@completes("pairing_entry")
def complete_entries(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The leaders who took part."""
    LEADERS.follow(session, actor, drafts)


@presents("pairing_entry")
def present_entries(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """The leaders who took part."""
    leaders = LEADERS.read(session, (record.id for record in records))
    for record, row in zip(records, rows, strict=True):
        row[LEADERS.name] = leaders.get(record.id, [])


def confirm_entry(session: Session, actor: Actor, entry_id: int, data: ConfirmIn, version: int | None) -> PairingEntry:
    """The other side says that it was so. Found by whoever may write for the side that confirms."""
    home = Pairing.organisation_id if data.side is PairingSide.a else Pairing.partner_id
    mine = select(Organisation.id).where(visible(actor, Permission.write_records))
    entry = session.scalar(
        select(PairingEntry).join(Pairing, Pairing.id == PairingEntry.pairing_id).where(PairingEntry.id == entry_id, home.in_(mine))
    )
    if entry is None:
        raise NotFound("record_not_found", f"没有找到编号为 {entry_id} 的{PAIRING_ENTRIES.title}。")
    require_version(entry, version)
    if entry.withdrawn_at is not None:
        raise Conflict("record_withdrawn", f"该{PAIRING_ENTRIES.title}已撤回，不能确认。")
    if entry.entered_side is data.side:
        raise Conflict("own_entry", f"由{data.side.label}登记的内容，须由对方确认。")
    if entry.confirmed_on is not None:
        raise Conflict("already_confirmed", f"对方已于 {entry.confirmed_on} 确认。")
    day = data.confirmed_on or clock.today()
    if not entry.happened_on <= day <= clock.today():
        message = f"确认日期应在 {entry.happened_on} 至今天之间"
        raise Invalid("date_outside", f"{message}。", [FieldError("confirmed_on", message)])
    write(session, actor, PAIRING_ENTRIES, [Draft({}, frozenset(), entry, values={"confirmed_on": day})])
    return entry


@prepares("pairing_report")
def prepare_reports(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """By one of the two sides."""
    refuse_future(drafts, "submitted_on")
    pairings = _pairings(session, drafts)
    for draft in drafts:
        pairing = pairings[draft.column("pairing_id")]
        if draft.column("organisation_id") not in {pairing.organisation_id, pairing.partner_id}:
            draft.refuse("organisation", "该组织不是结对的任何一方")


def submit_report(session: Session, actor: Actor, report_id: int, data: SubmitIn, version: int | None) -> PairingReport:
    """Handed in on a day, to somebody."""
    report: PairingReport = get_record(session, actor, PAIRING_REPORTS, report_id, Permission.write_records)
    if report.submitted_on is not None:
        raise Conflict("already_submitted", f"已于 {report.submitted_on} 上报。")
    said = {"submitted_on": data.submitted_on or clock.today(), "receiver": data.receiver}
    patch_record(session, actor, PAIRING_REPORTS, report_id, said, version)
    return report


def _pairings(session: Session, drafts: Sequence[Draft]) -> dict[int, Pairing]:
    return {each.id: each for (each,) in by_ids(session, select(Pairing), Pairing.id, (draft.column("pairing_id") for draft in drafts))}


def _side(pairing: Pairing, side: PairingSide) -> int:
    return pairing.organisation_id if side is PairingSide.a else pairing.partner_id


def _writable(session: Session, actor: Actor, ids: Iterable[int]) -> set[int]:
    """Those of some organisations for which the actor may write."""
    statement = select(Organisation.id).where(visible(actor, Permission.write_records))
    return {key for (key,) in by_ids(session, statement, Organisation.id, ids)}
