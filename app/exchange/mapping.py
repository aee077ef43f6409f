"""From the headers of a file to the columns of a record type: titles, field names, other words, or what the user chose."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from app.errors import FieldError, Invalid
from app.exchange.cells import text_of
from app.exchange.columns import Column, fold
from app.exchange.limits import HEADER_WITHIN
from app.exchange.reading import Cell, Row

IGNORED = frozenset(map(fold, ("序号", "备注", "编号", "No", "说明", "#")))
STATE = "导入状态"
FAULTS = "错误说明"
OURS = frozenset({fold(STATE), fold(FAULTS)})
"""Columns that a returned workbook has more than the one sent."""
NOTHING = "-"
"""Chosen for a header, it leaves the column out."""


@dataclass
class Header:
    """Where the header is and what its columns mean; index = column of the file from 0."""

    row: int
    titles: list[str]
    columns: list[Column | None]
    state: int | None = None
    """Index of the column in which a returned workbook remembers what became of each row."""
    notes: list[str] = field(default_factory=list)
    answered: frozenset[str] = frozenset()
    """Folded headers that are known without being imported (names beside codes)."""


def find_header(
    first: Sequence[Row], columns: Sequence[Column], read_only: Sequence[str] = (), chosen: Mapping[str, str] | None = None
) -> Header:
    """The header among the first rows: the one in which most columns are known, alone or together with the row above it.

    Invalid: `header_not_found`, `header_unknown` (a header that resembles a column), `header_twice`, `columns_missing`.
    """
    finder = _Finder(columns, frozenset(map(fold, read_only)), chosen or {})
    rows = first[:HEADER_WITHIN]
    found = [finder.read(number, [[_title(cell)] for cell in row]) for number, row in rows]
    found += [finder.read(number, _under(row, above)) for (_, above), (number, row) in pairwise(rows)]
    best = max(found, key=lambda each: sum(column is not None for column in each.columns), default=None)
    if best is None or not any(best.columns):
        seen = [title for title in (best.titles if best else []) if title]
        raise Invalid("header_not_found", _not_found(columns), [FieldError(f"{title}", finder.advice(title)) for title in seen[:20]])
    finder.refuse_faults(best)
    return best


def _not_found(columns: Sequence[Column]) -> str:
    wanted = "、".join(each.title for each in columns if each.required)
    return f"前 {HEADER_WITHIN} 行里没有找到表头。表头至少应有：{wanted}。可下载模板对照。"


def _under(row: Sequence[Cell], above: Sequence[Cell]) -> list[list[str]]:
    """A header of two rows: each title by itself, under its group (免除义务 | 起, 止; merged cells leave it to the first), or the group."""
    group, together = "", []
    for upper, lower in zip_longest(map(_title, above), map(_title, row), fillvalue=""):
        group = upper or group
        together.append([lower, f"{group}{lower}", upper] if lower else [upper])
    return together


def _title(cell: Cell) -> str:
    try:
        return "" if cell is None else text_of(cell).replace("\n", "")
    except ValueError:
        return ""


class _Finder:
    """What the headers of one record type can be."""

    def __init__(self, columns: Sequence[Column], read_only: frozenset[str], chosen: Mapping[str, str]) -> None:
        self._columns, self._read_only = columns, read_only
        self._exact = {fold(each.title): each for each in reversed(columns)} | {each.path: each for each in columns}
        self._known = {name: each for each in reversed(columns) for name in each.names} | self._exact
        self._chosen = {fold(header): self._choose(wish) for header, wish in chosen.items()}

    def _choose(self, wish: str) -> Column | None:
        if wish.strip() == NOTHING:
            return None
        found = self._known.get(fold(wish)) or self._exact.get(wish.strip())
        if found is None:
            raise Invalid(
                "mapping_unknown", f"对应关系中没有名为“{wish}”的字段。{self.advice(wish)}", [FieldError("mapping", self.advice(wish))]
            )
        return found

    def read(self, row: int, offered: list[list[str]]) -> Header:
        """A row as header; each column offers what may be meant, the first that is known is taken."""
        titles = [next((title for title in each if fold(title) in self._known), each[0]) for each in offered]
        header = Header(row, titles, [None] * len(titles))
        taken: set[str] = set()
        # An exact title wins over a similar word: 党员编号 may stand for the member or for the number of the record itself.
        for known in (self._chosen, self._exact, self._known):
            for index, title in enumerate(titles):
                folded = fold(title) if title else ""
                column = known.get(folded)
                if (
                    column is not None
                    and header.columns[index] is None
                    and column.path not in taken
                    and (known is self._chosen or folded not in self._chosen)
                ):
                    header.columns[index] = column
                    taken.add(column.path)
        header.state = next((index for index, title in enumerate(titles) if fold(title) == fold(STATE)), None)
        return header

    def refuse_faults(self, header: Header) -> None:
        """Typing errors and doubles in the header are refused: a column left out silently would lose what it holds."""
        faults: dict[str, list[FieldError]] = {"header_twice": [], "header_unknown": []}
        unknown = []
        for index, title in enumerate(header.titles):
            folded = fold(title)
            if not folded or header.columns[index] is not None or folded in IGNORED | OURS | self._read_only or folded in self._chosen:
                continue
            if folded in self._exact or title in header.titles[:index]:
                faults["header_twice"].append(FieldError(title, "表头重复，请删除多余的一列"))
            elif self._resembling(folded, header):
                faults["header_unknown"].append(FieldError(title, self.advice(title)))
            else:
                unknown.append(title)
        for code, listed in faults.items():
            if listed:
                raise Invalid(code, f"表头有误：“{listed[0].field}”{listed[0].message}。", listed)
        if unknown:
            header.notes.append(f"以下列没有对应的字段，未导入：{'、'.join(unknown[:20])}")
        self._refuse_missing(header)

    def _refuse_missing(self, header: Header) -> None:
        present = {column.path for column in header.columns if column is not None}
        missing = [each for each in self._columns if each.required and each.path not in present and not self._named_by_parts(each, present)]
        if missing:
            spare = [title for title, column in zip(header.titles, header.columns, strict=True) if title and column is None]
            listed = [FieldError(each.title, _nearest_spare(each, spare)) for each in missing]
            raise Invalid("columns_missing", f"缺少必填的列：{'、'.join(each.title for each in missing)}。", listed)

    def _named_by_parts(self, column: Column, present: set[str]) -> bool:
        parts = {each.path for each in self._columns if each.is_part and each.field == column.path}
        return bool(parts) and parts <= present

    def _resembling(self, folded: str, header: Header) -> bool:
        free = [fold(each.title) for each in self._columns if each not in header.columns]
        return bool(difflib.get_close_matches(folded, free, 1, 0.7))

    def advice(self, title: str) -> str:
        """The nearest known names."""
        by_fold = {fold(each.title): each.title for each in self._columns} | {each.path: each.title for each in self._columns}
        near = [by_fold[each] for each in difflib.get_close_matches(fold(title), by_fold, 3, 0.4)]
        return f"没有这一列，是否应为：{'、'.join(dict.fromkeys(near))}" if near else "没有这一列"


def _nearest_spare(column: Column, spare: list[str]) -> str:
    near = difflib.get_close_matches(column.title, spare, 1, 0.4)
    return f"表中没有“{column.title}”一列" + (f"，“{near[0]}”是否就是它" if near else "")
