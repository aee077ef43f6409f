"""Text tables: encoding and delimiter are found, quoting is checked."""

import csv
from collections.abc import Iterator
from typing import Any

from app.exchange import limits
from app.exchange.child import Fault

_DELIMITERS = ",\t;|，"
_BATCH = 512


def read_text(content: bytes) -> Iterator[dict[str, Any]]:
    """Lines for the one sheet of a text file."""
    text = _decoded(content)
    lines = text.splitlines(keepends=True)
    delimiter = _delimiter(lines)
    csv.field_size_limit(limits.FILE_BYTES)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    yield {"sheet": ""}
    rows: list[Any] = []
    found, start = 0, 1
    try:
        for fields in reader:
            number, start = start, reader.line_num + 1
            cells = _cells(fields)
            if not cells:
                continue
            found += 1
            if found > limits.ROWS + limits.HEADER_WITHIN:
                raise Fault("file_too_many_rows", f"超过 {limits.ROWS:,} 行，请分成几个文件。")
            rows.append([number, cells])
            if len(rows) == _BATCH:
                yield {"rows": rows}
                rows = []
    except csv.Error:
        raise Fault("csv_malformed", f"第 {reader.line_num} 行附近的引号不成对，无法分列。请检查该行或另存为 .xlsx。") from None
    yield {"rows": rows}
    yield {"merged": []}


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16")
    if b"\0" in content:
        raise Fault("file_not_a_table", "这不是 Excel 或 CSV 文件。请上传 .xlsx 或 .csv 文件。")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode(content, "gb18030")


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Fault("encoding_unknown", "无法识别文字编码。请另存为 UTF-8 编码的 CSV，或 .xlsx。") from None
    if any("\x00" <= each < "\t" for each in text[:65536]):
        raise Fault("file_not_a_table", "这不是 Excel 或 CSV 文件。请上传 .xlsx 或 .csv 文件。")
    return text


def _delimiter(lines: list[str]) -> str:
    """The one that occurs in most of the first lines, most often; a table of one column has none and reads as with a comma."""
    sample = [line for line in lines if not line.isspace()][:30]
    return max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in sample), sum(line.count(mark) for line in sample)))


def _cells(fields: list[str]) -> list[str | None]:
    if len(fields) > limits.COLUMNS and any(field.strip() for field in fields[limits.COLUMNS :]):
        raise Fault("file_too_many_columns", f"超过 {limits.COLUMNS} 列，请检查分隔符。")
    cells = [field if field.strip() else None for field in fields[: limits.COLUMNS]]
    while cells and cells[-1] is None:
        cells.pop()
    return cells
