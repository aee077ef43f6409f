"""Metrics of elections, committees, secretaries and reserves: they read the records of the evaluated organisation itself."""

from __future__ import annotations

import calendar
import datetime as dt

from pydantic import Field
from sqlalchemy import BigInteger, String, Subquery, and_, case, distinct, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.members import Background, Election, LeaderAppraisal, Member, Position, Post, SelectionMethod, TalentKind, TalentReserve
from app.models.organisations import Category
from app.scoring.metrics.items import NOTHING, WHOLE, at_most, earliest, half_up, items, millionths, one, place, whole
from app.scoring.metrics.sources import NEW, VILLAGES, evaluated
from app.scoring.metrics.view import Condition, Rows, View, covers, kept
from app.scoring.outcome import ONE
from app.scoring.registry import Parameters, metric

_ELECTED = (SelectionMethod.two_recommendations_one_election, SelectionMethod.open_recommendation_direct_election)


class Methods(Parameters):
    """Methods of election allowed for each category."""

    village: tuple[SelectionMethod, ...] = Field(_ELECTED, title="村")
    community: tuple[SelectionMethod, ...] = Field(_ELECTED, title="社区")
    agency: tuple[SelectionMethod, ...] = Field((*_ELECTED, SelectionMethod.member_assembly), title="机关")
    new: tuple[SelectionMethod, ...] = Field((*_ELECTED, SelectionMethod.member_assembly), title="两新组织")
    township: tuple[SelectionMethod, ...] = Field((SelectionMethod.party_congress,), title="乡镇(街道)")

    def of(self, category: Category) -> tuple[SelectionMethod, ...]:
        """Those allowed for one category of organisation."""
        allowed: tuple[SelectionMethod, ...] = getattr(self, "new" if category in NEW else category)
        return allowed


class ElectionsInTerm(Parameters):
    """Parameters of `elections_in_term`."""

    methods: Methods = Field(Methods(), title="各类别允许的选举方式")


class CommitteeYoung(Parameters):
    """Parameters of `committee_young`."""

    younger_than: int = Field(45, title="年轻成员的年龄上限(不含，周岁)", ge=18, le=100)


class CapableSecretary(Parameters):
    """Parameters of `capable_secretary`."""

    backgrounds: tuple[Background, ...] = Field(
        (Background.entrepreneur, Background.professional_farmer, Background.veteran, Background.graduate, Background.returned_worker),
        title="算作能人的书记来源",
        min_length=1,
    )


class ReserveTalent(Parameters):
    """Parameters of `reserve_talent`."""

    kinds: tuple[TalentKind, ...] = Field((TalentKind.reserve_cadre,), title="算作后备力量的人才种类", min_length=1)
    persons: int = Field(2, title="每个组织应有人数", ge=1)


class GraduatesServing(Parameters):
    """Parameters of `graduates_serving`."""

    kinds: tuple[TalentKind, ...] = Field((TalentKind.graduate, TalentKind.scarce_talent), title="算作人才的种类", min_length=1)
    persons: int = Field(1, title="每个组织应有人数", ge=1)


@metric("按期规范换届", parameters=ElectionsInTerm)
def elections_in_term(view: View, parameters: ElectionsInTerm) -> Rows:
    """每个考评单位最近一次换届的任期在截止日尚未届满，且选举方式是该类别允许的。每个单位算一项，没有换届记录的不得分。

    依据条款 1.1.3。
    """
    owner, later = evaluated(view), aliased(Election)
    newer = select(later.id).where(
        later.organisation_id == Election.organisation_id,
        later.held_on > Election.held_on,
        later.held_on <= view.until,
        later.withdrawn_at.is_(None),
    )
    latest = (
        select(Election.id, Election.organisation_id, Election.method, Election.term_until)
        .where(Election.held_on <= view.until, kept(Election), ~newer.exists())
        .subquery("latest")
    )
    allowed = [
        and_(owner.c.category == category, latest.c.method.in_(parameters.methods.of(category)))
        for category in Category
        if category is not Category.higher
    ]
    return items(
        "election",
        organisation_id=owner.c.organisation_id,
        record_id=latest.c.id,
        label=literal("换届选举", String),
        numerator=whole(and_(latest.c.term_until >= view.until, or_(*allowed))),
        denominator=WHOLE,
        mendable=True,
    ).select_from(owner.outerjoin(latest, latest.c.organisation_id == owner.c.organisation_id))


