"""填报负担: what branches are asked to fill in."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from app import clock
from app.access import Permission
from app.api.deps import ActorDep, SessionDep, permission
from app.services.burden import QUARTER, measure_burden

router = APIRouter(prefix="/burden", tags=["填报负担"])


class NounBurdenOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    noun: str
    title: str
    records: int
    fields: int
    minutes: float
    minutes_per_quarter: float


class BurdenOut(BaseModel):
    """Estimated minutes per branch and quarter, in all and per noun; `over`: more than the cap."""

    model_config = ConfigDict(from_attributes=True)

    start: date
    end: date
    branches: int
    quarters: float
    minutes_per_quarter: float
    cap: int
    over: bool
    nouns: list[NounBurdenOut]



@router.get("", response_model=BurdenOut, dependencies=[permission(Permission.read_records)])
def get_burden(
    session: SessionDep,
    actor: ActorDep,
    organisation: str | None = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> Any:
    """The burden of all branches, or of those below one organisation; the last quarter unless told otherwise."""
    last = end or clock.today()
    return measure_burden(session, actor, start or last - QUARTER + clock.DAY, last, organisation)
