"""What a job is handed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.access import Actor
from app.config import Settings
from app.db import Database


@dataclass(frozen=True, slots=True)
class Work:
    """The database, the job's request, who asked, and how to report progress: (done, total, text)."""

    database: Database
    settings: Settings
    actor: Actor
    request: Mapping[str, Any]
    report: Callable[[int, int, str], None]
