"""Workbooks made for the tests."""

import pytest
from openpyxl import Workbook


@pytest.fixture
def workbook(tmp_path):
    """workbook({"Sheet": [[…], …]}, merged={"Sheet": ["A1:B1"]}) → path."""

    def make(sheets, merged=None, name="file.xlsx"):
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for reference in (merged or {}).get(title, ()):
                sheet.merge_cells(reference)
        path = tmp_path / name
        book.save(path)
        return path

    return make
