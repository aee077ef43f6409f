"""Checks of activities, their registers, and the way they are entered."""

from datetime import date

from sqlalchemy import String, and_, func, literal, or_, select

from app.models.activities import Activity, ActivityStatus, Attendance
from app.models.organisations import Organisation
from app.scoring.metrics.view import Rows, kept, later, lives
from app.services.activities.roster import CAME
from app.services.integrity.checks import error, organisations, records, text, warning

BURST = 20
"""So many activities of one organisation entered on one day look like catching up before an inspection."""
LONG_AFTER = 30
"""Days between an activity and its entry that make it one of a burst."""
SHORTEST_TEXT = 20
"""Shorter minutes may be the same by accident."""

HELD = Activity.status == ActivityStatus.held


@error("未来的会议登记为已开展", "会议召开之后再登记为已开展，或改正日期。")
def held_in_future(today: date) -> Rows:
    return records(Activity, Activity.title).where(HELD, Activity.occurred_on > today)


@error("活动不在组织存续期内", "核对活动日期和所属组织。")
def held_by_nobody(_today: date) -> Rows:
    owner = and_(Organisation.id == Activity.organisation_id, ~lives(Organisation, Activity.occurred_on))
    return records(Activity, Activity.title).join(Organisation, owner).where(HELD)


@error("到会人数与登记表不一致", "重新登记一次出勤，系统会重新计数；反复出现请联系管理员。")
def counters_wrong(_today: date) -> Rows:
    """Of a signed register the expected lines say it exactly; of an open one no more can have come than there are lines."""
    lines = (
        select(
            Attendance.activity_id,
            func.count().label("came"),
            func.count().filter(Attendance.on_roster.is_(True)).label("expected"),
        )
        .where(Attendance.status.in_(CAME), kept(Attendance))
        .group_by(Attendance.activity_id)
        .subquery("lines")
    )
    came, expected = func.coalesce(lines.c.came, 0), func.coalesce(lines.c.expected, 0)
    signed = Activity.signed_off_at.is_not(None)
    wrong = or_(Activity.present_count > came, and_(signed, Activity.present_count != expected))
    return records(Activity, Activity.title).outerjoin(lines, lines.c.activity_id == Activity.id).where(wrong)


@warning("一天内集中补录大量活动", "请抽查这些活动的原始记录；平时随开随记，不必集中补录。")
def late_burst(_today: date) -> Rows:
    entered = func.date(Activity.recorded_at)
    label = Organisation.name + literal(" 录入于 ", String) + text(entered)
    return (
        organisations(label)
        .join(Activity, Activity.organisation_id == Organisation.id)
        .where(kept(Activity), Activity.recorded_at > later(Activity.occurred_on, LONG_AFTER))
        .group_by(Organisation.id, Organisation.name, entered)
        .having(func.count(Activity.id) >= BURST)
    )


@warning("几次活动的会议记录完全相同", "请核对原始记录，补上每次会议自己的内容。")
def minutes_repeated(_today: date) -> Rows:
    long_enough = func.length(Activity.minutes) >= SHORTEST_TEXT
    repeated = select(Activity.minutes).where(long_enough, kept(Activity)).group_by(Activity.minutes).having(func.count() > 1)
    return records(Activity, Activity.title).where(long_enough, Activity.minutes.in_(repeated))
