"""Members, memberships, posts, elections and appraisals."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, OrganisationRecord, choice, key_text, where_kept


class Gender(Labelled):
    """GB/T 2261.1."""

    male = "1", "男"
    female = "2", "女"


class Education(Labelled):
    """GB/T 4658, the groups people fill in."""

    postgraduate = "10", "研究生"
    undergraduate = "20", "大学本科"
    college = "30", "大学专科"
    vocational = "40", "中等职业教育"
    senior_secondary = "60", "普通高中"
    junior_secondary = "70", "初中"
    primary = "80", "小学"
    other = "90", "其他"


class MemberClass(Labelled):
    farmer = "farmer", "农民"
    worker = "worker", "工人"
    agency_staff = "agency_staff", "机关干部"
    enterprise_staff = "enterprise_staff", "企业职工"
    social_staff = "social_staff", "社会组织从业人员"
    student = "student", "学生"
    retiree = "retiree", "离退休人员"
    other = "other", "其他"


class MemberStatus(Labelled):
    probationary = "probationary", "预备党员"
    full = "full", "正式党员"
    suspended = "suspended", "停止党籍"
    left = "left", "已出党"
    deceased = "deceased", "已去世"


class Post(Labelled):
    secretary = "secretary", "书记"
    deputy_secretary = "deputy_secretary", "副书记"
    organisation_commissioner = "organisation_commissioner", "组织委员"
    publicity_commissioner = "publicity_commissioner", "宣传委员"
    discipline_commissioner = "discipline_commissioner", "纪检委员"
    member = "member", "委员"


class SelectionMethod(Labelled):
    two_recommendations_one_election = "two_recommendations_one_election", "两推一选"
    open_recommendation_direct_election = "open_recommendation_direct_election", "公推直选"
    member_assembly = "member_assembly", "党员大会选举"
    party_congress = "party_congress", "党代表大会选举"
    appointed = "appointed", "上级任命"


class Background(Labelled):
    entrepreneur = "entrepreneur", "致富能手、企业经营者"
    professional_farmer = "professional_farmer", "专业大户、合作社负责人"
    veteran = "veteran", "退役军人"
    graduate = "graduate", "高校毕业生"
    returned_worker = "returned_worker", "返乡创业人员"
    cadre = "cadre", "机关干部、下派干部"
    other = "other", "其他"


class TalentKind(Labelled):
    reserve_cadre = "reserve_cadre", "后备干部"
    graduate = "graduate", "高校毕业生"
    scarce_talent = "scarce_talent", "紧缺实用人才"


class AppraisalGrade(Labelled):
    excellent = "excellent", "优秀"
    qualified = "qualified", "合格"
    basically_qualified = "basically_qualified", "基本合格"
    unqualified = "unqualified", "不合格"


class Member(OrganisationRecord):
    """A Party member. `organisation_id` is the organisation of the latest membership: it decides who may see the person."""

    __tablename__ = "member"

    code: Mapped[str] = mapped_column(key_text(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    gender: Mapped[Gender] = mapped_column(choice(Gender))
    birth_date: Mapped[date | None]
    ethnicity: Mapped[str | None] = mapped_column(String(2))
    """GB/T 3304 numeric code, 01 Han."""
    education: Mapped[Education | None] = mapped_column(choice(Education))
    national_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    national_id_index: Mapped[str | None] = mapped_column(String(64))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    member_class: Mapped[MemberClass] = mapped_column(choice(MemberClass))
    status: Mapped[MemberStatus] = mapped_column(choice(MemberStatus))
    suspended_from: Mapped[date | None]
    suspended_to: Mapped[date | None]
    admitted_on: Mapped[date]
    full_on: Mapped[date | None]
    duty_exempt_reason: Mapped[str | None] = mapped_column(String(200))
    duty_exempt_from: Mapped[date | None]
    duty_exempt_to: Mapped[date | None]

    __table_args__ = (Index("uq_member_national_id", "national_id_index", unique=True, **where_kept()),)


class Membership(OrganisationRecord):
    """Where a member belongs, by date; periods of one member never overlap."""

    __tablename__ = "membership"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index("ix_membership_organisation_from", "organisation_id", "valid_from"),
        Index("uq_membership_open", "member_id", unique=True, **where_kept("valid_to IS NULL")),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    )


class Position(OrganisationRecord):
    """班子任职: a post on the committee of an organisation."""

    __tablename__ = "position"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    post: Mapped[Post] = mapped_column(choice(Post))
    village_post: Mapped[str | None] = mapped_column(String(50))
    """Post on the village or resident committee that the holder has as well (交叉任职)."""
    selection_method: Mapped[SelectionMethod | None] = mapped_column(choice(SelectionMethod))
    background: Mapped[Background | None] = mapped_column(choice(Background))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Election(OrganisationRecord):
    """换届选举."""

    __tablename__ = "election"

    held_on: Mapped[date]
    method: Mapped[SelectionMethod] = mapped_column(choice(SelectionMethod))
    eligible: Mapped[int]
    present: Mapped[int]
    elected: Mapped[int]
    term_until: Mapped[date]

    __table_args__ = (Index("uq_election_organisation_day", "organisation_id", "held_on", unique=True, **where_kept()),)


class TalentReserve(OrganisationRecord):
    """后备力量与人才: members or people outside the Party."""

    __tablename__ = "talent_reserve"

    person: Mapped[str] = mapped_column(String(100))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[TalentKind] = mapped_column(choice(TalentKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LeaderAppraisal(OrganisationRecord):
    """“四有”测评: one sheet about one secretary, scores 0–100."""

    __tablename__ = "leader_appraisal"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    appraised_on: Mapped[date]
    party_spirit: Mapped[int]
    public_spirit: Mapped[int]
    ability: Mapped[int]
    drive: Mapped[int]
    appraiser_group: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))


class MemberAppraisal(OrganisationRecord):
    """民主评议: the grade of one member in one year, given by the branch."""

    __tablename__ = "member_appraisal"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    year: Mapped[int]
    grade: Mapped[AppraisalGrade] = mapped_column(choice(AppraisalGrade))
    appraised_on: Mapped[date | None]

    __table_args__ = (Index("uq_member_appraisal_year", "member_id", "year", unique=True, **where_kept()),)
