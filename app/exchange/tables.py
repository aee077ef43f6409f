"""A sheet as typed rows: header found, cells converted, every fault with its place. Knows files and schemas, no database."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from app.errors import Invalid
from app.exchange.cells import CLEAR
from app.exchange.columns import Column, columns_of
from app.exchange.limits import HEADER_WITHIN
from app.exchange.mapping import Header, find_header
from app.exchange.reading import Cell, Row, Sheet
from app.models.base import Labelled
from app.schemas.base import RecordType

_NOTES = ("注", "备注", "说明", "填表", "制表", "合计", "总计", "审核", "单位负责人", "*", "※")
DONE = "已导入"


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault and its place. `column` is the letter, None when the whole row is meant."""

    row: int
    column: str | None
    header: str | None
    message: str


class RowState(Labelled):
    """What became of a row."""

    waiting = "waiting", "待导入"
    created = "created", "新增"
    changed = "changed", "修改"
    unchanged = "unchanged", "未变"
    skipped = "skipped", "先前已导入"
    failed = "failed", "有误"


@dataclass(slots=True)
class TypedRow:
    """One row on its way in: values by path of a column (only of cells that are not empty), faults found so far."""

    number: int
    cells: list[Cell]
    values: dict[str, Any]
    faults: list[CellFault] = field(default_factory=list)
    done: bool = False
    """A returned workbook says that it was imported before, and it has not been edited since."""
    state: RowState = RowState.waiting
    founding: Mapping[str, Any] = field(default_factory=dict)
    """Fields that hold only if the row founds a record; of one that exists already they change nothing."""
    at: Mapping[str, int] = field(default_factory=dict)
    """Index of the column of a field, where the header does not say it."""


@dataclass
class Table:
    """All rows of one sheet for one record type."""

    record_type: RecordType
    title: str
    header: Header
    before: list[Row]
    rows: list[TypedRow]
    notes: list[str]

    def refuse(self, row: TypedRow, path: str, message: str) -> None:
        """A fault of one field, at the cell where it stands in the file, or of the row when it stands nowhere."""
        index = row.at[path] if path in row.at else self.index_of(path)
        row.faults.append(
            CellFault(row.number, None if index is None else letter(index), None if index is None else self.header.titles[index], message)
        )

    def index_of(self, path: str) -> int | None:
        """Index of the column with this path; for a field that is spread over several columns the first of them."""
        for index, column in enumerate(self.header.columns):
            if column is not None and path in (column.path, column.field):
                return index
        return None


