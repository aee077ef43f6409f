"""Parameter types shared by the rule kinds, and how their figures are written in sentences."""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
"""A figure between 0 and 1."""

Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Pair = tuple[Number, Share]
"""[threshold, fraction]."""


def _ordered(direction: str, sign: int) -> Callable[[tuple[Pair, ...]], tuple[Pair, ...]]:
    def check(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
        for number, (before, after) in enumerate(pairwise(pairs), start=2):
            if sign * (after[0] - before[0]) <= 0:
                place = {"direction": direction, "number": number, "before": f"{before[0]:g}", "after": f"{after[0]:g}"}
                raise PydanticCustomError("out_of_order", "应按第一个数{direction}排列：第 {number} 项 {after} 排在 {before} 之后", place)
        return pairs

    return check


Ascending = Annotated[tuple[Pair, ...], Field(min_length=1), AfterValidator(_ordered("从小到大", 1))]
Descending = Annotated[tuple[Pair, ...], Field(min_length=1), AfterValidator(_ordered("从大到小", -1))]


def percent(share: float) -> str:
    """`0.95` as `95%`, without needless decimals."""
    return f"{share * 100:.10g}%"
