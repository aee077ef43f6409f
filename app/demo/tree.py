"""The plan of the tree: one node per organisation, with all that the families of records need to know about it."""

from dataclasses import dataclass

from app.demo.world import OPEN
from app.models.organisations import Category, Form, JointKind, LineageKind


@dataclass(eq=False, slots=True)
class Node:
    """One organisation of the plan. Days are day numbers; `quality` (0–1) is what its records will look like."""

    code: str
    name: str
    short_name: str
    form: Form
    category: Category
    parent: "Node | None"
    established: int
    members: int = 0
    quality: float = 0.8
    dissolved: int = OPEN
    evaluated: bool = True
    seats: int = 0
    heirs: tuple["Node", ...] = ()
    """The successors, the principal one first."""
    lineage: LineageKind | None = None
    joint: JointKind | None = None
    partners: tuple[str, ...] = ()
    industry: str | None = None
    approval: str | None = None
    former_parent: "Node | None" = None
    moved: int = OPEN
    """The day from which it stands under `parent`; before, under `former_parent`."""
    special: str | None = None
    """A case that the demonstration must show: term_ending, vacant."""
    exemption: tuple[str, str, int, int] | None = None
    """What is not owed, why, first and last day."""
    standing_delegates: bool = False
    needs_venue: bool = False
    expected_to_pair: bool = False
    id: int = 0

    @property
    def is_branch(self) -> bool:
        """Whether it counts as a branch: branch or joint branch."""
        return self.form in {Form.branch, Form.joint_branch}

    @property
    def last(self) -> int:
        """Its last day of existence, OPEN if it still exists."""
        return OPEN if self.dissolved == OPEN else self.dissolved - 1

    @property
    def top(self) -> "Node":
        """The evaluated organisation it belongs to."""
        return self if self.evaluated or self.parent is None else self.parent.top

    @property
    def town(self) -> str:
        """Code of its town, the first part of its own code."""
        return self.code.split("-")[0]


@dataclass(frozen=True, slots=True)
class Tree:
    """All organisations in order of id, and the window of records [first, last] in day numbers."""

    nodes: list[Node]
    first: int
    last: int
    year: int