def letter(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_table(
    sheet: Sheet, record_type: RecordType, mapping: Mapping[str, str] | None = None, progress: Callable[[int], None] = lambda _done: None
) -> Table:
    """Reads a sheet to its end. Invalid when it has no header that makes sense; faults of cells are left in the rows."""
    columns = columns_of(record_type)
    rows = iter(sheet.rows)
    first = list(islice(rows, HEADER_WITHIN))
    if not first:
        raise Invalid("file_without_rows", f"“{sheet.title}”是空的。" if sheet.title else "文件中没有内容。")
    header = find_header(first, columns, _read_only(record_type), mapping)
    position = next(index for index, (number, _cells) in enumerate(first) if number == header.row)
    table = Table(record_type, sheet.title, header, first[: position + 1], [], list(header.notes))
    _take(table, chain(first[position + 1 :], rows), progress)
    _fill_merged(table, sheet.merged)
    return table


def _read_only(record_type: RecordType) -> list[str]:
    """Titles that an export shows beside what can be imported: names of what is referred to, what the system keeps."""
    return [info.title for name, info in record_type.Out.model_fields.items() if info.title and name not in record_type.In.model_fields]


def _take(table: Table, rows: Iterable[Row], progress: Callable[[int], None]) -> None:
    used = [(index, column) for index, column in enumerate(table.header.columns) if column is not None]
    for number, cells in rows:
        row = TypedRow(number, cells, {})
        if _is_note(cells):
            table.notes.append(f"第 {number} 行是说明文字，未导入")
            continue
        _convert(table, row, used)
        if not row.values and not row.faults:
            continue
        table.rows.append(row)
        if len(table.rows) % 2000 == 0:
            progress(len(table.rows))


def _convert(table: Table, row: TypedRow, used: list[tuple[int, Column]]) -> None:
    cells, width = row.cells, len(row.cells)
    for index, column in used:
        cell = cells[index] if index < width else None
        if cell is None:
            continue
        if cell == CLEAR:
            row.values[column.path] = None
            continue
        try:
            value = column.convert(cell)
        except ValueError as error:
            row.faults.append(CellFault(row.number, letter(index), table.header.titles[index], str(error)))
            continue
        if value != "":
            row.values[column.path] = value
    state = table.header.state
    if state is not None and state < width:
        row.done = cells[state] == done_mark(row.cells[: _own_width(table.header)])


def _own_width(header: Header) -> int:
    return header.state if header.state is not None else len(header.titles)


def done_mark(cells: list[Cell]) -> str:
    """What a returned workbook writes behind a row that was imported: it no longer fits once the row is edited."""
    trimmed = list(cells)
    while trimmed and trimmed[-1] is None:
        trimmed.pop()
    return f"{DONE} {hashlib.blake2b(json.dumps(trimmed).encode(), digest_size=6).hexdigest()}"


def _is_note(cells: list[Cell]) -> bool:
    """注：…, 合计, 填表人：… below the table: one or two cells, the first of them such a word."""
    filled = [cell for cell in cells if cell is not None]
    return len(filled) <= 2 and isinstance(filled[0], str) and filled[0].strip().startswith(_NOTES)


def _fill_merged(table: Table, merged: list[str]) -> None:
    """One value for several rows of a column is taken for each of them; a value across columns belongs to none and is refused."""
    if not merged:
        return
    by_number = {row.number: row for row in table.rows}
    used = [(index, column) for index, column in enumerate(table.header.columns) if column is not None]
    for left, top, right, bottom in map(_corners, merged):
        touched = [by_number[number] for number in _between(top, bottom, by_number) if number in by_number]
        if bottom <= table.header.row or not touched:
            continue
        if left != right:
            for row in touched:
                row.faults.append(
                    CellFault(row.number, letter(left), _title(table, left), "合并单元格跨了几列，无法判断内容属于哪一列，请取消合并")
                )
            continue
        _fill_down(table, left, touched, used)


def _fill_down(table: Table, index: int, rows: list[TypedRow], used: list[tuple[int, Column]]) -> None:
    first = rows[0]
    value = first.cells[index] if index < len(first.cells) else None
    for row in rows[1:]:
        row.cells.extend([None] * (index + 1 - len(row.cells)))
        row.cells[index] = value
        row.values, row.faults = {}, []
        _convert(table, row, used)
    table.notes.append(f"{letter(index)} 列第 {first.number}–{rows[-1].number} 行是合并单元格，已按同一内容读取")


def _title(table: Table, index: int) -> str | None:
    return table.header.titles[index] if index < len(table.header.titles) else None


def _between(top: int, bottom: int, by_number: Mapping[int, TypedRow]) -> Iterable[int]:
    """The shorter way round: a range may span a million rows, a table too."""
    if bottom - top < len(by_number):
        return range(top, bottom + 1)
    return (number for number in by_number if top <= number <= bottom)


def _corners(reference: str) -> tuple[int, int, int, int]:
    """`A5:B9` → (0, 5, 1, 9)."""
    first, _, last = reference.partition(":")
    return (*_corner(first), *_corner(last or first))


def _corner(place: str) -> tuple[int, int]:
    letters = place.rstrip("0123456789")
    index = 0
    for each in letters:
        index = index * 26 + ord(each) - 64
    return index - 1, int(place[len(letters) :] or 0)
