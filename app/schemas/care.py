"""关爱帮扶 as it travels."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.models.care import (
    AssistanceProject,
    CareKind,
    CareRecord,
    Dispute,
    DisputeKind,
    HardshipCase,
    HardshipLevel,
    ProsperityProject,
)
from app.schemas.base import Count, DatedIn, MemberId, MemberIds, OrganisationCode, RecordIn, RecordType, Text

Yuan = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]
Percent = Annotated[int, Field(ge=0, le=100)]


class HardshipCaseIn(DatedIn):
    member: Annotated[MemberId, Field(title="党员")]
    cause: Annotated[Text | None, Field(title="困难原因", description="加密保存，默认不显示、不导出")] = None
    level: Annotated[HardshipLevel, Field(title="困难程度")]


class CareRecordIn(RecordIn):
    member: Annotated[MemberId, Field(title="党员")]
    kind: Annotated[CareKind, Field(title="方式")]
    amount: Annotated[Yuan | None, Field(title="金额（元）")] = None
    cared_on: Annotated[date, Field(title="日期")]


class AssistanceProjectIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="受扶持组织")]
    helper: Annotated[OrganisationCode | None, Field(title="帮扶组织")] = None
    measure: Annotated[Text, Field(title="措施")]
    planned_progress: Annotated[Percent, Field(title="计划进度（%）")] = 0
    progress: Annotated[Percent, Field(title="实际进度（%）")] = 0


class DisputeIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    taken_up_on: Annotated[date, Field(title="受理日期")]
    kind: Annotated[DisputeKind, Field(title="类型")]
    summary: Annotated[Text, Field(title="简要情况")]
    mediators: Annotated[MemberIds, Field(default_factory=list, title="调解党员", description="党员编号列表", max_length=20)]
    resolved_on: Annotated[date | None, Field(title="化解日期")] = None

    @model_validator(mode="after")
    def resolved_after(self) -> Self:
        if self.resolved_on is not None and self.resolved_on < self.taken_up_on:
            raise ValueError("化解日期早于受理日期")
        return self


class ProsperityProjectIn(DatedIn):
    member: Annotated[MemberId, Field(title="党员")]
    what: Annotated[Text, Field(title="项目")]
    households: Annotated[Count, Field(title="带动户数")] = 0


_OWNED: dict[str, Any] = {"organisation": (str, Field(title="所属组织"))}
HARDSHIP_CASES = RecordType(
    noun="hardship-cases", title="困难党员", model=HardshipCase, In=HardshipCaseIn, extra_out=_OWNED, owner="member",
    fixed=frozenset({"member"}), natural_key=("member", "valid_from"), sort="-valid_from", day=("valid_from", "valid_to"),
    filters=("member", "level"),
)  # fmt: skip
CARE_RECORDS = RecordType(
    noun="care-records", title="关爱记录", model=CareRecord, In=CareRecordIn, extra_out=_OWNED, owner="member", fixed=frozenset({"member"}),
    natural_key=("member", "kind", "cared_on"), sort="-cared_on", day=("cared_on", "cared_on"), filters=("member", "kind"),
)  # fmt: skip
ASSISTANCE_PROJECTS = RecordType(
    noun="assistance-projects", title="扶持项目", model=AssistanceProject, In=AssistanceProjectIn, name_field="measure",
    fixed=frozenset({"organisation"}), natural_key=("organisation", "measure", "valid_from"), search=("measure",), sort="-valid_from",
    day=("valid_from", "valid_to"),
)  # fmt: skip
DISPUTES = RecordType(
    noun="disputes", title="矛盾化解", model=Dispute, In=DisputeIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "taken_up_on", "summary"), search=("summary",), sort="-taken_up_on",
    day=("taken_up_on", "taken_up_on"), filters=("kind",),
)  # fmt: skip
PROSPERITY_PROJECTS = RecordType(
    noun="prosperity-projects", title="致富项目", model=ProsperityProject, In=ProsperityProjectIn, extra_out=_OWNED, owner="member",
    fixed=frozenset({"member"}), natural_key=("member", "what", "valid_from"), search=("what",), sort="-valid_from",
    day=("valid_from", "valid_to"), filters=("member",),
)  # fmt: skip
CARE_TYPES = (HARDSHIP_CASES, CARE_RECORDS, ASSISTANCE_PROJECTS, DISPUTES, PROSPERITY_PROJECTS)
