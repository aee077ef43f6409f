"""Files in and out: imports as jobs, templates, exports of any list."""

import json
import tempfile
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from pydantic import ValidationError
from starlette.background import BackgroundTask

from app import clock
from app.access import Permission
from app.api.deps import ActorDep, RepeatableRoute, SessionDep, SettingsDep, permission
from app.api.records import ListQueryDep, RecordId, filters_of
from app.errors import FieldError, Invalid, TooLarge
from app.exchange import limits
from app.exchange.writing import export_columns, write_rows, write_template
from app.models.journal import Job
from app.schemas.base import RecordType
from app.schemas.imports import Import, ImportAccepted, ImportList, ImportOptions
from app.schemas.messages import field_errors
from app.schemas.nouns import record_type_of
from app.services import exports, listing
from app.services.imports import files, uploads

MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
_OVERHEAD = 64 * 1024
"""What a multipart body has beside the file."""


class UploadRoute(RepeatableRoute):
    """Refuses a body that says it is too large before it is received."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_small(request: Request) -> Response:
            length = request.headers.get("Content-Length", "0")
            if length.isdecimal() and int(length) > limits.FILE_BYTES + _OVERHEAD:
                raise TooLarge("file_too_large", f"文件超过 {limits.FILE_BYTES // 1024 // 1024} MB，请分成几个文件。")
            return await handle(request)

        return handle_small


router = APIRouter(tags=["导入导出"], route_class=UploadRoute)
may_import, may_export = [permission(Permission.import_records)], [permission(Permission.export_records)]


def options_of(
    dry_run: Annotated[bool, Form()] = False,
    partial: Annotated[bool, Form()] = False,
    resume: Annotated[bool, Form()] = False,
    profile: Annotated[str | None, Form()] = None,
    mapping: Annotated[str, Form(description="JSON：列名 → 字段，或 -")] = "{}",
    reason: Annotated[str | None, Form()] = None,
    established_on: Annotated[date | None, Form()] = None,
    parent: Annotated[str | None, Form()] = None,
) -> ImportOptions:
    """The fields of the form beside the file."""
    try:
        chosen = json.loads(mapping or "{}")
        return ImportOptions.model_validate(
            {"dry_run": dry_run, "partial": partial, "resume": resume, "profile": profile or None, "mapping": chosen,
             "reason": reason or None, "established_on": established_on, "parent": parent or None}
        )  # fmt: skip
    except json.JSONDecodeError:
        raise Invalid("mapping_invalid", "对应关系应为 JSON 对象。", [FieldError("mapping", "应为 JSON 对象")]) from None
    except ValidationError as error:
        raise Invalid("request_invalid", "导入选项有误。", field_errors(error)) from None


@router.post("/imports", status_code=202, dependencies=may_import)
def create_import(
    session: SessionDep, actor: ActorDep, settings: SettingsDep, response: Response,
    kind: Annotated[str, Form(description="记录类型")], file: Annotated[UploadFile, File()],
    options: Annotated[ImportOptions, Depends(options_of)],
) -> ImportAccepted:  # fmt: skip
    """Takes a file and queues its import; `GET /imports/{id}` has progress and report."""
    kept = uploads.keep_file(settings.data_dir, file.file)
    job = uploads.request_import(session, actor, kind, kept, file.filename or "", options)
    response.headers["Location"] = f"/api/v1/imports/{job.id}"
    return ImportAccepted(id=job.id)


@router.get("/imports", dependencies=may_import)
def list_imports(session: SessionDep, actor: ActorDep) -> ImportList:
    """One's own imports, newest first."""
    return ImportList(items=[_shown(job) for job in uploads.list_imports(session, actor)])


@router.get("/imports/{import_id}", dependencies=may_import)
def get_import(session: SessionDep, actor: ActorDep, import_id: RecordId) -> Import:
    """One import: state, progress, and when it is done what became of every row."""
    return _shown(uploads.get_import(session, actor, import_id))


@router.get("/imports/{import_id}/marked.xlsx", dependencies=may_import, response_class=FileResponse)
def get_marked(session: SessionDep, actor: ActorDep, settings: SettingsDep, import_id: RecordId) -> FileResponse:
    """The file as it was sent, faulty cells marked and commented; to be corrected and sent again with `resume`."""
    path, name = uploads.marked_file(session, actor, settings.data_dir, import_id)
    return FileResponse(path, media_type=MEDIA["xlsx"], filename=name)


def _shown(job: Job) -> Import:
    outcome: dict[str, Any] = dict(job.outcome or {})
    same = {name: getattr(job, name) for name in Import.model_fields if hasattr(job, name)}
    told = {"noun": job.request["noun"], "name": job.request["name"], "state_label": job.state.label, "marked": bool(outcome.get("marked"))}
    return Import.model_validate(same | told | {"report": outcome.get("report"), "fault": outcome.get("fault")})


def noun_of(noun: Annotated[str, PathParameter(description="记录类型，见 /meta/records")]) -> RecordType:
    """The record type of the address."""
    return record_type_of(noun)


NounDep = Annotated[RecordType, Depends(noun_of)]


@router.get("/{noun}/template.xlsx", dependencies=may_import, response_class=FileResponse)
def get_template(record_type: NounDep) -> FileResponse:
    """A workbook to fill in: Chinese headers, choices, an example, instructions."""
    return _sent("xlsx", f"{record_type.title}-模板.xlsx", lambda path: write_template(path, *files.sheets_of(record_type)))


@router.get("/{noun}/export.{suffix}", dependencies=may_export, response_class=FileResponse)
def export_records(
    session: SessionDep, actor: ActorDep, request: Request, query: ListQueryDep, record_type: NounDep, suffix: Literal["xlsx", "csv"]
) -> FileResponse:
    """Any filtered list with the columns of its template, so that it can be edited and imported again."""
    narrowed = listing.Query(**{name: getattr(query, name) for name in query.__slots__} | {"filters": filters_of(record_type, request)})
    header = [title for _name, title in export_columns(record_type)]
    rows = exports.export_rows(session, actor, record_type, narrowed)
    name = f"{record_type.title}-{clock.today().isoformat()}.{suffix}"
    return _sent(suffix, name, lambda path: write_rows(path, record_type.title, header, rows))


def _sent(suffix: str, name: str, write: Callable[[Path], None]) -> FileResponse:
    """A file that is written whole before the answer begins, and gone from the disk when it was sent."""
    with tempfile.NamedTemporaryFile(suffix=f".{suffix}", delete=False) as file:
        path = Path(file.name)
    try:
        write(path)
    except BaseException:
        path.unlink()
        raise
    return FileResponse(path, media_type=MEDIA[suffix], filename=name, background=BackgroundTask(path.unlink))
