"""A file given back: every row as it was sent, faulty cells coloured and commented, what became of each row behind it."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.exchange.mapping import FAULTS, STATE, Header
from app.exchange.reading import Cell
from app.exchange.tables import CellFault, RowState, Table, TypedRow, done_mark, letter
from app.exchange.writing import as_cell

_MOST_COMMENTS = 2_000
"""A workbook with more opens slowly; beyond them the colour and the last column say it."""
_LARGEST_GAP = 100
_ARRIVED = frozenset({RowState.created, RowState.changed, RowState.unchanged, RowState.skipped})


def write_marked(path: Path, tables: Sequence[Table]) -> None:
    """Rows keep their numbers. The hidden column 导入状态 holds, for each row that arrived, a mark that fits only this very row:
    sent again with `resume`, those rows are passed over, unless they were edited. 错误说明 is for people and ignored when read.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for table in tables:
        _Sheet(book, table).write()
    book.save(path)


class _Sheet:
    def __init__(self, book: Any, table: Table) -> None:
        from openpyxl.styles import PatternFill

        self._table, self._sheet = table, book.create_sheet(table.title or table.record_type.title)
        self._fill, self._comments, self._row = PatternFill("solid", fgColor="FFC7CE"), 0, 0
        self._width = width_of(table.header)
        self._state, self._faults = self._width, self._width + 1

    def write(self) -> None:
        dimensions = self._sheet.column_dimensions
        dimensions[letter(self._state)].hidden = True
        dimensions[letter(self._faults)].width = 60
        for number, cells in self._table.before[:-1]:
            self._append(number, cells[: self._width])
        self._append(self._table.header.row, [*self._padded(list(self._table.header.titles)), STATE, FAULTS])
        by_number: dict[int, list[TypedRow]] = defaultdict(list)
        for row in self._table.rows:
            by_number[row.number].append(row)
        for number in sorted(by_number):
            self._write_row(number, by_number[number])

    def _write_row(self, number: int, rows: list[TypedRow]) -> None:
        """Several rows may come of one line of the file (county, town and village); it arrived when all of them did."""
        cells = rows[0].cells[: self._width]
        faults = [fault for row in rows for fault in row.faults]
        arrived = all(row.state in _ARRIVED for row in rows)
        line: list[Any] = [as_cell(self._sheet, each) for each in self._padded(cells)]
        for fault in faults:
            if fault.column is not None:
                self._mark(line, fault)
        said = "；".join(f"{fault.header or '整行'}：{fault.message}" for fault in faults)
        self._append(number, [*line, done_mark(cells) if arrived else None, as_cell(self._sheet, said) or None])

    def _mark(self, line: list[Any], fault: CellFault) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.comments import Comment

        index = next(position for position in range(len(line)) if letter(position) == fault.column)
        cell = line[index] if hasattr(line[index], "coordinate") else WriteOnlyCell(self._sheet, value=line[index])
        cell.fill = self._fill
        self._comments += 1
        if self._comments <= _MOST_COMMENTS:
            earlier = f"{cell.comment.text}\n" if cell.comment else ""
            cell.comment = Comment(earlier + fault.message, "党建评")
        line[index] = cell

    def _padded(self, cells: list[Any]) -> list[Cell]:
        return [*cells[: self._width], *[None] * (self._width - len(cells))]

    def _append(self, number: int, line: list[Any]) -> None:
        if number - self._row <= _LARGEST_GAP:
            for _ in range(self._row + 1, number):
                self._sheet.append([])
        self._row = number
        self._sheet.append([as_cell(self._sheet, each) if isinstance(each, str) else each for each in line])


def width_of(header: Header) -> int:
    """Columns that the sender had: what we appended the last time is replaced."""
    return header.state if header.state is not None else len(header.titles)
