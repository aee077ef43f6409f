"""A workbook, row by row. openpyxl reads what is small (sheet list, styles, strings); the sheets, which are large, are read
here: only what has a value, with merged ranges, which its read-only mode does not tell.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET  # what the attacks need is refused beforehand; defusedxml parses in Python, much slower

from app.exchange import limits
from app.exchange.child import Fault

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _VALUE, _INLINE, _MERGED, _CELL = (_NAMESPACE + name for name in ("row", "v", "is", "mergeCell", "c"))
_EMPTY_CELL = re.compile(rb"<c(?: [^<>]*)?/>")
_EMPTY_ROW = re.compile(rb"<row(?: [^<>]*)?(?:/>|></row>)")
_UNCALCULATED = re.compile(rb"(?:</f>|<f(?: [^<>]*)?/>)(?:<v ?/>)?</c>")
_ROOT = re.compile(rb"<[A-Za-z_]")
_BATCH = 512

Line = dict[str, Any]


def read_workbook(file: BinaryIO) -> Iterator[Line]:
    """Lines for every visible sheet with content."""
    with _opened(file) as archive:
        _inspect(archive)
        _refuse_declarations(archive)
    sys.modules["defusedxml"] = None  # type: ignore[assignment]  # the same reason as above, for the shared strings
    from openpyxl import load_workbook

    file.seek(0)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
    for sheet in sheets[: limits.SHEETS]:
        yield {"sheet": sheet.title}
        yield from _read_sheet(book, sheet)


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise Fault("file_damaged", "文件不完整或已损坏，请重新下载或另存后再导入。") from None


def _inspect(archive: zipfile.ZipFile) -> None:
    """Looks at the table of contents only; nothing is unpacked before it is known to be small enough."""
    members = archive.infolist()
    names = {each.filename for each in members}
    if any(each.flag_bits & 1 for each in members):
        raise Fault("file_encrypted", "压缩内容设有密码，无法读取。请去掉密码后另存再导入。")
    if len(members) > limits.MEMBERS or sum(each.file_size for each in members) > limits.UNPACKED_BYTES or any(map(_bomb, members)):
        raise Fault("file_bomb", "文件展开后异常巨大，已拒绝读取。请删除空白行和多余的格式，另存后再导入。")
    if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Fault("file_macros", "文件中含有宏，已拒绝读取。请另存为不含宏的 .xlsx 再导入。")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Fault("file_external_links", "文件引用了其他工作簿，已拒绝读取。请把引用改为数值（选择性粘贴）后再导入。")
    if "xl/workbook.bin" in names:
        raise Fault("file_old_excel", "这是 .xlsb 文件。请另存为 .xlsx 再导入。")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Fault("file_not_a_table", "这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。")


def _bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > 1024 * 1024 and member.file_size > limits.UNPACKED_RATIO * max(member.compress_size, 1)


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """Entities need a declaration before the root element; an honest workbook has none, and no other encoding than UTF-8."""
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(name) as part:
            head = part.read(4096)
        root = _ROOT.search(head)
        if head.strip() and (root is None or b"<!" in head[: root.start()]):
            raise Fault("file_entities", "文件中含有外部实体或异常声明，已拒绝读取。")


class _Lean:
    """The sheet's XML without empty formatted cells and rows: a million of them cost seconds, not minutes.

    Cuts only at `<`, so that no tag is split; what straddles a cut is left to the parser, which knows it as well.
    """

    def __init__(self, source: Any) -> None:
        self._source, self._rest = source, b""

    def read(self, _size: int = -1) -> bytes:
        while True:
            fresh = self._source.read(1 << 18)
            text = self._rest + fresh
            cut = text.rfind(b"<row") if fresh else len(text)
            if cut <= 0 and fresh:
                cut = text.rfind(b"<")
            text, self._rest = text[:cut], text[cut:]
            if _UNCALCULATED.search(text):
                raise Fault(
                    "formula_without_value", "工作表中有公式，但文件里没有保存计算结果。请用 Excel 打开并保存，或改为数值后再导入。"
                )
            lean = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", text))
            if lean or not fresh:
                return lean


def _read_sheet(book: Any, sheet: Any) -> Iterator[Line]:
    values = _Values(book, sheet)
    rows: list[Any] = []
    merged: list[str] = []
    found, number = 0, 0
    with sheet._get_source() as source:  # noqa: SLF001  # the part behind the sheet; openpyxl has no public way to it
        for _event, element in ET.iterparse(_Lean(source)):  # noqa: S314  # see the import
            if element.tag == _ROW:
                number = int(element.get("r") or number + 1)
                cells = values.of_row(element)
                element.clear()
                if not cells:
                    continue
                found += 1
                if found > limits.ROWS + limits.HEADER_WITHIN:
                    raise Fault("file_too_many_rows", f"超过 {limits.ROWS:,} 行，请分成几个文件。")
                rows.append([number, cells])
                if len(rows) == _BATCH:
                    yield {"rows": rows}
                    rows = []
            elif element.tag == _MERGED and len(merged) < limits.MERGED_RANGES:
                merged.append(element.get("ref") or "")
    yield {"rows": rows}
    yield {"merged": merged}


class _Values:
    """Cells of one sheet as plain values."""

    def __init__(self, book: Any, sheet: Any) -> None:
        from openpyxl.utils import column_index_from_string
        from openpyxl.utils.datetime import from_excel

        self._strings = sheet._shared_strings  # noqa: SLF001  # loaded by openpyxl with the workbook
        self._dates, self._spans, self._epoch = book._date_formats, book._timedelta_formats, book.epoch  # noqa: SLF001  # styles that mean dates
        self._columns: dict[str, int] = {}
        self._index, self._from_excel = column_index_from_string, from_excel

    def of_row(self, row: Any) -> list[Any]:
        """Values by column, without empty ones at the end; [] for a row without any."""
        cells: list[Any] = []
        column = 0
        for cell in row:
            if cell.tag != _CELL:
                continue
            place = cell.get("r")
            column = self._column(place) if place else column + 1
            value = self._value(cell)
            if value is None:
                continue
            if column > limits.COLUMNS:
                raise Fault("file_too_many_columns", f"超过 {limits.COLUMNS} 列。请删除多余的列，或按一行一条记录重新整理。")
            if len(cells) < column:
                cells.extend([None] * (column - len(cells)))
            cells[column - 1] = value
        return cells

    def _column(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            found = self._columns[letters] = self._index(letters)
        return found

    def _value(self, cell: Any) -> Any:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text("".join(cell.find(_INLINE).itertext())) if cell.find(_INLINE) is not None else None
        text = cell.findtext(_VALUE)
        if not text:
            return None
        if kind == "s":
            return _text(self._strings[int(text)])
        if kind == "n":
            return self._number(text, int(cell.get("s", 0)))
        if kind == "b":
            return text != "0"
        return _text(text)

    def _number(self, text: str, style: int) -> Any:
        number: Any = float(text) if not text.lstrip("-").isdigit() else int(text)
        if style in self._dates:
            try:
                return _moment(self._from_excel(number, self._epoch, timedelta=style in self._spans))
            except (OverflowError, ValueError):
                return number
        if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
            return int(number)
        return number


def _text(text: str) -> str | None:
    return text if text and not text.isspace() else None


def _moment(value: Any) -> str:
    """ISO text; a moment at midnight is a day."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""
