"""Imports as they travel: what is asked for, what came of it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.models.journal import JobState


class ImportOptions(BaseModel):
    """How a file is to be imported."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(title="只检查，不写入")] = False
    partial: Annotated[bool, Field(title="有误的行留下，其余导入")] = False
    resume: Annotated[bool, Field(title="跳过退回文件中已导入的行")] = False
    profile: Annotated[str | None, Field(title="对应方式", max_length=40)] = None
    mapping: Annotated[dict[str, str], Field(title="列名与字段的对应")] = {}
    reason: Annotated[str | None, Field(title="修改原因", max_length=500)] = None
    established_on: Annotated[date | None, Field(title="成立日期（行政区划名单）")] = None
    parent: Annotated[str | None, Field(title="上级组织编码（行政区划名单）", max_length=64)] = None


class Fault(BaseModel):
    row: Annotated[int, Field(title="行号")]
    column: Annotated[str | None, Field(title="列")]
    header: Annotated[str | None, Field(title="列名")]
    message: Annotated[str, Field(title="问题")]


class SheetReport(BaseModel):
    noun: str
    title: str
    sheet: str
    rows: int
    counts: dict[str, int]
    faults: list[Fault]
    faults_total: int
    notes: list[str]


class ImportReport(BaseModel):
    """What became of each sheet; at most the first thousand faults, all of them are in the marked workbook."""

    dry_run: bool
    partial: bool
    applied: bool
    failed: int
    summary: str
    sheets: list[SheetReport]


class Place(BaseModel):
    field: str
    message: str


class FileFault(BaseModel):
    """Why a file could not be imported at all."""

    code: str
    detail: str
    errors: list[Place]


class Import(BaseModel):
    """One import: its job, and once it is done its report, or why the file could not be read."""

    id: int
    noun: str
    name: str
    state: JobState
    state_label: str
    progress: int
    progress_total: int
    progress_text: str | None
    requested_at: datetime
    finished_at: datetime | None
    report: ImportReport | None
    fault: FileFault | None
    error: str | None
    marked: Annotated[bool, Field(title="有标注了问题的文件可下载")]


class ImportList(BaseModel):
    items: list[Import]


class ImportAccepted(BaseModel):
    id: int
