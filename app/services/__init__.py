"""What people do: one file of functions per family over the shared spine `records`. Importing it registers the families' rules."""

from app.services import activities, members, organisations

__all__ = ["activities", "members", "organisations"]
