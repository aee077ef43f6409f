"""The result of one organisation, explained: the fixed result document, and its trend over the periods."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.access import Actor, Permission, belongs
from app.errors import NotFound
from app.models.evaluations import Adjustment, AdjustmentKind, IndicatorResult, Result, Run, RunStatus, SchemeVersion
from app.models.evaluations import Scheme as StoredScheme
from app.models.organisations import Organisation
from app.scoring import explain
from app.scoring.outcome import Period
from app.scoring.scheme import Scheme
from app.services.listing import find_organisation
from app.services.runs.reading import interval, present_runs, previous_run
from app.services.schemes import read_scheme


def result_document(session: Session, actor: Actor, run: Run, code: str) -> dict[str, Any]:
    """Everything about one result, from its stored rows; sentences are made from the outcomes, never stored."""
    organisation = find_organisation(session, actor, code, Permission.read_results)
    result = session.get(Result, (run.id, organisation.id))
    if result is None:
        raise NotFound("result_not_found", f"{organisation.name} 在这次评价中没有结果（不单独参评）。")
    scheme = read_scheme(session.get_one(SchemeVersion, run.scheme_version_id))
    rows = session.scalars(
        select(IndicatorResult).where(IndicatorResult.run_id == run.id, IndicatorResult.organisation_id == organisation.id)
    )
    outcomes = {row.indicator: row for row in rows}
    period = Period(run.period_start, run.period_end, run.as_of)
    listed = next(each for each in run.manifest["cohorts"] if each["category"] == result.cohort)  # type: ignore[attr-defined]  # JSON
    shown = present_runs(session, [run])[0]
    return {
        "run": {name: shown[name] for name in ("id", "scheme", "period", "as_of", "engine", "facts_hash", "status")},
        "organisation": {"code": organisation.code, "name": organisation.name, "category": organisation.category.value},
        "cohort": {"category": result.cohort, "size": listed["ranked"], "median_sections": listed["median_sections"]},
        "total": result.total,
        "base": result.base,
        "bonus": result.bonus,
        "deduction": result.deduction,
        "rank": result.rank,
        "rank_interval": interval(result),
        "grade": result.grade,
        "grade_reasons": explain.grade_reasons(scheme, result.grade_reasons),
        "coverage": result.coverage,
        "sections": explain.section_documents(scheme, result.cohort, result.sections, outcomes),
        "adjustments": _adjustments(session, scheme, run, organisation),
        "next_steps": explain.next_steps(scheme, result.cohort, period, outcomes),
        "previous": _previous(session, actor, run, organisation),
        "may": [],
    }


def _adjustments(session: Session, scheme: Scheme, run: Run, organisation: Organisation) -> list[dict[str, Any]]:
    """All dated in the window; those the run counted are marked (a case counts once, with its weightiest)."""
    until = min(run.period_end, run.as_of)
    rows = session.scalars(
        select(Adjustment)
        .where(Adjustment.organisation_id == organisation.id, Adjustment.withdrawn_at.is_(None))
        .where(Adjustment.occurred_on.between(run.period_start, until))
        .order_by(Adjustment.occurred_on, Adjustment.id)
    ).all()
    counted = {tuple(each) for each in run.manifest["facts"]["adjustments"]}  # type: ignore[index]  # JSON
    points: Mapping[str, Mapping[str, float]] = {"bonus": scheme.adjustments.bonus.levels, "deduction": scheme.adjustments.deduction.kinds}
    heaviest: dict[tuple[AdjustmentKind, str], float] = {}
    for each in rows:
        key = (each.kind, each.case_key)
        heaviest[key] = max(heaviest.get(key, 0.0), points.get(each.kind, {}).get(each.level, 0.0))
    found = []
    for each in rows:
        worth = points.get(each.kind, {}).get(each.level)
        known = (each.organisation_id, each.kind.value, each.level, each.case_key) in counted
        counts = known and (worth is None or worth == heaviest[each.kind, each.case_key])
        found.append(
            {
                "id": each.id,
                "kind": each.kind,
                "kind_label": each.kind.label,
                "level": each.level,
                "points": worth,
                "counted": counts,
                "occurred_on": each.occurred_on,
                "document": each.document,
                "case_key": each.case_key,
            }
        )
    return found


def _previous(session: Session, actor: Actor, run: Run, organisation: Organisation) -> dict[str, Any] | None:
    earlier = previous_run(session, actor, run)
    result = None if earlier is None else session.get(Result, (earlier.id, organisation.id))
    if earlier is None or result is None:
        return None
    return {
        "run": earlier.id,
        "period": {"start": earlier.period_start, "end": earlier.period_end},
        "comparable": not _major_between(session, earlier.scheme_version_id, run.scheme_version_id),
        "total": result.total,
        "rank": result.rank,
        "grade": result.grade,
        "sections": {code: each["points"] for code, each in result.sections.items()},
    }


def _major_between(session: Session, earlier: int, later: int) -> bool:
    """Whether a major version lies after the earlier one, up to the later one, of the same scheme."""
    if earlier == later:
        return False
    before, after = session.get_one(SchemeVersion, earlier), session.get_one(SchemeVersion, later)
    between = select(SchemeVersion.id).where(
        SchemeVersion.scheme_id == after.scheme_id,
        SchemeVersion.number > before.number,
        SchemeVersion.number <= after.number,
        SchemeVersion.change == "major",
    )
    return session.scalar(between.limit(1)) is not None


def trend(session: Session, actor: Actor, code: str, scheme: str | None = None) -> list[dict[str, Any]]:
    """Results of one organisation, one per root, scheme and period (the newest run of each), oldest first."""
    organisation = find_organisation(session, actor, code, Permission.read_results)
    newest = (
        select(func.max(Run.id))
        .join(Result, Result.run_id == Run.id)
        .join(SchemeVersion, SchemeVersion.id == Run.scheme_version_id)
        .where(Result.organisation_id == organisation.id, Run.withdrawn_at.is_(None), Run.status != RunStatus.superseded)
        .where(belongs(actor, Permission.read_results, Run.organisation_id))
        .group_by(Run.organisation_id, SchemeVersion.scheme_id, Run.period_start, Run.period_end)
    )
    rows = session.execute(
        select(Run, Result, SchemeVersion, StoredScheme.code, StoredScheme.name)
        .join(Result, Result.run_id == Run.id)
        .join(SchemeVersion, SchemeVersion.id == Run.scheme_version_id)
        .join(StoredScheme, StoredScheme.id == SchemeVersion.scheme_id)
        .where(Result.organisation_id == organisation.id, Run.id.in_(newest))
        .where(true() if scheme is None else StoredScheme.code == scheme)
        .order_by(Run.period_end, Run.id)
    ).all()
    found: list[dict[str, Any]] = []
    last: dict[int, int] = {}
    for run, result, version, scheme_code, name in rows:
        earlier = last.get(version.scheme_id)
        last[version.scheme_id] = version.id
        cohorts: Any = run.manifest["cohorts"]
        found.append(
            {
                "run": run.id,
                "scheme": {"code": scheme_code, "version": version.number, "name": name, "hash": version.content_hash},
                "period": {"start": run.period_start, "end": run.period_end},
                "as_of": run.as_of,
                "status": run.status,
                "total": result.total,
                "rank": result.rank,
                "size": next(each["ranked"] for each in cohorts if each["category"] == result.cohort),
                "grade": result.grade,
                "coverage": result.coverage,
                "comparable": earlier is None or earlier == version.id or version.change != "major",
            }
        )
    return found
