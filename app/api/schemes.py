"""Evaluation schemes: what there is, one version whole, a check of a draft, a new version."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from app.access import Permission
from app.api.deps import ActorDep, RepeatableRoute, SessionDep, looking_only, permission
from app.scoring.scheme import Status, change, from_document, not_built, warnings
from app.services import schemes

router = APIRouter(prefix="/schemes", tags=["评价方案"], route_class=RepeatableRoute)
read, manage = [permission(Permission.read_results)], [permission(Permission.manage_schemes)]


class VersionRow(BaseModel):
    version: int
    hash: str
    change: str | None
    created_at: datetime


class SchemeRow(BaseModel):
    code: str
    name: str
    versions: list[VersionRow]


class SchemeList(BaseModel):
    items: list[SchemeRow]
    next_cursor: None = None


class RuleSentence(BaseModel):
    """How an indicator turns its value into points, in words."""

    code: str
    sentence: str


class SchemeDetail(BaseModel):
    code: str
    version: int
    hash: str
    change: str | None
    content: dict[str, Any]
    rules: list[RuleSentence]
    not_built: list[str]
    warnings: list[str]


class SchemeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    content: Annotated[dict[str, Any], Field(title="方案内容", description="格式同方案文件")]


class SchemeChecked(BaseModel):
    """A draft that loads: against the last version of its code, which kind of change it would be."""

    indicators: int
    change: str | None
    changes: list[str]
    not_built: list[str]
    warnings: list[str]


class ClauseIndicator(BaseModel):
    code: str
    name: str
    built: bool
    """Whether its metric is installed."""


class ClauseRow(BaseModel):
    number: str
    title: str
    text: str
    status: Status
    reason: str
    heading: bool
    """Whether it only introduces the clauses below it."""
    indicators: list[ClauseIndicator]


@router.get("", response_model=SchemeList, dependencies=read)
def list_schemes(session: SessionDep, actor: ActorDep) -> Any:
    """All schemes with their versions."""
    return {"items": schemes.list_schemes(session, actor)}


@router.get("/clauses", dependencies=read)
def list_clauses(session: SessionDep, scheme: str = "standard") -> list[ClauseRow]:
    """The policy, clause by clause: which indicators of a scheme measure it, and what no record can show."""
    return [ClauseRow.model_validate(each) for each in schemes.list_clauses(session, scheme)]


@router.get("/{code}", response_model=SchemeDetail, dependencies=read)
def get_scheme(session: SessionDep, code: str, version: int | None = None) -> Any:
    """One version, the latest unless told otherwise."""
    return _detail(schemes.get_version(session, code, version), code)


@router.post("", response_model=SchemeDetail, status_code=201, dependencies=manage)
def create_scheme_version(session: SessionDep, actor: ActorDep, response: Response, body: SchemeIn) -> Any:
    """Stores a scheme as a new version; the kind of the change is computed."""
    scheme = from_document(body.content)
    response.headers["Location"] = f"/api/v1/schemes/{scheme.code}"
    return _detail(schemes.add_version(session, actor, scheme), scheme.code)


@router.post("/check", dependencies=[*read, Depends(looking_only)])
def check_scheme(session: SessionDep, body: SchemeIn) -> SchemeChecked:
    """Checks a draft without storing it."""
    draft = from_document(body.content)
    stored = schemes.latest_version(session, draft.code)
    found = None if stored is None else change(schemes.read_scheme(stored), draft)
    return SchemeChecked(
        indicators=len(draft.indicators),
        change=None if found is None else found.kind,
        changes=[] if found is None else [sentence for _, sentence in found.entries],
        not_built=list(not_built(draft)),
        warnings=warnings(draft),
    )


def _detail(version: Any, code: str) -> dict[str, Any]:
    scheme = schemes.read_scheme(version)
    return {
        "code": code,
        "version": version.number,
        "hash": version.content_hash,
        "change": version.change,
        "content": version.content,
        "rules": [{"code": each.code, "sentence": each.rule.describe()} for each in scheme.indicators],
        "not_built": list(not_built(scheme)),
        "warnings": warnings(scheme),
    }
