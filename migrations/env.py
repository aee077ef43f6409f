"""Alembic: migrations run on an open connection handed over by `app.cli.migrate`, or on the configured database."""

from alembic import context
from sqlalchemy import Connection

from app import models
from app.config import Settings
from app.db import connect


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch mode rebuilds tables; with foreign keys on, that emptied a child table.
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(connection=connection, target_metadata=models.Base.metadata, render_as_batch=sqlite, compare_type=True, transactional_ddl=True)
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
if given is not None:
    run(given)
else:
    with connect(Settings().url, Settings().key_file).engine.connect() as opened:
        run(opened)
