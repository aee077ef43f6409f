"""The burden figure: counted from what is filled in, shared out over branches and quarters."""

import datetime as dt

import pytest

from app.access import operator
from app.errors import Invalid
from app.schemas.nouns import RECORD_TYPES
from app.services.burden import SECONDS, FieldKind, asked_fields, measure_burden
from tests.records import TODAY, days_ago

SINCE = TODAY - dt.timedelta(days=30)


def measured(office, organisation=None, start=SINCE, end=TODAY):
    with office.database.read() as session:
        return measure_burden(session, operator("tester"), start, end, organisation)


def test_kinds_of_fields():
    kinds = asked_fields(RECORD_TYPES["activities"])
    expected = {
        "kind": FieldKind.choice, "topics": FieldKind.listing, "minutes": FieldKind.long_text, "title": FieldKind.short_text,
        "occurred_on": FieldKind.day, "group": FieldKind.reference, "votes_for": FieldKind.number,
    }  # fmt: skip
    assert {name: kinds[name] for name in expected} == expected
    assert not {"organisation", "source", "external_id"} & set(kinds)
    assert list(asked_fields(RECORD_TYPES["attendances"])) == ["status"]
    assert set(SECONDS) == set(FieldKind)


def test_what_is_filled_in_counts(office):
    office.activity("A1", title="学习会")
    plain = measured(office).nouns[0]
    assert (plain.noun, plain.records, plain.fields) == ("activities", 1, 5)
    assert plain.minutes == pytest.approx((3 + 3 + 3 + 15 + 5) / 60)
    office.activity("A1", title="学习会", minutes="学习了文件", topics=["学习"])
    both = measured(office).nouns[0]
    assert (both.records, both.fields) == (2, 12)
    assert both.minutes - 2 * plain.minutes == pytest.approx((180 + 30) / 60)


def test_shared_out_over_branches_and_quarters(office):
    office.activity("A1")
    whole, part = measured(office), measured(office, "A1")
    assert (whole.branches, part.branches) == (3, 1)
    assert part.minutes_per_quarter == pytest.approx(3 * whole.minutes_per_quarter)
    assert measured(office, "B").minutes_per_quarter == 0
    assert part.minutes_per_quarter == pytest.approx(part.nouns[0].minutes / part.quarters)


def test_what_is_above_branches_or_outside_the_period_does_not_count(office):
    office.activity("A")
    office.activity("A1", occurred_on=days_ago(40))
    assert measured(office).nouns == []


def test_over_the_cap_is_said(office):
    for _ in range(8):
        office.activity("A1", minutes="学习了文件")
    assert not measured(office, "A1").over
    assert measured(office, "A1", TODAY - dt.timedelta(days=1)).over


def test_a_period_runs_forward(office):
    with pytest.raises(Invalid):
        measured(office, start=TODAY, end=SINCE)


def test_over_http(office):
    office.activity("A1")
    answer = office.get("burden", organisation="A1")
    assert (answer["branches"], answer["over"], answer["nouns"][0]["noun"]) == (1, False, "activities")
    assert office.get("burden", 422, **{"from": TODAY.isoformat(), "to": SINCE.isoformat()})["code"] == "period_invalid"
    assert office.get("burden", 404, organisation="nowhere")
