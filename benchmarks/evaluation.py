"""Evaluate the county for a year, records → computed, against one filtered GROUP BY per base table that a metric reads.

The reference is not the metrics' own SQL (that would reward slow SQL): it touches every row a metric may look at exactly once.
"""

import datetime as dt
from functools import partial
from typing import Any

from sqlalchemy import Integer, func, or_, select

from app.db import Database
from app.models.activities import Activity, Attendance
from app.models.base import OrganisationRecord
from app.models.evaluations import Adjustment
from app.schemas.evaluations import PeriodIn, RunIn
from app.schemas.nouns import RECORD_TYPES
from app.services.runs.computing import compute_run
from app.services.runs.requesting import create_run
from benchmarks.county import ACTOR, county, kinds, loaded, root_of
from benchmarks.table import compared, head, line

START, END, AS_OF = dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2026, 11, 22)


def main() -> None:
    """Print one line per database."""
    world = county()
    head()
    for kind in kinds():
        with loaded(kind, world) as database:
            size = f"{world.count('organisation'):,} organisations, {world.count('activity'):,} activities in two years"
            ours, reference = compared(partial(evaluate, database, root_of(world)), partial(groups, database))
            line(f"evaluate the county, {kind}", ours, reference, "lower it", size)


def evaluate(database: Database, root: str) -> None:
    """A whole run as the job does it, up to `computed`."""
    with database.write() as session:
        run_id = create_run(session, ACTOR, RunIn(root=root, period=PeriodIn(start=START, end=END), as_of=AS_OF)).id
    compute_run(database, ACTOR, run_id, lambda *_: None)


def groups(database: Database) -> None:
    """One filtered GROUP BY per base table: rows of the window that are not withdrawn, counted and their whole numbers summed."""
    with database.read() as session:
        for record_type in RECORD_TYPES.values():
            table: Any = record_type.model
            if not issubclass(table, OrganisationRecord) or table is Adjustment:
                continue
            numbers = [column for column in table.__table__.columns if isinstance(column.type, Integer) and not column.foreign_keys]
            sums = [func.sum(column) for column in numbers if column.name not in {"id", "version"}]
            when = [table.withdrawn_at.is_(None)]
            if table is Attendance:  # read for volunteering alone; meetings have their counts
                held = select(Activity.id).where(Activity.kind == "volunteering", Activity.occurred_on.between(START, AS_OF))
                when.append(Attendance.activity_id.in_(held))
            if record_type.day is not None:
                first, last = (getattr(table, name) for name in record_type.day)
                when += [first <= AS_OF, or_(last.is_(None), last >= START)]
            session.execute(select(table.organisation_id, func.count(), *sums).where(*when).group_by(table.organisation_id)).all()


if __name__ == "__main__":
    main()
