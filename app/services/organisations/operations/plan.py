"""What an operation is going to do, before anything is done: preview shows it, `carry_out` does it, a refusal ends it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app import clock
from app.models.members import Member, Membership, Position, TalentReserve
from app.models.organisations import LineageKind, OperationKind, Organisation, OrganisationPlacement, PartyGroup

Dated = Membership | PartyGroup | Position | TalentReserve
"""What belongs to an organisation from a day to a day, and ends with it."""
BUILT = ("evaluated", "has_committee", "committee_seats")


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an organisation stands from the day on. `before` ends the day before; a new organisation has none."""

    organisation: Organisation
    parent: Organisation | None
    built: Mapping[str, object]
    before: OrganisationPlacement | None = None
    moved: bool = True
    """Whether the parent is another one than before."""


@dataclass(slots=True)
class Plan:
    """Everything that changes on the day. Organisations that are founded have no id yet."""

    kind: OperationKind
    organisation: Organisation
    day: date
    reason: str
    founded: list[Organisation] = field(default_factory=list)
    placings: list[Placing] = field(default_factory=list)
    heirs: dict[Organisation, list[Organisation]] = field(default_factory=dict)
    """Dissolved organisation → its successors, the principal one first; none: it ends."""
    lineage: LineageKind | None = None
    ended: dict[Organisation, OrganisationPlacement] = field(default_factory=dict)
    """Dissolved organisation → its last placement."""
    members_to: Organisation | None = None
    """Where members, party groups and reserve people of the dissolved go."""
    chosen: dict[int, Organisation] = field(default_factory=dict)
    """Member id → another destination than `members_to`."""
    memberships: list[tuple[Membership, Member]] = field(default_factory=list)
    groups: list[PartyGroup] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    talents: list[TalentReserve] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    also: list[Organisation] = field(default_factory=list)
    """Existing organisations that are concerned besides, such as new parents."""

    @property
    def eve(self) -> date:
        """The last day of the old state."""
        return self.day - clock.DAY

    @property
    def dated(self) -> Iterator[Dated]:
        """Records of the dissolved organisations that end on the eve."""
        yield from (membership for membership, _ in self.memberships)
        yield from self.groups
        yield from self.positions
        yield from self.talents

    def destination(self, member_id: int) -> Organisation | None:
        return self.chosen.get(member_id, self.members_to)

    def concerned(self) -> list[Organisation]:
        """Existing organisations whose evaluation the operation touches."""
        named = [self.organisation, *self.heirs, *self.also]
        for placing in self.placings:
            named += [placing.organisation, *([placing.parent] if placing.parent else [])]
        if self.members_to is not None:
            named.append(self.members_to)
        return [each for each in dict.fromkeys(named) if each not in self.founded]


def built_of(placement: OrganisationPlacement) -> dict[str, object]:
    """How a placement is built, for the one that follows it."""
    return {name: getattr(placement, name) for name in BUILT}
