"""Facts and results as rows of the run's tables, and facts read back from them: a finished run needs no records any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from app.models.evaluations import Fact, Run, RunOrganisation
from app.models.organisations import Organisation
from app.scoring.engine.reasons import reasons
from app.scoring.engine.score import Scores
from app.scoring.engine.simulate import RankIntervals
from app.scoring.engine.tree import ROOT, depth_first
from app.scoring.outcome import AMOUNTS, CATEGORIES, Adjustment, Amounts, Bools, Facts, Ints, Period, Population, State, category_number

Record = dict[str, Any]
HIGHER = "higher"
"""Stored category of organisations that are never evaluated."""


def manifest(facts: Facts, adjustments: Sequence[Adjustment]) -> Record:
    """What of the facts has no table of its own: `run.manifest["facts"]`."""
    return {
        "keys": sorted(facts.amounts),
        "failed": dict(facts.failed),
        "not_built": sorted(facts.not_built),
        "adjustments": [[each.organisation_id, each.effect, each.reason, each.case_key] for each in adjustments],
    }


def tree_rows(facts: Facts) -> Iterator[Record]:
    """Rows of `run_organisation`, without run_id."""
    population = facts.population
    columns = (population.ids, population.parent, population.category, population.evaluated)
    for position, (organisation_id, parent, category, evaluated) in enumerate(zip(*(each.tolist() for each in columns), strict=True)):
        yield {
            "position": position,
            "organisation_id": organisation_id,
            "parent_position": None if parent == ROOT else parent,
            "category": HIGHER if category < 0 else CATEGORIES[category],
            "evaluated": evaluated,
            "exempt": sorted(name for name, mask in facts.exempt.items() if mask[position]),
        }


def fact_rows(facts: Facts) -> Iterator[Record]:
    """Rows of `fact`, without run_id; organisations without any amount have none."""
    for key, amounts in facts.amounts.items():
        columns = [np.zeros(len(facts.population), np.int64) if (each := getattr(amounts, name)) is None else each for name in AMOUNTS]
        table = np.vstack([facts.population.ids, *columns])
        for row in table[:, table[1:].any(axis=0)].T.tolist():
            yield {"fact_key": key, "organisation_id": row[0], **dict(zip(AMOUNTS, row[1:], strict=True))}


def result_rows(scores: Scores, intervals: RankIntervals) -> Iterator[Record]:
    """Rows of `result`, without run_id; in depth-first order."""
    unit = 10**scores.scheme.precision
    place = _places(scores)
    for row, organisation_id in enumerate(scores.organisations.tolist()):
        ranked, exists = int(scores.rank[row]), scores.units[row] >= 0
        yield {
            "organisation_id": organisation_id,
            "cohort": CATEGORIES[scores.category[row]],
            "total": int(scores.units[row]) / unit if exists else None,
            "base": _rounded(scores.base[row], unit) if exists else None,
            "bonus": _rounded(scores.adjusted.bonus[row], unit),
            "deduction": _rounded(scores.adjusted.deduction[row], unit),
            "coverage": float(scores.coverage[row]),
            "rank": ranked or None,
            "rank_low": int(intervals.best[row]) or None,
            "rank_high": int(intervals.worst[row]) or None,
            "grade": scores.grade_name(row),
            "grade_reasons": reasons(scores, row),
            "sections": _sections(scores, row),
            "position": int(place[row]),
        }


def _rounded(points: Any, unit: int) -> float:
    return int(np.floor(points * unit + (0.5 + 1e-6))) / unit


def _sections(scores: Scores, row: int) -> dict[str, dict[str, float]]:
    category = CATEGORIES[scores.category[row]]
    return {
        section.code: {
            "weight": getattr(section.points, category),
            "points": float(scores.section_points[number, row]),
            "coverage": float(scores.section_coverage[number, row]),
        }
        for number, section in enumerate(scores.scheme.sections)
    }


def _places(scores: Scores) -> Ints:
    """Order inside the cohort, from 1: by rank, unranked last, ties by organisation code."""
    codes = np.asarray(scores.facts.population.codes)[scores.at]
    order = np.lexsort((codes, np.where(scores.rank > 0, scores.rank, np.iinfo(np.int64).max), scores.category))
    place = np.empty(len(order), np.int64)
    first = np.searchsorted(scores.category[order], scores.category[order])
    place[order] = np.arange(len(order)) - first + 1
    return place


def indicator_rows(scores: Scores) -> Iterator[Record]:
    """Rows of `indicator_result`, without run_id, one indicator after the other."""
    organisations = scores.organisations.tolist()
    states = {int(state): state.code for state in State}
    for each in scores.indicators():
        columns = (each.state, *(getattr(each, name) for name in AMOUNTS), each.fraction, each.effective_weight, each.points)
        for organisation_id, state, *amounts, fraction, effective, points in zip(
            organisations, *(c.tolist() for c in columns), strict=True
        ):
            yield {
                "organisation_id": organisation_id,
                "indicator": each.indicator.code,
                "state": states[state],
                **dict(zip(AMOUNTS, amounts, strict=True)),
                "fraction": fraction if state == State.SCORED else None,
                "effective_weight": effective,
                "points": points,
            }


# ---- back from the tables ----------------------------------------------------------------------------------------------------


def read_facts(connection: Connection, run_id: int) -> tuple[Facts, list[Adjustment]]:
    """The facts and adjustments of a finished run, exactly as they were gathered."""
    run: Any = connection.execute(select(Run.period_start, Run.period_end, Run.as_of, Run.manifest).where(Run.id == run_id)).one()
    noted: Mapping[str, Any] = run.manifest["facts"]
    population, exempt = _population(connection, run_id)
    facts = Facts(
        period=Period(run.period_start, run.period_end, run.as_of),
        population=population,
        amounts={key: Amounts() for key in noted["keys"]} | _amounts(connection, run_id, population),
        exempt=exempt,
        failed=noted["failed"],
        not_built=frozenset(noted["not_built"]),
    )
    return facts, [Adjustment(*each) for each in noted["adjustments"]]


def _population(connection: Connection, run_id: int) -> tuple[Population, dict[str, Bools]]:
    member = RunOrganisation
    statement = (
        select(member.organisation_id, Organisation.code, member.parent_position, member.category, member.evaluated, member.exempt)
        .join(Organisation, Organisation.id == member.organisation_id)
        .where(member.run_id == run_id)
        .order_by(member.position)
    )
    rows: list[Any] = list(connection.execute(statement))
    parent = np.asarray([ROOT if row.parent_position is None else row.parent_position for row in rows], np.int64)
    names = sorted({name for row in rows for name in row.exempt})
    population = Population(
        ids=np.asarray([row.organisation_id for row in rows], np.int64),
        codes=tuple(row.code for row in rows),
        parent=parent,
        size=depth_first(parent, np.arange(len(parent))).size,
        category=np.asarray([category_number(row.category) for row in rows], np.int8),
        evaluated=np.asarray([row.evaluated for row in rows], np.bool_),
    )
    return population, {name: np.asarray([name in row.exempt for row in rows], np.bool_) for name in names}


def _amounts(connection: Connection, run_id: int, population: Population) -> dict[str, Amounts]:
    statement = select(Fact.fact_key, Fact.organisation_id, *[getattr(Fact, name) for name in AMOUNTS]).where(Fact.run_id == run_id)
    rows: list[Any] = connection.execute(statement.order_by(Fact.fact_key)).all()  # type: ignore[assignment]
    keys = np.asarray([row[0] for row in rows], object)
    table = np.asarray([row[1:] for row in rows], np.int64).reshape(-1, 1 + len(AMOUNTS))
    sorter = np.argsort(population.ids)
    position = sorter[np.searchsorted(population.ids, table[:, 0], sorter=sorter)]
    found = {}
    for key in dict.fromkeys(keys.tolist()):
        mine = np.flatnonzero(keys == key)
        found[key] = Amounts(*[_column(position[mine], table[mine, 1 + number], len(population)) for number in range(len(AMOUNTS))])
    return found


def _column(position: Ints, values: Ints, count: int) -> Ints | None:
    if not values.any():
        return None
    column = np.zeros(count, np.int64)
    column[position] = values
    return column
