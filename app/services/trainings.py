"""教育培训: whom a training is for, who took part for how long, what was learnt at a distance."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.members import Membership
from app.models.trainings import Course, Lesson, Quiz, Training, TrainingClass, TrainingRecord
from app.services.drafts import Draft
from app.services.fitting import refuse_outside_life
from app.services.hanging import Hanging
from app.services.lifetimes import by_ids
from app.services.records import completes, prepares

TARGETS = Hanging("target_classes", TrainingClass, "training_id", "member_class")


@prepares("training")
def prepare_trainings(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """By an organisation that existed; never shorter than what somebody was credited with."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")
    most = select(TrainingRecord.training_id, func.max(TrainingRecord.minutes)).where(TrainingRecord.withdrawn_at.is_(None))
    statement = most.group_by(TrainingRecord.training_id)
    credited = dict(by_ids(session, statement, TrainingRecord.training_id, (draft.column("id") for draft in drafts)))
    for draft in drafts:
        if draft.data["minutes"] < credited.get(draft.column("id"), 0):
            draft.refuse("minutes", f"已有学员登记 {credited[draft.column('id')]} 分钟，培训学时不能更少")


@completes("training")
def complete_trainings(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The member classes it is for, as rows."""
    TARGETS.follow(session, actor, drafts)


@prepares("training_record")
def prepare_records(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """A member who was on the books during the training, with no more time than it lasted; nothing before it began."""
    found = by_ids(session, select(Training), Training.id, (draft.column("training_id") for draft in drafts))
    trainings = {each.id: each for (each,) in found}
    columns = select(Membership.member_id, Membership.valid_from, Membership.valid_to).where(Membership.withdrawn_at.is_(None))
    belonging: dict[int, list[tuple[date, date | None]]] = {}
    for member, first, last in by_ids(session, columns, Membership.member_id, (draft.column("member_id") for draft in drafts)):
        belonging.setdefault(member, []).append((first, last))
    for draft in drafts:
        training = trainings[draft.column("training_id")]
        end = training.valid_to or training.valid_from
        there = belonging.get(draft.column("member_id"), ())
        if not any(first <= end and (last is None or last >= training.valid_from) for first, last in there):
            draft.refuse("member", "培训期间没有组织关系")
        if draft.data["minutes"] > training.minutes:
            draft.refuse("minutes", f"学时不能多于培训的 {training.minutes} 分钟")
        if draft.data["attended"] is not None and training.valid_from > clock.today():
            draft.refuse("attended", "培训还没有开始")


@prepares("course")
def prepare_courses(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """By an organisation that existed meanwhile."""
    refuse_outside_life(session, drafts, "valid_from", "valid_to")


@prepares("quiz")
def prepare_quizzes(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """One quiz for a lesson."""
    kept = select(Quiz.lesson_id).where(Quiz.withdrawn_at.is_(None))
    new = [draft for draft in drafts if draft.is_new]
    taken = {lesson for (lesson,) in by_ids(session, kept, Quiz.lesson_id, (draft.column("lesson_id") for draft in new))}
    for draft in new:
        if draft.column("lesson_id") in taken:
            draft.refuse("lesson", "该课时已有测验")


@prepares("learning_record")
def prepare_learning(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Keeps the Asia/Shanghai day of completion, which lies within the course; a score needs a quiz."""
    lessons = [draft.column("lesson_id") for draft in drafts]
    columns = select(Lesson.id, Course.valid_from, Course.valid_to).join(Course, Course.id == Lesson.course_id)
    periods = {key: (first, last) for key, first, last in by_ids(session, columns, Lesson.id, lessons)}
    quizzes = select(Quiz.lesson_id).where(Quiz.withdrawn_at.is_(None))
    with_quiz = {lesson for (lesson,) in by_ids(session, quizzes, Quiz.lesson_id, lessons)}
    for draft in drafts:
        moment, (first, last) = draft.data["completed_at"], periods[draft.column("lesson_id")]
        day = None if moment is None else clock.local_day(moment)
        draft.values["completed_on"] = day
        if moment is not None and moment > clock.now():
            draft.refuse("completed_at", "完成时间不能晚于现在")
        elif day is not None and (day < first or (last is not None and day > last)):
            draft.refuse("completed_at", f"课程开放时间为 {first} 至 {last or '今'}，完成时间须在其间")
        if draft.data["quiz_score"] is not None and draft.column("lesson_id") not in with_quiz:
            draft.refuse("quiz_score", "该课时没有测验，不能填写成绩")
