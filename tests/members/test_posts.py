"""Posts, elections, talent and appraisals."""

from __future__ import annotations

import pytest

from tests.records import TODAY, days_ago, fields

YEAR = TODAY.year - 1


def test_one_secretary_at_a_time(office):
    first, second = office.member("张三"), office.member("李四")
    post = office.position(first)
    assert fields(office.position(second, answers=422)) == {"valid_from"}
    office.position(second, post="member")
    assert fields(office.position(second, post="member", valid_from="2025-01-01", answers=422)) == {"valid_from"}
    office.change(f"positions/{post['id']}", {"valid_to": "2024-12-31"})
    assert fields(office.position(second, valid_from="2024-12-31", answers=422)) == {"valid_from"}
    office.position(second, valid_from="2025-01-01")
    assert fields(office.change(f"positions/{post['id']}", {"valid_to": None}, 422)) == {"valid_from"}


def test_a_holder_belongs_somewhere_and_an_outsider_is_pointed_out(office):
    member = office.member("张三")
    assert office.position(member, "A", "member")["warnings"] == []
    assert office.position(member, "B", "member")["warnings"] == ["任职者的组织关系不在本组织及其下级"]
    assert fields(office.position(member, "A1", valid_from="2016-06-30", answers=422)) == {"member"}
    assert fields(office.position(member, "OLD", valid_from="2023-01-01", answers=422)) == {"valid_from"}
    assert fields(office.position(member, "A1", valid_to="2023-01-01", answers=422)) == {"body"}


def test_elections(office):
    election = {
        "organisation": "A1",
        "held_on": "2024-03-01",
        "method": "member_assembly",
        "eligible": 30,
        "present": 28,
        "elected": 3,
        "term_until": "2027-03-01",
    }
    assert office.post("elections", election)["warnings"] == []
    assert office.post("elections", election, 409)["code"] == "already_exists"
    few = office.post("elections", election | {"held_on": "2024-03-02", "present": 20})
    assert few["warnings"] == ["实到人数不足应到人数的五分之四"]
    for wrong in (
        {"held_on": days_ago(-1)},
        {"held_on": "2014-01-01"},
        {"present": 31},
        {"present": 0},
        {"term_until": "2024-03-01"},
        {"eligible": -1},
    ):
        office.post("elections", election | wrong, 422)


def test_talent_names_the_same_person_twice_or_once(office):
    member = office.member("张三")
    talent = {"organisation": "A1", "person": "张三", "kind": "graduate", "valid_from": "2024-01-01"}
    office.post("talent-reserves", talent)
    office.post("talent-reserves", talent | {"member": member["id"]})
    assert fields(office.post("talent-reserves", talent | {"member": member["id"], "person": "李四"}, 422)) == {"person"}


def test_a_leader_is_judged_as_the_secretary_of_the_day(office):
    member = office.member("张三")
    office.position(member, valid_from="2024-01-01", valid_to="2025-06-30")
    sheet = {
        "organisation": "A1", "member": member["id"], "appraised_on": "2025-06-30", "party_spirit": 90, "public_spirit": 80,
        "ability": 70, "drive": 100, "appraiser_group": "党员", "reason": "年度测评",
    }  # fmt: skip
    assert office.post("leader-appraisals", sheet)["member_name"] == "张三"
    for wrong, place in (
        ({"appraised_on": "2025-07-01"}, "member"),
        ({"organisation": "A2"}, "member"),
        ({"appraised_on": days_ago(-1)}, "appraised_on"),
        ({"drive": 101}, "drive"),
        ({"reason": None}, "reason"),
    ):
        assert place in fields(office.post("leader-appraisals", sheet | wrong, 422))


@pytest.fixture
def grade(office):
    def grade(member, grade="qualified", answers=201, **more):
        body = {"organisation": "A1", "member": member["id"], "year": YEAR, "grade": grade, **more}
        return office.post("member-appraisals", body, answers)

    return grade


def test_a_full_member_of_the_branch_gets_one_grade_a_year(office, grade):
    member = office.member("张三")
    given = grade(member)
    assert fields(grade(member, answers=422)) == {"member"}
    assert office.change(f"member-appraisals/{given['id']}", {"grade": "unqualified"})["grade"] == "unqualified"
    office.withdraw(f"member-appraisals/{given['id']}")
    grade(member)
    grade(member, year=YEAR - 1)
    for wrong, place in (
        ({"year": TODAY.year + 1}, "year"),
        ({"organisation": "A2"}, "member"),
        ({"appraised_on": days_ago(-1)}, "appraised_on"),
    ):
        assert place in fields(grade(member, answers=422, **{"year": YEAR - 2, **wrong}))
    assert fields(grade(office.member("李四", full_on=None), answers=422)) == {"member"}


def test_at_most_a_third_is_excellent(office, grade):
    members = [office.member(name) for name in "甲乙丙丁"]
    refusal = grade(members[0], "excellent", 422)
    assert "最多 0 人优秀" in refusal["errors"][0]["message"]
    grade(members[1])
    second = grade(members[2])
    grade(members[0], "excellent")
    assert fields(office.change(f"member-appraisals/{second['id']}", {"grade": "excellent"}, 422)) == {"grade"}
    assert fields(grade(members[3], "excellent", 422)) == {"grade"}
    grade(members[3])
