"""Organisations, exemptions and party groups as they travel; the operations on the tree."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model, model_validator

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
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ShortName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Region = Annotated[str, StringConstraints(pattern=r"^\d{2,12}$")]
Seats = Annotated[int, Field(ge=0, le=99)]


class Built(BaseModel):
    """How an organisation is built; changes with a date."""

    model_config = ConfigDict(extra="forbid")

    evaluated: Annotated[bool, Field(title="单独参评")] = False
    has_committee: Annotated[bool, Field(title="设委员会")] = False
    committee_seats: Annotated[Seats, Field(title="委员职数")] = 0

    @model_validator(mode="after")
    def seats_fit(self) -> Self:
        if self.has_committee != (self.committee_seats > 0):
            raise ValueError("设委员会的须填写委员职数，不设委员会的职数为 0")
        return self


class OrganisationIn(RecordIn, Built):
    code: Annotated[NewCode, Field(title="组织编码")]
    name: Annotated[Text, Field(title="组织名称")]
    short_name: Annotated[ShortName | None, Field(title="简称")] = None
    form: Annotated[Form, Field(title="组织形式")]
    category: Annotated[Category, Field(title="类别")]
    parent: Annotated[OrganisationCode | None, Field(title="上级组织编码")] = None
    established_on: Annotated[date, Field(title="成立日期")]
    region_code: Annotated[Region | None, Field(title="行政区划代码")] = None
    sort_order: Annotated[int, Field(title="排序号", ge=0, le=1_000_000)] = 0
    joint_kind: Annotated[JointKind | None, Field(title="联建方式")] = None
    partners: Annotated[list[Code], Field(title="联建单位编码", max_length=50)] = []
    industry: Annotated[ShortName | None, Field(title="所属产业")] = None
    standing_delegates: Annotated[bool, Field(title="试行党代表常任制")] = False
    form_deviation_approval: Annotated[Text | None, Field(title="规模不符的批准文号")] = None
    needs_venue: Annotated[bool, Field(title="需要活动阵地")] = False
    expected_to_pair: Annotated[bool, Field(title="应当结对共建")] = False

    @model_validator(mode="after")
    def higher_is_not_evaluated(self) -> Self:
        if self.evaluated and self.category is Category.higher:
            raise ValueError("县级及以上组织不参评")
        return self


class OrganisationExemptionIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    what: Annotated[str, Field(title="免予评价的内容", description="all 或指标度量名称", max_length=64)]
    reason: Annotated[Text, Field(title="原因")]


class PartyGroupIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    name: Annotated[ShortName, Field(title="党小组名称")]
    leader: Annotated[MemberId | None, Field(title="组长")] = None


class OperationIn(BaseModel):
    """Common to every operation: the first day of the new state, and why."""

    model_config = ConfigDict(extra="forbid")

    effective_on: Annotated[date, Field(title="生效日期", ge=date(1921, 7, 1), le=date(2200, 1, 1))]
    reason: Annotated[Text, Field(title="依据或原因")]


class MoveIn(OperationIn):
    parent: Annotated[OrganisationCode, Field(title="新的上级组织")]


class RebuildIn(OperationIn, Built):
    """The same place, built differently: committee, seats, evaluated."""


class SuccessorIn(BaseModel):
    """A new organisation that continues others; what is not said stays as the organisation of the address has it."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[NewCode, Field(title="组织编码")]
    name: Annotated[Text, Field(title="组织名称")]
    short_name: Annotated[ShortName | None, Field(title="简称")] = None
    form: Annotated[Form, Field(title="组织形式")]
    category: Annotated[Category | None, Field(title="类别")] = None
    principal: Annotated[bool, Field(title="承接原组织的评价")] = False
    built: Annotated[Built | None, Field(title="参评与委员会设置")] = None


class MergeIn(OperationIn):
    """The organisation of the address and `others` become one: an existing one of them, or a new one."""

    others: Annotated[list[OrganisationCode], Field(title="一并合并的组织", min_length=1, max_length=50)]
    into: Annotated[OrganisationCode | SuccessorIn, Field(title="合并后的组织")]


class SplitIn(OperationIn):
    """New organisations take over; members go where `members` says, the rest to the principal successor."""

    into: Annotated[list[SuccessorIn], Field(title="拆分后的组织", min_length=2, max_length=20)]
    members: Annotated[dict[str, list[int]], Field(title="党员去向", description="组织编码 → 党员编号")] = {}

    @model_validator(mode="after")
    def fits(self) -> Self:
        codes = [each.code for each in self.into]
        named = [member for members in self.members.values() for member in members]
        if sum(each.principal for each in self.into) != 1:
            raise ValueError("必须指定一个（且只有一个）承接原组织评价的新组织")
        if len(set(codes)) != len(codes):
            raise ValueError("拆分后的组织编码不能重复")
        if not set(self.members) <= set(codes):
            raise ValueError("党员去向只能是拆分后的组织")
        if len(set(named)) != len(named):
            raise ValueError("同一名党员只能有一个去向")
        return self


