"""The generated world for demonstrations, tests and benchmarks: the same rows for the same (size, seed, as_of)."""

from app.demo.generation import build
from app.demo.loading import load
from app.demo.world import SIZES, Size, World

__all__ = ["SIZES", "Size", "World", "build", "load"]
