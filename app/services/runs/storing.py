"""Facts and results between numpy and tables: a handful of bulk statements, whatever the number of organisations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models.evaluations import Fact, IndicatorResult, Result, Run, RunOrganisation
from app.models.organisations import Organisation
from app.scoring.engine.score import Scores
from app.scoring.engine.tree import depth_first
from app.scoring.outcome import AMOUNTS, CATEGORIES, Amounts, Facts, Ints, Period, Population, State

_ROWS = 20_000


def store(session: Session, run: Run, scores: Scores, intervals: tuple[Ints, Ints], reasons: Sequence[Sequence[str]]) -> None:
    """Replaces all that is stored of a run's computation."""
    for table in (Fact, RunOrganisation, Result, IndicatorResult):
        session.execute(delete(table).where(table.run_id == run.id))
    _insert(session, RunOrganisation, _tree_rows(run.id, scores.facts))
    _insert(session, Fact, _fact_rows(run.id, scores.facts))
    _insert(session, Result, _result_rows(run.id, scores, intervals, reasons))
    _insert(session, IndicatorResult, _indicator_rows(run.id, scores))


def load_facts(session: Session, run: Run) -> Facts:
    """The facts of a computed run as they were, from its own tables alone."""
    tree = session.execute(
        select(
            RunOrganisation.organisation_id, Organisation.code, RunOrganisation.parent_position, RunOrganisation.category,
            RunOrganisation.evaluated, RunOrganisation.exempt,
        )
        .join(Organisation, Organisation.id == RunOrganisation.organisation_id)
        .where(RunOrganisation.run_id == run.id)
        .order_by(RunOrganisation.position)
    ).all()  # fmt: skip
    ids = np.array([row[0] for row in tree], np.int64)
    parent = np.array([-1 if row[2] is None else row[2] for row in tree], np.int64)
    population = Population(
        ids=ids, codes=[row[1] for row in tree], parent=parent, size=depth_first(parent, np.arange(len(parent))).size,
        category=np.array([CATEGORIES.index(row[3]) if row[3] in CATEGORIES else -1 for row in tree], np.int8),
        evaluated=np.array([row[4] for row in tree], np.bool_),
    )  # fmt: skip
    exempt: dict[str, Any] = {}
    for position, row in enumerate(tree):
        for name in row[5]:
            exempt.setdefault(name, np.zeros(len(tree), np.bool_))[position] = True
    return Facts(
        period=Period(run.period_start, run.period_end, run.as_of), population=population, amounts=_load_amounts(session, run, ids),
        exempt=exempt, failed=dict(run.manifest.get("failed", {})),  # type: ignore[call-overload]  # a dict in JSON
        not_built=frozenset(run.manifest.get("not_built_metrics", ())),  # type: ignore[arg-type]  # a list in JSON
    )  # fmt: skip


def _load_amounts(session: Session, run: Run, ids: Ints) -> Mapping[str, Amounts]:
    order = np.argsort(ids)
    amounts: dict[str, Amounts] = {}
    keys: Any = run.manifest.get("fact_keys", [])
    columns = [getattr(Fact, name) for name in AMOUNTS]
    rows = session.execute(select(Fact.fact_key, Fact.organisation_id, *columns).where(Fact.run_id == run.id).order_by(Fact.fact_key)).all()
    starts: dict[str, list[Any]] = {key: [] for key in keys}
    for row in rows:
        starts[row[0]].append(row[1:])
    for key, found in starts.items():
        table = np.array(found, np.int64).reshape(-1, 1 + len(AMOUNTS)).T
        at = order[np.searchsorted(ids[order], table[0])]
        filled = []
        for column in table[1:]:
            whole = np.zeros(len(ids), np.int64)
            whole[at] = column
            filled.append(whole)
        amounts[key] = Amounts(*filled)
    return amounts


