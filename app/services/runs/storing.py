"""Results into their tables: a handful of bulk statements, whatever the number of organisations."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.models.evaluations import Fact, IndicatorResult, Result, Run, RunOrganisation
from app.scoring import engine

_ROWS = 20_000


def store(session: Session, run: Run, scores: engine.Scores, intervals: engine.RankIntervals) -> None:
    """Replaces all that is stored of a run's computation."""
    for table, rows in (
        (RunOrganisation, engine.tree_rows(scores.facts)),
        (Fact, engine.fact_rows(scores.facts)),
        (Result, engine.result_rows(scores, intervals)),
        (IndicatorResult, engine.indicator_rows(scores)),
    ):
        session.execute(delete(table).where(table.run_id == run.id))
        _insert(session, table, run.id, rows)


def _insert(session: Session, table: Any, run_id: int, rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := [{"run_id": run_id, **row} for row in islice(waiting, _ROWS)]:
        session.execute(insert(table), batch)
