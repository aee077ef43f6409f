"""Records → facts: the tree as of D, one query per distinct metric and parameters, the confirmed adjustments. Reads only."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, text

from app.models.evaluations import Adjustment as AdjustmentRecord
from app.scoring import registry
from app.scoring.engine.population import Heirs, exempt_masks, heirs_of, population_of, scope
from app.scoring.metrics.items import fact
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.outcome import Adjustment, Amounts, Facts, Ints, Period, Population
from app.scoring.scheme.model import Indicator, Scheme

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the number of metrics done and their total."""


def gather(connection: Connection, scheme: Scheme, period: Period, root_id: int, progress: Progress | None = None) -> Facts:
    """Everything the scheme needs to know about the organisations below a root.

    A metric that raises is logged, named in `failed` and loses nothing but itself. Raises `Invalid` for a root that does not exist on D.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL jit = off"))  # compiling the wide selects costs ten times what it saves
    population, heirs = population_of(connection, period, root_id), heirs_of(connection, period)
    view = View(period, scope(connection, period, root_id, heirs))
    places, built = _Places(population, heirs), registry.metrics()
    wanted = {each.fact_key: each for each in scheme.indicators if each.metric in built}
    amounts: dict[str, Amounts] = {}
    failed: dict[str, str] = {}
    for done, (key, indicator) in enumerate(wanted.items(), start=1):
        try:
            with connection.begin_nested():  # on PostgreSQL a failed statement would end the whole transaction
                amounts[key] = places.amounts(connection, fact(items_of(indicator, view)))
        except Exception as error:
            logger.exception("metric %s failed", indicator.metric)
            failed[key] = f"测量项 {indicator.metric} 计算失败（{type(error).__name__}）"
        if progress is not None:
            progress(done, len(wanted))
    return Facts(
        period=period,
        population=population,
        amounts=amounts,
        exempt=exempt_masks(connection, period, population),
        failed=failed,
        not_built=frozenset(each.metric for each in scheme.indicators if each.metric not in built),
    )


def items_of(indicator: Indicator, view: View) -> Rows:
    """The select of the items of an indicator's metric."""
    description = registry.metrics()[indicator.metric]
    listed: Rows = description.function(view, description.completed(indicator.parameters))
    return listed


class _Places:
    """Where the sums of each organisation belong: its own position, or its heir's; nowhere outside the tree."""

    def __init__(self, population: Population, heirs: Heirs) -> None:
        ids = np.concatenate([population.ids, heirs.departed])
        owner = np.concatenate([population.ids, heirs.heir])
        sorter = np.argsort(population.ids)
        at = np.minimum(np.searchsorted(population.ids, owner, sorter=sorter), len(sorter) - 1)
        position = np.where(population.ids[sorter[at]] == owner, sorter[at], -1)
        order = np.argsort(ids)
        self._ids, self._position, self._count = ids[order], position[order], len(population)

    def amounts(self, connection: Connection, statement: Rows) -> Amounts:
        """Runs a fact select. Raises `ValueError` for amounts that contradict each other."""
        rows = connection.execute(statement).all()
        table = np.fromiter(itertools.chain.from_iterable(rows), np.int64, len(rows) * 6).reshape(-1, 6).T
        if (table[1:] < 0).any() or (table[1] > table[2]).any():
            raise ValueError("amounts must not be negative, and a numerator not greater than its denominator")
        at = np.minimum(np.searchsorted(self._ids, table[0]), len(self._ids) - 1)
        position = np.where(self._ids[at] == table[0], self._position[at], -1)
        inside = position >= 0
        return Amounts(*[self._column(position[inside], column[inside]) for column in table[1:]])

    def _column(self, position: Ints, values: Ints) -> Ints | None:
        if not values.any():
            return None
        column = np.zeros(self._count, np.int64)
        np.add.at(column, position, values)
        return column


def gather_adjustments(connection: Connection, period: Period, population: Population) -> list[Adjustment]:
    """Confirmed adjustments dated in the window, of the organisations of the tree, in a stable order."""
    record = AdjustmentRecord
    statement = (
        select(record.organisation_id, record.kind, record.level, record.case_key)
        .where(kept(record), record.confirmed_on.is_not(None), record.occurred_on.between(period.start, period.until))
        .order_by(record.organisation_id, record.kind, record.case_key, record.level)
    )
    rows: list[Any] = list(connection.execute(statement))
    inside = np.isin(np.asarray([row.organisation_id for row in rows], np.int64), population.ids)
    return [
        Adjustment(row.organisation_id, row.kind.value, row.level, row.case_key) for row, mine in zip(rows, inside, strict=True) if mine
    ]
