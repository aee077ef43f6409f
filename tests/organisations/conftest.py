"""A small township over HTTP: a committee, two village branches with members, a general branch with a branch below."""

import itertools

import pytest
from sqlalchemy import event

from app.access import operator

API = "/api/v1/organisations"


class Office:
    """What a clerk does over HTTP, in few words; a refusal is asked for by its status."""

    def __init__(self, client, database):
        self.client, self.database = client, database
        self.numbers = itertools.count(1)

    def found(self, code, parent=None, *, form="branch", category="village", on="2015-01-01", expect=201, **more):
        body = {"code": code, "name": f"组织{code}", "form": form, "category": category, "parent": parent, "established_on": on} | more
        return self._answer(self.client.post(API, json=body), expect)

    def card(self, code, expect=200, **query):
        return self._answer(self.client.get(f"{API}/{code}", params=query), expect)

    def codes(self, **query):
        return [item["code"] for item in self._answer(self.client.get(API, params=query), 200)["items"]]

    def operate(self, code, verb, on="2026-03-01", expect=201, **more):
        etag = f'"v{self.card(code)["version"]}"'
        body = {"effective_on": on, "reason": "区划调整"} | more
        return self._answer(self.client.post(f"{API}/{code}/{verb}", json=body, headers={"If-Match": etag}), expect)

    def preview(self, code, verb, on="2026-03-01", expect=200, **more):
        return self._answer(
            self.client.post(f"{API}/{code}/{verb}/preview", json={"effective_on": on, "reason": "区划调整"} | more), expect
        )

    def member(self, code, since="2016-01-01", **more):
        number = next(self.numbers)
        body = {
            "code": f"M{number:04}", "name": f"党员{number}", "organisation": code, "member_since": since, "gender": "1",
            "member_class": "farmer", "admitted_on": since, "full_on": since,
        }  # fmt: skip
        return self._answer(self.client.post("/api/v1/members", json=body | more), 201)["id"]

    def record(self, noun, expect=201, **body):
        return self._answer(self.client.post(f"/api/v1/{noun}", json=body), expect)

    def records(self, noun, **query):
        return self._answer(self.client.get(f"/api/v1/{noun}", params=query), 200)["items"]

    @staticmethod
    def _answer(response, expect):
        assert response.status_code == expect, response.text
        return response.json()


@pytest.fixture
def office(client, database):
    return Office(client, database)


@pytest.fixture
def town(office):
    office.found("T", form="committee", category="township", evaluated=True, has_committee=True, committee_seats=7)
    office.found("V1", "T", evaluated=True, sort_order=2)
    office.found("V2", "T", evaluated=True, sort_order=1)
    office.found("G", "T", form="general_branch", evaluated=True, sort_order=3)
    office.found("G1", "G")
    return office


@pytest.fixture
def actor():
    return operator("tester")


@pytest.fixture
def statements(database):
    """Counts what is sent to the database; `statements()` gives the number since the last call."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)

    def since():
        count = len(seen)
        seen.clear()
        return count

    yield since
    event.remove(database.engine, "before_cursor_execute", note)