def _insert(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _tree_rows(run_id: int, facts: Facts) -> Iterable[dict[str, Any]]:
    population = facts.population
    waived: list[list[str]] = [[] for _ in range(len(population))]
    for name, mask in sorted(facts.exempt.items()):
        for position in np.flatnonzero(mask).tolist():
            waived[position].append(name)
    columns = zip(
        population.ids.tolist(),
        population.parent.tolist(),
        population.category.tolist(),
        population.evaluated.tolist(),
        waived,
        strict=True,
    )
    for position, (organisation_id, parent, category, evaluated, exempt) in enumerate(columns):
        yield {
            "run_id": run_id, "position": position, "organisation_id": organisation_id, "parent_position": None if parent < 0 else parent,
            "category": CATEGORIES[category] if category >= 0 else "higher", "evaluated": evaluated, "exempt": exempt,
        }  # fmt: skip


def _fact_rows(run_id: int, facts: Facts) -> Iterable[dict[str, Any]]:
    count = len(facts.population)
    for key, amounts in facts.amounts.items():
        columns = [np.zeros(count, np.int64) if (column := getattr(amounts, name)) is None else column for name in AMOUNTS]
        some = np.flatnonzero(np.logical_or.reduce([column != 0 for column in columns]))
        listed = zip(facts.population.ids[some].tolist(), *[column[some].tolist() for column in columns], strict=True)
        for organisation_id, *values in listed:
            yield {"run_id": run_id, "fact_key": key, "organisation_id": organisation_id, **dict(zip(AMOUNTS, values, strict=True))}


def _result_rows(run_id: int, scores: Scores, intervals: tuple[Ints, Ints], reasons: Sequence[Sequence[str]]) -> Iterable[dict[str, Any]]:
    places = 10**scores.scheme.precision
    position = _order(scores)
    codes = [section.code for section in scores.scheme.sections]
    nominal = np.array([section.points.by_number() for section in scores.scheme.sections])
    for row, organisation_id in enumerate(scores.organisations.tolist()):
        exists, ranked = scores.units[row] >= 0, scores.rank[row] > 0
        yield {
            "run_id": run_id, "organisation_id": organisation_id, "cohort": CATEGORIES[scores.category[row]],
            "total": float(scores.total[row]) if exists else None,
            "base": float(np.floor(scores.base[row] * places + 0.5 + 1e-6) / places) if exists else None,
            "bonus": float(scores.adjusted.bonus[row]), "deduction": float(scores.adjusted.deduction[row]),
            "coverage": float(scores.coverage[row]), "rank": int(scores.rank[row]) if ranked else None,
            "rank_low": int(intervals[0][row]) if ranked else None, "rank_high": int(intervals[1][row]) if ranked else None,
            "grade": scores.grade_name(row), "grade_reasons": list(reasons[row]),
            "sections": {
                code: {"weight": float(nominal[number, scores.category[row]]), "points": float(scores.section_points[number, row]),
                       "coverage": float(scores.section_coverage[number, row])}
                for number, code in enumerate(codes)
            },
            "position": int(position[row]),
        }  # fmt: skip


def _order(scores: Scores) -> Ints:
    """Place of each result inside its cohort: by rank, those without one last, equals by organisation code."""
    codes = np.array([scores.facts.population.codes[position] for position in scores.at.tolist()])
    rank = np.where(scores.rank > 0, scores.rank, np.iinfo(np.int64).max)
    order = np.lexsort((codes, -scores.units, rank, scores.category))
    starts = np.searchsorted(scores.category[order], scores.category[order])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - starts
    return place


def _indicator_rows(run_id: int, scores: Scores) -> Iterable[dict[str, Any]]:
    organisations = scores.organisations.tolist()
    for each in scores.indicators():
        columns = {name: getattr(each, name).tolist() for name in (*AMOUNTS, "state", "fraction", "effective_weight", "points")}
        for row, organisation_id in enumerate(organisations):
            values = {name: column[row] for name, column in columns.items()}
            state = State(values.pop("state"))
            values["fraction"] = values["fraction"] if state is State.SCORED else None
            yield {"run_id": run_id, "organisation_id": organisation_id, "indicator": each.indicator.code, "state": state.code, **values}
