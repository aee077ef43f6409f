"""The cases a domain expert wrote: records in, items out. `tests/scoring/cases/*.yaml` explains its own words."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from app.scoring.outcome import Period

FOLDER = Path(__file__).parents[1] / "cases"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
WORDS = {"case", "metric", "period", "as_of", "organisations", "groups", "activities", "exemptions", "expect"}


def period(case):
    said = case["period"]
    start, end = said if isinstance(said, list) else (dt.date(said, 1, 1), dt.date(said, 12, 31))
    return Period(start, end, case.get("as_of", end))


def fill(world, case):
    for name, values in case["organisations"].items():
        world.organisation(name, **values)
    for name, values in case.get("groups", {}).items():
        world.group(name, **values)
    branch_of = {name: values["of"] for name, values in case.get("groups", {}).items()}
    for name, kind, *days in case.get("activities", []):
        for day in days:
            world.activity(branch_of.get(name, name), kind, day, group=name if name in branch_of else None)
    for name, since, until, *what in case.get("exemptions", []):
        world.exempt(name, since, until, **({"what": what[0]} if what else {}))


def told(items):
    """Items in the words of the cases: organisation → held, missing, future → labels."""
    found = {}
    for item in items:
        word = "future" if item.future else "held" if item.numerator else "missing"
        found.setdefault(item.organisation, {}).setdefault(word, []).append(item.label)
    return found


def in_order(expected):
    return {name: {word: sorted(labels) for word, labels in words.items()} for name, words in expected.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(world, look, case):
    assert set(case) <= WORDS
    fill(world, case)
    items = look(case["metric"], period(case))
    assert in_order(told(items)) == in_order(case["expect"])
    for name in case["organisations"]:
        assert look(case["metric"], period(case), only=name) == [item for item in items if item.organisation == name]
