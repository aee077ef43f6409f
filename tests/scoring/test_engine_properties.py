"""Properties of the engine on generated worlds: it agrees with the design page recomputed by hand, and is fair in what it should be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.engine.score import Scores, score
from app.scoring.engine.tree import ROOT, Subtrees, depth_first
from app.scoring.outcome import Adjustment, State
from app.scoring.scheme import from_document
from tests.scoring import reference
from tests.scoring.worlds import GRADES, METRICS, Org, document, everywhere, facts, line, scheme

KINDS: list[dict[str, Any]] = [
    {"kind": "ratio"},
    {"kind": "ratio", "target": 0.95, "floor": 0.2},
    {"kind": "curve", "points": [[0.6, 0], [0.8, 0.8], [0.95, 1]]},
    {"kind": "bands", "bands": [[0.9, 1], [0.6, 0.5]]},
    {"kind": "shortfall", "points_each": 2},
    {"kind": "all_or_nothing", "at_least": 0.75},
    {"kind": "rank", "bands": [[0.3, 1], [0.6, 0.5]]},
]
ALONE = [each for each in KINDS if each["kind"] != "rank"]
EMPTY = ("not_applicable", "unknown", "zero")
amounts = st.builds(
    lambda due, held, pending, future: (min(held, due), due, pending, future, 0),
    st.integers(0, 4), st.integers(0, 8).map(lambda halves: halves / 2), st.sampled_from([0, 0, 0, 1]), st.sampled_from([0, 0, 1]),
)  # fmt: skip


@st.composite
def lines(draw: Any, kinds: list[dict[str, Any]] = KINDS) -> list[dict[str, Any]]:
    """Indicators whose points add up to 100 in every category, some without points in some."""
    count = draw(st.integers(2, len(METRICS)))
    tables = []
    for _ in range(5):
        shares = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count).filter(any))
        tables.append([share * 100 / sum(shares) for share in shares])
    names = list(everywhere(0))
    return [
        line(
            number + 1,
            dict(zip(names, (table[number] for table in tables), strict=True)),
            draw(st.sampled_from(kinds)),
            draw(st.sampled_from(EMPTY)),
        )
        for number in range(count)
    ]


@st.composite
def orgs(draw: Any, indicators: list[dict[str, Any]]) -> list[Org]:
    count = draw(st.integers(1, 9))
    below = [
        Org(
            f"o{number}",
            f"o{draw(st.integers(0, number - 1))}",
            draw(st.sampled_from(["village", "village", "new_economic", "new_social", "higher"])),
            draw(st.booleans()),
            draw(st.sampled_from([(), (), ("all",), (METRICS[0],)])),
            {each["code"]: draw(amounts) for each in indicators},
        )
        for number in range(1, count)
    ]
    return [Org("o0", None, "township", True), *below]


@st.composite
def worlds(draw: Any, kinds: list[dict[str, Any]] = KINDS) -> tuple[dict[str, Any], list[Org]]:
    indicators = draw(lines(kinds))
    quota = draw(st.sampled_from([None, {"share": 0.3, "ties": "exclude"}, {"share": 0.5, "ties": "include"}]))
    whole = document(*indicators, minimum_coverage=draw(st.sampled_from([0.0, 0.5, 0.9])), grades=GRADES | {"quota": quota})
    return whole, draw(orgs(indicators))


def row_of(scores: Scores, code: str) -> int:
    return [scores.facts.population.codes[at] for at in scores.at].index(code)


adjustments = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from(
            [("bonus", "county"), ("bonus", "nation"), ("deduction", "serious"), ("deduction", "refused"), ("ceiling", "falsified_records")]
        ),
        st.sampled_from(["c1", "c2"]),
    ).map(lambda each: (each[0], *each[1], each[2])),
    max_size=4,
)


@given(worlds(), adjustments)
def test_agrees_with_the_design_page_recomputed_by_hand(world, adjusted):
    whole, organisations = world
    known = facts(from_document(whole), *organisations)
    ids = dict(zip(known.population.codes, known.population.ids.tolist(), strict=True))
    scores = score(from_document(whole), known, [Adjustment(ids.get(code, 0), *rest) for code, *rest in adjusted])
    expected = reference.results(whole, organisations, adjusted)
    assert len(scores) == len(expected)
    for code, each in expected.items():
        row = row_of(scores, code)
        assert (None if math.isnan(scores.total[row]) else scores.total[row]) == each["total"]
        assert (scores.rank[row] or None) == each["rank"]
        assert scores.grade_name(row) == each["grade"]
        assert math.isclose(scores.coverage[row], each["coverage"] or 0.0, abs_tol=1e-9)
        for number, outcome in each["indicators"].items():
            detail = scores.indicator(number)
            assert State(int(detail.state[row])).code == outcome["state"]
            assert math.isclose(detail.fraction[row], outcome["fraction"], abs_tol=1e-9)
            assert math.isclose(detail.effective_weight[row], outcome["effective"], abs_tol=1e-9)


@given(worlds())
def test_redistribution_keeps_100_points(world):
    whole, organisations = world
    scores = score(from_document(whole), facts(from_document(whole), *organisations))
    given_out = sum(each.effective_weight for each in scores.indicators())
    assert np.allclose(given_out, np.where(scores.units >= 0, 100.0, 0.0), atol=1e-9)
    assert np.allclose(scores.section_points.sum(axis=0), scores.base, atol=1e-9)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_organisations_changes_nothing(world, random):
    whole, organisations = world
    shuffled = random.sample(organisations, len(organisations))
    one, other = (score(from_document(whole), facts(from_document(whole), *each)) for each in (organisations, shuffled))
    for code in (one.facts.population.codes[at] for at in one.at):
        a, b = row_of(one, code), row_of(other, code)
        assert (one.units[a], one.rank[a], one.graded.final[a], one.coverage[a]) == (
            other.units[b],
            other.rank[b],
            other.graded.final[b],
            other.coverage[b],
        )
        assert one.base[a] == other.base[b]


@given(worlds(), st.data())
def test_holding_one_more_due_slot_never_lowers_a_total(world, data):
    whole, organisations = world
    due = [(number, code) for number, org in enumerate(organisations) for code, amount in org.amounts.items() if amount[0] + 1 <= amount[1]]
    if not due:
        return
    number, code = data.draw(st.sampled_from(due))
    org = organisations[number]
    held, *rest = org.amounts[code]
    better = [*organisations]
    better[number] = Org(org.code, org.above, org.category, org.evaluated, org.exempt, {**org.amounts, code: (held + 1, *rest)})
    before, after = (score(from_document(whole), facts(from_document(whole), *each)) for each in (organisations, better))
    if org.code in [before.facts.population.codes[at] for at in before.at]:
        assert after.units[row_of(after, org.code)] >= before.units[row_of(before, org.code)]


@given(worlds(ALONE), st.data())
def test_what_does_not_apply_to_one_never_changes_the_fraction_of_another(world, data):
    whole, organisations = world
    if len(organisations) < 2:
        return
    code = data.draw(st.sampled_from([each["code"] for each in whole["indicators"]]))
    number = data.draw(st.integers(1, len(organisations) - 1))
    org = organisations[number]
    without = [*organisations]
    without[number] = Org(org.code, org.above, org.category, org.evaluated, ("all",), {**org.amounts, code: ()})
    lineage = {org.code}
    above = org.above
    while above is not None:  # its amounts are part of theirs
        lineage.add(above)
        above = next(each.above for each in organisations if each.code == above)
    before, after = (score(from_document(whole), facts(from_document(whole), *each)) for each in (organisations, without))
    below = {each.code for each in reference._below(organisations, org)}  # covered by the exemption too
    for other in {before.facts.population.codes[at] for at in before.at} - lineage - below:
        a, b = row_of(before, other), row_of(after, other)
        assert before.units[a] == after.units[b]
        for each in whole["indicators"]:
            assert before.indicator(each["code"]).fraction[a] == after.indicator(each["code"]).fraction[b]


@given(st.lists(st.integers(0, 2**52), min_size=1, max_size=40), st.data())
def test_subtree_sums_are_exact(column, data):
    parent = np.array([ROOT] + [data.draw(st.integers(0, number - 1)) for number in range(1, len(column))])
    tree = depth_first(parent, np.arange(len(column)))
    own = np.array(column)[tree.order]
    children = {at: [child for child in range(len(column)) if tree.parent[child] == at] for at in range(len(column))}

    def brute(at: int) -> int:
        return int(own[at]) + sum(brute(child) for child in children[at])

    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, len(column) - 1)))), np.int64)
    assert Subtrees(tree.size, chosen).sums(own).tolist() == [brute(at) for at in chosen]


def test_millionths_of_a_whole_country_stay_exact():
    own = scheme(line(1, 100))
    third = 333_333_333.333333  # a float prefix sum would lose the last digits
    known = facts(own, *[Org(f"o{number}", amounts={"1.01": (third, third)}) for number in range(50)])
    detail = score(own, known).indicator("1.01")
    assert (detail.value == 1.0).all()
    assert (
        Subtrees(known.population.size, np.array([0])).sums(known.amounts[own.indicators[0].fact_key].numerator).item()
        == 50 * 333_333_333_333_333
    )
