"""What all nouns have in common, over HTTP: lists, versions, repeated requests, refusals."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from sqlalchemy import insert, text

from app import db
from app.models import Base
from app.models.evaluations import FrozenItem, Run, RunStatus, Scheme, SchemeVersion
from tests.records import API, days_ago, fields

NUL = "\0"
HUGE = 2**63
ELECTION = {
    "organisation": "A1",
    "held_on": "2024-03-01",
    "method": "member_assembly",
    "eligible": 9,
    "present": 9,
    "elected": 3,
    "term_until": "2027-03-01",
}


@pytest.fixture
def activities(office):
    """Five in A1, one in A2, one in B; two of A1 on the same day."""
    days = [("A1", 1), ("A1", 2), ("A1", 2), ("A1", 3), ("A1", 40), ("A2", 5), ("B", 6)]
    return [office.activity(code, title=f"第{number}次", occurred_on=days_ago(day)) for number, (code, day) in enumerate(days)]


def titles(page):
    return [each["title"] for each in page["items"]]


class TestLists:
    def test_a_list_narrows_by_organisation_subtree_day_text_and_its_own_filters(self, office, activities):
        assert len(office.get("activities")["items"]) == 7
        assert len(office.get("activities", organisation="A1")["items"]) == 5
        assert office.get("activities", organisation="A")["items"] == []
        assert len(office.get("activities", organisation="A", subtree="true")["items"]) == 6
        assert titles(office.get("activities", **{"from": days_ago(6), "to": days_ago(5)})) == ["第5次", "第6次"]
        assert titles(office.get("activities", q="第3")) == ["第3次"]
        assert office.get("activities", q="%")["items"] == []
        assert office.get("activities", kind="party_lecture")["items"] == []
        assert len(office.get("activities", kind="general_meeting", status="held")["items"]) == 7

    def test_sort_and_count(self, office, activities):
        assert titles(office.get("activities", sort="occurred_on", limit=1)) == ["第4次"]
        assert titles(office.get("activities", sort="-occurred_on", limit=1)) == ["第0次"]
        assert office.get("activities", limit=1)["total"] is None
        assert office.get("activities", limit=1, organisation="A1", count="true")["total"] == 5

    @pytest.mark.parametrize("order", ["occurred_on", "-occurred_on", "id", "-id"])
    def test_pages_hold_everything_once_while_rows_are_added(self, office, activities, order):
        seen, cursor = [], {}
        while True:
            page = office.get("activities", sort=order, limit=2, **cursor)
            seen += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
            office.activity("B", title="插入", occurred_on=days_ago(0 if order == "-occurred_on" else 2000))
            if len(seen) > 60:
                pytest.fail("a page came twice")
            if order == "id" and len(seen) >= 7:
                break
        assert len(seen) == len(set(seen))
        assert {each["id"] for each in activities} <= set(seen)

    @pytest.mark.parametrize(
        ("parameters", "status"),
        [
            ({"organization": "A1"}, 422),
            ({"sort": "title"}, 422),
            ({"limit": 0}, 422),
            ({"limit": 201}, 422),
            ({"cursor": "x"}, 422),
            ({"cursor": "WyJhIiwxLDFd"}, 422),
            ({"cursor": "bnVsbA"}, 422),
            ({"from": "gestern"}, 422),
            ({"kind": "party"}, 422),
            ({"group": "eins"}, 422),
            ({"group": HUGE}, 422),
            ({"organisation": "NOWHERE"}, 404),
        ],
    )
    def test_a_list_that_makes_no_sense_is_refused(self, office, parameters, status):
        assert office.get("activities", status, **parameters)["code"] != "internal_error"

    def test_a_cursor_belongs_to_its_order(self, office, activities):
        cursor = office.get("activities", limit=2)["next_cursor"]
        assert office.get("activities", 422, cursor=cursor, sort="id")["code"] == "cursor_invalid"

    def test_withdrawn_records_are_shown_on_demand_only(self, office, activities):
        office.withdraw(f"activities/{activities[0]['id']}")
        assert office.get("activities", count="true")["total"] == 6
        assert office.get("activities", count="true", withdrawn="true")["total"] == 7


class TestVersions:
    def test_a_change_needs_the_newest_version(self, office, activities):
        place = f"{API}/activities/{activities[0]['id']}"
        first = office.client.get(place)
        assert first.headers["ETag"] == '"v1"'
        changed = office.client.patch(place, json={"title": "改"}, headers={"If-Match": first.headers["ETag"]})
        assert (changed.status_code, changed.headers["ETag"], changed.json()["version"]) == (200, '"v2"', 2)
        for headers, status, code in (
            ({}, 428, "if_match_required"),
            ({"If-Match": '"v1"'}, 412, "version_stale"),
            ({"If-Match": "2"}, 422, "if_match_invalid"),
            ({"If-Match": "*"}, 422, "if_match_invalid"),
        ):
            for answer in (
                office.client.patch(place, json={"title": "再改"}, headers=headers),
                office.client.post(f"{place}/withdraw", json={"reason": "重复"}, headers=headers),
            ):
                assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert office.client.get(place).json()["title"] == "改"

    def test_a_change_of_nothing_is_no_change(self, office, activities, database):
        same = office.change(f"activities/{activities[0]['id']}", {"title": activities[0]["title"]})
        assert same["version"] == 1
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM record_version")) == 0

    def test_every_change_is_in_the_trail_with_before_and_after(self, office, activities, database):
        place = f"activities/{activities[0]['id']}"
        office.change(place, {"title": "改", "reason": "更正题目"})
        office.withdraw(place)
        with database.read() as session:
            trail = session.execute(
                text(
                    "SELECT action, actor, reason, request_id FROM audit_entry WHERE record_kind = 'activity' AND record_id = 1 ORDER BY id"
                )
            ).all()
            assert [row[:3] for row in trail] == [
                ("create", "operator", None),
                ("change", "operator", "更正题目"),
                ("withdraw", "operator", "重复登记"),
            ]
            assert all(row[3] for row in trail)
            events = session.execute(text("SELECT action FROM outbox_event WHERE record_kind = 'activity' AND record_id = 1 ORDER BY id"))
            assert [row[0] for row in events] == ["create", "change", "withdraw"]
            assert session.execute(text("SELECT number FROM record_version ORDER BY number")).scalars().all() == [1, 2]

    def test_what_is_withdrawn_stays_as_it_is(self, office, activities):
        place = f"activities/{activities[0]['id']}"
        assert "reason" in fields(office.step(place, "withdraw", {"reason": " "}, 422))
        assert office.withdraw(place)["withdrawn_reason"] == "重复登记"
        assert office.get(place)["withdrawn_at"] is not None
        assert office.change(place, {"title": "改"}, 409)["code"] == "record_withdrawn"
        assert office.withdraw(place, status=409)["code"] == "record_withdrawn"

    def test_a_published_result_turns_changes_into_amendments(self, office, activities, database):
        today = dt.date(2025, 12, 31)
        with database.engine.begin() as connection:

            def add(model: type[Base], **values):
                return connection.execute(insert(model).values(values)).inserted_primary_key[0]

            scheme = add(Scheme, code="s", name="方案")
            version = add(SchemeVersion, scheme_id=scheme, number=1, content={}, content_hash="0")
            period = {"period_start": dt.date(2025, 1, 1), "period_end": today, "as_of": today}
            run = add(Run, organisation_id=office.organisations["T"], scheme_version_id=version, status=RunStatus.review, **period)
            item = {column.key: 0 for column in FrozenItem.__table__.columns if column.type.python_type is int and not column.nullable}
            words = {column.key: "x" for column in FrozenItem.__table__.columns if column.type.python_type is str and not column.nullable}
            named = {"run_id": run, "organisation_id": office.organisations["A1"], "record_kind": "activity", "record_id": 1}
            connection.execute(insert(FrozenItem).values(**{**item, **words, **named}))
        office.change("activities/1", {"title": "公布之前"})
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE run SET status = 'published'"))
        refusal = office.change("activities/1", {"title": "公布之后"}, 409)
        assert (refusal["code"], fields(refusal)) == ("amendment_reason_required", {"reason"})
        assert office.change("activities/1", {"title": "公布之后", "reason": "更正题目"})["title"] == "公布之后"
        assert office.change("activities/2", {"title": "未用到"})["title"] == "未用到"


class TestRepeats:
    BODY: ClassVar = {"organisation": "A1", "kind": "theme_day", "title": "主题党日", "occurred_on": days_ago(1)}

    def test_the_same_request_again_gets_the_first_answer(self, office):
        answers = [office.client.post(f"{API}/activities", json=self.BODY, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
        first, second = answers
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert second.headers["Idempotent-Replayed"] == "true"
        assert second.headers["Location"] == first.headers["Location"] == f"{API}/activities/{first.json()['id']}"
        assert second.headers["ETag"] == first.headers["ETag"]
        assert office.get("activities", count="true")["total"] == 1

    def test_the_key_is_for_one_request(self, office):
        office.post("activities", self.BODY, **{"Idempotency-Key": "k1"})
        other = self.BODY | {"title": "另一次"}
        assert office.post("activities", other, 422, **{"Idempotency-Key": "k1"})["code"] == "idempotency_key_reused"
        assert office.post("activities", other, 422, **{"Idempotency-Key": "k" * 201})["code"] == "idempotency_key_invalid"
        office.post("activities", other, **{"Idempotency-Key": "k2"})

    def test_a_refusal_is_not_kept(self, office):
        wrong = ELECTION | {"present": 99}
        office.post("elections", wrong, 422, **{"Idempotency-Key": "k1"})
        office.post("elections", ELECTION, 201, **{"Idempotency-Key": "k1"})
        office.post("elections", ELECTION, 409, **{"Idempotency-Key": "k2"})
        office.post("elections", ELECTION | {"held_on": "2024-03-02"}, 201, **{"Idempotency-Key": "k2"})

    def test_two_at_once_have_one_effect(self, office):
        def send(_number):
            return office.client.post(f"{API}/activities", json=self.BODY, headers={"Idempotency-Key": "k1"})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert office.get("activities", count="true")["total"] == 1


class TestRefusals:
    def test_a_problem_has_its_parts_and_never_echoes(self, office):
        answer = office.client.post(
            f"{API}/activities", json={"organisation": "A1", "kind": "秘密内容", "title": "会", "occurred_on": "2025-02-30"}
        )
        body = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (body["status"], body["type"], body["title"]) == (422, "urn:dangjian:error:request_invalid", "内容有误")
        assert body["request_id"] == answer.headers["X-Request-ID"]
        assert fields(body) == {"kind", "occurred_on"}
        assert "秘密内容" not in answer.text

    def test_unknown_fields_and_fixed_ones_are_refused(self, office, activities):
        assert fields(office.activity(answers=422, colour="red")) == {"colour"}
        assert fields(office.change("activities/1", {"organisation": "A2"}, 422)) == {"organisation"}
        assert fields(office.change("activities/1", {"version": 7}, 422)) == {"version"}

    def test_every_fault_is_told_at_once(self, office):
        refusal = office.post("attendances", {"activity": 8, "member": 9, "status": "present"}, 422)
        assert fields(refusal) == {"activity", "member"}

    @pytest.mark.parametrize("noun", ["members", "positions", "activities", "attendances", "elections", "leave-requests"])
    def test_what_is_not_there_is_404_with_the_same_words(self, office, noun):
        for number in (404, 2**63 - 1):
            one = office.get(f"{noun}/{number}", 404)
            assert one["code"] == "record_not_found"
            for name, body in (("", {}), ("/withdraw", {"reason": "没有了"})):
                send = office.client.post if name else office.client.patch
                answer = send(f"{API}/{noun}/{number}{name}", json=body, headers={"If-Match": '"v1"'})
                assert (answer.status_code, answer.json()["detail"]) == (404, one["detail"])
        for number in (0, -1, HUGE, "x", NUL.join("12")):
            assert office.client.get(f"{API}/{noun}/{number}".replace(NUL, "%00")).status_code == 422

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": f"会{NUL}议"},
            {"topics": [f"会{NUL}议"]},
            {"minutes": NUL},
            {"organisation": NUL},
            {"external_id": NUL},
            {"title": "长" * 201},
            {"minutes": "长" * 20_001},
            {"group": HUGE},
            {"group": 2**63 - 1},
            {"group": -1},
            {"votes_due": HUGE},
            {"votes_due": 1.5},
            {"occurred_on": "10000-01-01"},
            {"occurred_on": 10**20},
            {"occurred_on": None},
            {"planned_start": "0001-01-01T00:00:00+14:00"},
            {"planned_start": "9999-12-31T23:59:59-14:00"},
            {"topics": "会"},
            {"kind": ["general_meeting"]},
            {"kind": {}},
        ],
    )
    def test_values_that_cannot_be_stored_are_refused(self, office, wrong):
        assert office.activity(answers=422, **wrong)["code"] in {"request_invalid", "record_invalid", "value_not_storable"}
        assert office.get("activities")["items"] == []

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"title": "\\ud800"}', b"[" * 5000])
    def test_a_body_that_is_not_a_record(self, office, content):
        answer = office.client.post(f"{API}/activities", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422 or (answer.status_code == 400 and answer.json()["code"] == "body_unreadable"), answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(
        "parameters", [{"q": NUL}, {"organisation": NUL}, {"q": "\ud800".encode("utf-8", "surrogatepass")}, {"cursor": NUL}]
    )
    def test_parameters_that_cannot_be_compared(self, office, activities, parameters):
        assert office.client.get(f"{API}/activities", params=parameters).status_code in {200, 404, 422}

    def test_an_unknown_address_and_method(self, office):
        assert office.get("planets", 404)["code"] == "not_found"
        answer = office.client.delete(f"{API}/activities/1")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")

    def test_the_same_source_number_twice(self, office):
        first = {"source": "oa", "external_id": "1"}
        office.activity(**first)
        assert office.activity(**first, answers=409)["code"] == "already_exists"
        office.activity(source="oa", external_id="2")

    def test_a_commit_that_fails_is_not_answered_with_success(self, office, monkeypatch):
        def broken(_session):
            raise RuntimeError("disk full")

        monkeypatch.setattr(db, "_commit", broken)
        answer = office.client.post(f"{API}/activities", json=TestRepeats.BODY)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert "disk full" not in answer.text
        monkeypatch.undo()
        assert office.get("activities")["items"] == []
