"""curve: piecewise linear between given points, flat outside."""

from typing import Literal

import numpy as np

from app.scoring.outcome import Floats, Frame
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Ascending, percent


@rule("分段线性得分")
class Curve(Rule):
    """Linear interpolation between `points`, ascending by value; monotone where the fractions ascend too."""

    kind: Literal["curve"] = "curve"
    points: Ascending

    def fraction(self, frame: Frame) -> Floats:
        values, fractions = zip(*self.points, strict=True)
        return np.asarray(np.interp(frame.value, values, fractions))

    def describe(self) -> str:
        steps = "、".join(f"{percent(value)}得{percent(fraction)}" for value, fraction in self.points)
        return f"完成比例{steps}的分值，中间按直线折算，两端之外不再增减"
