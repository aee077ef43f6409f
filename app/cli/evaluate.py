"""evaluate, evaluate verify, evaluate explain."""

import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.cli.service import open_database
from app.config import Settings
from app.db import Database
from app.errors import Invalid

console = Console(width=None if sys.stdout.isatty() else 120)


def register(app: typer.Typer) -> None:
    """Adds the group of this file."""
    group = typer.Typer(invoke_without_command=True, help="评价：计算、核验、解释。")
    group.callback()(evaluate)
    group.command("verify")(verify)
    group.command("explain")(explain)
    app.add_typer(group, name="evaluate")


def evaluate(
    context: typer.Context,
    root: Annotated[str, typer.Option(help="评价范围：党组织编码")] = "",
    year: Annotated[int | None, typer.Option(help="评价年度", min=1922, max=9998)] = None,
    scheme: Annotated[str, typer.Option(help="方案编码：standard、lite 或已登记的方案")] = "standard",
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="数据截止日，默认今天")] = None,
    category: Annotated[str, typer.Option(help="只显示一个类别")] = "",
    limit: Annotated[int, typer.Option(help="每个类别最多显示的行数", min=1)] = 20,
) -> None:
    """计算一次评价并显示排名。"""
    if context.invoked_subcommand is not None:
        return
    if not root or year is None:
        raise Invalid("options_missing", "请用 --root 指定评价范围，用 --year 指定年度。")
    database = open_database(Settings())
    run_id = compute(database, root, year, scheme, None if as_of is None else as_of.date())
    _print_ranking(database, run_id, category or None, limit)


def compute(database: Database, root: str, year: int, scheme: str = "standard", as_of: date | None = None) -> int:
    """Creates and computes a run of one calendar year, with a progress bar; its id."""
    from app.access import operator
    from app.schemas.evaluations import PeriodIn, RunIn
    from app.services.runs.computing import compute_run
    from app.services.runs.requesting import create_run

    actor = operator()
    wanted = RunIn(root=root, scheme=scheme, period=PeriodIn(start=date(year, 1, 1), end=date(year, 12, 31)), as_of=as_of)
    with database.write() as session:
        run_id = create_run(session, actor, wanted).id
    with progress_bar() as bar:
        task = bar.add_task(f"评价 {root} {year} 年", total=None)
        compute_run(database, actor, run_id, lambda done, total, text: bar.update(task, completed=done, total=total, note=text))
    return run_id


def progress_bar() -> Progress:
    """The progress bar of all commands."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[note]}"))
    return NotedProgress(*columns, console=console, transient=not console.is_terminal)


class NotedProgress(Progress):
    """A progress whose tasks always have a note."""

    def add_task(self, description: str, *args: Any, **fields: Any) -> Any:
        """As rich's, with an empty note to begin with."""
        return super().add_task(description, *args, **({"note": ""} | fields))


def _print_ranking(database: Database, run_id: int, category: str | None, limit: int) -> None:
    from app.access import operator
    from app.services.runs.reading import list_results, present_run
    from app.services.runs.requesting import get_run

    with database.read() as session:
        actor = operator()
        run = get_run(session, actor, run_id)
        shown = present_run(session, actor, run)
        console.print(
            f"评价 {run_id}：{shown['root']['name']}，{shown['period']['start']} 至 {shown['period']['end']}，"
            f"截至 {shown['as_of']}，方案 {shown['scheme']['name']} 第 {shown['scheme']['version']} 版，{shown['status_label']}。"
        )
        if shown["failed"]:
            console.print(f"[red]度量出错的指标：{'、'.join(shown['failed'])}，结果不完整。[/red]")
        if shown["not_built"]:
            console.print(f"尚未实现的指标 {len(shown['not_built'])} 项，按不适用处理；这样的评价不能公布。")
        console.print("　".join(f"{each['code']} {each['short_name']}" for each in shown["sections"]))
        for cohort in shown["cohorts"]:
            if category in {None, cohort["category"]}:
                rows, _ = list_results(session, actor, run, category=cohort["category"], sort="rank", q=None, limit=limit, cursor=None)
                _print_cohort(cohort, shown["sections"], rows)


