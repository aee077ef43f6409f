"""Activities and the register of attendance as they travel."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models.activities import (
    Activity,
    ActivityForm,
    ActivityKind,
    ActivityStatus,
    Attendance,
    AttendanceMethod,
    AttendanceStatus,
    LeaveRequest,
    LeaveState,
)
from app.schemas.base import ActivityId, Count, GroupId, LongText, MemberId, OrganisationCode, RecordIn, RecordType, Text


class ActivityIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="开展组织")]
    group: Annotated[GroupId | None, Field(title="党小组")] = None
    kind: Annotated[ActivityKind, Field(title="活动类型")]
    form: Annotated[ActivityForm, Field(title="活动形式")] = ActivityForm.central
    title: Annotated[Text, Field(title="主题")]
    topics: Annotated[list[Text], Field(title="议题", max_length=50, default_factory=list)]
    planned_start: Annotated[datetime | None, Field(title="计划开始")] = None
    planned_end: Annotated[datetime | None, Field(title="计划结束")] = None
    occurred_on: Annotated[date, Field(title="日期")]
    place: Annotated[Text | None, Field(title="地点")] = None
    host: Annotated[Text | None, Field(title="主持人")] = None
    lecturer: Annotated[Text | None, Field(title="主讲人")] = None
    status: Annotated[ActivityStatus, Field(title="状态")] = ActivityStatus.held
    minutes: Annotated[LongText | None, Field(title="会议记录")] = None
    decisions: Annotated[LongText | None, Field(title="决议")] = None
    votes_due: Annotated[Count | None, Field(title="有表决权人数")] = None
    votes_present: Annotated[Count | None, Field(title="到会有表决权人数")] = None
    votes_for: Annotated[Count | None, Field(title="赞成票数")] = None

    @model_validator(mode="after")
    def fits(self) -> Self:
        for moment in (self.planned_start, self.planned_end):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("计划时间须带时区")
        if self.planned_start and self.planned_end and self.planned_end < self.planned_start:
            raise ValueError("计划结束早于计划开始")
        if self.kind is ActivityKind.group_meeting and self.group is None:
            raise ValueError("党小组会须指明党小组")
        if self.votes_present is not None and self.votes_present > (self.votes_due if self.votes_due is not None else self.votes_present):
            raise ValueError("到会有表决权人数多于有表决权人数")
        if self.votes_for is not None and self.votes_for > (self.votes_present if self.votes_present is not None else self.votes_for):
            raise ValueError("赞成票数多于到会有表决权人数")
        return self


class AttendanceIn(RecordIn):
    """One line of the register. Whose organisation it is follows from the activity."""

    activity: Annotated[ActivityId, Field(title="活动")]
    member: Annotated[MemberId, Field(title="党员")]
    status: Annotated[AttendanceStatus, Field(title="出勤")]


class RegisterLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    member: Annotated[int, Field(title="党员", ge=1, le=2**63 - 1)]
    status: Annotated[AttendanceStatus, Field(title="出勤")]


class RegisterIn(BaseModel):
    """Marks several members at once; those of the roster that are not named keep their line."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[RegisterLine], Field(title="出勤", min_length=1, max_length=5000)]
    reason: Annotated[Text | None, Field(title="原因", description="签核之后更正时必填")] = None


class RosterLine(BaseModel):
    """Somebody who is expected or came along, with what the register says so far (null: nothing entered)."""

    member: int
    name: str
    code: str
    status: AttendanceStatus | None
    method: AttendanceMethod | None
    on_roster: bool


class Roster(BaseModel):
    activity: int
    signed_off_at: datetime | None
    expected_count: int
    present_count: int
    lines: list[RosterLine]
    warnings: list[str]


class LeaveRequestIn(RecordIn):
    """Asked for before the activity; `approved` enters the leave into the register."""

    activity: Annotated[ActivityId, Field(title="活动")]
    member: Annotated[MemberId, Field(title="党员")]
    reason: Annotated[Text, Field(title="请假原因")]
    state: Annotated[LeaveState, Field(title="审批")] = LeaveState.requested


_COUNTED: dict[str, Any] = {
    "expected_count": (int, Field(title="应到人数")),
    "present_count": (int, Field(title="实到人数")),
    "signed_off_by": (str | None, Field(None, title="签核人")),
    "signed_off_at": (datetime | None, Field(None, title="签核时间")),
    "late_entry": (bool, Field(False, title="补录")),
    "warnings": (list[str], Field(default=[], title="提示")),
}
_ENTERED: dict[str, Any] = {
    "organisation": (str, Field(title="所属组织")),
    "method": (AttendanceMethod | None, Field(None, title="方式")),
    "at": (datetime | None, Field(None, title="时间")),
    "entered_by": (str | None, Field(None, title="登记人")),
    "on_roster": (bool | None, Field(None, title="应到", description="签核时确定，此前为空")),
}

ACTIVITIES = RecordType(
    noun="activities", title="组织生活", name_field="title", model=Activity, In=ActivityIn, extra_out=_COUNTED,
    fixed=frozenset({"organisation"}),
    natural_key=("organisation", "kind", "occurred_on", "title"), search=("title",), sort="-occurred_on", sorts=("occurred_on",),
    day=("occurred_on", "occurred_on"), filters=("kind", "form", "status", "group"),
)  # fmt: skip
ATTENDANCES = RecordType(
    noun="attendances", title="出勤登记", model=Attendance, In=AttendanceIn, extra_out=_ENTERED, owner="activity",
    fixed=frozenset({"activity", "member"}), natural_key=("activity", "member"), sort="id", filters=("activity", "member", "status"),
)  # fmt: skip
LEAVE_REQUESTS = RecordType(
    noun="leave-requests", title="请假", model=LeaveRequest, In=LeaveRequestIn, extra_out={"organisation": (str, Field(title="所属组织"))},
    owner="activity", fixed=frozenset({"activity", "member"}), natural_key=("activity", "member"),
    sort="-id", filters=("activity", "member", "state"),
)  # fmt: skip
