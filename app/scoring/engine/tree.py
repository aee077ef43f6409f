"""The tree in depth-first order, where a subtree is one run of positions and its sum the difference of two prefix sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.errors import Invalid
from app.scoring.outcome import Ints

ROOT = -1
"""Parent of the root."""


@dataclass(frozen=True, slots=True)
class DepthFirst:
    """order[i] is the input row at position i; parent and size are given by position."""

    order: Ints
    parent: Ints
    size: Ints


def depth_first(parent: Ints, sibling_order: Ints) -> DepthFirst:
    """Depth-first order of n rows whose `parent` is a row number (ROOT for the one root), siblings by `sibling_order`.

    Vectorised by level. Raises `Invalid` when there is not exactly one root, or a cycle.
    """
    if np.count_nonzero(parent == ROOT) != 1:
        raise Invalid("tree_broken", "组织树应当只有一个根组织")
    levels = _levels(parent)
    size = np.ones(len(parent), np.int64)
    for rows in reversed(levels[1:]):
        np.add.at(size, parent[rows], size[rows])
    position = np.zeros(len(parent), np.int64)
    for rows in levels[1:]:
        _place_level(rows[np.lexsort((sibling_order[rows], parent[rows]))], parent, size, position)
    order = np.empty(len(parent), np.int64)
    order[position] = np.arange(len(parent))
    above = parent[order]
    return DepthFirst(order, np.where(above == ROOT, ROOT, position[above]), size[order])


def _levels(parent: Ints) -> list[Ints]:
    """Row numbers by depth. Raises `Invalid` for rows that never reach the root."""
    placed, waiting = parent == ROOT, np.flatnonzero(parent != ROOT)
    levels = [np.flatnonzero(placed)]
    while len(waiting):
        reached = placed[parent[waiting]]
        if not reached.any():
            raise Invalid("tree_broken", f"组织树中有 {len(waiting)} 个组织互为上级或连不到根组织")
        levels.append(waiting[reached])
        placed[levels[-1]] = True
        waiting = waiting[~reached]
    return levels


def _place_level(rows: Ints, parent: Ints, size: Ints, position: Ints) -> None:
    """Positions of one level, rows grouped by parent: behind the parent and the subtrees of the siblings before."""
    before = np.cumsum(size[rows]) - size[rows]
    first_of_parent = np.flatnonzero(np.r_[True, np.diff(parent[rows]) != 0])
    group = np.repeat(first_of_parent, np.diff(np.r_[first_of_parent, len(rows)]))
    position[rows] = position[parent[rows]] + 1 + before - before[group]


class Subtrees:
    """Sums over the subtrees of chosen positions, one int64 prefix sum per column: exact, and leaves are copied."""

    def __init__(self, size: Ints, at: Ints) -> None:
        """size: subtree sizes of all n positions; at: the m positions sums are wanted for."""
        self._at = None if len(at) == len(size) else at
        self._inner = np.flatnonzero(size[at] > 1)
        self._first = at[self._inner]
        self._stop = self._first + size[at][self._inner]
        self._running = np.zeros(len(size) + 1, np.int64)

    def sums(self, column: Ints) -> Ints:
        """M sums of a column of n own amounts; a new array."""
        found = column.copy() if self._at is None else column[self._at]
        if len(self._inner):
            np.cumsum(column, out=self._running[1:])
            found[self._inner] = self._running[self._stop] - self._running[self._first]
        return found
