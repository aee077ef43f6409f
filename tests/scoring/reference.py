"""The evaluation once more, straight from the design page: plain Python, one organisation at a time, nothing shared with the engine."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from tests.scoring.worlds import Org


def results(
    document: dict[str, Any], orgs: Sequence[Org], adjustments: Sequence[tuple[str, str, str, str]] = ()
) -> dict[str, dict[str, Any]]:
    """Per evaluated organisation: total, rank, grade, coverage, and per indicator state, fraction and effective weight.

    adjustments: (organisation code, effect, reason, case).
    """
    found = {each.code: _outcomes(document, orgs, each) for each in orgs if each.evaluated and each.category != "higher"}
    for each in found.values():
        each["counted"] = each["coverage"] is not None and each["coverage"] + 1e-9 >= document.get("minimum_coverage", 0.9)
    for code, each in found.items():
        _finish(document, code, each, found, adjustments)
    for category in {each["category"] for each in found.values()}:
        _rank_and_grade(document, {code: each for code, each in found.items() if each["category"] == category}, adjustments)
    return found


def _below(orgs: Sequence[Org], top: Org) -> list[Org]:
    return [top] + [each for child in orgs if child.above == top.code for each in _below(orgs, child)]


def _exempt(orgs: Sequence[Org], org: Org, metric: str) -> bool:
    above = next((each for each in orgs if each.code == org.above), None)
    return bool({metric, "all"} & set(org.exempt)) or (above is not None and _exempt(orgs, above, metric))


def _outcomes(document: dict[str, Any], orgs: Sequence[Org], org: Org) -> dict[str, Any]:
    category = {"new_economic": "new", "new_social": "new"}.get(org.category, org.category)
    outcomes = {}
    for line in document["indicators"]:
        tables = [[*each.amounts.get(line["code"], ()), 0, 0, 0, 0, 0][:5] for each in _below(orgs, org)]
        n, d, pending, future, _ = (sum(round(table[at] * 1_000_000) for table in tables) for at in range(5))
        weight = line["points"].get(category, 0)
        if weight == 0:
            state = "not_applicable"
        elif d > 0:
            state = "scored"
        elif pending or future:
            state = "unknown"
        elif _exempt(orgs, org, line["metric"]):
            state = "not_applicable"
        else:
            state = {"zero": "scored"}.get(line["when_nothing_due"], line["when_nothing_due"])
        known = d / (d + pending) if state == "scored" and pending else float(state == "scored")
        outcomes[line["code"]] = {
            "state": state,
            "n": n,
            "d": d,
            "value": n / d if d else 0.0,
            "weight": weight,
            "known": known,
            "rule": line["rule"],
        }
    whole = math.fsum(each["weight"] for each in outcomes.values() if each["state"] != "not_applicable")
    for each in outcomes.values():
        each["effective"] = each["weight"] * 100 / whole if whole and each["state"] != "not_applicable" else 0.0
    coverage = math.fsum(each["effective"] * each["known"] for each in outcomes.values()) / 100 if whole else None
    return {"category": category, "indicators": outcomes, "coverage": coverage}


def _finish(document: dict[str, Any], code: str, org: dict[str, Any], found: dict[str, Any], adjustments: Any) -> None:
    for number, each in org["indicators"].items():
        peers = [
            other["indicators"][number]["value"]
            for other in found.values()
            if other["category"] == org["category"] and other["counted"] and other["indicators"][number]["state"] == "scored"
        ]
        each["fraction"] = fraction(each["rule"], each, peers) if each["state"] == "scored" else 0.0
    org["base"] = math.fsum(each["effective"] * each["fraction"] for each in org["indicators"].values())
    rules = document["adjustments"]
    bonus = min(_cases(code, "bonus", rules["bonus"]["levels"], adjustments), rules["bonus"]["cap"])
    deduction = min(_cases(code, "deduction", rules["deduction"]["kinds"], adjustments), rules["deduction"]["cap"])
    scale = 10 ** document.get("precision", 2)
    total = max(0.0, min(100.0 + rules["bonus"]["cap"], org["base"] + bonus - deduction))
    org["total"] = None if org["coverage"] is None else math.floor(total * scale + 0.5 + 1e-6) / scale


def _cases(code: str, effect: str, points: dict[str, float], adjustments: Any) -> float:
    cases: dict[str, float] = {}
    for organisation, kind, reason, case in adjustments:
        if (organisation, kind) == (code, effect):
            cases[case] = max(cases.get(case, 0.0), points[reason])
    return sum(cases.values())


def fraction(rule: dict[str, Any], each: dict[str, Any], peers: Sequence[float] = ()) -> float:
    """The table of the design page."""
    value, kind = each["value"], rule["kind"]
    if kind == "ratio":
        return 0.0 if value < rule.get("floor", 0) else min(value / rule.get("target", 1), 1.0)
    if kind == "curve":
        points = rule["points"]
        if value <= points[0][0]:
            return points[0][1]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            if value <= x1:
                return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
        return points[-1][1]
    if kind == "bands":
        return next((share for least, share in rule["bands"] if value >= least), 0.0)
    if kind == "shortfall":
        return max(0.0, 1 - rule["points_each"] * ((each["d"] - each["n"]) / 1_000_000) / each["weight"])
    if kind == "rank":
        better = sum(peer > value for peer in peers)
        return next((share for top, share in rule["bands"] if better / max(len(peers), 1) < top), 0.0)
    assert kind == "all_or_nothing"
    return float(value >= rule.get("at_least", 1))


def _rank_and_grade(document: dict[str, Any], cohort: dict[str, dict[str, Any]], adjustments: Any) -> None:
    lines, quota = document["grades"]["lines"], document["grades"].get("quota")
    names = [name for name, _ in lines]
    ranked = {code: each for code, each in cohort.items() if each["counted"]}
    for code, each in cohort.items():
        if code not in ranked:
            each["rank"] = each["grade"] = None
            continue
        each["rank"] = 1 + sum(other["total"] > each["total"] for other in ranked.values())
        grade = next(number for number, (_, least) in enumerate(lines) if each["total"] >= least)
        for organisation, effect, reason, _ in adjustments:
            if (organisation, effect) == (code, "ceiling"):
                grade = max(grade, names.index(document["adjustments"]["ceiling"]["kinds"][reason]))
        each["grade"] = names[grade]
    best = [each["total"] for each in ranked.values() if each["grade"] == names[0]]
    if quota is None or len(ranked) <= 1:
        return
    places = max(1, math.floor(quota["share"] * len(ranked) + 1e-9))
    for each in ranked.values():
        if each["grade"] == names[0]:
            not_smaller, greater = sum(t >= each["total"] for t in best), sum(t > each["total"] for t in best)
            if (not_smaller > places) if quota.get("ties", "exclude") == "exclude" else (greater >= places):
                each["grade"] = names[1]
