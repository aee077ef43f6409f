"""Checks of members, memberships, posts and appraisals."""

from datetime import date

from sqlalchemy import String, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.members import AppraisalGrade, Member, MemberAppraisal, Membership, MemberStatus, Position, Post
from app.models.organisations import Organisation, PartyGroup
from app.scoring.metrics.view import Column, Condition, Rows, covers, kept
from app.services.integrity.checks import error, organisations, records, text, warning

HERE = (MemberStatus.full, MemberStatus.probationary)
GONE = (MemberStatus.left, MemberStatus.deceased)
MOST_EXCELLENT = 3
"""优秀 is for at most one in so many of those appraised."""


def overlap(one: Column, one_end: Column, other: Column, other_end: Column) -> Condition:
    """Whether two periods with inclusive ends, NULL meaning open, share a day."""
    return and_(or_(one_end.is_(None), other <= one_end), or_(other_end.is_(None), one <= other_end))


@error("党员同时有两处组织关系", "核对转接日期，撤回多余的一条或改正起止日期。")
def memberships_overlapping(_today: date) -> Rows:
    other = aliased(Membership)
    shared = overlap(Membership.valid_from, Membership.valid_to, other.valid_from, other.valid_to)
    twice = select(other.id).where(other.member_id == Membership.member_id, other.id != Membership.id, shared, kept(other))
    return records(Membership, Member.name).join(Member, Member.id == Membership.member_id).where(twice.exists())


@error("在册党员没有组织关系", "登记党员现在的组织关系；已出党或去世的，改正党员状态。")
def membership_missing(today: date) -> Rows:
    here = select(Membership.id).where(
        Membership.member_id == Member.id, covers(Membership.valid_from, Membership.valid_to, today), kept(Membership)
    )
    return records(Member, Member.name).where(Member.status.in_(HERE), Member.admitted_on <= today, ~here.exists())


@error("已出党或去世的党员仍有组织关系", "填写组织关系的结束日期，或改正党员状态。")
def membership_of_gone(today: date) -> Rows:
    return (
        records(Membership, Member.name)
        .join(Member, Member.id == Membership.member_id)
        .where(Member.status.in_(GONE), covers(Membership.valid_from, Membership.valid_to, today))
    )


@error("党小组不属于党员所在的组织", "改选党员所在组织的党小组，或先办理组织关系转接。")
def group_of_another(_today: date) -> Rows:
    return (
        records(Membership, Member.name)
        .join(Member, Member.id == Membership.member_id)
        .join(PartyGroup, PartyGroup.id == Membership.group_id)
        .where(PartyGroup.organisation_id != Membership.organisation_id)
    )


@error("入党日期在今天之后", "核对入党日期。")
def admitted_in_future(today: date) -> Rows:
    return records(Member, Member.name).where(Member.admitted_on > today)


@error("转正日期早于入党日期", "核对入党日期和转正日期。")
def full_before_admitted(_today: date) -> Rows:
    return records(Member, Member.name).where(Member.full_on < Member.admitted_on)


@error("已出党或去世的党员仍在任职", "填写任职的结束日期。")
def post_of_gone(today: date) -> Rows:
    return (
        records(Position, Member.name)
        .join(Member, Member.id == Position.member_id)
        .where(Member.status.in_(GONE), covers(Position.valid_from, Position.valid_to, today))
    )


@error("同一组织同时有两名书记", "填写前任书记的离任日期。")
def secretaries_overlapping(_today: date) -> Rows:
    other = aliased(Position)
    shared = overlap(Position.valid_from, Position.valid_to, other.valid_from, other.valid_to)
    second = select(other.id).where(
        other.organisation_id == Position.organisation_id, other.id != Position.id, other.post == Post.secretary, shared, kept(other)
    )
    return (
        records(Position, Member.name)
        .join(Member, Member.id == Position.member_id)
        .where(Position.post == Post.secretary, second.exists())
    )


@warning("民主评议“优秀”超过三分之一", "优秀等次一般不超过参加评议党员的三分之一，请核对评议结果。")
def too_many_excellent(_today: date) -> Rows:
    excellent = func.sum(case((MemberAppraisal.grade == AppraisalGrade.excellent, 1), else_=0))
    return (
        organisations(Organisation.name + literal(" ", String) + text(MemberAppraisal.year) + literal(" 年", String))
        .join(MemberAppraisal, MemberAppraisal.organisation_id == Organisation.id)
        .where(kept(MemberAppraisal))
        .group_by(Organisation.id, Organisation.name, MemberAppraisal.year)
        .having(excellent * MOST_EXCELLENT > func.count(MemberAppraisal.id))
    )
