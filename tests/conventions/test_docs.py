"""What exists is written down: every setting, metric, rule kind, permission and command appears in the docs."""

import re

import pytest
import typer.main

from app.access import Permission
from app.cli import app as command_line
from app.config import Settings
from app.errors import AppError
from app.schemas.nouns import RECORD_TYPES
from app.scoring import registry, scheme


@pytest.fixture(scope="module")
def docs(root):
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "docs").glob("*.md")}


def commands(group, prefix="dangjian"):
    """Full names of all commands: `dangjian evaluate verify`."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        yield f"{prefix} {name}"
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")


def test_settings(docs):
    missing = [name for name in Settings.model_fields if f"`DANGJIAN_{name.upper()}`" not in docs["operations.md"]]
    assert not missing


def test_no_setting_that_is_gone(docs):
    named = set(re.findall(r"`DANGJIAN_(\w+)`", docs["operations.md"]))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_defaults_are_told_as_they_are(docs):
    told = dict(re.findall(r"\| `DANGJIAN_(\w+)` \| `([^`]+)` \|", docs["operations.md"]))
    assert len(told) > 4
    for name, value in told.items():
        assert str(Settings.model_fields[name.lower()].default) == value, name


def test_commands(docs):
    missing = [name for name in commands(typer.main.get_command(command_line)) if f"`{name}" not in docs["operations.md"]]
    assert not missing


def test_record_types(docs):
    missing = [each.kind for each in RECORD_TYPES.values() if f"`{each.kind}" not in docs["glossary.md"]]
    assert not missing


def test_metrics(docs):
    shipped = {name for name, metric in registry.metrics().items() if metric.function.__module__.startswith("app.")}
    wanted = {(each.metric, each.code, each.name) for each in scheme.shipped("standard").indicators}
    told = set(re.findall(r"\| `(\w+)` \| (\d\.\d\d) (\S+) \|", docs["evaluation.md"]))
    assert told == wanted
    assert shipped
    assert shipped <= {name for name, _, _ in told}


def test_rule_kinds(docs):
    shipped = {kind for kind, rule in registry.rules().items() if rule.__module__.startswith("app.")}
    assert {kind for kind in shipped if f"| `{kind}` |" in docs["evaluation.md"]} == shipped
    assert shipped


def test_permissions(docs):
    missing = [permission for permission in Permission if f"| `{permission.value}` | {permission.label} |" not in docs["operations.md"]]
    assert not missing


def test_refusals(docs):
    def below(kind):
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    statuses = {error.status for error in below(AppError)}
    assert len(statuses) > 8
    missing = [status for status in statuses if not re.search(rf"^\|.*\b{status}\b.*\|", docs["api.md"], re.MULTILINE)]
    assert not missing


def test_decisions_are_listed(root):
    folder = root / "docs" / "adr"
    names = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"]({name})" not in index] == []
