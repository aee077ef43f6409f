"""The tree as of D from effective-dated rows, what became of organisations that no longer exist, and who is exempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, case, or_, select
from sqlalchemy.orm import aliased

from app.errors import Invalid
from app.models.organisations import Organisation, OrganisationExemption, OrganisationLineage, OrganisationPlacement
from app.scoring.engine.tree import ROOT, depth_first
from app.scoring.metrics.view import Rows, covers, kept, lives
from app.scoring.outcome import Bools, Ints, Period, Population, category_number


@dataclass(frozen=True, slots=True)
class Heirs:
    """Organisations that do not exist on D, and the existing one under which their items are listed; arrays of equal length, ids sorted."""

    departed: Ints
    heir: Ints


def population_of(connection: Connection, period: Period, root_id: int) -> Population:
    """All organisations under the root that exist on D. Raises `Invalid` for a root that does not exist then, or a broken tree."""
    placement = OrganisationPlacement
    statement = (
        select(Organisation.id, placement.parent_id, Organisation.code, Organisation.category, placement.evaluated)
        .join(placement, placement.organisation_id == Organisation.id)
        .where(_placed(period), Organisation.id.in_(existing_below(period, root_id)))
        .order_by(Organisation.sort_order, Organisation.code)
    )
    rows = connection.execute(statement).all()
    ids = _integers(rows, 0)
    if root_id not in ids:
        raise Invalid("root_missing", f"考评的根组织在 {period.until:%Y-%m-%d} 尚未成立、已经撤销或没有隶属关系")
    if len(np.unique(ids)) != len(ids):
        raise Invalid("tree_broken", f"有组织在 {period.until:%Y-%m-%d} 同时有两条有效的隶属关系")
    parents = np.asarray([ROOT if row[0] == root_id else row[1] for row in rows], np.int64)
    tree = depth_first(_row_numbers(ids, parents), np.arange(len(ids)))
    return Population(
        ids=ids[tree.order],
        codes=tuple(rows[at].code for at in tree.order.tolist()),
        parent=tree.parent,
        size=tree.size,
        category=np.asarray([category_number(row.category) for row in rows], np.int8)[tree.order],
        evaluated=np.asarray([row.evaluated for row in rows], np.bool_)[tree.order],
    )


def _placed(period: Period) -> Any:
    placement, day = OrganisationPlacement, period.until
    return and_(covers(placement.valid_from, placement.valid_to, day), lives(Organisation, day), kept(placement, Organisation))


def _integers(rows: list[Row[Any]] | Any, column: int) -> Ints:
    return np.fromiter((row[column] for row in rows), np.int64, len(rows))


def _row_numbers(ids: Ints, wanted: Ints) -> Ints:
    """Row number of each wanted id; ROOT stays ROOT."""
    sorter = np.argsort(ids)
    return np.where(wanted == ROOT, ROOT, sorter[np.minimum(np.searchsorted(ids, wanted, sorter=sorter), len(ids) - 1)])


def existing_below(period: Period, root_id: int) -> Rows:
    """Select of the ids of the root and of everything below it that exists on D."""
    placement = OrganisationPlacement
    tree = select(Organisation.id.label("id")).where(Organisation.id == root_id).cte("tree", recursive=True)
    step = (
        select(placement.organisation_id)
        .join(tree, placement.parent_id == tree.c.id)
        .join(Organisation, Organisation.id == placement.organisation_id)
        .where(_placed(period))
    )
    return select(tree.union(step).c.id)


def scope(connection: Connection, period: Period, root_id: int, heirs: Heirs | None = None) -> Rows | None:
    """What a view of a subtree must see: what exists below on D, and the departed listed there; None (all) for the only tree."""
    tops = select(Organisation.id).join(OrganisationPlacement, OrganisationPlacement.organisation_id == Organisation.id)
    if connection.execute(tops.where(_placed(period), OrganisationPlacement.parent_id.is_(None)).limit(2)).scalars().all() == [root_id]:
        return None
    heirs = heirs_of(connection, period) if heirs is None else heirs
    below = existing_below(period, root_id)
    mine = np.isin(heirs.heir, np.fromiter(connection.execute(below).scalars(), np.int64))
    if not mine.any():
        return below
    listed: BindParameter[Any] = bindparam("departed", heirs.departed[mine].tolist(), expanding=True, literal_execute=True)
    return select(Organisation.id).where(or_(Organisation.id.in_(below), Organisation.id.in_(listed)))


# ---- heirs -------------------------------------------------------------------------------------------------------------------


def heirs_of(connection: Connection, period: Period) -> Heirs:
    """Whom the items of departed organisations go to: the principal successor, chains followed; without one the last parent."""
    following = _last_parents(connection, period) | _successors(connection, period)
    departed: Ints = np.asarray(sorted(following), np.int64)
    if not following:
        return Heirs(departed, departed)
    heir = np.asarray([following[each] for each in departed.tolist()], np.int64)
    for _ in range(len(departed).bit_length() + 1):  # each round doubles the length of the chains followed
        at = np.minimum(np.searchsorted(departed, heir), len(departed) - 1)
        onward = departed[at] == heir
        if not onward.any():
            break
        heir = np.where(onward, heir[at], heir)
    return Heirs(departed, heir)


def _successors(connection: Connection, period: Period) -> dict[int, int]:
    lineage = OrganisationLineage
    statement = (
        select(lineage.predecessor_id, lineage.successor_id)
        .join(Organisation, Organisation.id == lineage.predecessor_id)
        .where(lineage.principal, lineage.happened_on <= period.until, Organisation.dissolved_on <= period.until, kept(lineage))
    )
    return dict(connection.execute(statement).all())


def _last_parents(connection: Connection, period: Period) -> dict[int, int]:
    """Per departed organisation the parent of its last placement, or rather of the last one whose parent exists on D."""
    placement, parent = OrganisationPlacement, aliased(Organisation)
    statement: Select[int, Any] = (
        select(placement.organisation_id, placement.parent_id)
        .join(Organisation, Organisation.id == placement.organisation_id)
        .join(parent, parent.id == placement.parent_id)
        .where(Organisation.dissolved_on <= period.until, kept(placement))
        .order_by(case((lives(parent, period.until), 1), else_=0), placement.valid_from)
    )
    return dict(connection.execute(statement).all())  # of several, the last one wins


# ---- exemptions --------------------------------------------------------------------------------------------------------------


def exempt_masks(connection: Connection, period: Period, population: Population) -> dict[str, Bools]:
    """Per metric name, or `all`, who is covered by an exemption that runs in the period, on it or on anything above it."""
    exemption = OrganisationExemption
    statement = select(exemption.what, exemption.organisation_id).where(
        kept(exemption), exemption.valid_from <= period.end, or_(exemption.valid_to.is_(None), exemption.valid_to >= period.start)
    )
    position = {int(each): at for at, each in enumerate(population.ids.tolist())}
    above = set(connection.execute(_above(period, int(population.ids[0]))).scalars())
    masks: dict[str, Bools] = {}
    for what, organisation_id in connection.execute(statement):
        at = 0 if organisation_id in above else position.get(organisation_id)
        if at is not None:
            mask = masks.setdefault(what, np.zeros(len(population), np.bool_))
            mask[at : at + int(population.size[at])] = True
    return masks


def _above(period: Period, root_id: int) -> Rows:
    """Ids of the root and of everything above it on D."""
    placement = OrganisationPlacement
    chain = select(Organisation.id.label("id")).where(Organisation.id == root_id).cte("above", recursive=True)
    step = (
        select(placement.parent_id)
        .join(chain, placement.organisation_id == chain.c.id)
        .where(covers(placement.valid_from, placement.valid_to, period.until), kept(placement), placement.parent_id.is_not(None))
    )
    return select(chain.union(step).c.id)
