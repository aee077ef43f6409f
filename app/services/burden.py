"""填报负担: how many fields, and about how many minutes, a branch is asked for in a quarter.

The figure is an estimate made the same way everywhere, from the schemas and the records of a period. It is there to notice when a new
form costs more than it tells, so the assumptions stand here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo
from sqlalchemy import ColumnElement, Date, String, and_, case, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from app import access
from app.access import Actor, Permission
from app.errors import FieldError, Invalid
from app.models.activities import Attendance, AttendanceMethod
from app.models.base import Record
from app.models.organisations import Form, Organisation
from app.schemas.base import RecordType
from app.schemas.nouns import RECORD_TYPES
from app.scoring.metrics.view import Condition, Rows, kept
from app.services.listing import find_organisation

CAP = 600
"""Minutes per branch and quarter: about fifty minutes a week, what a secretary beside another job can be asked for."""
QUARTER = timedelta(days=365.25 / 4)
LONG_TEXT = 1000
"""A text that may be longer is written, not filled in."""
BRANCHES = (Form.branch, Form.joint_branch)
HOUSEKEEPING = frozenset({"source", "external_id", "organisation"})
"""Fields that the form knows by itself."""
LISTED = {"attendance": frozenset({"status"}), "training_record": frozenset({"attended", "minutes"})}
"""Lines of a register: the members stand there already, only these fields are filled in."""
NOT_FILLED_IN = frozenset({"organisation", "membership", "learning_record"})
"""Founded above the branch; made with the member or the transfer; done by the member in the course."""


class FieldKind(StrEnum):
    choice = "choice"
    number = "number"
    day = "day"
    reference = "reference"
    short_text = "short_text"
    listing = "listing"
    long_text = "long_text"


SECONDS: Mapping[FieldKind, int] = {
    FieldKind.choice: 3,  # one click
    FieldKind.number: 5,  # looked up, typed
    FieldKind.day: 5,  # the calendar opens on a day near by
    FieldKind.reference: 6,  # two characters and a click
    FieldKind.short_text: 15,  # a title, a place: some ten characters
    FieldKind.listing: 30,  # two or three short texts
    FieldKind.long_text: 180,  # minutes of a meeting, mostly brought along and pasted
}
"""Assumed seconds per field filled in, for somebody who has the facts at hand."""


@dataclass(frozen=True, slots=True)
class NounBurden:
    """What one noun cost in the whole period: records, fields filled in, minutes, and minutes per branch and quarter."""

    noun: str
    title: str
    records: int
    fields: int
    minutes: float
    minutes_per_quarter: float


@dataclass(frozen=True, slots=True)
class Burden:
    """What the branches in question were asked for; `over`: more than the cap."""

    start: date
    end: date
    branches: int
    quarters: float
    minutes_per_quarter: float
    cap: int
    over: bool
    nouns: list[NounBurden]


def measure_burden(session: Session, actor: Actor, start: date, end: date, organisation: str | None = None) -> Burden:
    """The burden of all branches seen, or of those below one organisation (code), from `start` to `end` inclusive; heaviest noun first."""
    access.require(actor, Permission.read_records)
    if end < start:
        raise Invalid("period_invalid", "结束日期早于起始日期。", [FieldError("to", "早于起始日期")])
    asked = and_(access.visible(actor, Permission.read_records), Organisation.form.in_(BRANCHES), kept(Organisation))
    asked = and_(asked, Organisation.established_on <= end, or_(Organisation.dissolved_on.is_(None), Organisation.dissolved_on > start))
    if organisation is not None:
        asked = and_(asked, access.below(find_organisation(session, actor, organisation).path))
    branches = session.scalar(select(func.count(Organisation.id)).where(asked)) or 0
    quarters = max((end - start + timedelta(days=1)) / QUARTER, 1 / 90)
    share = max(branches, 1) * quarters
    counted = union_all(*[_counted(each, asked, start, end) for each in RECORD_TYPES.values() if each.kind not in NOT_FILLED_IN])
    nouns = [
        NounBurden(noun, RECORD_TYPES[noun].title, records, fields, seconds / 60, seconds / 60 / share)
        for noun, records, fields, seconds in session.execute(counted)
        if records
    ]
    total = sum(each.minutes_per_quarter for each in nouns)
    return Burden(start, end, branches, quarters, total, CAP, total > CAP, sorted(nouns, key=lambda each: -each.minutes))


def asked_fields(record_type: RecordType) -> dict[str, FieldKind]:
    """The fields of a form that somebody fills in, by name: neither what the page knows nor what a register lists already."""
    listed = LISTED.get(record_type.kind)
    return {
        name: FieldKind.reference if name in record_type.references else _kind(info)
        for name, info in record_type.In.model_fields.items()
        if name not in HOUSEKEEPING and name != record_type.owner and (listed is None or name in listed)
    }


def _counted(record_type: RecordType, asked: Condition, start: date, end: date) -> Rows:
    """One row: noun, records of the period, fields filled in, seconds."""
    model: Any = record_type.model
    fields, seconds = func.count(model.id) * 0, func.count(model.id) * 0
    for name, kind in asked_fields(record_type).items():
        filled = _filled(model, name, kind)
        fields, seconds = fields + filled, seconds + filled * SECONDS[kind]
    return (
        select(literal(record_type.noun), func.count(model.id), fields, seconds)
        .join(Organisation, Organisation.id == model.organisation_id)
        .where(asked, kept(model), _of_period(record_type, start, end), _typed(model))
    )


def _filled(model: Any, name: str, kind: FieldKind) -> ColumnElement[int]:
    """In how many records a field is filled in; one kept in a table of its own counts as filled."""
    column = next((each for end in ("", "_id", "_sealed") if (each := getattr(model, name + end, None)) is not None), model.id)
    if kind is FieldKind.listing and column is not model.id:
        return func.count(case((cast(column, String).not_in(["[]", "null"]), 1)))
    return func.count(column)


def _of_period(record_type: RecordType, start: date, end: date) -> Condition:
    """By the day the record is about; one without a day by when it was entered."""
    model: Any = record_type.model
    if record_type.day is not None:
        return getattr(model, record_type.day[0]).between(start, end)  # type: ignore[no-any-return]  # an Any column
    return func.date(model.recorded_at, type_=Date()).between(start, end)


def _typed(model: type[Record]) -> Condition:
    """Whether somebody entered it line by line: those who check in by themselves cost the secretary nothing."""
    if model is not Attendance:
        return true()
    return or_(Attendance.method.is_(None), Attendance.method == AttendanceMethod.proxy)


def _kind(info: FieldInfo) -> FieldKind:
    return _kind_of(info.annotation, [*info.metadata])


def _kind_of(annotation: Any, marks: list[Any]) -> FieldKind:
    """The kind of an annotation; optional parts and constraints are looked through."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _kind_of(inner, [*marks, *more])
    parts = [each for each in get_args(annotation) if each is not type(None)]
    origin = get_origin(annotation)
    if origin in (list, tuple, set, frozenset):
        return FieldKind.listing
    if parts:
        return _kind_of(parts[0], marks)
    if annotation is bool or (isinstance(annotation, type) and issubclass(annotation, StrEnum)):
        return FieldKind.choice
    if annotation is str:
        longest = max((getattr(each, "max_length", None) or 0 for each in marks), default=0)
        return FieldKind.long_text if longest >= LONG_TEXT else FieldKind.short_text
    return FieldKind.day if isinstance(annotation, type) and issubclass(annotation, date) else FieldKind.number
