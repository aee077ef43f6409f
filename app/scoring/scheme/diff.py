"""What changed between two schemes, and the version kind that follows: the highest of its changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.scoring.outcome import canonical
from app.scoring.scheme.model import Indicator, Scheme

Kind = Literal["major", "minor", "patch"]
_ORDER: tuple[Kind, ...] = ("patch", "minor", "major")


@dataclass(frozen=True, slots=True)
class Change:
    """kind: major (a total can change), minor (a grade can), patch (texts), None when nothing changed; entries: (kind, sentence)."""

    kind: Kind | None
    entries: tuple[tuple[Kind, str], ...]


def change(before: Scheme, after: Scheme) -> Change:
    """All changes from one scheme to another, the weightiest first."""
    entries = sorted((*_whole(before, after), *_indicators(before, after)), key=lambda entry: -_ORDER.index(entry[0]))
    return Change(entries[0][0] if entries else None, tuple(entries))


_SCHEME_FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("precision", "得分保留的小数位数", "major"),
    ("adjustments.bonus", "加分", "major"),
    ("adjustments.deduction", "扣分", "major"),
    ("adjustments.ceiling", "等次上限", "minor"),
    ("grades.lines", "等次分数线", "minor"),
    ("grades.quota", "优秀比例", "minor"),
    ("minimum_coverage", "最低数据完整度", "minor"),
    ("code", "方案编号", "patch"),
    ("name", "方案名称", "patch"),
    ("description", "方案说明", "patch"),
    ("sections", "部分的编号、名称或分值", "patch"),  # a total follows from the indicators' points alone
)

_INDICATOR_FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("points", "分值", "major"),
    ("rule", "得分规则", "major"),
    ("when_nothing_due", "无应办事项时的处理", "major"),
    ("name", "名称", "patch"),
    ("clauses", "制度条款", "patch"),
    ("passed", "达标标题", "patch"),
    ("failed", "未达标标题", "patch"),
    ("why", "意义", "patch"),
    ("fix", "改进办法", "patch"),
    ("lite", "减负版标记", "patch"),
)


def _whole(before: Scheme, after: Scheme) -> Iterator[tuple[Kind, str]]:
    old, new = before.document(), after.document()
    for path, title, kind in _SCHEME_FIELDS:
        yield from _compared(title, kind, _at(old, path), _at(new, path))
    common = [code for code in before.by_code if code in after.by_code]
    if common != [code for code in after.by_code if code in before.by_code]:
        yield "patch", "指标的排列顺序有调整"


def _indicators(before: Scheme, after: Scheme) -> Iterator[tuple[Kind, str]]:
    for code, indicator in before.by_code.items():
        if code not in after.by_code:
            yield "major", f"删去指标 {code} {indicator.name}"
    for code, indicator in after.by_code.items():
        if code in before.by_code:
            yield from _indicator(before.by_code[code], indicator)
        else:
            yield "major", f"增加指标 {code} {indicator.name}"


def _indicator(before: Indicator, after: Indicator) -> Iterator[tuple[Kind, str]]:
    title = f"指标 {after.code} {after.name}："
    if before.metric != after.metric:
        yield "major", f"{title}测量项由“{before.metric}”改为“{after.metric}”"
    elif before.fact_key != after.fact_key:  # a default that is merely written out is no change
        yield "major", f"{title}参数由“{canonical(before.parameters)}”改为“{canonical(after.parameters)}”"
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for field, name, kind in _INDICATOR_FIELDS:
        yield from _compared(title + name, kind, old[field], new[field])


def _compared(title: str, kind: Kind, old: Any, new: Any) -> Iterator[tuple[Kind, str]]:
    if old == new:
        return
    short = all(len(canonical(each)) <= 80 for each in (old, new))
    yield kind, f"{title}由“{_text(old)}”改为“{_text(new)}”" if short else f"{title}有改动"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def _at(document: Mapping[str, Any], path: str) -> Any:
    found: Any = document
    for step in path.split("."):
        found = found[step]
    return found
