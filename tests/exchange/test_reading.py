"""Hostile and broken files: one refusal with a code, in bounded time and memory; honest ones come out as plain rows."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from app.errors import AppError
from app.exchange import limits
from app.exchange.reading import opened


def rows_of(path):
    with opened(path) as sheets:
        return {sheet.title: list(sheet.rows) for sheet in sheets}


def refusal(path):
    with pytest.raises(AppError) as refused:
        rows_of(path)
    assert refused.value.detail.endswith("。")
    return refused.value.code


def changed(path, change):
    """The workbook with some members replaced, added (bytes) or dropped (None)."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members |= change(members)
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return out


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_of_every_kind(workbook):
    path = workbook({"表": [["a", 1, 2.5, True, date(2026, 3, 5), None, "  "], [], [None, "x"]], "二": [["y"]]})
    assert rows_of(path) == {"表": [(1, ["a", 1, 2.5, True, "2026-03-05"]), (3, [None, "x"])], "二": [(1, ["y"])]}


def test_merged_ranges_are_told_after_the_rows(workbook):
    path = workbook({"表": [["a"], ["b"], [None]]}, merged={"表": ["A2:A3"]})
    with opened(path) as sheets:
        sheet = next(sheets)
        assert sheet.merged == []
        list(sheet.rows)
        assert sheet.merged == ["A2:A3"]


def test_hidden_sheets_are_passed_over(tmp_path):
    book = Workbook()
    book.active.append(["a"])
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(tmp_path / "file.xlsx")
    assert list(rows_of(tmp_path / "file.xlsx")) == ["Sheet"]


def test_leaving_early_ends_the_reader(workbook):
    with opened(workbook({"表": [["a"]] * 5000})) as sheets:
        assert next(next(sheets).rows) == (1, ["a"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04 not really", "file_damaged"),
        (b"%PDF-1.7\n%\x00\x01\x02", "file_not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file_not_a_table"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "file_old_excel"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (b"\xff\xff\xff\xff\xff", "encoding_unknown"),
        (b'a,b\n"x,y\n', "csv_malformed"),
        (b"a" * (limits.FILE_BYTES + 1), "file_too_large"),
        (b",".join([b"a"] * 300), "file_too_many_columns"),
    ],
)
def test_what_is_no_table(tmp_path, content, code):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_zip_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "file.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refusal(tmp_path / "file.xlsx") == "file_not_a_table"


def test_macros(workbook):
    assert refusal(changed(workbook({"表": [["a"]]}), lambda _: {"xl/vbaProject.bin": b"x"})) == "file_macros"


def test_external_links(workbook):
    assert refusal(changed(workbook({"表": [["a"]]}), lambda _: {"xl/externalLinks/externalLink1.xml": b"<a/>"})) == "file_external_links"


@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_entities(workbook, name):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def change(members):
        return {name: bomb + members.get(name, b"<a/>").split(b"?>")[-1]}

    assert refusal(changed(workbook({"表": [["a"]]}), change)) == "file_entities"


def test_an_external_entity_reads_no_file(workbook, tmp_path):
    (tmp_path / "secret").write_text("canary")
    declared = f'<!--<a --><!DOCTYPE x [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'.encode()
    path = changed(workbook({"表": [["a"]]}), lambda members: {SHEET: declared + members[SHEET]})
    assert refusal(path) == "file_entities"


def test_utf16_does_not_hide_a_declaration(workbook):
    def change(members):
        return {SHEET: ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + members[SHEET].decode()).encode("utf-16")}

    assert refusal(changed(workbook({"表": [["a"]]}), change)) == "file_entities"


def test_a_zip_bomb_is_not_unpacked(workbook):
    path = changed(workbook({"表": [["a"]]}), lambda members: {SHEET: members[SHEET] + b" " * 300_000_000})
    assert path.stat().st_size < 1_000_000
    assert refusal(path) == "file_bomb"


def test_a_bomb_of_strings_meets_the_memory_limit(workbook):
    """Below every ratio, still far more in memory than in the file: many short strings."""
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"".join(
        b"<si><t>%d</t></si>" % number for number in range(11_000_000)
    )
    path = changed(workbook({"表": [["a"]]}), lambda _: {"xl/sharedStrings.xml": strings + b"</sst>"})
    assert refusal(path) in {"file_too_complex", "file_bomb", "file_too_large"}


@pytest.mark.parametrize("damage", [b"<worksheet", b"\x00\x01", b"<a><b></a>"])
def test_damaged_sheets(workbook, damage):
    path = changed(workbook({"表": [["a"]]}), lambda _: {SHEET: damage})
    assert refusal(path) in {"file_damaged", "file_entities"}


def test_a_sheet_cut_short(workbook):
    path = changed(workbook({"表": [["a", "b"]] * 2000}), lambda members: {SHEET: members[SHEET][: len(members[SHEET]) // 2]})
    assert refusal(path) == "file_damaged"


def test_a_million_empty_formatted_rows(workbook):
    """They weigh 90 MB unpacked and hold nothing; the row after them is still found."""

    def change(members):
        head, tail = members[SHEET].split(b"</sheetData>")
        empty = io.BytesIO()
        for number in range(2, 1_000_002):
            empty.write(
                b'<row r="%d" spans="1:3" s="1" customFormat="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (number, number, number)
            )
        last = b'<row r="1000002"><c r="A1000002"><v>7</v></c></row>'
        return {SHEET: head + empty.getvalue() + last + b"</sheetData>" + tail}

    assert rows_of(changed(workbook({"表": [["a"]]}), change)) == {"表": [(1, ["a"]), (1_000_002, [7])]}


def test_too_many_rows(tmp_path):
    (tmp_path / "file.csv").write_text("a\n" * (limits.ROWS + 20))
    assert refusal(tmp_path / "file.csv") == "file_too_many_rows"


def test_a_formula_nobody_calculated(tmp_path):
    book = Workbook()
    book.active.append(["a", "=1+1"])
    book.save(tmp_path / "file.xlsx")
    assert refusal(tmp_path / "file.xlsx") == "formula_without_value"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    (tmp_path / "file.csv").write_bytes(f"姓名{delimiter}民族\r\n\r\n王䶮{delimiter}汉\r\n".encode(encoding))
    assert rows_of(tmp_path / "file.csv") == {"": [(1, ["姓名", "民族"]), (3, ["王䶮", "汉"])]}


def test_a_line_break_inside_quotes_keeps_the_numbers_of_lines(tmp_path):
    (tmp_path / "file.csv").write_text('a,b\n"x\ny",1\nz,2\n', encoding="utf-8")
    assert rows_of(tmp_path / "file.csv") == {"": [(1, ["a", "b"]), (2, ["x\ny", "1"]), (4, ["z", "2"])]}


def test_what_openpyxl_reads_is_what_we_read(workbook):
    rows = [[f"文字{n}", n, n / 7, n % 2 == 0, date(2020, 1, 1 + n % 28)] for n in range(300)]
    path = workbook({"表": rows})
    book = load_workbook(path, read_only=True)
    theirs = [[each.date().isoformat() if hasattr(each, "date") else each for each in row] for row in book["表"].values]
    book.close()
    assert [cells for _number, cells in rows_of(path)["表"]] == theirs
