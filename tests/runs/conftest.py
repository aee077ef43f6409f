"""A generated town, loaded once, and a small scheme whose metrics are all there (so that it can be published)."""

import datetime as dt

import pytest
import yaml
from fastapi.testclient import TestClient

from app.access import operator
from app.config import Settings
from app.demo import build, load
from app.main import create_app
from app.scoring.scheme import from_document
from app.services.runs.computing import compute_run
from app.services.schemes import add_version, ship_schemes

AS_OF = dt.date(2026, 11, 22)
SMALL = yaml.safe_load("""
code: small
name: 三会一课小方案
sections:
  - {code: "1", name: 组织生活, points: {village: 60, community: 60, agency: 60, new: 60, township: 60}}
  - {code: "2", name: 班子, points: {village: 40, community: 40, agency: 40, new: 40, township: 40}}
indicators:
  - {code: "1.1", name: 支部党员大会, clauses: ["3.1.2"], metric: general_meetings, rule: {kind: shortfall, points_each: 5},
     when_nothing_due: unknown, points: {village: 40, community: 40, agency: 40, new: 40, township: 40}, fix: 按季召开。}
  - {code: "1.2", name: 到会率, metric: attendance, rule: {kind: curve, points: [[0.6, 0], [0.9, 1]]},
     parameters: {kinds: [general_meeting, committee_meeting, group_meeting, party_lecture, theme_day]},
     when_nothing_due: unknown, points: {village: 20, community: 20, agency: 20, new: 20, township: 20}}
  - {code: "2.1", name: 班子配备, metric: committee_filled, rule: {kind: ratio},
     when_nothing_due: zero, points: {village: 40, community: 40, agency: 40, new: 40, township: 40}}
grades: {lines: [[优秀, 90], [良好, 80], [合格, 60], [不合格, 0]], quota: {share: 0.3, ties: exclude}}
adjustments:
  bonus: {levels: {township: 0.5, county: 1, city: 2, province: 3, nation: 5}, cap: 5}
  deduction: {kinds: {rectification_refused: 1, criticised_in_notice: 2}, cap: 10}
  ceiling: {kinds: {falsified_records: 合格}}
""")


ROOT = "QH"


@pytest.fixture(scope="session")
def town(shared_database):
    """The town with the schemes; tests share it and make runs of their own."""
    with shared_database.write() as session:
        load(session, build("town", 1, AS_OF))
        ship_schemes(session, operator("system"))
        add_version(session, operator("system"), from_document(SMALL))
    return shared_database


@pytest.fixture(scope="session")
def client(town, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with TestClient(create_app(settings, town), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def evaluate(town, client):
    """Asks for a run over HTTP and carries its job out; gives the finished run."""

    def run(scheme="standard", start="2026-01-01", end="2026-12-31", as_of="2026-11-22"):
        body = {"root": ROOT, "scheme": scheme, "period": {"start": start, "end": end}, "as_of": as_of}
        asked = client.post("/api/v1/runs", json=body)
        assert asked.status_code == 202, asked.text
        compute_run(town, operator(), asked.json()["run"], lambda *_: None)
        return client.get(f"/api/v1/runs/{asked.json()['run']}").json()

    return run


@pytest.fixture(scope="session")
def past(evaluate):
    return evaluate(start="2025-01-01", end="2025-12-31", as_of="2025-12-31")


@pytest.fixture(scope="session")
def now(past, evaluate):
    return evaluate()
