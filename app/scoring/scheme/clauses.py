"""The text of the policy by clause number, as indicators cite it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

import yaml


class Clause(NamedTuple):
    """One numbered clause: `3.1.2` is section 三, paragraph (一), point 二."""

    number: str
    title: str
    text: str


@functools.cache
def clauses() -> Mapping[str, Clause]:
    """All clauses by number, in the order of the policy."""
    text = files("app.scoring.schemes").joinpath("clauses.yaml").read_text(encoding="utf-8")
    found = [Clause(each["number"], each["title"], each["text"].strip()) for each in yaml.safe_load(text)]
    return {clause.number: clause for clause in found}