def _print_cohort(cohort: dict[str, Any], sections: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=f"{cohort['label']}（{cohort['size']} 个，参加排名 {cohort['ranked']} 个）")
    for name in ("名次", "区间", "组织", "总分", "等次", *(section["code"] for section in sections), "完整度"):
        words = name in {"组织", "等次"}
        table.add_column(name, justify="left" if words else "right", no_wrap=name != "组织", min_width=16 if name == "组织" else None)
    for row in rows:
        interval = row["rank_interval"]
        table.add_row(
            str(row["rank"] or "—"), f"{interval[0]}–{interval[1]}" if interval else "—", row["organisation"]["name"],
            "—" if row["total"] is None else f"{row['total']:.2f}", row["grade"] or "—",
            *(f"{row['sections'].get(section['code'], 0.0):.2f}" for section in sections), f"{row['coverage']:.1%}",
        )  # fmt: skip
    console.print(table)
    if cohort["size"] > len(rows):
        console.print(f"  …… 另有 {cohort['size'] - len(rows)} 个，用 --limit 显示更多。")


def verify(run: Annotated[int, typer.Argument(help="评价编号")]) -> None:
    """核验一次评价：由保存的数据重新计算，并对照已固定的明细。"""
    from app.access import operator
    from app.services.runs.requesting import get_computed_run
    from app.services.runs.verifying import verify_run

    with open_database(Settings()).read() as session:
        actor = operator()
        found = verify_run(session, actor, get_computed_run(session, actor, run))
    for name, label in (("scheme_hash", "方案"), ("facts_hash", "数据"), ("results", "结果")):
        console.print(f"{label}：{'一致' if found[name] else '[red]不一致[/red]'}")
    for sentence in found["differences"]:
        console.print(f"  {sentence}")
    if found["frozen"]:
        count = len(found["changed"]) + found["changed_more"]
        console.print("公布时固定的明细：" + (f"{count} 条此后有变化" if count else "与现有记录一致"))
        for each in found["changed"]:
            console.print(f"  {'、'.join(each['indicators'])} {each['organisation']} {each['label']}：{each['frozen']} → {each['now']}")
    if not found["ok"]:
        raise typer.Exit(1)


def explain(run: Annotated[int, typer.Argument(help="评价编号")], organisation: Annotated[str, typer.Argument(help="党组织编码")]) -> None:
    """解释一个组织的得分，细到每一条记录。"""
    from app.access import operator
    from app.services.runs.documents import result_document
    from app.services.runs.requesting import get_computed_run

    with open_database(Settings()).read() as session:
        actor = operator()
        found = result_document(session, actor, get_computed_run(session, actor, run), organisation)
    total = "无总分" if found["total"] is None else f"{found['total']:.2f} 分"
    place = f"名次 {found['rank'] or '—'}，等次 {found['grade'] or '—'}，数据完整度 {found['coverage']:.1%}"
    console.print(f"{found['organisation']['name']}：{total}，{place}", soft_wrap=True)
    for reason in found["grade_reasons"]:
        console.print(f"  {reason}", soft_wrap=True)
    for section in found["sections"]:
        console.print(f"\n{section['code']} {section['name']}：{section['points']:.2f}", soft_wrap=True)
        for each in section["indicators"]:
            if each["state"] != "not_applicable":
                points = f"{each['points']:.2f}/{each['effective_weight']:.2f}"
                console.print(f"  {each['code']} {each['name']}：{points}　{each['title']}　[dim]{each['rule']}[/dim]", soft_wrap=True)
    if found["next_steps"]:
        console.print("\n还可以争取的分数", soft_wrap=True)
        for step in found["next_steps"]:
            console.print(f"  +{step['gain']:.2f}　{step['indicator']}　{step['text']}", soft_wrap=True)
