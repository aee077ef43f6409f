"""Claims jobs and carries them out, one after the other. The durable truth is the row; a killed worker's job is taken up again."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from app import clock
from app.access import operator
from app.config import Settings
from app.db import Database
from app.errors import AppError
from app.jobs import evaluating, importing
from app.jobs.work import Work
from app.models.journal import JobState
from app.services import jobs
from app.services.organisations.operations import carry_out_due

log = logging.getLogger("dangjian.jobs")
IDLE_SECONDS = 0.5


KINDS: dict[str, Callable[[Work], Mapping[str, Any]]] = {"run": evaluating.compute_run, "import": importing.import_upload}


def run_forever(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Works until told to stop; an error of one job never ends the worker. Planned operations are carried out once a day."""
    day = None
    while not stop.is_set():
        if clock.today() != day:
            day = clock.today()
            carry_out_due(database, operator("system"), day)
        if not run_next(database, settings):
            stop.wait(IDLE_SECONDS)


def run_next(database: Database, settings: Settings) -> bool:
    """Carries out one job if there is one. Whether there was."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    with database.write() as session:
        job = jobs.claim_job(session, holder)
        if job is None:
            return False
        job_id, kind, request, by = job.id, job.kind, dict(job.request), job.requested_by
    last = 0.0

    def report(done: int, total: int, text: str) -> None:
        nonlocal last
        if done < total and time.monotonic() - last < 0.3:
            return
        last = time.monotonic()
        with database.write() as session:
            jobs.report_progress(session, job_id, holder, done, total, text)

    state, outcome, error = _carry_out(kind, Work(database, settings, operator(by), request, report))
    with database.write() as session:
        jobs.finish_job(session, job_id, state, outcome=outcome, error=error)
    return True


def _carry_out(kind: str, work: Work) -> tuple[JobState, Mapping[str, Any] | None, str | None]:
    try:
        return JobState.done, KINDS[kind](work), None
    except jobs.Cancelled:
        return JobState.cancelled, None, None
    except AppError as error:
        return JobState.failed, None, error.detail
    except Exception:
        log.exception("job %s failed", kind)
        return JobState.failed, None, "系统内部出错，请把任务编号告诉管理员。"
