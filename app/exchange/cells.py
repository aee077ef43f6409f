"""The text of a cell → the value of a field: what people write for a date, a number, yes and no, a choice.

Converters take a cell that is not empty and raise ValueError with a Chinese sentence that never repeats the cell.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum

from app import clock
from app.exchange.codes import CHOICE_WORDS, PEOPLE_CODES
from app.exchange.reading import Cell
from app.models.base import Labelled

Converter = Callable[[Cell], object]

CLEAR = "清空"
"""Written into a cell it empties the field of an existing record; an empty cell leaves the field as it is."""
_EPOCH = date(1899, 12, 30)
_SERIALS = range(3_654, 109_575)  # 1910 … 2200: a smaller number is rather a count or a year than the serial number of a day
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_EIGHT = re.compile(r"\d{8}")
_MONTH = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*月?|\d{6}")
_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "1", "已"})
_NO = frozenset({"否", "无", "没有", "错", "×", "✗", "n", "no", "false", "0", "未"})
_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"})
_NEUTRALISED = re.compile(r"'(?=[=+\-@\t'])")
_SEPARATORS = re.compile(r"[；;\n]")
NOT_A_DATE = "不是有效日期，应如 2026-03-05"


def text_of(cell: Cell) -> str:
    """A cell as text: numbers without a decimal point where there is none, our own mark against formulas taken off."""
    if isinstance(cell, str):
        text = cell.strip().strip("\u3000\ufeff")
        if text in _ERRORS:
            raise ValueError("单元格是公式错误，请改为正确的内容")
        return text[1:] if _NEUTRALISED.match(text) else text
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int) and abs(cell) >= 1e15:
        raise ValueError("超过 15 位的数字在 Excel 中会丢失末尾几位，请把该列设为文本后重新填写")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def plain(cell: Cell) -> str:
    """Text in half-width characters without spaces around, for everything but free text."""
    return unicodedata.normalize("NFKC", text_of(cell)).strip()


def code(cell: Cell) -> str:
    """A code, number or name by which something is called: half-width, no spaces inside a code."""
    text = plain(cell)
    return text.replace(" ", "") if text.isascii() else text


def day(cell: Cell) -> date:
    """2026年3月5日, 2026.3.5, 2026/3/5, 20260305, 2026-03-05 or the serial number of a spreadsheet."""
    return _moment(cell).date()


def moment(cell: Cell) -> datetime:
    """A day with an hour, in the product's time zone; text with a zone of its own keeps it."""
    text = plain(cell)
    if re.search(r"(?:[+-]\d{2}:?\d{2}|Z)$", text) and "T" in text:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("不是有效时间，应如 2026-03-05 09:00") from None
    return _moment(cell).replace(tzinfo=clock.ZONE)


def _moment(cell: Cell) -> datetime:
    if isinstance(cell, float):
        return _of_serial(cell)
    text = plain(cell)
    if found := _DATE.fullmatch(text):
        return _checked(*(int(each or 0) for each in found.groups()))
    if _EIGHT.fullmatch(text):
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:]))
    if text.isdecimal() and int(text) in _SERIALS:
        return _of_serial(float(text))
    if _MONTH.fullmatch(text):
        raise ValueError("日期缺少“日”，应如 2026-03-05")
    raise ValueError(NOT_A_DATE)


def _checked(*parts: int) -> datetime:
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # year to second; the zone is given by the caller that needs one
    except ValueError:
        raise ValueError("日期不存在，请核对年月日") from None


def _of_serial(number: float) -> datetime:
    if int(number) not in _SERIALS:
        raise ValueError(NOT_A_DATE)
    seconds = round((number % 1) * 86_400)
    return datetime.combine(_EPOCH, datetime.min.time()) + timedelta(days=int(number), seconds=seconds)


def yes_or_no(cell: Cell) -> bool:
    text = plain(cell).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError("应填“是”或“否”")


def whole(cell: Cell) -> int:
    text = plain(cell).replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,18}(?:\.0+)?", text):
        return int(text.split(".")[0])
    raise ValueError("应为整数")


def money(cell: Cell) -> Decimal:
    """1,234.50 · ¥1234.5 · 1234.5元 · 0.12万元."""
    text = plain(cell).replace(",", "").replace(" ", "").lstrip("¥￥")
    unit = Decimal(10_000 if text.endswith(("万元", "万")) else 1)
    try:
        amount = Decimal(text.removesuffix("元").removesuffix("万")) * unit
    except InvalidOperation:
        raise ValueError("应为金额，例如 1234.50") from None
    if not amount.is_finite():
        raise ValueError("应为金额，例如 1234.50")
    return amount


def people(cell: Cell) -> str:
    """The GB/T 3304 code of a people by name or code."""
    text = plain(cell)
    text = text.zfill(2) if text.isdecimal() else text
    found = PEOPLE_CODES.get(text, text)
    if found not in PEOPLE_CODES.values():
        raise ValueError("没有这个民族，应填民族名称，例如 汉族")
    return found


def choice(enumeration: type[Enum]) -> Converter:
    """A value by its label, its everyday words or its stored value."""
    known: dict[str, object] = {str(each.value).lower(): each for each in enumeration}
    labels = {_folded(each.label): each for each in enumeration} if issubclass(enumeration, Labelled) else {}
    everyday = CHOICE_WORDS.get(enumeration.__name__, {})
    words = {_folded(word): labels[_folded(label)] for label, listed in everyday.items() for word in listed.split()}
    known |= words | labels
    offered = "、".join(each.label if isinstance(each, Labelled) else str(each.value) for each in enumeration)

    def convert(cell: Cell) -> object:
        found = known.get(_folded(plain(cell)))
        if found is None:
            raise ValueError(f"不在可选范围内，可选：{offered}")
        return found

    return convert


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").lower()


def several(one: Converter) -> Converter:
    """Parts of one cell between semicolons or line breaks."""
    return lambda cell: [one(part) for part in _SEPARATORS.split(text_of(cell)) if part.strip()]


def remembering(convert: Converter, most: int = 10_000) -> Converter:
    """The same converter, which works once for equal cells: columns of dates and choices repeat themselves."""
    known: dict[tuple[type, Cell], object] = {}

    def remembered(cell: Cell) -> object:
        key = (type(cell), cell)
        if key in known:
            return known[key]
        value = convert(cell)
        if len(known) < most:
            known[key] = value
        return value

    return remembered
