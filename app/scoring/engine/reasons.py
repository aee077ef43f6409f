"""Which rules changed the grade of one result, as the codes that are stored; `explain.grade_reasons` puts them into words."""

from __future__ import annotations

from app.scoring.engine.score import Scores
from app.scoring.explain import reason


def reasons(scores: Scores, row: int) -> list[str]:
    """Codes in the order in which the rules applied: ceiling, quota; or why there is no grade at all."""
    graded, names = scores.graded, scores.scheme.grades.names
    if scores.units[row] < 0:
        return [reason("nothing")]
    if not scores.counted[row]:
        return [reason("coverage", coverage=float(scores.coverage[row]))]
    lined, capped, final = (int(each[row]) for each in (graded.lined, graded.capped, graded.final))
    found = []
    if capped != lined:
        found.append(reason("ceiling", kinds=",".join(_ceilings(scores, row, names[capped])), before=names[lined], after=names[capped]))
    if final != capped:
        category = scores.category[row]
        size, places = int(scores.cohort_sizes[category]), int(graded.places[category])
        found.append(reason("quota", before=names[capped], after=names[final], places=places, size=size))
    return found


def _ceilings(scores: Scores, row: int, grade: str) -> list[str]:
    organisation, kinds = int(scores.organisations[row]), scores.scheme.adjustments.ceiling.kinds
    mine = {each.reason for each in scores.adjustments if each.effect == "ceiling" and each.organisation_id == organisation}
    return sorted(kind for kind in mine if kinds.get(kind) == grade)
