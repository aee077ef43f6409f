"""Organisations, their place in the tree by date, their lineage, exemptions and party groups."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Json, Labelled, OrganisationRecord, Record, choice, key_text, where_kept


class Form(Labelled):
    committee = "committee", "党委"
    general_branch = "general_branch", "党总支"
    branch = "branch", "党支部"
    joint_branch = "joint_branch", "联合党支部"


class Category(Labelled):
    higher = "higher", "县级及以上"
    township = "township", "乡镇(街道)"
    village = "village", "村"
    community = "community", "社区"
    agency = "agency", "机关"
    new_economic = "new_economic", "新经济组织"
    new_social = "new_social", "新社会组织"


class JointKind(Labelled):
    village_village = "village_village", "村村联建"
    village_enterprise = "village_enterprise", "村企联建"
    village_community = "village_community", "村居联建"
    industry_chain = "industry_chain", "产业链联建"


class LineageKind(Labelled):
    merge = "merge", "合并"
    divide = "split", "拆分"
    rename = "rename", "更名"
    upgrade = "upgrade", "升格"


class OperationKind(Labelled):
    move = "move", "调整隶属"
    rebuild = "rebuild", "调整设置"
    merge = "merge", "合并"
    divide = "split", "拆分"
    upgrade = "upgrade", "升格"
    dissolve = "dissolve", "撤销"


class OperationState(Labelled):
    planned = "planned", "待生效"
    done = "done", "已生效"
    failed = "failed", "未能生效"
    cancelled = "cancelled", "已取消"


class Organisation(Record):
    """A Party organisation. Form and category are never edited in place: an upgrade founds a successor."""

    __tablename__ = "organisation"

    code: Mapped[str] = mapped_column(key_text(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str | None] = mapped_column(String(100))
    form: Mapped[Form] = mapped_column(choice(Form))
    category: Mapped[Category] = mapped_column(choice(Category))
    region_code: Mapped[str | None] = mapped_column(String(12))
    sort_order: Mapped[int] = mapped_column(default=0, server_default="0")
    established_on: Mapped[date]
    dissolved_on: Mapped[date | None]
    """First day on which it no longer exists."""
    joint_kind: Mapped[JointKind | None] = mapped_column(choice(JointKind))
    partners: Mapped[list[str]] = mapped_column(Json, default=list)
    """Codes of the organisations that founded a joint one together."""
    industry: Mapped[str | None] = mapped_column(String(100))
    standing_delegates: Mapped[bool] = mapped_column(default=False)
    form_deviation_approval: Mapped[str | None] = mapped_column(String(200))
    needs_venue: Mapped[bool] = mapped_column(default=False)
    expected_to_pair: Mapped[bool] = mapped_column(default=False)
    path: Mapped[str] = mapped_column(key_text(400), default="", index=True)
    """Today's place in the tree for rights, `/1/5/23/`; a dissolved organisation lies under its principal successor."""

    counters = frozenset({"path"})


class OrganisationPlacement(OrganisationRecord):
    """Where an organisation stands and how it is built, from day to day; exactly one placement is open."""

    __tablename__ = "organisation_placement"

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    evaluated: Mapped[bool] = mapped_column(default=False)
    has_committee: Mapped[bool] = mapped_column(default=False)
    committee_seats: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index("uq_organisation_placement_open", "organisation_id", unique=True, **where_kept("valid_to IS NULL")),
        CheckConstraint("parent_id IS NULL OR parent_id <> organisation_id", name="not_own_parent"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    )


class OrganisationLineage(Record):
    """What became of an organisation; following the principal successors leads to its heir."""

    __tablename__ = "organisation_lineage"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    principal: Mapped[bool]
    kind: Mapped[LineageKind] = mapped_column(choice(LineageKind))
    happened_on: Mapped[date]

    __table_args__ = (
        Index("uq_organisation_lineage_principal", "predecessor_id", unique=True, **where_kept("principal")),
        CheckConstraint("predecessor_id <> successor_id", name="not_own_successor"),
    )


class OrganisationExemption(OrganisationRecord):
    """What an organisation and everything below it does not owe in a time: one metric, or `all`."""

    __tablename__ = "organisation_exemption"

    what: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PartyGroup(OrganisationRecord):
    """党小组."""

    __tablename__ = "party_group"

    name: Mapped[str] = mapped_column(String(100))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (Index("uq_party_group_name", "organisation_id", "name", "valid_from", unique=True, **where_kept()),)


class OrganisationOperation(OrganisationRecord):
    """A move, merge, split, upgrade or dissolution with its effective day: carried out, or planned for a future day."""

    __tablename__ = "organisation_operation"

    kind: Mapped[OperationKind] = mapped_column(choice(OperationKind))
    effective_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[OperationState] = mapped_column(choice(OperationState))
    details: Mapped[dict[str, object]] = mapped_column(Json)
    """The request as it was accepted (kind-specific, organisations by code)."""
    outcome: Mapped[str | None] = mapped_column(String(1000))
