"""Tables, one file per family of records. Importing this package registers all of them."""

from app.models import (
    activities,
    care,
    coverage,
    duties,
    evaluations,
    journal,
    members,
    mobility,
    organisations,
    pairings,
    posts,
    resources,
    trainings,
)
from app.models.base import Base, Labelled, OrganisationRecord, Record

__all__ = [
    "Base",
    "Labelled",
    "OrganisationRecord",
    "Record",
    "activities",
    "care",
    "coverage",
    "duties",
    "evaluations",
    "journal",
    "members",
    "mobility",
    "organisations",
    "pairings",
    "posts",
    "resources",
    "trainings",
]
