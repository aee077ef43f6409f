"""Records → facts on both databases: the tree as of D, heirs, exemptions, failing metrics, evidence, and back from a run's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, event, insert, literal, select

from app.db import Database
from app.errors import Invalid
from app.models.evaluations import Adjustment as AdjustmentRecord
from app.models.evaluations import Fact, FrozenItem, Run, RunOrganisation, Scheme, SchemeVersion
from app.models.organisations import Organisation, OrganisationLineage
from app.scoring import engine, registry
from app.scoring.metrics.items import items as listed_items
from app.scoring.outcome import ONE, Adjustment, Period
from app.scoring.registry import MetricDescription, Parameters
from tests.factories import World
from tests.scoring.worlds import line, scheme

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 10))
OWN = scheme(line(1, 100, empty="unknown"))  # 1.01: general meetings, quarter logic per branch


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with database.engine.connect() as connection:
        yield World(connection)
        connection.rollback()


@pytest.fixture
def town(world: World) -> World:
    world.organisation("镇", "committee", category="township", evaluated=True)
    for village in ("甲", "乙"):
        world.organisation(village, "general_branch", below="镇", evaluated=True)
        for number in (1, 2):
            world.organisation(f"{village}{number}", below=village)
    for quarter in (2, 5, 8):
        world.activity("甲1", "general_meeting", date(2025, quarter, 3))
    world.activity("乙2", "general_meeting", date(2025, 11, 3))
    return world


def gather(world: World, root="镇", period=YEAR, own=OWN, **more):
    return engine.gather(world.connection, own, period, world.organisations[root], **more)


def totals(world: World, facts, own=OWN) -> dict[str, tuple[int, int]]:
    """Held and due general meetings per evaluated organisation."""
    scores = engine.score(own, facts)
    names = {number: name for name, number in world.organisations.items()}
    detail = scores.indicator("1.01")
    amounts = zip(detail.numerator // ONE, detail.denominator // ONE, strict=True)
    return {names[each]: (int(n), int(d)) for each, (n, d) in zip(scores.organisations.tolist(), amounts, strict=True)}


def lineage(world: World, before: str, after: str, on: date, *, principal: bool = True, kind: str = "merge") -> None:
    world.add(
        OrganisationLineage,
        predecessor_id=world.organisations[before],
        successor_id=world.organisations[after],
        principal=principal,
        kind=kind,
        happened_on=on,
    )


def test_facts_are_sums_over_the_tree(town):
    assert totals(town, gather(town)) == {"镇": (4, 16), "甲": (3, 8), "乙": (1, 8)}


def test_organisations_are_in_depth_first_order(town):
    population = gather(town).population
    names = {number: name for name, number in town.organisations.items()}
    assert [names[each] for each in population.ids.tolist()] == ["镇", "甲", "甲1", "甲2", "乙", "乙1", "乙2"]
    assert population.size.tolist() == [7, 3, 1, 1, 3, 1, 1]
    assert population.parent.tolist() == [-1, 0, 1, 1, 0, 4, 4]


def test_a_lower_root_sees_only_its_own_part(town):
    assert totals(town, gather(town, "乙")) == {"乙": (1, 8)}


def test_the_tree_is_the_one_of_the_day_of_evaluation(world):
    world.organisation("镇", "committee", category="township", evaluated=True)
    for village in ("甲", "乙"):
        world.organisation(village, "general_branch", below="镇", evaluated=True)
    world.organisation("支", placed=[{"since": date(2015, 1, 1), "below": "甲"}, {"since": date(2025, 7, 1), "below": "乙"}])
    early = Period(YEAR.start, YEAR.end, date(2025, 6, 30))
    assert totals(world, gather(world, period=early)) == {"镇": (0, 2), "甲": (0, 2), "乙": (0, 0)}
    assert totals(world, gather(world)) == {"镇": (0, 4), "甲": (0, 0), "乙": (0, 4)}


def test_items_of_the_departed_go_to_the_heir_along_the_chain(town):
    for name, since in (("丙", date(2025, 4, 1)), ("丁", date(2025, 7, 1))):
        town.organisation(name, below="乙", since=since)
    for before, after, on in (("甲1", "丙", date(2025, 4, 1)), ("丙", "丁", date(2025, 7, 1))):
        lineage(town, before, after, on)
        town.connection.execute(
            Organisation.__table__.update().where(Organisation.id == town.organisations[before]).values(dissolved_on=on)
        )
    # 甲1 lived through the first quarter, and what it held later counts all the same; 丙 through the second; 丁 owes the rest
    facts = gather(town)
    at = facts.population.ids.tolist().index(town.organisations["丁"])
    own = facts.amounts[OWN.indicators[0].fact_key]
    assert own.denominator is not None
    assert own.denominator[at] // ONE == 3 + 1 + 2
    assert totals(town, facts)["甲"] == (0, 4)
    assert totals(town, gather(town, "乙")) == {"乙": totals(town, facts)["乙"]}


def test_without_a_successor_items_go_to_the_last_existing_parent(town):
    town.connection.execute(
        Organisation.__table__.update().where(Organisation.id == town.organisations["甲1"]).values(dissolved_on=date(2025, 7, 1))
    )
    assert totals(town, gather(town)) == {"镇": (4, 15), "甲": (3, 7), "乙": (1, 8)}  # 甲1: two quarters lived through, a third held


def test_exemptions_cover_everything_below_and_count_from_above_the_root(town):
    town.exempt("乙", date(2025, 1, 1), date(2025, 12, 31), what="general_meetings")
    facts = gather(town)
    assert facts.exempt["general_meetings"].tolist() == [False] * 4 + [True] * 3
    town.exempt("镇", date(2025, 6, 1), date(2025, 6, 2))
    lower = gather(town, "乙1")
    assert lower.exempt["all"].tolist() == [True]
    before = gather(town, period=Period(date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)))
    assert before.exempt == {}


def test_evidence_is_what_the_fact_sums(town):
    indicator, seen, after = OWN.indicators[0], [], None
    while True:
        page = engine.items(town.connection, indicator, YEAR, town.organisations["甲"], after=after, limit=3)
        seen += page.items
        after = page.after
        if after is None:
            break
    assert len(seen) == 8
    assert sum(each.numerator for each in seen) == 3 * ONE
    assert sum(each.denominator for each in seen) == 8 * ONE
    assert [each.label for each in seen[:4]] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert [each.record_kind for each in seen[:4]] == ["activity"] * 3 + [None]
    assert len({(each.organisation, each.label) for each in seen}) == 8


def test_evidence_of_the_departed_is_shown_with_the_heir(town):
    lineage(town, "甲1", "乙1", date(2025, 7, 1))
    town.connection.execute(
        Organisation.__table__.update().where(Organisation.id == town.organisations["甲1"]).values(dissolved_on=date(2025, 7, 1))
    )
    page = engine.items(town.connection, OWN.indicators[0], YEAR, town.organisations["乙1"])
    assert len({each.organisation for each in page.items}) == 2
    own = gather(town, "乙1")
    (amounts,) = own.amounts.values()
    assert sum(each.denominator for each in page.items) == amounts.denominator[0]


@pytest.fixture
def broken(monkeypatch) -> None:
    def select_nonsense(view: Any, parameters: Any) -> Any:
        return select(literal(1).label("organisation_id"), Organisation.__table__.c.id.label("nonsense"))

    def contradict_itself(view: Any, parameters: Any) -> Any:
        number = Organisation.__table__.c.id
        return listed_items("x", organisation_id=number, record_id=number, label=literal("x"), numerator=literal(2), denominator=literal(1))

    known = dict(registry.metrics())
    for name, function in (("committee_meetings", select_nonsense), ("group_meetings", contradict_itself)):
        known[name] = MetricDescription(name, name, name, Parameters, function)
    monkeypatch.setattr(registry, "_metrics", known)


def test_a_metric_that_raises_is_named_and_nothing_else_is_lost(town, broken, caplog):
    own = scheme(line(1, 40), line(2, 30), line(3, 30))
    done: list[tuple[int, int]] = []
    facts = gather(town, own=own, progress=lambda *each: done.append(each))
    assert {key: text.partition("（")[0] for key, text in facts.failed.items()} == {
        "committee_meetings": "测量项 committee_meetings 计算失败",
        "group_meetings": "测量项 group_meetings 计算失败",
    }
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert totals(town, facts, own)["甲"] == (3, 8)
    scores = engine.score(own, facts)
    assert scores.failed == ("1.02", "1.03")
    assert scores.coverage.tolist() == pytest.approx([0.4] * 3)
    assert "metric committee_meetings failed" in caplog.text


def test_a_metric_that_is_not_installed_is_not_built(town, monkeypatch):
    monkeypatch.delitem(registry._metrics, "liaison_visits")
    own = scheme(line(1, 40), line(2, 60, metric="liaison_visits"))
    facts = gather(town, own=own)
    assert facts.not_built == {"liaison_visits"}
    assert engine.score(own, facts).indicator("1.02").effective_weight.tolist() == [0, 0, 0]


def test_the_number_of_statements_does_not_grow_with_the_organisations(town):
    counted: list[str] = []
    event.listen(town.connection, "before_cursor_execute", lambda *arguments: counted.append(arguments[2]))
    gather(town)
    few = len(counted)
    for number in range(30):
        town.organisation(f"新{number}", below="甲")
    counted.clear()
    gather(town)
    assert len(counted) == few


def test_one_query_per_distinct_metric_and_parameters(town):
    twice = scheme(line(1, 40), line(2, 60, metric="general_meetings"))
    assert len(gather(town, own=twice).amounts) == 1


@pytest.mark.parametrize("as_of", [date(2025, 3, 31), date(2025, 7, 1)])
def test_a_root_that_does_not_exist_is_refused(world, as_of):
    world.organisation("镇", "committee", category="township", since=date(2025, 5, 1), dissolved_on=date(2025, 6, 1))
    with pytest.raises(Invalid) as refusal:
        gather(world, period=Period(YEAR.start, YEAR.end, as_of))
    assert refusal.value.code == "root_missing"


def test_only_confirmed_adjustments_in_the_window_count(town):
    def adjust(of: str, on: date, confirmed: date | None, level: str) -> None:
        values = {"kind": "bonus", "level": level, "case_key": level, "document": "文", "occurred_on": on, "confirmed_on": confirmed}
        town.add(AdjustmentRecord, organisation_id=town.organisations[of], **values)

    adjust("甲", date(2025, 5, 1), date(2026, 2, 1), "county")
    adjust("甲", date(2025, 5, 1), None, "city")
    adjust("甲", date(2026, 1, 5), date(2026, 1, 6), "province")
    adjust("乙", date(2025, 5, 1), date(2025, 6, 1), "nation")
    facts = gather(town, "甲")
    found = engine.gather_adjustments(town.connection, YEAR, facts.population)
    assert found == [Adjustment(town.organisations["甲"], "bonus", "county", "county")]


def store(connection: Connection, world: World, facts, adjustments) -> int:
    """A run as a service stores it."""
    scheme_id = world.add(Scheme, code="own", name="own")
    version = world.add(SchemeVersion, scheme_id=scheme_id, number=1, content={}, content_hash="")
    period = {"period_start": YEAR.start, "period_end": YEAR.end, "as_of": YEAR.as_of}
    manifest = {"facts": engine.manifest(facts, adjustments)}
    root = int(facts.population.ids[0])
    run = world.add(Run, organisation_id=root, scheme_version_id=version, status="computed", manifest=manifest, **period)
    for model, rows in ((RunOrganisation, engine.tree_rows(facts)), (Fact, engine.fact_rows(facts))):
        connection.execute(insert(model), [{"run_id": run, **row} for row in rows])
    return run


def test_facts_come_back_from_the_tables_of_a_run(town):
    town.exempt("乙", date(2025, 1, 1), what="theme_days")
    facts = gather(town, own=scheme(line(1, 40), line(5, 60)))
    adjustments = [Adjustment(town.organisations["甲"], "bonus", "county", "x")]
    run = store(town.connection, town, facts, adjustments)
    again, same = engine.read_facts(town.connection, run)
    assert same == adjustments
    assert engine.facts_hash(again, same) == engine.facts_hash(facts, adjustments)
    assert (again.population.size == facts.population.size).all()
    before, after = (engine.score(scheme(line(1, 40), line(5, 60)), each, adjustments) for each in (facts, again))
    assert np.array_equal(before.base, after.base)
    assert np.array_equal(before.units, after.units)


def test_frozen_items_read_like_live_ones(town):
    indicator = OWN.indicators[0]
    facts = gather(town)
    run = store(town.connection, town, facts, [])
    listed = engine.live_items(town.connection, indicator, YEAR, town.organisations["镇"]).subquery()
    names = ("organisation_id", "record_kind", "record_id", "label", "numerator", "denominator", "pending", "future", "fixable")
    copied = select(literal(run), literal(indicator.fact_key), *[listed.c[name] for name in names])
    town.connection.execute(insert(FrozenItem).from_select(["run_id", "fact_key", *names], copied))
    for name in ("镇", "乙2"):
        live = engine.items(town.connection, indicator, YEAR, town.organisations[name])
        assert engine.frozen_items(town.connection, run, indicator, YEAR, town.organisations[name]) == live


def test_rows_of_results(town):
    facts = gather(town)
    scores = engine.score(OWN, facts)
    results = list(engine.result_rows(scores, engine.rank_intervals(scores)))
    names = {number: name for name, number in town.organisations.items()}
    assert {names[each["organisation_id"]]: (each["cohort"], each["total"], each["rank"], each["position"]) for each in results} == {
        "镇": ("township", 25.0, 1, 1),
        "甲": ("village", 37.5, 1, 1),
        "乙": ("village", 12.5, 2, 2),
    }
    assert results[1]["sections"] == {"1": {"weight": 100.0, "points": 37.5, "coverage": 1.0}}
    details = list(engine.indicator_rows(scores))
    assert len(details) == 3
    assert details[1] == {
        "organisation_id": town.organisations["甲"], "indicator": "1.01", "state": "scored", "numerator": 3 * ONE, "denominator": 8 * ONE,
        "pending": 0, "future": 0, "fixable": 0, "fraction": 0.375, "effective_weight": 100.0, "points": 37.5,
    }  # fmt: skip
