"""Build hook: a release wheel carries the built pages, so that a production machine needs no Node. Editable installs skip it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildPages(BuildHookInterface[Any]):
    """Runs frontend/build.py and adds what it made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" or "editable"; `build_data` takes the extra files of the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "frontend")))
        from build import build  # found only after the line above

        build_data["force_include"][str(build())] = "frontend/dist"
