"""Each declared check: a world in good order trips none, one thing wrong with it trips the check that is about it."""

import datetime as dt

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.access import operator
from app.models.activities import Activity
from app.models.care import CareRecord, Dispute
from app.models.coverage import Liaison, LiaisonVisit, Unit
from app.models.duties import Debrief, DebriefRating, DebriefRound, Directive, DirectiveReceipt, Inspection, InspectionIssue
from app.models.members import Member
from app.models.mobility import Development, DevelopmentStage, FloatingContact
from app.models.organisations import Organisation, OrganisationLineage
from app.models.pairings import Pairing, PairingEntry
from app.models.resources import Fund, Venue, VenueUse
from app.models.trainings import Training, TrainingRecord
from app.services.integrity import CHECKS, EXAMPLES, Severity, run_checks
from tests.factories import World

TODAY = clock.today()
DAY = dt.timedelta(days=1)
AGO, LATER = TODAY - 100 * DAY, TODAY + 100 * DAY
SAID = "会议学习了上级文件，研究了下一步的工作安排，明确了责任人和完成时限。"


def noon(day):
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


class Town(World):
    """A township with two branches, and one record in good order of every kind that a check looks at."""

    def __init__(self, connection):
        super().__init__(connection)
        self.organisation("镇", "committee", category="township")
        self.organisation("甲", below="镇")
        self.organisation("乙", below="镇")
        self.organisation("旧", below="镇", dissolved_on=AGO)
        self.lineage = self.add(
            OrganisationLineage, predecessor_id=self.organisations["旧"], successor_id=self.organisations["甲"], principal=True,
            kind="merge", happened_on=AGO,
        )  # fmt: skip
        top = f"/{self.organisations['镇']}/"
        self.paths = {"镇": top, "甲": f"{top}{self.organisations['甲']}/", "乙": f"{top}{self.organisations['乙']}/"}
        self.paths["旧"] = f"{self.paths['甲']}{self.organisations['旧']}/"
        for name, path in self.paths.items():
            self.change(Organisation, self.organisations[name], path=path)
        self.group("一组", "甲")
        self.group("二组", "乙")
        for name in ("张三", "李四", "王五"):
            self.member(name, None if name == "张三" else "甲", home="甲")
        self.join("张三", "乙", until=AGO)
        self.membership = self.join("张三", "甲", since=AGO + DAY, group_id=self.groups["一组"])
        self.post("张三", "甲", "secretary", until=AGO)
        self.secretary = self.post("李四", "甲", "secretary", since=AGO + DAY)
        self.vote = self.election("甲", AGO, "member_assembly", LATER)
        for name, grade in (("张三", "excellent"), ("李四", "qualified"), ("王五", "qualified")):
            self.grade(name, "甲", 2025, grade)
        self.meeting = self.held(minutes=SAID, present_count=1, expected_count=3)
        self.attend(self.meeting, "甲", "张三")
        self.attend(self.meeting, "甲", "李四", "leave")
        self.families()

    def families(self):
        directive = self.record(Directive, "镇", title="一号文件", issued_on=AGO, due_on=TODAY)
        self.receipt = self.record(DirectiveReceipt, "甲", directive_id=directive, due_on=TODAY, conveyed_on=AGO)
        debriefs = self.record(DebriefRound, "镇", quarter="2026-Q3", title="述职会", held_on=AGO)
        self.debrief = self.record(Debrief, "甲", debrief_round_id=debriefs, presented_on=AGO)
        self.record(DebriefRating, "甲", debrief_id=self.debrief, rater="赵书记", grade="good", comment="扎实")
        inspection = self.record(Inspection, "甲", inspector_id=self.organisations["镇"], held_on=AGO, subject="三会一课")
        finding = {"inspection_id": inspection, "level": "minor", "found": "记录不全", "due_on": TODAY, "closed_on": AGO}
        self.issue = self.record(InspectionIssue, "甲", **finding)
        covered = {"kind": "private_enterprise", "coverage": "joint", "covering_id": self.organisations["甲"], "valid_from": AGO}
        self.unit = self.record(Unit, "甲", name="某厂", **covered)
        liaison = self.record(Liaison, "甲", leader="钱镇长", unit_id=self.unit, valid_from=AGO)
        self.visit = self.record(LiaisonVisit, "甲", liaison_id=liaison, visited_on=AGO, findings="正常")
        course = {"title": "轮训", "theme": "ideals", "form": "lecture", "valid_from": AGO, "minutes": 120, "target_classes": []}
        self.training = self.record(Training, "甲", **course)
        self.trained = self.record(TrainingRecord, "甲", training_id=self.training, member="张三", attended=True, minutes=120)
        self.care = self.record(CareRecord, "甲", member="张三", kind="visit", cared_on=TODAY)
        self.dispute = self.record(Dispute, "甲", taken_up_on=AGO, kind="land", summary="地界", resolved_on=TODAY)
        self.venue = self.record(Venue, "甲", name="活动室", kind="activity_room", valid_from=AGO)
        self.book("甲", 9, 10)
        self.book("乙", 10, 11)
        fund = {"year": 2026, "fund_source": "fiscal", "direction": "allocated", "amount": 100, "booked_on": AGO}
        self.fund = self.record(Fund, "镇", to_organisation_id=self.organisations["甲"], **fund)
        pairing = self.record(Pairing, "甲", partner_id=self.organisations["乙"], valid_from=AGO)
        ledger = {"pairing_id": pairing, "entered_side": "b", "happened_on": AGO, "kind": "activity", "content": "联合党日"}
        self.entry = self.record(PairingEntry, "乙", **ledger)
        self.floating("李四", "甲", AGO - 9 * DAY, AGO)
        self.away = self.floating("李四", "甲", AGO + DAY)
        self.contact = self.record(FloatingContact, "甲", floating_member_id=self.away, contacted_on=TODAY, by="张三", how="电话")
        self.development = self.record(Development, "甲", person="周某", stage="activist")
        self.stage("applicant", AGO)
        self.active = self.stage("activist", TODAY)

    def held(self, on=AGO, of="甲", **values):
        return self.activity(of, "general_meeting", on, **{"recorded_at": noon(on), **values})

    def book(self, of, first, last):
        times = {"starts_at": dt.time(first), "ends_at": dt.time(last)}
        return self.record(VenueUse, of, venue_id=self.venue, used_on=AGO, **times)

    def stage(self, stage, on):
        return self.record(DevelopmentStage, "甲", development_id=self.development, stage=stage, reached_on=on, documents=[])

    def change(self, model, number, **values):
        self.connection.execute(update(model.__table__).where(model.__table__.c.id == number).values(values))


