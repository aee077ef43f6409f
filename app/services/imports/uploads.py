"""Files sent to the service: kept by their hash, imported by a job, given back marked."""

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.db import Database
from app.errors import AppError, FieldError, Invalid, NotFound, TooLarge
from app.exchange import limits
from app.exchange.marked import write_marked
from app.exchange.tables import Table
from app.models.journal import Job
from app.schemas.imports import ImportOptions
from app.services.imports.apply import import_tables
from app.services.imports.files import Reading, kind_named, read_file
from app.services.imports.report import Report
from app.services.jobs import get_job, request_job

KIND = "import"
Progress = Callable[[int, int, str], None]


def keep_file(data_dir: Path, source: BinaryIO) -> str:
    """Stores a file under its SHA-256, complete and on disk before anything refers to it. TooLarge beyond the limit."""
    folder = data_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False) as file:
        fresh = Path(file.name)
        try:
            while piece := source.read(1 << 20):
                size += len(piece)
                if size > limits.FILE_BYTES:
                    raise TooLarge("file_too_large", f"文件超过 {limits.FILE_BYTES // 1024 // 1024} MB，请分成几个文件。")
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            fresh.unlink()
            raise
    fresh.replace(folder / digest.hexdigest())
    return digest.hexdigest()


def request_import(session: Session, actor: Actor, kind: str, file: str, name: str, options: ImportOptions) -> Job:
    """Queues the import of a kept file."""
    require(actor, Permission.import_records)
    record_type = kind_named(kind)
    request = {"noun": record_type.noun, "file": file, "name": name[:200], "options": options.model_dump(mode="json")}
    return request_job(session, actor, KIND, _home(actor), request)


def _home(actor: Actor) -> int | None:
    """The organisation at the top of what the actor may import; None for everything."""
    path = min(actor.grants.get(Permission.import_records, ("/",)), key=len)
    return int(path.strip("/").split("/")[-1]) if path != "/" else None


def get_import(session: Session, actor: Actor, import_id: int) -> Job:
    """The job of an import in the actor's reach."""
    require(actor, Permission.import_records)
    job = get_job(session, actor, import_id)
    if job.kind != KIND:
        raise NotFound("import_not_found", f"没有找到编号为 {import_id} 的导入。")
    return job


def list_imports(session: Session, actor: Actor, limit: int = 50) -> list[Job]:
    """The actor's own imports, newest first."""
    require(actor, Permission.import_records)
    statement = select(Job).where(Job.kind == KIND, Job.requested_by == actor.name).order_by(Job.id.desc()).limit(limit)
    return list(session.scalars(statement))


def marked_file(session: Session, actor: Actor, data_dir: Path, import_id: int) -> tuple[Path, str]:
    """Where the marked workbook is, and what to call it. NotFound when no row failed or the import is not done."""
    job = get_import(session, actor, import_id)
    marked = (job.outcome or {}).get("marked")
    if not isinstance(marked, str):
        raise NotFound("marked_not_found", "这次导入没有需要改正的行。")
    return data_dir / "files" / marked, f"{Path(str(job.request['name'])).stem}-请改正.xlsx"


def carry_out(database: Database, actor: Actor, data_dir: Path, request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Reads the file without a transaction, then checks and writes in one.

    Outcome: `report` (or `fault` when the file cannot be read at all) and `marked`, the hash of the workbook to give back.
    """
    options = ImportOptions.model_validate(request["options"])
    record_type = kind_named(request["noun"])
    path = data_dir / "files" / request["file"]

    try:
        tables = read_file(path, record_type, reading(options), lambda done: progress(done, done, "读取文件"))
        # Progress is written by transactions of its own, which would wait for this one.
        report = run_import(database, actor, tables, options, lambda _done, _total, _text: None)
    except AppError as error:
        if error.code == "job_cancelled":
            raise
        return {
            "fault": {"code": error.code, "detail": error.detail, "errors": [_plain(each) for each in error.errors]},
            "report": None,
            "marked": None,
        }
    return {"report": report.as_plain(), "fault": None, "marked": _mark(data_dir, tables) if report.failed else None}


def _plain(error: FieldError) -> dict[str, str]:
    return {"field": error.field, "message": error.message}


def run_import(database: Database, actor: Actor, tables: list[Table], options: ImportOptions, progress: Progress) -> Report:
    """One transaction; a dry run of a single sheet needs none that writes."""
    writes = not options.dry_run or len(tables) > 1
    with _undisturbed(), database.write() if writes else database.read() as session:
        chosen = {"dry_run": options.dry_run, "partial": options.partial, "resume": options.resume}
        return import_tables(session, actor, tables, **chosen, reason=options.reason, progress=progress)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without looking for cycles meanwhile: what an import makes stays alive, and searching it took a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def reading(options: ImportOptions) -> Reading:
    """How the file is to be read, from what was asked for."""
    return Reading(options.mapping, options.profile, options.established_on, options.parent)


def parse_mapping(text: str | None) -> tuple[str | None, dict[str, str]]:
    """`divisions`, or `列名=字段;列名=-`: (profile, header → field)."""
    if not text:
        return None, {}
    if "=" not in text:
        return text.strip(), {}
    found = {}
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        header, mark, wish = part.partition("=")
        if part.strip() and not (mark and header.strip() and wish.strip()):
            raise Invalid("mapping_invalid", "对应关系应写成“列名=字段;列名=-”。", [FieldError("mapping", "应写成“列名=字段”")])
        if part.strip():
            found[header.strip()] = wish.strip()
    return None, found


def _mark(data_dir: Path, tables: list[Table]) -> str:
    with tempfile.TemporaryDirectory(dir=data_dir) as folder:
        path = Path(folder) / "marked.xlsx"
        write_marked(path, tables)
        with path.open("rb") as file:
            return keep_file(data_dir, file)
