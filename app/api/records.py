"""The standard routes of a noun, made from its RecordType: list, create, one, change, withdraw."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, permission, tag
from app.errors import FieldError, Invalid
from app.schemas.base import RecordType, Withdrawal, page_of
from app.schemas.messages import sentence
from app.services import listing, records

RecordId = Annotated[int, Path(ge=1, le=2**63 - 1)]
PARAMETERS = frozenset({"organisation", "subtree", "from", "to", "q", "sort", "limit", "cursor", "count", "withdrawn"})


def list_query(
    organisation: Annotated[str | None, Query(description="党组织编码")] = None,
    subtree: Annotated[bool, Query(description="包括下级组织")] = False,
    start: Annotated[date | None, Query(alias="from", description="起始日期")] = None,
    end: Annotated[date | None, Query(alias="to", description="结束日期")] = None,
    q: Annotated[str | None, Query(description="查找文字", max_length=100)] = None,
    sort: Annotated[str | None, Query(description="排序，前加 - 为降序", max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=listing.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=600)] = None,
    count: Annotated[bool, Query(description="同时给出总数")] = False,
    withdrawn: Annotated[bool, Query(description="包括已撤回的")] = False,
) -> listing.Query:
    """What every list understands; the noun's own filters are read from the remaining parameters."""
    return listing.Query(organisation, subtree, start, end, q or None, sort, limit, cursor, count, withdrawn)


ListQueryDep = Annotated[listing.Query, Depends(list_query)]


def filters_of(record_type: RecordType, request: Request, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The noun's own filters; Invalid for a parameter nobody knows, so that a typing error never widens a list."""
    found: dict[str, Any] = {}
    for name, text in request.query_params.items():
        if name in PARAMETERS or name in also:
            continue
        if name not in record_type.filters:
            raise Invalid("parameter_unknown", f"没有查询参数 {name}。", [FieldError(name, "没有这个查询参数")])
        found[name] = _parsed(record_type, name, text)
    return found


def _parsed(record_type: RecordType, name: str, text: str) -> Any:
    annotation: Any = record_type.In.model_fields[name].annotation
    plain = (
        next((each for each in get_args(annotation) if each is not type(None)), annotation)
        if type(None) in get_args(annotation)
        else annotation
    )
    try:
        return TypeAdapter(plain).validate_strings(text)
    except ValidationError as error:
        raise Invalid("parameter_invalid", f"查询参数 {name} 有误。", [FieldError(name, sentence(error.errors()[0]))]) from None


def shown(session: SessionDep, actor: ActorDep, response: Response, record_type: RecordType, record: Any) -> Any:
    """One record as an answer, with its ETag."""
    tag(response, record.version)
    return records.present(session, actor, record_type, [record])[0]


def standard_routes(
    record_type: RecordType, *, only: frozenset[str] = frozenset({"list", "create", "one", "patch", "withdraw"})
) -> APIRouter:
    """A router for one noun. Operation ids become client functions: listPositions, createPositions …"""
    router = APIRouter(prefix=f"/{record_type.noun}", tags=[record_type.title], route_class=RepeatableRoute)
    stem = "".join(part.title() for part in record_type.noun.split("-"))
    out, page = record_type.Out, page_of(record_type.Out)
    read, change = [permission(Permission.read_records)], [permission(Permission.write_records)]

    def add(name: str, path: str, method: str, endpoint: Callable[..., Any], **more: Any) -> None:
        if name in only:
            router.add_api_route(path, endpoint, methods=[method], operation_id=f"{name if name != 'one' else 'get'}{stem}", **more)

    def listed(session: SessionDep, actor: ActorDep, request: Request, query: ListQueryDep) -> Any:
        narrowed = listing.Query(**{name: getattr(query, name) for name in query.__slots__} | {"filters": filters_of(record_type, request)})
        return listing.list_records(session, actor, record_type, narrowed)

    def create(session: SessionDep, actor: ActorDep, response: Response, body: record_type.In) -> Any:  # type: ignore[name-defined]  # made at run time
        made = records.create_record(session, actor, record_type, body.model_dump())
        response.headers["Location"] = f"/api/v1/{record_type.noun}/{made.id}"
        return shown(session, actor, response, record_type, made)

    def one(session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId) -> Any:
        return shown(session, actor, response, record_type, records.get_record(session, actor, record_type, record_id))

    def patch(
        session: SessionDep,
        actor: ActorDep,
        response: Response,
        record_id: RecordId,
        version: IfMatchDep,
        body: record_type.Patch,  # type: ignore[name-defined]  # made at run time
    ) -> Any:
        changed = records.patch_record(session, actor, record_type, record_id, body.model_dump(exclude_unset=True), version)
        return shown(session, actor, response, record_type, changed)

    def withdraw(
        session: SessionDep, actor: ActorDep, response: Response, record_id: RecordId, version: IfMatchDep, body: Withdrawal
    ) -> Any:
        withdrawn = records.withdraw_record(session, actor, record_type, record_id, body.reason, version)
        return shown(session, actor, response, record_type, withdrawn)

    add("list", "", "GET", listed, response_model=page, dependencies=read, summary=f"{record_type.title}列表")
    add("create", "", "POST", create, response_model=out, status_code=201, dependencies=change, summary=f"登记{record_type.title}")
    add("one", "/{record_id}", "GET", one, response_model=out, dependencies=read, summary=f"一条{record_type.title}")
    add("patch", "/{record_id}", "PATCH", patch, response_model=out, dependencies=change, summary=f"修改{record_type.title}")
    add("withdraw", "/{record_id}/withdraw", "POST", withdraw, response_model=out, dependencies=change, summary=f"撤回{record_type.title}")
    return router
