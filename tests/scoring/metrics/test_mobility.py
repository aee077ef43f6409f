"""Floating members and development: records in, items out."""

import datetime as dt

import pytest

from app.models.mobility import Development, DevelopmentDocument, DevelopmentStage, FloatingContact
from app.scoring.outcome import Period

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
NEEDED = {
    "applicant": ["application"],
    "activist": ["recommendation"],
    "target": ["assessment"],
    "probationary": ["political_review", "training_certificate", "meeting_resolution", "approval"],
    "full": ["meeting_resolution", "approval"],
}


@pytest.fixture
def branch(world):
    world.organisation("甲支部")
    world.organisation("乙支部")
    return world


# ---- floating -----------------------------------------------------------------------


def contact(world, found, on, **values):
    return world.record(FloatingContact, "甲支部", floating_member_id=found, contacted_on=on, by="书记", how="电话", **values)


def test_a_member_floating_out_is_contacted_every_quarter(branch, look):
    branch.member("张三", "甲支部")
    out = branch.floating("张三", "甲支部", D(2025, 1, 1), D(2025, 10, 15))
    first = contact(branch, out, D(2025, 1, 5))
    contact(branch, out, D(2025, 3, 5))
    last = contact(branch, out, D(2025, 10, 3))
    contact(branch, out, D(2025, 5, 5), withdrawn_at=GONE)
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("floating_contacted", 2025)] == [
        ("甲支部", "2025-Q1 · 张三", ("floating_contact", first), (1, 1, 0, 0, 0)),
        ("甲支部", "2025-Q2 · 张三", None, (0, 1, 0, 0, 0)),
        ("甲支部", "2025-Q3 · 张三", None, (0, 1, 0, 0, 0)),
        ("甲支部", "2025-Q4 · 张三", ("floating_contact", last), (1, 1, 0, 0, 0)),
    ]
    running = look("floating_contacted", Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 5, 1)))
    assert [item.future for item in running] == [0, 1, 1, 1]


def test_members_floating_in_and_withdrawn_records_owe_no_contact(branch, look):
    branch.member("张三", "甲支部")
    branch.floating("张三", "甲支部", D(2025, 1, 1), direction="in")
    contact(branch, branch.floating("张三", "甲支部", D(2025, 1, 1), withdrawn_at=GONE), D(2025, 2, 1))
    assert look("floating_contacted", 2025) == []


@pytest.mark.parametrize(("direction", "since", "until", "owes"), [
    ("out", D(2025, 6, 30), None, True),
    ("out", D(2025, 7, 1), None, False),
    ("out", D(2024, 1, 1), D(2025, 12, 31), True),
    ("out", D(2024, 1, 1), D(2025, 12, 30), False),
    ("in", D(2025, 12, 31), None, True),
    ("in", D(2026, 1, 1), None, False),
])  # fmt: skip
def test_dual_management_is_owed_by_hosts_and_by_homes_of_those_long_out(branch, look, direction, since, until, owes):
    branch.member("张三", "乙支部")
    found = branch.floating("张三", "甲支部", since, until, direction=direction)
    expected = [("甲支部", "张三", ("floating_member", found), (0, 1, 0, 0, 1))] if owes else []
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("floating_dual_managed", 2025)] == expected


@pytest.mark.parametrize(("on", "latest"), [
    (D(2025, 2, 28), D(2024, 8, 31)), (D(2024, 2, 29), D(2023, 8, 31)), (D(2025, 6, 30), D(2024, 12, 31)), (D(2025, 8, 31), D(2025, 2, 28)),
    (D(2025, 8, 29), D(2025, 2, 28)), (D(2025, 3, 15), D(2024, 9, 15)),
])  # fmt: skip
def test_six_months_end_on_the_last_day_of_a_month_that_is_too_short(branch, look, on, latest):
    branch.member("张三", "甲支部")
    branch.member("李四", "甲支部")
    branch.floating("张三", "甲支部", latest)
    branch.floating("李四", "甲支部", latest + dt.timedelta(days=1))
    period = Period(D(on.year, 1, 1), D(on.year, 12, 31), on)
    assert [item.label for item in look("floating_dual_managed", period)] == ["张三"]
    assert len(look("floating_dual_managed", period, out_months=5)) == 2


@pytest.mark.parametrize(("values", "managed"), [
    ({"other_name": "温州某支部", "certificate": "001"}, 1),
    ({"other_name": "温州某支部"}, 0),
    ({"certificate": "001"}, 0),
    ({"other_name": "", "certificate": "001"}, 0),
    ({"other": True, "certificate": "001"}, 1),
    ({"other": True, "certificate": ""}, 0),
])  # fmt: skip
def test_the_other_side_and_the_certificate_are_registered(branch, look, values, managed):
    branch.member("张三", "甲支部")
    other = {"other_id": branch.organisations["乙支部"]} if "other" in values else {}
    branch.floating("张三", "甲支部", D(2025, 1, 1), **{name: value for name, value in values.items() if name != "other"}, **other)
    assert [item.amounts for item in look("floating_dual_managed", 2025)] == [(managed, 1, 0, 0, 1 - managed)]


# ---- development --------------------------------------------------------------------


