"""Members, memberships, posts, elections and appraisals as they travel."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from app.models.members import (
    AppraisalGrade,
    Background,
    Education,
    Election,
    Gender,
    LeaderAppraisal,
    Member,
    MemberAppraisal,
    MemberClass,
    Membership,
    MemberStatus,
    Position,
    Post,
    SelectionMethod,
    TalentKind,
    TalentReserve,
)
from app.schemas.base import Count, DatedIn, GroupId, MemberId, OrganisationCode, RecordIn, RecordType, Text
from app.schemas.numbers import birth_date_of, check_national_id, check_phone

Score = Annotated[int, Field(ge=0, le=100)]


class MemberIn(RecordIn):
    code: Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=64, min_length=1), Field(title="党员编号")] = None
    name: Annotated[Text, Field(title="姓名")]
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    group: Annotated[GroupId | None, Field(title="党小组")] = None
    member_since: Annotated[date | None, Field(title="组织关系转入日期", description="空则为入党日期与组织成立日期中较晚者")] = None
    gender: Annotated[Gender, Field(title="性别")]
    birth_date: Annotated[date | None, Field(title="出生日期")] = None
    ethnicity: Annotated[str | None, StringConstraints(pattern=r"^\d{2}$"), Field(title="民族", description="GB/T 3304 代码")] = None
    education: Annotated[Education | None, Field(title="学历")] = None
    national_id: Annotated[str | None, Field(title="身份证号", max_length=40)] = None
    phone: Annotated[str | None, Field(title="电话", max_length=40)] = None
    member_class: Annotated[MemberClass, Field(title="党员类别")]
    status: Annotated[MemberStatus | None, Field(title="状态", description="空则由转正日期得出；停止党籍、出党和去世另行办理")] = None
    admitted_on: Annotated[date, Field(title="入党日期")]
    full_on: Annotated[date | None, Field(title="转正日期")] = None
    duty_exempt_reason: Annotated[Text | None, Field(title="免除义务原因")] = None
    duty_exempt_from: Annotated[date | None, Field(title="免除义务起")] = None
    duty_exempt_to: Annotated[date | None, Field(title="免除义务止")] = None

    @field_validator("national_id")
    @classmethod
    def valid_national_id(cls, value: str | None) -> str | None:
        return None if value is None else check_national_id(value)

    @field_validator("phone")
    @classmethod
    def valid_phone(cls, value: str | None) -> str | None:
        return None if value is None else check_phone(value)

    @model_validator(mode="after")
    def dates_fit(self) -> Self:
        if self.national_id is not None and self.birth_date is None:
            self.birth_date = birth_date_of(self.national_id)
        if self.birth_date is not None:
            if self.admitted_on <= self.birth_date:
                raise ValueError("入党日期不得早于出生日期")
            if self.admitted_on < _birthday(self.birth_date, 16):
                raise ValueError("入党时不满十六周岁，请核对出生日期和入党日期")
        if self.full_on is not None and self.full_on < self.admitted_on:
            raise ValueError("转正日期早于入党日期")
        if self.duty_exempt_from and self.duty_exempt_to and self.duty_exempt_to < self.duty_exempt_from:
            raise ValueError("免除义务的结束日期早于起始日期")
        if (self.duty_exempt_from is None) != (self.duty_exempt_reason is None):
            raise ValueError("免除义务的原因与起始日期须同时填写")
        return self


def _birthday(born: date, years: int) -> date:
    """The day somebody completes `years` years; 29 February counts as 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


class TransferIn(BaseModel):
    """组织关系转接: out of the present organisation and into another in one step."""

    model_config = ConfigDict(extra="forbid")

    organisation: Annotated[OrganisationCode, Field(title="转入组织")]
    group: Annotated[GroupId | None, Field(title="党小组")] = None
    effective_on: Annotated[date, Field(title="转入日期")]
    reason: Annotated[Text, Field(title="原因")]


