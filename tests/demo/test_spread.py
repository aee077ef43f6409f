"""The town as the standard scheme sees it: good and weak organisations in every category, every indicator alive."""

from datetime import date

import numpy as np
import pytest

from app.db import Database
from app.demo import World, load
from app.scoring import engine
from app.scoring.outcome import CATEGORIES, Period
from app.scoring.scheme import shipped

FAULTLESS = {"2.04", "2.05", "2.06", "2.07"}
"""Indicators that all of one town may meet: forms, joint organisations, delegates, branches with a sign of life."""


@pytest.fixture
def years(database: Database, town: World) -> list[engine.Scores]:
    """Last year and this year so far."""
    with database.write() as session:
        load(session, town)
    scheme, found = shipped("standard"), []
    with database.read() as session:
        for year in (town.as_of.year - 1, town.as_of.year):
            period = Period(date(year, 1, 1), date(year, 12, 31), min(town.as_of, date(year, 12, 31)))
            facts = engine.gather(session.connection(), scheme, period, 1)
            found.append(engine.score(scheme, facts, engine.gather_adjustments(session.connection(), period, facts.population)))
    return found


def test_every_indicator_shows_what_is_met_and_what_is_not_and_categories_have_a_spread(years: list[engine.Scores]):
    scored, unmet, spared = set(), set(), set()
    for scores in years:
        for indicator in scores.indicators():
            code = indicator.indicator.code
            scored |= {code} if indicator.denominator.any() else set()
            unmet |= {code} if (indicator.numerator < indicator.denominator).any() else set()
            spared |= {code} if (indicator.effective_weight == 0).any() else set()
    codes = {each.code for each in years[0].scheme.indicators}
    assert scored == codes
    assert codes - unmet <= FAULTLESS
    assert len(spared) >= 30
    for scores in years:
        assert np.quantile(scores.coverage, 0.1) > 0.93
        for category, least in {"village": 25, "community": 5, "agency": 5, "new": 5}.items():  # the last three are three or four each
            totals = scores.total[(scores.category == CATEGORIES.index(category)) & scores.counted]
            assert 40 < totals.min() < totals.max() - least, category
            assert 84 < totals.max() < 100, category