@metric("支委村(居)委交叉任职")
def cross_appointments(view: View, parameters: Parameters) -> Rows:
    """村、社区党组织现任班子成员中，同时在村(居)委会任职的比例。每个现任职务算一项，截止日在任的才算。

    依据条款 1.1.3。
    """
    return _posts(view, VILLAGES, and_(Position.village_post.is_not(None), Position.village_post != ""))


@metric("班子年龄结构", parameters=CommitteeYoung)
def committee_young(view: View, parameters: CommitteeYoung) -> Rows:
    """村、社区、乡镇(街道)党组织现任班子成员中，截止日未满45周岁的比例。每个现任职务算一项，没有登记出生日期的不计。

    依据条款 1.3。
    """
    born_after = _years_before(view.until, parameters.younger_than)
    listed = _posts(view, (*VILLAGES, Category.township), Member.birth_date > born_after)
    return listed.where(Member.birth_date.is_not(None))


@metric("班子配备齐整")
def committee_filled(view: View, parameters: Parameters) -> Rows:
    """设委员会的单位按职数统计已配备的班子成员人数，不设委员会的单位看书记是否到位。一人兼任多职只算一人，超出职数的不重复计分。

    依据条款 1.3。
    """
    owner = evaluated(view)
    counts = or_(owner.c.has_committee, Position.post == Post.secretary)
    seats = case((owner.c.has_committee, owner.c.committee_seats), else_=1)
    team = (
        select(
            owner.c.organisation_id,
            seats.label("seats"),
            func.count(distinct(case((counts, Position.member_id)))).label("holders"),
            earliest(place(Position.valid_from, Position.id), counts).label("record_id"),
        )
        .select_from(owner.outerjoin(Position, and_(Position.organisation_id == owner.c.organisation_id, _in_office(view))))
        .group_by(owner.c.organisation_id, owner.c.has_committee, owner.c.committee_seats)
        .subquery("team")
    ).c
    return items(
        "position",
        organisation_id=team.organisation_id,
        record_id=team.record_id,
        label=literal("班子职数", String),
        numerator=millionths(at_most(team.holders, team.seats)),
        denominator=millionths(team.seats),
        mendable=True,
    )


