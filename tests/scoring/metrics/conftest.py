"""A world to fill and a way to read what a metric lists about it, on both databases."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, select

from app.db import connect
from app.models.organisations import Organisation
from app.scoring import registry
from app.scoring.metrics.items import fact
from app.scoring.metrics.view import Rows, View
from app.scoring.outcome import AMOUNTS, Period
from tests.conftest import ENGINES
from tests.factories import World


@pytest.fixture(scope="session", params=ENGINES)
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    """One database for all tests of this folder: nothing they write is ever committed."""
    folder = tmp_path_factory.mktemp("metrics")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "dangjian.db")
        url = f"sqlite:///{folder / 'dangjian.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = connect(url, folder / "keys.json")
    yield database.engine
    database.engine.dispose()


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """An empty world; whatever a test puts into it is rolled back."""
    with engine.connect() as connection:
        yield World(connection)


@dataclass(frozen=True)
class Item:
    """One item as a test reads it: the organisation by name, amounts in whole items."""

    organisation: str
    label: str
    record: tuple[str, int] | None
    numerator: float
    denominator: float
    pending: float
    future: float
    fixable: float

    @property
    def amounts(self) -> tuple[float, ...]:
        return (self.numerator, self.denominator, self.pending, self.future, self.fixable)


def listed(
    world: World, metric: str, period: Period, *, parameters: dict[str, Any] | None = None, organisations: Rows | None = None
) -> list[Item]:
    """The items of a metric, each checked for what every item must keep to; their sums must be the fact."""
    described = registry.metrics()[metric]
    statement = described.function(View(period, organisations), described.parameters(**parameters or {}))
    names = {number: name for name, number in world.organisations.items()}
    rows = world.connection.execute(statement).mappings().all()
    sums: dict[int, list[int]] = {}
    for row in rows:
        amounts = [row[name] for name in AMOUNTS]
        assert all(type(amount) is int for amount in amounts), row
        assert 0 <= row["numerator"] <= row["denominator"], row
        assert 0 <= row["fixable"] <= row["denominator"] - row["numerator"], row
        assert not ((row["pending"] or row["future"]) and row["denominator"]), row
        assert (row["record_kind"] is None) == (row["record_id"] is None), row
        assert row["label"], row
        sums[row["organisation_id"]] = [a + b for a, b in zip(sums.get(row["organisation_id"], [0] * 5), amounts, strict=True)]
    facts = {row[0]: list(row[1:]) for row in world.connection.execute(fact(statement))}
    assert facts == sums
    return [
        Item(
            organisation=names[row["organisation_id"]],
            label=row["label"],
            record=None if row["record_id"] is None else (row["record_kind"], row["record_id"]),
            **{name: row[name] / 1_000_000 for name in AMOUNTS},
        )
        for row in sorted(rows, key=lambda row: (row["organisation_id"], row["label"], row["record_id"] or 0))
    ]


def year(number: int, as_of: dt.date | None = None) -> Period:
    """A calendar year, looked at on its last day unless said otherwise."""
    end = dt.date(number, 12, 31)
    return Period(dt.date(number, 1, 1), end, as_of or end)


Look = Callable[..., list[Item]]


@pytest.fixture
def look(world: World) -> Look:
    """`look(metric, period, only="甲支部", **parameters)`: the items of a metric, of one organisation if it is named."""

    def look(metric: str, period: Period | int, *, only: str | None = None, **parameters: Any) -> list[Item]:
        chosen = None if only is None else select(Organisation.id).where(Organisation.name == only)
        when = year(period) if isinstance(period, int) else period
        return listed(world, metric, when, parameters=parameters, organisations=chosen)

    return look
