"""Rules about the text of the code that neither ruff, mypy nor import-linter know."""

import ast
import re
import subprocess
import sys

import pytest

MOST_LINES = 400
MOST_COMPLEX = 10
NOWHERE = {"core", "common", "utils", "helpers", "crud", "repositories"}


def calls(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called_methods(tree, *names):
    """Line numbers of calls `something.name(…)`."""
    return [call.lineno for call in calls(tree) if isinstance(call.func, ast.Attribute) and call.func.attr in names]


def test_only_db_commits(modules):
    found = {path: lines for path, tree in modules.items() if (lines := called_methods(tree, "commit"))}
    assert set(found) == {"app/db.py"}, f"one request is one transaction; services flush, only app/db.py commits: {found}"


def test_only_the_clock_knows_the_time(modules):
    """`today` and `now` come from app.clock: one zone, one place to stand still in tests."""
    asking = re.compile(r"(?:datetime|date)\.(?:now|today|utcnow)")
    found = [(path, call.lineno) for path, tree in modules.items() for call in calls(tree) if asking.search(ast.unparse(call.func))]
    assert {path for path, _ in found} == {"app/clock.py"}, f"ask app.clock instead: {found}"


def test_settings_are_read_in_one_place(modules):
    found = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv"):
                    found.append((path, node.lineno))
    assert not found, f"a setting is a field of app.config.Settings: {found}"


def test_no_exception_is_swallowed(modules):
    """`except Exception: pass` hides the fault that somebody will look for."""
    found = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
            if broad and all(isinstance(each, ast.Pass | ast.Continue) for each in node.body):
                found.append((path, node.lineno))
    assert not found


def test_files_are_short(root, tracked):
    kinds = {".py", ".ts", ".vue"}
    looked_at = [path for path in tracked if path.suffix in kinds and "generated" not in path.parts and "versions" not in path.parts]
    assert len(looked_at) > 40
    long = {path.relative_to(root).as_posix(): lines for path in looked_at if (lines := len(path.read_bytes().splitlines())) > MOST_LINES}
    assert not long, f"over {MOST_LINES} lines; split by verb or by what changes together: {long}"


def test_functions_are_simple(root):
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--ignore-noqa", "--select", "C901", "--config"]
    answer = subprocess.run(
        [*command, f"lint.mccabe.max-complexity = {MOST_COMPLEX}", "--output-format", "concise", "."],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_folder_for_whatever_had_no_place(root, tracked):
    code = [path.relative_to(root) for path in tracked if path.is_relative_to(root / "app")]
    found = {path.as_posix() for path in code if NOWHERE & {*path.parts, path.stem}}
    assert not found, f"say what it does instead: {found}"


def test_every_folder_of_code_is_a_package(root, modules):
    """Else import-linter does not see it, and its contracts hold for nothing."""
    folders = {path.rsplit("/", 1)[0] for path in modules}
    missing = {folder for folder in folders if f"{folder}/__init__.py" not in modules}
    assert not missing


@pytest.mark.parametrize("module", ["app.main", "app.cli", "app.services.records", "app.scoring.registry"])
def test_start_is_light(module, root):
    """pandas, openpyxl and alembic cost a second together; whoever needs them imports them when needed."""
    heavy = {"pandas", "openpyxl", "alembic"}
    program = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_no_test_is_switched_off(root, tracked):
    found = []
    for path in tracked:
        if path.suffix != ".py" or not path.is_relative_to(root / "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Attribute(attr="mark"), attr="skip" | "xfail"):
                    found.append((path.name, node.lineno))
    assert not found, "repair it or delete it"
