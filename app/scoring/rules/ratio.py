"""ratio: in proportion to the value, full at the target, nothing below the floor."""

from typing import Literal

import numpy as np

from app.scoring.outcome import Floats, Frame
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Positive, Share, percent


@rule("按比例得分")
class Ratio(Rule):
    """0 if value < floor, else min(value / target, 1); monotone in the value."""

    kind: Literal["ratio"] = "ratio"
    target: Positive = 1.0
    floor: Share = 0.0

    def fraction(self, frame: Frame) -> Floats:
        fraction = frame.value / self.target if self.target != 1 else frame.value.copy()
        np.minimum(fraction, 1.0, out=fraction)
        if self.floor > 0:
            fraction[frame.value < self.floor] = 0.0
        return fraction

    def describe(self) -> str:
        text = "按完成比例得分" if self.target == 1 else f"达到{percent(self.target)}得满分，未达到的按比例得分"
        return text + (f"，低于{percent(self.floor)}不得分" if self.floor > 0 else "")
