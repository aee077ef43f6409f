"""scheme check, scheme diff, scheme load."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import Invalid

if TYPE_CHECKING:
    from app.scoring.scheme import Scheme

KINDS = {"major": "重大变更（可能改变总分）", "minor": "一般变更（可能改变等次）", "patch": "文字变更"}


def register(app: typer.Typer) -> None:
    """Adds the group of this file."""
    group = typer.Typer(no_args_is_help=True, help="评价方案：检查、比较、登记。")
    group.command("check")(check)
    group.command("diff")(diff)
    group.command("load")(load)
    app.add_typer(group, name="scheme")


def scheme_from(name: str) -> "Scheme":
    """A shipped scheme by its code, or one from a file."""
    from app.scoring.scheme import read, shipped
    from app.services.schemes import SHIPPED

    if name in SHIPPED:
        return shipped(name)
    try:
        return read(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid("file_unreadable", f"无法读取文件 {name}：{error.strerror}。") from error
    except UnicodeDecodeError as error:
        raise Invalid("file_unreadable", f"文件 {name} 不是 UTF-8 文本。") from error


def check(file: Annotated[str, typer.Argument(help="方案文件，或 standard、lite")]) -> None:
    """检查评价方案：结构、指标、规则参数、分值合计。"""
    from app.scoring.scheme import not_built, warnings

    scheme = scheme_from(file)
    print(f"{scheme.name}（{scheme.code}）：{len(scheme.sections)} 个部分，{len(scheme.indicators)} 项指标，分值合计无误。")
    missing = set(not_built(scheme))
    for indicator in scheme.indicators:
        if indicator.code in missing:
            print(f"  未实现：{indicator.code} {indicator.name}（{indicator.metric}），按不适用处理；用此方案的评价不能公布。")
    for sentence in warnings(scheme):
        print(f"  提示：{sentence}")


def diff(before: Annotated[str, typer.Argument(help="旧方案")], after: Annotated[str, typer.Argument(help="新方案")]) -> None:
    """比较两个方案，说明变化和版本类型。"""
    from app.scoring.scheme import change

    found = change(scheme_from(before), scheme_from(after))
    if found.kind is None:
        print("两个方案没有差别。")
        return
    print(KINDS[found.kind])
    for kind, sentence in found.entries:
        print(f"  [{kind}] {sentence}")


def load(file: Annotated[str, typer.Argument(help="方案文件")]) -> None:
    """把方案登记为新版本，之后可用于评价。"""
    from app.access import operator
    from app.cli.service import open_database
    from app.config import Settings
    from app.services.schemes import add_version

    scheme = scheme_from(file)
    with open_database(Settings()).write() as session:
        version = add_version(session, operator(), scheme)
        print(f"已登记：{scheme.code} 第 {version.number} 版" + (f"，{KINDS[version.change]}" if version.change else "") + "。")
