"""Distance education and training in practical skills: records in, items out."""

import datetime as dt

import pytest

from app.models.trainings import Course, LearningRecord, Lesson, Training, TrainingRecord

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
SPRING = D(2025, 3, 1)


@pytest.fixture
def branch(world):
    world.organisation("甲村", "general_branch", evaluated=True)
    world.organisation("甲支部", below="甲村")
    world.organisation("乙支部", below="甲村")
    return world


@pytest.fixture
def learn(branch):
    """`learn("张三", day)`: another lesson completed on that day."""
    course = branch.record(Course, "甲村", title="课程", valid_from=D(2020, 1, 1))

    def learn(name, on, **values):
        lesson = branch.record(Lesson, "甲村", course_id=course, title="课", minutes=45)
        return branch.record(LearningRecord, "甲支部", member=name, lesson_id=lesson, completed_on=on, **values)

    return learn


def train(world, of="甲村", on=SPRING, theme="practical_skills", **values):
    return world.record(
        Training, of, title="果树剪枝", theme=theme, target_classes=[], form="lecture", valid_from=on, minutes=120, **values
    )


def attend(world, training, name, attended=True, **values):
    return world.record(TrainingRecord, "甲村", training_id=training, member=name, attended=attended, **values)


# ---- practical skills -------------------------------------------------------------


def test_farmers_are_trained_in_practical_skills(branch, look):
    later, sooner = train(branch, on=D(2025, 6, 1), of="乙支部"), train(branch)
    others = [train(branch, theme="law"), train(branch, on=D(2024, 12, 31)), train(branch, withdrawn_at=GONE)]
    for name in ("两次", "一次", "缺席", "未登记", "撤回", "别的", "从未"):
        branch.member(name, "甲支部")
    for name, values in [("工人", {"member_class": "worker"}), ("免予", {"duty_exempt_reason": "年老"})]:
        branch.member(name, "甲支部", **values)
        attend(branch, sooner, name)
    for name, training in [("两次", later), ("两次", sooner), ("一次", later), *(("别的", other) for other in others)]:
        attend(branch, training, name)
    attend(branch, sooner, "缺席", False)
    attend(branch, sooner, "未登记", None)
    attend(branch, sooner, "撤回", withdrawn_at=GONE)
    missing = (None, (0, 1, 0, 0, 1))
    items = look("skills_training_coverage", 2025)
    assert {item.label: (item.record, item.amounts) for item in items} == {
        "两次": (("training", sooner), (1, 1, 0, 0, 0)),
        "一次": (("training", later), (1, 1, 0, 0, 0)),
        **dict.fromkeys(("缺席", "未登记", "撤回", "别的", "从未"), missing),
    }
    assert look("skills_training_coverage", 2025, only="甲支部") == items


# ---- distance education -----------------------------------------------------------


def held(items, name="甲支部"):
    return [(item.label, item.record) for item in items if item.organisation == name and item.numerator]


def test_an_activity_of_the_branch_or_one_it_shares_holds_a_month(branch, look):
    own = branch.activity("甲支部", "distance_education", D(2025, 2, 1))
    shared = branch.activity("甲村", "distance_education", D(2025, 3, 1))
    branch.activity("甲支部", "party_lecture", D(2025, 4, 1))
    items = look("distance_education", 2025)
    assert held(items) == [("2025-02", ("activity", own)), ("2025-03", ("activity", shared))]
    assert held(items, "乙支部") == [("2025-03", ("activity", shared))]
    assert len(items) == 24
    assert look("distance_education", 2025, only="乙支部") == [item for item in items if item.organisation == "乙支部"]


def test_half_of_the_members_with_a_lesson_hold_a_month(branch, look, learn):
    for name in ("甲", "乙", "丙"):
        branch.member(name, "甲支部")
    branch.member("免予", "甲支部", duty_exempt_reason="年老")
    branch.member("邻居", "乙支部")
    learn("甲", D(2025, 1, 5))
    learn("甲", D(2025, 1, 6))
    learn("免予", D(2025, 1, 6))
    learn("乙", D(2025, 2, 20))
    first = learn("甲", D(2025, 2, 3))
    learn("丙", D(2025, 3, 1))
    learn("乙", D(2025, 3, 1), withdrawn_at=GONE)
    learn("乙", None)
    neighbour = learn("邻居", D(2025, 4, 30))
    items = look("distance_education", 2025)
    assert held(items) == [("2025-02", ("learning_record", first))]
    assert held(items, "乙支部") == [("2025-04", ("learning_record", neighbour))]
    assert look("distance_education", 2025, only="甲支部") == [item for item in items if item.organisation == "甲支部"]
    assert [label for label, _ in held(look("distance_education", 2025, share=0.3))] == ["2025-01", "2025-02", "2025-03"]
    assert held(look("distance_education", 2025, members=3, share=0)) == []


def test_of_an_activity_and_a_lesson_the_earlier_is_named(branch, look, learn):
    branch.member("甲", "甲支部")
    for month in (1, 2):
        learn("甲", D(2025, month, 10))
    late, early = (branch.activity("甲支部", "distance_education", day) for day in (D(2025, 1, 11), D(2025, 2, 9)))
    records = dict(held(look("distance_education", 2025)))
    assert late != early
    assert records["2025-01"][0] == "learning_record"
    assert records["2025-02"] == ("activity", early)