@metric("带头人“四有”测评")
def leader_appraisal(view: View, parameters: Parameters) -> Rows:
    """每位现任书记在考评期内“四有”测评(党性、公心、能力、魄力，各0至100分)的平均分，折算为0到1。一人多张测评表取平均；尚无测评表的为待评。

    依据条款 5.1。
    """
    owner, sheet = evaluated(view), LeaderAppraisal
    scores = func.sum(sheet.party_spirit + sheet.public_spirit + sheet.ability + sheet.drive)
    appraised = (
        select(
            sheet.organisation_id,
            sheet.member_id,
            earliest(place(sheet.appraised_on, sheet.id)).label("record_id"),
            half_up(scores * (ONE // 400), func.count()).label("mean"),
        )
        .where(view.within(sheet.appraised_on), kept(sheet), view.sees(sheet.organisation_id))
        .group_by(sheet.organisation_id, sheet.member_id)
        .subquery("appraised")
    )
    done = appraised.c.record_id.is_not(None)
    return (
        items(
            "leader_appraisal",
            organisation_id=owner.c.organisation_id,
            record_id=appraised.c.record_id,
            label=Member.name,
            numerator=func.coalesce(appraised.c.mean, NOTHING),
            denominator=whole(done),
            pending=whole(~done),
        )
        .select_from(owner)
        .join(Position, and_(Position.organisation_id == owner.c.organisation_id, Position.post == Post.secretary, _in_office(view)))
        .join(Member, Member.id == Position.member_id)
        .outerjoin(appraised, and_(appraised.c.organisation_id == owner.c.organisation_id, appraised.c.member_id == Position.member_id))
        .where(kept(Member))
    )


@metric("能人治村", parameters=CapableSecretary)
def capable_secretary(view: View, parameters: CapableSecretary) -> Rows:
    """村、社区现任书记出自致富能手、专业大户、退役军人、高校毕业生或返乡创业人员。每个村、社区算一项，书记空缺的不得分。

    依据条款 5.1。
    """
    owner = evaluated(view, VILLAGES)
    secretary = and_(Position.organisation_id == owner.c.organisation_id, Position.post == Post.secretary, _in_office(view))
    found = (
        select(
            owner.c.organisation_id,
            func.max(one(Position.background.in_(parameters.backgrounds))).label("capable"),
            earliest(place(Position.valid_from, Position.id)).label("record_id"),
        )
        .select_from(owner.outerjoin(Position, secretary))
        .group_by(owner.c.organisation_id)
        .subquery("found")
    ).c
    return items(
        "position",
        organisation_id=found.organisation_id,
        record_id=found.record_id,
        label=literal("书记", String),
        numerator=whole(found.capable == 1),
        denominator=WHOLE,
        mendable=True,
    )


@metric("后备力量", parameters=ReserveTalent)
def reserve_talent(view: View, parameters: ReserveTalent) -> Rows:
    """每个考评单位在截止日至少有两名后备干部。每个单位算两项，每有一名得一项，超出的不重复计分。

    依据条款 5.2.1。
    """
    found = _talents(view, tuple(Category), parameters.kinds).c
    return items(
        "talent_reserve",
        organisation_id=found.organisation_id,
        record_id=found.record_id,
        label=literal("后备力量", String),
        numerator=millionths(at_most(found.persons, literal(parameters.persons))),
        denominator=literal(parameters.persons * ONE, BigInteger),
        mendable=True,
    )


@metric("高校毕业生与紧缺人才", parameters=GraduatesServing)
def graduates_serving(view: View, parameters: GraduatesServing) -> Rows:
    """每个村、社区和两新组织在截止日至少有一名在岗的高校毕业生或紧缺实用人才。每个单位算一项。

    依据条款 5.2.1。
    """
    found = _talents(view, (*VILLAGES, *NEW), parameters.kinds).c
    return items(
        "talent_reserve",
        organisation_id=found.organisation_id,
        record_id=found.record_id,
        label=literal("高校毕业生与紧缺人才", String),
        numerator=whole(found.persons >= parameters.persons),
        denominator=WHOLE,
        mendable=True,
    )


def _in_office(view: View) -> Condition:
    return and_(covers(Position.valid_from, Position.valid_to, view.until), kept(Position))


def _posts(view: View, categories: tuple[Category, ...], earns: Condition) -> Rows:
    """One item per post held on D on the committee of an evaluated organisation, whole if its holder earns it."""
    owner = evaluated(view, categories)
    return (
        items(
            "position",
            organisation_id=owner.c.organisation_id,
            record_id=Position.id,
            label=Member.name,
            numerator=whole(earns),
            denominator=WHOLE,
            mendable=True,
        )
        .select_from(owner)
        .join(Position, and_(Position.organisation_id == owner.c.organisation_id, _in_office(view)))
        .join(Member, Member.id == Position.member_id)
        .where(kept(Member))
    )


def _talents(view: View, categories: tuple[Category, ...], kinds: tuple[TalentKind, ...]) -> Subquery:
    """People in reserve on D per evaluated organisation: organisation_id, persons, record_id of the first of them."""
    owner, talent = evaluated(view, categories), TalentReserve
    serving = and_(
        talent.organisation_id == owner.c.organisation_id,
        talent.kind.in_(kinds),
        covers(talent.valid_from, talent.valid_to, view.until),
        kept(talent),
    )
    return (
        select(
            owner.c.organisation_id,
            func.count(talent.id).label("persons"),
            earliest(place(talent.valid_from, talent.id)).label("record_id"),
        )
        .select_from(owner.outerjoin(talent, serving))
        .group_by(owner.c.organisation_id)
        .subquery("found")
    )


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same day of an earlier year; 28 February where that year has no 29th."""
    year = day.year - years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))
