"""结对共建 as it travels: the ledger is entered once, by either side, and confirmed by the other."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.pairings import EntryKind, Pairing, PairingEntry, PairingReport, PairingSide
from app.schemas.base import Count, DatedIn, MemberIds, OrganisationCode, RecordIn, RecordType, Reference, Text
from app.schemas.care import Yuan

PairingId = Annotated[int, Reference("pairing"), Field(ge=1, le=2**63 - 1)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class PairingIn(DatedIn):
    organisation: Annotated[OrganisationCode, Field(title="甲方组织")]
    partner: Annotated[OrganisationCode, Field(title="乙方组织")]
    agreed_on: Annotated[date | None, Field(title="方案商定日期")] = None
    plan: Annotated[Paragraph | None, Field(title="共建方案")] = None
    in_goals_a: Annotated[bool, Field(title="列入甲方年度目标")] = False
    in_goals_b: Annotated[bool, Field(title="列入乙方年度目标")] = False

    @model_validator(mode="after")
    def two_sides(self) -> Self:
        if self.organisation == self.partner:
            raise ValueError("不能与自己结对")
        return self


class PairingEntryIn(RecordIn):
    pairing: Annotated[PairingId, Field(title="结对")]
    entered_side: Annotated[PairingSide, Field(title="登记方")]
    happened_on: Annotated[date, Field(title="日期")]
    kind: Annotated[EntryKind, Field(title="类型")]
    content: Annotated[Paragraph, Field(title="内容")]
    participants: Annotated[Count, Field(title="参加人数")] = 0
    leaders: Annotated[MemberIds, Field(default_factory=list, title="参加的领导干部", description="党员编号列表", max_length=50)]
    volunteers: Annotated[Count, Field(title="志愿者人数")] = 0
    amount: Annotated[Yuan | None, Field(title="金额（元）")] = None
    result: Annotated[Text | None, Field(title="成效")] = None


class PairingReportIn(RecordIn):
    organisation: Annotated[OrganisationCode, Field(title="上报组织")]
    pairing: Annotated[PairingId, Field(title="结对")]
    period: Annotated[Text, Field(title="期间")]
    due_on: Annotated[date, Field(title="上报期限")]
    submitted_on: Annotated[date | None, Field(title="上报日期")] = None
    receiver: Annotated[Text | None, Field(title="接收单位")] = None


class ConfirmIn(BaseModel):
    """The other side confirms an entry."""

    model_config = ConfigDict(extra="forbid")

    side: Annotated[PairingSide, Field(title="确认方")]
    confirmed_on: Annotated[date | None, Field(title="确认日期", description="空则为今天")] = None


class SubmitIn(BaseModel):
    """A side hands its report in."""

    model_config = ConfigDict(extra="forbid")

    submitted_on: Annotated[date | None, Field(title="上报日期", description="空则为今天")] = None
    receiver: Annotated[Text, Field(title="接收单位")]


_OF = frozenset({"organisation"})
_ENTRY: dict[str, Any] = {
    "organisation": (str, Field(title="登记组织")),
    "confirmed_on": (date | None, Field(None, title="对方确认日期")),
    "has_attachment": (bool, Field(False, title="有附件")),
}
PAIRINGS = RecordType(
    noun="pairings", title="结对共建", model=Pairing, In=PairingIn, name_field="plan", fixed=_OF | {"partner"},
    natural_key=("organisation", "partner", "valid_from"), search=("plan",), sort="-valid_from", day=("valid_from", "valid_to"),
    filters=("partner",),
)  # fmt: skip
PAIRING_ENTRIES = RecordType(
    noun="pairing-entries", title="共建台账", model=PairingEntry, In=PairingEntryIn, extra_out=_ENTRY, owner="pairing",
    fixed=frozenset({"pairing", "entered_side"}), natural_key=("pairing", "happened_on", "kind", "content"), search=("content",),
    sort="-happened_on", day=("happened_on", "happened_on"), filters=("pairing", "kind"),
)  # fmt: skip
PAIRING_REPORTS = RecordType(
    noun="pairing-reports", title="共建上报", model=PairingReport, In=PairingReportIn, fixed=_OF | {"pairing"},
    natural_key=("pairing", "organisation", "period"), sort="-due_on", day=("due_on", "due_on"), filters=("pairing",),
)  # fmt: skip
PAIRING_TYPES = (PAIRINGS, PAIRING_ENTRIES, PAIRING_REPORTS)
