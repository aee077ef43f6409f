"""What an import says about a file: counts, every fault with its place, nothing of what stood in the cells."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exchange.tables import CellFault, RowState, Table

SHOWN = 1_000
"""Faults listed in an answer; the marked workbook has all of them."""


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One sheet: rows by what became of them."""

    noun: str
    title: str
    sheet: str
    rows: int
    counts: dict[RowState, int]
    faults: list[CellFault]
    notes: list[str]


@dataclass
class Report:
    """One file. `applied` says whether anything was written."""

    dry_run: bool
    partial: bool
    applied: bool
    sheets: list[SheetReport] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return self.count(RowState.failed)

    def count(self, *states: RowState) -> int:
        return sum(sheet.counts.get(state, 0) for sheet in self.sheets for state in states)

    def as_plain(self) -> dict[str, Any]:
        """As JSON holds it; at most `SHOWN` faults of each sheet."""
        return {
            "dry_run": self.dry_run, "partial": self.partial, "applied": self.applied, "failed": self.failed, "summary": self.summary(),
            "sheets": [_plain(sheet) for sheet in self.sheets],
        }  # fmt: skip

    def summary(self) -> str:
        """One sentence for people."""
        counted = "，".join(f"{state.label} {self.count(state)} 行" for state in RowState if self.count(state))
        if self.applied:
            return f"已导入：{counted}。"
        if self.failed and not self.dry_run:
            return f"没有导入任何内容：{counted}。请改正后重新导入。"
        return f"{'检查完毕，没有写入' if self.dry_run else '没有需要写入的内容'}：{counted or '没有数据行'}。"


def report_on(tables: Iterable[Table], *, dry_run: bool, partial: bool, applied: bool) -> Report:
    """The report on tables whose rows have their states."""
    return Report(dry_run, partial, applied, [_sheet(table) for table in tables])


def _sheet(table: Table) -> SheetReport:
    counts = Counter(row.state for row in table.rows)
    faults = [fault for row in table.rows for fault in row.faults]
    return SheetReport(table.record_type.noun, table.record_type.title, table.title, len(table.rows), dict(counts), faults, table.notes)


def _plain(sheet: SheetReport) -> dict[str, Any]:
    return {
        "noun": sheet.noun, "title": sheet.title, "sheet": sheet.sheet, "rows": sheet.rows,
        "counts": {state.value: sheet.counts.get(state, 0) for state in RowState},
        "faults": [_plain_fault(fault) for fault in _first(sheet.faults)], "faults_total": len(sheet.faults), "notes": sheet.notes[:100],
    }  # fmt: skip


def _first(faults: Sequence[CellFault]) -> Sequence[CellFault]:
    return faults[:SHOWN]


def _plain_fault(fault: CellFault) -> dict[str, Any]:
    return {"row": fault.row, "column": fault.column, "header": fault.header, "message": fault.message}
