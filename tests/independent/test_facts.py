"""The facts and the evidence of the product against a second reading of the scheme, over the command line and HTTP only."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from tests.independent.recompute import AMOUNTS, METRICS, items, sums
from tests.independent.ruffle import ruffle
from tests.independent.world import ONE, World

REPOSITORY = Path(__file__).parents[2]
PERIODS = [
    ("2026-01-01", "2026-12-31", "2026-08-20"),
    ("2025-04-01", "2026-03-31", "2026-02-10"),
    ("2026-01-01", "2026-06-30", "2026-04-15"),
]
INDICATORS = {
    "1.01": "directives_conveyed", "1.02": "plan_items_completed", "1.03": "venues_ready", "1.04": "skills_training_coverage",
    "1.05": "prosperity_projects", "1.06": "elections_in_term", "1.07": "cross_appointments", "1.08": "debriefs_presented",
    "1.09": "debrief_ratings", "1.10": "duty_reports", "1.11": "committee_filled", "1.12": "committee_young", "2.01": "units_covered",
    "2.02": "units_covered_alone", "2.03": "units_work_covered", "2.04": "joint_organisations_active", "2.05": "form_fits_size",
    "2.06": "delegate_activities", "2.07": "branches_active", "3.01": "general_meetings", "3.02": "committee_meetings",
    "3.03": "group_meetings", "3.04": "party_lectures", "3.05": "theme_days", "3.06": "attendance", "3.07": "organisation_life_meetings",
    "3.08": "member_appraisals", "3.09": "distance_education", "3.10": "practice_activities", "3.11": "small_scale_share",
    "3.12": "pioneer_posts", "3.13": "liaison_visits", "3.14": "activity_support", "4.01": "training_hours",
    "4.02": "training_fits_class", "4.03": "training_themes", "4.04": "training_register", "4.05": "training_passed",
    "4.06": "training_responsibility", "4.07": "inspection_issues_closed", "4.08": "hardship_cared", "4.09": "mutual_aid",
    "4.10": "assistance_projects", "4.11": "disputes_resolved", "5.01": "leader_appraisal", "5.02": "capable_secretary",
    "5.03": "reserve_talent", "5.04": "graduates_serving", "5.05": "funds_guaranteed", "5.06": "funds_tilted", "5.07": "venues_shared",
    "6.01": "floating_contacted", "6.02": "floating_dual_managed", "6.03": "development_compliant", "6.04": "pairing_planned",
    "6.05": "pairing_activities", "6.06": "pairing_led", "6.07": "pairing_ledger_complete", "6.08": "pairing_reported",
    "6.09": "volunteering",
}  # fmt: skip
HEADED = {
    "debriefs_presented", "inspection_issues_closed", "training_register", "training_passed", "development_compliant", "pairing_activities",
}  # fmt: skip
"""Where only the head of the label, before the dot, is fixed."""
UNNAMED_RECORDS = {"activity_support", "training_hours", "funds_guaranteed"}
"""Where the scheme leaves open which of several kinds of record stands behind an item."""
Ask = Callable[..., Any]
Evidence = tuple[Any, ...]
Facts = dict[int, tuple[int, ...]]
NOTHING = (0,) * len(AMOUNTS)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DANGJIAN_")}
    return kept | {"DANGJIAN_DATA_DIR": str(folder), "DANGJIAN_LOG_LEVEL": "error"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a town with the demonstration's two runs."""
    folder = tmp_path_factory.mktemp("town")
    command = [sys.executable, "-m", "app", "demo", "--prepare-only", "--as-of", "2026-11-22"]
    subprocess.run(command, cwd=REPOSITORY, env=environment(folder), check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def ruffled(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it whose records are disturbed."""
    folder = tmp_path_factory.mktemp("ruffled")
    shutil.copytree(town, folder, dirs_exist_ok=True)
    ruffle(folder / "dangjian.db", seed=7)
    return folder


@pytest.fixture(scope="module")
def ask(ruffled: Path) -> Iterator[Ask]:
    """Requests to a service on the disturbed town."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]

    def request(path: str, body: object = None, **query: object) -> Any:
        address = f"http://127.0.0.1:{port}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(address, data, {"Content-Type": "application/json"}), timeout=60) as answer:
            return json.load(answer)

    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment(ruffled), stdout=subprocess.DEVNULL) as service:
        try:
            wait_for(lambda: answers(request))
            yield request
        finally:
            service.terminate()


def answers(request: Ask) -> bool:
    try:
        request("/api/v1/runs")
    except URLError:
        return False
    return True


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the service did not get ready in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def runs(ask: Ask) -> dict[tuple[str, str, str], int]:
    """The ids of the runs over the disturbed town, by period and day."""
    found = {
        (start, end, as_of): ask("/api/v1/runs", {"root": "QH", "period": {"start": start, "end": end}, "as_of": as_of})["run"]
        for start, end, as_of in PERIODS
    }
    wait_for(lambda: all(ask(f"/api/v1/runs/{run}")["status"] not in ("draft", "computing") for run in found.values()))
    return found


def stored_facts(database: Path, run: int) -> dict[str, Facts]:
    """The facts of a run by metric, those without any amount left out."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"SELECT fact_key, organisation_id, {', '.join(AMOUNTS)} FROM fact WHERE run_id = ?", (run,)).fetchall()
    found: dict[str, Facts] = defaultdict(dict)
    for key, organisation, *amounts in rows:
        if any(amounts):
            found[key.partition(":")[0]][organisation] = tuple(amounts)
    return found


def differences(database: Path, run: int, world: World) -> list[str]:
    """Every fact on which the product and the recomputation do not agree to the last millionth."""
    stored, found = stored_facts(database, run), []
    for metric in METRICS:
        expected, actual = sums(items(world, metric)), stored[metric]
        for organisation in sorted({*expected, *actual}):
            here, there = expected.get(organisation, NOTHING), actual.get(organisation, NOTHING)
            if here != there:
                found.append(f"{metric} of {world.organisations[organisation]['code']}: {there}, should be {here}")
    return found


@pytest.mark.parametrize("run", [1, 2])
def test_facts_of_the_demonstration(town: Path, run: int) -> None:
    database = town / "dangjian.db"
    with closing(sqlite3.connect(database)) as connection:
        start, end, as_of = connection.execute("SELECT period_start, period_end, as_of FROM run WHERE id = ?", (run,)).fetchone()
    assert set(METRICS) <= set(stored_facts(database, run))
    assert differences(database, run, World.read(database, start, end, as_of)) == []


@pytest.mark.parametrize("period", PERIODS, ids=" ".join)
def test_facts_of_a_disturbed_town(ruffled: Path, runs: dict[tuple[str, str, str], int], period: tuple[str, str, str]) -> None:
    database = ruffled / "dangjian.db"
    assert differences(database, runs[period], World.read(database, *period)) == []


@pytest.mark.parametrize(("code", "metric"), INDICATORS.items(), ids=INDICATORS.values())
def test_evidence_of_a_disturbed_town(ruffled: Path, ask: Ask, runs: dict[tuple[str, str, str], int], code: str, metric: str) -> None:
    """The items behind the township's indicator are ours: organisation, words where the scheme fixes them, record, amounts."""
    period = PERIODS[0]
    world = World.read(ruffled / "dangjian.db", *period)
    listed = items(world, metric)
    worded = any(listed["label"])
    ours = [
        (world.organisations[row.organisation_id]["code"], row.label, None if pd.isna(row.record_id) else int(row.record_id), *row[4:8])
        for row in listed.itertuples()
    ]
    theirs = [
        (each["organisation"], each["label"], each["record"] and each["record"]["id"], *(round(each[name] * ONE) for name in AMOUNTS[:4]))
        for each in all_items(ask, f"/api/v1/runs/{runs[period]}/results/QH/indicators/{code}/items")
    ]
    ours, theirs = (comparable(found, metric, worded) for found in (ours, theirs))
    assert Counter(theirs) - Counter(ours) == Counter()
    assert Counter(ours) - Counter(theirs) == Counter()


def comparable(found: list[Evidence], metric: str, worded: bool) -> list[Evidence]:
    """What the scheme fixes of each item: of the label its head, if anything, and the record where it names one."""
    named = metric not in UNNAMED_RECORDS
    headed = metric in HEADED
    return [
        (code, (label.partition(" · ")[0] if headed else label) if worded else "", record if named else None, *amounts)
        for code, label, record, *amounts in found
    ]


def all_items(ask: Ask, path: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        page = ask(path, limit=1000, **({} if cursor is None else {"cursor": cursor}))
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
