"""The browser tests against a demo of their own: `make e2e`. A free port, a temporary data folder, everything stopped at the end.

DANGJIAN_TEST_URL=http://… tests a service that is already running instead. Further arguments go to Playwright.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 180.0  # seconds until a freshly generated town has to answer


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(url: str) -> bool:
    """Whether the service says that it can answer."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  # our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


@contextmanager
def demo() -> Iterator[str]:
    """A running demo; yields its address. Its last words are printed when it does not come up."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).with_name("dangjian")
    with tempfile.TemporaryDirectory(prefix="dangjian-e2e-") as folder:
        log = Path(folder, "demo.log")
        environment = os.environ | {"DANGJIAN_DATA_DIR": str(Path(folder, "data")), "DANGJIAN_PORT": str(port)}
        environment.pop("DANGJIAN_DATABASE_URL", None)
        with log.open("wb") as output:
            service = subprocess.Popen([program, "demo"], env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            deadline = time.monotonic() + PATIENCE
            while not ready(url):
                if service.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"演示没有启动起来：\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
                time.sleep(0.3)
            yield url
        finally:
            stop(service)


def stop(service: subprocess.Popen[bytes]) -> None:
    """Ends the service and what it started: politely, then for good."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if service.poll() is None:
            os.killpg(service.pid, how)
            try:
                service.wait(timeout=15)
            except subprocess.TimeoutExpired:
                continue


def run_tests(url: str) -> int:
    """Playwright with the machine's own Chromium; its exit code."""
    command = [sys.executable, str(HERE / "build.py"), "--npm", "run", "e2e", "--", *sys.argv[1:]]
    return subprocess.run(command, env=os.environ | {"DANGJIAN_TEST_URL": url}, check=False).returncode


def main() -> int:
    """Tests the given service, or a demo started for the purpose."""
    if given := os.environ.get("DANGJIAN_TEST_URL"):
        return run_tests(given)
    with demo() as url:
        return run_tests(url)


if __name__ == "__main__":
    sys.exit(main())
