"""The items behind an indicator: live from the metric, or as frozen when the run was published."""

import base64
import binascii
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import FieldError, Invalid, NotFound
from app.models.evaluations import Result, Run, RunStatus, SchemeVersion
from app.models.organisations import Organisation
from app.scoring import engine, registry
from app.scoring.outcome import ONE, Period
from app.scoring.scheme import Indicator
from app.services.listing import find_organisation
from app.services.schemes import read_scheme

FROZEN = frozenset({RunStatus.published, RunStatus.superseded})


def list_items(
    session: Session, actor: Actor, run: Run, code: str, indicator_code: str, *, unmet: bool, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of items of an organisation's subtree. NotFound for an indicator the scheme does not have."""
    organisation = find_organisation(session, actor, code, Permission.read_results)
    if session.get(Result, (run.id, organisation.id)) is None:
        raise NotFound("result_not_found", f"{organisation.name} 在这次评价中没有结果（不单独参评）。")
    indicator = indicator_of(session, run, indicator_code)
    if indicator.metric not in registry.metrics():
        return [], None
    period = Period(run.period_start, run.period_end, run.as_of)
    after = _decode(cursor)
    connection = session.connection()
    if run.status in FROZEN and run.published_at is not None:
        page = engine.frozen_items(connection, run.id, indicator, period, organisation.id, unmet=unmet, after=after, limit=limit)
    else:
        page = engine.items(connection, indicator, period, organisation.id, unmet=unmet, after=after, limit=limit)
    codes = {each.organisation for each in page.items}
    names = dict(session.execute(select(Organisation.code, Organisation.name).where(Organisation.code.in_(codes))).all())
    return [_shown(each, names) for each in page.items], None if page.after is None else _encode(page.after)


def indicator_of(session: Session, run: Run, code: str) -> Indicator:
    """The indicator of the run's scheme."""
    found = read_scheme(session.get_one(SchemeVersion, run.scheme_version_id)).by_code.get(code)
    if found is None:
        raise NotFound("indicator_not_found", f"这次评价的方案中没有指标 {code}。")
    return found


def _shown(item: engine.Item, names: dict[str, str]) -> dict[str, Any]:
    return {
        "organisation": item.organisation,
        "organisation_name": names.get(item.organisation, item.organisation),
        "label": item.label,
        "record": None if item.record_kind is None or item.record_id is None else {"kind": item.record_kind, "id": item.record_id},
        "numerator": item.numerator / ONE,
        "denominator": item.denominator / ONE,
        "pending": item.pending / ONE,
        "future": item.future / ONE,
    }


def _encode(cursor: engine.Cursor) -> str:
    return base64.urlsafe_b64encode(json.dumps(cursor, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(cursor: str | None) -> engine.Cursor | None:
    if cursor is None:
        return None
    try:
        organisation, label, record, nth = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return int(organisation), str(label), int(record), int(nth)
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        raise Invalid("cursor_invalid", "翻页标识无效，请从第一页重新开始。", [FieldError("cursor", "翻页标识无效")]) from None