def stages(world, **reached):
    """One person's stages; documents complete unless given: `target=(day, [documents])`."""
    person = world.record(Development, "甲支部", person="小王", stage=list(reached)[-1])
    found = {}
    for stage, value in reached.items():
        day, documents = value if isinstance(value, tuple) else (value, NEEDED[stage])
        found[stage] = world.record(DevelopmentStage, "甲支部", development_id=person, stage=stage, reached_on=day, documents=documents)
        for kind in documents:
            world.record(DevelopmentDocument, "甲支部", development_stage_id=found[stage], kind=kind)
    return found


def test_every_stage_reached_in_the_window_is_an_item(branch, look):
    found = stages(branch, applicant=D(2023, 5, 1), activist=D(2024, 1, 5), target=D(2025, 1, 5), probationary=D(2025, 6, 1))
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("development_compliant", 2025)] == [
        ("甲支部", "小王 · 发展对象", ("development_stage", found["target"]), (1, 1, 0, 0, 0)),
        ("甲支部", "小王 · 预备党员", ("development_stage", found["probationary"]), (1, 1, 0, 0, 0)),
    ]
    assert [item.label for item in look("development_compliant", 2023)] == ["小王 · 入党申请人"]


@pytest.mark.parametrize(("first", "second", "counts"), [
    (D(2024, 3, 15), D(2025, 3, 15), 1),
    (D(2024, 3, 15), D(2025, 3, 14), 0),
    (D(2024, 3, 15), D(2025, 2, 20), 0),
    (D(2024, 3, 15), D(2025, 4, 1), 1),
    (D(2024, 2, 29), D(2025, 2, 28), 1),
    (D(2024, 2, 29), D(2025, 2, 27), 0),
    (D(2023, 12, 31), D(2025, 1, 1), 1),
    (D(2025, 5, 1), D(2025, 3, 1), 0),
])  # fmt: skip
def test_a_year_must_have_passed(branch, look, first, second, counts):
    stages(branch, activist=first, target=second)
    stages(branch, probationary=first, full=second)
    found = {item.label: item.numerator for item in look("development_compliant", 2025) if item.label.endswith(("发展对象", "正式党员"))}
    assert found == {"小王 · 发展对象": counts, "小王 · 正式党员": counts}


@pytest.mark.parametrize(("first", "second", "months", "counts"), [
    (D(2024, 11, 30), D(2025, 2, 28), 3, 1),
    (D(2024, 11, 30), D(2025, 2, 27), 3, 0),
    (D(2024, 8, 31), D(2025, 4, 30), 8, 1),
    (D(2024, 8, 31), D(2025, 4, 29), 8, 0),
])  # fmt: skip
def test_months_are_a_parameter_and_end_on_the_last_day_of_a_short_month(branch, look, first, second, months, counts):
    stages(branch, activist=first, target=second)
    found = look("development_compliant", 2025, months_after_previous={"target": months})
    assert [item.numerator for item in found if item.label == "小王 · 发展对象"] == [counts]


def test_the_stage_before_must_be_recorded(branch, look):
    stages(branch, activist=D(2024, 1, 1), probationary=D(2025, 3, 1))
    assert [item.numerator for item in look("development_compliant", 2025)] == [0]
    stages(branch, applicant=D(2025, 6, 1), activist=D(2025, 6, 1))
    assert {item.label: item.numerator for item in look("development_compliant", 2025)} == {
        "小王 · 预备党员": 0,
        "小王 · 入党申请人": 1,
        "小王 · 入党积极分子": 1,
    }


@pytest.mark.parametrize("stage", NEEDED)
def test_documents_of_each_stage(branch, look, stage):
    names = list(NEEDED)
    before = names[names.index(stage) - 1 : names.index(stage)]
    for missing in NEEDED[stage]:
        stages(branch, **{each: D(2024, 1, 1) for each in before}, **{stage: (D(2025, 6, 1), [*set(NEEDED[stage]) - {missing}, "other"])})
    assert [item.numerator for item in look("development_compliant", 2025)] == [0] * len(NEEDED[stage])
    assert sum(item.numerator for item in look("development_compliant", 2025, documents={stage: []})) == len(NEEDED[stage])


def test_withdrawn_stages_and_documents_do_not_count(branch, look):
    person = branch.record(Development, "甲支部", person="小王", stage="target")
    fields = {"development_id": person, "documents": []}
    branch.record(DevelopmentStage, "甲支部", **fields, stage="activist", reached_on=D(2023, 1, 1), withdrawn_at=GONE)
    target = branch.record(DevelopmentStage, "甲支部", **fields, stage="target", reached_on=D(2025, 1, 1))
    branch.record(DevelopmentDocument, "甲支部", development_stage_id=target, kind="assessment", withdrawn_at=GONE)
    assert [item.numerator for item in look("development_compliant", 2025, documents={"target": []})] == [0]
    branch.record(DevelopmentStage, "甲支部", **fields, stage="activist", reached_on=D(2023, 1, 1))
    assert [item.numerator for item in look("development_compliant", 2025)] == [0]
    assert [item.numerator for item in look("development_compliant", 2025, documents={"target": []})] == [1]
