"""阵地经费 as it travels."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from app.models.resources import Fund, FundDirection, FundSource, Venue, VenueKind, VenueUse
from app.schemas.base import ActivityId, Count, DatedIn, OrganisationCode, RecordIn, RecordType, Reference, Text
from app.schemas.care import Yuan

VenueId = Annotated[int, Reference("venue"), Field(ge=1, le=2**63 - 1)]


class VenueIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    name: Annotated[Text, Field(title="名称")]
    kind: Annotated[VenueKind, Field(title="类型")]
    area: Annotated[Count | None, Field(title="面积（平方米）")] = None
    meets_standard: Annotated[bool, Field(title="达到标准")] = False
    shared: Annotated[bool, Field(title="开放共享")] = False
    open_hours: Annotated[Text | None, Field(title="开放时间")] = None


class VenueUseIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="使用组织")]
    venue: Annotated[VenueId, Field(title="阵地")]
    used_on: Annotated[date, Field(title="日期")]
    starts_at: Annotated[time, Field(title="开始时刻")]
    ends_at: Annotated[time, Field(title="结束时刻")]
    activity: Annotated[ActivityId | None, Field(title="活动")] = None

    @field_validator("starts_at", "ends_at")
    @classmethod
    def local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("时刻按北京时间填写，不带时区")
        return value

    @model_validator(mode="after")
    def ends_after_start(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("结束时刻须晚于开始时刻")
        return self


class FundIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    year: Annotated[int, Field(title="年度", ge=1921, le=2200)]
    fund_source: Annotated[FundSource, Field(title="经费来源")]
    direction: Annotated[FundDirection, Field(title="收支方向")]
    to_organisation: Annotated[OrganisationCode | None, Field(title="拨付对象")] = None
    amount: Annotated[Yuan, Field(title="金额（元）")]
    booked_on: Annotated[date, Field(title="入账日期")]
    purpose: Annotated[Text | None, Field(title="用途")] = None

    @model_validator(mode="after")
    def allocated_to_somebody(self) -> Self:
        if (self.direction is FundDirection.allocated) != (self.to_organisation is not None):
            raise ValueError("下拨经费须填写拨付对象，其他经费不填")
        return self


_OF = frozenset({"organisation"})
VENUES = RecordType(
    noun="venues", title="活动阵地", model=Venue, In=VenueIn, name_field="name", fixed=_OF, natural_key=("organisation", "name"),
    search=("name",), sort="id", sorts=("name",), day=("valid_from", "valid_to"), filters=("kind",),
)  # fmt: skip
VENUE_USES = RecordType(
    noun="venue-uses", title="阵地使用", model=VenueUse, In=VenueUseIn, fixed=_OF | {"venue"},
    natural_key=("venue", "used_on", "starts_at"), sort="-used_on", day=("used_on", "used_on"), filters=("venue",),
)  # fmt: skip
FUNDS = RecordType(
    noun="funds", title="党建经费", model=Fund, In=FundIn, fixed=_OF,
    natural_key=("organisation", "booked_on", "direction", "amount", "purpose"), search=("purpose",), sort="-booked_on",
    day=("booked_on", "booked_on"), filters=("year", "fund_source", "direction"),
)  # fmt: skip
RESOURCE_TYPES = (VENUES, VENUE_USES, FUNDS)
