"""落实责任制 as it travels: directives, plans, debriefs, duty reports, inspections."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.duties import (
    Debrief,
    DebriefGrade,
    DebriefRating,
    DebriefRound,
    Directive,
    DirectiveReceipt,
    DutyReport,
    Inspection,
    InspectionIssue,
    IssueLevel,
    PlanItem,
    WorkPlan,
)
from app.schemas.base import ActivityId, LongText, MemberId, OrganisationCode, RecordIn, RecordType, Reference, Text

DirectiveId = Annotated[int, Reference("directive"), Field(ge=1, le=2**63 - 1)]
WorkPlanId = Annotated[int, Reference("work_plan"), Field(ge=1, le=2**63 - 1)]
RoundId = Annotated[int, Reference("debrief_round"), Field(ge=1, le=2**63 - 1)]
DebriefId = Annotated[int, Reference("debrief"), Field(ge=1, le=2**63 - 1)]
InspectionId = Annotated[int, Reference("inspection"), Field(ge=1, le=2**63 - 1)]
Year = Annotated[int, Field(ge=1921, le=2200)]
Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4}-Q[1-4]$")]
Half = Annotated[str, StringConstraints(pattern=r"^\d{4}-H[12]$")]


class DirectiveIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="发文组织")]
    title: Annotated[Text, Field(title="标题")]
    document: Annotated[Text | None, Field(title="文号")] = None
    issued_on: Annotated[date, Field(title="下发日期")]
    due_on: Annotated[date, Field(title="传达期限")]

    @model_validator(mode="after")
    def due_after_issue(self) -> Self:
        if self.due_on < self.issued_on:
            raise ValueError("传达期限早于下发日期")
        return self


class DirectiveReceiptIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="接收组织")]
    directive: Annotated[DirectiveId, Field(title="上级精神")]
    due_on: Annotated[date, Field(title="传达期限")]
    conveyed_on: Annotated[date | None, Field(title="传达日期")] = None
    activity: Annotated[ActivityId | None, Field(title="传达活动")] = None


class WorkPlanIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    year: Annotated[Year, Field(title="年度")]
    title: Annotated[Text, Field(title="计划名称")]


class PlanItemIn(RecordIn):
    work_plan: Annotated[WorkPlanId, Field(title="年度计划")]
    task: Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)], Field(title="任务")]
    due_on: Annotated[date, Field(title="完成期限")]
    completed_on: Annotated[date | None, Field(title="完成日期")] = None


class DebriefRoundIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="主持组织")]
    quarter: Annotated[Quarter, Field(title="季度")]
    title: Annotated[Text, Field(title="名称")]
    held_on: Annotated[date, Field(title="召开日期")]


class DebriefIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="述职组织")]
    debrief_round: Annotated[RoundId, Field(title="述职会")]
    member: Annotated[MemberId | None, Field(title="述职书记")] = None
    text: Annotated[LongText | None, Field(title="述职报告")] = None
    submitted_at: Annotated[datetime | None, Field(title="提交时间")] = None
    presented_on: Annotated[date | None, Field(title="述职日期")] = None

    @model_validator(mode="after")
    def aware(self) -> Self:
        if self.submitted_at is not None and self.submitted_at.tzinfo is None:
            raise ValueError("提交时间须带时区")
        return self


class DebriefRatingIn(RecordIn):
    debrief: Annotated[DebriefId, Field(title="述职")]
    rater: Annotated[Text, Field(title="评议人")]
    grade: Annotated[DebriefGrade, Field(title="等次")]
    comment: Annotated[Text, Field(title="评语")]


class DutyReportIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    leader: Annotated[Text, Field(title="报告人")]
    half: Annotated[Half, Field(title="半年度")]
    reported_on: Annotated[date | None, Field(title="报告日期")] = None
    contact_villages: Annotated[Text | None, Field(title="联系村(居)")] = None


class InspectionIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="被督查组织")]
    inspector: Annotated[OrganisationCode, Field(title="督查组织")]
    held_on: Annotated[date, Field(title="督查日期")]
    subject: Annotated[Text, Field(title="督查内容")]


class InspectionIssueIn(RecordIn):
    inspection: Annotated[InspectionId, Field(title="督查")]
    level: Annotated[IssueLevel, Field(title="程度")]
    found: Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)], Field(title="问题")]
    due_on: Annotated[date, Field(title="整改期限")]
    closed_on: Annotated[date | None, Field(title="整改完成日期")] = None
    closed_by: Annotated[Text | None, Field(title="确认人")] = None
    sanction: Annotated[Text | None, Field(title="奖惩")] = None


class IssueDirectiveIn(BaseModel):
    """One directive to many organisations: named, or all evaluated ones below the issuer."""

    model_config = ConfigDict(extra="forbid")

    organisations: Annotated[
        list[str], Field(default_factory=list, title="接收组织编码", description="空则为下级全部参评组织", max_length=5000)
    ]


class ConveyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    conveyed_on: Annotated[date, Field(title="传达日期")]
    activity: Annotated[int | None, Field(title="传达活动", ge=1, le=2**63 - 1)] = None


class PresentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    presented_on: Annotated[date, Field(title="述职日期")]


class RateIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rater: Annotated[Text, Field(title="评议人")]
    grade: Annotated[DebriefGrade, Field(title="等次")]
    comment: Annotated[Text, Field(title="评语")]


class CloseIssueIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    closed_on: Annotated[date, Field(title="整改完成日期")]
    closed_by: Annotated[Text, Field(title="确认人")]


class ReopenIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500), Field(title="原因")]


class Spread(BaseModel):
    """What a step that makes one record per organisation did."""

    made: Annotated[int, Field(title="新登记")]
    there: Annotated[int, Field(title="已有")]


_OWNED: dict[str, Any] = {"organisation": (str, Field(title="所属组织"))}
_OF = frozenset({"organisation"})
DIRECTIVES = RecordType(
    noun="directives", title="上级精神", model=Directive, In=DirectiveIn, name_field="title", fixed=_OF,
    natural_key=("organisation", "title", "issued_on"), search=("title", "document"), sort="-issued_on",
    sorts=("issued_on", "due_on"), day=("issued_on", "issued_on"),
)  # fmt: skip
DIRECTIVE_RECEIPTS = RecordType(
    noun="directive-receipts", title="传达回执", model=DirectiveReceipt, In=DirectiveReceiptIn, fixed=_OF | {"directive"},
    natural_key=("directive", "organisation"), sort="-due_on", day=("due_on", "due_on"), filters=("directive",),
)  # fmt: skip
WORK_PLANS = RecordType(
    noun="work-plans", title="年度党建计划", model=WorkPlan, In=WorkPlanIn, name_field="title", fixed=_OF | {"year"},
    natural_key=("organisation", "year"), search=("title",), sort="-year", filters=("year",),
)  # fmt: skip
PLAN_ITEMS = RecordType(
    noun="plan-items", title="计划任务", model=PlanItem, In=PlanItemIn, extra_out=_OWNED, owner="work_plan", fixed=frozenset({"work_plan"}),
    natural_key=("work_plan", "task"), search=("task",), sort="due_on", day=("due_on", "due_on"), filters=("work_plan",),
)  # fmt: skip
DEBRIEF_ROUNDS = RecordType(
    noun="debrief-rounds", title="述职会", model=DebriefRound, In=DebriefRoundIn, name_field="title", fixed=_OF,
    natural_key=("organisation", "quarter", "title"), search=("title",), sort="-held_on", day=("held_on", "held_on"), filters=("quarter",),
)  # fmt: skip
DEBRIEFS = RecordType(
    noun="debriefs", title="书记述职", model=Debrief, In=DebriefIn, fixed=_OF | {"debrief_round"},
    natural_key=("debrief_round", "organisation"), sort="-id", filters=("debrief_round",),
)  # fmt: skip
DEBRIEF_RATINGS = RecordType(
    noun="debrief-ratings", title="述职评议", model=DebriefRating, In=DebriefRatingIn, extra_out=_OWNED, owner="debrief",
    fixed=frozenset({"debrief", "rater"}), natural_key=("debrief", "rater"), sort="-id", filters=("debrief", "grade"),
)  # fmt: skip
DUTY_REPORTS = RecordType(
    noun="duty-reports", title="履职报告", model=DutyReport, In=DutyReportIn, fixed=_OF | {"half"},
    natural_key=("organisation", "half", "leader"), search=("leader",), sort="-half", filters=("half",),
)  # fmt: skip
INSPECTIONS = RecordType(
    noun="inspections", title="督查", model=Inspection, In=InspectionIn, name_field="subject", fixed=_OF | {"inspector"},
    natural_key=("organisation", "inspector", "held_on"), search=("subject",), sort="-held_on", day=("held_on", "held_on"),
)  # fmt: skip
INSPECTION_ISSUES = RecordType(
    noun="inspection-issues", title="督查问题", model=InspectionIssue, In=InspectionIssueIn, extra_out=_OWNED, owner="inspection",
    fixed=frozenset({"inspection"}), natural_key=("inspection", "found"), search=("found",), sort="due_on", day=("due_on", "due_on"),
    filters=("inspection", "level"),
)  # fmt: skip
DUTY_TYPES = (
    DIRECTIVES, DIRECTIVE_RECEIPTS, WORK_PLANS, PLAN_ITEMS, DEBRIEF_ROUNDS, DEBRIEFS, DEBRIEF_RATINGS, DUTY_REPORTS, INSPECTIONS,
    INSPECTION_ISSUES,
)  # fmt: skip
