"""Times of two pieces of work taken in turns, and the line that compares them."""

import time
from collections.abc import Callable
from statistics import median


def compared(ours: Callable[[], object], reference: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Median seconds of both, measured alternately after one warm-up each, so that a noisy machine disturbs both alike."""
    ours()
    reference()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, found in ((ours, times[0]), (reference, times[1])):
            begun = time.perf_counter()
            work()
            found.append(time.perf_counter() - begun)
    return median(times[0]), median(times[1])


def line(title: str, ours: float, reference: float, goal: str, size: str) -> None:
    """One row: ours, the reference, the ratio, the goal, how much work it was."""
    print(f"{title:52}{ours * 1000:10.1f} ms{reference * 1000:10.1f} ms{ours / reference:8.2f} ×   {goal:12} {size}")


def head() -> None:
    """The heading of the rows."""
    print(f"{'':52}{'ours':>13}{'reference':>13}{'ratio':>10}   {'goal':12} size")
