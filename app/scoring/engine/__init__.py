"""The engine: facts → subtree sums → states → fractions → points → totals → ranks → grades. Reads only, commits nothing.

    facts       = gather(connection, scheme, period, root_id, progress)     one query per distinct (metric, parameters)
    adjustments = gather_adjustments(connection, period, facts.population)
    scores      = score(scheme, facts, adjustments)                         raises Invalid for indicators without facts
    intervals   = rank_intervals(scores)                                    rank stability and tie bands
    moves       = simulate(before, after, facts, adjustments)               what-if, nothing is written
    page        = items(connection, indicator, period, organisation_id, after=…, limit=…)

A run stores `manifest`, `tree_rows`, `fact_rows`, `result_rows`, `indicator_rows` and `facts_hash`; `read_facts` gives its facts and
adjustments back, so that `verify` and `simulate` need no records. Sentences: `app.scoring.explain`.
"""

from app.scoring.engine.evidence import Cursor, Item, Page, frozen_items, items, live_items
from app.scoring.engine.gather import gather, gather_adjustments
from app.scoring.engine.hashes import facts_hash
from app.scoring.engine.score import IndicatorScores, Scores, score
from app.scoring.engine.simulate import Moves, RankIntervals, rank_intervals, simulate
from app.scoring.engine.stored import fact_rows, indicator_rows, manifest, read_facts, result_rows, tree_rows

VERSION = "1.0"
"""Stored with every run; raised when equal facts and an equal scheme could give another result."""

__all__ = [
    "VERSION",
    "Cursor",
    "IndicatorScores",
    "Item",
    "Moves",
    "Page",
    "RankIntervals",
    "Scores",
    "fact_rows",
    "facts_hash",
    "frozen_items",
    "gather",
    "gather_adjustments",
    "indicator_rows",
    "items",
    "live_items",
    "manifest",
    "rank_intervals",
    "read_facts",
    "result_rows",
    "score",
    "simulate",
    "tree_rows",
]