def gone(town, name="王五"):
    town.change(Member, town.members[name], status="left")


def burst(town):
    for _ in range(20):
        town.held(recorded_at=noon(TODAY))


def ring(town):
    """Two organisations below each other."""
    for name in ("丙", "丁"):
        town.organisations[name] = town.add(
            Organisation, code=name, name=name, form="branch", category="village", established_on=AGO, path=f"/{name}/"
        )
    town.place("丙", below="丁", since=AGO)
    town.place("丁", below="丙", since=AGO)


WRONG = {
    "placements_overlapping": lambda town: town.place("甲", below="乙", since=dt.date(2020, 1, 1), until=dt.date(2020, 2, 1)),
    "placement_missing": lambda town: town.add(
        Organisation, code="X", name="无处", form="branch", category="village", established_on=AGO, path="/9/"
    ),
    "parent_missing": lambda town: town.organisation("丙", below="旧"),
    "placements_in_circle": ring,
    "heir_missing": lambda town: town.change(OrganisationLineage, town.lineage, principal=False),
    "path_wrong": lambda town: town.change(Organisation, town.organisations["乙"], path="/1/99/"),
    "group_of_dissolved": lambda town: town.group("旧组", "旧"),
    "term_over": lambda town: town.election("乙", AGO, "member_assembly", TODAY - DAY),
    "covered_by_dissolved": lambda town: town.change(Unit, town.unit, covering_id=town.organisations["旧"]),
    "memberships_overlapping": lambda town: town.join("张三", "乙", since=TODAY, until=LATER),
    "membership_missing": lambda town: town.member("散人", None, home="甲"),
    "membership_of_gone": gone,
    "group_of_another": lambda town: town.member("丁", None, home="甲") and town.join("丁", "甲", group_id=town.groups["二组"]),
    "admitted_in_future": lambda town: town.member("新人", "甲", admitted_on=LATER, full_on=None),
    "full_before_admitted": lambda town: town.member("错期", "甲", admitted_on=AGO, full_on=AGO - DAY),
    "post_of_gone": lambda town: gone(town, "李四"),
    "secretaries_overlapping": lambda town: town.post("王五", "甲", "secretary", since=TODAY),
    "too_many_excellent": lambda town: town.grade("王五", "甲", 2024, "excellent"),
    "held_in_future": lambda town: town.held(TODAY + DAY),
    "held_by_nobody": lambda town: town.held(dt.date(2000, 1, 1)),
    "counters_wrong": lambda town: town.change(Activity, town.meeting, present_count=2),
    "late_burst": burst,
    "minutes_repeated": lambda town: town.held(minutes=SAID),
    "conveyed_before_issue": lambda town: town.change(DirectiveReceipt, town.receipt, conveyed_on=AGO - DAY),
    "due_unlike_directive": lambda town: town.change(DirectiveReceipt, town.receipt, due_on=LATER),
    "rated_before_presented": lambda town: town.change(Debrief, town.debrief, presented_on=None),
    "closed_before_found": lambda town: town.change(InspectionIssue, town.issue, closed_on=AGO - DAY),
    "visit_outside_liaison": lambda town: town.change(LiaisonVisit, town.visit, visited_on=AGO - DAY),
    "minutes_over_training": lambda town: town.change(TrainingRecord, town.trained, minutes=121),
    "attended_in_future": lambda town: town.change(Training, town.training, valid_from=LATER),
    "care_for_gone": lambda town: town.member("故人", "甲", until=AGO, status="deceased")
    and town.record(CareRecord, "甲", member="故人", kind="visit", cared_on=TODAY),
    "resolved_before_taken_up": lambda town: town.change(Dispute, town.dispute, resolved_on=AGO - DAY),
    "venue_uses_overlapping": lambda town: town.book("乙", 8, 10),
    "fund_to_itself": lambda town: town.change(Fund, town.fund, to_organisation_id=town.organisations["镇"]),
    "entry_outside_pairing": lambda town: town.change(PairingEntry, town.entry, happened_on=AGO - DAY),
    "entry_by_stranger": lambda town: town.change(PairingEntry, town.entry, organisation_id=town.organisations["镇"]),
    "floating_overlapping": lambda town: town.floating("李四", "甲", TODAY),
    "contact_outside_floating": lambda town: town.change(FloatingContact, town.contact, contacted_on=AGO),
    "stages_out_of_order": lambda town: town.change(DevelopmentStage, town.active, reached_on=AGO - DAY),
    "stage_in_future": lambda town: town.stage("target", LATER),
    "orphaned": lambda town: town.change(Activity, town.meeting, withdrawn_at=noon(TODAY)),
}


