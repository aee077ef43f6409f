"""The frozen form of a scheme. It is complete (a base is already worked in) and consistent once `load` has accepted it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, JsonValue, SerializeAsAny

from app.scoring import registry
from app.scoring.outcome import CATEGORIES, canonical
from app.scoring.registry import Rule

Number = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=20)]
WhenNothingDue = Literal["not_applicable", "unknown", "zero"]


class Strict(BaseModel):
    """Frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Points(Strict):
    """Points per category; a category left out earns none."""

    village: Number = 0.0
    community: Number = 0.0
    agency: Number = 0.0
    new: Number = 0.0
    township: Number = 0.0

    def by_number(self) -> tuple[float, ...]:
        """Points in the order of `outcome.CATEGORIES`."""
        return tuple(float(getattr(self, category)) for category in CATEGORIES)


class Section(Strict):
    """One of the policy's parts; its points are the sum of its indicators'."""

    code: Code
    name: Text
    short_name: str = ""
    points: Points


class Indicator(Strict):
    """One line of the evaluation: a metric with parameters, the rule that turns its value into a share of the points, and its sentences."""

    code: Annotated[str, Field(pattern=r"^[^.\s]+\.[^.\s]+$", max_length=20)]
    name: Text
    clauses: tuple[str, ...] = ()
    metric: Text
    parameters: Mapping[str, JsonValue] = Field(default_factory=dict)
    rule: SerializeAsAny[InstanceOf[Rule]]
    when_nothing_due: WhenNothingDue
    points: Points
    lite: bool = False
    passed: str = ""
    failed: str = ""
    why: str = ""
    fix: str = ""

    @property
    def section(self) -> str:
        """Code of its section: the part before the dot."""
        return self.code.partition(".")[0]

    @cached_property
    def fact_key(self) -> str:
        """Identity of the fact it is scored from."""
        return registry.key_of(self.metric, self.parameters)


class Quota(Strict):
    """The largest share of a cohort that may have the best grade, and what happens to equals at the border."""

    share: Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)]
    ties: Literal["exclude", "include"] = "exclude"


class Grades(Strict):
    """Grade lines from the best down to the one that begins at 0, and the quota of the best."""

    lines: Annotated[tuple[tuple[Text, Number], ...], Field(min_length=1)]
    quota: Quota | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the grades, best first."""
        return tuple(name for name, _ in self.lines)


class Bonus(Strict):
    """Points by level of award, and the most that counts."""

    levels: Mapping[str, Number] = Field(default_factory=dict)
    cap: Number = 0.0


class Deduction(Strict):
    """Points lost by kind, and the most that counts."""

    kinds: Mapping[str, Number] = Field(default_factory=dict)
    cap: Number = 0.0


class Ceiling(Strict):
    """The best grade still possible, by kind of what was confirmed."""

    kinds: Mapping[str, Text] = Field(default_factory=dict)


class Adjustments(Strict):
    """What counts outside the 100 points."""

    bonus: Bonus = Bonus()
    deduction: Deduction = Deduction()
    ceiling: Ceiling = Ceiling()


class Scheme(Strict):
    """A whole evaluation scheme."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    precision: Annotated[int, Field(strict=True, ge=0, le=4)] = 2
    minimum_coverage: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = 0.9
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    grades: Grades
    adjustments: Adjustments = Adjustments()

    def document(self) -> dict[str, Any]:
        """The scheme as plain JSON, to be stored; `load.from_document` gives the same scheme back."""
        return self.model_dump(mode="json")

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON of the document: sorted keys, no blanks, whole numbers without decimals."""
        return hashlib.sha256(canonical(self.document()).encode()).hexdigest()

    @cached_property
    def by_code(self) -> Mapping[str, Indicator]:
        """Indicators by code, in order."""
        return {indicator.code: indicator for indicator in self.indicators}

    def of_section(self, code: str) -> tuple[Indicator, ...]:
        """The indicators of one section, in order."""
        return tuple(indicator for indicator in self.indicators if indicator.section == code)
