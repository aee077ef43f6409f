"""Job kind `import`: a file that somebody sent."""

from collections.abc import Mapping
from typing import Any

from app.jobs.work import Work
from app.services.imports.uploads import carry_out


def import_upload(work: Work) -> Mapping[str, Any]:
    """Request: what `uploads.request_import` wrote down; outcome: the report, and the hash of the marked workbook if rows failed."""
    return carry_out(work.database, work.actor, work.settings.data_dir, work.request, work.report)