@pytest.fixture
def town(shared_database):
    with shared_database.engine.connect() as connection:
        yield Town(connection)


def found(town, organisation=None):
    with Session(bind=town.connection, join_transaction_mode="create_savepoint") as session:
        return {each.check.name: each for each in run_checks(session, operator("tester"), organisation)}


def test_good_order_trips_nothing(town):
    assert {name: each.examples for name, each in found(town).items() if each.count} == {}


def test_every_check_has_a_case():
    assert set(WRONG) == set(CHECKS)
    assert len(CHECKS) >= 24


def test_every_check_is_said_well():
    assert all(each.advice.endswith("。") and not each.title.endswith("。") for each in CHECKS.values())
    assert {each.severity for each in CHECKS.values()} == set(Severity)


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_wrong(town, name):
    WRONG[name](town)
    finding = found(town)[name]
    assert finding.count == len(finding.examples) > 0
    assert all(each.label and each.organisation for each in finding.examples)


def test_only_what_is_below_the_organisation(town):
    town.held(TODAY + DAY)
    codes = {name: f"T{number:05}" for number, name in enumerate(("镇", "甲", "乙"), start=1)}
    assert [found(town, codes[name])["held_in_future"].count for name in ("镇", "甲", "乙")] == [1, 1, 0]


def test_examples_are_few_and_the_count_is_whole(town):
    for number in range(EXAMPLES + 5):
        town.held(TODAY + DAY, title=f"第 {number} 次")
    finding = found(town)["held_in_future"]
    assert (finding.count, len(finding.examples)) == (EXAMPLES + 5, EXAMPLES)


def test_over_http(client, database):
    with database.engine.begin() as connection:
        Town(connection).held(TODAY + DAY, title="提前登记")
    rows = {row["name"]: row for row in client.get("/api/v1/data-checks").json()["items"]}
    assert list(rows) == list(CHECKS)
    assert rows["held_in_future"]["count"] == 1
    assert rows["held_in_future"]["severity_label"] == "错误"
    example = rows["held_in_future"]["examples"][0]
    assert (example["noun"], example["label"], example["organisation_name"]) == ("activities", "提前登记", "甲")
    assert client.get(f"/api/v1/{example['noun']}/{example['id']}").status_code == 200
    assert client.get("/api/v1/data-checks", params={"organisation": "nowhere"}).status_code == 404
