"""Records as files: exports that come back unchanged, and templates made from the schema. Text is written as text, never as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app import clock
from app.exchange.codes import PEOPLES
from app.exchange.columns import Column, columns_of
from app.models.base import Labelled
from app.schemas.base import RecordType

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_LONGEST = 32_767
"""Characters that a cell of a workbook holds."""
_OPTIONS, _GUIDE = "可选值", "填写说明"


def export_columns(record_type: RecordType) -> list[tuple[str, str]]:
    """(field of a presented row, header): what an import understands, without sealed fields, with the names of what is referred to."""
    found = []
    for column in columns_of(record_type):
        if column.sealed or column.is_part:
            continue
        found.append((column.path, column.title))
        named = record_type.Out.model_fields.get(f"{column.path}_name")
        if column.reference is not None and named is not None:
            found.append((f"{column.path}_name", named.title or column.path))
    return found


def shown(name: str, value: Any) -> Any:
    """A value as people write it, and as an import reads it back."""
    if isinstance(value, Labelled):
        return value.label
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        local = value.astimezone(clock.ZONE)
        return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return "；".join(str(shown("", each)) for each in value)
    if name == "ethnicity":
        return PEOPLES.get(value, value)
    return _CONTROL.sub("", value)[:_LONGEST] if isinstance(value, str) else value


def write_rows(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A workbook, or CSV when the name says so, row by row: memory does not grow with the number of rows."""
    if path.suffix.lower() != ".csv":
        _write_workbook(path, title, header, rows)
        return
    # The byte order mark tells Excel that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_inert(each) for each in row] for row in rows)


def _inert(value: Any) -> Any:
    """Text that a spreadsheet would calculate gets an apostrophe, which an import takes off."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _write_workbook(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, name in enumerate(header):
        sheet.column_dimensions[_letter(index)].width = _width(name)
    titles = [WriteOnlyCell(sheet, value=name) for name in header]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    try:
        for row in rows:
            sheet.append([as_cell(sheet, each) for each in row])
    except BaseException:
        sheet.close()  # its half-written file is a generator that must not be left open
        raise
    book.save(path)


def as_cell(sheet: Any, value: Any) -> Any:
    """The value, or a cell that keeps text text: openpyxl would make a formula of what begins with `=`."""
    if not isinstance(value, str) or not _FORMULA.match(value):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value="")
    cell.value, cell.data_type = value, "s"
    cell.quotePrefix = True  # stays text when somebody edits it
    return cell


def write_template(path: Path, record_type: RecordType, also: Sequence[RecordType] = ()) -> None:
    """An empty sheet per record type with drop-downs and text columns, a guide with what each column wants and an example."""
    from openpyxl import Workbook

    book: Any = Workbook()
    options, guide = book.create_sheet(_OPTIONS), book.create_sheet(_GUIDE)
    guide.append(["工作表", "列名", "是否必填", "怎样填写", "示例"])
    used = 0
    for position, each in enumerate((record_type, *also)):
        sheet = book.active if position == 0 else book.create_sheet(each.title, position)
        sheet.title, sheet.freeze_panes = each.title, "A2"
        for index, column in enumerate(_offered(each)):
            _head(sheet, index, column)
            guide.append([each.title, column.title, "必填" if column.required else "", _advice(column), column.example])
            if column.choices:
                _drop_down(sheet, index, options, used, column)
                used += 1
    for letter, width in zip("ABCDE", (14, 20, 10, 70, 22), strict=True):
        guide.column_dimensions[letter].width = width
    guide.freeze_panes = "A2"
    book.move_sheet(guide, -1)
    options.sheet_state = "hidden"
    book.save(path)


def _offered(record_type: RecordType) -> list[Column]:
    """Columns of a template: what an activity is known by is easier to fill in than its number."""
    columns = columns_of(record_type)
    spread = {column.field for column in columns if column.is_part}
    return [column for column in columns if column.path not in spread and column.path not in {"source", "external_id"}]


def _head(sheet: Any, index: int, column: Column) -> None:
    from openpyxl.styles import Font, PatternFill

    cell = sheet.cell(row=1, column=index + 1, value=column.title)
    cell.font = Font(bold=True)
    if column.required or column.is_part:
        cell.fill = PatternFill("solid", fgColor="FFE699")
    dimension = sheet.column_dimensions[_letter(index)]
    dimension.width = _width(column.title)
    if not column.choices and column.example != "1":
        dimension.number_format = "@"  # long numbers and dates stay as they are typed


def _drop_down(sheet: Any, index: int, options: Any, used: int, column: Column) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    options.cell(row=1, column=used + 1, value=column.title)
    for row, choice in enumerate(column.choices, 2):
        options.cell(row=row, column=used + 1, value=choice)
    place = _letter(used)
    wanted = DataValidation("list", f"'{_OPTIONS}'!${place}$2:${place}${len(column.choices) + 1}", allow_blank=True)
    wanted.error, wanted.errorTitle = "请从下拉列表中选择", column.title
    sheet.add_data_validation(wanted)
    wanted.add(f"{_letter(index)}2:{_letter(index)}20000")


_REFERENCES = {
    "organisation": "填组织编码；名称唯一时也可填名称",
    "member": "填党员编号；本组织内没有同名时也可填姓名",
}


def _advice(column: Column) -> str:
    """One line for people, from what the schema says."""
    parts = [column.hint]
    if column.reference is not None:
        parts.append(_REFERENCES.get(column.reference.kind, "填名称或编号"))
    if column.choices:
        parts.append("可选：" + "、".join(column.choices))
    elif column.example.startswith("2026-"):
        parts.append("也可写作 2026年3月5日、2026.3.5、2026/3/5、20260305" if len(column.example) == 10 else "北京时间")
    elif "；" in column.example:
        parts.append("多项之间用分号或换行分开")
    return "；".join(filter(None, parts))


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(index + 1)


def _width(title: str) -> int:
    return min(max(len(title) * 2 + 4, 12), 40)
