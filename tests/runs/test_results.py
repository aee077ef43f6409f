"""Results recomputed from the items of the API by a program that shares no code with the product (only the design's formulas)."""

import itertools
import math

import pytest

NEVER = 10**9


def all_items(client, run, organisation, indicator):
    found, cursor = [], None
    for _ in range(NEVER):
        parameters = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"/api/v1/runs/{run}/results/{organisation}/indicators/{indicator}/items", params=parameters).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
    raise AssertionError


def fraction(rule, value, numerator, denominator, weight):
    if rule["kind"] == "ratio":
        return 0.0 if value < rule.get("floor", 0) else min(value / rule.get("target", 1), 1.0)
    if rule["kind"] == "shortfall":
        return max(0.0, 1 - rule["points_each"] * (denominator - numerator) / weight)
    assert rule["kind"] == "curve"
    points = rule["points"]
    if value <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return points[-1][1]


def recomputed(client, run, organisation, category, content):
    """Base, total before adjustments and coverage, from items alone."""
    weights, outcomes = {}, {}
    for indicator in content["indicators"]:
        weight = indicator["points"].get(category, 0)
        if not weight:
            continue
        shown = next(
            each
            for section in result(client, run, organisation)["sections"]
            for each in section["indicators"]
            if each["code"] == indicator["code"]
        )
        if shown["state"] == "not_applicable":
            continue
        items = all_items(client, run, organisation, indicator["code"])
        sums = {name: math.fsum(item[name] for item in items) for name in ("numerator", "denominator", "pending", "future")}
        weights[indicator["code"]], outcomes[indicator["code"]] = weight, (indicator, sums)
    whole = math.fsum(weights.values())
    base = known = 0.0
    for code, (indicator, sums) in outcomes.items():
        effective = weights[code] * 100 / whole
        denominator = sums["denominator"]
        if denominator > 0:
            value = sums["numerator"] / denominator
            base += effective * fraction(indicator["rule"], value, sums["numerator"], denominator, weights[code])
            known += effective * denominator / (denominator + sums["pending"])
        elif indicator["when_nothing_due"] == "zero" and not sums["pending"] and not sums["future"]:
            known += effective
    return base, known / 100


_documents = {}


def result(client, run, organisation):
    key = (id(client), run, organisation)
    if key not in _documents:
        _documents[key] = client.get(f"/api/v1/runs/{run}/results/{organisation}").json()
    return _documents[key]


def test_totals_follow_from_the_items(client, now):
    run = now
    content = client.get("/api/v1/schemes/standard").json()["content"]
    listed = client.get(f"/api/v1/runs/{run['id']}/results", params={"limit": 200}).json()["items"]
    chosen = [each for each in listed if each["organisation"]["category"] != "township"][::3][:10]
    assert len(chosen) == 9 or len(chosen) == 10
    chosen.append(next(each for each in listed if each["organisation"]["category"] == "township"))
    for row in chosen:
        code, category = row["organisation"]["code"], row["organisation"]["category"]
        document = result(client, run["id"], code)
        category = "new" if category.startswith("new_") else category
        base, coverage = recomputed(client, run["id"], code, category, content)
        points = math.fsum(each["points"] for section in document["sections"] for each in section["indicators"])
        assert points == pytest.approx(base, abs=1e-9), code
        assert document["coverage"] == pytest.approx(coverage, abs=1e-9), code
        total = math.floor(min(max(base + document["bonus"] - document["deduction"], 0), 105) * 100 + 0.5 + 1e-6) / 100
        assert document["total"] == pytest.approx(total, abs=1e-9), code
        assert sum(each["effective_weight"] for section in document["sections"] for each in section["indicators"]) == pytest.approx(100)


def test_ranks_and_quota_follow_from_the_totals(client, now):
    run = now
    for cohort in run["cohorts"]:
        rows = client.get(f"/api/v1/runs/{run['id']}/results", params={"category": cohort["category"], "limit": 500}).json()["items"]
        ranked = [row for row in rows if row["rank"] is not None]
        assert len(rows) == cohort["size"]
        assert len(ranked) == cohort["ranked"]
        for row in ranked:
            assert row["rank"] == 1 + sum(other["total"] > row["total"] for other in ranked)
            assert row["rank_interval"][0] <= row["rank"] <= row["rank_interval"][1]
            assert row["coverage"] >= 0.9 - 1e-9
        excellent = [row for row in ranked if row["grade"] == "优秀"]
        if len(ranked) > 1:
            assert len(excellent) <= max(1, math.floor(0.3 * len(ranked) + 1e-9))


def test_pages_of_the_ranking_are_complete_and_in_order(client, now):
    run = now["id"]
    whole = client.get(f"/api/v1/runs/{run}/results", params={"category": "village", "limit": 1000}).json()["items"]
    paged, cursor = [], None
    while True:
        page = client.get(
            f"/api/v1/runs/{run}/results", params={"category": "village", "limit": 4} | ({"cursor": cursor} if cursor else {})
        ).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    refused = client.get(f"/api/v1/runs/{run}/results", params={"category": "village", "sort": "-total", "cursor": "bm90aGluZw"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "cursor_invalid"


def test_unmet_items_are_the_rest_of_the_met_ones(client, now):
    run = now["id"]
    address = f"/api/v1/runs/{run}/results/QH-V01/indicators/3.01/items"
    every = client.get(address).json()["items"]
    unmet = client.get(address, params={"unmet": True}).json()["items"]
    assert unmet == [item for item in every if item["numerator"] < item["denominator"] or item["pending"] or item["future"]]
    assert any(item["record"] for item in every)
    record = next(item["record"] for item in every if item["record"])
    assert record["kind"] == "activity"
    assert client.get(f"/api/v1/activities/{record['id']}").json()["kind"] == "general_meeting"


def test_next_steps_can_be_earned_and_end_with_the_period(client, past, now):
    now = client.get(f"/api/v1/runs/{now['id']}/results/QH-V01").json()
    gains = [step["gain"] for step in now["next_steps"]]
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)
    lost = {each["code"]: each["lost"] for section in now["sections"] for each in section["indicators"]}
    assert all(step["gain"] <= lost[step["indicator"]] + 1e-9 for step in now["next_steps"])
    assert client.get(f"/api/v1/runs/{past['id']}/results/QH-V01").json()["next_steps"] == []


def test_the_year_before_stands_beside_and_forms_a_trend(client, past, now):
    document = client.get(f"/api/v1/runs/{now['id']}/results/QH-V01").json()
    before = client.get(f"/api/v1/runs/{past['id']}/results/QH-V01").json()
    assert document["previous"]["run"] == past["id"]
    assert document["previous"]["total"] == before["total"]
    trend = client.get("/api/v1/organisations/QH-V01/results", params={"scheme": "standard"}).json()["items"]
    assert [point["total"] for point in trend] == [before["total"], document["total"]]


def test_refusals_name_what_is_missing(client, now):
    run = now["id"]
    for address, code in (
        ("/api/v1/runs/999", "run_not_found"),
        (f"/api/v1/runs/{run}/results/NOWHERE", "organisation_not_found"),
        (f"/api/v1/runs/{run}/results/QH-V01/indicators/9.99/items", "indicator_not_found"),
        (f"/api/v1/runs/{run}/results?category=star", "category_unknown"),
    ):
        refused = client.get(address)
        assert (refused.status_code, refused.json()["code"]) in {(404, code), (422, code)}, address
        assert refused.headers["content-type"] == "application/problem+json"
