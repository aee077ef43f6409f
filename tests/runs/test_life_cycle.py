"""From asking for a run to publishing it: what may follow what, what publishing freezes, and what verification finds."""

import copy
import datetime as dt

import pytest
from sqlalchemy import event, select, text, update

from app.access import operator
from app.jobs.runner import run_next
from app.models.evaluations import IndicatorResult, Result
from app.scoring import registry
from app.services.runs.computing import compute_run
from tests.runs.conftest import ROOT, SMALL

REQUEST = {"root": ROOT, "scheme": "small", "period": {"start": "2026-01-01", "end": "2026-06-30"}}


def move(client, run, to, version=None, reason=None):
    current = client.get(f"/api/v1/runs/{run}")
    tag = current.headers["etag"] if version is None else version
    return client.post(f"/api/v1/runs/{run}/move", json={"to": to, "reason": reason}, headers={"If-Match": tag})


@pytest.fixture
def computed(evaluate):
    return evaluate("small", "2026-01-01", "2026-06-30", "2026-06-30")


def test_a_job_computes_what_was_asked_for(client, town, settings):
    asked = client.post("/api/v1/runs", json=REQUEST)
    assert asked.status_code == 202
    assert asked.headers["location"] == f"/api/v1/runs/{asked.json()['run']}"
    waiting = client.get(asked.headers["location"]).json()
    assert waiting["status"] == "draft"
    assert waiting["job"] == asked.json()["job"]
    early = client.get(asked.headers["location"] + "/results")
    assert (early.status_code, early.json()["code"]) == (409, "run_not_computed")
    while run_next(town, settings):
        pass
    done = client.get(asked.headers["location"]).json()
    assert done["status"] == "computed"
    assert done["counts"]["ranked"] > 20
    job = client.get(f"/api/v1/jobs/{asked.json()['job']}").json()
    assert job["state"] == "done"
    assert job["progress"] == job["progress_total"] > 0


