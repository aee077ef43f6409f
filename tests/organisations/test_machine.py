"""Any sequence of operations keeps the tree a tree, on every day, and every member in one place."""

import contextlib
import datetime as dt
import itertools
import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from app.access import operator
from app.clock import DAY
from app.db import connect
from app.errors import AppError
from app.models.members import Gender, Member, MemberClass, Membership, MemberStatus
from app.models.organisations import OperationKind, Organisation, OrganisationLineage, OrganisationPlacement
from app.schemas.organisations import OPERATIONS, ORGANISATIONS, OrganisationIn
from app.services.drafts import Draft
from app.services.organisations import check_tree
from app.services.organisations.operations import operate
from app.services.records import save

ACTOR = operator("machine")
FIRST = dt.date(2024, 1, 1)
VERBS = [OperationKind.move, OperationKind.merge, OperationKind.dissolve, OperationKind.move, OperationKind.merge, *OperationKind]
pick = st.integers(min_value=0, max_value=30)


class Reorganising(RuleBasedStateMachine):
    """Days mostly go forward; now and then somebody enters something late."""

    template: Path

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "dangjian.db")
        self.database = connect(f"sqlite:///{self.folder / 'dangjian.db'}", self.folder / "keys.json")
        self.day, self.days, self.number = FIRST + DAY, {FIRST}, 0

    def teardown(self):
        self.database.engine.dispose()
        shutil.rmtree(self.folder)

    @initialize()
    def found(self):
        parents = {"A": None, "B": "A", "C": "A", "D": "B", "E": "D", "F": "C"}
        drafts = []
        for code, parent in parents.items():
            data = OrganisationIn(code=code, name=code, form="branch", category="village", parent=parent, established_on=FIRST).model_dump()
            drafts.append(Draft(data, frozenset(data)))
        with self.database.write() as session:
            save(session, ACTOR, ORGANISATIONS, drafts)
        with self.database.write() as session:
            for number, code in enumerate([*parents, *parents]):
                self._join(session, number, session.scalars(select(Organisation.id).where(Organisation.code == code)).one())
            session.flush()
            session.info["changed_records"].clear()  # written by hand, so not audited

    @staticmethod
    def _join(session, number, organisation_id):
        plain = {
            "gender": Gender.male,
            "member_class": MemberClass.farmer,
            "status": MemberStatus.full,
            "admitted_on": FIRST,
            "full_on": FIRST,
        }
        member = Member(code=f"M{number}", name=f"M{number}", organisation_id=organisation_id, **plain)
        session.add(member)
        session.flush()
        session.add(Membership(member_id=member.id, organisation_id=organisation_id, valid_from=FIRST))

    @rule(kind=st.sampled_from(VERBS), which=pick, other=pick, into=st.integers(0, 2), late=st.sampled_from([0, 0, 0, 1, 3]))
    def reorganise(self, kind, which, other, into, late):
        """A refusal is as good as a success, as long as nothing is left behind."""
        one, another = self._code(which), self._code(other)
        match kind:
            case OperationKind.move:
                more = {"parent": another}
            case OperationKind.rebuild:
                more = {"has_committee": True, "committee_seats": 1 + into}
            case OperationKind.merge:
                more = {"others": [another], "into": [one, another, self._new()][into]}
            case OperationKind.divide:
                more = {"into": [self._new(), self._new() | {"principal": True}]}
            case OperationKind.upgrade:
                more = {"into": self._new() | {"form": "general_branch"}}
            case OperationKind.dissolve:
                more = {"members_to": another, "children_to": another}
        self._operate(one, kind, late, **more)

    def _operate(self, code, kind, late, **more):
        self.day += 2 * DAY
        day = self.day - 3 * late * DAY
        request = OPERATIONS[kind].model_validate({"effective_on": max(day, FIRST), "reason": "测试", **more})
        self.days |= {request.effective_on, request.effective_on - DAY}
        with contextlib.suppress(AppError), self.database.write() as session:
            version = session.scalars(select(Organisation.version).where(Organisation.code == code)).one()
            operate(session, ACTOR, code, kind, request, version)

    def _code(self, index):
        with self.database.read() as session:
            codes = session.scalars(select(Organisation.code).where(Organisation.dissolved_on.is_(None)).order_by(Organisation.id)).all()
        return codes[index % len(codes)]

    def _new(self):
        self.number += 1
        return {"code": f"N{self.number}", "name": f"N{self.number}", "form": "branch"}

    @invariant()
    def tree_is_a_tree(self):
        with self.database.read() as session:
            for day in sorted(self.days)[-3:]:
                assert check_tree(session, day) == []

    @invariant()
    def one_open_placement_while_existing(self):
        with self.database.read() as session:
            placed = session.scalars(select(OrganisationPlacement.organisation_id).where(OrganisationPlacement.valid_to.is_(None))).all()
            existing = session.scalars(select(Organisation.id).where(Organisation.dissolved_on.is_(None))).all()
            assert sorted(placed) == sorted(existing)

    @invariant()
    def one_principal_successor(self):
        with self.database.read() as session:
            rows = session.execute(select(OrganisationLineage.predecessor_id, OrganisationLineage.principal)).all()
        for organisation in {row.predecessor_id for row in rows}:
            assert sum(row.principal for row in rows if row.predecessor_id == organisation) == 1

    @invariant()
    def every_member_is_in_one_place_at_a_time(self):
        with self.database.read() as session:
            rows = session.scalars(select(Membership).order_by(Membership.member_id, Membership.valid_from)).all()
            homes = dict(session.execute(select(Member.id, Member.organisation_id)).all())
            dissolved = set(session.scalars(select(Organisation.id).where(Organisation.dissolved_on.is_not(None))))
        for before, after in itertools.pairwise(rows):
            if before.member_id == after.member_id:
                assert before.valid_to == after.valid_from - DAY
        current = {row.member_id: row.organisation_id for row in rows if row.valid_to is None}
        assert current == homes
        assert not dissolved & set(current.values())


@pytest.fixture(autouse=True)
def prepared(sqlite_template):
    Reorganising.template = sqlite_template


Reorganising.TestCase.settings = settings(
    max_examples=20, stateful_step_count=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
TestReorganising = pytest.mark.usefixtures("prepared")(Reorganising.TestCase)
