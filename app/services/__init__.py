"""What people do: one file of functions per family over the shared spine `records`. Importing it registers the families' rules."""

from app.services import activities, care, coverage, duties, members, mobility, organisations, pairings, resources, trainings

__all__ = ["activities", "care", "coverage", "duties", "members", "mobility", "organisations", "pairings", "resources", "trainings"]
