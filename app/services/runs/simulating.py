"""What-if: a draft scheme on the facts of a finished run. Nothing is written."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.evaluations import Run, SchemeVersion
from app.models.organisations import Organisation
from app.scoring import engine
from app.scoring.outcome import CATEGORY_NAMES
from app.scoring.scheme import change, from_document
from app.services.schemes import read_scheme


def simulate_run(session: Session, actor: Actor, run: Run, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Who would move, and which category wins or loses. Invalid for a draft that does not load or needs other facts."""
    require(actor, Permission.read_results)
    before, after = read_scheme(session.get_one(SchemeVersion, run.scheme_version_id)), from_document(draft)
    facts, adjustments = engine.read_facts(session.connection(), run.id)
    moves = engine.simulate(before, after, facts, adjustments)
    version = change(before, after)
    return {
        "change": version.kind,
        "changes": [sentence for _, sentence in version.entries],
        "categories": [
            {
                "category": each.category,
                "label": CATEGORY_NAMES[each.category],
                "size": each.size,
                "mean_change": each.mean_change,
                "gain": each.gain,
                "lose": each.lose,
                "regraded": each.regraded,
            }
            for each in moves.categories
        ],
        "items": _moved(session, moves),
    }


def _moved(session: Session, moves: engine.Moves) -> list[dict[str, Any]]:
    """Only those whose total, rank or grade changes, in tree order."""
    before, after = moves.before, moves.after
    rows = [row for row in range(len(before)) if _figures(before, row) != _figures(after, row)]
    ids = before.organisations[rows].tolist() if rows else []
    known = {
        each.id: each
        for each in session.execute(
            select(Organisation.id, Organisation.code, Organisation.name, Organisation.category).where(Organisation.id.in_(ids))
        )
    }
    found = []
    for row, organisation_id in zip(rows, ids, strict=True):
        organisation = known[organisation_id]
        then, now = _figures(before, row), _figures(after, row)
        found.append(
            {
                "organisation": {"code": organisation.code, "name": organisation.name, "category": organisation.category.value},
                "total_before": then[0],
                "total_after": now[0],
                "rank_before": then[1],
                "rank_after": now[1],
                "grade_before": then[2],
                "grade_after": now[2],
            }
        )
    return found


def _figures(scores: engine.Scores, row: int) -> tuple[float | None, int | None, str | None]:
    exists = scores.units[row] >= 0
    return (float(scores.total[row]) if exists else None, int(scores.rank[row]) or None, scores.grade_name(row))
