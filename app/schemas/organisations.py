"""Organisations, exemptions and party groups as they travel; the operations on the tree."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.organisations import (
    Category,
    Form,
    JointKind,
    LineageKind,
    OperationKind,
    OperationState,
    Organisation,
    OrganisationExemption,
    PartyGroup,
)
from app.schemas.base import DatedIn, MemberId, OrganisationCode, RecordIn, RecordType, Text

NewCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z][0-9A-Za-z._\-]{0,63}$")]
Region = Annotated[str, StringConstraints(pattern=r"^\d{2,12}$")]
Seats = Annotated[int, Field(ge=0, le=99)]


class Built(BaseModel):
    """How an organisation is built and placed; changes with a date."""

    model_config = ConfigDict(extra="forbid")

    evaluated: Annotated[bool, Field(title="单独参评")] = False
    has_committee: Annotated[bool, Field(title="设委员会")] = False
    committee_seats: Annotated[Seats, Field(title="委员职数")] = 0


class OrganisationIn(RecordIn, Built):
    code: Annotated[NewCode, Field(title="组织编码")]
    name: Annotated[Text, Field(title="组织名称")]
    short_name: Annotated[Text | None, Field(title="简称")] = None
    form: Annotated[Form, Field(title="组织形式")]
    category: Annotated[Category, Field(title="类别")]
    parent: Annotated[OrganisationCode | None, Field(title="上级组织编码")] = None
    established_on: Annotated[date, Field(title="成立日期")]
    region_code: Annotated[Region | None, Field(title="行政区划代码")] = None
    sort_order: Annotated[int, Field(title="排序号", ge=0, le=1_000_000)] = 0
    joint_kind: Annotated[JointKind | None, Field(title="联建方式")] = None
    partners: Annotated[list[str], Field(title="联建单位编码", max_length=50)] = []
    industry: Annotated[Text | None, Field(title="所属产业")] = None
    standing_delegates: Annotated[bool, Field(title="试行党代表常任制")] = False
    form_deviation_approval: Annotated[Text | None, Field(title="规模不符的批准文号")] = None
    needs_venue: Annotated[bool, Field(title="需要活动阵地")] = False
    expected_to_pair: Annotated[bool, Field(title="应当结对共建")] = False


class OrganisationExemptionIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    what: Annotated[str, Field(title="免予评价的内容", description="all 或指标度量名称", max_length=64)]
    reason: Annotated[Text, Field(title="原因")]


class PartyGroupIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    name: Annotated[Text, Field(title="党小组名称")]
    leader: Annotated[MemberId | None, Field(title="组长")] = None


class OperationIn(BaseModel):
    """Common to every operation: the first day of the new state, and why."""

    model_config = ConfigDict(extra="forbid")

    effective_on: Annotated[date, Field(title="生效日期")]
    reason: Annotated[Text, Field(title="依据或原因")]


class MoveIn(OperationIn):
    parent: Annotated[OrganisationCode, Field(title="新的上级组织")]


class RebuildIn(OperationIn, Built):
    """A new placement under the same parent: committee, seats, evaluated."""


class SuccessorIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Annotated[NewCode, Field(title="组织编码")]
    name: Annotated[Text, Field(title="组织名称")]
    form: Annotated[Form, Field(title="组织形式")]
    principal: Annotated[bool, Field(title="承接原组织的评价")] = False


class MergeIn(OperationIn):
    """The organisation of the address and `others` become one: an existing one of them, or a new one."""

    others: Annotated[list[OrganisationCode], Field(title="一并合并的组织", min_length=1, max_length=50)]
    into: Annotated[OrganisationCode | SuccessorIn, Field(title="合并后的组织")]


class SplitIn(OperationIn):
    """New organisations take over; members go where `members` says, the rest to the principal successor."""

    into: Annotated[list[SuccessorIn], Field(title="拆分后的组织", min_length=2, max_length=20)]
    members: Annotated[dict[str, list[int]], Field(title="党员去向", description="组织编码 → 党员编号")] = {}

    @model_validator(mode="after")
    def one_principal(self) -> Self:
        if sum(each.principal for each in self.into) != 1:
            raise ValueError("必须指定一个（且只有一个）承接原组织评价的新组织")
        return self


class UpgradeIn(OperationIn):
    into: Annotated[SuccessorIn, Field(title="升格后的组织")]


class DissolveIn(OperationIn):
    """Members, groups and children must have gone elsewhere, or go to `members_to`."""

    members_to: Annotated[OrganisationCode | None, Field(title="党员转入的组织")] = None


class Placement(BaseModel):
    parent: str | None
    parent_name: str | None
    evaluated: bool
    has_committee: bool
    committee_seats: int
    valid_from: date
    valid_to: date | None


class Named(BaseModel):
    code: str
    name: str


class Lineage(BaseModel):
    predecessor: Named
    successor: Named
    principal: bool
    kind: LineageKind
    happened_on: date


class OrganisationNode(BaseModel):
    """One row of the tree or of a list, as of a day."""

    code: str
    name: str
    short_name: str | None
    form: Form
    form_label: str
    category: Category
    category_label: str
    parent: str | None
    evaluated: bool
    has_children: bool
    established_on: date
    dissolved_on: date | None


class Operation(BaseModel):
    id: int
    organisation: str
    kind: OperationKind
    kind_label: str
    effective_on: date
    state: OperationState
    state_label: str
    details: dict[str, Any]
    outcome: str | None


class OperationPreview(BaseModel):
    """What an operation would do, in sentences, without doing it."""

    sentences: list[str]
    warnings: list[str]


OperationRequest = MoveIn | RebuildIn | MergeIn | SplitIn | UpgradeIn | DissolveIn
OperationName = Literal["move", "rebuild", "merge", "split", "upgrade", "dissolve"]

ORGANISATIONS = RecordType(
    noun="organisations", title="党组织", model=Organisation, In=OrganisationIn,
    fixed=frozenset({"code", "form", "category", "parent", "established_on", "evaluated", "has_committee", "committee_seats"}),
    natural_key=("code",), resolved_by_service=frozenset({"parent"}), search=("code", "name", "short_name"), sort="code", sorts=("code", "name", "established_on"),
    filters=("form", "category"),
)  # fmt: skip
EXEMPTIONS = RecordType(
    noun="exemptions", title="免予评价", model=OrganisationExemption, In=OrganisationExemptionIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "what", "valid_from"), sort="-valid_from", day=("valid_from", "valid_to"), filters=("what",),
)  # fmt: skip
PARTY_GROUPS = RecordType(
    noun="party-groups", title="党小组", model=PartyGroup, In=PartyGroupIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "name", "valid_from"), search=("name",), sort="id", sorts=("valid_from",), day=("valid_from", "valid_to"),
)  # fmt: skip
