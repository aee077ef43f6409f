"""What merge, split and upgrade share: organisations leave, others take their place, and what was below them follows."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models.organisations import Category, LineageKind, Organisation
from app.schemas.organisations import SuccessorIn
from app.services.organisations.founding import refuse_taken_codes
from app.services.organisations.operations.ground import children_of, gather_dated, open_placement, refuse_circle
from app.services.organisations.operations.plan import BUILT, Placing, Plan, built_of
from app.services.organisations.placements import line_on

INHERITED = ("region_code", "sort_order", "industry", "standing_delegates", "needs_venue", "expected_to_pair", "joint_kind", "partners")
"""What a new organisation takes over from the one whose place it takes."""


def found_successors(session: Session, plan: Plan, wanted: Sequence[SuccessorIn], leaving: Collection[Organisation]) -> list[Organisation]:
    """Plans new organisations in the place of the plan's one. Conflict for a code that was ever given."""
    model = plan.organisation
    refuse_taken_codes(session, [each.code for each in wanted])
    before = open_placement(session, model, plan.day)
    parent = free_parent(session, model, leaving, plan)
    made = []
    for each in wanted:
        built = built_of(before) if each.built is None else {name: getattr(each.built, name) for name in BUILT}
        category = each.category or model.category
        if built["evaluated"] and category is Category.higher:
            raise Invalid("higher_not_evaluated", "县级及以上组织不参评。")
        organisation = Organisation(
            code=each.code, name=each.name, short_name=each.short_name, form=each.form, category=category, established_on=plan.day,
            **{name: getattr(model, name) for name in INHERITED},
        )  # fmt: skip
        plan.founded.append(organisation)
        plan.placings.append(Placing(organisation, parent, built))
        made.append(organisation)
    return made


def free_parent(session: Session, organisation: Organisation, leaving: Collection[Organisation], plan: Plan) -> Organisation | None:
    """The nearest one above that has nobody leaving above itself: a successor is never placed below what it replaces."""
    line = line_on(session, organisation.id, plan.day)
    last = max(place for place, each in enumerate(line) if each in leaving)
    parent = line[last + 1] if last + 1 < len(line) else None
    if parent is not None:
        refuse_circle(session, parent, leaving, plan.day)
    return parent


def succeed(session: Session, plan: Plan, kind: LineageKind, leaving: Sequence[Organisation], heirs: Sequence[Organisation]) -> None:
    """The leaving end on the eve; children, members and groups follow to the principal successor, which is the first."""
    plan.lineage = kind
    plan.members_to = heirs[0]
    for each in leaving:
        plan.heirs[each] = list(heirs)
        plan.ended[each] = open_placement(session, each, plan.day)
    placed = {placing.organisation for placing in plan.placings}
    for before, child in children_of(session, leaving, plan.day):
        if child not in placed and child not in plan.heirs:
            plan.placings.append(Placing(child, heirs[0], built_of(before), before))
    gather_dated(session, plan)
