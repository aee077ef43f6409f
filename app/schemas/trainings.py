"""教育培训 as it travels. Hours are given in minutes, so that sums are exact."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models.members import MemberClass
from app.models.trainings import (
    Course,
    LearningRecord,
    Lesson,
    Quiz,
    Training,
    TrainingForm,
    TrainingLevel,
    TrainingRecord,
    TrainingTheme,
)
from app.schemas.base import DatedIn, LongText, MemberId, OrganisationCode, RecordIn, RecordType, Reference, Text

TrainingId = Annotated[int, Reference("training"), Field(ge=1, le=2**63 - 1)]
CourseId = Annotated[int, Reference("course"), Field(ge=1, le=2**63 - 1)]
LessonId = Annotated[int, Reference("lesson"), Field(ge=1, le=2**63 - 1)]
Minutes = Annotated[int, Field(ge=0, le=100_000)]


class TrainingIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="组织单位")]
    title: Annotated[Text, Field(title="培训名称")]
    level: Annotated[TrainingLevel | None, Field(title="培训层级")] = None
    responsible: Annotated[Text | None, Field(title="责任人")] = None
    theme: Annotated[TrainingTheme, Field(title="主题")]
    aim: Annotated[Text | None, Field(title="培训目标")] = None
    target_classes: Annotated[list[MemberClass], Field(default_factory=list, title="培训对象类别", max_length=10)]
    form: Annotated[TrainingForm, Field(title="培训形式")]
    minutes: Annotated[Minutes, Field(title="学时（分钟）")]
    concentrated: Annotated[bool, Field(title="集中培训")] = True


class TrainingRecordIn(RecordIn):
    training: Annotated[TrainingId, Field(title="培训")]
    member: Annotated[MemberId, Field(title="党员")]
    attended: Annotated[bool | None, Field(title="是否参加")] = None
    minutes: Annotated[Minutes, Field(title="学时（分钟）")] = 0
    assessed: Annotated[bool, Field(title="已考核")] = False
    score: Annotated[int | None, Field(title="考核成绩", ge=0, le=100)] = None
    passed: Annotated[bool | None, Field(title="是否合格")] = None
    essay: Annotated[LongText | None, Field(title="心得体会")] = None

    @model_validator(mode="after")
    def fits(self) -> Self:
        if self.minutes and not self.attended:
            raise ValueError("未参加的培训不能有学时")
        if self.passed is not None and not self.assessed:
            raise ValueError("未考核的不能填写是否合格")
        return self


class CourseIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="组织单位")]
    title: Annotated[Text, Field(title="课程名称")]
    summary: Annotated[Text | None, Field(title="简介")] = None


class LessonIn(RecordIn):
    course: Annotated[CourseId, Field(title="课程")]
    title: Annotated[Text, Field(title="课时名称")]
    minutes: Annotated[Minutes, Field(title="学时（分钟）")]
    content: Annotated[LongText | None, Field(title="内容")] = None


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Text
    choices: Annotated[list[Text], Field(min_length=2, max_length=8)]
    answer: Annotated[int, Field(ge=0, le=7)]

    @model_validator(mode="after")
    def answer_exists(self) -> Self:
        if self.answer >= len(self.choices):
            raise ValueError("答案序号超出选项范围")
        return self


class QuizIn(RecordIn):
    lesson: Annotated[LessonId, Field(title="课时")]
    questions: Annotated[list[Question], Field(title="题目", min_length=1, max_length=50)]


class LearningRecordIn(RecordIn):
    member: Annotated[MemberId, Field(title="党员")]
    lesson: Annotated[LessonId, Field(title="课时")]
    completed_at: Annotated[datetime | None, Field(title="完成时间")] = None
    quiz_score: Annotated[int | None, Field(title="测验成绩", ge=0, le=100)] = None

    @model_validator(mode="after")
    def aware(self) -> Self:
        if self.completed_at is not None and self.completed_at.tzinfo is None:
            raise ValueError("完成时间须带时区")
        return self


_OWNED: dict[str, Any] = {"organisation": (str, Field(title="所属组织"))}
_OF = frozenset({"organisation"})
TRAININGS = RecordType(
    noun="trainings", title="教育培训", model=Training, In=TrainingIn, name_field="title", fixed=_OF,
    natural_key=("organisation", "title", "valid_from"), search=("title",), sort="-valid_from", day=("valid_from", "valid_to"),
    filters=("theme", "level", "form"),
)  # fmt: skip
TRAINING_RECORDS = RecordType(
    noun="training-records", title="培训登记", model=TrainingRecord, In=TrainingRecordIn, extra_out=_OWNED, owner="training",
    fixed=frozenset({"training", "member"}), natural_key=("training", "member"), sort="-id", filters=("training", "member"),
)  # fmt: skip
COURSES = RecordType(
    noun="courses", title="远程教育课程", model=Course, In=CourseIn, name_field="title", fixed=_OF, natural_key=("organisation", "title"),
    search=("title",), sort="-valid_from", day=("valid_from", "valid_to"),
)  # fmt: skip
LESSONS = RecordType(
    noun="lessons", title="课时", model=Lesson, In=LessonIn, extra_out=_OWNED, name_field="title", owner="course",
    fixed=frozenset({"course"}), natural_key=("course", "title"), search=("title",), sort="id", filters=("course",),
)  # fmt: skip
QUIZZES = RecordType(
    noun="quizzes", title="课时测验", model=Quiz, In=QuizIn, extra_out=_OWNED, owner="lesson", fixed=frozenset({"lesson"}),
    natural_key=("lesson",), sort="id", filters=("lesson",),
)  # fmt: skip
LEARNING_RECORDS = RecordType(
    noun="learning-records", title="学习记录", model=LearningRecord, In=LearningRecordIn, owner="member", extra_out=_OWNED,
    fixed=frozenset({"member", "lesson"}), natural_key=("member", "lesson"), sort="-id", filters=("member", "lesson"),
)  # fmt: skip
TRAINING_TYPES = (TRAININGS, TRAINING_RECORDS, COURSES, LESSONS, QUIZZES, LEARNING_RECORDS)
