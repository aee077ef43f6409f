from itertools import islice

import pytest
from sqlalchemy import func, select, update

from app import models
from app.db import Database, mark_audited
from app.demo import World, load
from app.errors import Conflict
from app.models.activities import Activity, Attendance
from app.models.journal import AuditEntry, OutboxEvent
from app.models.organisations import Category, Form, Organisation
from app.services.activities.roster import recount
from app.services.organisations.check import check_tree


def test_a_world_loads_with_its_ids_audited_and_once(database: Database, town: World):
    heard = []
    with database.write() as session:
        load(session, town, lambda done, total: heard.append((done, total)))
    rows = sum(town.count(table) for table in town.tables)
    assert heard[-1] == (rows, rows)
    with database.read() as session:
        for table in town.tables:
            assert session.scalar(select(func.count()).select_from(models.Base.metadata.tables[table])) == town.count(table), table
        audited = dict(session.execute(select(AuditEntry.record_kind, AuditEntry.record_count)).all())
        assert audited == {table: town.count(table) for table in town.tables}
        assert set(session.scalars(select(OutboxEvent.record_kind))) == set(audited)
    with database.write() as session, pytest.raises(Conflict, match="空数据库"):
        load(session, town)


def test_the_services_find_nothing_to_correct(database: Database, town: World):
    with database.write() as session:
        load(session, town)
    counts = select(Activity.id, Activity.expected_count, Activity.present_count).order_by(Activity.id)
    with database.write() as session:
        assert check_tree(session, town.as_of) == []
        generated = session.execute(counts).all()
        every_tenth = [row.id for row in generated[::10]]
        session.execute(update(Activity).where(Activity.id.in_(every_tenth)).values(signed_off_at=None, expected_count=0, present_count=0))
        recount(session, every_tenth)
        assert session.execute(counts).all() == generated
        session.rollback()


def test_what_is_stored_is_what_was_generated_and_new_records_follow(database: Database, town: World):
    with database.write() as session:
        load(session, town)
    with database.read() as session:
        for model in (Organisation, Activity, Attendance):
            for row in islice(town.rows(model.__tablename__), 0, None, max(1, town.count(model.__tablename__) // 100)):
                stored = session.get_one(model, row["id"])
                assert {name: getattr(stored, name) for name in row} == row
    with database.write() as session:
        founded = Organisation(code="X", name="新支部", form=Form.branch, category=Category.village, established_on=town.as_of)
        session.add(founded)
        session.flush()
        assert founded.id == town.count("organisation") + 1
        mark_audited(session, ("organisation", founded.id))
