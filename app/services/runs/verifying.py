"""Verification for anybody: the stored results follow from the stored facts, and what has changed in the records since publication."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.evaluations import FrozenItem, IndicatorResult, Result, Run, SchemeVersion
from app.models.organisations import Organisation
from app.scoring import engine
from app.scoring.outcome import AMOUNTS, ONE, Period
from app.scoring.scheme import Indicator, Scheme
from app.services.runs.freezing import measured
from app.services.schemes import read_scheme

MOST = 500
_KEY = ("organisation_id", "record_kind", "record_id", "label")


def verify_run(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    """`ok` when hashes and results agree to the last digit; changed evidence is named but does not make a published result wrong."""
    require(actor, Permission.read_results)
    version = session.get_one(SchemeVersion, run.scheme_version_id)
    scheme = read_scheme(version)
    facts, adjustments = engine.read_facts(session.connection(), run.id)
    same_scheme = scheme.hash == version.content_hash
    same_facts = engine.facts_hash(facts, adjustments) == run.facts_hash
    differences = _differences(session, run, scheme, engine.score(scheme, facts, adjustments))
    frozen = run.published_at is not None
    changed = _changed(session, run) if frozen else []
    return {
        "ok": same_scheme and same_facts and not differences,
        "scheme_hash": same_scheme,
        "facts_hash": same_facts,
        "results": not differences,
        "differences": differences[:MOST],
        "frozen": frozen,
        "changed": changed[:MOST],
        "changed_more": max(0, len(changed) - MOST),
    }


def _differences(session: Session, run: Run, scheme: Scheme, scores: engine.Scores) -> list[str]:
    """Sentences for every stored figure that the facts do not give again, exactly."""
    codes = dict(zip(scores.facts.population.ids.tolist(), scores.facts.population.codes, strict=True))
    found = []
    stored = {row.organisation_id: row for row in session.scalars(select(Result).where(Result.run_id == run.id))}
    for row in engine.result_rows(scores, engine.rank_intervals(scores)):
        mine = stored.pop(row["organisation_id"], None)
        wrong = [name for name, value in row.items() if mine is None or getattr(mine, name) != value]
        if wrong:
            found.append(f"{codes[row['organisation_id']]}：{'、'.join(wrong)} 与重新计算的不同")
    found += [f"{organisation_id}：多出的结果" for organisation_id in stored]
    columns = (*AMOUNTS, "state", "fraction", "effective_weight", "points")
    kept = {
        (row.organisation_id, row.indicator): row
        for row in session.execute(
            select(IndicatorResult.organisation_id, IndicatorResult.indicator, *[getattr(IndicatorResult, name) for name in columns]).where(
                IndicatorResult.run_id == run.id
            )
        )
    }
    for row in engine.indicator_rows(scores):
        same = kept.get((row["organisation_id"], row["indicator"]))
        if same is None or any(getattr(same, name) != row[name] for name in columns):
            found.append(f"{codes[row['organisation_id']]} {row['indicator']}：指标得分与重新计算的不同")
    return found


def _changed(session: Session, run: Run) -> list[dict[str, Any]]:
    """Frozen items against the live select, one statement per fact and direction."""
    period = Period(run.period_start, run.period_end, run.as_of)
    found: list[dict[str, Any]] = []
    for key, indicators in measured(session, run).items():
        live = engine.live_items(session.connection(), indicators[0], period, run.organisation_id).subquery("live")
        frozen = select(*[getattr(FrozenItem, name) for name in (*_KEY, *AMOUNTS)]).where(
            FrozenItem.run_id == run.id, FrozenItem.fact_key == key
        )
        found += _compared(session, frozen.subquery("frozen"), live, indicators)
    return found


def _compared(session: Session, frozen: Subquery, live: Subquery, indicators: Sequence[Indicator]) -> list[dict[str, Any]]:
    """Items grouped by what they are about; equal groups on both sides are unchanged."""
    left, right = _grouped(frozen, "left"), _grouped(live, "right")
    same = and_(*[_equal(left.c[name], right.c[name]) for name in _KEY])
    differs = or_(*[left.c[name] != right.c[name] for name in (*AMOUNTS, "times")])
    then, now = [left.c[name] for name in AMOUNTS], [right.c[name] for name in AMOUNTS]
    gone_or_other = (
        select(*[left.c[name] for name in _KEY], *then, *now).outerjoin(right, same).where(or_(right.c.times.is_(None), differs))
    )
    fresh = select(*[right.c[name] for name in _KEY], *then, *now).select_from(right.outerjoin(left, same)).where(left.c.times.is_(None))
    rows = [row for statement in (gone_or_other, fresh) for row in session.execute(statement.limit(MOST * 2))]
    codes = dict(
        session.execute(select(Organisation.id, Organisation.code).where(Organisation.id.in_({row[0] for row in rows}))).all()
    )
    return [
        {
            "indicators": [each.code for each in indicators],
            "organisation": codes.get(row[0], str(row[0])),
            "label": row[3],
            "record": None if row[2] is None else {"kind": row[1], "id": row[2]},
            "frozen": _amounts(row[4 : 4 + len(AMOUNTS)]),
            "now": _amounts(row[4 + len(AMOUNTS) :]),
        }
        for row in rows
    ]


def _grouped(items: Subquery, name: str) -> Subquery:
    sums = [func.sum(items.c[amount]).label(amount) for amount in AMOUNTS]
    return (
        select(*[items.c[key] for key in _KEY], *sums, func.count(literal(1)).label("times"))
        .group_by(*[items.c[key] for key in _KEY])
        .subquery(name)
    )


def _equal(left: Any, right: Any) -> Any:
    """Equality in which NULL equals NULL, in a form both databases can join by."""
    return or_(left == right, and_(left.is_(None), right.is_(None)))


def _amounts(values: Any) -> list[float] | None:
    return None if values[0] is None else [int(value) / ONE for value in values[:4]]
