"""What a data check is: a name, how bad it is, what people read, and one portable select of the records at fault."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import String, cast, literal, select

from app.models.base import Labelled, Record
from app.models.organisations import Organisation
from app.schemas.nouns import BY_KIND
from app.scoring.metrics.view import Rows, kept

Faults: TypeAlias = Callable[[date], Rows]


class Severity(Labelled):
    error = "error", "错误"
    warning = "warning", "提醒"


@dataclass(frozen=True, slots=True)
class Check:
    """One declared check. faults(today): rows of noun, id, label, organisation_id, not withdrawn; a row may come twice."""

    name: str
    severity: Severity
    title: str
    advice: str
    faults: Faults


CHECKS: dict[str, Check] = {}
"""Every declared check by name, in the order they are shown."""


def error(title: str, advice: str) -> Callable[[Faults], Faults]:
    """Declares a check for what cannot be true; its name is the function's."""
    return _declare(Severity.error, title, advice)


def warning(title: str, advice: str) -> Callable[[Faults], Faults]:
    """Declares a check for what may be true, yet deserves a look."""
    return _declare(Severity.warning, title, advice)


def records(model: type[Record], label: Any, *, owner: Any = None) -> Rows:
    """The rows of a check: records of one model that are not withdrawn, with a label for people. owner: whose, if no column says it."""
    organisation_id = model.organisation_id if owner is None else owner  # type: ignore[attr-defined]  # every noun's model has it
    noun = literal(BY_KIND[model.record_kind].noun, String)
    return select(noun.label("noun"), model.id.label("id"), text(label).label("label"), organisation_id.label("organisation_id")).where(
        kept(model)
    )


def organisations(label: Any = Organisation.name) -> Rows:
    """The rows of a check about organisations themselves."""
    return records(Organisation, label, owner=Organisation.id)


def text(value: Any) -> Any:
    """Anything as text, so that labels of all checks are alike."""
    return cast(value, String)


def _declare(severity: Severity, title: str, advice: str) -> Callable[[Faults], Faults]:
    def declare(faults: Faults) -> Faults:
        name = faults.__name__
        CHECKS[name] = Check(name, severity, title, advice, faults)
        return faults

    return declare
