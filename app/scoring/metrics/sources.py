"""Sources shared by the metrics: organisations and their tree, party groups, activities, members, posts.

Everything is read as of D from effective-dated rows, limited to the organisations in question, and without withdrawn records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import CTE, String, Subquery, and_, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from app.models.activities import Activity, ActivityKind, ActivityStatus
from app.models.members import Member, Membership
from app.models.mobility import FloatDirection, FloatingMember
from app.models.organisations import Category, Form, Organisation, OrganisationPlacement, PartyGroup
from app.scoring.metrics.items import one
from app.scoring.metrics.view import Column, Condition, Rows, View, covers, kept, lives

VILLAGES = (Category.village, Category.community)
NEW = (Category.new_economic, Category.new_social)
BRANCHES = (Form.branch, Form.joint_branch)
ABOVE_BRANCHES = (Form.general_branch, Form.committee)

SHARED = frozenset({
    ActivityKind.party_lecture,
    ActivityKind.theme_day,
    ActivityKind.distance_education,
    ActivityKind.practice,
    ActivityKind.volunteering,
    ActivityKind.mutual_aid,
})  # fmt: skip
"""Kinds of activity that a general branch or committee holds for all branches below it, so that nobody enters them twice."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owes recurring dues. rows: organisation_id, owner_id, label; exists(day): whether the owner exists on a day."""

    rows: Rows
    exists: Callable[[dt.date], Condition]


# ---- organisations and their tree --------------------------------------------


def branches(view: View) -> Owners:
    """Branches and joint branches."""
    return _organisations(view, Organisation.form.in_(BRANCHES))


def joint_organisations(view: View) -> Owners:
    """Organisations built jointly, of whatever form."""
    return _organisations(view, _is_joint())


def branches_with_committee(view: View) -> Owners:
    """Branches, existing on the days on which they have a committee (支委会)."""
    return _while(view, Organisation.form.in_(BRANCHES), OrganisationPlacement.has_committee)


def while_evaluated(view: View, categories: Collection[Category] = tuple(Category), *, label: str = "") -> Owners:
    """Organisations of some categories, existing on the days on which they are evaluated. label: what follows the slot in theirs."""
    return _while(view, Organisation.category.in_(categories), OrganisationPlacement.evaluated, label)


def with_delegates(view: View) -> Owners:
    """Organisations with standing delegates (党代表常任制)."""
    return _organisations(view, Organisation.standing_delegates.is_(True))


def groups(view: View) -> Owners:
    """Party groups, by their own dates."""
    group = PartyGroup
    rows = select(group.organisation_id, group.id.label("owner_id"), (literal(" · ", String) + group.name).label("label"))
    return Owners(rows.where(kept(group), view.sees(group.organisation_id)), lambda day: covers(group.valid_from, group.valid_to, day))


def evaluated(view: View, categories: Collection[Category] = tuple(Category)) -> Subquery:
    """Evaluated organisations of some categories that exist on D: organisation_id, category, has_committee, committee_seats."""
    placement = OrganisationPlacement
    return (
        select(Organisation.id.label("organisation_id"), Organisation.category, placement.has_committee, placement.committee_seats)
        .join(placement, placement.organisation_id == Organisation.id)
        .where(
            placement.evaluated,
            covers(placement.valid_from, placement.valid_to, view.until),
            lives(Organisation, view.until),
            Organisation.category.in_(categories),
            kept(Organisation, placement),
            view.sees(Organisation.id),
        )
        .subquery("evaluated")
    )


def placements(view: View) -> Subquery:
    """The tree as of D: organisation_id, parent_id, evaluated. An organisation dissolved by then keeps its last place."""
    placement, later = OrganisationPlacement, aliased(OrganisationPlacement)
    superseded = select(later.id).where(
        later.organisation_id == placement.organisation_id,
        later.valid_from > placement.valid_from,
        later.valid_from <= view.until,
        later.withdrawn_at.is_(None),
    )
    return (
        select(placement.organisation_id, placement.parent_id, placement.evaluated)
        .where(placement.valid_from <= view.until, kept(placement), ~superseded.exists())
        .subquery("placed")
    )


