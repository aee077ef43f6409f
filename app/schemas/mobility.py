"""流动与发展 as it travels."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models.mobility import Development, DevelopmentStage, FloatDirection, FloatingContact, FloatingMember, Stage
from app.schemas.base import DatedIn, MemberId, OrganisationCode, RecordIn, RecordType, Reference, Text

FloatingId = Annotated[int, Reference("floating_member"), Field(ge=1, le=2**63 - 1)]
DevelopmentId = Annotated[int, Reference("development"), Field(ge=1, le=2**63 - 1)]
Document = Literal[
    "application", "recommendation", "assessment", "political_review", "training_certificate", "meeting_resolution", "approval"
]


class FloatingMemberIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织", description="流出为所在组织，流入为接收组织")]
    member: Annotated[MemberId | None, Field(title="党员")] = None
    person: Annotated[Text, Field(title="姓名")]
    direction: Annotated[FloatDirection, Field(title="方向")]
    other: Annotated[OrganisationCode | None, Field(title="对方组织编码")] = None
    other_name: Annotated[Text | None, Field(title="对方组织或地点")] = None
    certificate: Annotated[Text | None, Field(title="活动证号")] = None

    @model_validator(mode="after")
    def known_when_out(self) -> Self:
        if self.direction is FloatDirection.outward and self.member is None:
            raise ValueError("流出党员须指明党员")
        return self


class FloatingContactIn(RecordIn):
    floating_member: Annotated[FloatingId, Field(title="流动党员")]
    contacted_on: Annotated[date, Field(title="联系日期")]
    by: Annotated[Text, Field(title="联系人")]
    how: Annotated[Text, Field(title="方式")]


class DevelopmentIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    person: Annotated[Text, Field(title="姓名")]
    member: Annotated[MemberId | None, Field(title="党员")] = None
    mentors: Annotated[Text | None, Field(title="培养联系人")] = None


class DevelopmentStageIn(RecordIn):
    development: Annotated[DevelopmentId, Field(title="发展对象")]
    stage: Annotated[Stage, Field(title="阶段")]
    reached_on: Annotated[date, Field(title="日期")]
    documents: Annotated[list[Document], Field(default_factory=list, title="材料", max_length=10)]


class ReturnIn(BaseModel):
    """A member who floated out or in is back."""

    model_config = ConfigDict(extra="forbid")

    last_day: Annotated[date, Field(title="流动最后一日")]


class AdvanceIn(BaseModel):
    """The next stage is reached."""

    model_config = ConfigDict(extra="forbid")

    reached_on: Annotated[date, Field(title="日期")]
    documents: Annotated[list[Document], Field(default_factory=list, title="材料", max_length=10)]


_OWNED: dict[str, Any] = {"organisation": (str, Field(title="所属组织"))}
_OF = frozenset({"organisation"})
FLOATING_MEMBERS = RecordType(
    noun="floating-members", title="流动党员", model=FloatingMember, In=FloatingMemberIn, name_field="person",
    fixed=_OF | {"member", "direction"}, natural_key=("organisation", "person", "direction", "valid_from"), search=("person", "other_name"),
    sort="-valid_from", day=("valid_from", "valid_to"), filters=("member", "direction"),
)  # fmt: skip
FLOATING_CONTACTS = RecordType(
    noun="floating-contacts", title="流动党员联系", model=FloatingContact, In=FloatingContactIn, extra_out=_OWNED, owner="floating_member",
    fixed=frozenset({"floating_member"}), natural_key=("floating_member", "contacted_on"), sort="-contacted_on",
    day=("contacted_on", "contacted_on"), filters=("floating_member",),
)  # fmt: skip
DEVELOPMENTS = RecordType(
    noun="developments", title="发展党员", model=Development, In=DevelopmentIn, name_field="person", fixed=_OF,
    extra_out={"stage": (Stage | None, Field(None, title="当前阶段"))}, natural_key=("organisation", "person"), search=("person",),
    sort="-id", filters=(),
)  # fmt: skip
DEVELOPMENT_STAGES = RecordType(
    noun="development-stages", title="发展阶段", model=DevelopmentStage, In=DevelopmentStageIn, extra_out=_OWNED, owner="development",
    fixed=frozenset({"development", "stage"}), natural_key=("development", "stage"), sort="-reached_on",
    day=("reached_on", "reached_on"), filters=("development", "stage"),
)  # fmt: skip
MOBILITY_TYPES = (FLOATING_MEMBERS, FLOATING_CONTACTS, DEVELOPMENTS, DEVELOPMENT_STAGES)
