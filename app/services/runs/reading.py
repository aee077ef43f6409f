"""Runs and their results as pages and programs read them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Float, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, belongs
from app.errors import FieldError, Invalid
from app.models.evaluations import Result, Run, RunStatus, SchemeVersion
from app.models.evaluations import Scheme as StoredScheme
from app.models.journal import JobState
from app.models.organisations import Organisation
from app.scoring.outcome import CATEGORIES
from app.services import jobs
from app.services.listing import decode_cursor, encode_cursor
from app.services.runs import moves
from app.services.runs.requesting import KIND
from app.services.schemes import read_scheme

Rows = list[dict[str, Any]]


def present_runs(session: Session, runs: Sequence[Run]) -> Rows:
    """Runs with their scheme and root named, in a fixed number of statements."""
    versions = {
        row[0]: {"code": row[1], "name": row[2], "version": row[3], "hash": row[4]}
        for row in session.execute(
            select(SchemeVersion.id, StoredScheme.code, StoredScheme.name, SchemeVersion.number, SchemeVersion.content_hash)
            .join(StoredScheme, StoredScheme.id == SchemeVersion.scheme_id)
            .where(SchemeVersion.id.in_({run.scheme_version_id for run in runs}))
        )
    }
    roots = {
        row[0]: {"code": row[1], "name": row[2], "category": row[3].value}
        for row in session.execute(
            select(Organisation.id, Organisation.code, Organisation.name, Organisation.category).where(
                Organisation.id.in_({run.organisation_id for run in runs})
            )
        )
    }
    return [
        {
            "id": run.id, "scheme": versions[run.scheme_version_id], "root": roots[run.organisation_id],
            "period": {"start": run.period_start, "end": run.period_end}, "as_of": run.as_of, "engine": run.engine,
            "facts_hash": run.facts_hash, "status": run.status, "status_label": run.status.label, "created_at": run.recorded_at,
            "computed_at": run.computed_at, "published_at": run.published_at, "version": run.version,
            "counts": {name: run.manifest.get(name, 0) for name in ("organisations", "results", "ranked", "low_coverage")},
        }
        for run in runs
    ]  # fmt: skip


def present_run(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    """One run with cohorts, sections, what is missing, progress and what the actor may do next."""
    scheme = read_scheme(session.get_one(SchemeVersion, run.scheme_version_id))
    job = jobs.find_job(session, KIND, "run", run.id)
    running = job is not None and job.state in {JobState.queued, JobState.running}
    return present_runs(session, [run])[0] | {
        "cohorts": run.manifest.get("cohorts", []),
        "sections": [
            {"code": each.code, "name": each.name, "short_name": each.short_name or each.name, "weights": each.points.model_dump()}
            for each in scheme.sections
        ],
        "not_built": run.manifest.get("not_built", []),
        "failed": run.manifest.get("failed_indicators", []),
        "job": job.id if job is not None and running else None,
        "progress": job.progress / job.progress_total if job is not None and running and job.progress_total else float(not running),
        "may": moves.moves_of(session, actor, run),
        "moves": [
            {"before": each.before, "after": each.after, "at": each.at, "by": each.by, "reason": each.reason}
            for each in moves.history(session, run)
        ],
    }  # fmt: skip


_SORTS = {
    "rank": (Result.position, False),
    "-rank": (Result.position, True),
    "total": (Result.total, False),
    "-total": (Result.total, True),
}


def list_results(
    session: Session,
    actor: Actor,
    run: Run,
    *,
    category: str | None,
    sort: str,
    q: str | None,
    limit: int,
    cursor: str | None,
    grade: str | None = None,
) -> tuple[Rows, str | None]:
    """Results of one cohort or grade (or all) by rank or total; those without a rank come last."""
    if category is not None and category not in CATEGORIES:
        raise Invalid("category_unknown", f"没有类别 {category}，可选：{'、'.join(CATEGORIES)}。", [FieldError("category", "没有这个类别")])
    if sort not in _SORTS:
        raise Invalid("sort_unknown", f"不能按 {sort} 排序，可选：{'、'.join(_SORTS)}。", [FieldError("sort", "没有这种排序")])
    column, descending = _SORTS[sort]
    key: Any = column if column is Result.position else _never_null(column)
    query = (
        select(Result, Organisation.code, Organisation.name, Organisation.category, key)
        .join(Organisation, Organisation.id == Result.organisation_id)
        .where(Result.run_id == run.id, belongs(actor, Permission.read_results, Result.organisation_id))
    )
    if category is not None:
        query = query.where(Result.cohort == category)
    if grade is not None:
        query = query.where(Result.grade == grade)
    if q:
        query = query.where(or_(Organisation.name.contains(q, autoescape=True), Organisation.code.contains(q, autoescape=True)))
    if cursor is not None:
        after, last = decode_cursor(cursor, sort, key)
        later = key < after if descending else key > after
        query = query.where(or_(later, and_(key == after, Result.organisation_id > last)))
    found = session.execute(query.order_by(key.desc() if descending else key, Result.organisation_id).limit(limit + 1)).all()
    items = [_result_row(row) for row in found[:limit]]
    return items, encode_cursor(sort, found[limit - 1][4], found[limit - 1][0].organisation_id) if len(found) > limit else None


def _never_null(column: Any) -> Any:
    return func.coalesce(column, literal(-1.0, Float), type_=Float)


def _result_row(row: Any) -> dict[str, Any]:
    result, code, name, category, _ = row
    return {
        "organisation": {"code": code, "name": name, "category": category.value}, "total": result.total, "rank": result.rank,
        "rank_interval": interval(result), "grade": result.grade, "coverage": result.coverage,
        "sections": {section: each["points"] for section, each in result.sections.items()},
    }  # fmt: skip


def interval(result: Result) -> list[int] | None:
    """Best and worst rank under small changes of the weights."""
    return None if result.rank_low is None or result.rank_high is None else [result.rank_low, result.rank_high]


def previous_run(session: Session, actor: Actor, run: Run) -> Run | None:
    """The latest computed run of the same root and scheme over an earlier period."""
    return session.scalar(
        select(Run)
        .join(SchemeVersion, SchemeVersion.id == Run.scheme_version_id)
        .where(
            Run.organisation_id == run.organisation_id, Run.period_end < run.period_start, Run.withdrawn_at.is_(None),
            belongs(actor, Permission.read_results, Run.organisation_id),
            Run.status.not_in([RunStatus.draft, RunStatus.computing, RunStatus.superseded]),
            SchemeVersion.scheme_id == select(SchemeVersion.scheme_id).where(SchemeVersion.id == run.scheme_version_id).scalar_subquery(),
        )
        .order_by(Run.period_end.desc(), Run.id.desc())
        .limit(1)
    )  # fmt: skip
