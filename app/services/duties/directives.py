"""Directives: issued to many at once, conveyed by each."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import Conflict
from app.models.activities import Activity, ActivityStatus
from app.models.duties import Directive, DirectiveReceipt
from app.schemas.duties import DIRECTIVE_RECEIPTS, DIRECTIVES, ConveyIn, IssueDirectiveIn, Spread
from app.services.drafts import Draft
from app.services.duties.receivers import receivers
from app.services.fitting import refuse_future, refuse_outside_life
from app.services.lifetimes import by_ids
from app.services.records import founding, get_record, patch_record, prepares, save


@prepares("directive")
def prepare_directives(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Issued by an organisation that existed, not in the future."""
    refuse_future(drafts, "issued_on")
    refuse_outside_life(session, drafts, "issued_on", "issued_on")


@prepares("directive_receipt")
def prepare_receipts(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Due and conveyed after it was issued; an activity in which it was conveyed was held on that day."""
    refuse_future(drafts, "conveyed_on")
    issued = select(Directive.id, Directive.issued_on)
    issued_on = dict(by_ids(session, issued, Directive.id, (draft.column("directive_id") for draft in drafts)))
    held = select(Activity.id, Activity.occurred_on).where(Activity.status == ActivityStatus.held)
    held_on = dict(by_ids(session, held, Activity.id, (draft.column("activity_id") for draft in drafts)))
    for draft in drafts:
        day, conveyed_on, activity = issued_on[draft.column("directive_id")], draft.data["conveyed_on"], draft.column("activity_id")
        if draft.data["due_on"] < day:
            draft.refuse("due_on", f"传达期限早于下发日期 {day}")
        if conveyed_on is not None and conveyed_on < day:
            draft.refuse("conveyed_on", f"传达日期早于下发日期 {day}")
        if activity is not None and (conveyed_on is None or held_on.get(activity) != conveyed_on):
            draft.refuse("activity", "传达活动应在传达之日已开展")


def issue_directive(session: Session, actor: Actor, directive_id: int, data: IssueDirectiveIn) -> Spread:
    """A receipt for everybody who shall convey it. Whoever has one keeps it, so issuing again adds only who is missing."""
    directive: Directive = get_record(session, actor, DIRECTIVES, directive_id, Permission.write_records)
    if directive.withdrawn_at is not None:
        raise Conflict("record_withdrawn", "该上级精神已撤回，不能下发。")
    found = receivers(session, actor, directive.organisation_id, directive.issued_on, data.organisations)
    kept = select(DirectiveReceipt.organisation_id).where(
        DirectiveReceipt.directive_id == directive.id, DirectiveReceipt.withdrawn_at.is_(None)
    )
    there = set(session.scalars(kept))
    drafts = [
        founding(DIRECTIVE_RECEIPTS, organisation=code, directive=directive.id, due_on=directive.due_on)
        for key, code in found.items()
        if key not in there
    ]
    save(session, actor, DIRECTIVE_RECEIPTS, drafts)
    return Spread(made=len(drafts), there=len(found) - len(drafts))


def convey_directive(session: Session, actor: Actor, receipt_id: int, data: ConveyIn, version: int | None) -> DirectiveReceipt:
    """Says when, and perhaps in which activity, it was conveyed; a wrong day is corrected as a change of the receipt."""
    receipt: DirectiveReceipt = get_record(session, actor, DIRECTIVE_RECEIPTS, receipt_id, Permission.write_records)
    if receipt.conveyed_on is not None:
        raise Conflict("already_conveyed", f"已于 {receipt.conveyed_on} 传达。")
    patch_record(session, actor, DIRECTIVE_RECEIPTS, receipt_id, data.model_dump(exclude_none=True), version)
    return receipt
