"""Evaluate the county for a year, records → computed, against one filtered GROUP BY per base table that a metric reads.

The reference is not the metrics' own SQL (that would reward slow SQL): it touches every row a metric may look at exactly once.
"""

import datetime as dt
from functools import partial

from sqlalchemy import and_, func, or_, select

from app.db import Database
from app.models.activities import Activity, Attendance
from app.models.members import Election, LeaderAppraisal, Member, MemberAppraisal, Membership, Position, TalentReserve
from app.models.organisations import OrganisationPlacement, PartyGroup
from app.schemas.evaluations import PeriodIn, RunIn
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
    """One filtered GROUP BY per base table."""
    with database.read() as session:
        for table, when, sums in _tables():
            statement = select(table.organisation_id, func.count(), *[func.sum(column) for column in sums])
            session.execute(statement.where(table.withdrawn_at.is_(None), when).group_by(table.organisation_id)).all()


def _tables():
    def covers(table):
        return and_(table.valid_from <= AS_OF, or_(table.valid_to.is_(None), table.valid_to >= AS_OF))

    return [
        (Activity, Activity.occurred_on.between(START, AS_OF), [Activity.expected_count, Activity.present_count]),
        (
            Attendance,
            Attendance.activity_id.in_(
                select(Activity.id).where(Activity.kind == "volunteering", Activity.occurred_on.between(START, AS_OF))
            ),
            [],
        ),
        (Membership, covers(Membership), []),
        (Member, Member.admitted_on <= AS_OF, []),
        (Position, covers(Position), []),
        (PartyGroup, covers(PartyGroup), []),
        (OrganisationPlacement, covers(OrganisationPlacement), [OrganisationPlacement.committee_seats]),
        (Election, Election.held_on <= AS_OF, [Election.elected]),
        (TalentReserve, covers(TalentReserve), []),
        (LeaderAppraisal, LeaderAppraisal.appraised_on.between(START, AS_OF), [LeaderAppraisal.ability, LeaderAppraisal.drive]),
        (MemberAppraisal, MemberAppraisal.year == START.year, []),
    ]


if __name__ == "__main__":
    main()
