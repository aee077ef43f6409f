"""Loading a scheme: base worked in, names resolved, everything inconsistent refused at once with its place."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from app.errors import FieldError
from app.scoring import registry
from app.scoring.outcome import CATEGORIES, CATEGORY_NAMES, canonical
from app.scoring.registry import Rule
from app.scoring.scheme.faults import Place, SchemeError, path_text, translated, unknown
from app.scoring.scheme.model import Scheme
from app.scoring.scheme.source import parse

SHIPPED = ("standard", "lite")
_TOLERANCE = 1e-9
_BASE_KEYS = ("code", "name", "description", "base", "select")
Fault = tuple[Place, str]


@functools.cache
def shipped(code: str) -> Scheme:
    """One of the shipped schemes. Raises `SchemeError` for another code."""
    return read(_shipped_text(code))


def read(text: str) -> Scheme:
    """A scheme from the text of its YAML file. Raises `SchemeError` with line numbers."""
    document, lines = parse(text)
    return _load(document, lines)


def from_document(document: Mapping[str, Any]) -> Scheme:
    """A scheme from plain JSON, such as `Scheme.document()` gives. Raises `SchemeError`."""
    return _load(document, {})


def _load(document: Any, lines: Mapping[Place, int]) -> Scheme:
    if not isinstance(document, Mapping):
        raise SchemeError([FieldError("文件", "方案应为“键: 值”的形式")])
    if "base" in document or "select" in document:
        return _selected(document, lines)
    resolved, faults = _resolved(document)
    try:
        scheme = Scheme.model_validate(resolved)
    except ValidationError as error:
        faults += [(place, text) for place, text in translated(error, Scheme) if not _known_fault(place, faults)]
        raise _error(faults, lines) from None
    faults += [*_structure(scheme), *_sums(scheme), *_grades(scheme)]
    if faults:
        raise _error(faults, lines)
    return scheme


def _error(faults: list[Fault], lines: Mapping[Place, int]) -> SchemeError:
    def located(place: Place, text: str) -> FieldError:
        line = next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), None)
        return FieldError(path_text(place), text + (f"（第 {line} 行）" if line else ""))

    return SchemeError([located(place, text) for place, text in faults])


def _known_fault(place: Place, faults: list[Fault]) -> bool:
    """Whether a rule already refused is reported again, as a field of the wrong type."""
    return any(place[:3] == known[:3] for known, _ in faults)


# ---- names: metrics, parameters and rules ------------------------------------------------------------------------------------


def _resolved(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The document with each rule as an object, and the faults in what indicators name."""
    faults: list[Fault] = []
    indicators = document.get("indicators")
    if not isinstance(indicators, list | tuple):
        return dict(document), faults
    resolved = [
        _resolved_indicator(each, ("indicators", number), faults) if isinstance(each, Mapping) else each
        for number, each in enumerate(indicators)
    ]
    return {**document, "indicators": resolved}, faults


def _resolved_indicator(indicator: Mapping[str, Any], place: Place, faults: list[Fault]) -> dict[str, Any]:
    faults += _metric_faults(indicator, place)
    rule = indicator.get("rule")
    if isinstance(rule, Mapping):
        try:
            return {**indicator, "rule": _rule(rule, (*place, "rule"), faults)}
        except LookupError:
            return dict(indicator)
    return dict(indicator)


def _rule(document: Mapping[str, Any], place: Place, faults: list[Fault]) -> Rule:
    """The rule object; raises `LookupError` after noting why there is none."""
    kinds, kind = registry.rules(), document.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        faults.append((((*place, "kind")), "缺少规则种类 kind" if kind is None else unknown("规则种类", kind, kinds)))
        raise LookupError
    model = kinds[kind]
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        faults += translated(error, model, place)
        raise LookupError from None


