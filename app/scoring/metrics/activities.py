"""Metrics of the organisational life: meetings, lectures and other activities that were held."""

from __future__ import annotations

from pydantic import Field

from app.models.activities import Activity, ActivityForm, ActivityKind
from app.scoring.metrics.dues import recurring
from app.scoring.metrics.items import WHOLE, items, millionths, whole
from app.scoring.metrics.sources import (
    branches,
    branches_with_committee,
    groups,
    held_below,
    held_by_group,
    held_by_organisation,
    held_for_branch,
    held_with_committee,
    is_held,
    joint_organisations,
    with_delegates,
)
from app.scoring.metrics.view import Rows, View
from app.scoring.outcome import HALF, MONTH, QUARTER, YEAR
from app.scoring.registry import Parameters, metric


class Attended(Parameters):
    """Parameters of `attendance`."""

    kinds: tuple[ActivityKind, ...] = Field(
        (
            ActivityKind.general_meeting,
            ActivityKind.committee_meeting,
            ActivityKind.group_meeting,
            ActivityKind.party_lecture,
            ActivityKind.theme_day,
        ),
        title="统计到会率的活动种类",
        min_length=1,
    )


class Practice(Parameters):
    """Parameters of `practice_activities`."""

    kinds: tuple[ActivityKind, ...] = Field(
        (ActivityKind.practice, ActivityKind.volunteering), title="算作党性实践的活动种类", min_length=1
    )


class SmallScale(Parameters):
    """Parameters of `small_scale_share`."""

    excluded_kinds: tuple[ActivityKind, ...] = Field(
        (
            ActivityKind.general_meeting,
            ActivityKind.committee_meeting,
            ActivityKind.organisation_life,
            ActivityKind.democratic_appraisal,
        ),
        title="不参与统计的活动种类",
    )
    forms: tuple[ActivityForm, ...] = Field(
        (ActivityForm.group, ActivityForm.dispersed, ActivityForm.spare_time, ActivityForm.online),
        title="算作小型分散的活动形式",
        min_length=1,
    )


@metric("联建共建党组织运转")
def joint_organisations_active(view: View, parameters: Parameters) -> Rows:
    """联合党支部和联建共建的党组织，每季度由本组织或其下级组织至少开展一次活动，活动种类不限。每个组织每季度算一项，开展了得满分。

    依据条款 2.1.2、2.1.3。
    """
    return recurring(view, QUARTER, joint_organisations(view), held_below(view), metric="joint_organisations_active")


@metric("党代表常任制")
def delegate_activities(view: View, parameters: Parameters) -> Rows:
    """实行党代表常任制的组织，每半年至少组织党代表开展一次活动。每个组织每半年算一项，开展了得满分；没有实行常任制的组织不算。

    依据条款 2.1。
    """
    return recurring(view, HALF, with_delegates(view), held_by_organisation(view, ActivityKind.delegates), metric="delegate_activities")


@metric("支部有效覆盖")
def branches_active(view: View, parameters: Parameters) -> Rows:
    """每个党支部每季度至少开展一次活动，活动种类不限。所在党总支、党委统一开展的党课、主题党日、远程教育、党性实践、志愿服务和互帮互助活动自动计入。

    依据条款 2.2。
    """
    return recurring(view, QUARTER, branches(view), held_for_branch(view), metric="branches_active")


@metric("支部党员大会")
def general_meetings(view: View, parameters: Parameters) -> Rows:
    """每个党支部每季度至少召开一次支部党员大会。每个支部每季度算一项，召开了得满分。

    依据条款 3.1.2。
    """
    return recurring(view, QUARTER, branches(view), held_by_organisation(view, ActivityKind.general_meeting), metric="general_meetings")


@metric("支部委员会")
def committee_meetings(view: View, parameters: Parameters) -> Rows:
    """设支部委员会的党支部每月至少召开一次支部委员会会议。每个支部每月算一项，月初和月末都设有支委会的才算应开；没有支委会的支部不算。

    依据条款 3.1。
    """
    held = held_with_committee(view, ActivityKind.committee_meeting)
    return recurring(view, MONTH, branches_with_committee(view), held, metric="committee_meetings")


@metric("党小组会")
def group_meetings(view: View, parameters: Parameters) -> Rows:
    """每个党小组每月至少召开一次党小组会。每个小组每月算一项，整月存在的小组才算应开；没有划分党小组的支部不算。

    依据条款 3.1.2。
    """
    return recurring(view, MONTH, groups(view), held_by_group(view, ActivityKind.group_meeting), metric="group_meetings")


@metric("党课")
def party_lectures(view: View, parameters: Parameters) -> Rows:
    """每个党支部每季度至少上一次党课。每个支部每季度算一项；所在党总支、党委统一上的党课自动计入，不必重复登记。

    依据条款 3.1。
    """
    return recurring(view, QUARTER, branches(view), held_for_branch(view, ActivityKind.party_lecture), metric="party_lectures")


@metric("主题党日")
def theme_days(view: View, parameters: Parameters) -> Rows:
    """每个党支部每月至少开展一次主题党日。每个支部每月算一项；所在党总支、党委统一开展的主题党日自动计入，不必重复登记。

    依据条款 3.1。
    """
    return recurring(view, MONTH, branches(view), held_for_branch(view, ActivityKind.theme_day), metric="theme_days")


@metric("组织生活会")
def organisation_life_meetings(view: View, parameters: Parameters) -> Rows:
    """每个党支部每年至少召开一次组织生活会。每个支部每年算一项，考评期包含整个自然年时才计算。

    依据条款 3.1。
    """
    held = held_by_organisation(view, ActivityKind.organisation_life)
    return recurring(view, YEAR, branches(view), held, metric="organisation_life_meetings")


@metric("党性实践活动", parameters=Practice)
def practice_activities(view: View, parameters: Practice) -> Rows:
    """每个党支部每季度至少开展一次党性实践活动或志愿服务。每个支部每季度算一项；所在党总支、党委统一开展的自动计入。

    依据条款 3.1.3。
    """
    return recurring(view, QUARTER, branches(view), held_for_branch(view, *parameters.kinds), metric="practice_activities")


@metric("组织生活到会率", parameters=Attended)
def attendance(view: View, parameters: Attended) -> Rows:
    """已召开的支部党员大会、支部委员会、党小组会、党课和主题党日，到会人数占应到人数的比例。免予参加的人员不计入应到；没有登记应到人数的会议不算。

    依据条款 3.1。
    """
    return items(
        "activity",
        organisation_id=Activity.organisation_id,
        record_id=Activity.id,
        label=Activity.title,
        numerator=millionths(Activity.present_count),
        denominator=millionths(Activity.expected_count),
    ).where(Activity.kind.in_(parameters.kinds), Activity.expected_count > 0, is_held(view), view.sees(Activity.organisation_id))


@metric("小型分散活动占比", parameters=SmallScale)
def small_scale_share(view: View, parameters: SmallScale) -> Rows:
    """已开展的活动中，以小组、分散、业余时间或线上形式开展的比例。支部党员大会、支部委员会、组织生活会和民主评议党员必须集中进行，不参与统计。

    依据条款 3.1.2、3.2。
    """
    return items(
        "activity",
        organisation_id=Activity.organisation_id,
        record_id=Activity.id,
        label=Activity.title,
        numerator=whole(Activity.form.in_(parameters.forms)),
        denominator=WHOLE,
    ).where(Activity.kind.not_in(parameters.excluded_kinds), is_held(view), view.sees(Activity.organisation_id))
