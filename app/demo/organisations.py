"""Tables of the tree: organisations, placements, lineage, exemptions."""

from collections.abc import Callable
from typing import Any

from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, dates, day, from_rows


def write_organisations(tree: Tree) -> dict[str, Columns]:
    """The tables organisation, organisation_placement, organisation_lineage and organisation_exemption."""
    recorded = [max(node.established, tree.first) for node in tree.nodes]
    names: dict[str, Callable[[Node], Any]] = {
        "code": lambda node: node.code,
        "name": lambda node: node.name,
        "short_name": lambda node: node.short_name,
        "form": lambda node: node.form.value,
        "category": lambda node: node.category.value,
        "sort_order": lambda node: node.id,
        "established_on": lambda node: day(node.established),
        "dissolved_on": lambda node: None if node.dissolved == OPEN else day(node.dissolved),
        "joint_kind": lambda node: node.joint and node.joint.value,
        "partners": lambda node: list(node.partners),
        "industry": lambda node: node.industry,
        "standing_delegates": lambda node: node.standing_delegates,
        "form_deviation_approval": lambda node: node.approval,
        "needs_venue": lambda node: node.needs_venue,
        "expected_to_pair": lambda node: node.expected_to_pair,
        "path": _path,
    }
    organisations = from_rows([{name: value(node) for name, value in names.items()} for node in tree.nodes], recorded)
    return {
        "organisation": organisations,
        "organisation_placement": _placements(tree),
        "organisation_lineage": _lineage(tree),
        "organisation_exemption": _exemptions(tree),
    }


def _path(node: Node) -> str:
    above = node.heirs[0] if node.heirs else node.parent
    return f"{_path(above) if above else '/'}{node.id}/"


def _placements(tree: Tree) -> Columns:
    rows, recorded = [], []
    for node in tree.nodes:
        spans = [(node.parent, node.evaluated, node.established, node.last)]
        if node.former_parent is not None:
            spans = [(node.former_parent, False, node.established, node.moved - 1), (node.parent, node.evaluated, node.moved, node.last)]
        for parent, evaluated, since, until in spans:
            valid_from, valid_to = dates((since, until))
            rows.append(
                {
                    "organisation_id": node.id,
                    "parent_id": parent and parent.id,
                    "evaluated": evaluated,
                    "has_committee": node.seats > 0,
                    "committee_seats": node.seats,
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                }
            )
            recorded.append(max(since, tree.first))
    return from_rows(rows, recorded)


def _lineage(tree: Tree) -> Columns:
    changes = [(node, index, heir) for node in tree.nodes for index, heir in enumerate(node.heirs)]
    rows = [
        {
            "predecessor_id": node.id,
            "successor_id": heir.id,
            "principal": index == 0,
            "kind": node.lineage.value if node.lineage else None,
            "happened_on": day(node.dissolved),
        }
        for node, index, heir in changes
    ]
    return from_rows(rows, [node.dissolved for node, _, _ in changes])


def _exemptions(tree: Tree) -> Columns:
    waived = [(node, node.exemption) for node in tree.nodes if node.exemption]
    rows = [
        {"organisation_id": node.id, "what": what, "reason": reason, "valid_from": day(since), "valid_to": day(until)}
        for node, (what, reason, since, until) in waived
    ]
    return from_rows(rows, [since for _, (_, _, since, _) in waived])