def below(view: View, condition: Condition) -> CTE:
    """The subtrees of some organisations in question: owner_id, organisation_id (the owner itself included)."""
    placed = placements(view)
    top = select(Organisation.id.label("owner_id"), Organisation.id.label("organisation_id"))
    subtree = top.where(condition, kept(Organisation), view.sees(Organisation.id)).cte("below", recursive=True)
    return subtree.union(select(subtree.c.owner_id, placed.c.organisation_id).join(placed, placed.c.parent_id == subtree.c.organisation_id))


def own_trees(view: View, categories: Collection[Category] = tuple(Category), *, departed: bool = False) -> CTE:
    """The own trees of evaluated organisations of some categories that exist on D: owner_id, organisation_id (the owner itself included).

    An own tree ends where the next evaluated organisation begins. departed: also those of organisations that were evaluated at their end,
    for dues of slots they lived through.
    """
    placed = placements(view)
    if departed:
        last = placements(view)
        owners = select(last.c.organisation_id).join(Organisation, Organisation.id == last.c.organisation_id)
        owners = owners.where(last.c.evaluated, Organisation.category.in_(categories), kept(Organisation), view.sees(Organisation.id))
    else:
        owners = select(evaluated(view, categories).c.organisation_id)
    owner = owners.subquery("tree_owner")
    tree = select(owner.c.organisation_id.label("owner_id"), owner.c.organisation_id).cte("own_tree", recursive=True)
    step = select(tree.c.owner_id, placed.c.organisation_id).join(placed, placed.c.parent_id == tree.c.organisation_id)
    return tree.union(step.where(not_(placed.c.evaluated)))


def inside(view: View, tree: CTE) -> View:
    """The same look at everything below the owners of a tree, for sources whose records lie there."""
    return View(view.period, None if view.organisations is None else select(tree.c.organisation_id))


def above(view: View) -> CTE:
    """Every organisation above those in question, up to the root of the tree: organisation_id, upper_id."""
    start, step = placements(view), placements(view)
    climb = (
        select(start.c.organisation_id, start.c.parent_id.label("upper_id"))
        .where(start.c.parent_id.is_not(None), view.sees(start.c.organisation_id))
        .cte("above", recursive=True)
    )
    return climb.union(
        select(climb.c.organisation_id, step.c.parent_id)
        .join(step, step.c.organisation_id == climb.c.upper_id)
        .where(step.c.parent_id.is_not(None))
    )


def hosts(view: View) -> CTE:
    """Whose shared activities count for a branch: organisation_id, host_id, every organisation above it in its own tree.

    The own tree ends at an evaluated organisation, so the climb stops there.
    """
    start, step = placements(view), placements(view)
    climb = (
        select(start.c.organisation_id, start.c.parent_id.label("host_id"))
        .join(Organisation, Organisation.id == start.c.organisation_id)
        .where(Organisation.form.in_(BRANCHES), _is_inner(start), view.sees(start.c.organisation_id))
        .cte("host", recursive=True)
    )
    return climb.union(
        select(climb.c.organisation_id, step.c.parent_id).join(step, step.c.organisation_id == climb.c.host_id).where(_is_inner(step))
    )


def _organisations(view: View, condition: Condition, label: str = "") -> Owners:
    rows = select(Organisation.id.label("organisation_id"), Organisation.id.label("owner_id"), literal(label, String).label("label"))
    return Owners(rows.where(condition, kept(Organisation), view.sees(Organisation.id)), lambda day: lives(Organisation, day))


def _while(view: View, condition: Condition, standing: Column, label: str = "") -> Owners:
    """Organisations, existing on the days on which a column of their placement is true."""
    placement = OrganisationPlacement
    rows = (
        _organisations(view, condition, label)
        .rows.join(placement, placement.organisation_id == Organisation.id)
        .where(standing, kept(placement))
        .group_by(Organisation.id)
    )

    def exists(day: dt.date) -> Condition:
        return func.max(one(and_(lives(Organisation, day), covers(placement.valid_from, placement.valid_to, day)))) == 1

    return Owners(rows, exists)


def _is_joint() -> Condition:
    return or_(Organisation.joint_kind.is_not(None), Organisation.form == Form.joint_branch)


def _is_inner(placed: Subquery) -> Condition:
    return and_(not_(placed.c.evaluated), placed.c.parent_id.is_not(None))


# ---- activities -----------------------------------------------------------------


