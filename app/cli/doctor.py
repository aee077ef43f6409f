"""doctor: is this installation, and are these records, in good order?"""

import stat
from collections.abc import Iterator

import typer

from app import clock
from app.cli.evaluate import console
from app.cli.service import PAGES, open_database
from app.config import Settings
from app.errors import AppError

Finding = tuple[bool, str]


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(doctor)


def doctor() -> None:
    """检查配置和数据；有问题时退出码为 1。"""
    settings = Settings()
    bad = 0
    for check in (_data_folder, _keys, _pages, _records):
        for good, sentence in check(settings):
            bad += not good
            console.print(f"{'[green]正常[/green]' if good else '[red]问题[/red]'} {sentence}")
    if bad:
        raise typer.Exit(1)


def _data_folder(settings: Settings) -> Iterator[Finding]:
    yield settings.data_dir.is_dir(), f"数据目录 {settings.data_dir}"
    yield settings.loopback, f"监听地址 {settings.host}（账号功能启用前只允许本机）"


def _keys(settings: Settings) -> Iterator[Finding]:
    if not settings.key_file.exists():
        yield True, "密钥文件尚未生成，将在首次保存加密内容时生成"
        return
    private = stat.S_IMODE(settings.key_file.stat().st_mode) & 0o077 == 0
    yield private, f"密钥文件 {settings.key_file}" + ("" if private else "：其他用户可以读取，请执行 chmod 600")


def _pages(_settings: Settings) -> Iterator[Finding]:
    built = (PAGES / "admin" / "index.html").exists()
    yield built, "网页已构建" if built else "网页尚未构建，请运行 make pages"


def _records(settings: Settings) -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from app.access import operator
    from app.services.burden import QUARTER, measure_burden
    from app.services.integrity import Severity, run_checks

    today = clock.today()
    try:
        database = open_database(settings)
        with database.read() as session:
            burden = measure_burden(session, operator(), today - QUARTER + clock.DAY, today)
            found = [each for each in run_checks(session, operator()) if each.count]
    except AppError as error:
        yield False, error.detail
    except SQLAlchemyError as error:
        yield False, f"数据库无法使用：{type(error).__name__}"
    else:
        yield True, "数据库可以使用，结构为最新版本"
        if not found:
            yield True, "数据检查没有发现问题"
        for each in found:
            first = each.examples[0]
            told = f"{each.check.severity.label}：{each.check.title}，{each.count} 处，例如 {first.organisation_name}：{first.label}"
            yield each.check.severity is not Severity.error, told
        yield True, (
            f"近一季度填报负担：每个支部约 {burden.minutes_per_quarter:.0f} 分钟，"
            f"{'超过' if burden.over else '未超过'}上限 {burden.cap} 分钟"
        )
