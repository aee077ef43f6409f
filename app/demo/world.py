"""What a generated world is: columns per table, days as whole numbers, one random stream per family."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Size = Literal["town", "county"]
SIZES: tuple[Size, ...] = ("town", "county")

OPEN = 10**6
"""A day number beyond every calendar: not ended, not yet happened; NULL in the tables."""
_EPOCH = date(1970, 1, 1).toordinal()
_HOURS_AHEAD = 8
"""Asia/Shanghai has had no daylight saving since 1991, so local times become UTC by a constant."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column in which few values repeat: `values[codes[row]]`. Millions of rows share the Python objects of a few."""

    values: list[Any]
    codes: npt.NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.codes)

    def part(self, start: int, stop: int) -> list[Any]:
        """The values of the rows start ≤ row < stop."""
        pool = np.empty(len(self.values), dtype=object)
        pool[:] = self.values
        return pool[self.codes[start:stop]].tolist()  # type: ignore[no-any-return]  # numpy calls it Any


Column = Coded | Ints | list[Any]
Columns = dict[str, Column]


def part(column: Column, start: int, stop: int) -> list[Any]:
    """The values of the rows start ≤ row < stop of any column as Python objects."""
    if isinstance(column, Coded):
        return column.part(start, stop)
    piece = column[start:stop]
    return piece if isinstance(piece, list) else piece.tolist()


@dataclass(frozen=True, slots=True)
class World:
    """All rows of a generated world: table name → columns of equal length, ids given, nothing bound to a database."""

    size: Size
    seed: int
    as_of: date
    tables: dict[str, Columns]

    def count(self, table: str) -> int:
        """Number of rows of a table."""
        return len(self.tables[table]["id"])

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table as dictionaries, in order of id."""
        columns = self.tables[table]
        names = list(columns)
        for values in zip(*(part(column, 0, len(column)) for column in columns.values()), strict=True):
            yield dict(zip(names, values, strict=True))


def stream(seed: int, family: str) -> np.random.Generator:
    """The random stream of one family of records: independent of all others, so a family added later changes none."""
    return np.random.default_rng([seed, zlib.crc32(family.encode())])


def number(day: date) -> int:
    """The day number of a date."""
    return day.toordinal() - _EPOCH


def day(number_: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number_ + _EPOCH)


def dates(numbers: Iterable[int]) -> list[date | None]:
    """Dates of day numbers; OPEN becomes None."""
    return [None if each >= OPEN else day(int(each)) for each in numbers]


def moments(days: Ints, minutes: Ints) -> list[datetime]:
    """UTC moments of local days and minutes after local midnight."""
    seconds = (days * 24 - _HOURS_AHEAD) * 3600 + minutes * 60
    return [each.replace(tzinfo=UTC) for each in seconds.astype("datetime64[s]").tolist()]


def with_stamps(columns: Columns, recorded: Sequence[int], at_minute: int = 600) -> Columns:
    """Adds ids from 1, `recorded_at` and `updated_at` (local days `recorded`, one time of day) and `recorded_by`."""
    days, codes = np.unique(np.asarray(recorded, dtype=np.int64), return_inverse=True)
    at = Coded(moments(days, np.full(len(days), at_minute)), codes)
    count = len(codes)
    return {
        "id": np.arange(1, count + 1),
        **columns,
        "recorded_at": at,
        "updated_at": at,
        "recorded_by": Coded(["demo"], np.zeros(count, dtype=np.int64)),
    }


def from_rows(rows: list[dict[str, Any]], recorded: Sequence[int]) -> Columns:
    """Columns of a small table written row by row; every row has the same keys and no id."""
    return with_stamps({name: [row[name] for row in rows] for name in rows[0]} if rows else {}, recorded)