def _metric_faults(indicator: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    name, parameters = indicator.get("metric"), indicator.get("parameters", {})
    if not isinstance(name, str) or not isinstance(parameters, Mapping):
        return  # the model says so
    try:
        canonical(parameters)
    except (TypeError, ValueError, RecursionError):
        yield (*place, "parameters"), "参数只能是文字、数字、真假值或它们的列表"
        return
    known = registry.metrics().get(name)
    if known is None:
        if name not in _planned_metrics():
            yield (*place, "metric"), unknown("测量项", name, {*registry.metrics(), *_planned_metrics()})
        return
    try:
        known.completed(parameters)
    except ValidationError as error:
        yield from translated(error, known.parameters, (*place, "parameters"))


@functools.cache
def _planned_metrics() -> frozenset[str]:
    """Metrics the shipped standard names: one that is not installed yet is `not_built`, any other unknown name is a mistake."""
    document, _ = parse(_shipped_text("standard"))
    return frozenset(each["metric"] for each in document["indicators"])


def _shipped_text(code: str) -> str:
    if code not in SHIPPED:
        raise SchemeError([FieldError("code", unknown("方案", code, SHIPPED))])
    return files("app.scoring.schemes").joinpath(f"{code}.yaml").read_text(encoding="utf-8")


# ---- a scheme that selects from a shipped one --------------------------------------------------------------------------------


def _selected(document: Mapping[str, Any], lines: Mapping[Place, int]) -> Scheme:
    """The marked rows of the base; weight = points × 100 / Σ points of the marked rows of the category."""
    faults: list[Fault] = [((str(key),), unknown("键", key, _BASE_KEYS)) for key in document if key not in _BASE_KEYS]
    faults += [((key,), "缺少必填项") for key in ("code", "name", "base", "select") if key not in document]
    if document.get("base", "standard") != "standard":
        faults.append((("base",), unknown("方案", document["base"], ["standard"])))
    if document.get("select", "lite") != "lite":
        faults.append((("select",), unknown("选取方式", document["select"], ["lite"])))
    if faults:
        raise _error(faults, lines)
    base, _ = parse(_shipped_text("standard"))
    chosen = [dict(each) for each in base["indicators"] if each.get("lite")]
    whole = {category: math.fsum(each["points"].get(category, 0) for each in chosen) for category in CATEGORIES}
    for each in chosen:
        each["points"] = {category: points * 100 / whole[category] for category, points in each["points"].items()}
    sections = []
    for section in base["sections"]:
        mine = [each["points"] for each in chosen if each["code"].partition(".")[0] == section["code"]]
        sections.append({**section, "points": {category: math.fsum(each.get(category, 0) for each in mine) for category in CATEGORIES}})
    own = {key: value for key, value in document.items() if key not in ("base", "select")}
    return _load({**base, "description": "", **own, "sections": sections, "indicators": chosen}, {})


# ---- consistency -------------------------------------------------------------------------------------------------------------


def _structure(scheme: Scheme) -> Iterator[Fault]:
    sections = [section.code for section in scheme.sections]
    for name, codes in (("sections", sections), ("indicators", [each.code for each in scheme.indicators])):
        repeated = [number for number, code in enumerate(codes) if code in codes[:number]]
        yield from (((name, number, "code"), f"编号“{codes[number]}”重复") for number in repeated)
    for number, indicator in enumerate(scheme.indicators):
        if indicator.section not in sections:
            yield ("indicators", number, "code"), unknown("部分编号", indicator.section, sections)


def _sums(scheme: Scheme) -> Iterator[Fault]:
    """Points of the indicators add up to their section, sections to 100; a category without any points is not evaluated."""
    for number, section in enumerate(scheme.sections):
        for category in CATEGORIES:
            due = getattr(section.points, category)
            found = math.fsum(getattr(each.points, category) for each in scheme.of_section(section.code))
            if abs(due - found) > _TOLERANCE:
                text = f"{CATEGORY_NAMES[category]}类：各指标分值合计 {found:.10g}，与本部分的 {due:.10g} 不符"
                yield ("sections", number, "points", category), text
    for category in CATEGORIES:
        whole = math.fsum(getattr(section.points, category) for section in scheme.sections)
        if whole != 0 and abs(whole - 100) > _TOLERANCE:
            yield ("sections",), f"{CATEGORY_NAMES[category]}类：各部分分值合计 {whole:.10g}，应为 100"


def _grades(scheme: Scheme) -> Iterator[Fault]:
    lines, names = scheme.grades.lines, scheme.grades.names
    for number, (before, after) in enumerate(pairwise(lines), start=1):
        if after[1] >= before[1]:
            yield ("grades", "lines", number), f"等次应从高分到低分排列：“{after[0]}”的 {after[1]:g} 排在 {before[1]:g} 之后"
    if lines[-1][1] != 0:
        yield ("grades", "lines", len(lines) - 1), f"最后一个等次“{lines[-1][0]}”应从 0 分开始"
    if len(set(names)) != len(names):
        yield ("grades", "lines"), "等次名称重复"
    if scheme.grades.quota is not None and len(names) < 2:
        yield ("grades", "quota"), "只有一个等次时不能设比例限制"
    for kind, grade in scheme.adjustments.ceiling.kinds.items():
        if grade not in names:
            yield ("adjustments", "ceiling", "kinds", kind), unknown("等次", grade, names)
