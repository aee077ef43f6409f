from datetime import date

import pytest

from app.demo import World, build

DAYS = [date(2026, 11, 22), date(2026, 1, 1), date(2028, 2, 29), date(2027, 12, 31)]


@pytest.fixture(scope="session")
def town() -> World:
    return build("town", 7, DAYS[0])


@pytest.fixture(scope="session", params=DAYS, ids=str)
def any_town(request: pytest.FixtureRequest) -> World:
    """The same town seen on ordinary and on awkward days."""
    return build("town", 11, request.param)
