"""Adjustments, runs and results as they travel. The result document is fixed for outsiders."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.evaluations import Adjustment, AdjustmentKind, RunStatus
from app.schemas.base import OrganisationCode, RecordIn, RecordType, Text


class AdjustmentIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="所属组织")]
    kind: Annotated[AdjustmentKind, Field(title="类型")]
    level: Annotated[
        str, StringConstraints(pattern=r"^[a-z_]{1,40}$"), Field(title="级别或情形", description="方案中的加分级别、扣分情形或等次上限情形")
    ]
    occurred_on: Annotated[date, Field(title="日期")]
    document: Annotated[Text, Field(title="证明文件")]
    case_key: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Field(title="事项编号", description="同一事项只计一次")
    ]
    confirmed_on: Annotated[date | None, Field(title="确认日期")] = None


ADJUSTMENTS = RecordType(
    noun="adjustments", title="加分、扣分与等次上限", model=Adjustment, In=AdjustmentIn, fixed=frozenset({"organisation"}),
    natural_key=("organisation", "kind", "case_key", "level"), search=("document", "case_key"), sort="-occurred_on",
    day=("occurred_on", "occurred_on"), filters=("kind", "level"),
)  # fmt: skip


class PeriodIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    start: Annotated[date, Field(title="起始日期")]
    end: Annotated[date, Field(title="结束日期")]

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("结束日期早于起始日期")
        return self


class RunIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    root: Annotated[str, Field(title="评价范围", description="党组织编码")]
    scheme: Annotated[str, Field(title="方案编码")] = "standard"
    scheme_version: Annotated[int | None, Field(title="方案版本", description="空则用最新版本")] = None
    period: Annotated[PeriodIn, Field(title="评价期间")]
    as_of: Annotated[date | None, Field(title="数据截止日", description="空则为今天")] = None


class MoveRunIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[RunStatus, Field(title="目标状态")]
    reason: Annotated[Text | None, Field(title="原因")] = None


class SchemeRef(BaseModel):
    code: str
    version: int
    name: str
    hash: str


class PeriodOut(BaseModel):
    start: date
    end: date


class OrganisationRef(BaseModel):
    code: str
    name: str
    category: str


class Cohort(BaseModel):
    """One group of comparable organisations in a run."""

    category: str
    label: str
    size: int
    ranked: int
    total_min: float | None
    total_max: float | None
    median_total: float | None
    median_sections: dict[str, float | None]
    grades: dict[str, int]
    coverage: float


class SectionRef(BaseModel):
    code: str
    name: str
    short_name: str
    weights: dict[str, float]


class RunOut(BaseModel):
    id: int
    scheme: SchemeRef
    root: OrganisationRef
    period: PeriodOut
    as_of: date
    engine: str
    facts_hash: str
    status: RunStatus
    status_label: str
    created_at: datetime
    computed_at: datetime | None
    published_at: datetime | None
    counts: dict[str, int]
    """organisations, results, ranked, indicators."""
    version: int


class RunDetail(RunOut):
    cohorts: list[Cohort]
    sections: list[SectionRef]
    not_built: list[str]
    failed: list[str]
    job: int | None
    progress: float
    may: list[str]
    moves: list[dict[str, Any]]


class RunPage(BaseModel):
    items: list[RunOut]
    next_cursor: str | None


class ResultRow(BaseModel):
    organisation: OrganisationRef
    total: float | None
    rank: int | None
    rank_interval: list[int] | None
    grade: str | None
    coverage: float
    sections: dict[str, float]


class ResultPage(BaseModel):
    items: list[ResultRow]
    next_cursor: str | None


class ResultRun(BaseModel):
    id: int
    scheme: SchemeRef
    period: PeriodOut
    as_of: date
    engine: str
    facts_hash: str
    status: RunStatus


class Clause(BaseModel):
    """A clause of the policy."""

    number: str
    title: str
    text: str


class IndicatorOut(BaseModel):
    code: str
    name: str
    clause: str
    clause_texts: list[Clause]
    metric: str
    state: str
    numerator: float
    denominator: float
    pending: float
    future: float
    value: float | None
    fraction: float | None
    weight: float
    effective_weight: float
    points: float
    lost: float
    rule: str
    title: str
    why: str
    fix: str


class SectionOut(BaseModel):
    code: str
    name: str
    weight: float
    points: float
    coverage: float
    indicators: list[IndicatorOut]


class NextStep(BaseModel):
    indicator: str
    gain: float
    text: str
    until: date


class PreviousResult(BaseModel):
    run: int
    period: PeriodOut
    comparable: bool
    """False when the scheme changed in a way that can change totals (major)."""
    total: float | None
    rank: int | None
    grade: str | None
    sections: dict[str, float]


class CohortRef(BaseModel):
    category: str
    size: int
    median_sections: dict[str, float | None]


class AdjustmentOut(BaseModel):
    id: int
    kind: AdjustmentKind
    kind_label: str
    level: str
    points: float | None
    counted: bool
    occurred_on: date
    document: str
    case_key: str


class ResultDocument(BaseModel):
    run: ResultRun
    organisation: OrganisationRef
    cohort: CohortRef
    total: float | None
    base: float | None
    bonus: float
    deduction: float
    rank: int | None
    rank_interval: list[int] | None
    grade: str | None
    grade_reasons: list[str]
    coverage: float
    sections: list[SectionOut]
    adjustments: list[AdjustmentOut]
    next_steps: list[NextStep]
    previous: PreviousResult | None
    may: list[str]


class RecordRef(BaseModel):
    kind: str
    id: int


class ItemOut(BaseModel):
    organisation: str
    organisation_name: str
    label: str
    record: RecordRef | None
    numerator: float
    denominator: float
    pending: float
    future: float


class ItemPage(BaseModel):
    items: list[ItemOut]
    next_cursor: str | None


class Accepted(BaseModel):
    """Long work was asked for."""

    run: int
    job: int


class SimulateIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scheme: Annotated[dict[str, Any], Field(title="方案草稿", description="完整的方案内容，格式同方案文件")]


class CategoryMoveOut(BaseModel):
    category: str
    label: str
    size: int
    mean_change: float
    gain: int
    lose: int
    regraded: int


class MoveOut(BaseModel):
    organisation: OrganisationRef
    total_before: float | None
    total_after: float | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str | None
    grade_after: str | None


class Simulation(BaseModel):
    """What another scheme would change on the same facts."""

    change: str | None
    """major, minor, patch, or null when the draft is the same scheme."""
    changes: list[str]
    categories: list[CategoryMoveOut]
    items: list[MoveOut]


class ChangedItem(BaseModel):
    """One frozen item that is not as it was, or one that is new."""

    indicators: list[str]
    organisation: str
    label: str
    record: RecordRef | None
    frozen: list[float] | None
    """numerator, denominator, pending, future as frozen; null for an item that did not exist."""
    now: list[float] | None


class Verification(BaseModel):
    """What `verify` found."""

    ok: bool
    scheme_hash: bool
    facts_hash: bool
    results: bool
    """Totals, ranks and grades recomputed from the stored facts agree to the last digit."""
    differences: list[str]
    frozen: bool
    changed: list[ChangedItem]
    changed_more: int


class TrendPoint(BaseModel):
    run: int
    scheme: SchemeRef
    period: PeriodOut
    as_of: date
    status: RunStatus
    total: float | None
    rank: int | None
    size: int
    grade: str | None
    coverage: float
    comparable: bool
    """False where the line breaks: the scheme changed in a way that can change totals."""


class Trend(BaseModel):
    items: list[TrendPoint]
