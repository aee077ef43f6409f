"""Members over HTTP: what is derived, what is sealed, what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.access import operator
from app.models.members import Member
from app.schemas.members import MEMBERS, MemberIn
from app.services.drafts import Draft
from app.services.records import save
from tests.records import days_ago, fields, statements

NUMBER = "11010519491231002X"
"""The example of GB 11643: born 1949-12-31, female."""


def test_what_is_not_said_is_derived(office):
    full = office.member("张三")
    assert full["status"] == "full"
    assert full["code"].startswith("DY")
    assert (full["organisation"], full["organisation_name"], full["member_since"]) == ("A1", "甲一支部", "2016-07-01")
    probationary = office.member("李四", "B", full_on=None, admitted_on="2018-01-01")
    assert (probationary["status"], probationary["member_since"]) == ("probationary", "2020-07-01")
    [membership] = office.get("memberships", member=probationary["id"])["items"]
    assert (membership["organisation"], membership["valid_from"], membership["valid_to"]) == ("B", "2020-07-01", None)
    assert office.change(f"members/{probationary['id']}", {"full_on": "2019-01-01"})["status"] == "full"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"status": "full", "full_on": None}, "full_on"),
        ({"status": "probationary"}, "full_on"),
        ({"status": "left"}, "status"),
        ({"full_on": "2999-01-01"}, "full_on"),
        ({"member_since": "2010-01-01"}, "member_since"),
        ({"member_since": "2999-01-01"}, "member_since"),
        ({"organisation": "OLD"}, "organisation"),
        ({"organisation": "NOWHERE"}, "organisation"),
        ({"group": 999_999}, "group"),
        ({"birth_date": "1960-01-01", "national_id": NUMBER, "gender": "2"}, "birth_date"),
        ({"national_id": NUMBER, "gender": "1"}, "gender"),
        ({"national_id": "110105194912310021"}, "national_id"),
        ({"national_id": "11010519490231002X"}, "national_id"),
        ({"phone": "家里"}, "phone"),
        ({"ethnicity": "汉"}, "ethnicity"),
        ({"name_": ""}, "name_"),
        ({"hobby": "钓鱼"}, "hobby"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(office, wrong, place):
    office.member("张三")
    refusal = office.member("李四", **wrong, answers=422)
    assert place in fields(refusal)
    assert NUMBER not in str(refusal)
    assert office.get("members", count="true")["total"] == 1


def test_the_group_is_one_of_the_organisation(office):
    assert office.member("张三", group=office.groups["一组"])["group_name"] == "一组"
    assert fields(office.member("李四", answers=422, group=office.groups["二组"])) == {"group"}


def test_sealed_values_are_shown_as_a_sign_only(office, database):
    made = office.member("王五", gender="2", national_id="11010519491231002x", phone="138-0000 0000")
    assert (made["national_id"], made["phone"], made["birth_date"]) == ("******", "******", "1949-12-31")
    with database.read() as session:
        stored = session.scalars(select(Member)).one()
        assert b"1949" not in stored.national_id_sealed
        trail = str(session.execute(text("SELECT * FROM audit_entry")).all())
        assert NUMBER not in trail
        assert stored.national_id_sealed.hex() not in trail
    place = f"members/{made['id']}"
    same = office.change(place, {"national_id": "******", "phone": "13800000000", "name": "王五"})
    assert same["version"] == made["version"]
    assert office.change(place, {"phone": None})["phone"] is None
    assert fields(office.change(place, {"birth_date": "1950-01-01"}, 422)) == {"birth_date"}
    assert fields(office.change(place, {"gender": "1"}, 422)) == {"gender"}


def test_an_identity_number_belongs_to_one_person(office):
    first = office.member("王五", gender="2", national_id=NUMBER)
    refusal = office.member("王六", answers=422, gender="2", national_id=NUMBER)
    assert fields(refusal) == {"national_id"}
    assert NUMBER not in str(refusal)
    office.withdraw(f"members/{first['id']}")
    office.member("王六", gender="2", national_id=NUMBER)


def test_a_number_is_given_once(office):
    office.member("张三", code="0001")
    assert fields(office.member("李四", answers=422, code="0001")) == {"code"}
    assert "code" in fields(office.change("members/1", {"code": "0002"}, 422))


def test_admission_cannot_move_behind_the_membership(office):
    made = office.member("张三")
    assert fields(office.change(f"members/{made['id']}", {"admitted_on": "2016-08-01"}, 422)) == {"admitted_on"}
    assert office.change(f"members/{made['id']}", {"admitted_on": "2016-06-01"})["admitted_on"] == "2016-06-01"


def test_withdrawing_takes_memberships_and_posts_along(office):
    made = office.member("张三")
    office.position(made)
    gone = office.withdraw(f"members/{made['id']}")
    assert gone["withdrawn_reason"] == "重复登记"
    for noun in ("memberships", "positions"):
        assert office.get(noun)["items"] == []
        assert office.get(noun, withdrawn="true")["items"][0]["withdrawn_reason"].startswith("党员登记已撤回")
    assert office.withdraw(f"members/{made['id']}", status=409)["code"] == "record_withdrawn"


def test_thousands_of_members_cost_the_statements_of_a_few(office, database):
    def load(number: int, since: str) -> int:
        rows = [
            {
                "name": f"党员{each}",
                "organisation": "A1",
                "gender": "1",
                "member_class": "farmer",
                "admitted_on": since,
                "code": f"{since}-{each}",
            }
            for each in range(number)
        ]
        drafts = [
            Draft(data, frozenset(data), place=f"第 {each} 行") for each, data in enumerate(MemberIn(**row).model_dump() for row in rows)
        ]
        with database.write() as session, statements(database) as seen:
            save(session, operator(), MEMBERS, drafts)
        return len(seen)

    assert load(800, "2015-02-01") <= load(3, "2015-01-01") + 3
    assert office.get("members", count="true")["total"] == 803


def test_one_bad_row_of_a_batch_keeps_all_out(office, database):
    rows = [
        MemberIn(name=f"党员{each}", organisation="A1", gender="1", member_class="farmer", admitted_on="2015-01-01", code="1").model_dump()
        for each in range(2)
    ]
    with pytest.raises(Exception, match="2 处需要改正"), database.write() as session:
        save(session, operator(), MEMBERS, [Draft(row, frozenset(row), place=f"第 {number} 行") for number, row in enumerate(rows)])
    assert office.get("members")["items"] == []


def test_the_day_of_admission_is_not_in_the_future(office):
    assert "admitted_on" in fields(office.member("张三", answers=422, admitted_on=days_ago(-1), full_on=None))
