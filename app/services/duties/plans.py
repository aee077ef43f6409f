"""Work plans and duty reports."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.access import Actor
from app.services.drafts import Draft
from app.services.fitting import refuse_future
from app.services.lifetimes import organisation_lives
from app.services.records import prepares


@prepares("work_plan")
def prepare_plans(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """For a year in which the organisation existed."""
    lives = organisation_lives(session, (draft.column("organisation_id") for draft in drafts))
    for draft in drafts:
        life, year = lives[draft.column("organisation_id")], draft.data["year"]
        if not life.meets(date(year, 1, 1), date(year, 12, 31)):
            draft.refuse("year", f"{life.sentence()}，不在这一年度内")


@prepares("plan_item")
def prepare_items(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Completed when it is completed."""
    refuse_future(drafts, "completed_on")


@prepares("duty_report")
def prepare_reports(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Reported when the half-year had begun at least."""
    refuse_future(drafts, "reported_on")
    for draft in drafts:
        year, half = draft.data["half"].split("-H")
        begins = date(int(year), 1 if half == "1" else 7, 1)
        if draft.data["reported_on"] is not None and draft.data["reported_on"] < begins:
            draft.refuse("reported_on", f"报告日期早于所报告的半年度（{begins} 起）")
