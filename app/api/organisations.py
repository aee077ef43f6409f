"""Organisations: the tree as of a day, one organisation, and the operations that change the tree. Addressed by code."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, looking_only, permission, tag
from app.api.records import ListQueryDep, RecordId, filters_of
from app.models.organisations import OperationKind
from app.schemas.base import Withdrawal, page_of
from app.schemas.organisations import (
    OPERATIONS,
    ORGANISATIONS,
    Operation,
    OperationPreview,
    Operations,
    OrganisationCard,
    OrganisationIn,
    OrganisationNode,
)
from app.services.listing import Page, find_organisation
from app.services.organisations import founding, tree
from app.services.organisations.operations import cancel_operation, list_operations, operate, preview_operation
from app.services.organisations.operations.operate import present_operation
from app.services.records import patch_record, withdraw_record

router = APIRouter(tags=["党组织"], route_class=RepeatableRoute)

READ = [permission(Permission.read_records)]
WRITE = [permission(Permission.write_records)]
OPERATE = [permission(Permission.operate_organisations)]
Code = Annotated[str, Path(max_length=64, description="组织编码")]
AsOf = Annotated[date | None, Query(description="截至日期，空为今天")]
PLACE = frozenset({"parent", "root", "as_of"})


@router.get("/organisations", response_model=page_of(OrganisationNode), dependencies=READ, summary="组织列表或组织树的一层")
def list_organisations(
    session: SessionDep,
    actor: ActorDep,
    request: Request,
    query: ListQueryDep,
    parent: Annotated[str | None, Query(max_length=64, description="上级组织编码：只列直接下级")] = None,
    root: Annotated[bool, Query(description="只列最上级")] = False,
    as_of: AsOf = None,
) -> Page:
    """Organisations existing on the day, each where it stood that day."""
    return tree.list_nodes(
        session, actor, replace(query, filters=filters_of(ORGANISATIONS, request, PLACE)), tree.Place(parent, root, as_of)
    )


@router.post("/organisations", response_model=OrganisationCard, status_code=201, dependencies=WRITE, summary="设立党组织")
def create_organisations(session: SessionDep, actor: ActorDep, response: Response, body: OrganisationIn) -> Any:
    """Founds an organisation at its first place."""
    organisation = founding.found_organisation(session, actor, body.model_dump())
    response.headers["Location"] = f"/api/v1/organisations/{organisation.code}"
    return _card(session, actor, response, organisation)


@router.get("/organisations/{code}", response_model=OrganisationCard, dependencies=READ, summary="一个党组织")
def get_organisations(session: SessionDep, actor: ActorDep, response: Response, code: Code, as_of: AsOf = None) -> Any:
    """Its card as of the day."""
    return _card(session, actor, response, find_organisation(session, actor, code), as_of)


@router.patch("/organisations/{code}", response_model=OrganisationCard, dependencies=WRITE, summary="修改党组织")
def patch_organisations(
    session: SessionDep,
    actor: ActorDep,
    response: Response,
    code: Code,
    version: IfMatchDep,
    body: ORGANISATIONS.Patch,  # type: ignore[name-defined]  # made at run time
) -> Any:
    """Changes what is not a matter of the tree."""
    found = find_organisation(session, actor, code, Permission.write_records)
    patch_record(session, actor, ORGANISATIONS, found.id, body.model_dump(exclude_unset=True), version)
    return _card(session, actor, response, found)


@router.post("/organisations/{code}/withdraw", response_model=OrganisationCard, dependencies=WRITE, summary="撤回误登的党组织")
def withdraw_organisations(
    session: SessionDep, actor: ActorDep, response: Response, code: Code, version: IfMatchDep, body: Withdrawal
) -> Any:
    """Only for one entered by mistake, that nothing else names; any other is dissolved."""
    found = find_organisation(session, actor, code, Permission.write_records)
    withdraw_record(session, actor, ORGANISATIONS, found.id, body.reason, version)
    return _card(session, actor, response, found)


@router.get("/organisations/{code}/operations", response_model=Operations, dependencies=READ, summary="组织调整的历史和计划")
def list_organisation_operations(session: SessionDep, actor: ActorDep, code: Code) -> Any:
    """Done, planned, failed and cancelled ones."""
    return {"items": list_operations(session, actor, code)}


@router.post("/operations/{operation_id}/cancel", response_model=Operation, dependencies=OPERATE, summary="取消待生效的组织调整")
def cancel_planned_operation(session: SessionDep, actor: ActorDep, operation_id: RecordId, body: Withdrawal) -> Any:
    """Before its day."""
    return present_operation(*cancel_operation(session, actor, operation_id, body.reason))


def _card(session: SessionDep, actor: ActorDep, response: Response, organisation: Any, as_of: date | None = None) -> Any:
    tag(response, organisation.version)
    return tree.get_card(session, actor, organisation, as_of)


def _add_operation(kind: OperationKind, body_type: Any) -> None:
    """`POST /organisations/{code}/move` and `…/move/preview`, and so for every verb."""

    def perform(session: SessionDep, actor: ActorDep, response: Response, code: Code, version: IfMatchDep, body: body_type) -> Any:
        operation, organisation = operate(session, actor, code, kind, body, version)
        tag(response, organisation.version)
        response.headers["Location"] = f"/api/v1/organisations/{code}/operations"
        return present_operation(operation, organisation)

    def preview(session: SessionDep, actor: ActorDep, code: Code, body: body_type) -> Any:
        return preview_operation(session, actor, code, kind, body)

    path = f"/organisations/{{code}}/{kind.value}"
    router.add_api_route(
        path, perform, methods=["POST"], response_model=Operation, status_code=201, dependencies=OPERATE,
        operation_id=f"{kind.value}Organisation", summary=kind.label,
    )  # fmt: skip
    router.add_api_route(
        f"{path}/preview", preview, methods=["POST"], response_model=OperationPreview, dependencies=[*OPERATE, Depends(looking_only)],
        operation_id=f"preview{kind.value.title()}Organisation", summary=f"{kind.label}：预览",
    )  # fmt: skip


for _kind, _body in OPERATIONS.items():
    _add_operation(_kind, _body)
