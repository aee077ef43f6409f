"""Alembic: migrations run on an open connection handed over by `app.cli.migrate`, or on the configured database."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, Engine

from app import models
from app.config import Settings
from app.db import connect


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A released migration must not change with our classes: their columns are written as plain types."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, models.base.Moment) else False


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch mode rebuilds tables; with foreign keys on, that emptied a child table.
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection, target_metadata=models.Base.metadata, render_item=render_item,
        render_as_batch=sqlite, compare_type=True, transactional_ddl=True,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"foreign keys broken by a migration: {broken[:5]}")
    connection.commit()
    if sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run(given)
elif isinstance(given, Engine):
    with given.connect() as opened:
        run(opened)
else:
    with connect(Settings().url, Settings().key_file).engine.connect() as opened:
        run(opened)
