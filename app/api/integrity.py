"""Data checks: what in the records cannot be true, or deserves a look."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.access import Permission
from app.api.deps import ActorDep, SessionDep, permission
from app.services.integrity import Severity, run_checks

router = APIRouter(prefix="/data-checks", tags=["数据检查"])


class ExampleOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    noun: str
    id: int
    label: str
    organisation: str
    organisation_name: str


class DataCheck(BaseModel):
    """One declared check: `count` records at fault, the first of them as examples."""

    name: str
    severity: Severity
    severity_label: str
    title: str
    advice: str
    count: int
    examples: list[ExampleOut]


class DataChecks(BaseModel):
    items: list[DataCheck]
    next_cursor: None = None


@router.get("", dependencies=[permission(Permission.read_records)])
def list_data_checks(session: SessionDep, actor: ActorDep, organisation: str | None = None) -> DataChecks:
    """Runs every check now, for everything the caller sees or below one organisation; those that found nothing have count 0."""
    return DataChecks(
        items=[
            DataCheck(
                name=check.name,
                severity=check.severity,
                severity_label=check.severity.label,
                title=check.title,
                advice=check.advice,
                count=found.count,
                examples=[ExampleOut.model_validate(each) for each in found.examples],
            )
            for found in run_checks(session, actor, organisation)
            for check in [found.check]
        ]
    )
