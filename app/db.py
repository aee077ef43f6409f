"""Engine and transactions. The only `.commit(` of the code base is here, and it checks that record changes were audited."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import AppError

RecordKey = tuple[str, int]
T = TypeVar("T")


class Unaudited(RuntimeError):
    """A programming error: records changed in a transaction without an audit entry for each of them."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: `read()` for looking, `write()` for one all-or-nothing change."""

    engine: Engine
    key_file: Path
    """Where the keys of sealed fields are; read on first use."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; anything written in it is rolled back. PostgreSQL: REPEATABLE READ READ ONLY."""
        with self._session(writing=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error but an AppError that says keep."""
        with self._session(writing=True) as session:
            try:
                yield session
            except AppError as error:
                if error.keep:
                    _commit(session)
                raise
            _commit(session)

    @contextmanager
    def _session(self, *, writing: bool) -> Iterator[Session]:
        options: dict[str, Any] = {"dangjian_write": writing}
        if self.engine.dialect.name == "postgresql" and not writing:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = self.engine.connect().execution_options(**options)
        try:
            with Session(bind=connection, autoflush=True, expire_on_commit=False) as session:
                session.info["key_file"] = self.key_file
                _watch_records(session)
                yield session
        finally:
            connection.close()


def _commit(session: Session) -> None:
    session.flush()
    missing = session.info["changed_records"] - session.info["audited_records"]
    if missing:
        raise Unaudited(f"changed without an audit entry: {sorted(missing)}")
    session.connection().commit()


def mark_audited(session: Session, key: RecordKey) -> None:
    """Says that the change of one record, (kind, id), has its audit and outbox entry in this transaction."""
    session.info["audited_records"].add(key)


def _watch_records(session: Session) -> None:
    session.info["changed_records"] = set()
    session.info["audited_records"] = set()
    event.listen(session, "after_flush", _note_changes)


def _note_changes(session: Session, _context: UOWTransaction) -> None:
    for record in (*session.new, *session.dirty, *session.deleted):
        kind = getattr(record, "record_kind", None)
        if kind is None:
            continue
        if record in session.dirty and not _changes(record):
            continue
        session.info["changed_records"].add((kind, record.id))


def _changes(record: Any) -> bool:
    """Whether more than the record's own counters changed (counters are kept by the change that is audited)."""
    return any(attribute.history.has_changes() for attribute in inspect(record).attrs if attribute.key not in record.counters)


def connect(url: str, key_file: Path, *, pool_size: int = 10) -> Database:
    """Opens a database. SQLite: WAL, foreign keys, `BEGIN IMMEDIATE` for writers (legacy mode lost updates)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=pool_size, max_overflow=0, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    return Database(engine, key_file)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3: no implicit BEGIN, we emit it ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("dangjian_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Slices of at most `size`: databases limit the number of parameters of one statement."""
    return (values[start : start + size] for start in range(0, len(values), size))
