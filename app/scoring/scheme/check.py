"""What a sound scheme should still be told: metrics that are not built yet, and the burden it puts on branches."""

from __future__ import annotations

from app.scoring import registry
from app.scoring.scheme.load import shipped
from app.scoring.scheme.model import Scheme

MOST_INDICATORS = 60


def not_built(scheme: Scheme) -> tuple[str, ...]:
    """Codes of the indicators whose metric is not installed, in order; a run with any cannot be published."""
    return tuple(each.code for each in scheme.indicators if each.metric not in registry.metrics())


def warnings(scheme: Scheme) -> list[str]:
    """Warnings in Chinese, none of which keeps the scheme from being used."""
    found = [
        f"指标 {code} {scheme.by_code[code].name}：测量项 {scheme.by_code[code].metric} 尚未安装，按“不适用”处理，这样的考评不能公布"
        for code in not_built(scheme)
    ]
    if len(scheme.indicators) > MOST_INDICATORS:
        found.append(f"方案有 {len(scheme.indicators)} 项指标，超过 {MOST_INDICATORS} 项，会加重支部负担")
    asked = {each.metric for each in shipped("standard").indicators}
    found += [
        f"指标 {each.code} {each.name}：需要人工打分，会加重支部负担"
        for each in scheme.indicators
        if each.metric in registry.metrics() and registry.metrics()[each.metric].manual and each.metric not in asked
    ]
    return found
