"""Untrusted files, read by the fenced process `app.exchange.child`; here its lines become sheets of plain rows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import AppError, Invalid, TooLarge, WrongMediaType
from app.exchange import limits

Cell = str | int | float | bool | None
Row = tuple[int, list[Cell]]
"""Its number in the file, its cells by column; rows without any value are not told."""

_ROOT = Path(__file__).parents[2]
_MEDIA = frozenset({"file_not_a_table", "file_old_excel", "file_encrypted", "file_macros"})
_LARGE = frozenset({"file_too_many_rows", "file_too_many_columns", "file_bomb", "file_too_complex"})


@dataclass
class Sheet:
    """One sheet while it is read: iterate `rows` to the end, then `merged` is known (`A5:A9`)."""

    title: str
    rows: Iterator[Row]
    merged: list[str] = field(default_factory=list)


@contextmanager
def opened(path: Path) -> Iterator[Iterator[Sheet]]:
    """The visible sheets of a file in order. AppError with a stable code for whatever cannot be read.

    Every sheet is to be read to its end before the next one is asked for; leaving early ends the reading process.
    """
    size = path.stat().st_size
    if size == 0:
        raise Invalid("file_empty", "文件是空的。")
    if size > limits.FILE_BYTES:
        raise TooLarge("file_too_large", f"文件超过 {limits.FILE_BYTES // 1024 // 1024} MB，请分成几个文件。")
    with path.open("rb") as file:
        process = subprocess.Popen(  # our own module, no word of the command comes from outside
            [sys.executable, "-m", "app.exchange.child"],
            stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},
        )  # fmt: skip
        try:
            yield _sheets(_lines(process))
        finally:
            process.kill()
            if process.stdout:
                process.stdout.close()
            process.wait()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, object]]:
    for text in process.stdout or ():
        if not text.endswith(b"\n"):
            break  # killed by its limits in the middle of a line
        line = json.loads(text)
        if "fault" in line:
            raise _refusal(*line["fault"])
        if "end" in line:
            return
        yield line
    raise _refusal("file_too_complex", "读取文件用去了过多的内存或时间，已停止。请删除空白行和多余的格式，或分成几个文件。")


def _refusal(code: str, sentence: str) -> AppError:
    kind = WrongMediaType if code in _MEDIA else TooLarge if code in _LARGE else Invalid
    return kind(code, sentence)


def _sheets(lines: Iterator[dict[str, object]]) -> Iterator[Sheet]:
    for line in lines:
        sheet = Sheet(str(line["sheet"]), iter(()))
        sheet.rows = _rows(lines, sheet)
        yield sheet


def _rows(lines: Iterator[dict[str, object]], sheet: Sheet) -> Iterator[Row]:
    for line in lines:
        if "merged" in line:
            sheet.merged = line["merged"]  # type: ignore[assignment]  # as the child says it
            return
        yield from ((number, cells) for number, cells in line["rows"])  # type: ignore[attr-defined]  # as the child says it
