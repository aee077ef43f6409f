"""rank: by the place of the value among those evaluated together."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import field_validator
from pydantic_core import PydanticCustomError

from app.scoring.outcome import CATEGORIES, Floats, Frame, Ints
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Ascending, Pair, percent


@rule("按名次分档得分")
class Rank(Rule):
    """r = 1 + strictly better scored values in the cohort, n = scored there; the first band with (r − 1)/n < top_share, else 0."""

    compares: ClassVar[bool] = True

    kind: Literal["rank"] = "rank"
    bands: Ascending

    @field_validator("bands")
    @classmethod
    def _shares(cls, bands: tuple[Pair, ...]) -> tuple[Pair, ...]:
        for top_share, _ in bands:
            if not 0 < top_share <= 1:
                raise PydanticCustomError("out_of_range", "名次档的比例应大于 0 且不大于 1：{share}", {"share": f"{top_share:g}"})
        return bands

    def fraction(self, frame: Frame) -> Floats:
        better, among = _standing(frame)
        shares, fractions = zip(*self.bands, strict=True)
        return np.asarray((*fractions, 0.0))[np.searchsorted(shares, better / np.maximum(among, 1), side="right")]

    def best(self) -> float:
        """The first band: nobody knows how far the others will come."""
        return self.bands[0][1]

    def describe(self) -> str:
        steps = "，".join(f"前{percent(top)}得{percent(fraction)}的分值" for top, fraction in self.bands)
        return f"在同类单位中按名次得分：{steps}，其余不得分"


def _standing(frame: Frame) -> tuple[Ints, Ints]:
    """Per row the number of strictly better counted values in its cohort, and the number of counted values there."""
    better, among = np.zeros(len(frame.value), np.int64), np.zeros(len(frame.value), np.int64)
    for category in range(len(CATEGORIES)):
        rows = np.flatnonzero(frame.cohort == category)
        values = np.sort(frame.value[rows[frame.counted[rows]]])
        better[rows] = len(values) - np.searchsorted(values, frame.value[rows], side="right")
        among[rows] = len(values)
    return better, among
