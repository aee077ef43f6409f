"""Education and training: records in, items out."""

import datetime as dt

import pytest

from app.models.trainings import Course, LearningRecord, Lesson, Training, TrainingClass, TrainingRecord
from app.scoring.outcome import Period

D = dt.date
MARCH = D(2025, 3, 1)
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def branch(world):
    world.organisation("镇党委", "committee", category="township", evaluated=True)
    world.organisation("甲支部", below="镇党委")
    world.organisation("乙支部", below="镇党委")
    return world


def training(world, on=MARCH, of="镇党委", classes=(), **values):
    defaults = {"title": "培训", "theme": "other", "form": "lecture", "minutes": 240, "target_classes": list(classes), "valid_from": on}
    found = world.record(Training, of, **defaults | values)
    for each in classes:
        world.record(TrainingClass, of, training_id=found, member_class=each)
    return found


def register(world, found, name, minutes=240, **values):
    return world.record(TrainingRecord, "镇党委", training_id=found, member=name, **{"attended": True, "minutes": minutes} | values)


def lesson(world, minutes, **values):
    course = world.record(Course, "镇党委", title="课程", valid_from=D(2024, 1, 1))
    return world.record(Lesson, "镇党委", course_id=course, title="课时", minutes=minutes, **values)


# ---- hours ------------------------------------------------------------------------


def test_hours_of_trainings_and_lessons_add_up_to_what_is_owed(branch, look):
    branch.member("张三", "甲支部")
    branch.member("李四", "甲支部")
    register(branch, training(branch), "张三", 100)
    register(branch, training(branch, of="乙支部"), "张三", 240, attended=None)
    register(branch, training(branch), "张三", 240, attended=False)
    register(branch, training(branch, D(2024, 12, 31)), "张三", 240)
    register(branch, training(branch, withdrawn_at=GONE), "张三", 240)
    register(branch, training(branch), "张三", 240, withdrawn_at=GONE)
    for minutes, on in ((50, D(2025, 12, 31)), (60, D(2026, 1, 1)), (60, None)):
        branch.record(LearningRecord, "甲支部", member="张三", lesson_id=lesson(branch, minutes), completed_on=on)
    found = {item.label: (item.record, item.amounts) for item in look("training_hours", 2025)}
    assert found == {"张三": (("member", branch.members["张三"]), (2.5, 32, 0, 0, 29.5)), "李四": (None, (0, 32, 0, 0, 32))}


def test_more_hours_than_owed_earn_no_more_and_minutes_are_rounded_half_up(branch, look):
    branch.member("张三", "甲支部")
    branch.member("李四", "甲支部")
    register(branch, training(branch), "张三", 100_000)
    register(branch, training(branch), "李四", 50)
    assert [item.amounts[:2] for item in look("training_hours", 2025)] == [(32, 32), (0.833333, 32)]


def test_holders_of_a_post_on_the_day_owe_more(branch, look):
    for name, since, until in (("书记", D(2025, 12, 31), None), ("前书记", D(2020, 1, 1), D(2025, 12, 30)), ("党员", None, None)):
        branch.member(name, "甲支部")
        if since:
            branch.post(name, "乙支部", "secretary", since, until)
    branch.post("党员", "甲支部", withdrawn_at=GONE)
    assert {item.label: item.denominator for item in look("training_hours", 2025)} == {"书记": 56, "前书记": 32, "党员": 32}
    changed = look("training_hours", 2025, hours=24, committee_hours=40)
    assert {item.label: item.denominator for item in changed} == {"书记": 40, "前书记": 24, "党员": 24}


