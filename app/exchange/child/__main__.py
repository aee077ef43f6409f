"""Entry of the reading process: limits first, then the file."""

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

from app.exchange import limits
from app.exchange.child import Fault

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def main() -> None:
    """Never a traceback: whatever happens ends in one line that says so."""
    _fence()
    warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that an import does not look at
    try:
        for line in _lines(sys.stdin.buffer):
            _say(line)
        _say({"end": True})
    except Fault as fault:
        _say({"fault": [fault.code, fault.sentence]})
    except (MemoryError, RecursionError):
        _say({"fault": ["file_too_complex", "文件展开后过大，无法读取。请删除空白行和多余的格式，或分成几个文件。"]})
    except Exception:  # noqa: BLE001  # an untrusted file can break the readers in any way; to the user they are all one
        _say({"fault": ["file_damaged", "文件已损坏或不是标准的 Excel 格式。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"]})


def _fence() -> None:
    """No more memory, time or files than an import needs; a limit that the machine sets lower stays."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))
    for unneeded in ("numpy", "lxml", "PIL"):
        sys.modules[unneeded] = None  # type: ignore[assignment]  # makes their import fail: openpyxl does without and starts faster


def _lines(file: BinaryIO) -> Iterator[dict[str, Any]]:
    head = file.read(8)
    file.seek(0)
    if head.startswith(OLE):
        _refuse_ole(file.read())
    if head.startswith(b"PK"):
        from app.exchange.child.xlsx import read_workbook

        yield from read_workbook(file)
        return
    from app.exchange.child.delimited import read_text

    yield from read_text(file.read())


def _refuse_ole(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Fault("file_encrypted", "文件设有打开密码。请去掉密码后另存再导入。")
    raise Fault("file_old_excel", "这是旧版 Excel（.xls）文件。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。")


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
