"""demo: a generated world, evaluated, served."""

from datetime import date, datetime
from typing import Annotated, Literal

import typer

from app import clock
from app.cli.evaluate import compute, console, progress_bar
from app.cli.service import open_database, run_service, upgrade
from app.config import Settings
from app.db import Database


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(demo)


def demo(
    size: Annotated[Literal["town", "county"], typer.Option(help="town（一个镇）或 county（一个县）")] = "town",
    seed: Annotated[int, typer.Option(help="随机种子；同样的种子和日期得到同样的数据")] = 1,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="数据截止日，默认今天")] = None,
    prepare_only: Annotated[bool, typer.Option("--prepare-only", help="只准备数据，不启动服务")] = False,
) -> None:
    """生成演示数据、评价去年和今年，并启动服务。数据目录非空时直接启动。"""
    settings = Settings()
    database = open_database(settings, current=False)
    upgrade(database)
    root = prepare(database, size, seed, clock.today() if as_of is None else as_of.date())
    database.engine.dispose()
    if prepare_only:
        return
    address = f"http://{settings.host}:{settings.port}"
    console.print(f"\n党建评演示：{root}\n  管理端  {address}/admin/\n  接口文档 {address}/api/docs")
    console.print("账号功能启用前，服务只监听本机，打开网页即可使用。按 Ctrl-C 停止。\n")
    run_service(settings)


def prepare(database: Database, size: Literal["town", "county"], seed: int, as_of: date) -> str:
    """Loads the world into an empty database and evaluates both years; what is there already is kept. Name of the root."""
    from sqlalchemy import select

    from app.access import operator
    from app.models.organisations import Organisation, OrganisationPlacement
    from app.services.runs.requesting import list_runs

    roots = select(Organisation.code, Organisation.name).join(
        OrganisationPlacement, OrganisationPlacement.organisation_id == Organisation.id
    )
    roots = (
        roots.where(OrganisationPlacement.parent_id.is_(None), OrganisationPlacement.valid_to.is_(None)).order_by(Organisation.id).limit(1)
    )
    with database.read() as session:
        found = session.execute(roots).first()
    if found is None:
        _load(database, size, seed, as_of)
        with database.read() as session:
            found = session.execute(roots).one()
    with database.read() as session:
        runs, _ = list_runs(session, operator(), root=found.code, limit=200, cursor=None)
        done = {run.period_start.year for run in runs if run.computed_at is not None}
    if not done:
        compute(database, found.code, as_of.year - 1, as_of=date(as_of.year - 1, 12, 31))
        compute(database, found.code, as_of.year, as_of=as_of)
    return str(found.name)


def _load(database: Database, size: Literal["town", "county"], seed: int, as_of: date) -> None:
    from app.demo import build, load

    with progress_bar() as bar, database.write() as session:
        task = bar.add_task("生成演示数据", total=None)
        world = build(size, seed, as_of)
        load(session, world, lambda done, total: bar.update(task, completed=done, total=total))
