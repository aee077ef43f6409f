"""Outcomes in words: why an indicator has its points, what can still be gained, why a grade is what it is. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypedDict

import numpy as np

from app.scoring.outcome import CATEGORIES, ONE, Frame, Period, State
from app.scoring.scheme import Indicator, Scheme, clauses

_SCORED, _UNKNOWN = State.SCORED.code, State.UNKNOWN.code
_LEAST_GAIN = 1e-9


class IndicatorOutcome(Protocol):
    """What is known of one indicator of one organisation, such as a stored row. Amounts in millionths, points unrounded."""

    state: str
    numerator: int
    denominator: int
    pending: int
    future: int
    fixable: int
    fraction: float | None
    effective_weight: float
    points: float


class NextStep(TypedDict):
    """What one indicator can still gain before the period ends."""

    indicator: str
    gain: float
    text: str
    until: str


def value(outcome: IndicatorOutcome) -> float | None:
    """The value, numerator / denominator; 0 where nothing was due but scored all the same, None where there is no value."""
    if outcome.state != _SCORED:
        return None
    return outcome.numerator / outcome.denominator if outcome.denominator else 0.0


def indicator_document(indicator: Indicator, category: str, outcome: IndicatorOutcome) -> dict[str, Any]:
    """The indicator's part of the result document: numbers in whole items and points, and all its sentences."""
    return {
        "code": indicator.code,
        "name": indicator.name,
        "clause": "、".join(indicator.clauses),
        "clause_texts": [clauses()[number]._asdict() for number in indicator.clauses if number in clauses()],
        "metric": indicator.metric,
        "state": outcome.state,
        "numerator": outcome.numerator / ONE,
        "denominator": outcome.denominator / ONE,
        "pending": outcome.pending / ONE,
        "future": outcome.future / ONE,
        "value": value(outcome),
        "fraction": outcome.fraction,
        "weight": getattr(indicator.points, category),
        "effective_weight": outcome.effective_weight,
        "points": outcome.points,
        "lost": outcome.effective_weight - outcome.points,
        "rule": indicator.rule.describe(),
        "title": title(indicator, outcome),
        "why": indicator.why,
        "fix": indicator.fix,
    }


def section_documents(
    scheme: Scheme, category: str, sections: Mapping[str, Mapping[str, float]], outcomes: Mapping[str, IndicatorOutcome]
) -> list[dict[str, Any]]:
    """The sections of the result document with their indicators. sections: code → weight, points, coverage as the engine gave them."""
    return [
        {
            "code": section.code,
            "name": section.name,
            **sections[section.code],
            "indicators": [indicator_document(each, category, outcomes[each.code]) for each in scheme.of_section(section.code)],
        }
        for section in scheme.sections
    ]


def title(indicator: Indicator, outcome: IndicatorOutcome) -> str:
    """The headline of an indicator's outcome."""
    if outcome.state == _SCORED:
        full = (outcome.fraction or 0.0) >= 1 - 1e-9
        return (indicator.passed or "已达标") if full else (indicator.failed or "未达标")
    if outcome.state == _UNKNOWN:
        return _unknown_title(outcome)
    return "本单位不适用" if outcome.state == State.NOT_APPLICABLE.code else "本项计算失败，考评结果不完整"


def _unknown_title(outcome: IndicatorOutcome) -> str:
    if outcome.pending:
        return "等待评议，暂未得分"
    return "尚未到期，暂未得分" if outcome.future else "没有可以评价的记录，暂未得分"


# ---- next steps --------------------------------------------------------------------------------------------------------------


