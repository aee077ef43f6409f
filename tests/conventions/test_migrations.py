"""Migrations: one head, they run up and down on both databases, and what they build is what the models say."""

from pathlib import Path

import pytest
from alembic.config import Config
from pytest_alembic import tests
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from app.db import connect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def alembic_config():
    return Config(ROOT / "alembic.ini")


@pytest.fixture
def alembic_engine(database, tmp_path):
    """A database without a single table, of the kind that the `database` fixture is of."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        empty = connect(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "keys.json")
        yield empty.engine
        empty.engine.dispose()
        return
    name = f"{url.database}_migrations"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    empty = connect(make_url(url).set(database=name).render_as_string(hide_password=False), tmp_path / "keys.json")
    yield empty.engine
    empty.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
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


def test_files_are_named_by_number_and_day():
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert names
    for number, name in enumerate(names, start=1):
        found, day, *_ = name.split("_", 2)
        assert found == f"{number:04d}", name
        assert day.isdigit(), name
        assert len(day) == 8, name
