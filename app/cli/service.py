"""migrate, serve, worker, openapi."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app.config import Settings
from app.db import Database, connect
from app.errors import Conflict

_ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = _ROOT / "alembic.ini"
PAGES = _ROOT / "frontend" / "dist"


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(migrate)
    app.command()(serve)
    app.command(hidden=True)(openapi)
    app.command()(worker)


def open_database(settings: Settings, *, current: bool = True) -> Database:
    """The configured database; unless told otherwise it must be at the newest migration."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = connect(settings.url, settings.key_file, pool_size=settings.pool_size)
    if current and revisions(database) != _head():
        raise Conflict("migration_needed", "数据库结构不是最新版本，请先运行 dangjian migrate。")
    return database


def revisions(database: Database) -> set[str]:
    """What the database says it is at; empty for a new one."""
    from sqlalchemy import inspect, text

    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return set()
        return {row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))}


def _head() -> set[str]:
    """Newest revision by file name, so that starting the service need not import alembic."""
    names = sorted(path.name for path in (MIGRATIONS.parent / "migrations" / "versions").glob("[0-9]*.py"))
    return {names[-1].split("_", 1)[0]} if names else set()


def upgrade(database: Database) -> None:
    """Brings the schema to the newest migration and stores the shipped schemes."""
    from alembic import command
    from alembic.config import Config

    from app.access import operator
    from app.services.schemes import ship_schemes

    config = Config(MIGRATIONS)
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with database.write() as session:
        ship_schemes(session, operator("system"))


def migrate() -> None:
    """把数据库升级到最新结构，并登记随产品提供的评价方案。"""
    settings = Settings()
    upgrade(open_database(settings, current=False))
    print(f"数据库已是最新结构：{settings.url.split('@')[-1]}")


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
) -> None:
    """启动网页和接口，并带一个任务进程。"""
    settings = Settings()
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    run_service(settings.model_copy(update=given))


def run_service(settings: Settings) -> None:
    """Serves until stopped. Refuses any address but loopback while there are no accounts."""
    import uvicorn

    from app.main import create_app

    if not settings.loopback:
        raise Conflict("loopback_only", f"账号和权限尚未启用，服务只能监听本机（127.0.0.1），不能监听 {settings.host}。")
    database = open_database(settings)
    with _worker_child():
        uvicorn.run(create_app(settings, database), host=settings.host, port=settings.port, log_level=settings.log_level, access_log=False)


@contextlib.contextmanager
def _worker_child() -> Iterator[None]:
    """The embedded job process; it also ends by itself when its parent is gone."""
    child = subprocess.Popen([sys.executable, "-m", "app", "worker", "--parent", str(os.getpid())])
    try:
        yield
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)


def worker(parent: Annotated[int, typer.Option(hidden=True)] = 0) -> None:
    """启动任务进程：评价、导入等长时间工作。"""
    from app.jobs.runner import run_forever

    settings = Settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent:
        threading.Thread(target=_stop_with, args=(parent, stop), daemon=True).start()
    run_forever(open_database(settings), settings, stop)


def _stop_with(parent: int, stop: threading.Event) -> None:
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()


def openapi() -> None:
    """打印 OpenAPI 文档（供生成网页的接口代码）。"""
    from app.main import create_app

    print(json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1, sort_keys=True))
