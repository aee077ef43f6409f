"""关爱帮扶: hardship and its sealed cause, care, assistance, disputes and who mediated them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor
from app.models.base import Record
from app.models.care import DisputeMediator, HardshipCase
from app.schemas.care import HARDSHIP_CASES
from app.security import keys, sealing
from app.services.drafts import Draft
from app.services.fitting import refuse_future, refuse_outside_life, refuse_overlaps
from app.services.hanging import Hanging, refuse_unknown_members
from app.services.records import SEALED, completes, prepares, presents

CAUSE = "hardship_case.cause"
"""The place the cause is sealed for."""
MEDIATORS = Hanging("mediators", DisputeMediator, "dispute_id", "member_id")


@prepares("hardship_case")
def prepare_cases(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """One case of a member at a time; the cause is sealed before it is written anywhere."""
    refuse_overlaps(session, drafts, HARDSHIP_CASES, ("member_id",), "该党员在这段时间已有困难登记")
    for draft in drafts:
        cause = draft.data["cause"]
        if draft.is_new and cause == SEALED:
            draft.refuse("cause", "请填写困难原因，或留空")
        elif "cause" in draft.changed and _cause(session, draft.record) != cause:
            draft.values["cause_sealed"] = None if cause is None else sealing.seal(keys.load(session.info["key_file"]), CAUSE, cause)


def _cause(session: Session, record: Record | None) -> str | None:
    """What is sealed now; sealing the same again would look like a change."""
    if not isinstance(record, HardshipCase) or record.cause_sealed is None:
        return None
    return sealing.unseal(keys.load(session.info["key_file"]), CAUSE, record.cause_sealed)


@presents("hardship_case")
def present_cases(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """The cause only as the sign that there is one."""
    for record, row in zip(records, rows, strict=True):
        row["cause"] = SEALED if isinstance(record, HardshipCase) and record.cause_sealed is not None else None


@prepares("care_record")
def prepare_care(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Given when it was given."""
    refuse_future(drafts, "cared_on")


@prepares("assistance_project")
def prepare_projects(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """For an organisation that existed meanwhile, by another one."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    for draft in drafts:
        if draft.column("helper_id") == draft.column("organisation_id"):
            draft.refuse("helper", "帮扶组织不能是受扶持组织自己")


@prepares("dispute")
def prepare_disputes(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Taken up and resolved when it was; the mediators are members."""
    refuse_future(drafts, "taken_up_on", "resolved_on")
    refuse_outside_life(session, drafts, "taken_up_on", "taken_up_on")
    refuse_unknown_members(session, actor, drafts, MEDIATORS.name)
    MEDIATORS.note(session, drafts)


@completes("dispute")
def complete_disputes(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The mediators."""
    MEDIATORS.follow(session, actor, drafts)


@presents("dispute")
def present_disputes(session: Session, actor: Actor, records: Sequence[Record], rows: list[dict[str, Any]]) -> None:
    """The mediators."""
    mediators = MEDIATORS.read(session, (record.id for record in records))
    for record, row in zip(records, rows, strict=True):
        row[MEDIATORS.name] = mediators.get(record.id, [])
