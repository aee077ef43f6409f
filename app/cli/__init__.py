"""The command line: one file per group of commands; nothing heavy is imported before a command needs it."""

import sys

import typer

from app.cli import demo, doctor, evaluate, scheme, service, transfer
from app.errors import AppError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="党建评：基层党建工作评价。设置见环境变量 DANGJIAN_*。"
)
for group in (service, demo, transfer, evaluate, scheme, doctor):
    group.register(app)


def main() -> None:
    """Runs a command; a refusal is one sentence on standard error and exit code 1."""
    try:
        app()
    except AppError as error:
        print(error.detail, file=sys.stderr)
        for fault in error.errors[:20]:
            print(f"  {fault.field}：{fault.message}" if fault.field else f"  {fault.message}", file=sys.stderr)
        if len(error.errors) > 20:
            print(f"  …… 共 {len(error.errors)} 处", file=sys.stderr)
        sys.exit(1)
