"""Runs the declared checks: one statement each, for everything the actor sees or for one subtree."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app import access, clock
from app.access import Actor, Permission
from app.models.organisations import Organisation
from app.services.integrity.checks import CHECKS, Check
from app.services.listing import find_organisation

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Example:
    """One record at fault: its address, words for it, and whose it is."""

    noun: str
    id: int
    label: str
    organisation: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how many records are at fault, and at most `EXAMPLES` of them."""

    check: Check
    count: int
    examples: Sequence[Example]


def run_checks(session: Session, actor: Actor, organisation: str | None = None) -> list[Finding]:
    """Every declared check, those that found nothing too. organisation: code of the top of the subtree looked at; NotFound if unseen."""
    access.require(actor, Permission.read_records)
    scope = access.visible(actor, Permission.read_records)
    if organisation is not None:
        scope = and_(scope, access.below(find_organisation(session, actor, organisation).path))
    return [_run(session, check, scope) for check in CHECKS.values()]


def _run(session: Session, check: Check, scope: ColumnElement[bool]) -> Finding:
    found = check.faults(clock.today()).order_by(None).distinct().subquery("found")
    rows = session.execute(
        select(found.c.noun, found.c.id, found.c.label, Organisation.code, Organisation.name, func.count().over())
        .join(Organisation, Organisation.id == found.c.organisation_id)
        .where(scope)
        .order_by(Organisation.code, found.c.id, found.c.label)
        .limit(EXAMPLES)
    ).all()
    return Finding(check, rows[0][5] if rows else 0, [Example(*row[:5]) for row in rows])
