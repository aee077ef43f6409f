"""Requests of a page against the bare statement behind them: lists at both ends, an explained result, a what-if."""

import tempfile
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.config import Settings
from app.main import create_app
from app.models.activities import Activity
from app.models.evaluations import Result
from app.schemas.evaluations import PeriodIn, RunIn
from app.services.runs.computing import compute_run
from app.services.runs.requesting import create_run
from benchmarks.county import ACTOR, county, loaded, root_of
from benchmarks.evaluation import AS_OF, END, START
from benchmarks.table import compared, head, line

PAGES = 1000


def main() -> None:
    """Print the lines; SQLite, in process."""
    world = county()
    with loaded("sqlite", world) as database, tempfile.TemporaryDirectory() as folder:
        root = root_of(world)
        with database.write() as session:
            run_id = create_run(session, ACTOR, RunIn(root=root, period=PeriodIn(start=START, end=END), as_of=AS_OF)).id
        compute_run(database, ACTOR, run_id, lambda *_: None)
        with TestClient(create_app(Settings(data_dir=Path(folder)), database)) as client:
            head()
            _lists(client, database)
            _results(client, database, run_id)


def _lists(client, database) -> None:
    address = "/api/v1/activities?limit=50"
    cursor, pages = None, 0
    while pages < PAGES:
        page = client.get(address + (f"&cursor={cursor}" if cursor else "")).json()
        if page["next_cursor"] is None:
            break
        cursor, pages = page["next_cursor"], pages + 1
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Activity))
    size = f"50 of {count:,} activities"

    def bare() -> None:
        with database.read() as session:
            session.scalars(select(Activity).order_by(Activity.occurred_on.desc(), Activity.id.desc()).limit(50)).all()

    first, reference = compared(lambda: client.get(address), bare, 20)
    line("list page 1, whole request : bare select", first, reference, "", size)
    last, first = compared(lambda: client.get(f"{address}&cursor={cursor}"), lambda: client.get(address), 20)
    line(f"list page {pages:,} : page 1", last, first, "≤ 1.2 ×", size)


def _results(client, database, run_id) -> None:
    with database.read() as session:
        code = client.get(f"/api/v1/runs/{run_id}/results?category=village&limit=1").json()["items"][0]["organisation"]["code"]
        organisation_id = session.scalar(select(Result.organisation_id).where(Result.run_id == run_id).limit(1))
    activity = client.get("/api/v1/activities?limit=1").json()["items"][0]["id"]
    ours, reference = compared(
        lambda: client.get(f"/api/v1/runs/{run_id}/results/{code}"), lambda: client.get(f"/api/v1/activities/{activity}"), 20
    )
    line("one result, explained : one record by primary key", ours, reference, "≤ 3 ×", f"organisation {organisation_id}")
    draft = client.get("/api/v1/schemes/standard").json()["content"]
    draft["indicators"][0]["rule"] = {"kind": "all_or_nothing"}
    address = f"/api/v1/runs/{run_id}/simulate"
    ours, reference = compared(
        lambda: client.post(address, json={"scheme": draft}), lambda: client.get(f"/api/v1/activities/{activity}"), 10
    )
    line("what-if on the county : one record by primary key", ours, reference, "≤ 150 ms", "60 indicators")


if __name__ == "__main__":
    main()
