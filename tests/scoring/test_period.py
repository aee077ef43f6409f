"""The period: whole calendar months, its day of evaluation and its slots."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import Invalid
from app.scoring.outcome import HALF, MONTH, QUARTER, YEAR, Period


def period(start="2025-01-01", end="2025-12-31", as_of="2025-12-31") -> Period:
    return Period(*(date.fromisoformat(each) for each in (start, end, as_of)))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"start": "2025-01-02"}, "start"),
        ({"end": "2025-12-30"}, "end"),
        ({"start": "2025-06-01", "end": "2025-05-31", "as_of": "2025-07-01"}, "end"),
        ({"as_of": "2024-12-31"}, "as_of"),
    ],
)
def test_refused(changes, place):
    with pytest.raises(Invalid) as refusal:
        period(**changes)
    assert [each.field for each in refusal.value.errors] == [place]


def test_february_of_a_leap_year_ends_on_the_29th():
    assert period("2024-02-01", "2024-02-29", "2024-03-01").days == 29
    with pytest.raises(Invalid):
        period("2024-02-01", "2024-02-28", "2024-03-01")


def test_window_ends_with_the_day_of_evaluation():
    running = period(as_of="2025-03-10")
    assert (running.until, running.elapsed, running.days, running.months) == (date(2025, 3, 10), 69, 365, 12)
    assert period(as_of="2026-02-01").until == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        (QUARTER, ["2024-Q4", "2025-Q1"]),
        (MONTH, [f"2024-{month:02}" for month in range(8, 13)] + [f"2025-{month:02}" for month in range(1, 6)]),
        (HALF, []),
        (YEAR, []),
    ],
)
def test_slots_are_calendar_slots_wholly_inside(months, labels):
    assert [slot.label for slot in period("2024-08-01", "2025-05-31", "2025-05-31").slots(months)] == labels


def test_slots_of_a_year():
    assert [(slot.first, slot.last) for slot in period().slots(HALF)] == [
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 12, 31)),
    ]
    assert len(period().slots(MONTH)) == 12
