"""Records over HTTP, one line each: what a test does not say has a plain default. Organisations come from the factories."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from app import clock
from app.db import Database
from tests.factories import World

API = "/api/v1"
TODAY = clock.today()


def days_ago(number: int) -> str:
    return (TODAY - dt.timedelta(days=number)).isoformat()


class Office:
    """Somebody at a desk: sends requests, remembers ids and ETags, fails loudly when a request that should succeed does not."""

    def __init__(self, client, database: Database) -> None:
        self.client, self.database = client, database
        self.tags: dict[str, str] = {}
        with database.engine.begin() as connection:
            world = World(connection)
            world.organisation("镇党委", "committee", category="township", code="T")
            world.organisation("甲村党总支", "general_branch", below="镇党委", code="A", evaluated=True)
            world.organisation("甲一支部", below="甲村党总支", code="A1")
            world.organisation("甲二支部", below="甲村党总支", code="A2")
            world.organisation("乙支部", below="镇党委", code="B", evaluated=True, since=dt.date(2020, 7, 1))
            world.organisation("旧支部", below="镇党委", code="OLD", dissolved_on=dt.date(2024, 1, 1))
            self.groups = {"一组": world.group("一组", "甲一支部"), "二组": world.group("二组", "甲二支部")}
            below = {"T": "", "A": "T", "A1": "A", "A2": "A", "B": "T", "OLD": "T"}
            ids = dict(connection.execute(text("SELECT code, id FROM organisation")).all())
            for code, number in ids.items():
                path, above = f"/{number}/", below[code]
                while above:
                    path, above = f"/{ids[above]}{path}", below[above]
                connection.execute(text("UPDATE organisation SET path = :path WHERE code = :code"), {"path": path, "code": code})
            self.organisations = ids

    def get(self, path: str, status: int = 200, /, **parameters: Any) -> Any:
        answer = self.client.get(f"{API}/{path}", params=parameters)
        return self._answer(path, answer, status)

    def post(self, path: str, body: dict[str, Any], status: int = 201, **headers: str) -> Any:
        answer = self.client.post(f"{API}/{path}", json=body, headers=headers)
        return self._answer(path, answer, status)

    def change(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        """PATCH with the newest ETag."""
        return self._answer(path, self.client.patch(f"{API}/{path}", json=body, headers=self.matching(path)), status)

    def step(self, path: str, name: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        """POST to a step of a record (`transfer`) with the newest ETag."""
        return self._answer(path, self.client.post(f"{API}/{path}/{name}", json=body, headers=self.matching(path)), status)

    def withdraw(self, path: str, reason: str = "重复登记", status: int = 200) -> Any:
        return self.step(path, "withdraw", {"reason": reason}, status)

    def matching(self, path: str) -> dict[str, str]:
        return {"If-Match": self.client.get(f"{API}/{path}").headers["ETag"]}

    def member(self, name: str, /, organisation: str = "A1", *, answers: int = 201, **fields: Any) -> Any:
        defaults = {"gender": "1", "member_class": "farmer", "admitted_on": "2016-07-01", "full_on": "2017-07-01"}
        return self.post("members", {"name": name, "organisation": organisation, **defaults, **fields}, answers)

    def activity(self, organisation: str = "A1", kind: str = "general_meeting", *, answers: int = 201, **fields: Any) -> Any:
        defaults = {"title": "学习会", "occurred_on": days_ago(1)}
        return self.post("activities", {"organisation": organisation, "kind": kind, **defaults, **fields}, answers)

    def position(self, member: Any, organisation: str = "A1", post: str = "secretary", *, answers: int = 201, **fields: Any) -> Any:
        body = {"organisation": organisation, "member": member["id"], "post": post, "valid_from": "2024-01-01", **fields}
        return self.post("positions", body, answers)

    def mark(self, activity: Any, *, answers: int = 200, reason: str | None = None, **lines: Any) -> Any:
        """`mark(meeting, present=[a, b], absent=[c])`."""
        body: dict[str, Any] = {"lines": [{"member": who["id"], "status": name} for name, people in lines.items() for who in people]}
        return self.post(f"activities/{activity['id']}/attendance:mark", body | ({"reason": reason} if reason else {}), answers)

    def _answer(self, path: str, answer: Any, status: int) -> Any:
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text}"
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json", path
            assert answer.json()["detail"], path
        return answer.json()


@contextmanager
def statements(database: Database):
    """Collects the statements sent meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def fields(problem: Any) -> set[str]:
    """The places a refusal names."""
    return {error["field"] for error in problem["errors"]}
