"""What pydantic found, said in Chinese. Used by the API, the importer and the scheme loader alike; never echoes the input."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.errors import FieldError

_SENTENCES = {
    "missing": "必填项没有填写",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不符",
    "string_unicode": "含有无法识别的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数值过大",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "decimal_max_places": "最多 {decimal_places} 位小数",
    "decimal_max_digits": "数值过大",
    "decimal_whole_digits": "整数部分最多 {whole_digits} 位",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "date_type": "应为日期，例如 2026-03-05",
    "date_parsing": "不是有效日期，应如 2026-03-05",
    "date_from_datetime_parsing": "不是有效日期，应如 2026-03-05",
    "date_from_datetime_inexact": "应为日期，不带时刻",
    "datetime_type": "应为时间，例如 2026-03-05T09:00:00+08:00",
    "datetime_parsing": "不是有效时间，应如 2026-03-05T09:00:00+08:00",
    "datetime_from_date_parsing": "不是有效时间，应如 2026-03-05T09:00:00+08:00",
    "timezone_aware": "时间须带时区",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "none_required": "应为空",
    "json_invalid": "不是有效的 JSON",
    "uuid_parsing": "不是有效的 UUID",
}


def sentence(error: ErrorDetails) -> str:
    """One fault as a Chinese sentence."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "enum" and len(str(error["ctx"]["expected"])) <= 200:
        return f"不在可选范围内，可选：{error['ctx']['expected']}".replace(" or ", "、").replace(", ", "、").replace("'", "")
    return _SENTENCES.get(error["type"], "格式不正确").format(**error.get("ctx", {}))


def place(location: Sequence[int | str]) -> str:
    """`indicators[3].rule.kind`."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def field_errors(error: ValidationError, *, skip: int = 0) -> list[FieldError]:
    """All faults of a validation with their places; `skip` leading steps (`body`) are left out."""
    return [FieldError(place(each["loc"][skip:]), sentence(each)) for each in error.errors(include_url=False, include_input=False)]
