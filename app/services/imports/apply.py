"""Checks a file whole, then writes all of it, or what is good of it, or nothing. One transaction of the caller."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.db import chunks
from app.exchange.tables import RowState, Table, TypedRow
from app.services import records
from app.services.drafts import Draft
from app.services.imports.drafts import make_drafts
from app.services.imports.names import resolve_names
from app.services.imports.report import Report, report_on

Progress = Callable[[int, int, str], None]
"""(done, total, what is being done), called now and then."""

_CHUNK = 5_000
Pairs = list[tuple[TypedRow, Draft]]


def import_tables(
    session: Session,
    actor: Actor,
    tables: Sequence[Table],
    *,
    dry_run: bool = False,
    partial: bool = False,
    resume: bool = False,
    reason: str | None = None,
    progress: Progress = lambda _done, _total, _text: None,
) -> Report:
    """Imports the tables of one file in order; a later one may refer to records of an earlier one.

    All or nothing unless `partial`. `resume` skips rows that a returned workbook marks as imported. Rows keep their state
    and faults, so that a marked workbook can be made of them.
    """
    require(actor, Permission.import_records)
    applied = False
    with session.begin_nested() as whole:
        for table in tables:
            pairs = _checked(session, actor, table, resume=resume, reason=reason, partial=partial, progress=progress)
            # A dry run writes only what a later table is checked against, and takes it back.
            if (partial or not _failed(tables)) and (not dry_run or table is not tables[-1]):
                applied = _write(session, actor, table, pairs, progress) or applied
        if applied and (dry_run or (_failed(tables) and not partial)):
            whole.rollback()
            applied = False
    _settle(tables, applied=applied, dry_run=dry_run)
    return report_on(tables, dry_run=dry_run, partial=partial, applied=applied)


def _checked(session: Session, actor: Actor, table: Table, *, resume: bool, reason: str | None, partial: bool, progress: Progress) -> Pairs:
    """Drafts without faults; the faults of all others are in their rows."""
    progress(0, len(table.rows), f"核对{table.record_type.title}")
    for row in table.rows:
        if resume and row.done:
            row.state = RowState.skipped
    resolve_names(session, actor, table)
    pairs = make_drafts(session, actor, table, reason)
    records.check(session, actor, table.record_type, [draft for _row, draft in pairs])
    good = _without_faults(table, pairs)
    # Good rows may have leant on one that failed (a parent in the same file): check again until those left stand alone.
    while partial and table.record_type.resolved_by_service and len(good) < len(pairs):
        pairs = good
        records.check(session, actor, table.record_type, [draft for _row, draft in pairs])
        good = _without_faults(table, pairs)
    for row in table.rows:
        row.state = RowState.failed if row.faults else row.state
    for row, draft in good:
        row.state = _state(draft)
    progress(len(table.rows), len(table.rows), f"核对{table.record_type.title}")
    return good


def _without_faults(table: Table, pairs: Pairs) -> Pairs:
    for row, draft in pairs:
        for error in draft.errors:
            table.refuse(row, error.field, error.message)
    return [(row, draft) for row, draft in pairs if not row.faults]


def _state(draft: Draft) -> RowState:
    if draft.record is None:
        return RowState.created
    return RowState.changed if draft.differs() else RowState.unchanged


def _failed(tables: Sequence[Table]) -> bool:
    return any(row.faults for table in tables for row in table.rows)


def _write(session: Session, actor: Actor, table: Table, pairs: Pairs, progress: Progress) -> bool:
    """Whether there was anything to write. In slices, so that progress is seen; what may refer to rows of the same file goes in one."""
    drafts = [draft for row, draft in pairs if row.state is not RowState.unchanged]
    size = len(drafts) if table.record_type.resolved_by_service else _CHUNK
    done = 0
    for chunk in chunks(drafts, max(size, 1)):
        progress(done, len(drafts), f"写入{table.record_type.title}")
        records.write(session, actor, table.record_type, chunk)
        done += len(chunk)
    progress(done, len(drafts), f"写入{table.record_type.title}")
    return bool(drafts)


def _settle(tables: Sequence[Table], *, applied: bool, dry_run: bool) -> None:
    """After a refused import no row was created: those that could have been wait for the next attempt."""
    if applied or dry_run:
        return
    for table in tables:
        for row in table.rows:
            if row.state in (RowState.created, RowState.changed):
                row.state = RowState.waiting
