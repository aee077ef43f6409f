"""shortfall: a fixed number of points is lost for each missing item, down to nothing."""

from typing import Literal

import numpy as np

from app.scoring.outcome import ONE, Floats, Frame
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Positive


@rule("少一次扣分")
class Shortfall(Rule):
    """max(0, 1 − points_each × missing / nominal weight), missing = denominator − numerator in whole items."""

    kind: Literal["shortfall"] = "shortfall"
    points_each: Positive

    def fraction(self, frame: Frame) -> Floats:
        missing = (frame.denominator - frame.numerator) / ONE
        weight = np.where(frame.weight > 0, frame.weight, 1.0)
        return np.maximum(0.0, 1.0 - self.points_each * missing / weight)

    def describe(self) -> str:
        return f"少一次扣{self.points_each:g}分，扣完为止"
