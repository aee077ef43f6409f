"""Databases for the tests: built by the migrations, on SQLite always and on PostgreSQL where one answers."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from app import models
from app.config import Settings
from app.db import Database, connect
from app.main import create_app
from tests.records import Office

POSTGRES = os.environ.get("DANGJIAN_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def postgres_answers() -> bool:
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


ENGINES = ["sqlite", "postgresql"] if postgres_answers() else ["sqlite"]


def pytest_report_header() -> str:
    return (
        "databases: "
        + ", ".join(ENGINES)
        + ("" if len(ENGINES) == 2 else " (no PostgreSQL at 127.0.0.1:5432: its half of the tests is left out)")
    )


def build(database: Database) -> None:
    models.Base.metadata.create_all(database.engine)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    database = hasten(connect(f"sqlite:///{folder / 'dangjian.db'}", folder / "keys.json"))
    build(database)
    database.engine.dispose()
    return folder / "dangjian.db"


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    with postgres_database(f"dangjian_test_{os.getpid()}_{worker_id}") as url:
        yield url


@contextmanager
def postgres_database(name: str) -> Iterator[str]:
    """Our tables in a schema of their own on the test server, dropped at the end. A database of their own would cost a checkpoint each."""
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={name} -csynchronous_commit=off"})
    address = url.render_as_string(hide_password=False)
    database = connect(address, Path("unused"))
    build(database)
    database.engine.dispose()
    try:
        yield address
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
        admin.dispose()


@pytest.fixture(scope="session", params=ENGINES)
def shared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Database]:
    """A database for a whole session, for tests of one folder that read a large world or add to it without disturbing each other."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "dangjian.db")
        database = hasten(connect(f"sqlite:///{folder / 'dangjian.db'}", folder / "keys.json"))
        yield database
        database.engine.dispose()
        return
    with postgres_database(f"dangjian_shared_{os.getpid()}_{worker_id}") as url:
        database = connect(url, folder / "keys.json")
        yield database
        database.engine.dispose()


def hasten(database: Database) -> Database:
    """Tests prove what is committed, not that the disk keeps it: SQLite does not wait for the disk."""

    @event.listens_for(database.engine, "connect")
    def do_not_wait(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    return database


def empty(database: Database) -> None:
    """Deletes all rows and starts the numbering anew. Truncating would rewrite hundreds of files for a handful of rows."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # the order of deletion does not matter
        tables = "; ".join(f'DELETE FROM "{table.name}"' for table in models.Base.metadata.sorted_tables)
        connection.execute(text(f"DO $$ BEGIN {tables}; END $$"))
        connection.execute(
            text(
                "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
            )
        )


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of our schema; what a test commits is gone for the next one."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "dangjian.db")
        database = hasten(connect(f"sqlite:///{tmp_path / 'dangjian.db'}", tmp_path / "keys.json"))
        yield database
        database.engine.dispose()
        return
    database = connect(request.getfixturevalue("postgres_url"), tmp_path / "keys.json")
    yield database
    empty(database)
    database.engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def client(database: Database, settings: Settings) -> Iterator[TestClient]:
    """The service over HTTP, on both databases; an exception inside becomes the 500 that a client would see."""
    with TestClient(create_app(settings, database), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def office(client: TestClient, database: Database) -> Office:
    """A small township, and a desk to work at."""
    return Office(client, database)
