"""all_or_nothing: full points at the mark, else none."""

from typing import Literal

import numpy as np

from app.scoring.outcome import Floats, Frame
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Positive, percent


@rule("达标得满分")
class AllOrNothing(Rule):
    """1 if value ≥ at_least, else 0."""

    kind: Literal["all_or_nothing"] = "all_or_nothing"
    at_least: Positive = 1.0

    def fraction(self, frame: Frame) -> Floats:
        return (frame.value >= self.at_least).astype(np.float64)

    def describe(self) -> str:
        return "全部完成得满分，否则不得分" if self.at_least == 1 else f"达到{percent(self.at_least)}得满分，否则不得分"