def next_steps(scheme: Scheme, category: str, period: Period, outcomes: Mapping[str, IndicatorOutcome]) -> list[NextStep]:
    """What can still be gained, greatest gain first, ties by code; empty once the period has ended on the day of evaluation.

    gain = effective weight × (rule(best) − fraction), best = (numerator + future + fixable) / (denominator + future).
    """
    if period.as_of >= period.end:
        return []
    found = [
        NextStep(indicator=each.code, gain=gained, text=_step_text(each, outcomes[each.code], gained), until=period.end.isoformat())
        for each in scheme.indicators
        if (gained := gain(each, category, outcomes[each.code])) > _LEAST_GAIN
    ]
    return sorted(found, key=lambda step: (-step["gain"], step["indicator"]))


def gain(indicator: Indicator, category: str, outcome: IndicatorOutcome) -> float:
    """Points one indicator can still gain, 0 where it cannot."""
    if outcome.state not in (_SCORED, _UNKNOWN):
        return 0.0
    denominator = outcome.denominator + outcome.future
    if not denominator:
        return 0.0
    best = indicator.rule.best()
    if best is None:
        best = _fraction(indicator, category, outcome.numerator + outcome.future + outcome.fixable, denominator)
    return outcome.effective_weight * (best - (outcome.fraction or 0.0))


def _fraction(indicator: Indicator, category: str, numerator: int, denominator: int) -> float:
    """The rule's fraction of one value."""
    number = CATEGORIES.index(category)
    frame = Frame(
        value=np.array([numerator / denominator]),
        numerator=np.array([numerator], np.int64),
        denominator=np.array([denominator], np.int64),
        weight=np.array([indicator.points.by_number()[number]]),
        cohort=np.array([number], np.int8),
        counted=np.array([True]),
    )
    return float(indicator.rule.fraction(frame)[0])


def _step_text(indicator: Indicator, outcome: IndicatorOutcome, gained: float) -> str:
    open_items = [
        f"{amount / ONE:g} 项{what}"
        for amount, what in ((outcome.fixable, "现在仍可补上"), (outcome.future, "尚未到期、可以按时完成"))
        if amount
    ]
    how = "，".join(open_items) or "名次仍可提高"
    return f"“{indicator.name}”还可得 {gained:.2f} 分：{how}。{indicator.fix}"


# ---- grades ------------------------------------------------------------------------------------------------------------------


def reason(rule: str, **details: str | float) -> str:
    """A grade reason as it is stored: which rule changed a grade, with its figures, in canonical JSON."""
    return json.dumps({"rule": rule, **details}, ensure_ascii=False, sort_keys=True)


def grade_reasons(scheme: Scheme, codes: Iterable[str]) -> list[str]:
    """Stored grade reasons as sentences."""
    return [_SENTENCES[details["rule"]](scheme, details) for details in map(json.loads, codes)]


_CEILINGS = {"falsified_records": "经查实弄虚作假", "serious_discipline_case": "班子成员发生严重违纪案件"}
_TIES = {"exclude": "并列超出名额的都不计入", "include": "并列的都计入"}


def _ceiling(_: Scheme, details: Mapping[str, Any]) -> str:
    causes = "、".join(_CEILINGS.get(kind, kind) for kind in details["kinds"].split(","))
    return f"{causes}，等次由“{details['before']}”降为“{details['after']}”"


def _quota(scheme: Scheme, details: Mapping[str, Any]) -> str:
    quota = scheme.grades.quota
    ties = f"，{_TIES[quota.ties]}" if quota else ""
    places = f"同类 {details['size']} 个单位中“{details['before']}”名额为 {details['places']} 个{ties}"
    return f"{places}，等次由“{details['before']}”调整为“{details['after']}”"


def _coverage(scheme: Scheme, details: Mapping[str, Any]) -> str:
    return f"数据完整度 {details['coverage']:.1%} 低于 {scheme.minimum_coverage:.0%}，暂不排名、不评等次"


def _nothing(_: Scheme, __: Mapping[str, Any]) -> str:
    return "没有适用的指标，不计总分、不排名、不评等次"


_SENTENCES = {"ceiling": _ceiling, "quota": _quota, "coverage": _coverage, "nothing": _nothing}