class DepartureIn(BaseModel):
    """A membership ends: left the Party, died, or was suspended."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[Literal[MemberStatus.left, MemberStatus.deceased, MemberStatus.suspended], Field(title="状态")]
    last_day: Annotated[date, Field(title="最后一日")]
    reason: Annotated[Text, Field(title="原因")]


class ReinstatementIn(BaseModel):
    """恢复党籍: a suspended member returns, to the organisation of the last membership unless another is named."""

    model_config = ConfigDict(extra="forbid")

    organisation: Annotated[OrganisationCode | None, Field(title="所在党组织", description="空则回到原党组织")] = None
    group: Annotated[GroupId | None, Field(title="党小组")] = None
    effective_on: Annotated[date, Field(title="恢复日期")]
    reason: Annotated[Text, Field(title="原因")]


class MembershipIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    member: Annotated[MemberId, Field(title="党员")]
    group: Annotated[GroupId | None, Field(title="党小组")] = None


class PositionIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    member: Annotated[MemberId, Field(title="党员")]
    post: Annotated[Post, Field(title="党内职务")]
    village_post: Annotated[Text | None, Field(title="村(居)委会职务")] = None
    selection_method: Annotated[SelectionMethod | None, Field(title="产生方式")] = None
    background: Annotated[Background | None, Field(title="来源")] = None


class ElectionIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    held_on: Annotated[date, Field(title="选举日期")]
    method: Annotated[SelectionMethod, Field(title="选举方式")]
    eligible: Annotated[Count, Field(title="应到人数")]
    present: Annotated[Count, Field(title="实到人数")]
    elected: Annotated[Count, Field(title="选出人数")]
    term_until: Annotated[date, Field(title="任期届满日")]

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        if self.present > self.eligible:
            raise ValueError("实到人数多于应到人数")
        if self.present == 0 and self.method is not SelectionMethod.appointed:
            raise ValueError("选举须填写实到人数")
        if self.term_until <= self.held_on:
            raise ValueError("任期届满日须晚于选举日期")
        return self


class TalentReserveIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    person: Annotated[Text, Field(title="姓名")]
    member: Annotated[MemberId | None, Field(title="党员")] = None
    kind: Annotated[TalentKind, Field(title="类别")]


class LeaderAppraisalIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    member: Annotated[MemberId, Field(title="书记")]
    appraised_on: Annotated[date, Field(title="测评日期")]
    party_spirit: Annotated[Score, Field(title="有党性")]
    public_spirit: Annotated[Score, Field(title="有公心")]
    ability: Annotated[Score, Field(title="有能力")]
    drive: Annotated[Score, Field(title="有魄力")]
    appraiser_group: Annotated[Text, Field(title="测评人员")]
    reason: Annotated[Text, Field(title="评语")]


class MemberAppraisalIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所在党组织")]
    member: Annotated[MemberId, Field(title="党员")]
    year: Annotated[int, Field(title="年度", ge=1921, le=2200)]
    grade: Annotated[AppraisalGrade, Field(title="等次")]
    appraised_on: Annotated[date | None, Field(title="评议日期")] = None


_OF = frozenset({"organisation"})
_WARNED: dict[str, Any] = {"warnings": (list[str], Field(default=[], title="提示"))}
_SUSPENDED: dict[str, Any] = {
    "suspended_from": (date | None, Field(None, title="停止党籍起")),
    "suspended_to": (date | None, Field(None, title="停止党籍止")),
}
MEMBERS = RecordType(
    noun="members", title="党员", name_field="name", model=Member, In=MemberIn, extra_out=_SUSPENDED,
    fixed=frozenset({"organisation", "group", "member_since", "code"}), natural_key=("code",), search=("name", "code"),
    sort="id", sorts=("code", "name", "admitted_on"), filters=("status", "member_class", "gender"),
)  # fmt: skip
MEMBERSHIPS = RecordType(
    noun="memberships", title="组织关系", model=Membership, In=MembershipIn, fixed=frozenset({"organisation", "member", "valid_from"}),
    natural_key=("member", "valid_from"), sort="-valid_from", day=("valid_from", "valid_to"), filters=("member", "group"),
)  # fmt: skip
POSITIONS = RecordType(
    noun="positions", title="班子任职", model=Position, In=PositionIn, extra_out=_WARNED, fixed=_OF | {"member"},
    natural_key=("organisation", "member", "post", "valid_from"),
    sort="-valid_from", day=("valid_from", "valid_to"), filters=("member", "post"),
)  # fmt: skip
ELECTIONS = RecordType(
    noun="elections", title="换届选举", model=Election, In=ElectionIn, extra_out=_WARNED, fixed=_OF,
    natural_key=("organisation", "held_on"), sort="-held_on", sorts=("held_on", "term_until"), day=("held_on", "held_on"),
    filters=("method",),
)  # fmt: skip
TALENT_RESERVES = RecordType(
    noun="talent-reserves", title="后备力量与人才", model=TalentReserve, In=TalentReserveIn, fixed=_OF,
    natural_key=("organisation", "person", "kind", "valid_from"), search=("person",),
    sort="-valid_from", day=("valid_from", "valid_to"), filters=("kind", "member"),
)  # fmt: skip
LEADER_APPRAISALS = RecordType(
    noun="leader-appraisals", title="“四有”测评", model=LeaderAppraisal, In=LeaderAppraisalIn, fixed=_OF | {"member"},
    natural_key=("organisation", "member", "appraised_on", "appraiser_group"),
    sort="-appraised_on", day=("appraised_on", "appraised_on"), filters=("member",),
)  # fmt: skip
MEMBER_APPRAISALS = RecordType(
    noun="member-appraisals", title="民主评议党员", model=MemberAppraisal, In=MemberAppraisalIn, fixed=_OF | {"member", "year"},
    natural_key=("member", "year"), sort="-year", filters=("member", "year", "grade"),
)  # fmt: skip
