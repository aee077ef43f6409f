"""What the families of small tables share: chances by quality, slots of the calendar, rows with their ids."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np

from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, Floats, from_rows, number, stream
from app.models.organisations import Category

T = TypeVar("T")
NEW = frozenset({Category.new_economic, Category.new_social})
LOCAL = frozenset({Category.village, Category.community})


class Slot(NamedTuple):
    """A quarter, half-year or year of the window: its first and last day, its year, its place in the year from 1."""

    first: int
    last: int
    year: int
    place: int


def slots(tree: Tree, months: int) -> list[Slot]:
    """All slots of that many months in the two calendar years of the window, those still to come included."""
    found = []
    for year in (tree.year - 1, tree.year):
        for place in range(12 // months):
            after = date(year + (place + 1) * months // 12, (place + 1) * months % 12 + 1, 1)
            found.append(Slot(number(date(year, place * months + 1, 1)), number(after) - 1, year, place + 1))
    return found


class Dice:
    """The random stream of a family, and how reliably every organisation does what this family records."""

    def __init__(self, tree: Tree, seed: int, family: str) -> None:
        self.random, self.last = stream(seed, family), tree.last
        quality = np.array([0.0, *(node.quality for node in tree.nodes)])
        self.skill: Floats = np.clip(quality + self.random.normal(0, 0.035, len(quality)), 0.3, 0.995)
        """By organisation id: its quality in this family, since nobody is equally good at everything."""
        self.reliability: Floats = 1 - (1 - self.skill) ** 1.35
        self._reliable: list[float] = self.reliability.tolist()

    def happens(self, chance: float) -> bool:
        """True with that probability."""
        return bool(self.random.random() < chance)

    def does(self, node: Node, share: float = 1) -> bool:
        """Whether an organisation does what it should; `share` scales how often even a reliable one does."""
        return self.happens(share * self._reliable[node.id])

    def between(self, first: int, last: int) -> int:
        """A whole number from first to last, both included; first if last comes before it."""
        return first + int(self.random.random() * max(1, last - first + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[int(self.random.random() * len(choices))]

    def done(self, node: Node, first: int, due: int, late: int = 40) -> int:
        """The day on which something was done: by the day it was due, up to `late` days after it, or OPEN: not (yet)."""
        if self.does(node):
            on = self.between(first, due)
        else:
            on = self.between(due + 1, due + late) if self.happens(0.55) else OPEN
        return on if on <= min(self.last, node.last) else OPEN


class Rows:
    """A small table in the making; `add` gives the id that the row will have."""

    def __init__(self, tree: Tree) -> None:
        self.rows: list[dict[str, Any]] = []
        self._recorded: list[int] = []
        self._first, self._last = tree.first, tree.last

    def add(self, recorded: int, **values: Any) -> int:
        """Appends a row that was entered on a day (or on the nearest one of the window)."""
        self.rows.append(values)
        self._recorded.append(min(max(recorded, self._first), self._last))
        return len(self.rows)

    def columns(self) -> Columns:
        """The table."""
        return from_rows(self.rows, self._recorded)


class Towns:
    """Organisations by town: who leads, who is evaluated."""

    def __init__(self, tree: Tree) -> None:
        self._first = tree.first
        self.heads = {node.town: node for node in tree.nodes if node.category is Category.township}
        self.evaluated = [node for node in tree.nodes if node.evaluated and node.category is not Category.higher]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.heads.values())

    def above(self, node: Node) -> Node | None:
        """Who issues directives to an evaluated organisation, inspects and funds it: the township, for that one the county."""
        return node.parent if node.category is Category.township else self.heads[node.town]

    def members_of(self, town: Node, *categories: Category) -> list[Node]:
        """The evaluated organisations of a town, of some categories, that stood through the whole window."""
        return [
            node
            for node in self.evaluated
            if node.town == town.code and node.dissolved == OPEN and node.established < self._first and node.category in categories
        ]
