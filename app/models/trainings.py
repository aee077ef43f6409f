"""教育培训 and distance education. Hours are kept in minutes, so that sums are exact."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Json, Labelled, OrganisationRecord, choice, where_kept


class TrainingLevel(Labelled):
    branch = "branch", "支部"
    township = "township", "镇级"
    county = "county", "县级"
    city = "city", "市级及以上"


class TrainingTheme(Labelled):
    ideals = "ideals", "理想信念"
    leadership = "leadership", "领导能力"
    integrity = "integrity", "廉政勤政"
    practical_skills = "practical_skills", "实用技术"
    law = "law", "法律法规"
    other = "other", "其他"


class TrainingForm(Labelled):
    lecture = "lecture", "课堂讲授"
    film = "film", "观看电教片"
    visit = "visit", "外出参观学习"
    report = "report", "先进人物报告"
    essay = "essay", "撰写心得"
    online = "online", "网上学习"


class Training(OrganisationRecord):
    """A training run by the owning organisation."""

    __tablename__ = "training"

    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[TrainingLevel | None] = mapped_column(choice(TrainingLevel))
    responsible: Mapped[str | None] = mapped_column(String(100))
    theme: Mapped[TrainingTheme] = mapped_column(choice(TrainingTheme))
    aim: Mapped[str | None] = mapped_column(String(300))
    target_classes: Mapped[list[str]] = mapped_column(Json, default=list)
    """Member classes it is aimed at; empty: all."""
    form: Mapped[TrainingForm] = mapped_column(choice(TrainingForm))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    minutes: Mapped[int]
    concentrated: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_training_from", "valid_from", "id"),)


class TrainingClass(OrganisationRecord):
    """One member class that a training is aimed at, as a row that a metric can join."""

    __tablename__ = "training_class"

    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    member_class: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("uq_training_class", "training_id", "member_class", unique=True),)


class TrainingRecord(OrganisationRecord):
    """One member in one training; owner is the organiser."""

    __tablename__ = "training_record"

    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    attended: Mapped[bool | None]
    """NULL: not entered yet."""
    minutes: Mapped[int] = mapped_column(default=0)
    assessed: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    passed: Mapped[bool | None]
    essay: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("uq_training_record", "training_id", "member_id", unique=True, **where_kept()),)


class Course(OrganisationRecord):
    __tablename__ = "course"

    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str | None] = mapped_column(String(1000))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Lesson(OrganisationRecord):
    """A lesson with its nominal length, which is what counts."""

    __tablename__ = "lesson"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    content: Mapped[str | None] = mapped_column(Text)


class Quiz(OrganisationRecord):
    """Questions of a lesson: `[{question, choices, answer}]`."""

    __tablename__ = "quiz"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    questions: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)

    __table_args__ = (Index("uq_quiz_lesson", "lesson_id", unique=True, **where_kept()),)


class LearningRecord(OrganisationRecord):
    """A member completed a lesson; owner is the member's organisation then."""

    __tablename__ = "learning_record"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    completed_at: Mapped[datetime | None]
    completed_on: Mapped[date | None]
    """The Asia/Shanghai day of `completed_at`, kept with it so that no query needs a zone."""
    quiz_score: Mapped[int | None]

    __table_args__ = (
        Index("uq_learning_record", "member_id", "lesson_id", unique=True, **where_kept()),
        Index("ix_learning_record_day", "completed_on"),
    )
