"""The generated county in a database of its own, on SQLite and on PostgreSQL where one answers."""

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.access import operator
from app.cli.service import upgrade
from app.db import Database, connect
from app.demo import World, build, load

AS_OF = dt.date(2026, 11, 22)
POSTGRES = os.environ.get("DANGJIAN_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
ACTOR = operator("bench")


def county() -> World:
    """The same world for every run of the benchmarks."""
    return build("county", 1, AS_OF)


def root_of(world: World) -> str:
    """Code of the organisation everything else lies below."""
    return next(row["code"] for row in world.rows("organisation") if row["path"] == f"/{row['id']}/")


@contextmanager
def loaded(kind: str, world: World) -> Iterator[Database]:
    """The world in a fresh database of this kind."""
    with tempfile.TemporaryDirectory() as folder, _empty(kind, Path(folder)) as database:
        upgrade(database)
        with database.write() as session:
            load(session, world)
        if kind == "postgresql":
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        else:
            with database.engine.connect() as connection:
                connection.execute(text("ANALYZE"))
                connection.commit()
        yield database


def kinds() -> list[str]:
    """The databases at hand."""
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return ["sqlite", "postgresql"]
    except OperationalError:
        print("no PostgreSQL answers: SQLite alone")
        return ["sqlite"]
    finally:
        engine.dispose()


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        database = connect(f"sqlite:///{folder / 'dangjian.db'}", folder / "keys.json")
        yield database
        database.engine.dispose()
        return
    name = f"dangjian_bench_{os.getpid()}"
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = connect(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False), folder / "keys.json")
    try:
        yield database
    finally:
        database.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