@pytest.mark.parametrize(("period", "since", "owed"), [
    (Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 12, 31)), D(2015, 1, 1), 32),
    (Period(D(2024, 1, 1), D(2024, 12, 31), D(2025, 3, 1)), D(2015, 1, 1), 32),
    (Period(D(2025, 1, 1), D(2025, 6, 30), D(2025, 6, 30)), D(2015, 1, 1), 16),
    (Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 1, 1)), D(2015, 1, 1), 0.087671),  # 32 / 365 = 0.08767123…
    (Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 3, 31)), D(2015, 1, 1), 7.890411),  # 32 × 90 / 365 = 7.89041095…
    (Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 12, 31)), D(2025, 12, 31), 0.087671),
    (Period(D(2024, 7, 1), D(2025, 12, 31), D(2025, 12, 31)), D(2015, 1, 1), 48),
])  # fmt: skip
def test_hours_owed_follow_the_period_the_day_and_the_membership(branch, look, period, since, owed):
    branch.member("张三", "甲支部", since)
    assert [item.denominator for item in look("training_hours", period)] == [owed]


def test_memberships_anywhere_add_up_and_the_items_belong_to_the_last(branch, look):
    branch.member("张三", "甲支部", D(2020, 1, 1), D(2025, 3, 31))
    branch.join("张三", "乙支部", D(2025, 7, 1))
    branch.join("张三", "乙支部", D(2025, 4, 1), D(2025, 6, 30), withdrawn_at=GONE)
    register(branch, training(branch, D(2025, 2, 1)), "张三", 60)
    only = look("training_hours", 2025, only="乙支部")
    assert [(item.organisation, item.amounts[:2]) for item in only] == [("乙支部", (1, 24.021918))]  # 32 × (90 + 184) / 365 = 24.0219178…
    assert look("training_hours", 2025, only="甲支部") == []


def test_only_members_owe_hours(branch, look):
    branch.member("免予", "甲支部", duty_exempt_reason="年老体弱", duty_exempt_from=D(2025, 12, 31))
    branch.member("离开", "甲支部", until=D(2025, 12, 30))
    branch.member("预备", "甲支部", full_on=None)
    assert [item.label for item in look("training_hours", 2025)] == ["预备"]


# ---- classes and themes -------------------------------------------------------------


def test_each_class_present_needs_a_training_aimed_at_it_that_one_of_them_attended(branch, look):
    for name, member_class in (("农民一", "farmer"), ("农民二", "farmer"), ("学生", "student"), ("工人", "worker"), ("退休", "retiree")):
        branch.member(name, "甲支部", member_class=member_class)
    branch.member("外人", "乙支部", member_class="worker")
    later = training(branch, D(2025, 6, 1), classes=["farmer", "student"])
    sooner = training(branch, D(2025, 2, 1), classes=["farmer"])
    workers = training(branch, classes=["worker"])
    register(branch, later, "农民一")
    register(branch, sooner, "农民二")
    register(branch, sooner, "学生")
    register(branch, later, "学生", attended=False)
    register(branch, workers, "外人")
    found = {(item.organisation, item.label): (item.record, item.amounts) for item in look("training_fits_class", 2025)}
    assert found == {
        ("甲支部", "农民"): (("training", sooner), (1, 1, 0, 0, 0)),
        ("甲支部", "学生"): (None, (0, 1, 0, 0, 1)),
        ("甲支部", "工人"): (None, (0, 1, 0, 0, 1)),
        ("甲支部", "离退休人员"): (None, (0, 1, 0, 0, 1)),
        ("乙支部", "工人"): (("training", workers), (1, 1, 0, 0, 0)),
    }


def test_a_training_without_classes_is_aimed_at_all(branch, look):
    branch.member("农民", "甲支部")
    register(branch, training(branch), "农民")
    assert [item.numerator for item in look("training_fits_class", 2025)] == [1]


def test_enough_members_must_have_attended_the_same_training(branch, look):
    for name in ("张三", "李四"):
        branch.member(name, "甲支部")
        register(branch, training(branch, theme="ideals"), name)
    assert [item.numerator for item in look("training_fits_class", 2025, members=2)] == [0]
    assert sum(item.numerator for item in look("training_themes", 2025, only="甲支部", members=2)) == 0
    both = training(branch, theme="ideals")
    for name in ("张三", "李四"):
        register(branch, both, name)
    assert [item.record for item in look("training_fits_class", 2025, members=2)] == [("training", both)]
    assert [item.record for item in look("training_themes", 2025, only="甲支部", members=2) if item.numerator] == [("training", both)]


