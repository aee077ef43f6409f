"""How secretaries and members are judged: by people, with a grade and limits that the policy sets."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.models.members import AppraisalGrade, Member, MemberAppraisal, Membership, Position, Post
from app.services.drafts import Draft
from app.services.lifetimes import by_ids
from app.services.records import prepares

EXCELLENT_AMONG = 3
"""At most one of so many of those appraised is graded 优秀."""


@prepares("leader_appraisal")
def prepare_leader_appraisals(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """A sheet is about somebody who was secretary of that organisation on that day."""
    about = {id(draft): _about(draft) for draft in drafts}
    held = select(Position.organisation_id, Position.member_id, Position.valid_from, Position.valid_to)
    held = held.where(Position.post == Post.secretary, Position.withdrawn_at.is_(None))
    terms = by_ids(session, held, Position.member_id, (member_id for _, member_id in about.values()))
    for draft in drafts:
        day = draft.data["appraised_on"]
        if day > clock.today():
            draft.refuse("appraised_on", "日期不能晚于今天")
        mine = [(first, last) for organisation_id, member_id, first, last in terms if (organisation_id, member_id) == about[id(draft)]]
        if not any(first <= day and (last is None or day <= last) for first, last in mine):
            draft.refuse("member", "测评之日此人不是该党组织的书记")


@prepares("member_appraisal")
def prepare_member_appraisals(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """One grade a year for a full member of the branch; few of them 优秀."""
    about = {id(draft): _about(draft) for draft in drafts}
    member_ids = [member_id for _, member_id in about.values()]
    full_on = dict(by_ids(session, select(Member.id, Member.full_on), Member.id, member_ids))
    columns = select(Membership.organisation_id, Membership.member_id, Membership.valid_from, Membership.valid_to)
    kept = columns.where(Membership.withdrawn_at.is_(None))
    belonging: dict[tuple[int, int], list[tuple[date, date | None]]] = {}
    for organisation_id, member_id, first, last in by_ids(session, kept, Membership.member_id, member_ids):
        belonging.setdefault((organisation_id, member_id), []).append((first, last))
    for draft in drafts:
        year, day = draft.data["year"], draft.data["appraised_on"]
        start, end = date(year, 1, 1), date(year, 12, 31)
        if start > clock.today():
            draft.refuse("year", "年度不能晚于今年")
        if day is not None and not start <= day <= clock.today():
            draft.refuse("appraised_on", "评议日期应在年度开始之后，且不能晚于今天")
        became_full = full_on[about[id(draft)][1]]
        if became_full is None or became_full > end:
            draft.refuse("member", "该年度尚不是正式党员，不评定等次")
        if not any(first <= (day or end) and (last is None or last >= start) for first, last in belonging.get(about[id(draft)], [])):
            draft.refuse("member", "该年度组织关系不在这个党支部")
    _refuse_second_grades(session, drafts, member_ids)
    _refuse_too_many_excellent(session, drafts, about)


def _about(draft: Draft) -> tuple[int, int]:
    """Organisation and member."""
    return draft.column("organisation_id"), draft.column("member_id")


def _refuse_second_grades(session: Session, drafts: Sequence[Draft], member_ids: Sequence[int]) -> None:
    stored = select(MemberAppraisal.member_id, MemberAppraisal.year).where(MemberAppraisal.withdrawn_at.is_(None))
    taken = set(by_ids(session, stored, MemberAppraisal.member_id, member_ids))
    new = [draft for draft in drafts if draft.is_new]
    here = Counter((draft.data["member"], draft.data["year"]) for draft in new)
    for draft in new:
        key = (draft.data["member"], draft.data["year"])
        if key in taken or here[key] > 1:
            draft.refuse("member", "该党员这一年度已有等次，一年只评定一次")


def _refuse_too_many_excellent(session: Session, drafts: Sequence[Draft], about: dict[int, tuple[int, int]]) -> None:
    """Counts the branch and year as they would be after this batch; a batch may bring the others along."""
    changed = {draft.record.id for draft in drafts if draft.record is not None}
    columns = select(MemberAppraisal.id, MemberAppraisal.organisation_id, MemberAppraisal.year, MemberAppraisal.grade)
    kept = columns.where(MemberAppraisal.withdrawn_at.is_(None))
    stored = by_ids(session, kept, MemberAppraisal.organisation_id, (place for place, _ in about.values()))
    grades = Counter((organisation_id, year, grade) for key, organisation_id, year, grade in stored if key not in changed)
    grades.update((about[id(draft)][0], draft.data["year"], draft.data["grade"]) for draft in drafts)
    for draft in drafts:
        branch = (about[id(draft)][0], draft.data["year"])
        total = sum(grades[*branch, grade] for grade in AppraisalGrade)
        excellent = grades[*branch, AppraisalGrade.excellent]
        if draft.data["grade"] is AppraisalGrade.excellent and excellent * EXCELLENT_AMONG > total:
            most = total // EXCELLENT_AMONG
            draft.refuse("grade", f"优秀不得超过参加评议人数的三分之一：本年度共评 {total} 人，最多 {most} 人优秀，请先登记其他等次")
