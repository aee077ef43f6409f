"""Trainings and distance education over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.records import days_ago, fields

TRAINING = {
    "organisation": "T", "title": "冬训", "theme": "ideals", "form": "lecture", "minutes": 480, "target_classes": ["farmer", "worker"],
    "valid_from": "2024-03-01", "valid_to": "2024-03-02",
}  # fmt: skip


def classes(database):
    with database.engine.connect() as connection:
        return set(connection.scalars(text("SELECT member_class FROM training_class WHERE withdrawn_at IS NULL")))


def test_target_classes_are_rows_that_follow_the_list(office, database):
    training = office.post("trainings", TRAINING)
    assert classes(database) == {"farmer", "worker"}
    place = f"trainings/{training['id']}"
    assert office.change(place, {"target_classes": ["worker", "student"]})["target_classes"] == ["worker", "student"]
    assert classes(database) == {"worker", "student"}
    office.change(place, {"target_classes": ["farmer"]})
    assert classes(database) == {"farmer"}
    office.withdraw(place)
    assert classes(database) == set()
    assert fields(office.post("trainings", TRAINING | {"organisation": "OLD"}, 422)) == {"valid_from"}


def test_nobody_is_credited_with_more_than_the_training(office):
    member, late = office.member("张三"), office.member("李四", admitted_on="2024-03-03", full_on=None)
    training = office.post("trainings", TRAINING)
    record = {"training": training["id"], "member": member["id"], "attended": True, "minutes": 480}
    for wrong, place in (
        ({"minutes": 481}, "minutes"),
        ({"member": late["id"]}, "member"),
        ({"attended": None}, "body"),
        ({"passed": True}, "body"),
        ({"score": 101}, "score"),
    ):
        assert place in fields(office.post("training-records", record | wrong, 422))
    office.post("training-records", record)
    assert office.post("training-records", record, 409)["code"] == "already_exists"
    assert fields(office.change(f"trainings/{training['id']}", {"minutes": 479}, 422)) == {"minutes"}
    coming = office.post("trainings", TRAINING | {"valid_from": days_ago(-5), "valid_to": None})
    assert fields(office.post("training-records", record | {"training": coming["id"]}, 422)) == {"attended"}
    office.post("training-records", record | {"training": coming["id"], "attended": None, "minutes": 0})


@pytest.fixture
def lesson(office):
    course = office.post("courses", {"organisation": "T", "title": "党章", "valid_from": "2024-01-01", "valid_to": "2024-12-31"})
    return office.post("lessons", {"course": course["id"], "title": "第一讲", "minutes": 45})


def test_a_lesson_is_completed_on_the_local_day(office, lesson, database):
    record = {"member": office.member("张三")["id"], "lesson": lesson["id"], "completed_at": "2024-05-31T17:00:00Z"}
    for wrong in ("2023-12-31T15:59:00Z", "2024-12-31T16:00:00Z", f"{days_ago(-2)}T00:00:00Z"):
        assert fields(office.post("learning-records", record | {"completed_at": wrong}, 422)) == {"completed_at"}
    assert fields(office.post("learning-records", record | {"quiz_score": 90}, 422)) == {"quiz_score"}
    quiz = {"lesson": lesson["id"], "questions": [{"question": "党章几章", "choices": ["十一", "十二"], "answer": 0}]}
    office.post("quizzes", quiz)
    assert fields(office.post("quizzes", quiz, 422)) == {"lesson"}
    made = office.post("learning-records", record | {"quiz_score": 90})
    day = text("SELECT completed_on FROM learning_record")
    with database.engine.connect() as connection:
        assert str(connection.scalar(day)) == "2024-06-01"
    office.change(f"learning-records/{made['id']}", {"completed_at": None})
    with database.engine.connect() as connection:
        assert connection.scalar(day) is None
