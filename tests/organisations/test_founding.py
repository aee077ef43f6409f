"""Founding, changing and withdrawing organisations; batches in one statement per step."""

import datetime as dt

import pytest

from app.clock import today
from app.errors import Invalid
from app.models.organisations import Organisation
from app.schemas.organisations import ORGANISATIONS, OrganisationIn
from app.services.drafts import Draft
from app.services.organisations import check_tree
from app.services.records import save

API = "/api/v1/organisations"


def test_a_founded_organisation_has_address_place_and_path(town):
    response = town.client.post(API, json={
        "code": "N-1", "name": "新支部", "form": "branch", "category": "village", "parent": "G", "established_on": "2026-02-01",
        "has_committee": True, "committee_seats": 3,
    })  # fmt: skip
    assert response.status_code == 201
    assert response.headers["Location"] == f"{API}/N-1"
    assert response.headers["ETag"] == '"v1"'
    card = response.json()
    assert card["placement"] == {
        "parent": "G", "parent_name": "组织G", "evaluated": False, "has_committee": True, "committee_seats": 3,
        "valid_from": "2026-02-01", "valid_to": None,
    }  # fmt: skip
    assert [step["code"] for step in card["path"]] == ["T", "G", "N-1"]
    assert card["form_label"] == "党支部"
    assert card["category_label"] == "村"


REFUSED = [
    ({"code": "V1"}, 409, "编码 V1 已被“组织V1”使用"),
    ({"parent": "NOWHERE"}, 422, "没有找到上级组织 NOWHERE"),
    ({"parent": "N"}, 422, "上级组织不能是它自己"),
    ({"established_on": "2014-12-31"}, 422, "早于上级组织“组织T”的成立日期"),
    ({"partners": ["V1", "V9"]}, 422, "没有找到党组织 V9"),
    ({"category": "higher", "evaluated": True}, 422, "县级及以上组织不参评"),
    ({"has_committee": True}, 422, "职数"),
    ({"unknown": 1}, 422, "没有这一项"),
]  # fmt: skip


def test_what_does_not_fit_is_refused_in_a_sentence(town):
    body = {"code": "N", "name": "新", "form": "branch", "category": "village", "parent": "T", "established_on": "2020-01-01"}
    for fields, status, part in REFUSED:
        response = town.client.post(API, json=body | fields)
        assert response.status_code == status
        assert part in response.text
        town.card("N", expect=404)
    assert town.client.post(API, json=body).status_code == 201


def test_a_dissolved_parent_is_refused(town):
    town.operate("V1", "dissolve")
    assert "已于 2026-03-01 撤销" in town.found("N", "V1", on="2020-01-01", expect=422)["detail"]


def test_changes_by_code_with_the_version_seen(town):
    url = f"{API}/V1"
    assert town.client.patch(url, json={"name": "新名"}).status_code == 428
    assert town.client.patch(url, json={"name": "新名"}, headers={"If-Match": '"v7"'}).status_code == 412
    answer = town.client.patch(url, json={"name": "新名", "sort_order": 9}, headers={"If-Match": '"v1"'})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"v2"'
    assert (answer.json()["name"], answer.json()["evaluated"]) == ("新名", True)
    assert town.client.patch(url, json={"parent": "G"}, headers={"If-Match": '"v2"'}).status_code == 422


def test_only_a_mistake_is_withdrawn(town, database):
    town.found("X", "G1")
    for code, status in (("G", 409), ("X", 200)):
        answer = town.client.post(f"{API}/{code}/withdraw", json={"reason": "登记错误"}, headers={"If-Match": '"v1"'})
        assert answer.status_code == status, answer.text
    assert "请办理撤销" in town.client.post(f"{API}/G/withdraw", json={"reason": "登记错误"}, headers={"If-Match": '"v1"'}).text
    town.card("X", expect=404)
    assert town.codes(parent="G1") == []
    town.found("X", "G1", expect=409)
    with database.read() as session:
        assert check_tree(session, today()) == []


def drafts(*rows):
    made = []
    for number, (code, parent) in enumerate(rows, 1):
        data = OrganisationIn(
            code=code, name=f"组织{code}", form="branch", category="village", parent=parent, established_on=dt.date(2020, 1, 1)
        ).model_dump()
        made.append(Draft(data, frozenset(data), place=f"第 {number} 行"))
    return made


def test_a_batch_may_name_parents_of_its_own_in_any_order(town, database, actor):
    with database.write() as session:
        save(session, actor, ORGANISATIONS, drafts(("C", "B"), ("B", "A"), ("A", "T"), ("D", "V1")))
    assert [step["code"] for step in town.card("C")["path"]] == ["T", "A", "B", "C"]
    with database.read() as session:
        assert check_tree(session, today()) == []


def test_a_faulty_batch_names_every_row_and_keeps_nothing(town, database, actor):
    rows = drafts(("A", "T"), ("A", "T"), ("B", "C"), ("C", "B"), ("D", "GONE"), ("V1", "T"))
    with pytest.raises(Invalid) as refused, database.write() as session:
        save(session, actor, ORGANISATIONS, rows)
    said = {error.field: error.message for error in refused.value.errors}
    assert said == {
        "第 2 行 code": "编码 A 在同一批中重复",
        "第 3 行 parent": "上下级关系成环",
        "第 4 行 parent": "上下级关系成环",
        "第 5 行 parent": "没有找到上级组织 GONE",
        "第 6 行 code": "编码 V1 已被“组织V1”使用",
    }
    town.card("A", expect=404)


def test_an_import_may_send_the_same_row_again_but_not_rebuild(town, database, actor):
    def again(**changes):
        with database.write() as session:
            record = session.query(Organisation).filter_by(code="V1").one()
            data = OrganisationIn(
                code="V1", name="改名", form="branch", category="village", parent="T", established_on="2015-01-01", evaluated=True
            ).model_dump()
            save(session, actor, ORGANISATIONS, [Draft(data | changes, frozenset(data), record)])

    again()
    assert town.card("V1")["name"] == "改名"
    with pytest.raises(Invalid, match="上级组织编码不能直接修改"):
        again(parent="G")


def test_statements_do_not_grow_with_the_batch(database, town, actor, statements):
    counts = []
    for size in (2, 60):
        rows = drafts(
            *[(f"S{size}-{number}", "T" if number == 0 else f"S{size}-{number // 2 if number > 1 else 0}") for number in range(size)]
        )
        statements()
        with database.write() as session:
            save(session, actor, ORGANISATIONS, rows)
        counts.append(statements())
    assert counts[0] == counts[1]


def test_exemptions_name_a_metric_that_exists(town):
    body = {"organisation": "V1", "reason": "洪灾", "valid_from": "2026-07-01", "valid_to": "2026-09-30"}
    assert town.record("exemptions", what="all", **body)["what"] == "all"
    town.record("exemptions", what="general_meetings", **body)
    assert "是否指 general_meetings" in town.record("exemptions", what="general_meeting", expect=422, **body)["detail"]
