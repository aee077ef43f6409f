"""Activities of the Party's organisational life, the register of attendance and the evidence behind it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Json, Labelled, OrganisationRecord, choice, where_kept


class ActivityKind(Labelled):
    general_meeting = "general_meeting", "支部党员大会"
    committee_meeting = "committee_meeting", "支部委员会"
    group_meeting = "group_meeting", "党小组会"
    party_lecture = "party_lecture", "党课"
    theme_day = "theme_day", "主题党日"
    organisation_life = "organisation_life", "组织生活会"
    democratic_appraisal = "democratic_appraisal", "民主评议党员"
    distance_education = "distance_education", "远程教育"
    practice = "practice", "党性实践活动"
    volunteering = "volunteering", "志愿服务"
    mutual_aid = "mutual_aid", "互帮互助"
    delegates = "delegates", "党代表活动"
    other = "other", "其他活动"


class ActivityForm(Labelled):
    central = "central", "集中"
    group = "group", "小组"
    dispersed = "dispersed", "分散"
    spare_time = "spare_time", "业余时间"
    online = "online", "线上"


class ActivityStatus(Labelled):
    planned = "planned", "计划中"
    held = "held", "已开展"
    cancelled = "cancelled", "已取消"


class AttendanceStatus(Labelled):
    present = "present", "到会"
    late = "late", "迟到"
    leave = "leave", "请假"
    absent = "absent", "缺席"
    exempt = "exempt", "免予参加"


class AttendanceMethod(Labelled):
    qr = "qr", "扫码"
    code = "code", "数字码"
    proxy = "proxy", "代签"
    imported = "import", "导入"


class CheckinOutcome(Labelled):
    accepted = "accepted", "已签到"
    duplicate = "duplicate", "重复签到"
    pending_confirmation = "pending_confirmation", "待确认"
    rejected = "rejected", "未通过"


class LeaveState(Labelled):
    requested = "requested", "待批"
    approved = "approved", "同意"
    refused = "refused", "不同意"


class Activity(OrganisationRecord):
    """A meeting, lecture or other activity. Held ones have `occurred_on`; the counters are kept with the register."""

    __tablename__ = "activity"

    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"))
    kind: Mapped[ActivityKind] = mapped_column(choice(ActivityKind))
    form: Mapped[ActivityForm] = mapped_column(choice(ActivityForm))
    title: Mapped[str] = mapped_column(String(200))
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    planned_start: Mapped[datetime | None]
    planned_end: Mapped[datetime | None]
    occurred_on: Mapped[date]
    """The day it was held; of a planned or cancelled one the day it was meant for."""
    place: Mapped[str | None] = mapped_column(String(200))
    host: Mapped[str | None] = mapped_column(String(100))
    lecturer: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[ActivityStatus] = mapped_column(choice(ActivityStatus))
    minutes: Mapped[str | None] = mapped_column(Text)
    decisions: Mapped[str | None] = mapped_column(Text)
    votes_due: Mapped[int | None]
    votes_present: Mapped[int | None]
    votes_for: Mapped[int | None]
    expected_count: Mapped[int] = mapped_column(default=0, server_default="0")
    present_count: Mapped[int] = mapped_column(default=0, server_default="0")
    signed_off_by: Mapped[str | None] = mapped_column(String(64))
    signed_off_at: Mapped[datetime | None]

    counters = frozenset({"expected_count", "present_count"})

    __table_args__ = (
        Index("ix_activity_kind_organisation_day", "kind", "organisation_id", "occurred_on"),
        Index("ix_activity_group_day", "group_id", "occurred_on"),
        Index("ix_activity_day", "occurred_on", "id"),
        CheckConstraint("present_count >= 0 AND present_count <= expected_count", name="counts"),
    )


class Attendance(OrganisationRecord):
    """One line of the register: unique per activity and member."""

    __tablename__ = "attendance"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    status: Mapped[AttendanceStatus] = mapped_column(choice(AttendanceStatus))
    method: Mapped[AttendanceMethod | None] = mapped_column(choice(AttendanceMethod))
    at: Mapped[datetime | None]
    entered_by: Mapped[str | None] = mapped_column(String(64))
    first_event_id: Mapped[int | None] = mapped_column(ForeignKey("checkin_event.id"))
    on_roster: Mapped[bool | None]
    """Whether the member was expected: fixed when the register is signed off, NULL before, because until then it is computed."""

    counters = frozenset({"on_roster"})

    __table_args__ = (Index("uq_attendance_activity_member", "activity_id", "member_id", unique=True, **where_kept()),)


class CheckinEvent(OrganisationRecord):
    """What a phone sent: evidence, appended and never changed; unique per device and client id."""

    __tablename__ = "checkin_event"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    device: Mapped[str] = mapped_column(String(64))
    client_id: Mapped[str] = mapped_column(String(36))
    method: Mapped[AttendanceMethod] = mapped_column(choice(AttendanceMethod))
    token_step: Mapped[int | None]
    outcome: Mapped[CheckinOutcome] = mapped_column(choice(CheckinOutcome))
    reason: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime]

    __table_args__ = (Index("uq_checkin_event_client", "device", "client_id", unique=True),)


class LeaveRequest(OrganisationRecord):
    """请假: asked by a member before an activity, decided by the secretary."""

    __tablename__ = "leave_request"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[LeaveState] = mapped_column(choice(LeaveState))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]

    __table_args__ = (Index("uq_leave_request_activity_member", "activity_id", "member_id", unique=True, **where_kept()),)
