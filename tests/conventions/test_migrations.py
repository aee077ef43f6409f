"""Migrations: one head, they run up and down on both databases, and what they build is what the models say."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from pytest_alembic import tests
from sqlalchemy import Engine, create_engine, func, inspect, select, text

from app.db import connect
from app.models import Base
from tests.factories import World

ROOT = Path(__file__).resolve().parents[2]
REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", {head!r}


def upgrade():
    with op.batch_alter_table("organisation", recreate="auto") as batch:
        batch.add_column(sa.Column("remark", sa.String(10), server_default="-", nullable=False))
        batch.alter_column("name", existing_type=sa.String(200), nullable=True)


def downgrade():
    with op.batch_alter_table("organisation", recreate="auto") as batch:
        batch.alter_column("name", existing_type=sa.String(200), nullable=False)
        batch.drop_column("remark")
"""


@pytest.fixture
def alembic_config():
    return Config(ROOT / "alembic.ini")


@pytest.fixture
def alembic_engine(database, tmp_path):
    """A place without a single table, on the server that the `database` fixture is on."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        empty = connect(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "keys.json")
        yield empty.engine
        empty.engine.dispose()
        return
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        name = f"{connection.scalar(select(func.current_schema()))}_migrations"
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    address = url.update_query_dict({"options": f"-csearch_path={name}"})
    empty = connect(address.render_as_string(hide_password=False), tmp_path / "keys.json")
    yield empty.engine
    empty.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
    admin.dispose()


def tables(engine: Engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_one_head(alembic_runner):
    tests.test_single_head_revision(alembic_runner)


def test_models_and_tables_agree(alembic_runner):
    tests.test_model_definitions_match_ddl(alembic_runner)


def test_up_down_up(alembic_runner):
    tests.test_up_down_consistency(alembic_runner)


def test_down_to_nothing_and_up_again(alembic_runner, alembic_engine):
    alembic_runner.migrate_up_to("heads", return_current=False)
    built = tables(alembic_engine)
    assert len(built) > 20
    alembic_runner.migrate_down_to("base", return_current=False)
    assert tables(alembic_engine) == set()
    alembic_runner.migrate_up_to("heads", return_current=False)
    assert tables(alembic_engine) == built


def populate(engine):
    with engine.begin() as connection:
        world = World(connection)
        world.organisation("镇", "committee", category="township")
        world.organisation("村", below="镇")
        world.group("第一党小组", "村")
        world.member("张三", "村")
        world.post("张三", "村", "secretary")
        world.attend(world.activity("村", "general_meeting", date(2026, 3, 5)), "村", "张三")


def counts(engine):
    with engine.connect() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables}


def test_rebuilding_a_populated_table_loses_nothing(alembic_engine, tmp_path):
    """SQLite changes a table by rebuilding it; with foreign keys on that emptied the tables that refer to it."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = alembic_engine
    command.upgrade(config, "head")
    with alembic_engine.connect() as connection:
        head = connection.scalar(text("SELECT version_num FROM alembic_version"))
    (folder / "versions" / "9999_20991231_rebuild.py").write_text(REBUILD.format(head=head), encoding="utf-8")
    populate(alembic_engine)
    before = counts(alembic_engine)
    assert before["organisation_placement"] == 2
    assert before["attendance"] == 1
    command.upgrade(config, "head")
    assert "remark" in {column["name"] for column in inspect(alembic_engine).get_columns("organisation")}
    assert counts(alembic_engine) == before
    command.downgrade(config, head)
    assert counts(alembic_engine) == before
    with alembic_engine.connect() as connection:
        assert connection.dialect.name != "sqlite" or connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_populated_database_goes_down(alembic_runner, alembic_engine):
    alembic_runner.migrate_up_to("heads", return_current=False)
    populate(alembic_engine)
    alembic_runner.migrate_down_to("base", return_current=False)
    assert tables(alembic_engine) == set()


def test_files_are_named_by_number_and_day():
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert names
    for number, name in enumerate(names, start=1):
        found, day, *_ = name.split("_", 2)
        assert found == f"{number:04d}", name
        assert day.isdigit(), name
        assert len(day) == 8, name