def test_members_of_a_committee_are_no_branch(branch, look):
    branch.member("机关人", "镇党委")
    assert look("training_fits_class", 2025) == []


def test_three_themes_per_branch(branch, look):
    branch.member("张三", "甲支部")
    first = training(branch, D(2025, 1, 1), theme="ideals")
    second = training(branch, D(2025, 12, 31), theme="integrity", of="乙支部")
    for found in (training(branch, D(2025, 6, 1), theme="ideals"), first, second, training(branch, theme="law")):
        register(branch, found, "张三")
    register(branch, training(branch, D(2026, 1, 1), theme="leadership"), "张三")
    branch.organisation("旧支部", dissolved_on=D(2025, 12, 31))
    items = look("training_themes", 2025)
    assert {(item.organisation, item.label): item.record for item in items} == {
        ("甲支部", "理想信念"): ("training", first),
        ("甲支部", "领导能力"): None,
        ("甲支部", "廉政勤政"): ("training", second),
        ("乙支部", "理想信念"): None,
        ("乙支部", "领导能力"): None,
        ("乙支部", "廉政勤政"): None,
    }
    assert all(item.denominator == 1 and item.fixable == 1 - item.numerator for item in items)
    assert [item.label for item in look("training_themes", 2025, only="甲支部", themes=["law"])] == ["法律法规"]


# ---- registers ----------------------------------------------------------------------


@pytest.mark.parametrize(("values", "complete", "passed"), [
    ({"attended": None}, 0, None),
    ({"attended": True}, 0, None),
    ({"attended": False, "minutes": 0}, 1, None),
    ({"attended": True, "assessed": True}, 1, 0),
    ({"attended": True, "assessed": True, "passed": False}, 1, 0),
    ({"attended": True, "assessed": True, "passed": True}, 1, 1),
    ({"attended": None, "assessed": True, "passed": True}, 0, 1),
])  # fmt: skip
def test_registers_are_complete_and_assessments_passed(branch, look, values, complete, passed):
    branch.member("张三", "甲支部")
    found = register(branch, training(branch, title="党章学习"), "张三", **values)
    register(branch, training(branch, D(2024, 12, 31)), "张三", assessed=True)
    register(branch, training(branch, withdrawn_at=GONE), "张三", assessed=True)
    items = look("training_register", 2025)
    assert [(item.organisation, item.label, item.record) for item in items] == [("甲支部", "张三 · 党章学习", ("training_record", found))]
    assert [item.amounts for item in items] == [(complete, 1, 0, 0, 1 - complete)]
    assert [item.amounts for item in look("training_passed", 2025)] == ([] if passed is None else [(passed, 1, 0, 0, 0)])


def test_records_of_people_who_are_no_members_that_day_are_no_items(branch, look):
    branch.member("离开", "甲支部", until=D(2025, 12, 30))
    register(branch, training(branch), "离开", assessed=True)
    for metric in ("training_register", "training_passed"):
        assert look(metric, 2025) == []


@pytest.mark.parametrize(("level", "responsible", "counts"), [
    ("branch", "王书记", 1), (None, "王书记", 0), ("branch", None, 0), ("branch", "", 0),
])  # fmt: skip
def test_responsibility_is_named_by_level_and_person(branch, look, level, responsible, counts):
    found = training(branch, of="甲支部", level=level, responsible=responsible)
    training(branch, D(2024, 12, 31))
    training(branch, withdrawn_at=GONE)
    assert [(item.organisation, item.label, item.record, item.amounts) for item in look("training_responsibility", 2025)] == [
        ("甲支部", "培训", ("training", found), (counts, 1, 0, 0, 1 - counts))
    ]
