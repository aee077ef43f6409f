"""What is wrong with a scheme, said in Chinese with its place in the file and the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import FieldError, Invalid
from app.scoring.registry import nearest

Place = tuple[str | int, ...]

_SENTENCES = {
    "missing": "缺少必填项",
    "string_type": "应为文字；数字样的编号要加引号",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_pattern_mismatch": '写法不对：指标编号应为“部分编号.序号”，如 "3.01"',
    "float_type": "应为数字",
    "int_type": "应为整数",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "tuple_type": "应为列表",
    "mapping_type": "应为“键: 值”的形式",
    "is_instance_of": "应为“键: 值”的形式",
    "model_type": "应为“键: 值”的形式",
    "too_short": "项数不够，至少 {min_length} 项",
    "too_long": "项数太多，最多 {max_length} 项",
    "greater_than": "应大于 {gt:g}",
    "greater_than_equal": "不能小于 {ge:g}",
    "less_than": "应小于 {lt:g}",
    "less_than_equal": "不能大于 {le:g}",
    "invalid-json-value": "只能是文字、数字、真假值或它们的列表",
}


class SchemeError(Invalid):
    """A scheme that is refused; `errors` lists every fault with its place."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        first = errors[0]
        more = f"（共 {len(errors)} 处）" if len(errors) > 1 else ""
        super().__init__("scheme_invalid", f"评价方案有误：{first.field} {first.message}{more}", errors)


def path_text(place: Place) -> str:
    """`indicators[3].rule.target`."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in place)
    return text.removeprefix(".")


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """The sentence for a name that is not known."""
    names = sorted(known)
    near = nearest(str(name), names)
    if near:
        hint = f"，最接近的是“{near}”"
    else:
        hint = f"，可用的有：{'、'.join(names)}" if 0 < len(names) <= 12 else ""
    return f"不认识的{what}“{name}”{hint}"


def translated(error: ValidationError, model: type[BaseModel], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Each fault of a validation as its place and a Chinese sentence. `model` is what was validated, `place` where it stands."""
    for each in error.errors(include_url=False):
        yield place + tuple(each["loc"]), _sentence(each, model)


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown("键", fault["loc"][-1], _fields(model, fault["loc"][:-1]))
    if kind in ("literal_error", "enum"):
        return _not_one_of(fault["input"], str(context["expected"]))
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(**context)
    return fault["msg"] if not fault["msg"].isascii() else "值不合规定"


def _not_one_of(value: object, expected: str) -> str:
    names = expected.replace(" or ", ", ").replace("'", "").split(", ")
    near = nearest(str(value), names)
    return f"“{value}”不在可选值之内，应为 {'、'.join(names)} 之一" + (f"，最接近的是“{near}”" if near else "")


def _fields(model: type[BaseModel], place: Place) -> Iterable[str]:
    """Names of the fields of the model that stands at a place below `model`."""
    at: type[BaseModel] | None = model
    for step in place:
        if at is not None and step in at.model_fields:
            at = _model_in(at.model_fields[str(step)].annotation)
    return at.model_fields if at is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)
