"""bands: the fraction of the highest band reached."""

from typing import Literal

import numpy as np

from app.scoring.outcome import Floats, Frame
from app.scoring.registry import Rule, rule
from app.scoring.rules.numbers import Descending, percent


@rule("分档得分")
class Bands(Rule):
    """The fraction of the first band `[at_least, fraction]` reached, descending by threshold; 0 below the last."""

    kind: Literal["bands"] = "bands"
    bands: Descending

    def fraction(self, frame: Frame) -> Floats:
        thresholds, fractions = zip(*reversed(self.bands), strict=True)
        return np.asarray((0.0, *fractions))[np.searchsorted(thresholds, frame.value, side="right")]

    def describe(self) -> str:
        steps = "，".join(f"达到{percent(least)}得{percent(fraction)}的分值" for least, fraction in self.bands)
        return f"按完成比例分档：{steps}，再低不得分"
