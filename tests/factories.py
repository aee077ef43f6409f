"""Small worlds for tests: one line per record, everything unsaid has a plain default.

Organisations, members and groups are named by the text a test calls them, so that expectations read like sentences.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from sqlalchemy import Connection, insert

from app.models import Base
from app.models.activities import Activity, Attendance
from app.models.members import Election, LeaderAppraisal, Member, MemberAppraisal, Membership, Position, TalentReserve
from app.models.mobility import FloatingMember
from app.models.organisations import Organisation, OrganisationExemption, OrganisationPlacement, PartyGroup

LONG_AGO = dt.date(2015, 1, 1)


class World:
    """Writes records straight into the tables of one connection; nothing is committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.organisations: dict[str, int] = {}
        self.members: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def add(self, model: type[Base], **values: Any) -> int:
        """Insert one row and return its id."""
        result = self.connection.execute(insert(model.__table__), values)
        return int(result.inserted_primary_key[0])

    def organisation(
        self,
        name: str,
        form: str = "branch",
        *,
        category: str = "village",
        below: str | None = None,
        since: dt.date = LONG_AGO,
        placed: list[dict[str, Any]] | None = None,
        **values: Any,
    ) -> int:
        """An organisation with its placement; `placed` lists several of them, each with `since` and what differs.

        Of the other values `evaluated`, `has_committee` and `committee_seats` go to the placement.
        """
        standing = {key: values.pop(key) for key in ("evaluated", "has_committee", "committee_seats") if key in values}
        fields = {"code": f"T{next(self._numbers):05}", "name": name, "established_on": since, "form": form, "category": category}
        found = self.organisations[name] = self.add(Organisation, **fields | values)
        starts = placed or [{}]
        for place, following in itertools.zip_longest(starts, starts[1:]):
            end = following and following["since"] - dt.timedelta(days=1)
            self.place(name, **{"below": below, "since": since, "until": end} | standing | place)
        return found

    def place(self, name: str, *, below: str | None, since: dt.date, until: dt.date | None = None, **values: Any) -> int:
        parent = None if below is None else self.organisations[below]
        return self.add(
            OrganisationPlacement, organisation_id=self.organisations[name], parent_id=parent, valid_from=since, valid_to=until, **values
        )

    def exempt(self, name: str, since: dt.date, until: dt.date | None = None, *, what: str = "all", **values: Any) -> int:
        return self.add(
            OrganisationExemption,
            organisation_id=self.organisations[name],
            what=what,
            valid_from=since,
            valid_to=until,
            reason="洪灾",
            **values,
        )

    def group(self, name: str, of: str, since: dt.date = LONG_AGO, until: dt.date | None = None, **values: Any) -> int:
        found = self.groups[name] = self.add(
            PartyGroup, organisation_id=self.organisations[of], name=name, valid_from=since, valid_to=until, **values
        )
        return found

    def activity(self, of: str, kind: str, on: dt.date, *, group: str | None = None, **values: Any) -> int:
        defaults = {"form": "central", "title": f"{on} {kind}", "status": "held", "topics": []}
        group_id = None if group is None else self.groups[group]
        return self.add(
            Activity,
            **defaults | {"organisation_id": self.organisations[of], "kind": kind, "occurred_on": on, "group_id": group_id} | values,
        )

    def member(
        self, name: str, of: str | None, since: dt.date = LONG_AGO, until: dt.date | None = None, *, home: str | None = None, **values: Any
    ) -> int:
        """A full member unless `full_on` says otherwise; `of` None: without a membership (home says who keeps the file)."""
        seat = self.organisations[of or home or next(iter(self.organisations))]
        defaults = {"gender": "1", "member_class": "farmer", "status": "full", "admitted_on": LONG_AGO, "full_on": LONG_AGO}
        code = f"M{next(self._numbers):06}"
        found = self.members[name] = self.add(Member, **defaults | {"organisation_id": seat, "code": code, "name": name} | values)
        if of is not None:
            self.join(name, of, since, until)
        return found

    def join(self, name: str, of: str, since: dt.date = LONG_AGO, until: dt.date | None = None, **values: Any) -> int:
        return self.add(
            Membership, member_id=self.members[name], organisation_id=self.organisations[of], valid_from=since, valid_to=until, **values
        )

    def attend(self, activity: int, of: str, name: str, status: str = "present", **values: Any) -> int:
        return self.add(
            Attendance, organisation_id=self.organisations[of], activity_id=activity, member_id=self.members[name], status=status, **values
        )

    def post(self, name: str, of: str, post: str = "member", since: dt.date = LONG_AGO, until: dt.date | None = None, **values: Any) -> int:
        fields = {"member_id": self.members[name], "organisation_id": self.organisations[of], "post": post}
        return self.add(Position, **fields, valid_from=since, valid_to=until, **values)

    def election(self, of: str, held_on: dt.date, method: str, term_until: dt.date, **values: Any) -> int:
        counts = {"eligible": 30, "present": 28, "elected": 5}
        return self.add(
            Election, organisation_id=self.organisations[of], held_on=held_on, method=method, term_until=term_until, **counts | values
        )

    def grade(self, name: str, of: str, year: int, grade: str = "qualified", **values: Any) -> int:
        return self.add(
            MemberAppraisal, member_id=self.members[name], organisation_id=self.organisations[of], year=year, grade=grade, **values
        )

    def sheet(self, name: str, of: str, on: dt.date, *scores: int, **values: Any) -> int:
        names = ("party_spirit", "public_spirit", "ability", "drive")
        fields = {"member_id": self.members[name], "organisation_id": self.organisations[of], "appraised_on": on}
        return self.add(
            LeaderAppraisal, **fields, **dict(zip(names, scores, strict=True)), appraiser_group="党员", reason="年度测评", **values
        )

    def talent(self, person: str, of: str, kind: str, since: dt.date = LONG_AGO, until: dt.date | None = None, **values: Any) -> int:
        fields = {"organisation_id": self.organisations[of], "person": person, "kind": kind}
        return self.add(TalentReserve, **fields, valid_from=since, valid_to=until, **values)

    def record(self, model: type[Base], of: str, **values: Any) -> int:
        """A record of any family that belongs to an organisation; `member` is the text a test calls the person."""
        if "member" in values:
            values["member_id"] = self.members[values.pop("member")]
        return self.add(model, organisation_id=self.organisations[of], **values)

    def floating(self, name: str, of: str, since: dt.date, until: dt.date | None = None, **values: Any) -> int:
        """A member floating out, unless `direction` says in."""
        defaults = {"direction": "out", "person": name, "member": name}
        return self.record(FloatingMember, of, valid_from=since, valid_to=until, **defaults | values)
