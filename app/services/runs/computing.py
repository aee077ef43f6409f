"""From a draft to results: claim in a short write, look and compute on a reading session, apply in one write."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, require
from app.db import Database
from app.errors import Conflict
from app.models.evaluations import Run, RunStatus, SchemeVersion
from app.models.organisations import Organisation
from app.scoring import engine
from app.scoring.outcome import CATEGORIES, CATEGORY_NAMES, Period
from app.scoring.scheme import Scheme
from app.services.journal import Change, snapshot, write_down
from app.services.runs.moves import change_status
from app.services.runs.requesting import get_run
from app.services.runs.storing import store
from app.services.schemes import read_scheme

Report = Callable[[int, int, str], None]
_COMPUTABLE = frozenset({RunStatus.draft, RunStatus.computing, RunStatus.incomplete})


def compute_run(database: Database, actor: Actor, run_id: int, report: Report) -> Run:
    """Computes a run and stores it. Doing it again gives the same; a failed metric leaves the run incomplete and named."""
    with database.write() as session:
        run = _start(session, actor, run_id)
    began = time.monotonic()
    with database.read() as session:
        version = session.get_one(SchemeVersion, run.scheme_version_id)
        scheme, root_id = read_scheme(version), run.organisation_id
        period = Period(run.period_start, run.period_end, run.as_of)
        facts = engine.gather(session.connection(), scheme, period, root_id, lambda done, total: report(done, total + 1, "度量"))
        adjustments = engine.gather_adjustments(session.connection(), period, facts.population)
    gathered = time.monotonic()
    scores = engine.score(scheme, facts, adjustments)
    intervals = engine.rank_intervals(scores)
    scored = time.monotonic()
    report(len(scheme.indicators), len(scheme.indicators) + 1, "保存结果")
    with database.write() as session:
        run = get_run(session, actor, run_id, lock=True)
        before = snapshot(run)
        if run.status is not RunStatus.computing:
            raise Conflict("run_moved_on", "这次评价的状态在计算期间被改变，结果没有保存。")
        store(session, run, scores, intervals)
        run.engine, run.facts_hash = engine.VERSION, engine.facts_hash(facts, adjustments)
        run.manifest = (
            _manifest(scheme, scores)
            | {"facts": engine.manifest(facts, adjustments)}
            | {"seconds": {"gather": round(gathered - began, 3), "score": round(scored - gathered, 3)}}
        )
        run.computed_at = clock.now()
        change_status(session, actor, run, RunStatus.incomplete if facts.failed else RunStatus.computed)
        write_down(session, actor, [Change(run, "compute", before)])
    return run


def _start(session: Session, actor: Actor, run_id: int) -> Run:
    run = get_run(session, actor, run_id, lock=True)
    require(actor, Permission.run_evaluations, session.get_one(Organisation, run.organisation_id).path)
    if run.status not in _COMPUTABLE:
        raise Conflict("run_already_computed", f"这次评价{run.status.label}，不能重新计算；请发起新的评价。")
    if run.status is not RunStatus.computing:
        before = snapshot(run)
        change_status(session, actor, run, RunStatus.computing)
        write_down(session, actor, [Change(run, "start", before)])
    return run


def _manifest(scheme: Scheme, scores: engine.Scores) -> dict[str, Any]:
    low = (scores.units >= 0) & ~scores.counted
    return {
        "not_built": [each.code for each in scheme.indicators if each.metric in scores.facts.not_built],
        "failed_indicators": list(scores.failed),
        "organisations": len(scores.facts.population),
        "results": len(scores),
        "ranked": int(np.count_nonzero(scores.counted)),
        "low_coverage": int(np.count_nonzero(low)),
        "cohorts": _cohorts(scheme, scores),
    }


def _cohorts(scheme: Scheme, scores: engine.Scores) -> list[dict[str, Any]]:
    found = []
    codes = [section.code for section in scheme.sections]
    for number, category in enumerate(CATEGORIES):
        mine = scores.category == number
        ranked = mine & scores.counted
        if not mine.any():
            continue
        totals = scores.total[ranked]
        finals = scores.graded.final[ranked]
        found.append(
            {
                "category": category, "label": CATEGORY_NAMES[category], "size": int(mine.sum()), "ranked": int(ranked.sum()),
                "total_min": _figure(totals, np.min), "total_max": _figure(totals, np.max), "median_total": _figure(totals, np.median),
                "median_sections": {code: _figure(scores.section_points[row, ranked], np.median) for row, code in enumerate(codes)},
                "grades": {name: int(np.count_nonzero(finals == place)) for place, name in enumerate(scheme.grades.names)},
                "coverage": float(scores.coverage[mine].mean()),
            }
        )  # fmt: skip
    return found


def _figure(values: Any, function: Callable[[Any], Any]) -> float | None:
    return round(float(function(values)), 6) if len(values) else None
