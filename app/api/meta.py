"""What programs and pages need to know about the product itself: enumerations, forms, metrics, rules."""

import inspect
from datetime import date
from types import ModuleType
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from app import __version__, clock, models
from app.access import Permission
from app.api.deps import ActorDep, SessionDep, permission
from app.models.base import Labelled
from app.schemas.nouns import RECORD_TYPES, record_type_of
from app.scoring import registry
from app.services.runs.requesting import default_run

router = APIRouter(prefix="/meta", tags=["说明"], dependencies=[permission(Permission.read_records)])


class Choice(BaseModel):
    value: str
    label: str


class About(BaseModel):
    name: str
    version: str
    today: date
    local: bool
    """Whether the service runs without accounts, for this machine alone."""
    default_run: int | None
    """The run that pages open with: the newest with ranks."""


class Described(BaseModel):
    """A metric or a rule kind, as the product describes it."""

    name: str
    title: str
    description: str
    parameters: dict[str, Any]


@router.get("/about")
def about(session: SessionDep, actor: ActorDep) -> About:
    """Name, version and the day the server thinks it is."""
    return About(name="党建评", version=__version__, today=clock.today(), local=True, default_run=default_run(session, actor))


@router.get("/metrics")
def list_metrics() -> list[Described]:
    """Every installed metric with its public definition and its parameters."""
    return [
        Described(name=name, title=each.title, description=each.definition, parameters=each.parameters.model_json_schema())
        for name, each in registry.metrics().items()
    ]


@router.get("/rules")
def list_rules() -> list[Described]:
    """Every rule kind with its parameters."""
    return [
        Described(name=name, title=each.title, description=inspect.getdoc(each) or "", parameters=each.model_json_schema())
        for name, each in registry.rules().items()
    ]


@router.get("/enums")
def enums() -> dict[str, list[Choice]]:
    """Every enumeration with its Chinese labels, by name."""
    found = {}
    for module in vars(models).values():
        if not isinstance(module, ModuleType):
            continue
        for name, each in vars(module).items():
            if isinstance(each, type) and issubclass(each, Labelled) and each is not Labelled:
                found[name] = [Choice(value=member.value, label=member.label) for member in each]
    return found


@router.get("/records")
def record_types() -> list[Choice]:
    """The nouns with their Chinese titles."""
    return [Choice(value=noun, label=each.title) for noun, each in RECORD_TYPES.items()]


@router.get("/records/{noun}")
def record_schema(noun: str) -> dict[str, Any]:
    """JSON Schema of what comes in and what goes out: forms, templates and import checks are made from it."""
    record_type = record_type_of(noun)
    return {
        "title": record_type.title,
        "in": record_type.In.model_json_schema(),
        "out": record_type.Out.model_json_schema(mode="serialization"),
    }
