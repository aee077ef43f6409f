"""Publishing freezes the evidence: one INSERT … SELECT per fact, from the very select the fact was summed from."""

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from app.models.evaluations import FrozenItem, Run, SchemeVersion
from app.scoring import engine, registry
from app.scoring.outcome import AMOUNTS, Period
from app.scoring.scheme import Indicator
from app.services.schemes import read_scheme

COLUMNS = ("organisation_id", "record_kind", "record_id", "label", *AMOUNTS)


def freeze(session: Session, run: Run) -> None:
    """Copies the items of every fact of the run."""
    period = Period(run.period_start, run.period_end, run.as_of)
    for key, indicators in measured(session, run).items():
        listed = engine.live_items(session.connection(), indicators[0], period, run.organisation_id).subquery("item")
        rows = select(literal(run.id), literal(key), *[listed.c[name] for name in COLUMNS])
        session.execute(insert(FrozenItem).from_select(["run_id", "fact_key", *COLUMNS], rows))


def measured(session: Session, run: Run) -> dict[str, list[Indicator]]:
    """Fact key → the indicators that rest on it, for the metrics that are installed."""
    found: dict[str, list[Indicator]] = {}
    for indicator in read_scheme(session.get_one(SchemeVersion, run.scheme_version_id)).indicators:
        if indicator.metric in registry.metrics():
            found.setdefault(indicator.fact_key, []).append(indicator)
    return found


def frozen_count(session: Session, run: Run) -> int:
    """How many items were frozen."""
    return session.scalar(select(func.count()).where(FrozenItem.run_id == run.id)) or 0
