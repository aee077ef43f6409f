"""Data checks: declared in one file per family, run together. Importing it declares them, in the order they are shown."""

from app.services.integrity import organisations, members, activities, duties, care, mobility, orphans  # isort: skip  # the order shown
from app.services.integrity.checks import CHECKS, Check, Severity
from app.services.integrity.running import EXAMPLES, Example, Finding, run_checks

__all__ = [
    "CHECKS",
    "EXAMPLES",
    "Check",
    "Example",
    "Finding",
    "Severity",
    "activities",
    "care",
    "duties",
    "members",
    "mobility",
    "organisations",
    "orphans",
    "run_checks",
]
