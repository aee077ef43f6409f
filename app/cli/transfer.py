"""import, export, template."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.service import open_database
from app.config import Settings
from app.errors import Invalid

Kind = Annotated[str, typer.Argument(help="记录类型：英文名或中文名，如 organisations、党员")]
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command("import")(import_file)
    app.command("export")(export_file)
    app.command("template")(template_file)


def import_file(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="Excel（.xlsx）或 CSV 文件", exists=True, dir_okay=False, readable=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="有误的行留下，其余导入；默认全部正确才导入")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="跳过退回文件中已导入且未再修改的行")] = False,
    mapping: Annotated[str | None, typer.Option(help="divisions（行政区划名单）、records（按表头），或“列名=字段;列名=-”")] = None,
    output: Annotated[Path | None, typer.Option(help="标注了问题的文件存到哪里；默认在当前目录")] = None,
    reason: Annotated[str | None, typer.Option(help="修改已用于公布结果的记录时须写明的原因")] = None,
    established_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="行政区划名单中组织的成立日期；默认上一年 1 月 1 日")
    ] = None,
    parent: Annotated[str | None, typer.Option(help="行政区划名单挂在哪个组织之下（组织编码）")] = None,
) -> None:
    """导入记录；有误的行逐格列出，并生成标注了问题的文件。"""
    from app.access import operator
    from app.exchange.marked import write_marked
    from app.schemas.imports import ImportOptions
    from app.services.imports import files, uploads

    settings = Settings()
    record_type = files.kind_named(kind)
    profile, chosen = uploads.parse_mapping(mapping)
    options = ImportOptions(
        dry_run=dry_run, partial=partial, resume=resume, profile=profile, mapping=chosen, reason=reason,
        established_on=established_on.date() if established_on else None, parent=parent,
    )  # fmt: skip
    database = open_database(settings)
    with _bar() as progress:
        tables = files.read_file(file, record_type, uploads.reading(options), lambda done: progress(done, 0, "读取文件"))
        report = uploads.run_import(database, operator(), tables, options, progress)
    _print_report(report)
    if report.failed:
        marked = output or Path(f"{file.stem}-请改正.xlsx")
        write_marked(marked, tables)
        print(f"已生成标注了问题的文件：{marked}", file=sys.stderr)
        raise typer.Exit(1)


def _print_report(report: Any) -> None:
    print(report.summary())
    for sheet in report.sheets:
        for note in sheet.notes[:_SHOWN]:
            print(f"  {note}")
        for fault in sheet.faults[:_SHOWN]:
            place = f"第 {fault.row} 行" + (f" {fault.column} 列（{fault.header}）" if fault.column else "")
            print(f"  {sheet.sheet + ' ' if len(report.sheets) > 1 else ''}{place}：{fault.message}", file=sys.stderr)
        if len(sheet.faults) > _SHOWN:
            print(f"  …… 共 {len(sheet.faults)} 处", file=sys.stderr)


def export_file(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="写到 .xlsx 或 .csv 文件", dir_okay=False)],
    organisation: Annotated[str | None, typer.Option(help="只要这个组织的（组织编码）")] = None,
    subtree: Annotated[bool, typer.Option("--subtree", help="连同下级组织的")] = False,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="起始日期")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="结束日期")] = None,
) -> None:
    """导出记录；改好后可原样导入，只有改过的会变。不含身份证号和电话。"""
    from app.access import operator
    from app.exchange.writing import export_columns, write_rows
    from app.services.exports import export_rows
    from app.services.imports.files import kind_named
    from app.services.listing import Query

    record_type = kind_named(kind)
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise Invalid("file_kind_unknown", "只能导出为 .xlsx 或 .csv 文件。")
    query = Query(organisation, subtree, start.date() if start else None, end.date() if end else None)
    header = [title for _name, title in export_columns(record_type)]
    with open_database(Settings()).read() as session, _bar() as progress:
        rows = _counted(export_rows(session, operator(), record_type, query), progress)
        write_rows(file, record_type.title, header, rows)
    print(f"已导出到 {file}")


def _counted(rows: Iterator[list[Any]], progress: Callable[[int, int, str], None]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, 1):
        if number % 1000 == 0:
            progress(number, 0, "导出")
        yield row


def template_file(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="写到 .xlsx 文件", dir_okay=False)],
) -> None:
    """生成导入用的空白模板：下拉选项、必填列、填写说明和示例。"""
    from app.exchange.writing import write_template
    from app.services.imports.files import kind_named, sheets_of

    write_template(file, *sheets_of(kind_named(kind)))
    print(f"已生成模板 {file}")


@contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error, gone when the work is done. Without a total it only counts."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("准备", total=None)
        yield lambda done, total, text: bar.update(task, completed=done, total=total or None, description=text)
