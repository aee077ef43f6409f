"""Care, mutual aid, weak organisations, disputes, inspections: records in, items out."""

import datetime as dt

import pytest

from app.models.care import AssistanceProject, CareRecord, Dispute, DisputeMediator, HardshipCase
from app.models.duties import Inspection, InspectionIssue
from app.scoring.outcome import Period

D = dt.date
FEBRUARY = D(2025, 2, 1)
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
HALF_WAY = Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 6, 30))


@pytest.fixture
def branch(world):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("甲支部", below="镇党委")
    world.organisation("乙支部", below="镇党委")
    return world


# ---- hardship -----------------------------------------------------------------------


def hardship(world, name, since, until=None, of="甲支部", **values):
    return world.record(HardshipCase, of, member=name, level="general", valid_from=since, valid_to=until, **values)


def care(world, name, on, of="甲支部", **values):
    return world.record(CareRecord, of, member=name, kind="visit", cared_on=on, **values)


@pytest.mark.parametrize(("since", "until", "at_the_end", "half_way"), [
    (D(2020, 1, 1), None, "due", "due"),
    (D(2025, 12, 2), None, "due", None),
    (D(2025, 12, 3), None, None, None),
    (D(2025, 6, 1), None, "due", "due"),
    (D(2025, 6, 2), None, "due", "future"),
    (D(2024, 6, 1), D(2025, 1, 30), "due", "due"),
    (D(2024, 6, 1), D(2025, 1, 29), None, "future"),
    (D(2024, 6, 1), D(2024, 12, 31), None, None),
    (D(2026, 1, 1), None, None, None),
])  # fmt: skip
def test_a_case_is_due_once_it_has_been_open_for_thirty_days_of_the_window(branch, look, since, until, at_the_end, half_way):
    branch.member("张三", "甲支部")
    hardship(branch, "张三", since, until)
    amounts = {"due": [(0, 1, 0, 0, 1)], "future": [(0, 0, 0, 1, 0)], None: []}
    assert [item.amounts for item in look("hardship_cared", 2025)] == amounts[at_the_end]
    assert [item.amounts for item in look("hardship_cared", HALF_WAY)] == amounts[half_way]


def test_care_makes_a_case_due_and_done(branch, look):
    branch.member("张三", "甲支部")
    hardship(branch, "张三", D(2025, 6, 20))
    later = care(branch, "张三", D(2025, 6, 30))
    assert [(item.label, item.record, item.amounts) for item in look("hardship_cared", HALF_WAY)] == [
        ("张三", ("care_record", later), (1, 1, 0, 0, 0))
    ]
    assert [item.amounts for item in look("hardship_cared", HALF_WAY, care_records=2)] == [(0, 0, 0, 1, 0)]
    first = care(branch, "张三", D(2025, 1, 1))
    assert [item.record for item in look("hardship_cared", HALF_WAY, care_records=2)] == [("care_record", first)]
    assert [item.amounts for item in look("hardship_cared", HALF_WAY, open_days=5)] == [(1, 1, 0, 0, 0)]


def test_care_outside_the_window_or_withdrawn_or_of_somebody_else_does_not_count(branch, look):
    for name in ("张三", "李四"):
        branch.member(name, "甲支部")
    hardship(branch, "张三", D(2025, 1, 1))
    hardship(branch, "李四", D(2025, 1, 1), withdrawn_at=GONE)
    care(branch, "张三", D(2024, 12, 31))
    care(branch, "张三", D(2026, 1, 1))
    care(branch, "张三", D(2025, 2, 1), withdrawn_at=GONE)
    care(branch, "李四", D(2025, 2, 1))
    assert [(item.label, item.amounts) for item in look("hardship_cared", 2025)] == [("张三", (0, 1, 0, 0, 1))]


def test_members_exempt_from_duties_are_cared_for_where_they_belong_on_the_day(branch, look):
    branch.member("张三", "甲支部", until=D(2025, 6, 30), duty_exempt_reason="生病", duty_exempt_from=D(2025, 1, 1))
    branch.join("张三", "乙支部", D(2025, 7, 1))
    branch.member("离开", "甲支部", until=D(2025, 12, 30))
    for name in ("张三", "离开"):
        hardship(branch, name, D(2025, 1, 1))
    care(branch, "张三", D(2025, 2, 1))
    assert [(item.organisation, item.label, item.numerator) for item in look("hardship_cared", 2025)] == [("乙支部", "张三", 1)]
    assert look("hardship_cared", 2025, only="甲支部") == []


