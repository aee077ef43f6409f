"""What the tests of the project's own rules look at: its tracked files, parsed once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def _tracked() -> tuple[Path, ...]:
    """Files of the project, as git sees them: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in sorted(set(listed.split("\0")) - {""}) if (path := ROOT / name).is_file())


@cache
def _parsed() -> dict[str, ast.Module]:
    paths = [path for path in _tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "app")]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths}


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def tracked():
    return _tracked()


@pytest.fixture(scope="session")
def modules():
    """Path in the project → syntax tree, for every module of app/."""
    found = _parsed()
    assert len(found) > 20, "the tests look at the wrong folder"
    return found