class UpgradeIn(OperationIn):
    """A successor of another form or category; of the same ones it is a renaming."""

    into: Annotated[SuccessorIn, Field(title="升格后的组织")]


class DissolveIn(OperationIn):
    """Members, groups and children must have gone elsewhere before, or go where this says."""

    members_to: Annotated[OrganisationCode | None, Field(title="党员转入的组织")] = None
    children_to: Annotated[OrganisationCode | None, Field(title="下级组织转隶的组织")] = None


class Placement(BaseModel):
    parent: Annotated[str | None, Field(title="上级组织编码")]
    parent_name: Annotated[str | None, Field(title="上级组织名称")]
    evaluated: Annotated[bool, Field(title="单独参评")]
    has_committee: Annotated[bool, Field(title="设委员会")]
    committee_seats: Annotated[int, Field(title="委员职数")]
    valid_from: Annotated[date, Field(title="起始日期")]
    valid_to: Annotated[date | None, Field(title="结束日期")]


class Named(BaseModel):
    code: str
    name: str


class Lineage(BaseModel):
    predecessor: Annotated[Named, Field(title="原组织")]
    successor: Annotated[Named, Field(title="承接组织")]
    principal: Annotated[bool, Field(title="承接评价")]
    kind: Annotated[LineageKind, Field(title="变动")]
    kind_label: str
    happened_on: Annotated[date, Field(title="日期")]


class Counts(BaseModel):
    """Members on the day: of the organisation itself, and with everything below it; organisations directly below it."""

    full: Annotated[int, Field(title="正式党员")]
    probationary: Annotated[int, Field(title="预备党员")]
    full_subtree: Annotated[int, Field(title="正式党员（含下级）")]
    probationary_subtree: Annotated[int, Field(title="预备党员（含下级）")]
    children: Annotated[int, Field(title="下级组织")]


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
    organisation: Annotated[str, Field(title="组织编码")]
    kind: Annotated[OperationKind, Field(title="类型")]
    kind_label: str
    effective_on: Annotated[date, Field(title="生效日期")]
    state: Annotated[OperationState, Field(title="状态")]
    state_label: str
    details: Annotated[dict[str, Any], Field(title="内容")]
    outcome: Annotated[str | None, Field(title="结果")]
    recorded_at: Annotated[datetime, Field(title="录入时间")]
    recorded_by: Annotated[str, Field(title="录入人")]


class Operations(BaseModel):
    """Latest first."""

    items: list[Operation]


class OperationPreview(BaseModel):
    """What an operation would do, in sentences, without doing it."""

    sentences: Annotated[list[str], Field(title="将要发生的变动")]
    warnings: Annotated[list[str], Field(title="提醒")]


OPERATIONS: dict[OperationKind, type[OperationIn]] = {
    OperationKind.move: MoveIn,
    OperationKind.rebuild: RebuildIn,
    OperationKind.merge: MergeIn,
    OperationKind.divide: SplitIn,
    OperationKind.upgrade: UpgradeIn,
    OperationKind.dissolve: DissolveIn,
}
"""What each operation is told."""

ORGANISATIONS = RecordType(
    noun="organisations", title="党组织", name_field="name", model=Organisation, In=OrganisationIn,
    fixed=frozenset({"code", "form", "category", "parent", "established_on", "evaluated", "has_committee", "committee_seats"}),
    extra_out={
        "form_label": (str, Field(title="组织形式名称")), "category_label": (str, Field(title="类别名称")),
        "dissolved_on": (date | None, Field(title="撤销日期")),
    },
    natural_key=("code",), resolved_by_service=frozenset({"parent"}), search=("code", "name", "short_name"),
    sort="code", sorts=("code", "name", "established_on"),
    filters=("form", "category"),
)  # fmt: skip
EXEMPTIONS = RecordType(
    noun="exemptions", title="免予评价", model=OrganisationExemption, In=OrganisationExemptionIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "what", "valid_from"), sort="-valid_from", day=("valid_from", "valid_to"), filters=("what",),
)  # fmt: skip
PARTY_GROUPS = RecordType(
    noun="party-groups", title="党小组", name_field="name", model=PartyGroup, In=PartyGroupIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "name", "valid_from"), search=("name",), sort="id", sorts=("valid_from",), day=("valid_from", "valid_to"),
)  # fmt: skip

OrganisationCard = create_model(
    "OrganisationCard",
    __base__=ORGANISATIONS.Out,
    has_children=(bool, Field(title="有下级组织")),
    placement=(Placement | None, Field(title="隶属与设置")),
    path=(list[Named], Field(title="各级上级", description="从最上级到本组织")),
    lineage=(list[Lineage], Field(title="沿革")),
    warnings=(list[str], Field(title="提醒")),
    counts=(Counts, Field(title="数量")),
)
"""One organisation as of a day, with all that its card shows."""
