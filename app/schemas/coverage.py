"""扩大覆盖面 as it travels: units, liaisons, visits; pioneer posts and their services."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from app.models.coverage import Coverage, Liaison, LiaisonVisit, Unit, UnitKind
from app.models.posts import PioneerPost, PioneerPostKind, PostService
from app.schemas.base import Count, DatedIn, MemberId, OrganisationCode, RecordIn, RecordType, Reference, Text
from app.schemas.numbers import check_uscc

UnitId = Annotated[int, Reference("unit"), Field(ge=1, le=2**63 - 1)]
LiaisonId = Annotated[int, Reference("liaison"), Field(ge=1, le=2**63 - 1)]
PostId = Annotated[int, Reference("pioneer_post"), Field(ge=1, le=2**63 - 1)]


class UnitIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="责任党组织")]
    name: Annotated[Text, Field(title="单位名称")]
    uscc: Annotated[str | None, Field(title="统一社会信用代码")] = None
    kind: Annotated[UnitKind, Field(title="单位类型")]
    staff: Annotated[Count, Field(title="职工人数")] = 0
    full_members: Annotated[Count, Field(title="正式党员人数")] = 0
    coverage: Annotated[Coverage, Field(title="组建方式")] = Coverage.none
    covering: Annotated[OrganisationCode | None, Field(title="覆盖党组织")] = None
    instructor: Annotated[Text | None, Field(title="党建指导员")] = None
    mass_organisation: Annotated[Text | None, Field(title="群团组织")] = None

    @field_validator("uscc")
    @classmethod
    def valid_code(cls, value: str | None) -> str | None:
        return None if value is None else check_uscc(value)

    @model_validator(mode="after")
    def covered_by_somebody(self) -> Self:
        if (self.coverage is Coverage.none) != (self.covering is None):
            raise ValueError("组建方式与覆盖党组织须一致：已组建的填写覆盖党组织，未组建的留空")
        return self


class LiaisonIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所联系组织或责任组织")]
    leader: Annotated[Text, Field(title="联系领导")]
    unit: Annotated[UnitId | None, Field(title="所联系单位")] = None


class LiaisonVisitIn(RecordIn):
    liaison: Annotated[LiaisonId, Field(title="联系关系")]
    visited_on: Annotated[date, Field(title="走访日期")]
    findings: Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)], Field(title="走访情况")]
    problem: Annotated[Text | None, Field(title="反映问题")] = None
    solved_on: Annotated[date | None, Field(title="解决日期")] = None

    @model_validator(mode="after")
    def solved_after_visit(self) -> Self:
        if self.solved_on is not None and (self.problem is None or self.solved_on < self.visited_on):
            raise ValueError("解决日期须有反映的问题，且不早于走访日期")
        return self


class CoverIn(BaseModel):
    """A unit gets an organisation, alone or jointly."""

    model_config = ConfigDict(extra="forbid")

    covering: Annotated[str, Field(title="覆盖党组织", min_length=1, max_length=64)]
    coverage: Annotated[Coverage, Field(title="组建方式")]


class PioneerPostIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    member: Annotated[MemberId, Field(title="党员")]
    kind: Annotated[PioneerPostKind, Field(title="类别")]
    place: Annotated[Text, Field(title="岗位或责任区")]
    pledge: Annotated[Text | None, Field(title="承诺")] = None


class PostServiceIn(RecordIn):
    pioneer_post: Annotated[PostId, Field(title="岗位")]
    served_on: Annotated[date, Field(title="日期")]
    done: Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)], Field(title="服务内容")]
    people_served: Annotated[Count, Field(title="服务人次")] = 0


_OWNED: dict[str, Any] = {"organisation": (str, Field(title="所属组织"))}
_OF = frozenset({"organisation"})
UNITS = RecordType(
    noun="units", title="两新单位", model=Unit, In=UnitIn, name_field="name", natural_key=("uscc",), search=("name", "uscc"), sort="id",
    sorts=("name", "valid_from"), day=("valid_from", "valid_to"), filters=("kind", "coverage", "covering"),
)  # fmt: skip
LIAISONS = RecordType(
    noun="liaisons", title="联系两新", model=Liaison, In=LiaisonIn, name_field="leader", fixed=_OF | {"unit"},
    natural_key=("organisation", "leader", "unit", "valid_from"), search=("leader",), sort="-valid_from", day=("valid_from", "valid_to"),
    filters=("unit",),
)  # fmt: skip
LIAISON_VISITS = RecordType(
    noun="liaison-visits", title="走访记录", model=LiaisonVisit, In=LiaisonVisitIn, extra_out=_OWNED, owner="liaison",
    fixed=frozenset({"liaison"}), natural_key=("liaison", "visited_on"), search=("findings",), sort="-visited_on",
    day=("visited_on", "visited_on"), filters=("liaison",),
)  # fmt: skip
PIONEER_POSTS = RecordType(
    noun="pioneer-posts", title="先锋岗与责任区", model=PioneerPost, In=PioneerPostIn, name_field="place", fixed=_OF | {"member"},
    natural_key=("member", "kind", "place", "valid_from"), search=("place",), sort="-valid_from", day=("valid_from", "valid_to"),
    filters=("member", "kind"),
)  # fmt: skip
POST_SERVICES = RecordType(
    noun="post-services", title="岗位服务记录", model=PostService, In=PostServiceIn, extra_out=_OWNED, owner="pioneer_post",
    fixed=frozenset({"pioneer_post"}), natural_key=("pioneer_post", "served_on", "done"), search=("done",), sort="-served_on",
    day=("served_on", "served_on"), filters=("pioneer_post",),
)  # fmt: skip
COVERAGE_TYPES = (UNITS, LIAISONS, LIAISON_VISITS, PIONEER_POSTS, POST_SERVICES)
