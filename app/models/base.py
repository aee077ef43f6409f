"""What every table shares: naming convention, ids, moments, labelled enumerations, the two record mixins."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeEngine

from app import clock

Id = BigInteger().with_variant(Integer, "sqlite")
Money = Numeric(14, 2)
Json = JSON()


def key_text(length: int) -> TypeEngine[str]:
    """Text used as a key or for sorting: compared byte by byte on both databases, so pages never depend on a locale."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Moment(TypeDecorator[datetime]):
    """A moment: always UTC and aware in Python, naive values refused; stored without zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else clock.utc(value).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Labelled(StrEnum):
    """An enumeration with a Chinese label per value: `branch = "branch", "党支部"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


def choice(enumeration: type[StrEnum]) -> Enum:
    """A column of one enumeration, stored as its value; a new value needs no migration."""
    return Enum(
        enumeration, native_enum=False, create_constraint=False, length=40, values_callable=lambda kind: [each.value for each in kind]
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Moment(), date: Date()}


class Record(Base):
    """A record of daily work: never deleted but withdrawn with a reason, guarded by `version`, traced to its source."""

    __abstract__ = True
    # Every default is Python's as well: a batch is one INSERT, nothing is read back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  # SQLAlchemy declares it as an instance variable

    record_kind: ClassVar[str]
    counters: ClassVar[frozenset[str]] = frozenset()
    """Columns kept by the system; changing them neither raises `version` nor needs an audit entry of its own."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, sort_order=-100)
    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=90)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=92)
    recorded_by: Mapped[str] = mapped_column(String(64), default="system", server_default="system", sort_order=93)
    source: Mapped[str | None] = mapped_column(String(64), sort_order=94)
    external_id: Mapped[str | None] = mapped_column(String(128), sort_order=95)
    withdrawn_at: Mapped[datetime | None] = mapped_column(sort_order=96)
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500), sort_order=97)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__tablename__" in cls.__dict__:
            cls.record_kind = cls.__tablename__
            table = cls.__table__
            known = text("external_id IS NOT NULL")
            Index(f"uq_{table.name}_external", table.c.source, table.c.external_id, unique=True, sqlite_where=known, postgresql_where=known)  # type: ignore[attr-defined]  # a Table


def where_kept(condition: str = "") -> dict[str, Any]:
    """Index options: only rows that are not withdrawn (and match `condition`), on both databases."""
    clause = text("withdrawn_at IS NULL" + (f" AND {condition}" if condition else ""))
    return {"sqlite_where": clause, "postgresql_where": clause}


class OrganisationRecord(Record):
    """A record that belongs to one organisation; rights follow the organisation's place in today's tree."""

    __abstract__ = True

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organisation.id"), index=True, sort_order=-90)
