"""From `dangjian serve` to its first answer, against importing the two frameworks it is made of."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from benchmarks.table import compared, head, line


def main() -> None:
    """Print the line."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DANGJIAN_DATA_DIR": folder, "DANGJIAN_DATABASE_URL": ""}
        subprocess.run([sys.executable, "-m", "app", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        reference = [sys.executable, "-c", "import fastapi, sqlalchemy"]
        head()
        ours, theirs = compared(lambda: first_answer(environment), lambda: subprocess.run(reference, check=True))
        line("dangjian serve → first answer : import fastapi, sqlalchemy", ours, theirs, "≤ 4 ×", "")


def first_answer(environment: dict[str, str]) -> None:
    """Starts the service, waits until it is ready, stops it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1)
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.01)
            else:
                return
    finally:
        service.terminate()


if __name__ == "__main__":
    main()
