"""The register of attendance: lines, ticking off, the roster as people see it, sign-off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.errors import Conflict, FieldError, Invalid
from app.models.activities import Activity, ActivityStatus, Attendance, AttendanceMethod, AttendanceStatus
from app.models.members import Member
from app.schemas.activities import ACTIVITIES, ATTENDANCES, RegisterIn, Roster, RosterLine
from app.services.activities.meetings import warnings_of
from app.services.activities.roster import CAME, recount, rosters
from app.services.drafts import Draft
from app.services.lifetimes import by_ids
from app.services.records import completes, get_record, prepares, require_version, save, write

_AFTERWARDS = frozenset({*CAME, AttendanceStatus.absent})
"""What can only be known on the day; leave and exemption may be entered before."""


@prepares("attendance")
def prepare_attendances(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Who entered what, when and how; nothing for cancelled or future activities, corrections of signed ones with a reason."""
    found = by_ids(session, select(Activity), Activity.id, (draft.column("activity_id") for draft in drafts))
    activities = {each.id: each for (each,) in found}
    _refuse_second_lines(session, [draft for draft in drafts if draft.is_new])
    for draft in drafts:
        if not draft.is_new and draft.column("status") == getattr(draft.record, "status", None):
            continue
        activity = activities[draft.column("activity_id")]
        _refuse_untimely(draft, activity)
        if activity.signed_off_at is not None:
            _refuse_unfounded(draft)
        method = AttendanceMethod.imported if draft.place else AttendanceMethod.proxy
        draft.values |= {"method": method, "at": clock.now(), "entered_by": actor.name}


def _refuse_untimely(draft: Draft, activity: Activity) -> None:
    if activity.status is ActivityStatus.cancelled:
        draft.refuse("activity", "活动已取消，不登记出勤")
    elif activity.occurred_on > clock.today() and draft.data["status"] in _AFTERWARDS:
        draft.refuse("status", "活动还没有开展，只能登记请假或免予参加")


def _refuse_unfounded(draft: Draft) -> None:
    """After sign-off the expected ones are fixed; who came may be corrected, with a reason."""
    if draft.reason is None:
        draft.refuse("reason", "出勤已签核，更正须写明原因")
    if draft.is_new:
        draft.values["on_roster"] = False
    elif AttendanceStatus.exempt in {draft.data["status"], getattr(draft.record, "status", None)}:
        draft.refuse("status", "出勤已签核，应到人数不再变动")


def _refuse_second_lines(session: Session, drafts: Sequence[Draft]) -> None:
    lines = select(Attendance.activity_id, Attendance.member_id).where(Attendance.withdrawn_at.is_(None))
    taken = set(by_ids(session, lines, Attendance.activity_id, (draft.column("activity_id") for draft in drafts)))
    here = Counter((draft.column("activity_id"), draft.column("member_id")) for draft in drafts)
    for draft in drafts:
        key = (draft.column("activity_id"), draft.column("member_id"))
        if key in taken or here[key] > 1:
            draft.refuse("member", "该党员在这次活动中已有出勤登记")


