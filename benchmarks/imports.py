"""Import of a county's members from Excel, with report, against openpyxl's read-only iteration of the same file. Goal: ≤ 2.5 ×.

`python -m benchmarks.imports [rows]` makes the file and an empty database in a temporary folder, prints the table.
"""

import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from openpyxl import load_workbook

from app import models
from app.access import operator
from app.db import connect
from app.exchange.columns import columns_of
from app.exchange.writing import write_rows
from app.schemas.imports import ImportOptions
from app.schemas.nouns import RECORD_TYPES
from app.services.imports import files, uploads
from app.services.records import create_record

GOAL = 2.5
BRANCHES = 600


def national_id(number, born):
    digits = f"990101{born:%Y%m%d}{number % 500 * 2 + 1:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11]


def make_file(path, rows):
    """Members with every column that people fill in, identity numbers and phones among them."""
    chance = random.Random(7)
    columns = [column for column in columns_of(RECORD_TYPES["members"]) if column.path not in {"group", "source", "external_id"}]

    def members():
        for number in range(rows):
            born = date(1950, 1, 1) + timedelta(days=number // 500 * 3 + chance.randrange(3) + number % 7 * 900)
            admitted = date(1990 + number % 30, 7, 1)
            values = {
                "code": f"P{number:07}", "name": f"党员{number}", "organisation": f"B{number % BRANCHES:04}", "gender": "男",
                "birth_date": born.isoformat(), "ethnicity": "汉族", "education": "普通高中", "national_id": national_id(number, born),
                "phone": f"138{number:08}", "member_class": "农民", "admitted_on": admitted,
                "full_on": admitted.replace(year=admitted.year + 1), "member_since": "2021-01-01",
            }  # fmt: skip
            yield [values.get(column.path) for column in columns]

    write_rows(path, "党员", [column.title for column in columns], members())


def open_world(folder):
    database = connect(f"sqlite:///{folder / 'dangjian.db'}", folder / "keys.json")
    models.Base.metadata.create_all(database.engine)
    founded = {"category": "village", "established_on": date(1980, 1, 1)}
    with database.write() as session:
        for number in range(-1, BRANCHES):
            form, code, parent = ("committee", "ROOT", None) if number < 0 else ("branch", f"B{number:04}", "ROOT")
            data = {"code": code, "name": f"组织{code}", "form": form, "parent": parent} | founded
            create_record(
                session, operator(), RECORD_TYPES["organisations"], RECORD_TYPES["organisations"].In.model_validate(data).model_dump()
            )
    return database


def iterate(path):
    """The reference: every value of every row, nothing done with it."""
    started = time.perf_counter()
    seen = sum(1 for row in load_workbook(path, read_only=True)["党员"].values if row)
    return time.perf_counter() - started, seen


def bring(database, path):
    started = time.perf_counter()
    tables = files.read_file(path, RECORD_TYPES["members"])
    read = time.perf_counter() - started
    report = uploads.run_import(database, operator(), tables, ImportOptions(), lambda _done, _total, _text: None)
    report.as_plain()
    return time.perf_counter() - started, read, report


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "members.xlsx"
        make_file(path, rows)
        database = open_world(folder)
        before, _ = iterate(path)
        took, read, report = bring(database, path)
        after, _ = iterate(path)
        again, _, unchanged = bring(database, path)
        reference = (before + after) / 2
        print(f"{report.summary()} {unchanged.summary()}")
        print(f"| work | rows | seconds | × openpyxl read-only ({reference:.2f} s) | goal |")
        print("|---|---|---|---|---|")
        print(f"| read and type the file | {rows} | {read:.2f} | {read / reference:.2f} | |")
        print(f"| import with report | {rows} | {took:.2f} | {took / reference:.2f} | {GOAL} |")
        print(f"| the same file again, nothing changes | {rows} | {again:.2f} | {again / reference:.2f} | |")
        database.engine.dispose()


if __name__ == "__main__":
    main()
