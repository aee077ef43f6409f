"""A township with two branches, files made for the tests, imports as the command line runs them."""

import csv

import pytest
from openpyxl import Workbook

from app.access import operator
from app.schemas.imports import ImportOptions
from app.services.imports import files, uploads
from tests.records import Office


@pytest.fixture
def office(client, database):
    return Office(client, database)


@pytest.fixture
def make(tmp_path):
    """make(rows) → .csv; make(rows, sheet=rows) → .xlsx with more sheets; the first row is the header."""

    def write(rows, name="file", **sheets):
        if not sheets:
            path = tmp_path / f"{name}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(rows)
            return path
        book = Workbook()
        book.active.title = "数据"
        for row in rows:
            book.active.append(row)
        for title, more in sheets.items():
            sheet = book.create_sheet(title)
            for row in more:
                sheet.append(row)
        path = tmp_path / f"{name}.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def bring(database, office):
    """bring(kind, path, partial=True, …) → (report, tables)."""

    def run(kind, path, **options):
        wanted = ImportOptions(**options)
        tables = files.read_file(path, files.kind_named(kind), uploads.reading(wanted))
        return uploads.run_import(database, operator(), tables, wanted, lambda _done, _total, _text: None), tables

    return run


def counts(report):
    """What became of the rows, without zeros."""
    found = {}
    for sheet in report.sheets:
        for state, number in sheet.counts.items():
            found[state.value] = found.get(state.value, 0) + number
    return found


def faults(report):
    return [(fault.row, fault.column, fault.message) for sheet in report.sheets for fault in sheet.faults]