@completes("attendance")
def complete_attendances(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """The counters follow in the same transaction."""
    withdrawn = {draft.column("activity_id") for draft in drafts if draft.column("withdrawn_at") is not None}
    signed = select(Activity.id).where(Activity.signed_off_at.is_not(None))
    if by_ids(session, signed, Activity.id, withdrawn):
        raise Conflict("register_signed", "出勤已签核，只能更正，不能撤回。")
    recount(session, [draft.column("activity_id") for draft in drafts])


def mark_attendance(session: Session, actor: Actor, activity_id: int, data: RegisterIn) -> Activity:
    """Enters or corrects several lines at once, as somebody who keeps the register for others."""
    activity: Activity = get_record(session, actor, ACTIVITIES, activity_id, Permission.write_records)
    if activity.withdrawn_at is not None:
        raise Conflict("record_withdrawn", "活动已撤回，不登记出勤。")
    if activity.status is ActivityStatus.cancelled:
        raise Conflict("activity_cancelled", "活动已取消，不登记出勤。")
    if activity.signed_off_at is not None and data.reason is None:
        raise Conflict("reason_required", "出勤已签核，更正须写明原因。", [FieldError("reason", "请填写原因")])
    twice = [member for member, times in Counter(line.member for line in data.lines).items() if times > 1]
    if twice:
        raise Invalid("member_twice", "同一名党员在名单中出现了不止一次。", [FieldError("lines", f"党员 {twice[0]} 重复")])
    mark_lines(session, actor, {(activity.id, line.member): line.status for line in data.lines}, data.reason)
    return activity


def mark_lines(session: Session, actor: Actor, statuses: Mapping[tuple[int, int], AttendanceStatus], reason: str | None) -> None:
    """(activity id, member id) → status: changes the line that is there, makes the one that is not."""
    kept = select(Attendance).where(Attendance.withdrawn_at.is_(None), Attendance.member_id.in_({member for _, member in statuses}))
    found = by_ids(session, kept, Attendance.activity_id, (activity for activity, _ in statuses))
    lines = {(line.activity_id, line.member_id): line for (line,) in found}
    drafts = []
    for (activity, member), status in statuses.items():
        data = {"activity": activity, "member": member, "status": status}
        line = lines.get((activity, member))
        changed = frozenset(data) if line is None else frozenset({"status"})
        drafts.append(Draft(data, changed, line, reason=reason))
    save(session, actor, ATTENDANCES, drafts)


def show_roster(session: Session, actor: Actor, activity_id: int) -> Roster:
    """Everybody expected and everybody who has a line, by name."""
    activity: Activity = get_record(session, actor, ACTIVITIES, activity_id)
    lines = {line.member_id: line for line in session.scalars(_lines(activity.id))}
    expected = _expected(session, activity, lines)
    people = select(Member.id, Member.name, Member.code)
    shown = [
        RosterLine(
            member=key, name=name, code=code, on_roster=key in expected,
            status=lines[key].status if key in lines else None, method=lines[key].method if key in lines else None,
        )
        for key, name, code in by_ids(session, people, Member.id, expected | lines.keys())
    ]  # fmt: skip
    return Roster(
        activity=activity.id, signed_off_at=activity.signed_off_at,
        expected_count=activity.expected_count, present_count=activity.present_count,
        lines=sorted(shown, key=lambda line: (not line.on_roster, line.name, line.code)), warnings=warnings_of(activity),
    )  # fmt: skip


def _lines(activity_id: int) -> Any:
    return select(Attendance).where(Attendance.activity_id == activity_id, Attendance.withdrawn_at.is_(None))


def _expected(session: Session, activity: Activity, lines: dict[int, Attendance]) -> set[int]:
    if activity.signed_off_at is not None:
        return {member for member, line in lines.items() if line.on_roster}
    called = {member for _, member in session.execute(rosters(Activity.id == activity.id))}
    return called - {member for member, line in lines.items() if line.status is AttendanceStatus.exempt}


def sign_off_activity(session: Session, actor: Actor, activity_id: int, version: int | None) -> Activity:
    """Closes the register: who has no line was absent, roster and expected_count freeze."""
    activity: Activity = get_record(session, actor, ACTIVITIES, activity_id, Permission.write_records)
    require_version(activity, version)
    if activity.withdrawn_at is not None:
        raise Conflict("record_withdrawn", "活动已撤回，不能签核。")
    if activity.signed_off_at is not None:
        raise Conflict("already_signed", f"出勤已由{activity.signed_off_by}签核。")
    if activity.status is not ActivityStatus.held:
        raise Conflict("not_held", f"活动{activity.status.label}，开展之后才能签核。")
    lines = {line.member_id: line for line in session.scalars(_lines(activity.id))}
    expected = _expected(session, activity, lines)
    if not expected:
        raise Conflict("roster_empty", "应到名单为空，不能签核。")
    values = {"organisation_id": activity.organisation_id, "activity_id": activity.id, "status": AttendanceStatus.absent, "on_roster": True}
    entered = {"at": clock.now(), "entered_by": actor.name}
    absent = [Draft({}, frozenset(), values={**values, **entered, "member_id": member}) for member in sorted(expected - lines.keys())]
    write(session, actor, ATTENDANCES, absent)
    _mark_expected(session, activity.id, expected)
    recount(session, [activity.id])
    write(
        session, actor, ACTIVITIES, [Draft({}, frozenset(), activity, values={"signed_off_by": actor.name, "signed_off_at": clock.now()})]
    )
    return activity


def _mark_expected(session: Session, activity_id: int, expected: set[int]) -> None:
    """Guests keep their lines; they do not count."""
    for line in session.scalars(_lines(activity_id)):
        line.on_roster = line.member_id in expected
    session.flush()
