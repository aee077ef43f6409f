"""Schemes: what is scored, with which rule, for how many points; read from YAML or a stored document.

`read(text)` and `from_document(dict)` load, `shipped(code)` gives one of the two shipped schemes, `change(before, after)` says which
version kind a change is, `warnings(scheme)` what `scheme check` prints beside errors.
"""

from app.scoring.scheme.check import not_built, warnings
from app.scoring.scheme.clauses import Clause, Coverage, Status, clauses, coverage
from app.scoring.scheme.diff import Change, change
from app.scoring.scheme.faults import SchemeError
from app.scoring.scheme.load import from_document, read, shipped
from app.scoring.scheme.model import Indicator, Scheme, Section

__all__ = [
    "Change",
    "Clause",
    "Coverage",
    "Indicator",
    "Scheme",
    "SchemeError",
    "Section",
    "Status",
    "change",
    "clauses",
    "coverage",
    "from_document",
    "not_built",
    "read",
    "shipped",
    "warnings",
]
