"""The text of the policy by clause number, as indicators cite it, and what the product can say about each clause."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

import yaml


class Clause(NamedTuple):
    """One numbered clause: `3.1.2` is section 三, paragraph (一), point 二."""

    number: str
    title: str
    text: str


class Status(StrEnum):
    """How far the product sees what a clause asks for."""

    covered = "covered"
    partial = "partial"
    manual = "manual"
    not_observable = "not_observable"


class Coverage(NamedTuple):
    """What the product can say about one clause. reason: empty for what is covered; of a heading that has no demand of its own, too."""

    status: Status
    reason: str
    heading: bool
    """Whether the clause only introduces those below it and asks for nothing itself."""


@functools.cache
def clauses() -> Mapping[str, Clause]:
    """All clauses by number, in the order of the policy."""
    found = [Clause(each["number"], each["title"], each["text"].strip()) for each in _listed("clauses.yaml")]
    return {clause.number: clause for clause in found}


@functools.cache
def coverage() -> Mapping[str, Coverage]:
    """What can be said about every clause, in the order of the policy. A heading is what all below it are, else partial."""
    told = {each["number"]: Coverage(Status(each["status"]), each.get("reason", ""), False) for each in _listed("coverage.yaml")}
    return {number: told.get(number) or _heading(number, told) for number in clauses()}


def _heading(number: str, told: Mapping[str, Coverage]) -> Coverage:
    below = {each.status for lower, each in told.items() if lower.startswith(f"{number}.")}
    return Coverage(below.pop() if len(below) == 1 else Status.partial, "", True)


def _listed(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.safe_load(files("app.scoring.schemes").joinpath(name).read_text(encoding="utf-8"))
    return listed