# ---- mutual aid, weak organisations -------------------------------------------------


def test_mutual_aid_of_the_own_tree_counts_for_its_branches(branch, look):
    above = branch.activity("镇党委", "mutual_aid", D(2025, 2, 1))
    own = branch.activity("甲支部", "mutual_aid", D(2025, 5, 1))
    branch.activity("甲支部", "volunteering", D(2025, 8, 1))
    found = {(item.organisation, item.label): item.record[1] for item in look("mutual_aid", 2025) if item.numerator}
    assert found == {("甲支部", "2025-Q1"): above, ("甲支部", "2025-Q2"): own, ("乙支部", "2025-Q1"): above}
    assert len(look("mutual_aid", 2025)) == 8


@pytest.mark.parametrize(("planned", "progress", "earned"), [(100, 50, 0.5), (60, 80, 1), (3, 1, 0.333333), (3, 2, 0.666667), (50, 0, 0)])
def test_assistance_is_measured_against_its_plan(branch, look, planned, progress, earned):
    fields = {"measure": "修水渠", "planned_progress": planned, "progress": progress}
    found = branch.record(AssistanceProject, "甲支部", **fields, valid_from=D(2024, 1, 1), valid_to=D(2025, 1, 1))
    branch.record(AssistanceProject, "甲支部", **fields, valid_from=D(2026, 1, 1))
    branch.record(AssistanceProject, "甲支部", **fields, valid_from=D(2024, 1, 1), valid_to=D(2024, 12, 31))
    branch.record(AssistanceProject, "甲支部", **fields | {"planned_progress": 0}, valid_from=D(2025, 1, 1))
    branch.record(AssistanceProject, "甲支部", **fields, valid_from=D(2025, 1, 1), withdrawn_at=GONE)
    assert [
        (item.organisation, item.label, item.record, item.numerator, item.denominator) for item in look("assistance_projects", 2025)
    ] == [("甲支部", "修水渠", ("assistance_project", found), earned, 1)]
    assert look("assistance_projects", 2025)[0].fixable == pytest.approx(1 - earned)


# ---- disputes -----------------------------------------------------------------------


@pytest.mark.parametrize(("taken_up", "resolved", "amounts"), [
    (D(2025, 3, 1), D(2025, 3, 31), (1, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 4, 1), (0, 1, 0, 0, 0)),
    (D(2025, 3, 1), None, (0, 1, 0, 0, 0)),
    (D(2025, 5, 31), None, (0, 1, 0, 0, 0)),
    (D(2025, 6, 1), None, (0, 0, 0, 1, 0)),
    (D(2025, 6, 10), D(2025, 6, 30), (1, 1, 0, 0, 0)),
    (D(2025, 6, 10), D(2025, 7, 1), (0, 0, 0, 1, 0)),
    (D(2024, 12, 2), D(2024, 12, 20), (1, 1, 0, 0, 0)),
    (D(2024, 12, 1), None, None),
    (D(2025, 12, 1), None, (0, 0, 0, 1, 0)),
    (D(2025, 12, 2), None, None),
])  # fmt: skip
def test_disputes_are_resolved_within_thirty_days(branch, look, taken_up, resolved, amounts):
    branch.member("张三", "乙支部")
    fields = {"taken_up_on": taken_up, "resolved_on": resolved, "kind": "land", "summary": "田界之争"}
    found = branch.record(Dispute, "甲支部", **fields)
    branch.record(DisputeMediator, "甲支部", dispute_id=found, member="张三")
    branch.record(Dispute, "甲支部", **fields, withdrawn_at=GONE)
    expected = [] if amounts is None else [("甲支部", "田界之争", ("dispute", found), amounts)]
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("disputes_resolved", HALF_WAY)] == expected


