"""`python -m benchmarks [name …]`: every benchmark, or those named; one table for each."""

import sys

from benchmarks import engine, evaluation, imports, requests, starting

ALL = {"engine": engine.main, "evaluation": evaluation.main, "requests": requests.main, "imports": imports.main, "starting": starting.main}


def main() -> None:
    """Runs the benchmarks named on the command line, all without names."""
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(ALL)}")
    for name in names:
        print(f"\n── {name} ──")
        ALL[name]()


main()
