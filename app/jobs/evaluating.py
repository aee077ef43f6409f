"""Job kind `run`: compute an evaluation."""

from collections.abc import Mapping
from typing import Any

from app.jobs.work import Work
from app.services.runs.computing import compute_run as compute


def compute_run(work: Work) -> Mapping[str, Any]:
    """Request: {"run": id}."""
    run = compute(work.database, work.actor, int(work.request["run"]), work.report)
    return {"run": run.id, "status": run.status.value}
