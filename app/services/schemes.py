"""Schemes and their immutable versions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import access
from app.access import Actor, Permission
from app.errors import Conflict, NotFound
from app.models.evaluations import Scheme as StoredScheme
from app.models.evaluations import SchemeVersion
from app.scoring.scheme import Scheme, change, clauses, coverage, from_document, not_built, shipped
from app.services.journal import Change, snapshot, write_down

SHIPPED = ("standard", "lite")


def ship_schemes(session: Session, actor: Actor) -> None:
    """Stores the schemes that come with the product; a changed one becomes a new version."""
    for code in SHIPPED:
        scheme = shipped(code)
        latest = latest_version(session, code)
        if latest is None or latest.content_hash != scheme.hash:
            add_version(session, actor, scheme)


def add_version(session: Session, actor: Actor, scheme: Scheme) -> SchemeVersion:
    """A new version of the scheme's code, with its computed kind. Conflict when it is the same as the last one."""
    access.require(actor, Permission.manage_schemes)
    stored = session.scalar(select(StoredScheme).where(StoredScheme.code == scheme.code))
    changes = []
    if stored is None:
        stored = StoredScheme(code=scheme.code, name=scheme.name, recorded_by=actor.name)
        session.add(stored)
        session.flush()
        changes.append(Change(stored, "create", None))
    elif stored.name != scheme.name:
        before = snapshot(stored)
        stored.name, stored.version = scheme.name, stored.version + 1
        changes.append(Change(stored, "change", before))
    latest = latest_version(session, scheme.code)
    if latest is not None and latest.content_hash == scheme.hash:
        raise Conflict("scheme_unchanged", f"方案 {scheme.code} 与第 {latest.number} 版完全相同。")
    kind = None if latest is None else change(read_scheme(latest), scheme).kind
    version = SchemeVersion(
        scheme_id=stored.id, number=1 if latest is None else latest.number + 1, content=scheme.document(),
        content_hash=scheme.hash, change=kind, recorded_by=actor.name,
    )  # fmt: skip
    session.add(version)
    session.flush()
    write_down(session, actor, [*changes, Change(version, "create", None)])
    return version


def get_version(session: Session, code: str, number: int | None = None) -> SchemeVersion:
    """A version by number, or the latest. NotFound names what is missing."""
    query = select(SchemeVersion).join(StoredScheme, StoredScheme.id == SchemeVersion.scheme_id).where(StoredScheme.code == code)
    query = query.order_by(SchemeVersion.number.desc()) if number is None else query.where(SchemeVersion.number == number)
    found = session.scalar(query.limit(1))
    if found is None:
        raise NotFound("scheme_not_found", f"没有评价方案 {code}" + ("。" if number is None else f" 的第 {number} 版。"))
    return found


def read_scheme(version: SchemeVersion) -> Scheme:
    """The scheme of a stored version, checked again as if it came from a file."""
    return from_document(version.content)


def list_schemes(session: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """Every scheme with its versions, newest first."""
    access.require(actor, Permission.read_results)
    rows = session.execute(
        select(
            StoredScheme.code,
            StoredScheme.name,
            SchemeVersion.number,
            SchemeVersion.content_hash,
            SchemeVersion.change,
            SchemeVersion.recorded_at,
        )
        .join(SchemeVersion, SchemeVersion.scheme_id == StoredScheme.id)
        .order_by(StoredScheme.code, SchemeVersion.number.desc())
    )
    found: dict[str, dict[str, Any]] = {}
    for code, name, number, digest, kind, at in rows:
        scheme = found.setdefault(code, {"code": code, "name": name, "versions": []})
        scheme["versions"].append({"version": number, "hash": digest, "change": kind, "created_at": at})
    return list(found.values())


def list_clauses(session: Session, code: str) -> list[dict[str, Any]]:
    """The policy's clauses with what the latest version of a scheme measures of each. A heading has no indicators of its own."""
    scheme = read_scheme(get_version(session, code))
    missing = set(not_built(scheme))
    citing: dict[str, list[dict[str, Any]]] = {}
    for each in scheme.indicators:
        for number in each.clauses:
            citing.setdefault(number, []).append({"code": each.code, "name": each.name, "built": each.code not in missing})
    said = coverage()
    return [clause._asdict() | said[number]._asdict() | {"indicators": citing.get(number, [])} for number, clause in clauses().items()]


def latest_version(session: Session, code: str) -> SchemeVersion | None:
    """The newest version of a scheme, if there is one."""
    newest = (
        select(func.max(SchemeVersion.number))
        .join(StoredScheme, StoredScheme.id == SchemeVersion.scheme_id)
        .where(StoredScheme.code == code)
    )
    return session.scalar(
        select(SchemeVersion)
        .join(StoredScheme, StoredScheme.id == SchemeVersion.scheme_id)
        .where(StoredScheme.code == code, SchemeVersion.number == newest.scalar_subquery())
    )
