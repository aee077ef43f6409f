"""The canonical hash of facts: equal for equal knowledge, whatever database or order it came from, and easy to recompute elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from app.scoring.outcome import AMOUNTS, Adjustment, Facts, canonical


def facts_hash(facts: Facts, adjustments: Sequence[Adjustment] = ()) -> str:
    """SHA-256 (hex) over lines of canonical JSON and arrays, organisations always in the order of their codes.

    In turn: the period; the organisations as [code, parent's code, category number, evaluated]; per exemption name its mask as
    bytes 0 and 1; per fact key, sorted, the key and its five amounts as little-endian int64; what failed and what was not built;
    the adjustments as [code, effect, reason, case].
    """
    population, digest = facts.population, hashlib.sha256()
    order = np.asarray(sorted(range(len(population)), key=population.codes.__getitem__), np.int64)

    def line(document: object) -> None:
        digest.update(canonical(document).encode() + b"\n")

    line([facts.period.start.isoformat(), facts.period.end.isoformat(), facts.period.as_of.isoformat()])
    codes = np.asarray([*population.codes, ""], object)  # position -1, the root's parent, is the empty code
    columns = (codes[:-1], codes[population.parent], population.category, population.evaluated)
    line([list(row) for row in zip(*(np.asarray(column)[order].tolist() for column in columns), strict=True)])
    for name in sorted(facts.exempt):
        if facts.exempt[name].any():
            line(name)
            digest.update(facts.exempt[name][order].astype(np.uint8).tobytes())
    for key in sorted(facts.amounts):
        line(key)
        for name in AMOUNTS:
            column = getattr(facts.amounts[key], name)
            digest.update((np.zeros(len(order), "<i8") if column is None else column[order].astype("<i8")).tobytes())
    line([sorted(facts.failed), sorted(facts.not_built)])
    code_of = dict(zip(population.ids.tolist(), population.codes, strict=True))
    line(sorted([code_of.get(each.organisation_id, ""), each.effect, each.reason, each.case_key] for each in adjustments))
    return digest.hexdigest()