def test_a_waiting_job_can_be_cancelled(client, town, settings):
    asked = client.post("/api/v1/runs", json=REQUEST).json()
    stopped = client.post(f"/api/v1/jobs/{asked['job']}/cancel")
    assert stopped.json()["state"] == "cancelled"
    assert not run_next(town, settings)
    again = client.post(f"/api/v1/jobs/{asked['job']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "job_finished")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"root": "NOWHERE"}, "organisation_not_found"),
        ({"scheme": "nothing"}, "scheme_not_found"),
        ({"period": {"start": "2026-01-02", "end": "2026-06-30"}}, "period_invalid"),
        ({"period": {"start": "2026-06-01", "end": "2026-01-31"}}, "request_invalid"),
        ({"as_of": "2999-01-01"}, "as_of_future"),
        ({"as_of": "2025-12-31"}, "period_invalid"),
        ({"colour": "red"}, "request_invalid"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(client, change, code):
    refused = client.post("/api/v1/runs", json=REQUEST | change)
    assert refused.status_code in {404, 422}
    assert refused.json()["code"] == code


def test_moves_follow_the_table(client, computed):
    run = computed["id"]
    skipped = move(client, run, "published")
    assert (skipped.status_code, skipped.json()["code"]) == (409, "run_move_not_allowed")
    assert client.post(f"/api/v1/runs/{run}/move", json={"to": "self_review"}).status_code == 428
    assert move(client, run, "self_review").json()["may"] == ["submit_for_review"]
    assert move(client, run, "review", version='"v1"').status_code == 412
    assert move(client, run, "review").status_code == 200
    unexplained = move(client, run, "self_review")
    assert (unexplained.status_code, unexplained.json()["code"]) == (422, "reason_required")
    assert [each["after"] for each in client.get(f"/api/v1/runs/{run}").json()["moves"]] == [
        "computing",
        "computed",
        "self_review",
        "review",
    ]


def publish(client, run):
    for state in ("self_review", "review"):
        assert move(client, run, state).status_code == 200
    published = move(client, run, "published", reason="数据完整度不足的单位已单独说明")
    assert published.status_code == 200, published.text
    return published.json()


def test_publishing_freezes_the_items_and_demands_reasons_for_amendments(client, computed):
    run = computed["id"]
    code = next(row["organisation"]["code"] for row in client.get(f"/api/v1/runs/{run}/results?category=village").json()["items"])
    address = f"/api/v1/runs/{run}/results/{code}/indicators/1.1/items"
    live = client.get(address).json()["items"]
    assert publish(client, run)["status"] == "published"
    assert client.get(address).json()["items"] == live
    found = client.get(f"/api/v1/runs/{run}/verify").json()
    assert found["ok"]
    assert found["frozen"]
    assert found["changed"] == []

    activity = next(item["record"]["id"] for item in live if item["record"])
    tag = client.get(f"/api/v1/activities/{activity}").headers["etag"]
    silent = client.patch(f"/api/v1/activities/{activity}", json={"place": "新会议室"}, headers={"If-Match": tag})
    assert (silent.status_code, silent.json()["code"]) == (409, "amendment_reason_required")
    amended = client.patch(
        f"/api/v1/activities/{activity}", json={"place": "新会议室", "reason": "地点登记错误"}, headers={"If-Match": tag}
    )
    assert amended.status_code == 200, amended.text
    assert client.get(f"/api/v1/runs/{run}/verify").json()["changed"] == []
    gone = {"reason": "并未召开"}
    withdrawn = client.post(f"/api/v1/activities/{activity}/withdraw", json=gone, headers={"If-Match": amended.headers["etag"]})
    assert withdrawn.status_code == 200, withdrawn.text
    found = client.get(f"/api/v1/runs/{run}/verify").json()
    assert found["ok"], "a published result stays right; what changed since is named"
    assert activity in {each["record"]["id"] for each in found["changed"] if each["record"]}
    assert client.get(address).json()["items"] == live


def test_a_run_with_indicators_not_built_cannot_be_published(client, evaluate, monkeypatch):
    monkeypatch.delitem(registry._metrics, "attendance")
    run = evaluate("small", "2026-01-01", "2026-06-30", "2026-06-30")
    assert run["not_built"] == ["1.2"]
    for state in ("self_review", "review"):
        assert move(client, run["id"], state).status_code == 200
    refused = move(client, run["id"], "published", reason="试一试")
    assert (refused.status_code, refused.json()["code"]) == (409, "run_not_built")


def test_verification_notices_every_altered_figure(client, town, computed):
    run = computed["id"]
    assert client.get(f"/api/v1/runs/{run}/verify").json()["ok"]
    with town.write() as session:
        row = session.scalars(select(Result).where(Result.run_id == run, Result.total.is_not(None)).limit(1)).one()
        session.execute(
            update(Result).where(Result.run_id == run, Result.organisation_id == row.organisation_id).values(total=row.total + 0.01)
        )
    found = client.get(f"/api/v1/runs/{run}/verify").json()
    assert not found["ok"]
    assert not found["results"]
    assert len(found["differences"]) == 1
    with town.write() as session:
        session.execute(
            update(IndicatorResult).where(IndicatorResult.run_id == run, IndicatorResult.indicator == "2.1").values(points=40.0000001)
        )
        session.execute(text(f"UPDATE fact SET numerator = numerator + 1 WHERE run_id = {run} AND denominator > numerator"))
    found = client.get(f"/api/v1/runs/{run}/verify").json()
    assert not found["facts_hash"]
    assert len(found["differences"]) > 1


def test_a_metric_that_raises_leaves_the_run_incomplete_and_loses_nothing_else(client, town, evaluate, monkeypatch, computed):
    broken = registry.metrics()["attendance"]

    def explode(view, parameters):
        raise ZeroDivisionError

    monkeypatch.setitem(
        registry._metrics, "attendance", type(broken)(broken.name, broken.title, broken.definition, broken.parameters, explode)
    )
    run = evaluate("small", "2026-01-01", "2026-06-30", "2026-06-30")
    assert run["status"] == "incomplete"
    assert run["failed"] == ["1.2"]
    assert run["may"] == []
    code = client.get(f"/api/v1/runs/{run['id']}/results?category=village").json()["items"][0]["organisation"]["code"]
    states = {}
    for each in (run["id"], computed["id"]):
        document = client.get(f"/api/v1/runs/{each}/results/{code}").json()
        states[each] = {row["code"]: (row["state"], row["numerator"]) for section in document["sections"] for row in section["indicators"]}
    assert states[run["id"]]["1.2"][0] == "error"
    assert {key: value for key, value in states[run["id"]].items() if key != "1.2"} == {
        key: value for key, value in states[computed["id"]].items() if key != "1.2"
    }
    monkeypatch.undo()
    compute_run(town, operator(), run["id"], lambda *_: None)
    assert client.get(f"/api/v1/runs/{run['id']}").json()["status"] == "computed"


def test_what_if_writes_nothing_and_says_who_moves(client, town, computed):
    draft = copy.deepcopy(SMALL)
    draft["indicators"][0]["rule"] = {"kind": "all_or_nothing"}
    before = _rows(town)
    found = client.post(f"/api/v1/runs/{computed['id']}/simulate", json={"scheme": draft})
    assert found.status_code == 200, found.text
    assert found.json()["change"] == "major"
    assert found.json()["items"]
    assert found.json()["categories"]
    assert all(each["total_before"] != each["total_after"] or each["rank_before"] != each["rank_after"] for each in found.json()["items"])
    assert _rows(town) == before
    same = client.post(f"/api/v1/runs/{computed['id']}/simulate", json={"scheme": SMALL}).json()
    assert same["items"] == []
    assert same["change"] is None
    draft["indicators"][0]["metric"] = "group_meetings"
    unknown = client.post(f"/api/v1/runs/{computed['id']}/simulate", json={"scheme": draft})
    assert unknown.status_code == 422
    assert "group_meetings" in unknown.text
    draft["indicators"][0]["metric"] = "general_meetingz"
    misspelt = client.post(f"/api/v1/runs/{computed['id']}/simulate", json={"scheme": draft})
    assert misspelt.status_code == 422
    assert "general_meetings" in misspelt.text


def _rows(database):
    with database.read() as session:
        return [
            session.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar() for table in ("result", "fact", "audit_entry", "scheme_version")
        ]


def test_the_same_run_twice_gives_the_same(client, evaluate):
    first, second = (evaluate("small", "2026-01-01", "2026-06-30", "2026-06-30") for _ in range(2))
    assert first["facts_hash"] == second["facts_hash"]
    rows = [client.get(f"/api/v1/runs/{run['id']}/results?limit=500").json()["items"] for run in (first, second)]
    assert rows[0] == rows[1]


def test_the_number_of_statements_does_not_grow_with_the_organisations(client, town, evaluate):
    """A sixth of the records answered by as many statements as the whole town: none stands in a loop."""
    counted = {}
    for code in ("QH-V01", ROOT):
        asked = client.post("/api/v1/runs", json=REQUEST | {"root": code, "as_of": dt.date(2026, 6, 30).isoformat()}).json()
        seen = []

        def note(connection, cursor, statement, parameters, context, many, seen=seen):
            seen.append(statement)

        event.listen(town.engine, "before_cursor_execute", note)
        compute_run(town, operator(), asked["run"], lambda *_: None)
        event.remove(town.engine, "before_cursor_execute", note)
        counted[code] = len(seen)
    assert abs(counted[ROOT] - counted["QH-V01"]) <= 4, counted
