"""Runs and results. The result document is fixed for outsiders."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.access import Permission
from app.api.deps import ActorDep, IfMatchDep, RepeatableRoute, SessionDep, looking_only, permission, tag
from app.api.records import RecordId
from app.schemas.evaluations import (
    Accepted,
    ItemPage,
    MoveRunIn,
    ResultDocument,
    ResultPage,
    RunDetail,
    RunIn,
    RunPage,
    SimulateIn,
    Simulation,
    Trend,
    Verification,
)
from app.services.records import require_version
from app.services.runs import documents, evidence, moves, reading, requesting, simulating, verifying

router = APIRouter(tags=["评价"], route_class=RepeatableRoute)
read, run_it = [permission(Permission.read_results)], [permission(Permission.run_evaluations)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=600)]


@router.post("/runs", status_code=202, dependencies=run_it)
def create_run(session: SessionDep, actor: ActorDep, response: Response, body: RunIn) -> Accepted:
    """Asks for an evaluation; the job computes it, `GET /runs/{id}` shows its progress."""
    run, job = requesting.request_run(session, actor, body)
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return Accepted(run=run.id, job=job.id)


@router.get("/runs", response_model=RunPage, dependencies=read)
def list_runs(session: SessionDep, actor: ActorDep, root: str | None = None, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Newest first."""
    runs, following = requesting.list_runs(session, actor, root=root, limit=limit, cursor=cursor)
    return {"items": reading.present_runs(session, runs), "next_cursor": following}


@router.get("/runs/{run_id}", response_model=RunDetail, dependencies=read)
def get_run(session: SessionDep, actor: ActorDep, response: Response, run_id: RecordId) -> Any:
    """One run: state, progress, cohorts, what is missing, what may be done."""
    run = requesting.get_run(session, actor, run_id)
    tag(response, run.version)
    return reading.present_run(session, actor, run)


@router.post("/runs/{run_id}/move", response_model=RunDetail, dependencies=run_it)
def move_run(session: SessionDep, actor: ActorDep, response: Response, run_id: RecordId, version: IfMatchDep, body: MoveRunIn) -> Any:
    """Moves a run to its next state; `may` names what is possible."""
    require_version(requesting.get_run(session, actor, run_id), version)
    run = moves.move_run(session, actor, run_id, body.to, body.reason)
    tag(response, run.version)
    return reading.present_run(session, actor, run)


@router.get("/runs/{run_id}/results", response_model=ResultPage, dependencies=read)
def list_results(
    session: SessionDep,
    actor: ActorDep,
    run_id: RecordId,
    category: str | None = None,
    sort: str = "rank",
    q: Annotated[str | None, Query(max_length=100)] = None,
    grade: Annotated[str | None, Query(max_length=20, description="等次")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The ranking: all cohorts, or one."""
    run = requesting.get_computed_run(session, actor, run_id)
    items, following = reading.list_results(session, actor, run, category=category, sort=sort, q=q, grade=grade, limit=limit, cursor=cursor)
    return {"items": items, "next_cursor": following}


@router.get("/runs/{run_id}/results/{organisation}", response_model=ResultDocument, dependencies=read)
def get_result(session: SessionDep, actor: ActorDep, run_id: RecordId, organisation: str) -> Any:
    """One organisation's result, explained."""
    return documents.result_document(session, actor, requesting.get_computed_run(session, actor, run_id), organisation)


@router.get("/runs/{run_id}/results/{organisation}/indicators/{code}/items", response_model=ItemPage, dependencies=read)
def list_items(
    session: SessionDep,
    actor: ActorDep,
    run_id: RecordId,
    organisation: str,
    code: str,
    unmet: Annotated[bool, Query(description="只看未完成的")] = False,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Any:
    """The items behind one indicator of one organisation, met and unmet, with their records."""
    run = requesting.get_computed_run(session, actor, run_id)
    items, following = evidence.list_items(session, actor, run, organisation, code, unmet=unmet, limit=limit, cursor=cursor)
    return {"items": items, "next_cursor": following}


@router.get("/runs/{run_id}/verify", response_model=Verification, dependencies=read)
def verify_run(session: SessionDep, actor: ActorDep, run_id: RecordId) -> Any:
    """Recomputes from the stored facts, and compares frozen evidence with today's records."""
    return verifying.verify_run(session, actor, requesting.get_computed_run(session, actor, run_id))


@router.post("/runs/{run_id}/simulate", response_model=Simulation, dependencies=[*read, Depends(looking_only)])
def simulate_run(session: SessionDep, actor: ActorDep, run_id: RecordId, body: SimulateIn) -> Any:
    """A draft scheme on the facts of this run: who would move. Nothing is written."""
    return simulating.simulate_run(session, actor, requesting.get_computed_run(session, actor, run_id), body.scheme)


@router.get("/organisations/{organisation}/results", response_model=Trend, dependencies=read)
def list_organisation_results(session: SessionDep, actor: ActorDep, organisation: str, scheme: str | None = None) -> Any:
    """Results of one organisation over the periods, newest last; of one scheme, or of all."""
    return {"items": documents.trend(session, actor, organisation, scheme)}