def is_held(view: View) -> Condition:
    """Whether an activity was held in the window."""
    return and_(Activity.status == ActivityStatus.held, view.within(Activity.occurred_on), kept(Activity))


def held(view: View, kinds: Iterable[ActivityKind] = (), *, by: Column = Activity.organisation_id) -> Rows:
    """Held activities of some kinds (none named: of any): owner_id, record_id, occurred_on. by: whose they are."""
    listed = tuple(kinds)
    rows = select(by.label("owner_id"), Activity.id.label("record_id"), Activity.occurred_on).where(is_held(view))
    return rows.where(Activity.kind.in_(listed)) if listed else rows


def held_by_organisation(view: View, *kinds: ActivityKind) -> Rows:
    """Activities that an organisation held itself."""
    return held(view, kinds).where(view.sees(Activity.organisation_id))


def held_by_group(view: View, *kinds: ActivityKind) -> Rows:
    """Activities of party groups."""
    return (
        held(view, kinds, by=PartyGroup.id)
        .join(PartyGroup, PartyGroup.id == Activity.group_id)
        .where(view.sees(PartyGroup.organisation_id))
    )


def held_with_committee(view: View, *kinds: ActivityKind) -> Rows:
    """Activities of organisations that had a committee on that day."""
    placement = OrganisationPlacement
    return (
        held_by_organisation(view, *kinds)
        .join(placement, placement.organisation_id == Activity.organisation_id)
        .where(placement.has_committee, covers(placement.valid_from, placement.valid_to, Activity.occurred_on), kept(placement))
    )


def held_below(view: View) -> Rows:
    """Activities of any kind held in the subtrees of joint organisations."""
    subtree = below(view, _is_joint())
    return held(view, by=subtree.c.owner_id).join(subtree, subtree.c.organisation_id == Activity.organisation_id)


def held_for_branch(view: View, *kinds: ActivityKind) -> Rows:
    """Activities that count for a branch: its own, and the shared kinds held above it in its own tree while it existed."""
    upper, host = hosts(view), aliased(Organisation)
    shared = (
        held(view, SHARED.intersection(kinds) if kinds else SHARED, by=upper.c.organisation_id)
        .join(upper, upper.c.host_id == Activity.organisation_id)
        .join(host, host.id == upper.c.host_id)
        .join(Organisation, Organisation.id == upper.c.organisation_id)
        .where(host.form.in_(ABOVE_BRANCHES), lives(Organisation, Activity.occurred_on))
    )
    both = union_all(held_by_organisation(view, *kinds), shared).subquery("counted")
    return select(both.c.owner_id, both.c.record_id, both.c.occurred_on)


# ---- members ----------------------------------------------------------------------


def members(view: View) -> Rows:
    """Full and probationary members on D who are not exempt from duties: organisation_id, member_id, name."""
    return people(view).where(or_(Member.full_on <= view.until, Member.admitted_on <= view.until), not_(_exempt(view)))


def full_members(view: View, *, with_exempt: bool) -> Rows:
    """Full members on D, with or without those exempt from duties: organisation_id, member_id, name."""
    rows = people(view).where(Member.full_on <= view.until)
    return rows if with_exempt else rows.where(not_(_exempt(view)))


def members_at_home(view: View) -> Rows:
    """Members who can be asked to serve here: those not floating out on D."""
    floating = FloatingMember
    away = select(floating.id).where(
        floating.member_id == Member.id,
        floating.direction == FloatDirection.outward,
        covers(floating.valid_from, floating.valid_to, view.until),
        kept(floating),
    )
    return members(view).where(~away.exists())


def people(view: View) -> Rows:
    """Everybody with a membership on D: organisation_id, member_id, name."""
    return (
        select(Membership.organisation_id, Member.id.label("member_id"), Member.name)
        .join(Member, Member.id == Membership.member_id)
        .where(
            covers(Membership.valid_from, Membership.valid_to, view.until), kept(Member, Membership), view.sees(Membership.organisation_id)
        )
    )


def _exempt(view: View) -> Condition:
    """Exempt on D; a member without any exemption has neither a reason nor a first day."""
    stated = or_(Member.duty_exempt_reason.is_not(None), Member.duty_exempt_from.is_not(None))
    return and_(stated, covers(Member.duty_exempt_from, Member.duty_exempt_to, view.until))