def test_a_member_must_have_mediated(branch, look):
    branch.member("张三", "甲支部")
    fields = {"taken_up_on": D(2025, 3, 1), "resolved_on": D(2025, 3, 2), "kind": "land", "summary": "田界之争"}
    found = branch.record(Dispute, "甲支部", **fields)
    branch.record(DisputeMediator, "甲支部", dispute_id=found, member="张三", withdrawn_at=GONE)
    assert [item.amounts for item in look("disputes_resolved", 2025)] == [(0, 1, 0, 0, 0)]
    branch.record(DisputeMediator, "甲支部", dispute_id=found, member="张三")
    assert [item.numerator for item in look("disputes_resolved", 2025)] == [1]


def test_the_days_a_dispute_may_take_are_a_parameter(branch, look):
    branch.record(Dispute, "甲支部", taken_up_on=D(2025, 11, 1), kind="land", summary="田界之争")
    assert len(look("disputes_resolved", 2025, days=60)) == 1
    assert look("disputes_resolved", 2025, days=61) == []


# ---- inspections --------------------------------------------------------------------


def inspection(world, of="甲支部", by="镇党委", on=FEBRUARY, **values):
    return world.record(Inspection, of, inspector_id=world.organisations[by], held_on=on, subject="党费", **values)


def issue(world, found, due, closed=None, of="甲支部", **values):
    return world.record(InspectionIssue, of, inspection_id=found, level="minor", found="记录不全", due_on=due, closed_on=closed, **values)


@pytest.mark.parametrize(("due", "closed", "amounts"), [
    (D(2025, 3, 1), D(2025, 3, 1), (1, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 3, 2), (0.5, 1, 0, 0, 0)),
    (D(2025, 3, 1), D(2025, 7, 1), (0, 1, 0, 0, 0.5)),
    (D(2025, 3, 1), None, (0, 1, 0, 0, 0.5)),
    (D(2025, 9, 1), None, (0, 0, 0, 1, 0)),
    (D(2025, 9, 1), D(2025, 5, 1), (1, 1, 0, 0, 0)),
    (D(2026, 1, 1), D(2025, 5, 1), None),
])  # fmt: skip
def test_issues_are_closed_by_their_day(branch, look, due, closed, amounts):
    visit = inspection(branch)
    found = issue(branch, visit, due, closed)
    issue(branch, visit, due, closed, withdrawn_at=GONE)
    issue(branch, inspection(branch, withdrawn_at=GONE), due, closed)
    expected = [] if amounts is None else [("记录不全", ("inspection_issue", found), amounts)]
    items = look("inspection_issues_closed", HALF_WAY, only="甲支部")
    assert [(item.label, item.record, item.amounts) for item in items] == expected


def test_what_a_late_one_is_worth_is_a_parameter(branch, look):
    visit = inspection(branch)
    issue(branch, visit, D(2025, 3, 1), D(2025, 3, 2))
    issue(branch, visit, D(2025, 3, 1))
    items = look("inspection_issues_closed", 2025, only="甲支部", late=0.3)
    assert [item.amounts for item in items] == [(0.3, 1, 0, 0, 0), (0, 1, 0, 0, 0.3)]


def test_a_township_inspects_at_least_once_a_year(branch, look):
    branch.organisation("村", below="镇党委", evaluated=True)
    expected = ("镇党委", "2025 · 开展督查", None, (0, 1, 0, 0, 0))
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("inspection_issues_closed", 2025)] == [expected]
    assert [item.amounts for item in look("inspection_issues_closed", HALF_WAY)] == [(0, 0, 0, 1, 0)]
    assert look("inspection_issues_closed", Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 6, 30))) == []
    inspection(branch, by="村")
    inspection(branch, on=D(2024, 12, 31))
    assert look("inspection_issues_closed", 2025)[0].record is None
    found = inspection(branch)
    assert [(item.record, item.amounts) for item in look("inspection_issues_closed", 2025)] == [(("inspection", found), (1, 1, 0, 0, 0))]


def test_long_findings_make_short_labels(branch, look):
    visit = inspection(branch)
    branch.record(InspectionIssue, "甲支部", inspection_id=visit, level="minor", found="长" * 500, due_on=D(2025, 3, 1))
    assert [len(item.label) for item in look("inspection_issues_closed", 2025, only="甲支部")] == [300]
